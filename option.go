package tenon

import (
	"net/http"
	"slices"
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
}

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// Options returns one option that stands for several.
func Options(opts ...Option) Option {
	return option(func(s *settings) {
		for _, o := range opts {
			o.apply(s)
		}
	})
}

// Tags groups operations in the document. The tags of routers come first.
func Tags(tags ...string) Option {
	return option(func(s *settings) {
		for _, t := range tags {
			if !slices.Contains(s.tags, t) {
				s.tags = append(s.tags, t)
			}
		}
	})
}

// Status sets the status of a successful answer, 200 by default, or for an
// answer that chooses its own, such as [Reply], the list to choose from.
func Status(codes ...int) Option {
	return option(func(s *settings) { s.statuses = codes })
}

// Errors declares errors that an operation may answer, besides those of the
// framework: values known to a [MapError] in scope. Any other error is answered
// with an opaque 500 and logged.
func Errors(errs ...error) Option {
	return option(func(s *settings) { s.errors = append(s.errors, errs...) })
}

// MapError tells how the error err, compared with errors.Is, is shown to
// clients: with a status from 400 to 599, a code for programs and a title for
// people. Where several match, the one in the innermost place counts. An
// operation must declare err with [Errors] to answer it.
func MapError(err error, status int, code, title string) Option {
	return option(func(s *settings) {
		s.mapped = slices.Insert(s.mapped, 0, mapping{err, status, code, title})
	})
}

// Middleware wraps operations in handlers of net/http, the first outermost. On
// the router given to [New] it also sees requests that match no operation.
func Middleware(mw ...func(http.Handler) http.Handler) Option {
	return option(func(s *settings) { s.middleware = append(s.middleware, mw...) })
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
	if l.BodyBytes > 0 {
		s.limits.BodyBytes = l.BodyBytes
	}
}
