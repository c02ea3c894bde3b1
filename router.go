package tenon

import (
	"iter"
	"runtime"
	"slices"
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
	opts   []placed

	callback *callback // of one whose operations are sent, nil for others
}

// placed are options and where they were given.
type placed struct {
	site string
	opts []Option
}

// Group returns a router for paths that begin with prefix, which is empty or
// begins with a slash. Its options come after those of r.
func (r *Router) Group(prefix string, opts ...Option) *Router {
	site := caller()
	if prefix != "" && !strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "/") {
		r.app.mistake(site, "group %q: want a slash at the beginning and none at the end", prefix)
		if prefix = strings.Trim(prefix, "/"); prefix != "" {
			prefix = "/" + prefix // as it was meant, to find other mistakes
		}
	}
	group := &Router{app: r.app, parent: r, prefix: r.prefix + prefix, opts: []placed{{site, slices.Clone(opts)}}, callback: r.callback}
	r.app.routers = append(r.app.routers, group)
	return group
}

// Use adds options for all operations of r and its groups.
func (r *Router) Use(opts ...Option) {
	r.opts = append(r.opts, placed{caller(), slices.Clone(opts)})
}

// DocumentPath returns the path of the application's OpenAPI document, or ""
// when it serves none: see [Config]. The prefix of r does not count.
func (r *Router) DocumentPath() string { return r.app.app.cfg.documentPath() }

// Documents iterates over the application's OpenAPI documents: versions in the order of
// [App.Versions] and paths, which are empty where none is served. The first is that of everything,
// without a version. Unlike other methods it is for mounted handlers, when New has
// returned: before that versions are not known, and there are no documents. The prefix
// of r does not count.
func (r *Router) Documents() iter.Seq2[string, string] {
	return func(yield func(version, path string) bool) {
		for _, d := range r.app.app.documents {
			if !yield(d.version, d.path) {
				return
			}
		}
	}
}

// path returns a path below r. One without a slash would run into the prefix.
func (r *Router) path(subject, site, path string) string {
	if path != "" && path[0] != '/' {
		r.app.mistake(site, "%s: path %q: want a slash at the beginning", subject, path)
	}
	return r.prefix + path
}

// settings adds up the options that hold for an operation of r, outermost first.
func (r *Router) settings(opts placed) *settings {
	s := &settings{app: r.app}
	var add func(r *Router)
	add = func(r *Router) {
		if r.parent != nil {
			add(r.parent)
		}
		s.scopes = append(s.scopes, nil)
		for _, p := range r.opts {
			s.add(p)
		}
		if r.parent == nil {
			s.outer, s.middleware = s.middleware, nil
		}
	}
	s.scopes = append(s.scopes, r.app.builtins)
	add(r)
	s.scopes = append(s.scopes, nil)
	s.add(opts)
	for _, opts := range r.app.overrides {
		if r.callback != nil {
			break // it needs nothing
		}
		s.scopes = append(s.scopes, nil)
		s.add(opts)
	}
	return s
}

const (
	packagePath = "github.com/tenonapi/tenon."
	testPath    = "github.com/tenonapi/tenon/tenontest."
)

// caller returns file and line of the call into this package, or into tenontest.
func caller() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, packagePath) && !strings.HasPrefix(f.Function, testPath) || !more {
			return f.File + ":" + strconv.Itoa(f.Line)
		}
	}
}
