// Package graph runs functions that need each other's results. What runs for
// one operation, in which order and what closes when is decided once, by
// [Compile]; running it uses pooled frames and no reflection.
//
// The rules about stages, scopes, retries and closing are those of
// docs/adr/0009-stages-and-scopes.md, those about what belongs to a transaction of
// docs/adr/0016-transactional.md. The package knows no HTTP.
package graph

import (
	"context"
	"errors"
	"reflect"
	"time"
)

// Close ends a scope with the outcome of the stage that opened it, nil or an
// error. What it returns replaces an outcome of nil.
type Close = func(ctx context.Context, outcome error) error

// ErrAbsent is wrapped by the error of a provider that has nothing to give,
// which is no failure for those that can do without.
var ErrAbsent = errors.New("nothing to provide")

// A Provider makes a value of one type from a parameter struct, or is a value.
// It is not changed once it is part of a plan.
type Provider struct {
	In, Out     reflect.Type  // In is nil for a value and for Env
	Name        string        // for people
	Site        string        // file and line of the registration
	Fresh       bool          // runs for each use
	Scoped      bool          // opens a scope
	AfterAnswer bool          // whose scope closes after the answer
	Timeout     time.Duration // for one call, 0 for none

	optional reflect.Type // a type whose values hold an Out or nothing, nil for none
	newCell  func() cell
	copy     func(dst, src any) func()               // copies from *Out to *Out
	copyOpt  func(dst, src any) (copy, clear func()) // copies from *Out to *optional, and clears that
}

// A cell is where a function of a plan finds its parameter struct in one frame, and
// puts its result.
type cell struct {
	in, out any    // *In and *Out
	call    call   // nil for a value
	forget  func() // clears in and out, but not that of a value
}

type call = func(context.Context, *Frame) (Close, error)

// data is in one piece what a cell points to.
type data[In, Out any] struct {
	in  In
	out Out
}

func (d *data[In, Out]) forget() { *d = data[In, Out]{} }

// Provide returns a provider that calls fn.
func Provide[In, Out any](fn func(context.Context, *In) (Out, error)) *Provider {
	p := provider[Out]()
	p.In = reflect.TypeFor[In]()
	p.newCell = func() cell {
		d := new(data[In, Out])
		return cell{&d.in, &d.out, func(ctx context.Context, _ *Frame) (_ Close, err error) {
			d.out, err = fn(ctx, &d.in)
			return nil, err
		}, d.forget}
	}
	return p
}

// Scoped returns a provider that calls fn, which opens a scope. fn may return
// a nil Close.
func Scoped[In, Out any](fn func(context.Context, *In) (Out, Close, error)) *Provider {
	p := provider[Out]()
	p.In, p.Scoped = reflect.TypeFor[In](), true
	p.newCell = func() cell {
		d := new(data[In, Out])
		return cell{&d.in, &d.out, func(ctx context.Context, _ *Frame) (end Close, err error) {
			d.out, end, err = fn(ctx, &d.in)
			return end, err
		}, d.forget}
	}
	return p
}

// Value returns a provider of v, which has no parameter struct and never runs.
func Value[Out any](v Out) *Provider {
	p := provider[Out]()
	p.newCell = func() cell { return cell{out: &v, forget: func() {}} }
	return p
}

// Env returns a provider of what fn takes from the environment of a frame. It has no
// parameter struct.
func Env[Out any](fn func(env any) Out) *Provider {
	p := provider[Out]()
	p.newCell = func() cell {
		d := new(data[struct{}, Out])
		return cell{nil, &d.out, func(_ context.Context, f *Frame) (Close, error) {
			d.out = fn(f.Env)
			return nil, nil
		}, d.forget}
	}
	return p
}

func provider[Out any]() *Provider {
	return &Provider{
		Out: reflect.TypeFor[Out](),
		copy: func(dst, src any) func() {
			to, from := dst.(*Out), src.(*Out)
			return func() { *to = *from }
		},
	}
}

// Optional lets a field of type Opt take what p gives, if it gives anything, and the zero
// value otherwise. p must give a T.
func Optional[T, Opt any](p *Provider, some func(T) Opt) {
	p.optional = reflect.TypeFor[Opt]()
	p.copyOpt = func(dst, src any) (copy, clear func()) {
		to, from := dst.(*Opt), src.(*T)
		return func() { *to = some(*from) }, func() { *to = *new(Opt) }
	}
}

// Gives reports whether p can fill a field of type t.
func (p *Provider) Gives(t reflect.Type) bool { return t == p.Out || t == p.optional }
