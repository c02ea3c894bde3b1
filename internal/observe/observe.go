// Package observe is about what an application logs: it lets a test see errors that
// clients do not, and gives all lines times in UTC.
package observe

import "context"

type key struct{}

// WithCauses returns a context in which see gets the cause of each server error.
func WithCauses(ctx context.Context, see func(error)) context.Context {
	return context.WithValue(ctx, key{}, see)
}

// Cause shows err to whoever observes ctx.
func Cause(ctx context.Context, err error) {
	if see, ok := ctx.Value(key{}).(func(error)); ok {
		see(err)
	}
}
