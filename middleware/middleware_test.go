package middleware_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/problem"
)

func TestRequestID(t *testing.T) {
	tests := []struct {
		name, header string
		kept         bool
	}{
		{name: "none", header: ""},
		{name: "safe", header: "req-1.2:3_Z", kept: true},
		{name: "longest", header: strings.Repeat("a", problem.MaxRequestID), kept: true},
		{name: "too long", header: strings.Repeat("a", problem.MaxRequestID+1)},
		{name: "space", header: "a b"},
		{name: "line break", header: "a\nb"},
		{name: "beyond ASCII", header: "é"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var seen string
			h := middleware.RequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				seen = problem.RequestID(r.Context())
			}))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header["X-Request-Id"] = []string{tt.header}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, w.Header().Get("X-Request-Id"), seen)
			if kept := seen == tt.header; kept != tt.kept || seen == "" {
				t.Errorf("X-Request-Id %q: the handler saw %q, kept = %v, want %v", tt.header, seen, kept, tt.kept)
			}
		})
	}
}

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
		{name: "nothing", method: "GET", handler: func(http.ResponseWriter, *http.Request) {}},
		{name: "invented method", method: "EVIL\x1b", handler: func(http.ResponseWriter, *http.Request) {}},
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

func TestAccessLogOfPanic(t *testing.T) {
	var out bytes.Buffer
	h := middleware.AccessLog(slog.New(slog.NewJSONHandler(&out, nil)))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	}))
	defer func() {
		if v := recover(); v != any(http.ErrAbortHandler) || !strings.Contains(out.String(), `"status":0`) {
			t.Errorf("recovered %v, logged %q", v, &out)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
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
