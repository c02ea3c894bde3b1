package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

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

// An App answers the requests for its operations. It never changes once New has
// returned, and it is safe for concurrent use.
type App struct {
	cfg        Config
	log        *slog.Logger
	set        *schema.Set
	operations []*operation // by path, then method
	tree       route.Tree[place]
	document   *openapi.Document
	outer      http.Handler // the application's middleware around dispatch, nil for none
}

// A place is what is registered for one path.
type place struct {
	methods map[string]*operation
	allow   string       // value of the header Allow
	mount   http.Handler // for all methods that have no operation
	raw     func(transport.Exchange)
}

// builder is an App while its route functions run.
type builder struct {
	operations []*operation
	mounts     []*mount
	errs       []error
}

func (b *builder) mistake(site, format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("%s: %w", site, fmt.Errorf(format, args...)))
}

// New runs the route functions and compiles what they register. It returns one
// error that joins every mistake, each with the file and line of its registration.
func New(cfg Config, routes ...func(*Router)) (*App, error) {
	b := new(builder)
	root := &Router{app: b}
	for _, fn := range routes {
		fn(root)
	}
	if cfg.Title == "" || cfg.Version == "" {
		b.errs = append(b.errs, errors.New("tenon: Config needs a Title and a Version"))
	}
	a := &App{cfg: cfg, log: cfg.Logger, set: schema.NewSet(cfg.Schema)}
	if a.log == nil {
		a.log = slog.Default()
	}
	for _, op := range b.operations {
		if err := a.compile(op); err != nil {
			for _, e := range flatten(err) {
				b.mistake(op.site, "%s %s: %w", op.Method, op.Path, e)
			}
			continue
		}
		if err := a.place(op); err != nil {
			b.mistake(op.site, "%s %s: %w", op.Method, op.Path, err)
		}
	}
	for _, m := range b.mounts {
		if err := a.mount(m); err != nil {
			b.mistake(m.site, "mount %s: %w", m.path, err)
		}
	}
	if len(b.errs) == 0 {
		if err := a.describe(); err != nil {
			b.errs = append(b.errs, err)
		}
	}
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	a.wrap(root)
	return a, nil
}

// flatten returns the errors that errors.Join put together.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flatten(e)...)
	}
	return out
}

// compile makes an operation ready to run.
func (a *App) compile(op *operation) error {
	path, err := route.Parse(op.Path)
	if err != nil {
		return err
	}
	if !isToken(op.Method) || op.Method != strings.ToUpper(op.Method) {
		return fmt.Errorf("method %q: want a token in capitals", op.Method)
	}
	s := op.router.settings(op.opts)
	op.app, op.path, op.doc, op.tags, op.limits = a, path, s.doc, s.tags, s.limits
	if op.limits.BodyBytes == 0 {
		op.limits.BodyBytes = defaultBodyBytes
	}
	op.ID = or(op.doc.ID, operationID(op.Method, path))
	var errs []error
	op.input, err = compileInput(a.set, op.in, path)
	errs = append(errs, err)
	op.output, err = compileOutput(a.set, op.out, s.statuses)
	errs = append(errs, err)
	for _, e := range s.errors {
		i := slices.IndexFunc(s.mapped, func(m mapping) bool { return errors.Is(e, m.err) })
		if i < 0 {
			errs = append(errs, fmt.Errorf("declares the error %q, but no MapError in scope says how it is shown", e))
			continue
		}
		op.errors = append(op.errors, s.mapped[i])
	}
	for _, m := range s.mapped {
		if m.err == nil || m.status < 400 || m.status > 599 || m.code == "" || m.title == "" {
			errs = append(errs, fmt.Errorf("MapError(%v, %d, %q, %q): want an error, a status from 400 to 599, a code and a title", m.err, m.status, m.code, m.title))
		}
	}
	if len(s.middleware) > 0 {
		op.handler = chain(s.middleware, a.inner(op))
	}
	return errors.Join(errs...)
}

func isToken(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_") == ""
}

// place enters an operation into the tree.
func (a *App) place(op *operation) error {
	p := a.tree.At(op.path)
	if p.methods == nil {
		p.methods = make(map[string]*operation)
	}
	if other := p.methods[op.Method]; other != nil {
		return fmt.Errorf("is registered already, as %s at %s", other.Path, other.site)
	}
	p.methods[op.Method] = op
	p.allow = allowed(p.methods)
	a.operations = append(a.operations, op)
	slices.SortFunc(a.operations, func(x, y *operation) int {
		return cmp.Or(strings.Compare(x.Path, y.Path), strings.Compare(x.Method, y.Method))
	})
	return nil
}

// allowed lists the methods that a path answers: HEAD with GET, and OPTIONS always.
// Source: RFC 9110, section 10.2.1.
func allowed(methods map[string]*operation) string {
	list := []string{http.MethodOptions}
	for m := range methods {
		list = append(list, m)
		if m == http.MethodGet {
			list = append(list, http.MethodHead)
		}
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ", ")
}

func (a *App) mount(m *mount) error {
	path, err := route.Parse(or(m.path, "/"))
	if err != nil {
		return err
	}
	p := a.tree.Below(path)
	if m.handler == nil || p.mount != nil {
		return errors.New("want one handler for each prefix")
	}
	p.mount = chain(m.router.settings(m.opts).middleware, m.handler)
	return nil
}

// wrap puts the application's middleware around everything.
func (a *App) wrap(root *Router) {
	s := new(settings)
	for _, o := range root.opts {
		o.apply(s)
	}
	if len(s.middleware) == 0 {
		return
	}
	inner := chain(s.middleware, http.HandlerFunc(a.dispatch))
	a.outer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r.WithContext(problem.WithPolicy(r.Context(), a.policy)))
	})
}

func chain(mw []func(http.Handler) http.Handler, h http.Handler) http.Handler {
	for _, wrap := range slices.Backward(mw) {
		h = wrap(h)
	}
	return h
}

// inner runs op behind the middleware of its routers. The path is looked up
// again for its parameters; middleware that rewrites it leads nowhere else.
func (a *App) inner(op *operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.withExchange(w, r, func(x transport.Exchange) {
			p, err := a.tree.Find(x.Path(), x.Params())
			if err != nil || p == nil || p.methods[op.Method] != op {
				a.answer(x, nil, errNotFound)
				return
			}
			op.serve(x)
		})
	})
}

// ServeHTTP answers a request of net/http.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.outer != nil {
		a.outer.ServeHTTP(w, r)
		return
	}
	a.dispatch(w, r)
}

func (a *App) dispatch(w http.ResponseWriter, r *http.Request) {
	x := nethttp.New(w, r)
	defer x.Free()
	a.ServeExchange(x)
}

func (a *App) withExchange(w http.ResponseWriter, r *http.Request, fn func(transport.Exchange)) {
	x := nethttp.New(w, r)
	defer x.Free()
	fn(x)
}

// carrier is a transport that can carry handlers of net/http.
type carrier interface{ Handle(http.Handler) }

// ServeExchange answers a request of any transport. Mounted handlers and
// middleware need one that carries handlers of net/http.
func (a *App) ServeExchange(x transport.Exchange) {
	p, err := a.tree.Find(x.Path(), x.Params())
	switch {
	case err != nil:
		a.answer(x, nil, errMalformedTarget)
		return
	case p == nil:
		a.answer(x, nil, errNotFound)
		return
	}
	op := p.methods[x.Method()]
	if op == nil && x.Method() == http.MethodHead {
		op = p.methods[http.MethodGet]
	}
	switch {
	case op != nil && op.handler == nil:
		if t, ok := x.(interface{ SetPattern(string) }); ok {
			t.SetPattern(op.Path)
		}
		op.serve(x)
	case op != nil:
		a.carry(x, op.handler)
	case p.raw != nil && (x.Method() == http.MethodGet || x.Method() == http.MethodHead):
		p.raw(x)
	case p.mount != nil:
		a.carry(x, p.mount)
	case x.Method() == http.MethodOptions:
		x.SetHeader("Allow", p.allow)
		x.Send(http.StatusNoContent, "", nil)
	default:
		x.SetHeader("Allow", p.allow)
		a.answer(x, nil, errMethodNotAllowed)
	}
}

func (a *App) carry(x transport.Exchange, h http.Handler) {
	c, ok := x.(carrier)
	if !ok {
		a.answer(x, nil, errInternal.With(errors.New("the transport carries no handlers of net/http")))
		return
	}
	c.Handle(h)
}

// Operations returns the operations, sorted by path and method.
func (a *App) Operations() []*Operation {
	out := make([]*Operation, len(a.operations))
	for i, op := range a.operations {
		out[i] = &op.Operation
	}
	return out
}

// Document returns the OpenAPI document. It is read-only.
func (a *App) Document() *openapi.Document { return a.document }
