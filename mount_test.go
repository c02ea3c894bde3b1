package tenon_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/tenontest"
)

// parts is an application to be mounted at base. Its problems begin with parts:.
func parts(t testing.TB, base string, log *logs, opts ...tenon.Option) *tenon.App {
	t.Helper()
	cfg := tenon.Config{Title: "Parts", Version: "2", BasePath: base, ProblemTypes: "parts:", TrailingSlash: "redirect", Logger: slog.New(log.handler())}
	app, err := tenon.New(cfg, func(r *tenon.Router) {
		r.Use(opts...)
		one := tenon.Get(r, "/parts/{id}", named)
		tenon.Get(r, "/", says[none]("root"))
		tenon.Post(r, "/parts", func(_ context.Context, in *bodied) (out tenon.Created[item], err error) {
			out.Body = in.Body
			out.Location, err = one.URL(&byID{in.Body.Name})
			return out, err
		})
		tenon.Get(r, "/last", func(context.Context, *none) (out tenon.Redirect, err error) {
			out.Location, err = one.URL(&byID{"z"})
			return out, err
		})
		tenon.Get(r, "/panic", func(context.Context, *none) (item, error) { panic("boom") })
	})
	assert.NoError(t, err)
	return app
}

// A way is how an application comes to be at /shop/parts.
type way struct {
	name string
	make func(t testing.TB, log *logs) http.Handler
}

// ways lead to the application of parts.
func ways() []way {
	const base = "/shop/parts"
	return []way{
		{"mounted in an application", func(t testing.TB, log *logs) http.Handler {
			return newApp(t, log, func(r *tenon.Router) { r.Group("/shop").Mount("/parts", parts(t, base, log)) })
		}},
		{"mounted in one that is mounted", func(t testing.TB, log *logs) http.Handler {
			shop, err := tenon.New(tenon.Config{Title: "Shop", Version: "1", BasePath: "/shop"}, func(r *tenon.Router) { r.Mount("/parts", parts(t, base, log)) })
			assert.NoError(t, err)
			return newApp(t, log, func(r *tenon.Router) { r.Mount("/shop", shop) })
		}},
		{"mounted as any handler", func(t testing.TB, log *logs) http.Handler {
			return newApp(t, log, func(r *tenon.Router) { r.Mount(base, http.StripPrefix(base, parts(t, base, log))) })
		}},
		{"in a mux", func(t testing.TB, log *logs) http.Handler {
			mux := http.NewServeMux()
			mux.Handle(base+"/", http.StripPrefix(base, parts(t, base, log)))
			return mux
		}},
		{"behind a proxy", func(t testing.TB, log *logs) http.Handler {
			app := parts(t, base, log)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				target, ok := strings.CutPrefix(r.RequestURI, base)
				if !ok {
					http.NotFound(w, r)
					return
				}
				behind := httptest.NewRequestWithContext(r.Context(), r.Method, target, r.Body)
				behind.Header, behind.Host, behind.ContentLength = r.Header, r.Host, r.ContentLength
				app.ServeHTTP(w, behind)
			})
		}},
	}
}

func TestAnApplicationBehindAPrefixLeadsToItself(t *testing.T) {
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			srv := httptest.NewServer(way.make(t, nil))
			defer srv.Close()
			const base = "/shop/parts"

			resp, err := http.Post(srv.URL+base+"/parts", "application/json", strings.NewReader(`{"name":"a/b ?","count":1}`))
			assert.NoError(t, err)
			_, err = readAll(resp)
			assert.NoError(t, err)
			assert.Equal(t, resp.Header.Get("Location"), base+"/parts/a%2Fb%20%3F")
			_, _, body := fetch(t, srv.URL, "GET", resp.Header.Get("Location"))
			assert.Equal(t, body, `{"name":"a/b ?","count":0}`)

			_, _, body = fetch(t, srv.URL, "GET", base+"/last") // the client follows
			assert.Equal(t, body, `{"name":"z","count":0}`)
			_, _, body = fetch(t, srv.URL, "GET", base+"/parts/%2F%3A/?x=1") // to the form without a slash
			assert.Equal(t, body, `{"name":"/:","count":0}`)
			_, _, body = fetch(t, srv.URL, "GET", base+"/")
			assert.Equal(t, body, `{"name":"root","count":0}`)

			var doc struct{ Servers []openapi.Server }
			resp, err = http.Get(srv.URL + base + "/openapi.json")
			assert.NoError(t, err)
			body, err = readAll(resp)
			assert.NoError(t, err)
			assert.NoError(t, json.Unmarshal([]byte(body), &doc))
			server, err := resp.Request.URL.Parse(doc.Servers[0].URL)
			assert.NoError(t, err)
			_, _, body = fetch(t, strings.TrimSuffix(server.String(), "/"), "GET", "/parts/7")
			assert.Equal(t, body, `{"name":"7","count":0}`)
		})
	}
}

// An application that is mounted answers for itself, and both log a request once.
func TestAMountedApplicationKeepsItsPolicyAndTheLogIsOne(t *testing.T) {
	for _, kit := range []bool{false, true} {
		log := new(logs)
		logger := slog.New(log.handler())
		both := tenon.Middleware(middleware.RequestID, middleware.AccessLog(logger))
		var opts []tenon.Option
		if kit {
			opts = append(opts, both)
		}
		app := newApp(t, log, func(r *tenon.Router) {
			r.Use(both)
			r.Mount("/parts", parts(t, "/parts", log, opts...), mark("mount"))
			tenon.Get(r, "/own/{id}", named)
		})
		srv := httptest.NewServer(app)
		defer srv.Close()
		for _, tt := range []struct {
			method, target string
			status         int
			typ, allow     string
			route          string
		}{
			{"GET", "/parts/parts/7", 200, "", "", "/parts/parts/{id}"},
			{"GET", "/p%61rts/parts/7", 200, "", "", "/parts/parts/{id}"},
			{"GET", "/parts", 200, "", "", "/parts/"},
			{"GET", "/parts/nothing", 404, "parts:not_found", "", "/parts"},
			{"GET", "/parts/parts/%2e%2e", 404, "parts:not_found", "", "/parts"},
			{"GET", "/parts/../own/7", 404, "parts:not_found", "", "/parts"},
			{"GET", "/parts//parts/7", 404, "parts:not_found", "", "/parts"},
			{"GET", "/parts%2Fparts/7", 404, "urn:problem:not_found", "", ""},
			{"PUT", "/parts/parts/7", 405, "parts:method_not_allowed", "GET, HEAD, OPTIONS", "/parts"},
			{"OPTIONS", "/parts/parts", 204, "", "OPTIONS, POST", "/parts"},
			{"GET", "/parts/panic", 500, "parts:internal_error", "", "/parts/panic"},
			{"GET", "/own/7", 200, "", "", "/own/{id}"},
			{"GET", "/nothing", 404, "urn:problem:not_found", "", ""},
		} {
			log.lines(t)
			answer := send(t, srv.Listener.Addr(), tt.method+" "+tt.target+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
			assert.Equal(t, answer.StatusCode, tt.status, tt.target, answer.body)
			assert.Equal(t, answer.Header.Get("Allow"), tt.allow, tt.target)
			if tt.typ != "" {
				assert.Contains(t, answer.body, `{"type":"`+tt.typ+`"`)
			}
			ids := answer.Header["X-Request-Id"]
			assert.Equal(t, len(ids), 1, tt.target)
			lines := 0
			for _, line := range log.lines(t) {
				assert.Equal(t, line["request_id"], any(ids[0]), tt.target)
				if line["msg"] == "request" {
					lines++
					assert.Equal(t, line["route"], any(tt.route), tt.target)
				}
			}
			assert.Equal(t, lines, 1, tt.target)
		}
	}
}

func TestMountedApplicationsSayWhere(t *testing.T) {
	errs := mistakesOf(t, tenon.Config{Title: "T", Version: "1", BasePath: "/base"}, func(r *tenon.Router) {
		r.Mount("/parts", parts(t, "", nil))
		r.Group("/shop").Mount("/parts/", parts(t, "/shop/parts", nil))
		r.Group("/shop").Mount("/fine/", parts(t, "/base/shop/fine", nil))
		r.Mount("/nil", (*tenon.App)(nil))
		r.Mount("/any", http.StripPrefix("/any", parts(t, "", nil)))
		tenon.Get(r, "/files/{path...}", named)
		r.Mount("/files", http.NotFoundHandler())
		tenon.Get(r, "/users/{id}/{path...}", ok[none, item])
		r.Mount("/users/{user}", http.NotFoundHandler())
	})
	assert.Contains(t, errs[len(errs)-5], `mount /parts: the application has the Config.BasePath "", want "/base/parts": its links begin with it, and Mount takes it away`)
	assert.Contains(t, errs[len(errs)-4], `mount /shop/parts/: the application has the Config.BasePath "/shop/parts", want "/base/shop/parts"`)
	assert.Contains(t, errs[len(errs)-3], `mount /nil: the handler is nil`)
	assert.Contains(t, errs[len(errs)-2], `mount /files: would get nothing: all paths below it are those of /files/{path...} at `)
	assert.Contains(t, errs[len(errs)-1], `mount /users/{user}: would get nothing: all paths below it are those of /users/{id}/{path...} at `)

	for base, want := range map[string]string{
		"shop": "want a slash at the beginning", "/shop/": "without a slash at the end", "/": "without a slash at the end",
		"/{a}": "want fixed text", "//evil.com": "has an empty segment", "/a b": "want ASCII letters",
	} {
		errs := mistakesOf(t, tenon.Config{Title: "T", Version: "1", BasePath: base})
		assert.Equal(t, len(errs), 1, base)
		assert.Contains(t, errs[0], "Config.BasePath")
		assert.Contains(t, errs[0], want)
	}
}

// What is found by a path with an encoded slash in the prefix sees what is behind it.
func TestLooseApplicationsTakeAwayWhatTheyHaveFound(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Loose: true, TrailingSlash: "redirect"}, verbs, func(r *tenon.Router) {
		r.Mount("/shop/parts", parts(t, "/shop/parts", nil))
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	assert.Equal(t, string(c.Do("GET", "/shop%2Fparts/parts/7", "").Body), `{"name":"7","count":0}`)
	assert.Equal(t, string(c.Do("GET", "/shop%2Fparts%2f", "").Body), `{"name":"root","count":0}`)
	assert.Equal(t, c.Do("GET", "http://a.example/items%2F", "").Header.Get("Location"), "http://a.example/items")
}

func TestMiddlewareMayHaveTakenThePrefixOfAMountAway(t *testing.T) {
	strip := func(next http.Handler) http.Handler { return http.StripPrefix("/parts", next) }
	c := newClient(t, func(r *tenon.Router) { r.Mount("/parts", parts(t, "/parts", nil), tenon.Middleware(strip)) })
	assert.Equal(t, string(c.Do("GET", "/parts", "").Body), `{"name":"root","count":0}`)
}

// Requests come without the base path: what is sent to the application itself is, too.
func TestTypedRequestsGoToTheApplicationAndLinksToWhereClientsFindIt(t *testing.T) {
	var one *tenon.Endpoint[byID, item]
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", BasePath: "/shop"}, func(r *tenon.Router) {
		one = tenon.Get(r.Group("/v1"), "/items/{id}", named)
	})
	assert.NoError(t, err)
	link, err := one.URL(&byID{"7"})
	assert.NoError(t, err)
	assert.Equal(t, link, "/shop/v1/items/7")
	r, err := one.Request(t.Context(), "https://example.com/shop", &byID{"7"})
	assert.NoError(t, err)
	assert.Equal(t, r.URL.String(), "https://example.com/shop/v1/items/7")
	result, err := tenontest.Call(tenontest.New(t, app), one, &byID{"7"})
	assert.NoError(t, err)
	assert.Equal(t, result.Out, item{Name: "7"})
	r, err = one.Request(t.Context(), "https://example.com/shop/", &byID{"7"})
	assert.NoError(t, err)
	assert.Equal(t, r.URL.Path, "/shop/v1/items/7")
}
