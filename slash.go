package tenon

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon/internal/nethttp"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/transport"
)

// Values of Config.TrailingSlash.
const (
	slashRedirect = "redirect"
	slashAbsolute = "redirect-absolute"
	slashIgnore   = "ignore"
)

// find returns what is registered for the path of x, or else, and says so, for its other
// form, with or without a slash at its end. Operations of either form come before mounted
// handlers. The root has one form only.
func (a *App) find(x transport.Exchange) (p *place, other bool, err error) {
	path := a.path(x)
	p, err = a.tree.Find(path, x.Params())
	if a.cfg.TrailingSlash == "" || err != nil || p != nil && p.mount == nil {
		return p, false, err
	}
	form := otherSlash(path)
	if o, _ := a.tree.Find(form, x.Params()); o != nil && o.mount == nil && form != "/" { // well-formed, as path is
		return o, true, nil
	}
	return p, false, nil
}

// path returns the path of x as it is looked up. An empty one is the root, such as where
// http.StripPrefix has left nothing.
// Source: RFC 9110, section 4.2.3.
func (a *App) path(x transport.Exchange) string {
	path := x.Path()
	if path == "" {
		path = "/"
	}
	if a.cfg.Loose {
		path = pathLoose(path)
	}
	return path
}

// redirect leads to the other form of the path.
func (a *App) redirect(x transport.Exchange) {
	x.SetHeader("Location", a.location(x, a.path(x)))
	x.Send(http.StatusTemporaryRedirect, "", nil)
}

// otherSlash returns path with a slash at its end if it has none, else without it.
func otherSlash(path string) string {
	if without, ok := strings.CutSuffix(path, "/"); ok {
		return without
	}
	return path + "/"
}

// location returns where the other form of path is: relative to it, so that no proxy's
// prefix need be known and no path can name another host, or with scheme and host.
func (a *App) location(x transport.Exchange, path string) string {
	without, more := strings.CutSuffix(path, "/")
	to := "." + without[strings.LastIndexByte(without, '/'):]
	if more {
		to = "." + to
	} else {
		to += "/"
	}
	// The slashes of another path are not those that a client sees. HTTP/1.0 has no host.
	if host := x.Host(); host != "" && (a.cfg.TrailingSlash == slashAbsolute || path != x.Path()) {
		scheme := "http"
		if secure(x) {
			scheme = "https"
		}
		to = scheme + "://" + host + a.cfg.BasePath + otherSlash(path)
	}
	if q := x.Query(); q != "" {
		to += "?" + q
	}
	return ascii(to)
}

// secure reports whether the client uses TLS, perhaps towards a proxy that is trusted.
func secure(x transport.Exchange) bool {
	if n, ok := x.(*nethttp.Exchange); ok {
		return middleware.IsSecure(n.Request())
	}
	return x.Secure()
}

// ascii returns s with everything percent-encoded that no URL has.
func ascii(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// checkPaths notes mistakes in BasePath and TrailingSlash of the application's Config.
func (b *builder) checkPaths(site string) {
	cfg := &b.app.cfg
	switch cfg.TrailingSlash {
	case "", slashRedirect, slashAbsolute, slashIgnore:
	default:
		b.mistake(site, "Config.TrailingSlash is %q, want %q, %q, %q or nothing", cfg.TrailingSlash, slashRedirect, slashAbsolute, slashIgnore)
	}
	if cfg.BasePath == "" {
		return
	}
	switch t, err := route.Parse(cfg.BasePath); {
	case err != nil:
		b.mistake(site, "Config.BasePath: %v", err)
	case len(t.Params) > 0 || strings.HasSuffix(cfg.BasePath, "/"):
		b.mistake(site, "Config.BasePath is %q: want fixed text such as /shop, without a slash at the end", cfg.BasePath)
	}
}
