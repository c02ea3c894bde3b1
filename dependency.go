package tenon

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/schema"
)

// Close ends what a scoped provider has opened, with the outcome of the stage that
// opened it: nil, or the error that will be answered. What it returns when the
// outcome is nil is answered in place of the answer. ctx outlives the request.
type Close = func(ctx context.Context, outcome error) error

// ErrAbsent says that a provider has nothing to give, such as the caller of a
// request without credentials. A provider wraps it in its error, or in the cause
// of its [problem.Error]: a field of type [Opt] is absent then, and for any other
// the error is answered.
var ErrAbsent = graph.ErrAbsent

// A Caller is who owns idempotency keys and limits, and whom logs name: the name
// of an account, say, rather than of one of its credentials. Applications provide
// it; features depend on it. The access log names it for operations that need it.
type Caller string

// Provide lets functions in scope depend on T: an exported field of type T in a
// parameter struct, or a field _ T that is not kept. fn runs once per request,
// when the outermost stage that needs T is reached, and only for operations that
// do. Its In is a parameter struct like that of a handler, valid during the call;
// what it reads is part of the operations that need T.
//
// Of several providers of T the innermost counts; two in the same place are a
// mistake, and so is one that no operation needs. Its options are [Errors],
// [Scopes], [Secured], [Fresh] and [Limits] with a Timeout.
func Provide[In, T any](fn func(context.Context, *In) (T, error), opts ...Option) Option {
	return provide[T](fn, fn == nil, opts, func() *graph.Provider { return graph.Provide(logged(fn)) })
}

// logged makes a provider of [Caller] tell the access log.
func logged[In, T any](fn func(context.Context, *In) (T, error)) func(context.Context, *In) (T, error) {
	if reflect.TypeFor[T]() != reflect.TypeFor[Caller]() {
		return fn
	}
	return func(ctx context.Context, in *In) (T, error) {
		v, err := fn(ctx, in)
		if err == nil {
			middleware.LogCaller(ctx, string(any(v).(Caller)))
		}
		return v, err
	}
}

// Scoped is [Provide] for what must be closed, such as a transaction. It closes
// when the stage that needed it first ends, before the first byte of the answer,
// in the reverse order of opening. After an error fn has opened nothing; a nil Close
// closes nothing.
//
// A type with the method Transactional() belongs to a transaction: its provider must be
// Scoped or depend on one that is, directly or through others, and so must all such types
// that one operation needs, on the same one. Otherwise a mistake would only show when
// half of what a request did is rolled back.
func Scoped[In, T any](fn func(context.Context, *In) (T, Close, error), opts ...Option) Option {
	return provide[T](fn, fn == nil, opts, func() *graph.Provider { return graph.Scoped(fn) })
}

// Value lets functions in scope depend on T: each gets v.
func Value[T any](v T) Option {
	return provide[T](nil, isNil(reflect.ValueOf(&v).Elem()), nil, func() *graph.Provider { return graph.Value(v) })
}

// isNil reports whether v is nil, so that it cannot be used at all.
func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

// isNameless reports whether a field of type t cannot be a dependency.
func isNameless(t reflect.Type) bool { return t.PkgPath() == "" && t.Kind() != reflect.Pointer }

// Fresh makes a provider run for each use of its value instead of once per request.
func Fresh() Option { return option(func(s *settings) { s.fresh = true }) }

// AfterAnswer lets a scope close when the answer was written, as a scope must
// that a streamed answer reads from. Its Close can no longer change the answer.
func AfterAnswer() Option { return option(func(s *settings) { s.afterAnswer = true }) }

// A provision is the option that [Provide] and its like return.
type provision struct {
	out  reflect.Type
	name string
	bad  bool // the function or value is nil
	opts []Option
	make func() *graph.Provider
}

func provide[T any](fn any, bad bool, opts []Option, make func() *graph.Provider) Option {
	name := "the value"
	if fn != nil && !bad {
		name = funcName(fn)
	}
	return &provision{
		out: reflect.TypeFor[T](), name: name, bad: bad, opts: slices.Clone(opts),
		make: func() *graph.Provider {
			p := make()
			graph.Optional(p, schema.Some[T])
			return p
		},
	}
}

func (p *provision) apply(s *settings) {
	if p.bad {
		s.mistake("the provider of %s is nil", p.out)
		return
	}
	if isNameless(p.out) {
		s.mistake("a provider gives %s, which no field can ask for: declare a type of its own", p.out)
		return
	}
	in := len(s.scopes) - 1
	if made := s.app.provider(p, s); !slices.Contains(s.scopes[in], made) {
		s.scopes[in] = append(s.scopes[in], made)
	}
}

// A provider is a provision in one application.
type provider struct {
	*graph.Provider
	bundle *bundle
	facts  *settings // what its options say
}

// A bundle is what one call of [Options] gives. It is no mistake when only some of
// its providers are needed.
type bundle struct{ used bool }

// provider returns what p is in this application.
func (b *builder) provider(p *provision, s *settings) *provider {
	if made := b.providers[p]; made != nil {
		return made
	}
	facts := s.facts("a provider", p.opts)
	facts.checkSubject(true)
	made := &provider{Provider: p.make(), facts: facts, bundle: s.bundle}
	if made.bundle == nil {
		made.bundle = new(bundle)
	}
	made.Name, made.Site = p.name, s.site
	made.Fresh, made.AfterAnswer, made.Timeout = facts.fresh, facts.afterAnswer, facts.limits.Timeout
	if made.AfterAnswer && !made.Scoped {
		s.mistake("option AfterAnswer of the provider of %s: it opens no scope", p.out)
	}
	if made.Fresh && facts.secured != nil {
		s.mistake("options Fresh and Secured of the provider of %s: a security provider runs once", p.out)
	}
	b.providers[p] = made
	b.provided[made.Provider] = made
	return made
}

// frameworkSite stands for the place of registration of what is always there.
const frameworkSite = "the framework"

// builtin are the providers of every application.
func (b *builder) builtin() []*provider {
	list := []*graph.Provider{
		graph.Env(func(env any) *http.Request { return env.(*call).x.Request() }),
		graph.Env(func(env any) *Operation { return &env.(*call).op.Operation }),
		graph.Env(func(env any) *slog.Logger { return env.(*call).logger() }),
	}
	made := make([]*provider, len(list))
	for i, p := range list {
		p.Name, p.Site = "tenon", frameworkSite
		made[i] = &provider{Provider: p, facts: new(settings), bundle: &bundle{used: true}}
		b.provided[p] = made[i]
	}
	return made
}

// logger returns the logger of a request.
func (c *call) logger() *slog.Logger {
	return c.op.app.log.With(slog.String("request_id", c.requestID()), slog.String("route", c.op.Path))
}

// funcName is the name of a function for people: package, type and name.
func funcName(fn any) string {
	name := runtime.FuncForPC(reflect.ValueOf(fn).Pointer()).Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	return strings.TrimSuffix(name, "-fm")
}
