package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/internal/observe"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// A builder collects what route functions register and makes an App of it.
type builder struct {
	app        *App
	site       string // of the call of New or With
	routers    []*Router
	operations []*operation
	callbacks  []*operation
	mounts     []*mount
	overrides  []placed                  // options of With, and before them those of the application it was made from
	replacing  []*provider               // that the last of them give
	ids        map[string][]*operation   // those in the document
	documented map[string]*operation     // these by method and path
	unions     map[reflect.Type]declared // by interface
	webhooks   map[string]*documented    // by name
	builtins   []*provider
	providers  map[*provision]*provider
	provided   map[*graph.Provider]*provider
	bundles    map[*optionList]*bundle
	facts      []*data
	errs       []error
}

func newBuilder(cfg Config, site string) *builder {
	a := &App{cfg: cfg, log: cfg.Logger, set: schema.NewSet(cfg.Schema), errors: cfg.policy()}
	if a.log == nil {
		a.log = slog.Default()
	}
	a.log = slog.New(observe.UTC(a.log.Handler()))
	if a.now = cfg.Schema.Now; a.now == nil {
		a.now = time.Now
	}
	b := &builder{
		app: a, site: site,
		ids: make(map[string][]*operation), documented: make(map[string]*operation), unions: make(map[reflect.Type]declared), webhooks: make(map[string]*documented),
		providers: make(map[*provision]*provider), provided: make(map[*graph.Provider]*provider),
		bundles: make(map[*optionList]*bundle),
	}
	a.builder, b.builtins = b, b.builtin()
	return b
}

// New runs the route functions and compiles what they register. It returns one
// error that joins every mistake, each with the file and line of its registration.
func New(cfg Config, routes ...func(*Router)) (*App, error) {
	b := newBuilder(cfg, caller())
	root := &Router{app: b}
	b.routers = append(b.routers, root)
	for _, fn := range routes {
		if fn == nil {
			b.mistake(b.site, "a route function is nil")
			continue
		}
		fn(root)
	}
	return b.build()
}

// With returns another application that differs from a in options that hold for
// every operation and are innermost: a provider among them takes the place of all
// others of its type, whatever they would be needed for, which is how a test
// replaces dependencies and credentials. Every one of them must be needed. In an
// application that With has made, they come behind what that differs in.
func (a *App) With(opts ...Option) (*App, error) {
	b := newBuilder(a.cfg, caller())
	b.overrides = append(slices.Clone(a.builder.overrides), placed{b.site, slices.Clone(opts)})
	routers := make(map[*Router]*Router)
	for _, r := range a.builder.routers { // a parent comes before its groups
		made := &Router{app: b, parent: routers[r.parent], prefix: r.prefix, opts: r.opts, callback: r.callback}
		routers[r] = made
		b.routers = append(b.routers, made)
	}
	again := func(op *operation) *operation {
		return &operation{
			Operation: Operation{Method: op.Method, Path: op.Path}, router: routers[op.router], opts: op.opts, site: op.site,
			in: op.in, out: op.out, run: op.run, last: op.last, examples: op.examples, links: op.links,
		}
	}
	for _, op := range a.builder.operations {
		b.operations = append(b.operations, again(op))
	}
	for _, op := range a.builder.callbacks {
		b.callbacks = append(b.callbacks, again(op))
	}
	for _, m := range a.builder.mounts {
		b.mounts = append(b.mounts, &mount{router: routers[m.router], path: m.path, inner: m.inner, opts: m.opts, site: m.site})
	}
	return b.build()
}

// build compiles everything.
func (b *builder) build() (*App, error) {
	a := b.app
	b.compileAll(b.site)
	if len(b.errs) == 0 {
		b.checkUse()
	}
	if len(b.errs) == 0 {
		if err := a.checkDocuments(); err != nil {
			b.mistake(b.site, "the document: %v", err)
		}
	}
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	for _, op := range slices.Concat(b.operations, b.callbacks) {
		op.app = a
	}
	return a, nil
}

// mistake notes what is wrong with the registration at site. Saying the same
// again, such as of an option for each operation that it holds for, has no effect.
func (b *builder) mistake(site, format string, args ...any) {
	text := site + ": " + fmt.Sprintf(format, args...)
	if !slices.ContainsFunc(b.errs, func(err error) bool { return err.Error() == text }) {
		b.errs = append(b.errs, errors.New(text))
	}
}

// declared is a union and where it was declared.
type declared struct {
	union *schema.Union
	site  string
}

// union declares a union. Options are asked once for each operation that they
// hold for, so the same declaration comes again.
func (b *builder) union(site string, u *schema.Union) {
	earlier, ok := b.unions[u.Interface]
	switch {
	case ok && earlier.union == u:
	case ok:
		b.mistake(site, "union %s is declared already, at %s", u.Interface, earlier.site)
	default:
		b.unions[u.Interface] = declared{u, site}
		if err := b.app.set.Add(*u); err != nil {
			for _, text := range flatten(err) {
				b.mistake(site, "%s", text)
			}
		}
	}
}

// compileAll compiles everything for the application that New at site makes.
func (b *builder) compileAll(site string) {
	if b.app.cfg.Title == "" {
		b.mistake(site, "Config.Title is empty: the document needs one")
	}
	if b.app.cfg.Version == "" {
		b.mistake(site, "Config.Version is empty: the document needs one")
	}
	b.checkPaths(site)
	// All options are asked first: what they say of the whole application, such as unions, counts
	// for everything that is compiled then.
	for i, r := range b.routers {
		s := r.settings(placed{}) // for mistakes in options that hold for no operation
		if i > 0 {
			continue
		}
		b.replacing = s.scopes[len(s.scopes)-1]
		if len(s.outer) > 0 {
			b.app.outer = b.app.reaching(chain(s.outer, b.app.dispatch))
		}
	}
	operations := make([]*settings, len(b.operations))
	for i, op := range b.operations {
		operations[i] = op.router.settings(op.opts)
	}
	callbacks := make([]*settings, len(b.callbacks))
	for i, op := range b.callbacks {
		callbacks[i] = op.router.settings(op.opts)
	}
	mounts := make([]*settings, len(b.mounts))
	for i, m := range b.mounts {
		mounts[i] = m.router.settings(m.opts)
	}
	b.compileFacts()
	b.compileWebhooks()
	for i, op := range b.operations {
		b.compile(op, operations[i])
	}
	for i, m := range b.mounts {
		if err := b.mount(m, mounts[i]); err != nil {
			b.mistake(m.site, "mount %s: %v", m.path, err)
		}
	}
	b.retire()
	b.compileCallbacks(callbacks)
	b.compileLinks()
	b.publishAll(site)
	b.checkIDs()
	b.app.operations = b.operations
	b.checkAbout(site)
	slices.SortFunc(b.app.operations, func(x, y *operation) int {
		return cmp.Or(strings.Compare(x.Path, y.Path), strings.Compare(x.Method, y.Method))
	})
}

// compile makes an operation ready to run, for which s holds.
func (b *builder) compile(op *operation, s *settings) {
	fail := func(err error) {
		subject := op.Method + " " + op.Path + ": "
		for _, text := range flatten(err) {
			b.mistake(op.site, "%s%s", subject, strings.TrimPrefix(text, subject))
		}
	}
	s.checkSubject(false)
	op.doc, op.tags, op.limits, op.Version, op.Deprecated = s.doc, s.tags, s.limits, s.version, s.deprecated
	if op.limits.BodyBytes == 0 {
		op.limits.BodyBytes = defaultBodyBytes
	}
	if !isToken(op.Method) || op.Method != strings.ToUpper(op.Method) {
		fail(fmt.Errorf("method %q: want a token in capitals", op.Method))
	} else if !op.doc.Hidden && !new(openapi.PathItem).SetOperation(op.Method, nil) {
		fail(errors.New("OpenAPI 3.1 cannot describe this method: hide the operation with Doc{Hidden: true}"))
	}
	var err error
	if op.path, err = route.Parse(op.Path); err == nil {
		err = b.place(op)
	}
	fail(err)
	connected := b.connect(op, s)
	fail(connected)
	op.output, err = compileOutput(b.app.set, op.out, s.statuses)
	fail(err)
	if connected == nil && err == nil {
		b.compileExamples(op)
	}
	fail(op.checkStreams())
	fail(b.declare(op, s))
	if connected == nil {
		fail(errors.Join(b.secure(op, s)...))
	}
	if len(s.middleware) > 0 {
		op.handler = b.app.reaching(chain(s.middleware, b.app.inner(op)))
	}
}

// flatten returns the texts of all errors that were joined into err, each with
// what was said before when the joined error was wrapped.
func flatten(err error) []string {
	switch e := err.(type) { //nolint:errorlint // err itself is asked for, not what it wraps
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		var texts []string
		for _, inner := range e.Unwrap() {
			texts = append(texts, flatten(inner)...)
		}
		return texts
	case interface{ Unwrap() error }:
		inner := e.Unwrap()
		texts := flatten(inner)
		before, ok := strings.CutSuffix(err.Error(), fmt.Sprint(inner))
		if !ok || len(texts) < 2 {
			break
		}
		for i := range texts {
			texts[i] = before + texts[i]
		}
		return texts
	}
	return []string{err.Error()}
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// isToken reports whether s can be a method, or the name of a header or cookie.
// Source: RFC 9110, section 5.6.2.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, alphanumeric+"!#$%&'*+-.^_`|~") == ""
}

// isCode reports whether s can be the code of a problem.
func isCode(s string) bool { return s != "" && strings.Trim(s, alphanumeric+"_") == "" }

// place enters an operation into the tree and gives it its ID.
func (b *builder) place(op *operation) error {
	p := b.app.tree.At(op.path)
	if other := p.operation(op.Method); other != nil {
		return fmt.Errorf("is registered already, as %s at %s", other.Path, other.site)
	}
	if len(p.methods) > 0 && p.methods[0].Path != op.Path {
		first := p.methods[0]
		return fmt.Errorf("differs only in the names of parameters from %s at %s: use the same names", first.Path, first.site)
	}
	p.methods = append(p.methods, op)
	p.exact = b.app.cfg.Loose
	p.allow = allowed(p.methods, p.exact)
	if op.ID = op.doc.ID; op.ID == "" && b.app.cfg.OperationID != nil && !op.doc.Hidden {
		op.ID = b.app.cfg.OperationID(op.Method, op.Path, slices.Clone(op.tags))
	}
	op.ID = cmp.Or(op.ID, operationID(op.Method, op.path))
	if op.doc.Hidden {
		return nil
	}
	if err := b.identify(op); err != nil {
		return err
	}
	key := op.Method + " " + op.path.Documented()
	if other := b.documented[key]; other != nil {
		return fmt.Errorf("cannot be told in the document from %s at %s: give the parameter another name", other.Path, other.site)
	}
	b.documented[key] = op
	return nil
}

// allowed lists the methods that a path answers: HEAD with GET and OPTIONS always, unless
// only those that are registered are meant.
// Source: RFC 9110, section 10.2.1.
func allowed(methods []*operation, exact bool) string {
	var list []string
	if !exact {
		list = append(list, http.MethodOptions)
	}
	for _, op := range methods {
		list = append(list, op.Method)
		if op.Method == http.MethodGet && !exact {
			list = append(list, http.MethodHead)
		}
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ", ")
}

// publish enters a document into the tree, as an operation that is not in it.
func (b *builder) publish(site string, d *published) error {
	err := b.serve(site, d.path, sending("application/json", d.text))
	if base, ok := strings.CutSuffix(d.path, ".json"); ok && err == nil {
		err = b.serve(site, base+".yaml", sending("application/yaml", d.yaml)) // RFC 9512, section 2.1
	}
	return err
}

// serve enters a path into the tree that run answers.
func (b *builder) serve(site, path string, run func(*call)) error {
	template, err := route.Parse(path)
	if err != nil {
		return err
	}
	if len(template.Params) > 0 {
		return fmt.Errorf("path %q: has parameters", path)
	}
	return b.place(&operation{
		Operation: Operation{Method: http.MethodGet, Path: path},
		app:       b.app, site: site, path: template, doc: Doc{Hidden: true}, run: run,
	})
}

// chain wraps h in middleware, the first outermost.
func chain(mw []func(http.Handler) http.Handler, h http.HandlerFunc) http.Handler {
	var wrapped http.Handler = h
	for _, wrap := range slices.Backward(mw) {
		wrapped = wrap(wrapped)
	}
	return wrapped
}
