package tenon

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/tenonapi/tenon/internal/nethttp"
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

	Document     string        // path of the OpenAPI document; empty means /openapi.json, "-" means none
	ProblemTypes string        // what stands before the code in a problem's type; empty means urn:problem:
	Schema       schema.Config // policy for input: unknown members, nesting, number of issues
	Logger       *slog.Logger  // for errors that clients do not see; nil means slog.Default()
}

// documentPath returns the path of the document, or "" for none.
func (c *Config) documentPath() string {
	if c.Document == "-" {
		return ""
	}
	return or(c.Document, "/openapi.json")
}

// An App answers the requests for its operations. It never changes once New has
// returned, and it is safe for concurrent use.
type App struct {
	cfg        Config
	log        *slog.Logger
	set        *schema.Set
	operations []*operation // by path, then method
	tree       route.Tree[place]
	document   *openapi.Document
	text       []byte       // the document as JSON
	outer      http.Handler // the application's middleware around dispatch, nil for none
}

// A place is what is registered for one path: operations, or else, for the path
// and those below it, a mounted handler.
type place struct {
	methods []*operation // one for each method
	allow   string       // value of the header Allow
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

// Document returns the OpenAPI document. It is read-only.
func (a *App) Document() *openapi.Document { return a.document }

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
	p, err := a.tree.Find(x.Path(), x.Params())
	switch {
	case err != nil:
		a.answer(x, "", errMalformedTarget)
		return
	case p == nil:
		a.answer(x, "", errNotFound)
		return
	case p.mount != nil:
		setPattern(x, p.mount.path)
		a.carry(x, p.mount.path, p.mount.handler)
		return
	}
	op := p.operation(x.Method())
	if op == nil && x.Method() == http.MethodHead {
		op = p.operation(http.MethodGet)
	}
	switch {
	case op != nil && op.handler != nil:
		setPattern(x, op.Path)
		a.carry(x, op.Path, op.handler)
	case op != nil:
		setPattern(x, op.Path)
		op.serve(x)
	case x.Method() == http.MethodOptions:
		x.SetHeader("Allow", p.allow)
		x.Send(http.StatusNoContent, "", nil)
	default:
		x.SetHeader("Allow", p.allow)
		a.answer(x, "", errMethodNotAllowed)
	}
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
	defer x.Free()
	a.serve(x)
}

// inner runs op behind the middleware of its routers. The path is looked up
// again for its parameters; middleware that rewrites it leads nowhere else.
func (a *App) inner(op *operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := nethttp.New(w, r)
		defer x.Free()
		if p, err := a.tree.Find(x.Path(), x.Params()); err != nil || p == nil || p.operation(op.Method) != op {
			a.answer(x, op.Path, errNotFound)
			return
		}
		op.serve(x)
	}
}

// carry answers x through a handler of net/http, from which problem.Write
// reaches the policy of a. route is the template that matched, for the log.
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
	c.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(problem.WithPolicy(r.Context(), a.policy)))
	}))
}
