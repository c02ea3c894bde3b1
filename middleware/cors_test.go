package middleware_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

// corsAnswer sends a request with an origin and headers ("Name: value") through mw, and
// returns the answer and whether the handler ran.
func corsAnswer(mw wrap, method, origin string, headers ...string) (h http.Header, status int, ran bool) {
	r := httptest.NewRequest(method, "/", nil)
	if origin != "" {
		r.Header["Origin"] = strings.Split(origin, "|")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran = true })).ServeHTTP(w, r)
	return w.Header(), w.Code, ran
}

func corsHeaders(h http.Header) (names []string) {
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			names = append(names, name)
		}
	}
	return names
}

func TestF1OriginsAreMatchedExactly(t *testing.T) {
	mw := must(middleware.CORS(middleware.CORSConfig{
		Origins: []string{
			"https://app.example.com", "https://foo.com", "https://bar.com", "http://localhost:3000", "https://*.shop.example", "https://*.port.example:8443",
			"https://[2001:db8::1]:444", "http://127.0.0.1", "app+x://host",
		},
		Credentials: false, Expose: []string{"X-Total"},
	}))
	tests := []struct {
		origin  string
		allowed bool
	}{
		{"https://app.example.com", true},
		{"https://foo.com", true},
		{"http://localhost:3000", true},
		{"https://a.shop.example", true},
		{"https://a-1.b_2.shop.example", true},
		{"https://a.port.example:8443", true},
		{"https://[2001:db8::1]:444", true},
		{"http://127.0.0.1", true},
		{"app+x://host", true},

		{"", false},
		{"null", false},
		{"NULL", false},
		{"*", false},
		{"http://app.example.com", false},
		{"https://app.example.com:443", false},
		{"https://app.example.com:8443", false},
		{"https://app.example.com.", false},
		{"https://app.example.com/", false},
		{"https://app.example.com.evil.com", false},
		{"https://evil.com?https://app.example.com", false},
		{"https://xapp.example.com", false},
		{"https://barfoo.com", false},
		{"https://foobar.com", false},
		{"https://example.com", false},
		{"HTTPS://app.example.com", false},
		{"https://APP.example.com", false},
		{" https://app.example.com", false},
		{"https://app.example.com,https://foo.com", false},
		{"https://app.example.com|https://foo.com", false}, // two headers
		{"https://foo.com|https://foo.com", false},
		{"https://shop.example", false},
		{"https://.shop.example", false},
		{"https://a..shop.example", false},
		{"https://evilshop.example", false},
		{"https://A.shop.example", false},
		{"https://evil.com/.shop.example", false},
		{"https://evil.com#.shop.example", false},
		{"https://evil.com:1.shop.example", false},
		{"https://user@a.shop.example", false},
		{"https://a.shop.example:443", false},
		{"https://a.shop.example:8443", false},
		{"http://a.shop.example", false},
		{"https://a.port.example", false},
		{"https://" + strings.Repeat("a.", 200) + "shop.example", false},
		{"https://" + strings.Repeat("a", 64) + ".shop.example", false},
		{"https://a\r\nX: y.shop.example", false},
		{"https://\xff.shop.example", false},
		{"http://localhost", false},
		{"http://localhost:30000", false},
	}
	for _, tt := range tests {
		t.Run(tt.origin, func(t *testing.T) {
			h, status, ran := corsAnswer(mw, "GET", tt.origin)
			assert.Equal(t, ran && status == 200, true, "a simple request always reaches the handler")
			assert.Equal(t, h.Values("Vary"), []string{"Origin"})
			want := []string(nil)
			if tt.allowed {
				want = []string{tt.origin}
				assert.Equal(t, h.Get("Access-Control-Expose-Headers"), "X-Total")
			} else {
				assert.Equal(t, corsHeaders(h), nil)
			}
			assert.Equal(t, h.Values("Access-Control-Allow-Origin"), want)
			assert.Equal(t, h.Get("Access-Control-Allow-Credentials"), "")
		})
	}
}

func TestF1EveryOriginIsNeverReflected(t *testing.T) {
	mw := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"*"}}))
	for origin, want := range map[string]string{"https://evil.com": "*", "null": "", "": ""} {
		h, _, _ := corsAnswer(mw, "GET", origin, "Cookie: a=b", "Authorization: x")
		assert.Equal(t, h.Get("Access-Control-Allow-Origin"), want, origin)
		assert.Equal(t, h.Get("Access-Control-Allow-Credentials"), "")
		assert.Equal(t, h.Get("Vary"), "Origin")
	}
}

func TestF1CredentialsAreForNamedOrigins(t *testing.T) {
	mw := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"https://app.example.com", "https://*.shop.example", "http://localhost:3000"}, Credentials: true}))
	for origin, allowed := range map[string]bool{"https://app.example.com": true, "https://a.shop.example": true, "http://localhost:3000": true, "https://evil.com": false, "null": false} {
		h, _, _ := corsAnswer(mw, "POST", origin)
		assert.Equal(t, h.Get("Access-Control-Allow-Origin") == origin, allowed, origin)
		assert.Equal(t, h.Get("Access-Control-Allow-Credentials") == "true", allowed, origin)
	}
}

func TestF1NoOriginIsAllowedByDefault(t *testing.T) {
	mw := must(middleware.CORS(middleware.CORSConfig{}))
	for _, origin := range []string{"https://evil.com", "null", "https://example.com", ""} {
		h, _, ran := corsAnswer(mw, "GET", origin)
		assert.Equal(t, ran, true)
		assert.Equal(t, corsHeaders(h), nil)
	}
}

func TestF2PreflightsAreAnsweredWithoutTheHandler(t *testing.T) {
	cfg := middleware.CORSConfig{
		Origins: []string{"https://app.example.com"}, Credentials: true, Methods: []string{"PUT", "DELETE"},
		Headers: []string{"Content-Type", "Authorization"}, Expose: []string{"X-Total"}, MaxAge: 90 * time.Second,
	}
	mw := must(middleware.CORS(cfg))
	h, status, ran := corsAnswer(mw, "OPTIONS", "https://app.example.com",
		"Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: x-evil, "+strings.Repeat("a,", 1000), "Access-Control-Request-Private-Network: true")
	assert.Equal(t, status, 204)
	assert.Equal(t, ran, false)
	assert.Equal(t, h, http.Header{
		"Vary":                             {"Origin"},
		"Access-Control-Allow-Origin":      {"https://app.example.com"},
		"Access-Control-Allow-Credentials": {"true"},
		"Access-Control-Allow-Methods":     {"PUT, DELETE"},
		"Access-Control-Allow-Headers":     {"Content-Type, Authorization"},
		"Access-Control-Max-Age":           {"90"},
	})

	for _, origin := range []string{"https://evil.com", "null", "https://app.example.com|https://evil.com"} {
		h, status, ran = corsAnswer(mw, "OPTIONS", origin, "Access-Control-Request-Method: PUT")
		assert.Equal(t, status, 403, origin)
		assert.Equal(t, ran, false, origin)
		assert.Equal(t, corsHeaders(h), nil, origin)
		assert.Equal(t, h.Get("Vary"), "Origin")
		assert.Equal(t, h.Get("Content-Type"), "application/problem+json")
	}

	h, _, _ = corsAnswer(must(middleware.CORS(middleware.CORSConfig{Origins: []string{"*"}})), "OPTIONS", "https://any.com", "Access-Control-Request-Method: GET")
	assert.Equal(t, h, http.Header{"Vary": {"Origin"}, "Access-Control-Allow-Origin": {"*"}, "Access-Control-Max-Age": {"600"}})
}

func TestOptionsThatAreNoPreflightsReachTheHandler(t *testing.T) {
	mw := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"https://app.example.com"}}))
	_, _, ran := corsAnswer(mw, "OPTIONS", "https://app.example.com")
	assert.Equal(t, ran, true, "without a method")
	_, _, ran = corsAnswer(mw, "OPTIONS", "", "Access-Control-Request-Method: PUT")
	assert.Equal(t, ran, true, "without an origin")
	_, _, ran = corsAnswer(mw, "POST", "https://app.example.com", "Access-Control-Request-Method: PUT")
	assert.Equal(t, ran, true, "another method")
}

func TestCORSReportsEveryMistake(t *testing.T) {
	const form = "want a host in small letters, ASCII only, with or without a port and nothing behind"
	const scheme = "want scheme://host, as in https://app.example.com"
	const twoLabels = "want a pattern for the sub-domains of a name with at least two labels"
	const ports = "want no port where it is that of the scheme: browsers leave it out"
	const insecure = "whose pages anybody on the way can change: want https together with Credentials"
	origins := []struct {
		origin, reason string
		credentials    bool
	}{
		{origin: "null", reason: "which anybody can have"},
		{origin: "", reason: scheme},
		{origin: "example.com", reason: scheme},
		{origin: "://a.b", reason: scheme},
		{origin: "HTTPS://a.b", reason: scheme},
		{origin: "https://*", reason: form},
		{origin: "https://", reason: form},
		{origin: "https://a.b/", reason: form},
		{origin: "https://a.b/path", reason: form},
		{origin: "https://a.b?q", reason: form},
		{origin: "https://u@a.b", reason: form},
		{origin: "https://A.b", reason: form},
		{origin: "https://résumé.com", reason: form},
		{origin: "https://a..b", reason: form},
		{origin: "https://a.b:", reason: form},
		{origin: "https://a.b:*", reason: form},
		{origin: "https://a.b:0", reason: form},
		{origin: "https://a.b:65536", reason: form},
		{origin: "https://a.b:080", reason: form},
		{origin: "https://1.2.3.4.5", reason: form},
		{origin: "https://[::0001]", reason: form},
		{origin: "https://[::1", reason: form},
		{origin: "https://::1", reason: form},
		{origin: "https://a.*.b", reason: form},
		{origin: "https://*a.b", reason: form},
		{origin: "https://a.b:443", reason: ports},
		{origin: "http://a.b:80", reason: ports},
		{origin: "https://*.com", reason: twoLabels},
		{origin: "https://*.1.2.3.4", reason: twoLabels},
		{origin: "file://host", reason: "which is no origin"},
		{origin: "*", reason: "which would let every page act for its visitor: list the origins", credentials: true},
		{origin: "http://a.b", reason: insecure, credentials: true},
		{origin: "http://*.a.b", reason: insecure, credentials: true},
		{origin: "http://192.0.2.1", reason: insecure, credentials: true},
	}
	for _, tt := range origins {
		_, err := middleware.CORS(middleware.CORSConfig{Origins: []string{tt.origin}, Credentials: tt.credentials})
		assert.Equal(t, mistakesOf(err), []string{fmt.Sprintf("CORSConfig.Origins has %q, %s", tt.origin, tt.reason)}, tt.origin)
	}
	_, err := middleware.CORS(middleware.CORSConfig{
		Origins: []string{"*", "https://a.b"}, Methods: []string{"*", "", "put", "TRACE", "PUT"},
		Headers: []string{"*", "a b", "Cookie", "sec-fetch-site", "Proxy-X", "X-A"}, Expose: []string{"*", "set-cookie", "X-A"}, MaxAge: 25 * time.Hour,
	})
	assert.Equal(t, mistakesOf(err), []string{
		`CORSConfig.Origins has "*", which makes the others meaningless`,
		`CORSConfig.Methods has "*", want the name of a method`,
		`CORSConfig.Methods has "", want the name of a method`,
		`CORSConfig.Methods has "put", want capitals: methods are case-sensitive`,
		`CORSConfig.Methods has "TRACE", which no page may use`,
		`CORSConfig.Headers has "*", want the name of a header`,
		`CORSConfig.Headers has "a b", want the name of a header`,
		`CORSConfig.Headers has "Cookie", which no page may set`,
		`CORSConfig.Headers has "sec-fetch-site", which no page may set`,
		`CORSConfig.Headers has "Proxy-X", which no page may set`,
		`CORSConfig.Expose has "*", want the name of a header`,
		`CORSConfig.Expose has "set-cookie", which no page may read`,
		`CORSConfig.MaxAge is 25h0m0s, want 0 to 24h0m0s`,
	})
	_, err = middleware.CORS(middleware.CORSConfig{MaxAge: -time.Second})
	assert.Equal(t, len(mistakesOf(err)), 1)
}

func TestCORSAllocates(t *testing.T) {
	h := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"https://*.shop.example"}, Credentials: true}))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w, r := &headerOnly{make(http.Header)}, httptest.NewRequest("GET", "/", nil)
	for origin, most := range map[string]float64{"": 1, "https://a.shop.example": 3, "https://evil.com": 1} { // one for each header
		r.Header["Origin"] = []string{origin}
		if n := testing.AllocsPerRun(100, func() { clear(w.header); h.ServeHTTP(w, r) }); n > most && !assert.Race {
			t.Errorf("origin %q costs %v allocations, want at most %v", origin, n, most)
		}
	}
}

// headerOnly is a writer that allocates nothing.
type headerOnly struct{ header http.Header }

func (w *headerOnly) Header() http.Header         { return w.header }
func (w *headerOnly) Write(p []byte) (int, error) { return len(p), nil }
func (w *headerOnly) WriteHeader(int)             {}

// No origin but those of the configuration is ever answered.
func FuzzCORSOrigin(f *testing.F) {
	for _, s := range []string{"null", "https://app.example.com", "https://a.shop.example", "https://.shop.example", "https://a\x00.shop.example"} {
		f.Add(s)
	}
	mw := must(middleware.CORS(middleware.CORSConfig{Origins: []string{"https://app.example.com", "https://*.shop.example"}, Credentials: true}))
	f.Fuzz(func(t *testing.T, origin string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Origin"] = []string{origin}
		w := httptest.NewRecorder()
		mw(http.NotFoundHandler()).ServeHTTP(w, r)
		got := w.Header().Get("Access-Control-Allow-Origin")
		if got == "" || got == "https://app.example.com" {
			return
		}
		labels := strings.TrimSuffix(strings.TrimPrefix(got, "https://"), ".shop.example")
		if got != origin || "https://"+labels+".shop.example" != got || strings.Trim(labels, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
			t.Errorf("%q was allowed", origin)
		}
	})
}

func ExampleCORS() {
	cors, err := middleware.CORS(middleware.CORSConfig{
		Origins: []string{"https://app.example.com"},
		Methods: []string{"PUT", "DELETE"},
		Headers: []string{"Authorization", "Content-Type"},
	})
	if err != nil {
		log.Fatal(err)
	}
	h := cors(http.NotFoundHandler())
	r := httptest.NewRequest("OPTIONS", "/orders/17", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("Access-Control-Allow-Methods"))
	// Output: 204 https://app.example.com PUT, DELETE
}

// Every origin with credentials would let any page act for its visitor.
func ExampleCORS_incorrect() {
	_, err := middleware.CORS(middleware.CORSConfig{Origins: []string{"*"}, Credentials: true})
	fmt.Println(err)
	// Output: middleware: CORSConfig.Origins has "*", which would let every page act for its visitor: list the origins
}
