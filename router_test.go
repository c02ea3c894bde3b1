package tenon_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// mark is middleware that notes its passing in a header of the answer.
func mark(name string) tenon.Option {
	return tenon.Middleware(wrapper(func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Mark", name) }))
}

func marks(c *tenontest.Client, path string) string {
	return strings.Join(c.Do("GET", path, "").Header.Values("Mark"), " ")
}

func TestPeers1GroupsCopyTheirOptions(t *testing.T) {
	shared := make([]tenon.Option, 1, 8) // room that an append could share
	shared[0] = mark("shared")
	list := []func(http.Handler) http.Handler{wrapper(func(http.ResponseWriter, *http.Request) {})}
	c := newClient(t, func(r *tenon.Router) {
		a := r.Group("/a", shared...)
		b := r.Group("/b", shared...)
		a.Use(mark("a"))
		b.Use(mark("b"))
		tenon.Get(a, "", ok[none, item], append(shared[:1], mark("op-a"))...)
		tenon.Get(b, "", ok[none, item], append(shared[:1], mark("op-b"))...)
		r.Mount("/c", http.NotFoundHandler(), append(shared[:1], mark("mount"))...)
		r.Use(shared[:1]...)
		r.Use(tenon.Options(shared[:1]...), tenon.Middleware(list...))
		shared[:2][1], list[0] = mark("changed later"), nil
		shared[0] = nil
	})
	assert.Equal(t, marks(c, "/a"), "shared shared shared a shared op-a")
	assert.Equal(t, marks(c, "/b"), "shared shared shared b shared op-b")
	assert.Equal(t, marks(c, "/c"), "shared shared shared mount")
}

func TestOptionsCopyTheirArguments(t *testing.T) {
	tags, codes, errs := []string{"tag"}, []int{201, 202}, []error{errGone}
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 404, "gone", "Gone"))
		tenon.Get(r, "/a", ok[none, tenon.Reply[item]], tenon.Tags(tags...), tenon.Status(codes...), tenon.Errors(errs...))
		tags[0], codes[0], errs[0] = "changed", 500, errOther
	})
	op := app.Document().Paths["/a"].Get
	assert.Equal(t, op.Tags, []string{"tag"})
	assert.Equal(t, op.Responses["201"] != nil && op.Responses["202"] != nil && op.Responses["404"] != nil, true)
}

func TestPeers18DeclarationsAreOrderFree(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		v1 := r.Group("/v1")
		admin := v1.Group("/admin")
		tenon.Get(admin, "/a", func(context.Context, *none) (item, error) { return item{}, errGone }, tenon.Errors(errGone))
		admin.Use(mark("admin"))
		v1.Use(mark("v1"))
		r.Use(mark("app"))
		r.Use(tenon.MapError(errGone, 410, "gone", "Gone"))
	})
	assert.Equal(t, marks(c, "/v1/admin/a"), "app v1 admin")
	wantProblem(t, c, c.Do("GET", "/v1/admin/a", ""), http.StatusGone, "gone")
}

func TestMiddlewareRunsFromTheOutsideIn(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(mark("app1"), tenon.Options(mark("app2")))
		g := r.Group("/g", mark("group1"))
		tenon.Get(g, "/a", ok[none, item], mark("op1"), mark("op2"))
		tenon.Get(g, "/b", ok[none, item])
		inner := g.Group("/h")
		tenon.Get(inner, "/c", ok[none, item])
		inner.Use(mark("inner"))
		g.Use(mark("group2"))
		tenon.Get(r, "/d", ok[none, item])
		g.Mount("/m", http.NotFoundHandler(), mark("mount"))
	})
	tests := map[string]string{
		"/g/a":          "app1 app2 group1 group2 op1 op2",
		"/g/b":          "app1 app2 group1 group2",
		"/g/h/c":        "app1 app2 group1 group2 inner",
		"/d":            "app1 app2",
		"/g/m":          "app1 app2 group1 group2 mount",
		"/g/m/x":        "app1 app2 group1 group2 mount",
		"/g/nothing":    "app1 app2", // no operation of the group
		"/openapi.json": "app1 app2",
	}
	for path, want := range tests {
		assert.Equal(t, marks(c, path), want, path)
	}
	assert.Equal(t, strings.Join(c.Do("OPTIONS", "/g/a", "").Header.Values("Mark"), " "), "app1 app2")
	assert.Equal(t, strings.Join(c.Do("HEAD", "/g/b", "").Header.Values("Mark"), " "), "app1 app2 group1 group2")
}

func TestMiddlewareSeesTheTemplateAndTheHandlerItsContext(t *testing.T) {
	type key struct{}
	var outside, inside string
	outer := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			outside = r.Pattern
		})
	}
	inner := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inside = r.Pattern
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "from middleware")))
		})
	}
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.Middleware(outer))
		h := func(ctx context.Context, in *byID) (item, error) {
			text, _ := ctx.Value(key{}).(string)
			return item{Name: text}, nil
		}
		tenon.Get(r.Group("/g", tenon.Middleware(inner)), "/{id}", h)
		tenon.Get(r, "/plain/{id}", h)
	})
	assert.Equal(t, string(c.Do("GET", "/g/1", "").Body), `{"name":"from middleware","count":0}`)
	assert.Equal(t, outside+" "+inside, "/g/{id} /g/{id}")
	c.Do("GET", "/plain/1", "")
	assert.Equal(t, outside, "/plain/{id}")
}

func TestMiddlewareCannotLeadToAnotherOperation(t *testing.T) {
	rewrite := func(path string) tenon.Option {
		return tenon.Middleware(wrapper(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/docs" {
				r.URL.Path = path
			}
		}))
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/open/{id}", named, rewrite("/secret"))
		tenon.Get(r, "/same/{id}", named, rewrite("/same/2"))
		tenon.Get(r, "/bad/{id}", named, rewrite("/bad"))
		tenon.Get(r, "/secret", says[none]("secret"))
		tenon.Post(r, "/same/{id}", ok[byID, item])
	})
	wantProblem(t, c, c.Do("GET", "/open/1", ""), http.StatusNotFound, "not_found")
	wantProblem(t, c, c.Do("GET", "/bad/1", ""), http.StatusNotFound, "not_found")
	assert.Equal(t, string(c.Do("GET", "/same/1", "").Body), `{"name":"2","count":0}`)
	assert.Equal(t, len(c.Do("HEAD", "/same/1", "").Body), 0)
}

func TestMiddlewareAnswersThroughTheErrorPolicy(t *testing.T) {
	deny := problem.New(http.StatusUnauthorized, "no_key", "API key is missing")
	deny.Header = http.Header{"www-authenticate": {"Bearer"}}
	denied := tenon.Middleware(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { problem.Write(w, r, deny) })
	})
	tests := []struct {
		name   string
		routes func(*tenon.Router)
	}{
		{"of the application", func(r *tenon.Router) { r.Use(denied) }},
		{"of a group", func(r *tenon.Router) { tenon.Get(r.Group("/a", denied), "", ok[none, item]) }},
		{"of an operation", func(r *tenon.Router) { tenon.Get(r, "/a", ok[none, item], denied) }},
		{"of a mount", func(r *tenon.Router) { r.Mount("/a", http.NotFoundHandler(), denied) }},
		{"mounted", func(r *tenon.Router) {
			r.Mount("/a", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { problem.Write(w, r, deny) }))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, err := tenon.New(tenon.Config{Title: "T", Version: "1", ProblemTypes: "https://example.com/p/"}, tt.routes)
			assert.NoError(t, err)
			r := tenontest.New(t, app).Do("GET", "/a", "", "X-Request-Id: abc")
			assert.Equal(t, r.Status, http.StatusUnauthorized)
			assert.Equal(t, string(r.Body),
				`{"type":"https://example.com/p/no_key","title":"API key is missing","status":401,"code":"no_key","request_id":"abc"}`)
			assert.Equal(t, r.Header.Values("WWW-Authenticate"), []string{"Bearer"})
			assert.Equal(t, r.Header.Get("X-Request-Id"), "abc")
		})
	}
}

func TestMount(t *testing.T) {
	see := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(name + " " + r.Method + " " + r.URL.Path))
		})
	}
	c := newClient(t, func(r *tenon.Router) {
		r.Mount("/", see("root"))
		r.Mount("/docs", see("docs"))
		r.Group("/v1").Mount("/files/", see("files"))
		r.Group("/v2").Mount("", see("v2"))
		tenon.Get(r, "/docs/typed", says[none]("typed"))
		tenon.Get(r, "/{id}/typed", named)
		tenon.Post(r, "/v2/orders", ok[none, item])
	})
	tests := []struct{ name, method, path, want string }{
		{"prefix", "GET", "/docs", "docs GET /docs"},
		{"prefix with a slash", "GET", "/docs/", "docs GET /docs/"},
		{"below", "POST", "/docs/a/b", "docs POST /docs/a/b"},
		{"unknown method", "BREW", "/docs/a", "docs BREW /docs/a"},
		{"options", "OPTIONS", "/docs/a", "docs OPTIONS /docs/a"},
		{"operation below", "GET", "/docs/typed", `{"name":"typed","count":0}`},
		{"below the operation", "GET", "/docs/typed/x", "docs GET /docs/typed/x"},
		{"fixed before a parameter", "GET", "/docs/typo", "docs GET /docs/typo"},
		{"parameter elsewhere", "GET", "/else/typed", `{"name":"else","count":0}`},
		{"in a group", "GET", "/v1/files/x", "files GET /v1/files/x"},
		{"no whole segment", "GET", "/docs2", "root GET /docs2"},
		{"group itself", "GET", "/v2/x", "v2 GET /v2/x"},
		{"root", "GET", "/", "root GET /"},
		{"all others", "DELETE", "/x/y/z", "root DELETE /x/y/z"},
		{"double slash", "GET", "//docs", "root GET //docs"},
		{"document", "HEAD", "/openapi.json", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do(tt.method, tt.path, "")
			assert.Equal(t, string(r.Body), tt.want)
			assert.Equal(t, r.Status, http.StatusOK)
		})
	}
	r := c.Do("GET", "/v2/orders", "") // a path that has operations is theirs
	wantProblem(t, c, r, http.StatusMethodNotAllowed, "method_not_allowed")
	assert.Equal(t, r.Header.Get("Allow"), "OPTIONS, POST")
}

func TestInnerOptionsReplaceOrExtendOuterOnes(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(tenon.Tags("app"), tenon.Doc{Summary: "app", Description: "of the app"})
		g := r.Group("/g", tenon.Tags("group", "app"), tenon.Doc{Summary: "group"})
		tenon.Get(g, "/a", ok[none, item], tenon.Tags("op"), tenon.Doc{ID: "own"})
		tenon.Get(g, "/b", ok[none, item], tenon.Doc{Hidden: true})
	})
	op := app.Document().Paths["/g/a"].Get
	assert.Equal(t, op.Tags, []string{"app", "group", "op"})
	assert.Equal(t, op.Summary+"; "+op.Description, "group; of the app")
	assert.Equal(t, op.OperationID, "own")
	assert.Equal(t, app.Document().Paths["/g/b"] == nil, true)
}

func TestRoutersKnowThePathOfTheDocument(t *testing.T) {
	for path, want := range map[string]string{"": "/openapi.json", "/doc": "/doc", "-": ""} {
		_, err := tenon.New(tenon.Config{Title: "T", Version: "1", Document: path}, func(r *tenon.Router) {
			assert.Equal(t, r.DocumentPath(), want)
			assert.Equal(t, r.Group("/v1").DocumentPath(), want)
		})
		assert.NoError(t, err)
	}
}
