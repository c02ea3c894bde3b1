package docsui_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"worker-src 'self' blob:; connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'"

// The files that the page at /docs loads and their types.
var files = map[string]string{
	"/docs/favicon-32x32.png":    "image/png",
	"/docs/document.js":          "text/javascript; charset=utf-8",
	"/docs/swagger.js":           "text/javascript; charset=utf-8",
	"/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
	"/docs/swagger-ui.css":       "text/css; charset=utf-8",
}

// Folders of packages as npm makes them, by the function that shows them.
var (
	redoc  = fstest.MapFS{"bundles/redoc.standalone.js": {Data: []byte("var Redoc")}, "package.json": {Data: []byte("{}")}}
	scalar = fstest.MapFS{"dist/browser/standalone.js": {Data: []byte("var Scalar")}}
)

type item struct{ ID int }

func ping(context.Context, *struct{}) (item, error) { return item{1}, nil }

func routes(r *tenon.Router) { tenon.Get(r, "/items", ping) }

func newClient(t *testing.T, cfg tenon.Config, fns ...func(*tenon.Router)) *tenontest.Client {
	t.Helper()
	cfg.Title, cfg.Version = "Shop", "1.0.0"
	app, err := tenon.New(cfg, append(fns, routes)...)
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func unzip(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	assert.NoError(t, err)
	plain, err := io.ReadAll(z)
	assert.NoError(t, err)
	return plain
}

func TestPageAndFilesHaveTheirTypes(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	want := map[string]string{"/docs": "text/html; charset=utf-8", "/docs/": "text/html; charset=utf-8"}
	for path, contentType := range files {
		want[path] = contentType
	}
	for path, contentType := range want {
		r := c.Do("GET", path, "")
		assert.Equal(t, r.Status, http.StatusOK, path)
		assert.Equal(t, r.Header.Get("Content-Type"), contentType, path)
		assert.Equal(t, r.Header.Get("Content-Length"), strconv.Itoa(len(r.Body)), path)
	}
}

func TestEveryAnswerHasSecurityHeaders(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	targets := []string{"GET /docs", "GET /docs/", "HEAD /docs", "GET /docs/nothing.js", "POST /docs", "DELETE /docs/swagger.js"}
	for path := range files {
		targets = append(targets, "GET "+path, "HEAD "+path)
	}
	for _, target := range targets {
		method, path, _ := strings.Cut(target, " ")
		r := c.Do(method, path, "")
		assert.Equal(t, r.Header.Get("Content-Security-Policy"), policy, target)
		assert.Equal(t, r.Header.Get("X-Content-Type-Options"), "nosniff", target)
		assert.Equal(t, r.Header.Get("Referrer-Policy"), "no-referrer", target)
		assert.Equal(t, r.Header.Get("Cache-Control"), "no-cache", target)
	}
}

func TestHeadAnswersLikeGetWithoutBody(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	for _, path := range []string{"/docs", "/docs/swagger.js", "/docs/swagger-ui.css"} {
		for _, coding := range []string{"gzip", "identity"} {
			get := c.Do("GET", path, "", "Accept-Encoding: "+coding)
			head := c.Do("HEAD", path, "", "Accept-Encoding: "+coding)
			assert.Equal(t, head.Status, http.StatusOK, path, coding)
			assert.Equal(t, len(head.Body), 0, path, coding)
			assert.Equal(t, head.Header, get.Header, path, coding)
		}
	}
}

func TestErrorsAreProblems(t *testing.T) {
	tests := []struct {
		name, method, path string
		status             int
		code, allow        string
	}{
		{"unknown file", "GET", "/docs/nothing.js", 404, "not_found", ""},
		{"file of the bundle that the page does not load", "GET", "/docs/swagger-ui.js", 404, "not_found", ""},
		{"stored name", "GET", "/docs/swagger-ui.css.gz", 404, "not_found", ""},
		{"folder", "GET", "/docs/swagger.js/", 404, "not_found", ""},
		{"file in a folder", "GET", "/docs/x/swagger.js", 404, "not_found", ""},
		{"two slashes", "GET", "/docs//swagger.js", 404, "not_found", ""},
		{"traversal", "GET", "/docs/../docs/swagger.js", 404, "not_found", ""},
		{"traversal to the page", "GET", "/docs/../docs", 404, "not_found", ""},
		{"traversal, encoded dots", "GET", "/docs/%2e%2e/docs", 404, "not_found", ""},
		{"traversal, encoded slash", "GET", "/docs/..%2finit.js", 404, "not_found", ""},
		{"traversal to the module", "GET", "/docs/../../go.mod", 404, "not_found", ""},
		{"backslashes", "GET", `/docs/..%5cgo.mod`, 404, "not_found", ""},
		{"post", "POST", "/docs", 405, "method_not_allowed", "GET, HEAD"},
		{"options", "OPTIONS", "/docs", 405, "method_not_allowed", "GET, HEAD"},
		{"put of a file", "PUT", "/docs/swagger.js", 405, "method_not_allowed", "GET, HEAD"},
	}
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do(tt.method, tt.path, "")
			assert.Equal(t, r.Status, tt.status, tt.method, tt.path)
			p := c.Problem(r)
			assert.Equal(t, p.Code, tt.code, tt.method, tt.path)
			assert.Equal(t, r.Header.Get("Allow"), tt.allow, tt.method, tt.path)
			assert.Equal(t, r.Header.Get("Content-Encoding"), "", tt.method, tt.path)
			assert.Equal(t, r.Header.Get(problem.HeaderRequestID) != "", true, tt.method, tt.path)
		})
	}
}

func TestGzipIsNegotiated(t *testing.T) {
	const path = "/docs/swagger-ui-bundle.js"
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	plain := c.Do("GET", path, "").Body
	assert.Contains(t, string(plain[:500]), "SwaggerUIBundle")

	tests := []struct {
		name   string
		accept string
		gzip   bool
	}{
		{"no header", "", false},
		{"gzip", "gzip", true},
		{"browser", "gzip, deflate, br, zstd", true},
		{"capitals", "GZIP", true},
		{"old name", "x-gzip", true},
		{"with a weight", "br;q=1.0, gzip;q=0.001", true},
		{"refused", "gzip;q=0", false},
		{"refused in full", "*, gzip; q=0.000", false},
		{"anything", "*", true},
		{"nothing else", "identity, *;q=0", false},
		{"other codings", "br, deflate", false},
		{"bad weight", "gzip;q=x", false},
		{"part of a name", "notgzip", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", path, "", "Accept-Encoding: "+tt.accept)
			assert.Equal(t, r.Status, http.StatusOK)
			assert.Equal(t, r.Header.Get("Vary"), "Accept-Encoding")
			assert.Equal(t, r.Header.Get("Content-Length"), strconv.Itoa(len(r.Body)))
			assert.Equal(t, r.Header.Get("Content-Encoding") == "gzip", tt.gzip)
			body := r.Body
			if tt.gzip {
				body = unzip(t, body)
			}
			assert.Equal(t, bytes.Equal(body, plain), true)
		})
	}
}

func TestFilesStoredPlainDoNotVary(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	for _, path := range []string{"/docs", "/docs/swagger.js", "/docs/favicon-32x32.png"} {
		r := c.Do("GET", path, "", "Accept-Encoding: gzip")
		assert.Equal(t, r.Header.Get("Vary"), "", path)
		assert.Equal(t, r.Header.Get("Content-Encoding"), "", path)
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	for _, path := range []string{"/docs", "/docs/swagger.js", "/docs/swagger-ui.css"} {
		tag := c.Do("GET", path, "", "Accept-Encoding: gzip").Header.Get("Etag")
		for _, match := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			r := c.Do("GET", path, "", "Accept-Encoding: gzip", "If-None-Match: "+match)
			assert.Equal(t, r.Status, http.StatusNotModified, path, match)
			assert.Equal(t, len(r.Body), 0, path, match)
			assert.Equal(t, r.Header.Get("Etag"), tag, path, match)
		}
		r := c.Do("GET", path, "", "Accept-Encoding: gzip", `If-None-Match: "other"`)
		assert.Equal(t, r.Status, http.StatusOK, path)
	}
	plain := c.Do("GET", "/docs/swagger-ui.css", "").Header.Get("Etag")
	packed := c.Do("GET", "/docs/swagger-ui.css", "", "Accept-Encoding: gzip").Header.Get("Etag")
	assert.Equal(t, plain != packed, true, "two encodings have one entity tag:", plain)
	noSlash, slash := c.Do("GET", "/docs", "").Header.Get("Etag"), c.Do("GET", "/docs/", "").Header.Get("Etag")
	assert.Equal(t, noSlash != slash, true, "two pages have one entity tag:", slash)
}

// A reference is the value of an attribute that makes a browser ask for something.
type reference struct{ element, url string }

// references returns what the page refers to. It fails for scripts in the page
// and for handlers of events, which the policy forbids.
func references(t *testing.T, page []byte) []reference {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var refs []reference
	script := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return refs
		}
		assert.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			script = token.Name.Local == "script"
			for _, a := range token.Attr {
				switch name := a.Name.Local; {
				case name == "src", name == "href", name == "data-document", name == "action", name == "srcset":
					refs = append(refs, reference{token.Name.Local, a.Value})
				case strings.HasPrefix(name, "on"):
					t.Errorf("<%s> has the attribute %s, which the policy forbids", token.Name.Local, name)
				}
			}
		case xml.EndElement:
			script = false
		case xml.CharData:
			if script && len(bytes.TrimSpace(token)) > 0 {
				t.Errorf("the page has a script of its own, which the policy forbids: %s", token)
			}
			if bytes.Contains(token, []byte("url(")) || bytes.Contains(token, []byte("@import")) {
				t.Errorf("the page's style loads something: %s", token)
			}
		}
	}
}

// outside finds an address with a host in a script.
var outside = regexp.MustCompile("(?i)https?:|[\"'`]//")

func TestPageLoadsNothingFromOutside(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	loaded := map[string]string{}
	for _, path := range []string{"/docs", "/docs/"} {
		base, err := url.Parse("http://tenon.test" + path)
		assert.NoError(t, err)
		refs := references(t, c.Do("GET", path, "").Body)
		assert.Equal(t, len(refs), 7, path, refs) // icon, style, three scripts, the document twice
		for _, ref := range refs {
			u, err := url.Parse(ref.url)
			assert.NoError(t, err)
			assert.Equal(t, u.Scheme+u.Host, "", "not relative:", ref)
			assert.Equal(t, strings.HasPrefix(ref.url, "/"), false, "not relative:", ref)
			u = base.ResolveReference(u)
			r := c.Do("GET", u.Path, "")
			assert.Equal(t, r.Status, http.StatusOK, u)
			loaded[u.Path] = r.Header.Get("Content-Type")
		}
	}
	want := map[string]string{"/openapi.json": "application/json"}
	for path, contentType := range files {
		want[path] = contentType
	}
	assert.Equal(t, loaded, want)

	// Styles of Swagger UI itself: only data in the place of addresses.
	css := c.Do("GET", "/docs/swagger-ui.css", "").Body
	for _, m := range regexp.MustCompile(`(?i)@import|url\(\s*["']?([a-z]*)`).FindAllSubmatch(css, -1) {
		assert.Equal(t, string(m[1]), "data", string(m[0]))
	}
}

func TestScriptsTurnOutsideRequestsOff(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/swagger"), docsui.Redoc("/redoc", redoc), docsui.Scalar("/scalar", scalar))
	for path, want := range map[string][]string{
		"/swagger/document.js": {"new URL(server.url, address)", "new URL(chosen().dataset.document, document.baseURI)"},
		"/swagger/swagger.js": {
			"validatorUrl: null,", "queryConfigEnabled: false,",
			`supportedSubmitMethods: ["get", "put", "post", "delete", "options", "head", "patch"],`, "usePkceWithAuthorizationCodeGrant: true",
		},
		"/swagger/oauth2-redirect.js": {"BroadcastChannel"},
		"/redoc/redoc.js":             {`"data:,"`},
		"/scalar/scalar.js":           {`proxyUrl: "",`, "telemetry: false,", "withDefaultFonts: false,", "agent: { disabled: true },"},
	} {
		script := string(c.Do("GET", path, "").Body)
		if found := outside.FindString(script); found != "" {
			t.Errorf("%s names an outside address: %s", path, found)
		}
		for _, text := range want {
			assert.Contains(t, script, text)
		}
	}
}

func TestLinksFitTheirPlace(t *testing.T) {
	group := func(prefix, path string) func(*tenon.Router) {
		return func(r *tenon.Router) { docsui.Swagger(path)(r.Group(prefix)) }
	}
	tests := []struct {
		name     string
		routes   func(*tenon.Router)
		document string // tenon.Config.Document
		page     string
		script   string // as the page names it
		doc      string // as the page names it
	}{
		{"no slash", docsui.Swagger("/docs"), "", "/docs", "./docs/swagger.js", "./openapi.json"},
		{"slash", docsui.Swagger("/docs"), "", "/docs/", "./swagger.js", "../openapi.json"},
		{"slash in the path", docsui.Swagger("/docs/"), "", "/docs", "./docs/swagger.js", "./openapi.json"},
		{"two segments", docsui.Swagger("/internal/docs"), "", "/internal/docs", "./docs/swagger.js", "../openapi.json"},
		{"root", docsui.Swagger("/"), "", "/", "./swagger.js", "./openapi.json"},
		{"empty", docsui.Swagger(""), "", "/", "./swagger.js", "./openapi.json"},
		{"group", group("/internal", "/docs"), "", "/internal/docs", "./docs/swagger.js", "../openapi.json"},
		{"group, slash", group("/internal", "/docs"), "", "/internal/docs/", "./swagger.js", "../../openapi.json"},
		{"group with a parameter", group("/{tenant}", "/docs"), "", "/a%2Fb/docs/", "./swagger.js", "../../openapi.json"},
		{"other document", docsui.Swagger("/docs"), "/v1/api.json", "/docs/", "./swagger.js", "../v1/api.json"},
		{"special characters", docsui.Swagger(`/a:b`), `/a&b.json`, "/a:b", "./a:b/swagger.js", "./a&amp;b.json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, tenon.Config{Document: tt.document}, tt.routes)
			r := c.Do("GET", tt.page, "")
			assert.Equal(t, r.Status, http.StatusOK, tt.page)
			assert.Contains(t, string(r.Body), `src="`+tt.script+`"`)
			assert.Contains(t, string(r.Body), `data-document="`+tt.doc+`"`)
			base, err := url.Parse(tt.page)
			assert.NoError(t, err)
			for _, link := range []string{tt.script, strings.ReplaceAll(tt.doc, "&amp;", "&")} {
				u, err := base.Parse(link)
				assert.NoError(t, err)
				assert.Equal(t, c.Do("GET", u.EscapedPath(), "").Status, http.StatusOK, u)
			}
		})
	}
}

func TestVersionsCanBeChosen(t *testing.T) {
	versions := func(r *tenon.Router) {
		for _, v := range []string{"v1", "v10", "v9", "2.0-rc"} {
			tenon.Get(r, "/"+v+"/things", ping, tenon.Version(v))
		}
	}
	c := newClient(t, tenon.Config{}, versions, docsui.Swagger("/docs"), docsui.Redoc("/x/redoc", redoc))
	for page, above := range map[string]string{"/docs": "./", "/docs/": "../", "/x/redoc": "../"} {
		body := c.Do("GET", page, "").Body
		var want []reference
		for _, v := range []string{"v10", "v9", "v1", "2.0-rc"} { // the first is that of a page without a choice
			want = append(want, reference{"option", above + "openapi/" + v + ".json"})
		}
		want = append(want, reference{"div", want[0].url}, reference{"a", want[0].url})
		var got []reference
		for _, ref := range references(t, body) {
			if strings.HasSuffix(ref.url, ".json") {
				got = append(got, ref)
				u, err := url.Parse("http://tenon.test" + page)
				assert.NoError(t, err)
				u, err = u.Parse(ref.url)
				assert.NoError(t, err)
				assert.Equal(t, c.Do("GET", u.Path, "").Status, http.StatusOK, u)
			}
		}
		assert.Equal(t, got, want, page)
		assert.Contains(t, string(body), ">2.0-rc</option>")
	}
	plain := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	assert.Equal(t, strings.Contains(string(plain.Do("GET", "/docs", "").Body), "<select"), false, "there is nothing to choose")
}

func TestPageAtRootLeavesOtherPathsAlone(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/"))
	assert.Equal(t, c.Do("GET", "/items", "").Status, http.StatusOK)
	for _, path := range []string{"/nothing", "/nothing/", "/nothing/swagger.js", "//"} {
		assert.Equal(t, c.Do("GET", path, "").Status, http.StatusNotFound, path)
	}
}

func TestPageWorksBehindPrefix(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0", BasePath: "/shop"}, routes, docsui.Swagger("/docs"))
	assert.NoError(t, err)
	outer, err := tenon.New(tenon.Config{Title: "All", Version: "1.0.0"}, docsui.Swagger("/docs"), func(r *tenon.Router) { r.Mount("/shop", app) })
	assert.NoError(t, err)
	for name, h := range map[string]http.Handler{"stripped": http.StripPrefix("/shop", app), "mounted": outer} {
		t.Run(name, func(t *testing.T) { worksBehindShop(t, h) })
	}
}

func worksBehindShop(t *testing.T, h http.Handler) {
	server := httptest.NewServer(h)
	defer server.Close()
	get := func(path string) (string, []byte) {
		resp, err := server.Client().Get(server.URL + path)
		assert.NoError(t, err)
		defer resp.Body.Close()
		assert.Equal(t, resp.StatusCode, http.StatusOK, path)
		body, err := io.ReadAll(resp.Body)
		assert.NoError(t, err)
		return resp.Request.URL.Path, body
	}
	for _, page := range []string{"/shop/docs", "/shop/docs/"} {
		path, body := get(page)
		assert.Equal(t, path, page, "redirected")
		for _, ref := range references(t, body) {
			u, err := url.Parse(page)
			assert.NoError(t, err)
			u, err = u.Parse(ref.url)
			assert.NoError(t, err)
			get(u.Path)
		}
	}
}

func TestGroupProtectsThePage(t *testing.T) {
	closed := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			problem.Write(w, r, problem.New(http.StatusUnauthorized, "", ""))
		})
	}
	c := newClient(t, tenon.Config{}, func(r *tenon.Router) {
		docsui.Swagger("/docs")(r.Group("", tenon.Middleware(closed)))
	})
	for _, path := range []string{"/docs", "/docs/", "/docs/swagger.js"} {
		assert.Equal(t, c.Do("GET", path, "").Status, http.StatusUnauthorized, path)
	}
	assert.Equal(t, c.Do("GET", "/items", "").Status, http.StatusOK)
}

func TestF3ThePageKeepsItsPolicyBehindSecureHeaders(t *testing.T) {
	secure, err := middleware.SecureHeaders(middleware.SecureConfig{})
	assert.NoError(t, err)
	c := newClient(t, tenon.Config{}, func(r *tenon.Router) { r.Use(tenon.Middleware(secure)) }, docsui.Swagger("/docs"))
	page := c.Do("GET", "/docs", "", "Cookie: a=b")
	assert.Equal(t, page.Header.Values("Content-Security-Policy"), []string{policy})
	assert.Equal(t, page.Header.Values("X-Content-Type-Options"), []string{"nosniff"})
	assert.Equal(t, page.Header.Values("Cache-Control"), []string{"no-cache"})
	assert.Equal(t, c.Do("GET", "/items", "").Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
}

func TestBadPathIsReported(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0"}, docsui.Swagger("docs"))
	if err == nil {
		t.Fatal("want an error")
	}
	assert.Contains(t, err.Error(), `path "docs": want a slash at the beginning`)
}
