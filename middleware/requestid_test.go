package middleware_test

import (
	"net/http"
	"net/http/httptest"
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

func TestARequestHasOneID(t *testing.T) {
	var seen string
	h := middleware.RequestID(middleware.RequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = problem.RequestID(r.Context())
	})))
	w := httptest.NewRecorder()
	outer := middleware.RequestID(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := problem.RequestID(r.Context())
		h.ServeHTTP(w, r)
		assert.Equal(t, seen, id)
	}))
	outer.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, w.Header()["X-Request-Id"], []string{seen})
}
