package middleware_test

import (
	"bufio"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

// compressed returns h behind compression.
func compressed(t testing.TB, cfg middleware.CompressionConfig, h http.HandlerFunc) http.Handler {
	t.Helper()
	mw, err := middleware.Compression(cfg)
	assert.NoError(t, err)
	return mw(h)
}

// unzip returns the body of an answer, and whether it was compressed.
func unzip(t testing.TB, h http.Header, body io.Reader) (string, bool) {
	t.Helper()
	zipped := h.Get("Content-Encoding") == "gzip"
	if zipped {
		var err error
		body, err = gzip.NewReader(body)
		assert.NoError(t, err)
	}
	text, err := io.ReadAll(body)
	assert.NoError(t, err)
	return string(text), zipped
}

var long = strings.Repeat(`{"name":"pin"},`, 1000)

// sends answers text with a status and headers given as "Name: value".
func sends(status int, text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range headers {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Add(name, value)
		}
		if status != 0 {
			w.WriteHeader(status)
		}
		_, _ = io.WriteString(w, text)
	}
}

func TestC24CompressedAnswersVaryAndSecretsAreNotCompressed(t *testing.T) {
	h := compressed(t, middleware.CompressionConfig{}, sends(200, long, "Content-Type: application/json"))
	allowed := compressed(t, middleware.CompressionConfig{Credentials: true}, sends(200, long, "Content-Type: application/json"))
	for name, header := range map[string]string{
		"anonymous": "X-Other: 1", "token": "Authorization: Bearer x", "basic": "Authorization: Basic x", "session": "Cookie: session=x", "empty cookie": "Cookie: ",
	} {
		t.Run(name, func(t *testing.T) {
			for _, h := range []struct {
				http.Handler
				want bool
			}{{h, name == "anonymous"}, {allowed, true}} {
				w := do(h, "GET", "/", "Accept-Encoding: gzip", header)
				text, zipped := unzip(t, w.Header(), w.Body)
				assert.Equal(t, text, long)
				assert.Equal(t, zipped, h.want)
				assert.Equal(t, w.Header().Values("Vary"), []string{"Accept-Encoding"})
			}
		})
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, w.Header().Get("Content-Encoding"), "", "of a client with a certificate")
}

func TestAcceptEncoding(t *testing.T) {
	h := compressed(t, middleware.CompressionConfig{}, sends(200, long, "Content-Type: text/plain"))
	short := compressed(t, middleware.CompressionConfig{}, sends(200, "short", "Content-Type: image/png"))
	tests := []struct {
		header      string
		gzip, short bool
	}{
		{"", false, false},
		{"gzip", true, false},
		{"GZip", true, false},
		{"x-gzip", true, false},
		{"deflate, gzip;q=1.0, *;q=0.5", true, false},
		{"br , gzip", true, false},
		{"*", true, false},
		{"gzip;q=0", false, false},
		{"gzip;q=0.000, *", false, false},
		{"gzip; q=0.001", true, false},
		{"gzip ; Q=0.5", true, false},
		{"gzip;q=0.5, identity", false, false},
		{"gzip;q=0.5, identity;q=0.5", true, false},
		{"gzip;q=0.5, identity;q=0.501", false, false},
		{"identity", false, false},
		{"deflate", false, false},
		{"gzip, identity;q=0", true, true},
		{"*, identity;q=0", true, true},
		{"gzip;q=0.2, *;q=0", true, true},
		{"*;q=0", false, false},
		{"identity;q=0", false, false},
		{"gzip;q=2", false, false},
		{"gzip;q=1.001", false, false},
		{"gzip;q=0.1234", false, false},
		{"gzip;q=", false, false},
		{"gzip;q=.5", false, false},
		{"gzip;q=-1", false, false},
		{"gzip;level=9", false, false},
		{"gzip;q=0.5x", false, false},
		{"gzip-of-mine", false, false},
		{",,;,gzip", true, false},
		{strings.Repeat("a;q=0.5,", 5000) + "gzip", true, false},
	}
	for _, tt := range tests {
		w := do(h, "GET", "/", "Accept-Encoding: "+tt.header)
		text, zipped := unzip(t, w.Header(), w.Body)
		assert.Equal(t, zipped, tt.gzip, tt.header)
		assert.Equal(t, text, long, tt.header)
		w = do(short, "GET", "/", "Accept-Encoding: "+tt.header)
		text, zipped = unzip(t, w.Header(), w.Body)
		assert.Equal(t, zipped, tt.short, "short", tt.header)
		assert.Equal(t, text, "short", tt.header)
	}
	assert.Equal(t, do(h, "GET", "/").Header().Get("Content-Encoding"), "", "no header")
	assert.Equal(t, do(h, "GET", "/", "Accept-Encoding: br", "Accept-Encoding: gzip").Header().Get("Content-Encoding"), "gzip", "two lines")
}

func TestWhichAnswersAreCompressed(t *testing.T) {
	const min = 1 << 10
	length := func(n int) string { return "Content-Length: " + strconv.Itoa(n) }
	x := strings.Repeat("x", min)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		request string // a header
		want    bool
		vary    string
	}{
		{name: "long", handler: sends(200, x, "Content-Type: text/plain"), want: true},
		{name: "long, of known length", handler: sends(200, x, "Content-Type: text/plain", length(min)), want: true},
		{name: "short", handler: sends(200, x[1:], "Content-Type: text/plain")},
		{name: "short, of known length", handler: sends(200, x[1:], "Content-Type: text/plain", length(min-1))},
		{name: "no status given", handler: sends(0, x, "Content-Type: text/plain"), want: true},
		{name: "sniffed text", handler: sends(0, x), want: true},
		{name: "sniffed text of known length", handler: sends(0, x, length(min)), want: true},
		{name: "sniffed image", handler: sends(0, "\x89PNG\r\n\x1a\n"+x)},
		{name: "error", handler: sends(500, x, "Content-Type: application/problem+json; charset=utf-8"), want: true},
		{name: "type in capitals", handler: sends(200, x, "Content-Type: Application/JSON"), want: true},
		{name: "image", handler: sends(200, x, "Content-Type: image/png")},
		{name: "drawing", handler: sends(200, x, "Content-Type: image/svg+xml"), want: true},
		{name: "coded already", handler: sends(200, x, "Content-Type: text/plain", "Content-Encoding: br")},
		{name: "part", handler: sends(206, x, "Content-Type: text/plain", "Content-Range: bytes 0-1023/4000")},
		{name: "parts", handler: sends(206, x, "Content-Type: text/plain")},
		{name: "range asked for", handler: sends(200, x, "Content-Type: text/plain"), request: "Range: bytes=0-9"},
		{name: "digest", handler: sends(200, x, "Content-Type: text/plain", "Content-Digest: sha-256=:x:")},
		{name: "no-transform", handler: sends(200, x, "Content-Type: text/plain", "Cache-Control: private, No-Transform")},
		{name: "vary kept", handler: sends(200, x, "Content-Type: text/plain", "Vary: Origin"), want: true, vary: "Origin|Accept-Encoding"},
		{name: "vary said", handler: sends(200, x, "Content-Type: text/plain", "Vary: Origin, accept-encoding"), want: true, vary: "Origin, accept-encoding"},
		{name: "vary by all", handler: sends(200, x, "Content-Type: text/plain", "Vary: *"), want: true, vary: "*"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := compressed(t, middleware.CompressionConfig{}, tt.handler)
			plain, w := do(tt.handler, "GET", "/"), do(h, "GET", "/", "Accept-Encoding: gzip", or(tt.request, "X-A: b"))
			text, zipped := unzip(t, w.Header(), w.Body)
			assert.Equal(t, zipped, tt.want)
			assert.Equal(t, text, plain.Body.String())
			assert.Equal(t, w.Code, plain.Code)
			assert.Equal(t, w.Result().Header.Get("Content-Type"), plain.Result().Header.Get("Content-Type"))
			assert.Equal(t, strings.Join(w.Header().Values("Vary"), "|"), or(tt.vary, "Accept-Encoding"))
			if zipped {
				assert.Equal(t, w.Header().Get("Content-Length"), "")
			}
			head := do(h, "HEAD", "/", "Accept-Encoding: gzip", or(tt.request, "X-A: b"))
			assert.Equal(t, head.Header(), w.Header(), "HEAD")
		})
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestAnswersWithoutContentStayAsTheyAre(t *testing.T) {
	tests := []struct {
		name    string
		handler http.HandlerFunc
		status  int
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}, 200},
		{"status", sends(200, "", "Content-Type: text/plain"), 200},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204},
		{"not modified", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			w.WriteHeader(304)
		}, 304},
		{"not modified, with what it stands for", sends(304, "", "Content-Type: text/plain", "Content-Length: 4000"), 304},
		{"hint, then status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(204) }, 204},
		{"two", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); w.WriteHeader(500) }, 201},
		{"none needed", sends(200, "", "Content-Type: text/plain", "Content-Length: 0"), 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(compressed(t, middleware.CompressionConfig{MinBytes: 1}, tt.handler))
			defer srv.Close()
			for _, method := range []string{"GET", "HEAD"} {
				r, err := http.NewRequestWithContext(t.Context(), method, srv.URL, nil)
				assert.NoError(t, err)
				r.Header.Set("Accept-Encoding", "gzip, identity;q=0")
				resp, err := http.DefaultTransport.RoundTrip(r)
				assert.NoError(t, err)
				body, err := io.ReadAll(resp.Body)
				assert.NoError(t, err)
				resp.Body.Close()
				assert.Equal(t, resp.StatusCode, tt.status)
				assert.Equal(t, len(body), 0)
				assert.Equal(t, resp.Header.Get("Content-Encoding"), "")
				assert.Equal(t, resp.Header.Get("Vary"), "Accept-Encoding")
			}
		})
	}
}

func TestHeadOfACompressedAnswerHasNoLength(t *testing.T) {
	srv := httptest.NewServer(compressed(t, middleware.CompressionConfig{}, sends(0, long[:1500], "Content-Type: text/plain")))
	defer srv.Close()
	r, err := http.NewRequestWithContext(t.Context(), "HEAD", srv.URL, nil)
	assert.NoError(t, err)
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultTransport.RoundTrip(r)
	assert.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, resp.Header.Get("Content-Encoding"), "gzip")
	assert.Equal(t, resp.ContentLength, -1)
}

func TestCompressedAnswersHaveWeakETagsAndNoRanges(t *testing.T) {
	for etag, want := range map[string]string{`"v1"`: `W/"v1"`, `W/"v1"`: `W/"v1"`, "": "", "v1": "v1"} {
		h := compressed(t, middleware.CompressionConfig{}, func(w http.ResponseWriter, r *http.Request) {
			if etag != "" {
				w.Header()["Etag"] = []string{etag}
			}
			http.ServeContent(w, r, "a.json", time.Time{}, strings.NewReader(long))
		})
		w := do(h, "GET", "/", "Accept-Encoding: gzip")
		text, zipped := unzip(t, w.Header(), w.Body)
		assert.Equal(t, zipped, true)
		assert.Equal(t, text, long)
		assert.Equal(t, w.Header().Get("ETag"), want)
		assert.Equal(t, w.Header().Get("Accept-Ranges"), "")
		if want[:min(len(want), 2)] == "W/" {
			w := do(h, "GET", "/", "Accept-Encoding: gzip", "If-None-Match: "+want)
			assert.Equal(t, w.Code, 304)
			assert.Equal(t, w.Header().Get("ETag"), want)
			w = do(h, "GET", "/", "If-None-Match: "+etag)
			assert.Equal(t, w.Code, 304)
			assert.Equal(t, w.Header().Get("ETag"), etag, "of an answer that was not compressed")
		}
		w = do(h, "GET", "/")
		assert.Equal(t, w.Header().Get("ETag"), etag)
		assert.Equal(t, w.Header().Get("Accept-Ranges"), "bytes")
	}
}

func TestEachFlushReachesTheClient(t *testing.T) {
	next := make(chan struct{})
	events := compressed(t, middleware.CompressionConfig{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush() // the client sees the header
		for i := range 3 {
			<-next
			fmt.Fprintf(w, "data: %d\n\n", i)
			if err := http.NewResponseController(w).Flush(); err != nil {
				panic(err)
			}
		}
	})
	srv := httptest.NewServer(events)
	defer srv.Close()
	for _, coding := range []string{"gzip", "identity"} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL, nil)
		assert.NoError(t, err)
		r.Header.Set("Accept-Encoding", coding)
		resp, err := http.DefaultTransport.RoundTrip(r)
		assert.NoError(t, err)
		defer resp.Body.Close()
		assert.Equal(t, resp.Header.Get("Content-Encoding") == "gzip", coding == "gzip")
		body := bufio.NewReader(resp.Body)
		for i := range 3 {
			next <- struct{}{}
			if i == 0 && coding == "gzip" {
				gz, err := gzip.NewReader(body)
				assert.NoError(t, err)
				body = bufio.NewReader(gz)
			}
			line, err := body.ReadString('\n')
			assert.NoError(t, err)
			assert.Equal(t, line, fmt.Sprintf("data: %d\n", i))
			_, err = body.ReadString('\n')
			assert.NoError(t, err)
		}
		rest, err := io.ReadAll(body)
		assert.NoError(t, err)
		assert.Equal(t, len(rest), 0)
	}
}

func TestAnswersInPieces(t *testing.T) {
	for _, piece := range []int{1, 7, 1023, 1024, 1025, 5000} {
		h := compressed(t, middleware.CompressionConfig{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			for rest := []byte(long); len(rest) > 0; {
				n, err := w.Write(rest[:min(piece, len(rest))])
				assert.NoError(t, err)
				rest = rest[n:]
			}
		})
		for _, coding := range []string{"gzip", "br"} {
			w := do(h, "GET", "/", "Accept-Encoding: "+coding)
			text, zipped := unzip(t, w.Header(), w.Body)
			assert.Equal(t, zipped, coding == "gzip", piece)
			assert.Equal(t, text == long, true, piece)
		}
	}
}

func TestWritersAreBounded(t *testing.T) {
	hold, entered := make(chan struct{}), make(chan struct{})
	h := compressed(t, middleware.CompressionConfig{Writers: 2}, func(w http.ResponseWriter, _ *http.Request) {
		sends(200, long, "Content-Type: text/plain")(w, nil)
		entered <- struct{}{}
		<-hold
	})
	get := func() (zipped bool) {
		w := do(h, "GET", "/", "Accept-Encoding: gzip")
		text, zipped := unzip(t, w.Header(), w.Body)
		assert.Equal(t, text, long)
		return zipped
	}
	for range 2 { // the second time, the writers are free again
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { assert.Equal(t, get(), true) })
			<-entered
		}
		wg.Go(func() { assert.Equal(t, get(), false, "beyond the bound") })
		<-entered
		for range 3 {
			hold <- struct{}{}
		}
		wg.Wait()
	}
}

func TestWhatAPanicCutOffIsNotFinished(t *testing.T) {
	h := compressed(t, middleware.CompressionConfig{Writers: 1}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, long)
		if r.URL.Path == "/panic" {
			panic("boom")
		}
	})
	for range 3 {
		w := httptest.NewRecorder()
		func() {
			defer func() { assert.Equal(t, recover(), any("boom")) }()
			r := httptest.NewRequest("GET", "/panic", nil)
			r.Header.Set("Accept-Encoding", "gzip")
			h.ServeHTTP(w, r)
		}()
		gz, err := gzip.NewReader(w.Body)
		if err == nil {
			_, err = io.ReadAll(gz)
		}
		assert.Equal(t, err != nil, true, "the cut is seen")

		w = do(h, "GET", "/", "Accept-Encoding: gzip") // with the same writer
		text, zipped := unzip(t, w.Header(), w.Body)
		assert.Equal(t, zipped, true)
		assert.Equal(t, text, long)
	}
}

func TestWhatWasNotSentYetIsForgottenByAPanic(t *testing.T) {
	h := compressed(t, middleware.CompressionConfig{}, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "short")
		panic("boom")
	})
	w := do(middleware.Recover(slog.New(slog.DiscardHandler))(h), "GET", "/", "Accept-Encoding: gzip")
	wantProblem(t, w, 500, "internal_error")
}

func TestConcurrentAnswersDoNotMix(t *testing.T) {
	h := compressed(t, middleware.CompressionConfig{}, func(w http.ResponseWriter, r *http.Request) {
		sends(200, strings.Repeat(r.URL.Path, 2000), "Content-Type: text/plain")(w, r)
	})
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 30 {
				path := fmt.Sprintf("/%d/%d", worker, i)
				w := do(h, "GET", path, "Accept-Encoding: gzip")
				text, _ := unzip(t, w.Header(), w.Body)
				assert.Equal(t, text == strings.Repeat(path, 2000), true)
			}
		})
	}
	wg.Wait()
}

func TestTypesOfYourOwn(t *testing.T) {
	cfg := middleware.CompressionConfig{Types: []string{"application/vnd.mine", "audio/*", "+cbor"}}
	for contentType, want := range map[string]bool{
		"application/vnd.mine": true, "audio/midi;x=y": true, "application/x+cbor": true,
		"application/vnd.mine2": false, "text/plain": false, "application/cbor": false,
	} {
		w := do(compressed(t, cfg, sends(200, long, "Content-Type: "+contentType)), "GET", "/", "Accept-Encoding: gzip")
		assert.Equal(t, w.Header().Get("Content-Encoding") == "gzip", want, contentType)
	}
}

func TestCompressionReportsEveryMistake(t *testing.T) {
	_, err := middleware.Compression(middleware.CompressionConfig{MinBytes: -1, Level: 10, Writers: -1, Types: []string{"Text/Plain", "json", "text/a; b", "", "+x/y"}})
	for _, want := range []string{"MinBytes is -1", "Level is 10", "Writers is -1", `"Text/Plain"`, `"json"`, `"text/a; b"`, `has ""`, `"+x/y"`} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}

func TestConnectionsCanBeTakenOverBehindCompression(t *testing.T) {
	srv := httptest.NewServer(compressed(t, middleware.CompressionConfig{}, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntaken")
	}))
	defer srv.Close()
	resp, err := http.Get(srv.URL)
	assert.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	assert.Equal(t, string(body), "taken")
}

func ExampleCompression() {
	compress, err := middleware.Compression(middleware.CompressionConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	h := compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, long)
	}))
	for _, header := range []string{"", "Cookie: session=1"} {
		w := do(h, "GET", "/", "Accept-Encoding: gzip", or(header, "Accept: */*"))
		fmt.Printf("%q %q\n", w.Header().Get("Content-Encoding"), w.Header().Get("Vary"))
	}
	// Output:
	// "gzip" "Accept-Encoding"
	// "" "Accept-Encoding"
}
