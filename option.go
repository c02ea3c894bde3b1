package tenon

import (
	"errors"
	"fmt"
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

	app  *builder
	site string // where the option at hand was given
}

func (s *settings) add(p placed) {
	s.site = p.site
	Options(p.opts...).apply(s)
}

// mistake notes what is wrong with the option at hand.
func (s *settings) mistake(format string, args ...any) { s.app.mistake(s.site, format, args...) }

// declared returns how the errors of the option Errors are shown, innermost first.
func (s *settings) declared() (list []mapping, err error) {
	rank := func(e error) int {
		return slices.IndexFunc(s.mapped, func(m mapping) bool { return errors.Is(e, m.err) })
	}
	slices.SortStableFunc(s.errors, func(a, b error) int { return rank(a) - rank(b) })
	var errs []error
	for _, e := range s.errors {
		i := rank(e)
		if i < 0 {
			errs = append(errs, fmt.Errorf("declares the error %v, but no MapError in scope says how it is shown", e))
			continue
		}
		m := s.mapped[i]
		m.err = e // rather than all that the mapping stands for
		list = append(list, m)
	}
	return list, errors.Join(errs...)
}

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// Options returns one option that stands for several.
func Options(opts ...Option) Option {
	opts = slices.Clone(opts)
	return option(func(s *settings) {
		for _, o := range opts {
			if o == nil {
				s.mistake("an option is nil")
				continue
			}
			o.apply(s)
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

// Errors declares errors that an operation may answer, besides those of the
// framework: values known to a [MapError] in scope. Any other error is answered
// with an opaque 500 and logged.
func Errors(errs ...error) Option {
	errs = slices.Clone(errs)
	return option(func(s *settings) { s.errors = append(s.errors, errs...) })
}

// MapError tells how the error err, compared with errors.Is, is shown to
// clients: with a status from 400 to 599, a code for programs, made of letters,
// digits and underscores, and a title for people. Where several match, the one
// in the innermost place counts, and in one place the last. An operation must
// declare err with [Errors] to answer it.
func MapError(err error, status int, code, title string) Option {
	return option(func(s *settings) {
		if err == nil || status < 400 || status > 599 || !isCode(code) || title == "" {
			s.mistake("MapError(%v, %d, %q, %q): want an error, a status from 400 to 599, a code of letters, digits and underscores, and a title",
				err, status, code, title)
		}
		s.mapped = slices.Insert(s.mapped, 0, mapping{err, status, code, title})
	})
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

// Doc describes an operation for readers of its document.
type Doc struct {
	ID          string // operationId; empty derives it from method and path
	Summary     string // a few words
	Description string // CommonMark
	Hidden      bool   // leave the operation out of the document
}

func (d Doc) apply(s *settings) {
	s.doc = Doc{
		ID:          or(d.ID, s.doc.ID),
		Summary:     or(d.Summary, s.doc.Summary),
		Description: or(d.Description, s.doc.Description),
		Hidden:      d.Hidden || s.doc.Hidden,
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Limits bounds what one request may cost. A zero field leaves what an outer
// place says.
type Limits struct {
	BodyBytes int64 // of the request; 0 everywhere means 1 MiB, beyond it the answer is 413
}

// defaultBodyBytes is the limit of a body where nobody sets one.
const defaultBodyBytes = 1 << 20

func (l Limits) apply(s *settings) {
	switch {
	case l.BodyBytes < 0:
		s.mistake("Limits.BodyBytes is %d: want 0 or more", l.BodyBytes)
	case l.BodyBytes > 0:
		s.limits.BodyBytes = l.BodyBytes
	}
}
