package tenon

import (
	"net/http"
	"runtime"
	"strconv"
	"strings"
)

// A Router collects operations under a path prefix. The routers of an
// application are used while [New] runs the route functions, not later and by
// one goroutine; the order of calls does not matter.
type Router struct {
	app    *builder
	parent *Router
	prefix string
	opts   []Option
}

// Group returns a router for paths that begin with prefix, which is empty or
// begins with a slash. Its options come after those of r.
func (r *Router) Group(prefix string, opts ...Option) *Router {
	if prefix != "" && !strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "/") {
		r.app.mistake(caller(), "group %q: want a slash at the beginning and none at the end", prefix)
	}
	return &Router{app: r.app, parent: r, prefix: r.prefix + prefix, opts: opts}
}

// Use adds options for all operations of r and its groups.
func (r *Router) Use(opts ...Option) { r.opts = append(r.opts, opts...) }

// Mount gives all requests for prefix and the paths below it to h, whatever
// their method. Operations with a path of their own come first. The path that h
// sees is not shortened; use http.StripPrefix for that. Options other than
// [Middleware] have no effect.
func (r *Router) Mount(prefix string, h http.Handler, opts ...Option) {
	r.app.mounts = append(r.app.mounts, &mount{router: r, path: r.prefix + prefix, handler: h, opts: opts, site: caller()})
}

// settings adds up the options that hold for an operation of r, outermost first.
func (r *Router) settings(opts []Option) *settings {
	s := new(settings)
	var add func(r *Router)
	add = func(r *Router) {
		if r.parent == nil {
			// The application's middleware is outside of routing: see New.
			for _, o := range r.opts {
				o.apply(s)
			}
			s.middleware = nil
			return
		}
		add(r.parent)
		for _, o := range r.opts {
			o.apply(s)
		}
	}
	add(r)
	for _, o := range opts {
		o.apply(s)
	}
	return s
}

// A mount is a handler of net/http at a prefix.
type mount struct {
	router  *Router
	path    string
	handler http.Handler
	opts    []Option
	site    string
}

const packagePath = "github.com/tenonapi/tenon."

// caller returns file and line of the call into this package.
func caller() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, packagePath) || !more {
			return f.File + ":" + strconv.Itoa(f.Line)
		}
	}
}
