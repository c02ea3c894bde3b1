package tenon_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

type wrap = func(http.Handler) http.Handler

// must is the middleware of a constructor that has no error.
func must(mw wrap, err error) wrap {
	if err != nil {
		panic(err)
	}
	return mw
}

// everywhere runs test with applications that have mw around PUT /a: for the application, a
// group and an operation. The operation answers who its client is and needs a caller, whose
// provider counts in ran.
func everywhere(t *testing.T, mw wrap, test func(t *testing.T, app *tenon.App, ran *int)) {
	ran := new(int)
	type in struct {
		Request *http.Request
		Caller  tenon.Caller
	}
	put := func(r *tenon.Router, opts ...tenon.Option) {
		r.Use(tenon.Provide(func(context.Context, *none) (tenon.Caller, error) { *ran++; return "ada", nil }))
		tenon.Put(r, "/a", func(_ context.Context, in *in) (item, error) { return item{Name: in.Request.RemoteAddr}, nil }, opts...)
	}
	for name, routes := range map[string]func(*tenon.Router){
		"application": func(r *tenon.Router) { r.Use(tenon.Middleware(mw)); put(r) },
		"group":       func(r *tenon.Router) { put(r.Group("", tenon.Middleware(mw))) },
		"operation":   func(r *tenon.Router) { put(r, tenon.Middleware(mw)) },
	} {
		t.Run(name, func(t *testing.T) {
			app, err := tenon.New(tenon.Config{Title: "T", Version: "1", ProblemTypes: "https://errors.example/"}, routes)
			assert.NoError(t, err)
			*ran = 0
			test(t, app, ran)
		})
	}
}

// put sends PUT /a with headers ("Name: value"); peer may be empty.
func put(app *tenon.App, method, peer string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://api.example.com/a", nil)
	if peer != "" {
		r.RemoteAddr = peer
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

func TestC22OperationsSeeTheClientThatTrustedProxiesName(t *testing.T) {
	proxies := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: []string{"10.0.0.0/8"}}))
	everywhere(t, proxies, func(t *testing.T, app *tenon.App, _ *int) {
		const header = "X-Forwarded-For: 1.2.3.4, 203.0.113.9"
		assert.Contains(t, put(app, "PUT", "10.0.0.1:1", header).Body.String(), `"203.0.113.9:0"`)
		assert.Contains(t, put(app, "PUT", "198.51.100.1:1", header).Body.String(), `"198.51.100.1:1"`)
	})
}

func TestF1OperationsAreReadByNamedOriginsOnly(t *testing.T) {
	cors := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"https://app.example.com"}, Credentials: true}))
	everywhere(t, cors, func(t *testing.T, app *tenon.App, _ *int) {
		w := put(app, "PUT", "", "Origin: https://app.example.com")
		assert.Equal(t, w.Code, 200)
		assert.Equal(t, w.Header().Get("Access-Control-Allow-Origin"), "https://app.example.com")
		assert.Equal(t, w.Header().Get("Vary"), "Origin")
		for _, origin := range []string{"https://evil.com", "null", "https://app.example.com.evil.com"} {
			w = put(app, "PUT", "", "Origin: "+origin)
			assert.Equal(t, w.Header().Get("Access-Control-Allow-Origin"), "", origin)
			assert.Equal(t, w.Header().Get("Vary"), "Origin")
		}
		w = put(app, "GET", "", "Origin: https://app.example.com")
		assert.Equal(t, w.Code, 405)
	})
	w := put(newApp(t, nil, eventful), "GET", "", "Origin: https://app.example.com")
	assert.Equal(t, w.Header().Get("Access-Control-Allow-Origin"), "", "without the middleware")
}

func TestF2PreflightsRunNoDependencies(t *testing.T) {
	cors := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"https://app.example.com"}, Methods: []string{"PUT"}, Headers: []string{"Content-Type"}}))
	everywhere(t, cors, func(t *testing.T, app *tenon.App, ran *int) {
		w := put(app, "OPTIONS", "", "Origin: https://app.example.com", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: content-type,x-evil")
		assert.Equal(t, w.Code, 204)
		assert.Equal(t, w.Body.Len(), 0)
		assert.Equal(t, w.Header().Get("Access-Control-Allow-Methods"), "PUT")
		assert.Equal(t, w.Header().Get("Access-Control-Allow-Headers"), "Content-Type")
		assert.Equal(t, w.Header().Get("Access-Control-Max-Age"), "600")
		w = put(app, "OPTIONS", "", "Origin: https://evil.com", "Access-Control-Request-Method: PUT")
		assert.Equal(t, w.Code, 403)
		assert.Contains(t, w.Body.String(), `"type":"https://errors.example/origin_not_allowed"`)
		assert.Equal(t, *ran, 0)
	})
}

func TestF3AnswersHaveSecureHeaders(t *testing.T) {
	everywhere(t, must(middleware.SecureHeaders(middleware.SecureConfig{})), func(t *testing.T, app *tenon.App, _ *int) {
		w := put(app, "PUT", "", "Authorization: Bearer x")
		assert.Equal(t, w.Code, 200)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		} {
			assert.Equal(t, w.Header().Get(name), want, name)
		}
		assert.Equal(t, put(app, "PUT", "").Header().Get("Cache-Control"), "")
	})
}

func TestRefusalsOfMiddlewareHaveTheFormOfTheApplication(t *testing.T) {
	for _, tt := range []struct {
		code, header string
		status       int
		mw           wrap
	}{
		{"unknown_host", "", 421, must(middleware.TrustHosts("other.example.com"))},
		{"cross_origin", "Sec-Fetch-Site: cross-site", 403, must(middleware.RefuseCrossOrigin())},
	} {
		everywhere(t, tt.mw, func(t *testing.T, app *tenon.App, ran *int) {
			w := put(app, "PUT", "", tt.header)
			assert.Equal(t, w.Code, tt.status)
			assert.Contains(t, w.Body.String(), `"type":"https://errors.example/`+tt.code+`"`)
			assert.Equal(t, *ran, 0)
		})
	}
	everywhere(t, must(middleware.RedirectHTTPS("")), func(t *testing.T, app *tenon.App, ran *int) {
		w := put(app, "PUT", "")
		assert.Equal(t, w.Code, 308)
		assert.Equal(t, w.Header().Get("Location"), "https://api.example.com/a")
		assert.Equal(t, *ran, 0)
	})
}
