package tenon_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/tenontest"
)

// accessLogged is an option that logs each request to log.
func accessLogged(log *logs) tenon.Option {
	return tenon.Middleware(middleware.AccessLog(slog.New(log.handler())), middleware.RequestID)
}

// copying is middleware that passes a copy of the request on.
func copying(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), none{}, "copy")))
	})
}

// eventful registers operations that end in all ways.
func eventful(r *tenon.Router) {
	type in struct {
		ID     string `path:"id"`
		Caller tenon.Caller
	}
	type secrets struct {
		Authorization string `header:"Authorization"`
		Cookie        string `cookie:"session"`
		Token         string `query:"token"`
	}
	r.Use(tenon.Provide(func(_ context.Context, in *struct {
		Name string `header:"X-Caller"`
	}) (tenon.Caller, error) {
		if in.Name == "nobody" {
			return "nobody", errors.New("not a caller")
		}
		return tenon.Caller(in.Name), nil
	}))
	tenon.Get(r, "/orders/{id}", ok[in, item])
	tenon.Get(r, "/fails", func(context.Context, *secrets) (item, error) { return item{}, errors.New("boom") })
	tenon.Get(r, "/panics", func(context.Context, *secrets) (item, error) { panic("boom") })
	tenon.Get(r, "/number/{n}", ok[struct {
		N int `path:"n"`
	}, item])
	r.Mount("/mounted", http.NotFoundHandler())
}

func TestJ11LogLinesAreJSONInUTCWithoutInjection(t *testing.T) {
	log := new(logs) // TestMain has set a local time zone
	app := newApp(t, log, func(r *tenon.Router) { r.Use(accessLogged(log), tenon.Middleware(copying)) }, eventful)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	tests := []struct {
		method, target, id, caller string
		route, level               string
		status                     float64
	}{
		{"GET", "/orders/17?x=1", "id-1", "shop", "/orders/{id}", "INFO", 200},
		{"GET", "/orders/a%0d%0alevel=ERROR%1b[31m", "bad\x1b id", "eve\u009b2J", "/orders/{id}", "INFO", 200},
		{"GET", "/number/x%0a", "", "", "/number/{n}", "WARN", 422},
		{"GET", "/nowhere%0d%0a", "a\x7fb", "", "", "WARN", 404},
		{"BAD\x1b", "/orders/1", "", "", "", "WARN", 405},
		{"POST", "/mounted/x", "", "", "/mounted", "WARN", 404},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", tt.target, nil)
		r.Method = tt.method
		r.Header = http.Header{"X-Request-Id": {tt.id}, "X-Caller": {tt.caller}, "Traceparent": {"00-" + trace + "-00f067aa0ba902b7-01"}}
		app.ServeHTTP(httptest.NewRecorder(), r)
		log.mu.Lock()
		raw := bytes.Clone(log.buf.Bytes())
		log.mu.Unlock()
		lines := log.lines(t)
		assert.Equal(t, len(lines), 1, tt.target, string(raw))
		line := lines[0]
		assert.Equal(t, bytes.ContainsFunc(bytes.TrimSuffix(raw, []byte("\n")), func(c rune) bool { return c < ' ' || 0x7F <= c && c < 0xA0 }), false, string(raw))
		assert.Equal(t, line["route"], any(tt.route), tt.target)
		assert.Equal(t, line["status"], any(tt.status), tt.target)
		assert.Equal(t, line["level"], any(tt.level), tt.target)
		assert.Equal(t, line["trace_id"], any(trace))
		assert.Equal(t, strings.HasSuffix(line["time"].(string), "Z"), true, line["time"])
		assert.Equal(t, line["request_id"] == tt.id, tt.id == "id-1", line["request_id"])
		if tt.caller != "" {
			assert.Equal(t, line["caller"], any(strings.ReplaceAll(tt.caller, "\u009b", "?")))
		} else {
			assert.Equal(t, line["caller"], nil)
		}
	}
	r := httptest.NewRequest("GET", "/fails?token=x", nil)
	r.Header = http.Header{"Authorization": {"x"}, "Cookie": {"session=x"}}
	app.ServeHTTP(httptest.NewRecorder(), r)
	for _, line := range log.lines(t) { // also that of the error
		assert.Equal(t, strings.HasSuffix(line["time"].(string), "Z"), true, line["time"])
	}
}

func TestE11CredentialsAreNeverLogged(t *testing.T) {
	const secret = "s3cr3t"
	log := new(logs)
	app := newApp(t, log, func(r *tenon.Router) { r.Use(accessLogged(log)) }, eventful)
	for _, target := range []string{"/orders/1", "/fails", "/panics", "/number/x", "/nowhere", "/mounted", "/orders/" + secret} {
		r := httptest.NewRequest("GET", "http://user:"+secret+"@example.com"+target+"?token="+secret, nil)
		r.Header = http.Header{
			"Authorization": {"Bearer " + secret}, "Proxy-Authorization": {secret}, "Cookie": {"session=" + secret},
			"X-Api-Key": {secret}, "Traceparent": {secret}, "X-Caller": {"nobody"}, "Referer": {"http://a/?" + secret},
		}
		app.ServeHTTP(httptest.NewRecorder(), r)
	}
	log.mu.Lock()
	text := log.buf.String()
	log.mu.Unlock()
	assert.Contains(t, text, `"route":"/panics","status":500`)
	assert.Equal(t, strings.Contains(text, secret), false, text)
}

func TestAccessLogOfAClientThatLeaves(t *testing.T) {
	log, begun, ended := new(logs), make(chan bool), make(chan bool)
	srv := newServer(t, nil, func(r *tenon.Router) {
		r.Use(tenon.Middleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				close(ended)
			})
		}), accessLogged(log))
		tenon.Get(r, "/slow/{id}", func(ctx context.Context, _ *struct {
			ID string `path:"id"`
		}) (item, error) {
			close(begun)
			<-ctx.Done()
			return item{}, ctx.Err()
		})
	})
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-begun
		leave()
	}()
	r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/slow/1", nil)
	assert.NoError(t, err)
	_, err = http.DefaultClient.Do(r)
	assert.ErrorIs(t, err, context.Canceled)
	<-ended
	lines := log.lines(t)
	assert.Equal(t, len(lines), 1)
	assert.Equal(t, lines[0]["status"], any(499.0))
	assert.Equal(t, lines[0]["route"], any("/slow/{id}"))
	assert.Equal(t, lines[0]["level"], any("WARN"))
}

func TestE12NothingIsExposedUnlessAskedFor(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Document: "-"}, func(r *tenon.Router) {
		tenon.Get(r, "/a", ok[none, item])
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	for _, path := range []string{
		"/", "/docs", "/docs/", "/openapi.json", "/redoc", "/swagger", "/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/health", "/version",
	} {
		assert.Equal(t, c.Do("GET", path, "").Status, 404, path)
		r, err := http.NewRequest("GET", path, nil)
		assert.NoError(t, err)
		if _, pattern := http.DefaultServeMux.Handler(r); pattern != "" {
			t.Errorf("%s is registered with net/http as %s by something that package tenon imports", path, pattern)
		}
	}
}

func TestF4TextIsNeverTakenAsJSON(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(context.Context, *struct{ Body item }) (item, error) {
			t.Error("the handler ran")
			return item{}, nil
		})
	})
	for _, contentType := range []string{
		"text/plain", "text/plain;charset=UTF-8", "Text/Plain; application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
		"text/json", "text/plain, application/json", "*/*", "",
	} {
		wantProblem(t, c, c.Do("POST", "/a", `{"name":"a","count":1}`, "Content-Type: "+contentType), 415, "unsupported_media_type")
	}
}

func TestF6AnswersDoNotTellVersions(t *testing.T) {
	srv := newServer(t, nil, eventful)
	for _, path := range []string{"/orders/1", "/fails", "/panics", "/nowhere", "/openapi.json", "/mounted", "/orders/%zz"} {
		resp, err := http.Get(srv.URL + strings.ReplaceAll(path, "%zz", "%25zz"))
		assert.NoError(t, err)
		resp.Body.Close()
		for _, name := range []string{"Server", "X-Powered-By", "X-AspNet-Version", "Via"} {
			assert.Equal(t, resp.Header.Values(name), []string(nil), name, path)
		}
	}
}

// A preflight is about an operation, whose middleware may answer it.
func TestPreflightsGoThroughTheMiddlewareOfTheirOperation(t *testing.T) {
	mark := func(name string) tenon.Option {
		return tenon.Middleware(wrapper(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Mark", name+" "+r.Pattern)
		}))
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Put(r, "/a/{n}", ok[struct {
			N int `path:"n"`
		}, item], mark("put"))
		tenon.Get(r.Group("", mark("get")), "/a/{n}", ok[struct {
			N int `path:"n"`
		}, item])
		tenon.Delete(r, "/a/{n}", ok[struct {
			N int `path:"n"`
		}, item])
	})
	for method, want := range map[string]string{
		"PUT": "put /a/{n}", "GET": "get /a/{n}", "HEAD": "get /a/{n}", "DELETE": "", "POST": "", "OPTIONS": "", "": "",
	} {
		resp := c.Do("OPTIONS", "/a/1", "", "Access-Control-Request-Method: "+method)
		assert.Equal(t, resp.Status, 204, method)
		assert.Equal(t, resp.Header.Get("Mark"), want, method)
		assert.Equal(t, resp.Header.Get("Allow"), "DELETE, GET, HEAD, OPTIONS, PUT", method)
	}
}
