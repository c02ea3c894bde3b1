// Package tenon is a stand-in for the real one with the names that the analyzer knows.
package tenon

import (
	"context"

	"github.com/tenonapi/tenon/schema"
)

type (
	Opt[T any] = schema.Opt[T]

	Config struct{}
	App    struct{}
	Router struct{}
	Option interface{ apply() }
	Doc    struct{ ID string }

	Endpoint[In, Out any] struct{}

	Handler[In, Out any] = func(ctx context.Context, in *In) (Out, error)

	Created[T any] struct {
		_        struct{} `status:"201"`
		Location string   `header:"Location"`
		Body     T
	}
)

func (Doc) apply() {}

func New(cfg Config, routes ...func(*Router)) (*App, error) { return nil, nil }

func (r *Router) Group(prefix string, opts ...Option) *Router { return r }
func (r *Router) Use(opts ...Option)                          {}

func Tags(tags ...string) Option                    { return nil }
func Options(opts ...Option) Option                 { return nil }
func Union[I any](string, ...schema.Variant) Option { return nil }

func Guard[In any](fn func(context.Context, *In) error, opts ...Option) Option { return nil }

func Provide[In, T any](fn func(context.Context, *In) (T, error), opts ...Option) Option { return nil }

func Get[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return nil
}

func Post[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return nil
}

func Put[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return nil
}

func Patch[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return nil
}

func Delete[In, Out any](r *Router, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return nil
}

func Handle[In, Out any](r *Router, method, path string, h Handler[In, Out], opts ...Option) *Endpoint[In, Out] {
	return nil
}
