package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

func TestAccessLog(t *testing.T) {
	tests := []struct {
		name, method string
		handler      http.HandlerFunc
		status       int
		bytes        int
	}{
		{name: "status and body", method: "GET", status: 201, bytes: 5, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "hello")
		}},
		{name: "body alone", method: "GET", status: 200, bytes: 2, handler: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "ok")
		}},
		{name: "informational first", method: "GET", status: 204, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNoContent)
		}},
		{name: "nothing", method: "GET", status: 200, handler: func(http.ResponseWriter, *http.Request) {}},
		{name: "invented method", method: "EVIL\x1b", status: 200, handler: func(http.ResponseWriter, *http.Request) {}},
		{name: "flush", method: "GET", status: 200, bytes: 1, handler: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "x")
			if err := http.NewResponseController(w).Flush(); err != nil {
				panic(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(slog.NewJSONHandler(&out, nil))
			h := middleware.RequestID(middleware.AccessLog(log)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Pattern = "/things/{id}"
				tt.handler(w, r)
			})))
			r := httptest.NewRequest("GET", "/things/17?token=secret", nil)
			r.Method = tt.method
			r.Header.Set("X-Request-Id", "id-1")
			r.Header.Set("Authorization", "Bearer secret")
			h.ServeHTTP(httptest.NewRecorder(), r)
			var line struct {
				RequestID string  `json:"request_id"`
				Method    string  `json:"method"`
				Route     string  `json:"route"`
				Status    int     `json:"status"`
				Bytes     int     `json:"bytes"`
				Duration  float64 `json:"duration_ms"`
			}
			assert.NoError(t, json.Unmarshal(out.Bytes(), &line))
			assert.Equal(t, line.RequestID, "id-1")
			assert.Equal(t, line.Route, "/things/{id}")
			assert.Equal(t, line.Status, tt.status)
			assert.Equal(t, line.Bytes, tt.bytes)
			if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 || bytes.Contains(out.Bytes(), []byte("secret")) || line.Duration < 0 {
				t.Errorf("log has %d lines: %s", n, &out)
			}
			if want := map[bool]string{true: "GET", false: "other"}[tt.method == "GET"]; line.Method != want {
				t.Errorf("method: got %q, want %q", line.Method, want)
			}
		})
	}
}

// logged returns the only line about r, which handler answers.
func logged(t *testing.T, w http.ResponseWriter, r *http.Request, handler http.HandlerFunc) map[string]any {
	t.Helper()
	var out bytes.Buffer
	h := middleware.AccessLog(slog.New(slog.NewJSONHandler(&out, nil)))(handler)
	func() {
		defer func() { _ = recover() }()
		h.ServeHTTP(w, r)
	}()
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 {
		t.Fatalf("logged %d lines: %s", n, &out)
	}
	var line map[string]any
	assert.NoError(t, json.Unmarshal(out.Bytes(), &line))
	return line
}

// broken is a connection that does not take the body.
type broken struct{ http.ResponseWriter }

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAccessLogTellsHowARequestEnded(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	answer := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		ctx     context.Context
		broken  bool
		status  float64
		level   string
		aborted bool
	}{
		{name: "answered", handler: answer(200), status: 200, level: "INFO"},
		{name: "redirected", handler: answer(308), status: 308, level: "INFO"},
		{name: "refused", handler: answer(404), status: 404, level: "WARN"},
		{name: "failed", handler: answer(500), status: 500, level: "ERROR"},
		{name: "panic", handler: func(http.ResponseWriter, *http.Request) { panic("boom") }, status: 500, level: "ERROR", aborted: true},
		{name: "panic in the answer", handler: func(w http.ResponseWriter, _ *http.Request) {
			answer(200)(w, nil)
			panic(http.ErrAbortHandler)
		}, status: 200, level: "ERROR", aborted: true},
		{name: "client gone before", handler: func(http.ResponseWriter, *http.Request) {}, ctx: gone, status: 499, level: "WARN"},
		{name: "client gone and panic", handler: func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}, ctx: gone, status: 499, level: "WARN", aborted: true},
		{name: "client gone after", handler: answer(204), ctx: gone, status: 204, level: "INFO"},
		{name: "client gone in the answer", handler: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "x")
		}, broken: true, status: 200, level: "INFO", aborted: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			if tt.ctx != nil {
				r = r.WithContext(tt.ctx)
			}
			var w http.ResponseWriter = httptest.NewRecorder()
			if tt.broken {
				w = broken{w}
			}
			line := logged(t, w, r, tt.handler)
			assert.Equal(t, line["status"], any(tt.status))
			assert.Equal(t, line["level"], any(tt.level))
			assert.Equal(t, line["aborted"] == true, tt.aborted)
		})
	}
}

func TestAccessLogLetsPanicsPass(t *testing.T) {
	h := middleware.AccessLog(slog.New(slog.DiscardHandler))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	defer func() { assert.Equal(t, recover(), any(http.ErrAbortHandler)) }()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestAccessLogTakesStrictTraceparents(t *testing.T) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	const valid = "00-" + trace + "-00f067aa0ba902b7-01"
	tests := []struct {
		name   string
		values []string
		want   any
	}{
		{"none", nil, nil},
		{"valid", []string{valid}, trace},
		{"later version", []string{"01" + valid[2:]}, trace},
		{"later version with more", []string{"01" + valid[2:] + "-more"}, trace},
		{"later version run on", []string{"01" + valid[2:] + "f"}, nil},
		{"version 0 with more", []string{valid + "-more"}, nil},
		{"forbidden version", []string{"ff" + valid[2:]}, nil},
		{"two", []string{valid, valid}, nil},
		{"capitals", []string{strings.ToUpper(valid)}, nil},
		{"no trace", []string{"00-00000000000000000000000000000000-00f067aa0ba902b7-01"}, nil},
		{"no parent", []string{"00-" + trace + "-0000000000000000-01"}, nil},
		{"not hexadecimal", []string{"00-" + trace[:31] + "g-00f067aa0ba902b7-01"}, nil},
		{"bad flags", []string{valid[:53] + "0x"}, nil},
		{"other separators", []string{strings.ReplaceAll(valid, "-", "_")}, nil},
		{"short", []string{valid[:54]}, nil},
		{"space before", []string{" " + valid}, nil},
		{"line break", []string{"00-" + trace[:31] + "\n-00f067aa0ba902b7-01"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			if tt.values != nil {
				r.Header["Traceparent"] = tt.values
			}
			assert.Equal(t, logged(t, httptest.NewRecorder(), r, func(http.ResponseWriter, *http.Request) {})["trace_id"], tt.want)
		})
	}
}

func FuzzTraceparent(f *testing.F) {
	f.Add("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	f.Add("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what the future holds")
	f.Add("")
	form := regexp.MustCompile(`^[0-9a-f]{32}$`)
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Traceparent"] = []string{header}
		trace, ok := logged(t, httptest.NewRecorder(), r, func(http.ResponseWriter, *http.Request) {})["trace_id"].(string)
		if ok && (!form.MatchString(trace) || header[3:35] != trace) {
			t.Errorf("%q: logged the trace %q", header, trace)
		}
	})
}

func TestAccessLogNamesCallerAndRoute(t *testing.T) {
	line := logged(t, httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(nil))) // a copy
		middleware.LogRoute(r.Context(), "/orders/{id}")
		middleware.LogCaller(r.Context(), "shop\r\n\x1b[31m\u009b2J\xff"+strings.Repeat("x", 1000))
		w.Header().Set("X-Request-Id", "from behind\x1b")
	})
	assert.Equal(t, line["route"], any("/orders/{id}"))
	assert.Equal(t, line["caller"], any("shop???[31m?2J?"+strings.Repeat("x", 112)))
	assert.Equal(t, line["request_id"], any("from behind?"))
	middleware.LogCaller(t.Context(), "nobody listens")
	assert.Equal(t, middleware.LoggedCaller(t.Context()), "")
}

func TestAccessLogsInEachOtherSayTheSame(t *testing.T) {
	var out bytes.Buffer
	log := func() func(http.Handler) http.Handler {
		return middleware.AccessLog(slog.New(slog.NewJSONHandler(&out, nil)))
	}
	h := log()(log()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		middleware.LogRoute(r.Context(), "/a")
		middleware.LogRoute(r.Context(), "of a router around")
		middleware.LogCaller(r.Context(), "ada")
		assert.Equal(t, middleware.LoggedCaller(r.Context()), "ada")
	})))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	assert.Equal(t, strings.Count(out.String(), `"route":"/a"`)+strings.Count(out.String(), `"caller":"ada"`), 4)
}

func TestAccessLogsOfTheSameLogWriteOneLine(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	h := middleware.AccessLog(log)(middleware.RequestID(middleware.AccessLog(log)(http.NotFoundHandler())))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	assert.Equal(t, strings.Count(out.String(), "\n"), 1)
	assert.Contains(t, out.String(), `"status":404`)
}

func TestAccessLogLeavesHandlersWhatTheyAskFor(t *testing.T) {
	var out bytes.Buffer
	log := middleware.AccessLog(slog.New(slog.NewJSONHandler(&out, nil)))
	h := log(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/file" {
			_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("file"))
			assert.NoError(t, err)
			w.(http.Flusher).Flush()
			return
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		assert.NoError(t, err)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntaken")
		conn.Close()
	}))
	ended := make(chan bool, 2)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		ended <- true
	}))
	defer srv.Close()
	for path, want := range map[string]string{"/file": "file", "/taken": "taken"} {
		resp, err := http.Get(srv.URL + path)
		assert.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		assert.NoError(t, err)
		resp.Body.Close()
		<-ended
		assert.Equal(t, string(body), want)
	}
	assert.Contains(t, out.String(), `"status":200,"bytes":4`)
	assert.Contains(t, out.String(), `"status":101,"bytes":0`)
}

func TestAccessLogAllocates(t *testing.T) {
	h := middleware.AccessLog(slog.New(slog.NewJSONHandler(io.Discard, nil)))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) }); n > 3 && !assert.Race { // entry, request, the sixth attribute and those after
		t.Errorf("a line costs %v allocations, want at most 3", n)
	}
}

func ExampleAccessLog() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration_ms" {
				return slog.Attr{} // differ from run to run
			}
			return a
		},
	}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hi") })
	h := middleware.RequestID(middleware.AccessLog(log)(mux))

	r := httptest.NewRequest(http.MethodGet, "/orders/17", nil)
	r.Header.Set("X-Request-Id", "req-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: level=INFO msg=request request_id=req-1 method=GET route="GET /orders/{id}" status=200 bytes=2
}
