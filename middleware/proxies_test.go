package middleware_test

import (
	"crypto/tls"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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

// seen returns the request as it is behind mw.
func seen(mw wrap, r *http.Request) (got *http.Request) {
	mw(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r })).ServeHTTP(httptest.NewRecorder(), r)
	return got
}

// mistakesOf returns the lines of an error.
func mistakesOf(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(err.Error(), "middleware: ", ""), "\n")
}

var trusted = []string{"10.0.0.0/8", "192.0.2.1", "fd00::/8"}

func TestC22ClientAddressesComeFromTrustedProxiesOnly(t *testing.T) {
	tests := []struct {
		name, peer string
		lines      []string // of X-Forwarded-For
		want       string
	}{
		{"nothing", "10.0.0.1:5000", nil, "10.0.0.1:5000"},
		{"spoofed by a client", "203.0.113.9:5000", []string{"1.2.3.4"}, "203.0.113.9:5000"},
		{"behind one proxy", "10.0.0.1:5000", []string{"203.0.113.9"}, "203.0.113.9:0"},
		{"behind two", "10.0.0.1:5000", []string{"203.0.113.9, 192.0.2.1"}, "203.0.113.9:0"},
		{"in two fields", "10.0.0.1:5000", []string{"203.0.113.9", "192.0.2.1"}, "203.0.113.9:0"},
		{"spoofed before the proxy", "10.0.0.1:5000", []string{"1.2.3.4, 203.0.113.9"}, "203.0.113.9:0"},
		{"spoofed as a proxy", "10.0.0.1:5000", []string{"10.9.9.9, 203.0.113.9"}, "203.0.113.9:0"},
		{"spoofed in a field of its own", "10.0.0.1:5000", []string{"1.2.3.4", "203.0.113.9"}, "203.0.113.9:0"},
		{"spoofed with quotes", "10.0.0.1:5000", []string{`1.2.3.4", "5.6.7.8, 203.0.113.9`}, "203.0.113.9:0"},
		{"spoofed with rubbish", "10.0.0.1:5000", []string{",,;\\\x00, 203.0.113.9"}, "203.0.113.9:0"},
		{"only proxies", "10.0.0.1:5000", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3:0"},
		{"rubbish from a proxy", "10.0.0.1:5000", []string{"1.2.3.4, unknown"}, "10.0.0.1:5000"},
		{"rubbish further left", "10.0.0.1:5000", []string{"1.2.3.4, unknown, 10.0.0.2"}, "10.0.0.2:0"},
		{"empty", "10.0.0.1:5000", []string{""}, "10.0.0.1:5000"},
		{"empty item", "10.0.0.1:5000", []string{"1.2.3.4,"}, "10.0.0.1:5000"},
		{"with a port", "10.0.0.1:5000", []string{"203.0.113.9:4711"}, "203.0.113.9:4711"},
		{"IPv6", "[fd00::1]:5000", []string{"2001:db8::9"}, "[2001:db8::9]:0"},
		{"IPv6 in brackets", "[fd00::1]:5000", []string{"[2001:db8::9]"}, "[2001:db8::9]:0"},
		{"IPv6 with a port", "[fd00::1]:5000", []string{"[2001:db8::9]:4711"}, "[2001:db8::9]:4711"},
		{"IPv6 with a zone", "[fd00::1]:5000", []string{"fe80::1%eth0"}, "[fd00::1]:5000"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:5000", []string{"::ffff:203.0.113.9"}, "203.0.113.9:0"},
		{"peer with a zone", "[fd00::1%eth0]:5000", []string{"203.0.113.9"}, "203.0.113.9:0"},
		{"leading zeros", "10.0.0.1:5000", []string{"203.0.113.009"}, "10.0.0.1:5000"},
		{"a name", "10.0.0.1:5000", []string{"example.com"}, "10.0.0.1:5000"},
		{"a network", "10.0.0.1:5000", []string{"203.0.113.0/24"}, "10.0.0.1:5000"},
		{"a line break", "10.0.0.1:5000", []string{"203.0.113.9\r\nX: y"}, "10.0.0.1:5000"},
		{"no peer", "@", []string{"1.2.3.4"}, "@"},
		{"endless", "10.0.0.1:5000", []string{strings.Repeat("10.0.0.7, ", 5000) + "10.0.0.8"}, "10.0.0.7:0"},
		{"beyond the bound", "10.0.0.1:5000", []string{"203.0.113.9" + strings.Repeat(", 10.0.0.7", 16)}, "10.0.0.7:0"},
		{"at the bound", "10.0.0.1:5000", []string{"203.0.113.9" + strings.Repeat(", 10.0.0.7", 15)}, "203.0.113.9:0"},
	}
	mw := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted}))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://example.com/", nil)
			r.RemoteAddr = tt.peer
			r.Header = http.Header{
				"X-Forwarded-For": tt.lines, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"evil.example"},
				"Forwarded": {"for=6.6.6.6;proto=https;host=evil.example"}, "X-Real-Ip": {"6.6.6.6"}, "True-Client-Ip": {"6.6.6.6"},
			}
			before := strings.Join(tt.lines, "|")
			got := seen(mw, r)
			assert.Equal(t, got.RemoteAddr, tt.want)
			assert.Equal(t, got.Host, "example.com")
			assert.Equal(t, middleware.IsSecure(got), false)
			if tt.peer != "@" {
				assert.Equal(t, strings.Contains(got.RemoteAddr, middleware.ClientAddr(got).String()), true)
			}
			assert.Equal(t, middleware.ClientAddr(got).IsValid(), tt.peer != "@")
			assert.Equal(t, strings.Join(r.Header["X-Forwarded-For"], "|"), before, "the header")
			assert.Equal(t, r.RemoteAddr, tt.peer, "the request outside")
		})
	}
}

func TestC22SchemeAndHostComeFromTrustedProxiesOnly(t *testing.T) {
	tests := []struct {
		name, peer  string
		proto, host []string
		tls         bool
		secure      bool
		wantHost    string
	}{
		{"from a proxy", "10.0.0.1:1", []string{"https"}, []string{"shop.example:8443"}, false, true, "shop.example:8443"},
		{"from a client", "203.0.113.9:1", []string{"https"}, []string{"evil.example"}, false, false, "example.com"},
		{"from a client over TLS", "203.0.113.9:1", []string{"http"}, nil, true, true, "example.com"},
		{"plain before a proxy with TLS", "10.0.0.1:1", []string{"http"}, nil, true, false, "example.com"},
		{"spoofed before the proxy", "10.0.0.1:1", []string{"https, http"}, []string{"evil.example, shop.example"}, false, false, "shop.example"},
		{"spoofed in a field of its own", "10.0.0.1:1", []string{"https", "http"}, []string{"evil.example", "shop.example"}, false, false, "shop.example"},
		{"capitals", "10.0.0.1:1", []string{"HTTPS"}, nil, false, true, "example.com"},
		{"rubbish", "10.0.0.1:1", []string{"wss"}, []string{"a/../b"}, false, false, "example.com"},
		{"host with user", "10.0.0.1:1", nil, []string{"a@evil.example"}, false, false, "example.com"},
		{"host with a line break", "10.0.0.1:1", nil, []string{"a\r\nb"}, false, false, "example.com"},
	}
	mw := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Proto: true, Host: true}))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://example.com/", nil)
			r.RemoteAddr = tt.peer
			r.Header = http.Header{"X-Forwarded-Proto": tt.proto, "X-Forwarded-Host": tt.host}
			if tt.tls {
				r.TLS = new(tls.ConnectionState)
			}
			got := seen(mw, r)
			assert.Equal(t, middleware.IsSecure(got), tt.secure)
			assert.Equal(t, got.Host, tt.wantHost)
		})
	}
}

func TestC22Forwarded(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := []struct {
		name   string
		lines  []string
		want   string // address; empty is that of the peer
		secure bool
		host   string
	}{
		{name: "address", lines: []string{"for=203.0.113.9"}, want: "203.0.113.9:0"},
		{name: "everything", lines: []string{`For="203.0.113.9:4711";Proto=https;By=10.0.0.1;host=shop.example`}, want: "203.0.113.9:4711", secure: true, host: "shop.example"},
		{name: "IPv6", lines: []string{`for="[2001:db8::9]:4711"`}, want: "[2001:db8::9]:4711"},
		{name: "what the outer proxy saw", lines: []string{"for=203.0.113.9;proto=https;host=shop.example, for=10.0.0.2;proto=http;host=inner"}, want: "203.0.113.9:0", secure: true, host: "shop.example"},
		{name: "spoofed before", lines: []string{"for=1.2.3.4;proto=https;host=evil, for=203.0.113.9;proto=http"}, want: "203.0.113.9:0"},
		{name: "spoofed with an open quote", lines: []string{`for="1.2.3.4, for=203.0.113.9`}, want: "203.0.113.9:0"},
		{name: "spoofed with a backslash", lines: []string{`for="1.2.3.4\, for="203.0.113.9"`}, want: "203.0.113.9:0"},
		{name: "spoofed around quotes", lines: []string{`x="\", for="203.0.113.9"`}, want: "203.0.113.9:0"},
		{name: "a comma in quotes", lines: []string{`for=203.0.113.9;x="a, for=1.2.3.4"`}, want: "203.0.113.9:0"},
		{name: "escapes", lines: []string{`for="203.0.113.\9";x="\"\\"`}, want: "203.0.113.9:0"},
		{name: "extension", lines: []string{"for=203.0.113.9;secret=abc"}, want: "203.0.113.9:0"},
		{name: "unknown", lines: []string{"for=unknown"}},
		{name: "hidden", lines: []string{`for="_gazonk"`}},
		{name: "no address", lines: []string{"proto=https;host=shop.example"}},
		{name: "twice", lines: []string{"for=203.0.113.9;for=1.2.3.4"}},
		{name: "bad scheme", lines: []string{"for=203.0.113.9;proto=gopher"}},
		{name: "bad host", lines: []string{"for=203.0.113.9;host=" + long}},
		{name: "bad name", lines: []string{"for=203.0.113.9;a b=c"}},
		{name: "no value", lines: []string{"for=203.0.113.9;x"}},
		{name: "empty value", lines: []string{"for=203.0.113.9;x="}},
		{name: "quote in a token", lines: []string{`for=203.0.113.9;x=a"b"`}},
		{name: "behind a quoted value", lines: []string{`for="203.0.113.9"x`}},
		{name: "open quote", lines: []string{`for="203.0.113.9`}},
		{name: "open escape", lines: []string{`for="203.0.113.9\`}},
		{name: "many pairs", lines: []string{"for=203.0.113.9;a=1;b=1;c=1;d=1;e=1;f=1;g=1;h=1"}},
		{name: "semicolon at the end", lines: []string{"for=203.0.113.9;"}},
		{name: "empty", lines: []string{""}},
	}
	mw := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Forwarded: true}))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://example.com/", nil)
			r.RemoteAddr = "10.0.0.1:5000"
			r.Header = http.Header{"Forwarded": tt.lines, "X-Forwarded-For": {"6.6.6.6"}, "X-Forwarded-Proto": {"https"}}
			got := seen(mw, r)
			want, host := tt.want, tt.host
			if want == "" {
				want = "10.0.0.1:5000"
			}
			if host == "" {
				host = "example.com"
			}
			assert.Equal(t, got.RemoteAddr, want)
			assert.Equal(t, middleware.IsSecure(got), tt.secure)
			assert.Equal(t, got.Host, host)
		})
	}
}

func TestTrustProxiesIsOffByDefault(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Forwarded-For", "1.2.3.4")
	got := seen(must(middleware.TrustProxies(middleware.ProxyConfig{})), r)
	assert.Equal(t, got == r, true)
	assert.Equal(t, middleware.ClientAddr(got).String(), "192.0.2.1")
}

func TestTrustProxiesForgetsWhatAnOuterOneFound(t *testing.T) {
	outer := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Proto: true}))
	inner := must(middleware.TrustProxies(middleware.ProxyConfig{}))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:1"
	r.Header = http.Header{"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"https"}}
	got := seen(func(h http.Handler) http.Handler { return outer(inner(h)) }, r)
	assert.Equal(t, got.RemoteAddr, "203.0.113.9:0")
	assert.Equal(t, middleware.IsSecure(got), false)
}

func TestTrustProxiesReportsEveryMistake(t *testing.T) {
	_, err := middleware.TrustProxies(middleware.ProxyConfig{
		Trusted:   []string{"10.0.0.0/8", "0.0.0.0/0", "::/0", "10.0.0.1/8", "localhost", "fe80::1%eth0", "::ffff:10.0.0.0/104", ""},
		Forwarded: true, Proto: true,
	})
	assert.Equal(t, mistakesOf(err), []string{
		`ProxyConfig.Trusted has "0.0.0.0/0", which lets every client say who it is`,
		`ProxyConfig.Trusted has "::/0", which lets every client say who it is`,
		`ProxyConfig.Trusted has "10.0.0.1/8" with bits behind the mask, want 10.0.0.0/8 or an address`,
		`ProxyConfig.Trusted has "localhost", want an address or a network such as 10.0.0.0/8`,
		`ProxyConfig.Trusted has "fe80::1%eth0", want an address or a network such as 10.0.0.0/8`,
		`ProxyConfig.Trusted has "::ffff:10.0.0.0/104", want an address or a network such as 10.0.0.0/8`,
		`ProxyConfig.Trusted has "", want an address or a network such as 10.0.0.0/8`,
		`ProxyConfig.Forwarded says scheme and host itself: leave Proto and Host out`,
	})
}

func TestTrustProxiesAllocates(t *testing.T) {
	h := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Proto: true}))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "203.0.113.9:1"
	if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(nil, r) }); n > 0 && !assert.Race {
		t.Errorf("a request that came directly costs %v allocations, want none", n)
	}
	r.RemoteAddr = "10.0.0.1:1"
	r.Header = http.Header{"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"https"}}
	if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(nil, r) }); n > 5 && !assert.Race { // origin, context, request, address and its text
		t.Errorf("a request through a proxy costs %v allocations, want at most 5", n)
	}
}

// Whatever clients send, the address is the one that the trusted proxy has seen.
func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"", "1.2.3.4", `for="`, `for="a\"b", x`, `"\`, ",,", "for=1.2.3.4;proto=https", "\x00", strings.Repeat(`\"`, 50)} {
		f.Add(s)
	}
	xff := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Proto: true, Host: true}))
	rfc := must(middleware.TrustProxies(middleware.ProxyConfig{Trusted: trusted, Forwarded: true}))
	f.Fuzz(func(t *testing.T, spoofed string) {
		for name, mw := range map[string]wrap{"X-Forwarded-For": xff, "Forwarded": rfc} {
			for _, item := range []string{"203.0.113.9", `"203.0.113.9"`} {
				if name == "Forwarded" {
					item = "for=" + item + ";proto=http"
				} else if item[0] == '"' {
					continue
				}
				r := httptest.NewRequest("GET", "http://example.com/", nil)
				r.RemoteAddr = "10.0.0.1:1"
				r.Header = http.Header{name: {spoofed + ", " + item}}
				if got := seen(mw, r); got.RemoteAddr != "203.0.113.9:0" || middleware.IsSecure(got) || got.Host != "example.com" {
					t.Errorf("%s: %q: got %s from %s", name, r.Header[name], got.RemoteAddr, got.Host)
				}
				r.Header[name] = []string{spoofed}
				if got := seen(mw, r); !middleware.ClientAddr(got).IsValid() {
					t.Errorf("%s: %q: no address: %s", name, spoofed, got.RemoteAddr)
				}
			}
		}
	})
}

func ExampleTrustProxies() {
	proxies, err := middleware.TrustProxies(middleware.ProxyConfig{Trusted: []string{"10.0.0.0/8"}, Proto: true})
	if err != nil {
		log.Fatal(err)
	}
	h := proxies(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(middleware.ClientAddr(r), middleware.IsSecure(r))
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:5000"
	r.Header.Set("X-Forwarded-For", "1.2.3.4, 203.0.113.9") // the client has written 1.2.3.4 itself
	r.Header.Set("X-Forwarded-Proto", "https")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: 203.0.113.9 true
}
