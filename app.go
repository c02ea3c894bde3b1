package tenon

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/internal/nethttp"
	"github.com/tenonapi/tenon/internal/observe"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
)

// Config configures an [App].
type Config struct {
	Title       string // of the API; required
	Version     string // of the API; required
	Description string // CommonMark

	// About is what the document says besides, of the API as a whole: Info (contact, licence, terms), Tags, ExternalDocs,
	// Extensions, and Servers in place of the one that is where the document is. Its other fields are made of the operations.
	About openapi.Document
	// OperationID names an operation that has no ID of its own, by its method, its path template and its tags. Empty
	// means as without OperationID: getOrdersByOrderId.
	OperationID func(method, path string, tags []string) string
	// Edit changes what there is no option for, in each document as the last step. version is empty for that of everything.
	// What it makes of the document counts: it is served, and package tenontest judges answers by it. It must not keep it.
	Edit func(version string, doc *openapi.Document)

	BasePath      string // such as /shop: what clients have in front of every path, and a proxy, http.StripPrefix or [Router.Mount] takes away; links begin with it
	TrailingSlash string // for a path that is that of operations only with, or without, a slash at its end: "redirect" (307), "redirect-absolute", "ignore"; empty means 404

	Document     string        // path of the OpenAPI document; empty means /openapi.json, "-" means none. One that ends with .json is also served as .yaml; see Version for those of versions
	ProblemTypes string        // what stands before the code in a problem's type; empty means urn:problem:
	Errors       ErrorPolicy   // how errors look; nil means problem details (RFC 9457)
	Schema       schema.Config // policy for input: unknown members, nesting, number of issues
	Logger       *slog.Logger  // for errors that clients do not see; nil means slog.Default()

	// Versions says what differs in the info of the document of a version, by its name; fields that
	// are empty are as above, but for the title, which has the name behind it.
	Versions map[string]openapi.Info

	// Loose makes the best of what clients send, as servers in Python do; false refuses it.
	// In paths, queries and forms a percent sign that begins no escape stands for itself and
	// bytes that are not UTF-8 become U+FFFD; an encoded slash separates. A body that is not
	// JSON by its media type is a text, null is no body. A form may come in either encoding, or
	// none; an empty field is absent, and of several files for one the last counts. A header
	// that is a list has an item for each line, and of several lines for one value the first
	// counts. HEAD and OPTIONS are answered by operations of these methods only.
	Loose bool
}

// documentPath returns the path of the document, or "" for none.
func (c *Config) documentPath() string {
	if c.Document == "-" {
		return ""
	}
	return cmp.Or(c.Document, "/openapi.json")
}

// An App answers the requests for its operations. It never changes once New has
// returned, and it is safe for concurrent use.
type App struct {
	cfg        Config
	log        *slog.Logger
	set        *schema.Set
	errors     ErrorPolicy
	now        func() time.Time
	operations []*operation // by path, then method
	tree       route.Tree[place]
	documents  []*published // of everything, then of each version
	outer      http.Handler // the application's middleware around dispatch, nil for none
	schemes    map[string]*openapi.SecurityScheme
	builder    *builder     // to build it again, with other options
	undeclared atomic.Int64 // errors, see Undeclared
}

// A place is what is registered for one path: operations, or else, for the path
// and those below it, a mounted handler.
type place struct {
	methods []*operation // one for each method
	allow   string       // value of the header Allow
	exact   bool         // GET answers no HEAD, and nothing but an operation OPTIONS
	mount   *mount
}

// operation returns the operation for a method, or nil.
func (p *place) operation(method string) *operation {
	for _, op := range p.methods {
		if op.Method == method {
			return op
		}
	}
	return nil
}

// answering is operation, but GET answers HEAD.
func (p *place) answering(method string) *operation {
	op := p.operation(method)
	if op == nil && method == http.MethodHead && !p.exact {
		op = p.operation(http.MethodGet)
	}
	return op
}

// sendAllow answers OPTIONS.
func (p *place) sendAllow(x transport.Exchange) {
	x.SetHeader("Allow", p.allow)
	x.Send(http.StatusNoContent, "", nil)
}

// Operations returns the operations, sorted by path and method.
func (a *App) Operations() []*Operation {
	out := make([]*Operation, len(a.operations))
	for i, op := range a.operations {
		out[i] = &op.Operation
	}
	return out
}

// Reports returns how often rules in report-only mode, such as maxLength=64?,
// would have refused a value.
func (a *App) Reports() []schema.Report { return a.set.Reports() }

// Undeclared returns how many errors were answered since New that the document does
// not list: opaque ones, and problems that no operation declared.
func (a *App) Undeclared() int64 { return a.undeclared.Load() }

// ServeHTTP answers a request of net/http.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := nethttp.New(w, r)
	defer x.Free()
	a.ServeExchange(x)
}

// ServeExchange answers a request of any transport. Mounted handlers and
// middleware need one that carries handlers of net/http, by a method
// Handle(http.Handler); without it they are answered with 500.
func (a *App) ServeExchange(x transport.Exchange) {
	if a.outer != nil {
		a.carry(x, "", a.outer)
		return
	}
	a.serve(x)
}

// serve answers x behind the application's middleware.
func (a *App) serve(x transport.Exchange) {
	p, other, err := a.find(x)
	switch {
	case err != nil:
		a.answer(x, "", errMalformedTarget)
		return
	case p == nil:
		a.answer(x, "", errNotFound)
		return
	case other && a.cfg.TrailingSlash != slashIgnore:
		a.redirect(x)
		return
	case p.mount != nil:
		if p.mount.retires != nil {
			p.mount.retires.announce(x)
		}
		setPattern(x, p.mount.path)
		observe.Mounted(x.Context())
		a.carry(x, p.mount.path, p.mount.handler)
		return
	}
	op := p.answering(x.Method())
	if op != nil && op.retires != nil {
		op.retires.announce(x)
	}
	switch {
	case op != nil && op.handler != nil:
		setPattern(x, op.Path)
		a.carry(x, op.Path, op.handler)
	case op != nil:
		setPattern(x, op.Path)
		op.serve(x)
	case x.Method() == http.MethodOptions && !p.exact:
		a.options(x, p)
	default:
		x.SetHeader("Allow", p.allow)
		a.answer(x, "", errMethodNotAllowed)
	}
}

// options answers OPTIONS for a path that does not do it itself. A preflight goes
// through the middleware of the operation that it is about, which may answer it.
func (a *App) options(x transport.Exchange, p *place) {
	if op := p.answering(x.Header("Access-Control-Request-Method")); op != nil && op.handler != nil {
		setPattern(x, op.Path)
		a.carry(x, op.Path, op.handler)
		return
	}
	p.sendAllow(x)
}

// setPattern tells middleware which template matched.
func setPattern(x transport.Exchange, template string) {
	if t, ok := x.(interface{ SetPattern(string) }); ok {
		t.SetPattern(template)
	}
}

// dispatch is serve for the innermost handler of the application's middleware.
func (a *App) dispatch(w http.ResponseWriter, r *http.Request) {
	x := nethttp.New(w, r)
	defer func() {
		a.logRoute(r) // which may be a copy
		x.Free()
	}()
	a.serve(x)
}

// inner runs op behind the middleware of its routers. The path is looked up
// again for its parameters; middleware that rewrites it leads nowhere else.
func (a *App) inner(op *operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := nethttp.New(w, r)
		defer x.Free()
		p, _, err := a.find(x)
		switch {
		case err != nil || p == nil || p.operation(op.Method) != op:
			a.answer(x, op.Path, errNotFound)
		case r.Method == http.MethodOptions && op.Method != http.MethodOptions: // a preflight, see options
			p.sendAllow(x)
		default:
			op.serve(x)
		}
	}
}

// reaching returns h, from which problem.Write reaches the policy of a.
func (a *App) reaching(h http.Handler) http.Handler {
	policy := a.policy
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(problem.WithPolicy(r.Context(), policy)))
	})
}

// carry answers x through a handler of net/http that is made by reaching. route is the
// template that matched, for the log.
func (a *App) carry(x transport.Exchange, route string, h http.Handler) {
	c, ok := x.(interface{ Handle(http.Handler) })
	if !ok {
		a.answer(x, route, errInternal.With(errors.New("the transport carries no handlers of net/http")))
		return
	}
	defer func() {
		if v := recover(); v != nil {
			a.recovered(x, route, v)
		}
	}()
	c.Handle(h)
}
