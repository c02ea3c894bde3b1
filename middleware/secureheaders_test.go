package middleware_test

import (
	"crypto/tls"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

func TestF3SecureHeaders(t *testing.T) {
	plain := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=60")
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		w.Header().Set("Referrer-Policy", "origin")
	})
	defaults := http.Header{
		"X-Content-Type-Options": {"nosniff"}, "Content-Security-Policy": {"frame-ancestors 'none'"}, "Referrer-Policy": {"no-referrer"},
	}
	with := func(h http.Header, name, value string) http.Header {
		h = h.Clone()
		h.Set(name, value)
		return h
	}
	const hsts = "Strict-Transport-Security"
	tests := []struct {
		name    string
		cfg     middleware.SecureConfig
		request http.Header
		tls     bool
		handler http.Handler
		want    http.Header
	}{
		{name: "defaults", want: defaults},
		{name: "over TLS", tls: true, want: defaults},
		{name: "with a token", request: http.Header{"Authorization": {"x"}}, want: with(defaults, "Cache-Control", "no-store")},
		{name: "with a cookie", request: http.Header{"Cookie": {"a=b"}}, want: with(defaults, "Cache-Control", "no-store")},
		{name: "with a key that is not known", request: http.Header{"X-Api-Key": {"x"}}, want: defaults},
		{name: "with a key", cfg: middleware.SecureConfig{Credentials: []string{"X-API-Key"}}, request: http.Header{"X-Api-Key": {"x"}}, want: with(defaults, "Cache-Control", "no-store")},
		{name: "the handler's own", request: http.Header{"Cookie": {"a=b"}}, handler: own, want: http.Header{
			"X-Content-Type-Options": {"nosniff"}, "Content-Security-Policy": {"default-src 'self'"}, "Referrer-Policy": {"origin"}, "Cache-Control": {"private, max-age=60"},
		}},
		{name: "hsts in the clear", cfg: middleware.SecureConfig{HSTS: time.Hour}, want: defaults},
		{name: "hsts", cfg: middleware.SecureConfig{HSTS: time.Hour}, tls: true, want: with(defaults, hsts, "max-age=3600")},
		{name: "hsts of sub-domains", cfg: middleware.SecureConfig{HSTS: time.Hour, HSTSSubdomains: true}, tls: true, want: with(defaults, hsts, "max-age=3600; includeSubDomains")},
		{name: "other texts", cfg: middleware.SecureConfig{ContentSecurityPolicy: "default-src 'none'", ReferrerPolicy: "origin"}, want: http.Header{
			"X-Content-Type-Options": {"nosniff"}, "Content-Security-Policy": {"default-src 'none'"}, "Referrer-Policy": {"origin"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header = tt.request
			if tt.tls {
				r.TLS = new(tls.ConnectionState)
			}
			if tt.handler == nil {
				tt.handler = plain
			}
			w := httptest.NewRecorder()
			must(middleware.SecureHeaders(tt.cfg))(tt.handler).ServeHTTP(w, r)
			assert.Equal(t, w.Header(), tt.want)
		})
	}
}

func TestAnswersDoNotChangeTheHeadersOfOthers(t *testing.T) {
	h := must(middleware.SecureHeaders(middleware.SecureConfig{}))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Content-Security-Policy", "default-src 'none'")
	}))
	for range 2 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		assert.Equal(t, w.Header().Values("Content-Security-Policy"), []string{"frame-ancestors 'none'", "default-src 'none'"})
	}
}

func TestSecureHeadersAllocateNothing(t *testing.T) {
	h := must(middleware.SecureHeaders(middleware.SecureConfig{HSTS: time.Hour}))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w, r := &headerOnly{make(http.Header)}, httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "x")
	r.TLS = new(tls.ConnectionState)
	if n := testing.AllocsPerRun(100, func() { clear(w.header); h.ServeHTTP(w, r) }); n > 0 && !assert.Race {
		t.Errorf("secure headers cost %v allocations, want none", n)
	}
}

func TestHSTSBelievesTrustedProxies(t *testing.T) {
	proxies := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Proto: true}))
	h := proxies(must(middleware.SecureHeaders(middleware.SecureConfig{HSTS: time.Hour}))(http.NotFoundHandler()))
	for peer, want := range map[string]string{"10.0.0.1:1": "max-age=3600", "203.0.113.9:1": ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-Proto", "https")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, w.Header().Get("Strict-Transport-Security"), want, peer)
	}
}

func TestSecureHeadersReportsEveryMistake(t *testing.T) {
	_, err := middleware.SecureHeaders(middleware.SecureConfig{
		ContentSecurityPolicy: "a\r\nb", ReferrerPolicy: "é", Credentials: []string{"X-Key", "a b"}, HSTSSubdomains: true,
	})
	assert.Equal(t, mistakesOf(err), []string{
		`SecureConfig.ContentSecurityPolicy is "a\r\nb", which cannot stand in a header`,
		`SecureConfig.ReferrerPolicy is "é", which cannot stand in a header`,
		`SecureConfig.Credentials has "a b", which is no name of a header`,
		`SecureConfig.HSTSSubdomains says nothing without HSTS`,
	})
	for _, age := range []time.Duration{-time.Hour, time.Millisecond} {
		_, err = middleware.SecureHeaders(middleware.SecureConfig{HSTS: age})
		assert.Equal(t, mistakesOf(err), []string{fmt.Sprintf("SecureConfig.HSTS is %v, want 0 or at least a second", age)})
	}
}

func ExampleSecureHeaders() {
	secure, err := middleware.SecureHeaders(middleware.SecureConfig{})
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/me", nil)
	r.Header.Set("Authorization", "Bearer …")
	w := httptest.NewRecorder()
	secure(http.NotFoundHandler()).ServeHTTP(w, r)
	fmt.Println(w.Header().Get("Cache-Control"), "|", w.Header().Get("Content-Security-Policy"))
	// Output: no-store | frame-ancestors 'none'
}
