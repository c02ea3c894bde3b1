package tenon

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/transport"
)

// Values of Config.TrailingSlash.
const (
	slashRedirect = "redirect"
	slashAbsolute = "redirect-absolute"
	slashIgnore   = "ignore"
)

// find returns what is registered for the path of x. An empty one is the root, such as
// where http.StripPrefix has left nothing.
// Source: RFC 9110, section 4.2.3.
func (a *App) find(x transport.Exchange) (*place, error) {
	path := x.Path()
	if path == "" {
		path = "/"
	}
	if a.cfg.Loose {
		path = pathLoose(path)
	}
	p, err := a.tree.Find(path, x.Params())
	if p == nil && err == nil && a.cfg.TrailingSlash == slashIgnore {
		return a.tree.Find(otherSlash(path), x.Params())
	}
	return p, err
}

// miss answers a request whose path leads nowhere.
func (a *App) miss(x transport.Exchange) {
	mode, path := a.cfg.TrailingSlash, x.Path()
	if mode == slashRedirect || mode == slashAbsolute {
		// What Find has said of path holds for the other form, too: it is well-formed.
		if p, _ := a.tree.Find(otherSlash(path), x.Params()); p != nil {
			x.SetHeader("Location", a.location(x, path))
			x.Send(http.StatusTemporaryRedirect, "", nil)
			return
		}
	}
	a.answer(x, "", errNotFound)
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
	other := otherSlash(path)
	to := "." + other[strings.LastIndexByte(strings.TrimSuffix(other, "/"), '/'):]
	if len(other) < len(path) {
		to = "." + to
	}
	if a.cfg.TrailingSlash == slashAbsolute {
		scheme := "http"
		if x.Secure() {
			scheme = "https"
		}
		to = scheme + "://" + x.Host() + a.cfg.BasePath + other
	}
	if q := x.Query(); q != "" {
		to += "?" + q
	}
	return ascii(to)
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
