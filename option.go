package tenon

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/tenonapi/tenon/schema"
)

// An Option says something about operations. Given to [Router.Use] it holds for
// all operations of the router and its groups, wherever they are registered;
// given to an operation, for that one. What an inner place says comes after,
// and where there can only be one, replaces what an outer place says.
type Option interface{ apply(s *settings) }

// settings are what the options of one operation add up to.
type settings struct {
	tags       []string
	statuses   []int
	errors     []error
	mapped     []mapping // innermost first
	doc        Doc
	limits     Limits
	middleware []func(http.Handler) http.Handler
	outer      []func(http.Handler) http.Handler // of the application, outside of routing
	scopes     [][]*provider                     // outermost first
	stages     []stage                           // outermost first
	described  []description
	headers    []header // that stages and middleware set
	needScopes []string
	public     bool
	version    string
	deprecated *Deprecated

	secured            []scheme // of a provider, as these are
	fresh, afterAnswer bool

	app     *builder
	subject string  // what the options are about; empty means operations
	site    string  // where the option at hand was given
	bundle  *bundle // that it is part of, nil for none
}

func (s *settings) add(p placed) {
	s.site = p.site
	s.all(p.opts)
}

func (s *settings) all(opts []Option) {
	for _, o := range opts {
		if o == nil {
			s.mistake("an option is nil")
			continue
		}
		o.apply(s)
	}
}

// facts are what opts say of something that the option at hand makes.
func (s *settings) facts(subject string, opts []Option) *settings {
	facts := &settings{app: s.app, site: s.site, subject: subject, scopes: [][]*provider{nil}}
	facts.all(opts)
	return facts
}

// checkSubject notes options that say nothing about their subject.
func (s *settings) checkSubject(provider bool) {
	type given struct {
		option string
		is     bool
	}
	providers := []given{{"Secured", s.secured != nil}, {"Fresh", s.fresh}, {"AfterAnswer", s.afterAnswer}, {"Limits", s.limits.Timeout != 0}}
	list := []given{
		{"Tags", s.tags != nil}, {"Status", s.statuses != nil}, {"Doc", !s.doc.isZero()}, {"Limits.BodyBytes", s.limits.BodyBytes != 0},
		{"Limits.Concurrent", s.limits.Concurrent != 0}, {"Describe", s.described != nil}, {"DescribeHeader", s.headers != nil},
		{"Middleware", s.middleware != nil}, {"Public", s.public}, {"Version", s.version != ""}, {"Deprecated", s.deprecated != nil}, {"Guard or Around", s.stages != nil}, {"Provide", len(s.scopes) > 0 && len(s.scopes[0]) > 0},
	}
	if s.subject == "" {
		list = providers[:3]
	} else if !provider {
		list = append(list, providers...)
	}
	for _, g := range list {
		if g.is {
			s.mistake("option %s says nothing about %s", g.option, cmp.Or(s.subject, "an operation"))
		}
	}
}

// mistake notes what is wrong with the option at hand.
func (s *settings) mistake(format string, args ...any) { s.app.mistake(s.site, format, args...) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// Options returns one option that stands for several. Providers in it belong
// together: that some of them are not needed is no mistake.
func Options(opts ...Option) Option { return &optionList{slices.Clone(opts)} }

type optionList struct{ opts []Option }

func (l *optionList) apply(s *settings) {
	outer := s.bundle
	if outer == nil {
		s.bundle = s.app.bundle(l)
	}
	s.all(l.opts)
	s.bundle = outer
}

// Mistake makes [New] report err, for options that are made from a configuration.
// A nil error says nothing.
func Mistake(err error) Option {
	return option(func(s *settings) {
		if err != nil {
			s.mistake("%v", err)
		}
	})
}

// Tags groups operations in the document. The tags of routers come first.
func Tags(tags ...string) Option {
	tags = slices.Clone(tags)
	return option(func(s *settings) {
		for _, t := range tags {
			if !slices.Contains(s.tags, t) {
				s.tags = append(s.tags, t)
			}
		}
	})
}

// Status sets the status of a successful answer, 200 by default, or for an
// answer that chooses its own, such as [Reply], the list to choose from. An
// answer whose type fixes its status, such as [Created], does not take it.
func Status(codes ...int) Option {
	codes = slices.Clone(codes)
	return option(func(s *settings) { s.statuses = codes })
}

// Union declares which types an interface may hold in inputs and outputs: each
// an object, told apart by the member that discriminator names. It holds for the
// whole application, wherever it is given.
//
//	tenon.Union[Payment]("type", schema.As[Card]("card"), schema.As[Transfer]("transfer"))
func Union[I any](discriminator string, variants ...schema.Variant) Option {
	u := schema.UnionOf[I](discriminator, slices.Clone(variants)...)
	return option(func(s *settings) { s.app.union(s.site, &u) })
}

// Middleware wraps operations in handlers of net/http, the first outermost. On
// the router given to the functions of [New] it also sees requests that match no
// operation.
func Middleware(mw ...func(http.Handler) http.Handler) Option {
	mw = slices.Clone(mw)
	return option(func(s *settings) {
		for _, wrap := range mw {
			if wrap == nil {
				s.mistake("a middleware is nil")
				continue
			}
			s.middleware = append(s.middleware, wrap)
		}
	})
}

// Describe says in the document what an answer with a status means. It declares the
// status, too: one of 400 or more for every error, and a lesser one for answers of
// stages that look like those of the handler.
func Describe(status int, text string) Option {
	return option(func(s *settings) {
		if status < 200 || status > 599 || text == "" {
			s.mistake("Describe(%d, %q): want a status from 200 to 599 and a text", status, text)
			return
		}
		s.described = append(s.described, description{status, text})
	})
}

// A description is what Describe says.
type description struct {
	status int
	text   string
}
