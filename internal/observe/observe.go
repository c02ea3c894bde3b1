// Package observe is about what an application logs: it lets a test see errors that
// clients do not, and who answers, and gives all lines times in UTC.
package observe

import "context"

type key struct{}

// WithCauses returns a context in which see gets the cause of each server error.
func WithCauses(ctx context.Context, see func(error)) context.Context {
	return context.WithValue(ctx, key{}, see)
}

type mountedKey struct{}

// WithMounted returns a context in which see is called when a mounted handler makes the answer,
// of which the document says nothing.
func WithMounted(ctx context.Context, see func()) context.Context {
	return context.WithValue(ctx, mountedKey{}, see)
}

// Mounted tells whoever observes ctx that a mounted handler makes the answer.
func Mounted(ctx context.Context) {
	if see, ok := ctx.Value(mountedKey{}).(func()); ok {
		see()
	}
}

// Cause shows err to whoever observes ctx.
func Cause(ctx context.Context, err error) {
	if see, ok := ctx.Value(key{}).(func(error)); ok {
		see(err)
	}
}
