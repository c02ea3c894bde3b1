package middleware_test

import (
	"crypto/tls"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

// answer sends r through mw to a handler that answers 200.
func answer(mw wrap, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
	return w
}

func TestTrustHosts(t *testing.T) {
	mw := must(middleware.TrustHosts("api.example.com", "LOCALHOST:8080", "*.shop.example", "[::1]", "127.0.0.1"))
	tests := map[string]int{
		"api.example.com": 200, "API.Example.COM": 200, "api.example.com.": 200, "api.example.com:8443": 200,
		"localhost:8080": 200, "a.shop.example": 200, "a.b.shop.example:99": 200, "[::1]": 200, "[::1]:80": 200, "127.0.0.1:1": 200,

		"evil.com": 421, "localhost": 421, "localhost:80": 421, "shop.example": 421, "evilshop.example": 421, "example.com": 421,
		"api.example.com.evil.com": 421, "xapi.example.com": 421, "127.0.0.2": 421, "[::2]": 421,

		"": 400, ".": 400, "..": 400, "a..shop.example": 400, ".shop.example": 400, "evil.com/.shop.example": 400, "evil.com#.shop.example": 400,
		"user@api.example.com": 400, "api.example.com:": 400, "api.example.com:x": 400, "api.example.com:0": 400, "api.example.com:65536": 400,
		"api.example.com:80:80": 400, "::1": 400, "[::1": 400, "[::1]x": 400, "[127.0.0.1]": 400, "[fe80::1%25a]": 400, "1.2.3": 400, "a b": 400, "a\r\nb": 400, "é.com": 400,
		"api.example.com,evil.com": 400, strings.Repeat("a.", 200) + "shop.example": 400, strings.Repeat("a", 64) + ".shop.example": 400,
	}
	for host, want := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := answer(mw, r)
		assert.Equal(t, w.Code, want, host)
		if want != 200 {
			assert.Equal(t, w.Header().Get("Content-Type"), "application/problem+json")
		}
	}
}

func TestTrustHostsReportsEveryMistake(t *testing.T) {
	_, err := middleware.TrustHosts("ok.example", "", "*", "*.", "https://a.b", "a.b/", "*.1.2.3.4", "*.a.b:80", "a.*.b")
	var want []string
	for _, host := range []string{"", "*", "*.", "https://a.b", "a.b/", "*.1.2.3.4", "*.a.b:80", "a.*.b"} {
		want = append(want, fmt.Sprintf("TrustHosts has %q, want a host such as api.example.com, localhost:8080 or *.example.com", host))
	}
	assert.Equal(t, mistakesOf(err), want)
	_, err = middleware.TrustHosts()
	assert.Equal(t, mistakesOf(err), []string{"TrustHosts without hosts would refuse every request"})
}

func TestRedirectHTTPS(t *testing.T) {
	tests := []struct {
		name, to, method, target, host string
		status                         int
		location                       string
	}{
		{name: "same host", method: "GET", target: "/a%2Fb?c=%20&d", host: "api.example.com", status: 308, location: "https://api.example.com/a%2Fb?c=%20&d"},
		{name: "method stays", method: "POST", target: "/a", host: "api.example.com", status: 308, location: "https://api.example.com/a"},
		{name: "without the port", method: "GET", target: "/", host: "api.example.com:8080", status: 308, location: "https://api.example.com/"},
		{name: "given host", to: "api.example.com:8443", method: "GET", target: "/a", host: "evil.com", status: 308, location: "https://api.example.com:8443/a"},
		{name: "given host, rubbish asked for", to: "api.example.com", method: "GET", target: "/a", host: "a b", status: 308, location: "https://api.example.com/a"},
		{name: "two slashes", to: "api.example.com", method: "GET", target: "//evil.com/a", status: 308, location: "https://api.example.com//evil.com/a"},
		{name: "absolute target", to: "api.example.com", method: "GET", target: "http://evil.com/a", status: 308, location: "https://api.example.com/a"},
		{name: "IPv6", method: "GET", target: "/", host: "[::1]:80", status: 308, location: "https://[::1]/"},
		{name: "host with a path", method: "GET", target: "/", host: "evil.com/x", status: 400},
		{name: "host with a line break", method: "GET", target: "/", host: "a\r\nX: y", status: 400},
		{name: "no host", method: "GET", target: "/", status: 400},
		{name: "no path", to: "api.example.com", method: "OPTIONS", target: "*", status: 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			if tt.target != "*" {
				r = httptest.NewRequest("GET", tt.target, nil)
			} else {
				r.URL.Path = "*"
			}
			r.Method, r.Host = tt.method, tt.host
			w := answer(must(middleware.RedirectHTTPS(tt.to)), r)
			assert.Equal(t, w.Code, tt.status)
			assert.Equal(t, w.Header().Get("Location"), tt.location)
			assert.Equal(t, w.Header().Get("Strict-Transport-Security"), "") // which browsers ignore without TLS
			r.TLS = new(tls.ConnectionState)
			assert.Equal(t, answer(must(middleware.RedirectHTTPS(tt.to)), r).Code, 200)
		})
	}
	_, err := middleware.RedirectHTTPS("https://a.b")
	assert.Equal(t, mistakesOf(err), []string{`RedirectHTTPS to "https://a.b", want a host such as api.example.com or api.example.com:8443`})
}

func TestRedirectHTTPSBelievesTrustedProxies(t *testing.T) {
	proxies, redirect := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Proto: true})), must(middleware.RedirectHTTPS(""))
	mw := func(h http.Handler) http.Handler { return proxies(redirect(h)) }
	for peer, want := range map[string]int{"10.0.0.1:1": 200, "203.0.113.9:1": 308} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-Proto", "https")
		assert.Equal(t, answer(mw, r).Code, want, peer)
	}
}

func TestRefuseCrossOrigin(t *testing.T) {
	mw := must(middleware.RefuseCrossOrigin("https://app.example.com", "https://*.shop.example"))
	tests := []struct {
		name, method, site, origin string
		status                     int
	}{
		{"no browser", "POST", "", "", 200},
		{"same origin", "POST", "same-origin", "", 200},
		{"typed in", "POST", "none", "", 200},
		{"another site", "POST", "cross-site", "", 403},
		{"a sub-domain", "POST", "same-site", "https://evil.example.com", 403},
		{"a trusted origin", "POST", "cross-site", "https://app.example.com", 200},
		{"a trusted sub-domain", "POST", "cross-site", "https://a.shop.example", 200},
		{"like a trusted origin", "POST", "cross-site", "https://app.example.com.evil.com", 403},
		{"two origins", "POST", "cross-site", "https://app.example.com|https://evil.com", 403},
		{"reading", "GET", "cross-site", "https://evil.com", 200},
		{"preflight", "OPTIONS", "cross-site", "https://evil.com", 200},
		{"deleting", "DELETE", "cross-site", "https://evil.com", 403},
		{"old browser, same origin", "POST", "", "http://example.com", 200},
		{"old browser, another", "POST", "", "https://evil.com", 403},
		{"old browser, null", "POST", "", "null", 403},
		{"invented", "POST", "whatever", "", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "http://example.com/", nil)
			if tt.site != "" {
				r.Header.Set("Sec-Fetch-Site", tt.site)
			}
			if tt.origin != "" {
				r.Header["Origin"] = strings.Split(tt.origin, "|")
			}
			w := answer(mw, r)
			assert.Equal(t, w.Code, tt.status)
			if tt.status == 403 {
				assert.Contains(t, w.Body.String(), `"code":"cross_origin"`)
			}
		})
	}
	_, err := middleware.RefuseCrossOrigin("https://a.b/path", "null", "*")
	assert.Equal(t, mistakesOf(err), []string{
		`RefuseCrossOrigin trusts "https://a.b/path", want a host in small letters, ASCII only, with or without a port and nothing behind`,
		`RefuseCrossOrigin trusts "null", which anybody can have`,
		`RefuseCrossOrigin trusts "*", want scheme://host, as in https://app.example.com`,
	})
}

func TestChecksThatLetARequestPassAllocateNothing(t *testing.T) {
	r := httptest.NewRequest("POST", "http://api.example.com/", nil)
	r.TLS = new(tls.ConnectionState)
	next := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for name, mw := range map[string]wrap{
		"TrustHosts": must(middleware.TrustHosts("*.example.com")), "RedirectHTTPS": must(middleware.RedirectHTTPS("")), "RefuseCrossOrigin": must(middleware.RefuseCrossOrigin()),
	} {
		h := mw(next)
		if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(nil, r) }); n > 0 && !assert.Race {
			t.Errorf("%s costs %v allocations, want none", name, n)
		}
	}
}

// No host but those of the configuration passes, and no target leads to another one.
func FuzzHost(f *testing.F) {
	for _, s := range []string{"api.example.com", "a.shop.example:80", "[::1]:80", "evil.com/.shop.example", "a\x00.shop.example", ""} {
		f.Add(s)
	}
	hosts, redirect := must(middleware.TrustHosts("api.example.com", "*.shop.example")), must(middleware.RedirectHTTPS(""))
	f.Fuzz(func(t *testing.T, host string) {
		r := httptest.NewRequest("GET", "/a", nil)
		r.Host = host
		name := strings.ToLower(host)
		if i := strings.IndexByte(name, ':'); i >= 0 {
			name = name[:i]
		}
		name = strings.TrimSuffix(name, ".")
		if answer(hosts, r).Code == 200 && name != "api.example.com" && !strings.HasSuffix(name, ".shop.example") {
			t.Errorf("host %q passed", host)
		}
		if to := answer(redirect, r).Header().Get("Location"); to != "" {
			u, err := url.Parse(to)
			if err != nil || u.Path != "/a" || u.Scheme != "https" || u.User != nil || !strings.HasPrefix(host, u.Host) {
				t.Errorf("host %q: redirected to %q", host, to)
			}
		}
	})
}

func ExampleTrustHosts() {
	hosts, err := middleware.TrustHosts("api.example.com")
	if err != nil {
		log.Fatal(err)
	}
	for _, host := range []string{"api.example.com", "evil.com", "evil.com/"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		fmt.Println(answer(hosts, r).Code)
	}
	// Output:
	// 200
	// 421
	// 400
}

func ExampleRedirectHTTPS() {
	redirect, err := middleware.RedirectHTTPS("api.example.com")
	if err != nil {
		log.Fatal(err)
	}
	w := answer(redirect, httptest.NewRequest("POST", "/orders?a=b", nil))
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 308 https://api.example.com/orders?a=b
}

func ExampleRefuseCrossOrigin() {
	protect, err := middleware.RefuseCrossOrigin("https://app.example.com")
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/orders", nil)
	r.Header.Set("Origin", "https://evil.com")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	fmt.Println(answer(protect, r).Code)
	// Output: 403
}
