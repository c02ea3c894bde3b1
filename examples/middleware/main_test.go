package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// send sends a request through a load balancer, with headers ("Name: value"). It returns the
// answer and what was logged.
func send(t *testing.T, method, host string, headers ...string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var out bytes.Buffer
	app, err := newApp(slog.New(slog.NewJSONHandler(&out, nil)))
	assert.NoError(t, err)
	r := httptest.NewRequest(method, "http://"+host+"/orders/17", nil)
	r.RemoteAddr = "10.0.0.1:5000"
	for _, line := range append([]string{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"}, headers...) {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w, out.String()
}

var varies = regexp.MustCompile(`"time":"[^"]*"|"duration_ms":[0-9.]+`)

func TestTheLineInTheGuide(t *testing.T) {
	page, err := os.ReadFile("../../docs/middleware.md")
	assert.NoError(t, err)
	_, line := send(t, "GET", "api.example.com", "X-Request-Id: req-1", "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	assert.Contains(t, varies.ReplaceAllString(string(page), "…"), varies.ReplaceAllString(line, "…"))
}

func TestTheStatusesInTheGuide(t *testing.T) {
	tests := []struct {
		name, method, host string
		headers            []string
		status             int
	}{
		{"fine", "GET", "api.example.com", nil, 200},
		{"another host", "GET", "evil.com", nil, http.StatusMisdirectedRequest},
		{"in the clear", "GET", "api.example.com", []string{"X-Forwarded-Proto: http"}, http.StatusPermanentRedirect},
		{"preflight", "OPTIONS", "api.example.com", []string{"Origin: https://app.example.com", "Access-Control-Request-Method: PUT"}, http.StatusNoContent},
		{"preflight of another", "OPTIONS", "api.example.com", []string{"Origin: https://evil.com", "Access-Control-Request-Method: PUT"}, http.StatusForbidden},
		{"a page that may", "POST", "api.example.com", []string{"Origin: https://a.shops.example", "Sec-Fetch-Site: cross-site"}, http.StatusMethodNotAllowed},
		{"another page", "POST", "api.example.com", []string{"Origin: https://evil.com", "Sec-Fetch-Site: cross-site"}, http.StatusForbidden},
	}
	for _, tt := range tests {
		w, line := send(t, tt.method, tt.host, tt.headers...)
		assert.Equal(t, w.Code, tt.status, tt.name)
		assert.Equal(t, w.Header().Get("X-Content-Type-Options"), "nosniff", tt.name)
		assert.Equal(t, strings.Count(line, "\n"), 1, line)
	}
}
