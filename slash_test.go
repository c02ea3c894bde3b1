package tenon_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/tenontest"
)

// slashes has paths with and without a slash at their end.
func slashes(t testing.TB, policy string, routes ...func(*tenon.Router)) *tenon.App {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", TrailingSlash: policy}, append(routes, verbs, func(r *tenon.Router) {
		tenon.Get(r, "/slash/", says[none]("slash"))
		tenon.Get(r, "/both", says[none]("both"))
		tenon.Get(r, "/both/", says[none]("both/"), tenon.Doc{ID: "getBothFolder"})
		tenon.Get(r, "/group/{id}/", named, tenon.Middleware(wrapper(func(http.ResponseWriter, *http.Request) {})))
		tenon.Get(r, "/rest/{id...}", named)
		r.Mount("/mount", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("mount " + r.URL.Path)) }))
	})...)
	assert.NoError(t, err)
	return app
}

func TestTrailingSlashes(t *testing.T) {
	servers := make(map[string]net.Addr)
	for _, policy := range []string{"", "redirect", "redirect-absolute", "ignore"} {
		srv := httptest.NewServer(slashes(t, policy))
		defer srv.Close()
		servers[policy] = srv.Listener.Addr()
	}
	const here = "here" // it leads somewhere as it is
	tests := []struct {
		name, method, path string
		other              string // where the relative redirect leads; empty for nowhere
		body               string // part of what is answered there
	}{
		{"one too many", "GET", "/items/", "../items", `"list"`},
		{"one too many behind a parameter", "GET", "/items/7/", "../7", `"7"`},
		{"two in place of one", "GET", "/slash//", "../", `"slash"`},
		{"one too few", "GET", "/slash", "./slash/", `"slash"`},
		{"one too few behind a parameter", "GET", "/group/7", "./7/", `"7"`},
		{"query", "GET", "/items/7/?a=%2F&b=//evil.com", "../7?a=%2F&b=//evil.com", `"7"`},
		{"query beyond ASCII", "GET", "/items/?a=\xc3\xa9\"<>", `../items?a=%C3%A9"<>`, `"list"`},
		{"encoded slash", "GET", "/items/a%2Fb/", "../a%2Fb", `"a/b"`},
		{"looks like a scheme", "GET", "/group/javascript:alert(1)", "./javascript:alert(1)/", `javascript:alert(1)`},
		{"looks like a host", "GET", "/group/%2F%2Fevil.com", "./%2F%2Fevil.com/", `"//evil.com"`},
		{"backslash", "GET", `/items/\evil.com/`, "../%5Cevil.com", `\evil.com`},
		{"all methods", "PUT", "/items/7/", "../7", ""},
		{"own methods", "REPORT", "/own/method/", "../method", `"report"`},
		{"a method that it does not have", "PATCH", "/items/", "../items", `"method_not_allowed"`},
		{"no slash before the rest", "GET", "/rest", "./rest/", `""`},
		{"document", "GET", "/openapi.json/", "../openapi.json", `"openapi"`},
		{"both exist", "GET", "/both/", here, `"both/"`},
		{"both exist, without", "GET", "/both", here, `"both"`},
		{"a method that the path does not have", "DELETE", "/both", here, "method_not_allowed"},
		{"mount", "GET", "/mount/", here, "mount /mount/"},
		{"mount without", "GET", "/mount", here, "mount /mount"},
		{"below the mount", "GET", "/mount/x/", here, "mount /mount/x/"},
		{"rest with a slash", "GET", "/rest/a/", here, `"a/"`},
		{"two too many", "GET", "/items//", "", ""},
		{"empty segment", "GET", "//items/", "", ""},
		{"another host", "GET", "//evil.com/", "", ""},
		{"another host without", "GET", "//evil.com", "", ""},
		{"dot segment", "GET", "/items/../", "", ""},
		{"encoded dot segment", "GET", "/items/%2e%2e/", "", ""},
		{"encoded slash is none", "GET", "/items%2F", "", ""},
		{"nothing", "GET", "/nothing/", "", ""},
		{"root", "GET", "/", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for policy, addr := range servers {
				got := send(t, addr, tt.method+" "+tt.path+" HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
				location := got.Header.Get("Location")
				switch redirects := tt.other != "" && tt.other != here; {
				case tt.other == here || redirects && policy == "ignore":
					assert.Contains(t, got.body, tt.body)
					assert.Equal(t, location, "", policy)
				case !redirects || policy == "":
					assert.Equal(t, got.StatusCode, http.StatusNotFound, policy, got.body)
					assert.Equal(t, location, "", policy)
				default:
					assert.Equal(t, got.StatusCode, http.StatusTemporaryRedirect, policy, got.body)
					assert.Equal(t, got.Header.Get("Content-Length"), "0")
					there := follow(t, "http://a.example"+tt.path, location)
					if policy == "redirect" {
						assert.Equal(t, location, tt.other)
					} else {
						assert.Equal(t, location, there.String())
					}
					assert.Equal(t, there.Host, "a.example", policy)
					answer := send(t, addr, tt.method+" "+there.RequestURI()+" HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
					assert.Contains(t, answer.body, tt.body)
					assert.Equal(t, answer.StatusCode != http.StatusNotFound && answer.StatusCode != http.StatusTemporaryRedirect, true, policy)
				}
			}
		})
	}
}

func TestOperationsOfEitherFormComeBeforeMountedHandlers(t *testing.T) {
	routes := func(r *tenon.Router) {
		tenon.Get(r, "/items/{id}", named)
		r.Mount("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("mount")) }))
	}
	for policy, want := range map[string]string{"": "200 mount", "redirect": "307 ", "redirect-absolute": "307 ", "ignore": `200 {"name":"7","count":0}`} {
		app, err := tenon.New(tenon.Config{Title: "T", Version: "1", TrailingSlash: policy}, routes)
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		r := c.Do("GET", "/items/7/", "")
		assert.Equal(t, fmt.Sprint(r.Status, " ", string(r.Body)), want, policy)
		assert.Equal(t, string(c.Do("GET", "/items/", "").Body), "mount", policy)
	}
}

// follow returns where a client goes from one URL with a header Location.
func follow(t testing.TB, from, location string) *url.URL {
	t.Helper()
	base, err := url.ParseRequestURI(from)
	assert.NoError(t, err)
	to, err := base.Parse(location)
	assert.NoError(t, err)
	return to
}

func TestAbsoluteRedirectsKnowSchemeAndBasePath(t *testing.T) {
	proxies, err := middleware.TrustProxies(middleware.ProxyConfig{Trusted: []string{"127.0.0.0/8"}, Proto: true, Host: true})
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", BasePath: "/shop", TrailingSlash: "redirect-absolute"}, verbs, func(r *tenon.Router) {
		r.Use(tenon.Middleware(proxies))
	})
	assert.NoError(t, err)
	srv := httptest.NewServer(app)
	defer srv.Close()
	forwarded := send(t, srv.Listener.Addr(), "GET /items/ HTTP/1.1\r\nHost: inside\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\nConnection: close\r\n\r\n")
	assert.Equal(t, forwarded.Header.Get("Location"), "https://a.example/shop/items")
	hostless := send(t, srv.Listener.Addr(), "GET /items/ HTTP/1.0\r\n\r\n")
	assert.Equal(t, hostless.Header.Get("Location"), "../items")
	c := tenontest.New(t, app)
	assert.Equal(t, c.Do("GET", "http://a.example/items/?q=1", "").Header.Get("Location"), "http://a.example/shop/items?q=1")
	assert.Equal(t, c.Do("GET", "https://a.example/items/", "").Header.Get("Location"), "https://a.example/shop/items")
}

func TestUnknownTrailingSlashIsAMistake(t *testing.T) {
	errs := mistakesOf(t, tenon.Config{Title: "T", Version: "1", TrailingSlash: "Redirect"})
	assert.Equal(t, len(errs), 1)
	assert.Contains(t, errs[0], `Config.TrailingSlash is "Redirect", want "redirect", "redirect-absolute", "ignore" or nothing`)
}

// FuzzTrailingSlash follows redirects as a client does: they stay at the host, lead to something
// that the path means, and end there.
func FuzzTrailingSlash(f *testing.F) {
	for _, seed := range []string{"/items/", "//evil.com/", "/group/a:b", "/items/%2F%2Fevil.com/", `/items/\\evil/`, "/slash?x", "/items/..%2f/", "/group/.%2e", "//", "/slash//"} {
		f.Add(seed)
	}
	app := slashes(f, "redirect", func(r *tenon.Router) { tenon.Get(r, "/", says[none]("root")) })
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(target, "/") {
			return
		}
		x := &fake{method: "GET", path: u.EscapedPath(), query: u.RawQuery}
		app.ServeExchange(x)
		if x.status != http.StatusTemporaryRedirect {
			return
		}
		base := &url.URL{Scheme: "http", Host: "a.example", Path: u.Path, RawPath: u.RawPath}
		to, err := base.Parse(x.answer.Get("Location"))
		assert.NoError(t, err)
		assert.Equal(t, to.Scheme+"://"+to.Host, "http://a.example", target)
		assert.Equal(t, strings.TrimRight(to.EscapedPath(), "/"), strings.TrimRight(u.EscapedPath(), "/"), target)
		x = &fake{method: "GET", path: to.EscapedPath()}
		app.ServeExchange(x)
		assert.Equal(t, x.status != http.StatusTemporaryRedirect && x.status != http.StatusNotFound, true, target)
	})
}

func TestTheRootHasNoOtherForm(t *testing.T) {
	for _, policy := range []string{"redirect", "redirect-absolute", "ignore"} {
		app := slashes(t, policy, func(r *tenon.Router) { tenon.Get(r, "/", says[none]("root")) })
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = "//"
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		assert.Equal(t, w.Code, 404, policy)
	}
}
