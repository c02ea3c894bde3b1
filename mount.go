package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/middleware"
)

// Mount gives all requests for prefix and the paths below it to h, whatever
// their method, except for paths that have operations. As in paths of
// operations, fixed text comes before a parameter.
//
// The path that h sees is not shortened; use http.StripPrefix for that. An [App] is
// mounted where its Config.BasePath says, and that is taken away for it. It has its own
// document, docs pages, error policy and middleware, inside of those of this application.
//
// Options other than [Middleware], [Deprecated], with [Version] for its Successor, and [Public] have
// no effect; where a security provider is in scope, h must be Public.
func (r *Router) Mount(prefix string, h http.Handler, opts ...Option) {
	site := caller()
	path := r.path("mount "+r.prefix+prefix, site, prefix)
	if r.callback != nil {
		r.app.mistake(site, "mount %s: callback %q: nothing of a callback is served", path, r.callback.name)
		return
	}
	r.app.mounts = append(r.app.mounts, &mount{router: r, path: path, inner: h, opts: placed{site, slices.Clone(opts)}, site: site})
}

// A mount is a handler of net/http at a prefix.
type mount struct {
	router  *Router
	path    string
	inner   http.Handler
	handler http.Handler // with its middleware
	opts    placed
	site    string

	version    string
	deprecated *Deprecated
	retires    *retirement // nil unless it is deprecated
}

// mount enters a handler of net/http into the tree, for which s holds.
func (b *builder) mount(m *mount, s *settings) error {
	path, err := route.Parse(cmp.Or(m.path, "/"))
	if err != nil {
		return err
	}
	if strings.HasSuffix(path.Text, "...}") {
		return errors.New("a mounted handler takes the rest of the path as it is: leave the last parameter out")
	}
	inner, err := b.mounted(m.inner, strings.TrimSuffix(path.Text, "/"))
	if err != nil {
		return err
	}
	p := b.app.tree.Below(path)
	if p.mount != nil {
		return fmt.Errorf("is mounted already, at %s", p.mount.site)
	}
	if rest := b.app.tree.Rest(path); rest != nil {
		op := rest.methods[0]
		return fmt.Errorf("would get nothing: all paths below it are those of %s at %s", op.Path, op.site)
	}
	p.mount = m
	if s.hasSecurity() && !s.public && b.overrides == nil {
		return errors.New("a security provider is in scope, which a mounted handler does not ask: say Public() if it may be")
	}
	if m.version, m.deprecated = s.version, s.deprecated; m.deprecated != nil {
		inner = m.deprecated.before(b.app, inner)
	}
	m.handler = b.app.reaching(chain(s.middleware, inner))
	return nil
}

// mounted returns what answers for h, which is mounted at path.
func (b *builder) mounted(h http.Handler, path string) (http.HandlerFunc, error) {
	sub, ok := h.(*App)
	switch at := b.app.cfg.BasePath + path; {
	case h == nil, ok && sub == nil:
		return nil, errors.New("the handler is nil")
	case !ok:
		return h.ServeHTTP, nil
	case sub.cfg.BasePath != at:
		return nil, fmt.Errorf("the application has the Config.BasePath %q, want %q: its links begin with it, and Mount takes it away", sub.cfg.BasePath, at)
	}
	return sub.below(strings.Count(path, "/"), b.app.cfg.Loose), nil
}

// below returns a as a handler that sees a path without its first n segments. loose is
// Config.Loose of the application that has found it.
func (a *App) below(n int, loose bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rest := r.URL.EscapedPath()
		if loose {
			rest = pathLoose(rest)
		}
		for i := 0; i < n && rest != ""; i++ { // middleware may have taken it away
			if end := strings.IndexByte(rest[1:], '/'); end >= 0 {
				rest = rest[1+end:]
			} else {
				rest = ""
			}
		}
		inner, target := *r, *r.URL
		target.RawPath = rest
		target.Path, _ = url.PathUnescape(rest) // the tree has checked it
		inner.URL, inner.Pattern = &target, ""
		a.ServeHTTP(w, &inner)
		a.logRoute(&inner)
	}
}

// logRoute says which template matched, as clients see it.
func (a *App) logRoute(r *http.Request) {
	if r.Pattern != "" {
		middleware.LogRoute(r.Context(), a.cfg.BasePath+r.Pattern)
	}
}
