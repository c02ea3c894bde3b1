package nethttp_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/nethttp"
	"github.com/tenonapi/tenon/transport"
)

// newExchange returns the exchange of a request with a body, which may be nil.
func newExchange(t testing.TB, method, target string, body io.Reader) (*nethttp.Exchange, *httptest.ResponseRecorder) {
	t.Helper()
	w := httptest.NewRecorder()
	x := nethttp.New(w, httptest.NewRequest(method, target, body))
	t.Cleanup(x.Free)
	return x, w
}

func TestRequestSide(t *testing.T) {
	r := httptest.NewRequest("PATCH", "http://example.com/a%2Fb?c=%20", strings.NewReader("body"))
	r.Header = http.Header{"X-A": {"1", "2"}, "X-Empty": {}}
	r.RemoteAddr = "192.0.2.7:1234"
	type key struct{}
	r = r.WithContext(context.WithValue(t.Context(), key{}, "value"))
	x := nethttp.New(httptest.NewRecorder(), r)
	defer x.Free()
	assert.Equal(t, x.Method()+" "+x.Path()+" "+x.Query()+" "+x.Host(), "PATCH /a%2Fb c=%20 example.com")
	assert.Equal(t, x.Secure(), false)
	assert.Equal(t, x.ContentLength(), 4)
	assert.Equal(t, x.Request() == r, true)
	assert.Equal(t, x.RemoteAddr(), netip.MustParseAddrPort("192.0.2.7:1234"))
	assert.Equal(t, x.Context().Value(key{}), any("value"))
	assert.Equal(t, x.Header("X-A")+x.Header("X-Empty")+x.Header("X-None")+x.Header("Host"), "1, 2example.com")
	for name, want := range map[string]string{"X-A": "1,2", "X-Empty": "", "X-None": "", "Host": "example.com"} {
		var got []string
		x.HeaderValues(name, func(v string) bool {
			got = append(got, v)
			return true
		})
		assert.Equal(t, strings.Join(got, ","), want, name)
	}
	var got []string
	x.HeaderValues("X-A", func(v string) bool {
		got = append(got, v)
		return false
	})
	assert.Equal(t, got, []string{"1"})
	r.TLS, r.RemoteAddr = new(tls.ConnectionState), "@"
	assert.Equal(t, x.Secure(), true)
	assert.Equal(t, x.RemoteAddr().IsValid(), false)
	x.SetPattern("/{x}")
	assert.Equal(t, r.Pattern, "/{x}")
}

func TestPathIsTheOneThatWasSent(t *testing.T) {
	for _, path := range []string{"/", "/a", "/a%2Fb", "/a%252Fb", "/%66", "/a%25", "/%2e%2e/a", "//a", "/a;b=c", "/a+b"} {
		x, _ := newExchange(t, "GET", path, nil)
		assert.Equal(t, x.Path(), path)
	}
	for sent, want := range map[string]string{"/a%20b": "/a b", "/%C3%A4": "/ä"} { // means the same to a router
		x, _ := newExchange(t, "GET", sent, nil)
		assert.Equal(t, x.Path(), want)
	}
}

func TestBody(t *testing.T) {
	errCut := errors.New("cut")
	const huge = int64(1) << 62
	tests := []struct {
		name   string
		body   io.Reader
		length int64 // -1 for unknown
		limit  int64
		want   string
		err    error
	}{
		{"known length", strings.NewReader("12345"), 5, 10, "12345", nil},
		{"unknown length", strings.NewReader("12345"), -1, 10, "12345", nil},
		{"at the limit", strings.NewReader("12345"), 5, 5, "12345", nil},
		{"at the limit, unknown", strings.NewReader("12345"), -1, 5, "12345", nil},
		{"over the limit", iotest.ErrReader(errors.New("is not read")), 6, 5, "", transport.ErrTooLarge},
		{"over the limit, unknown", strings.NewReader("123456"), -1, 5, "", transport.ErrTooLarge},
		{"no limit", strings.NewReader("12345"), -1, math.MaxInt64, "12345", nil},
		{"empty", strings.NewReader(""), -1, 5, "", nil},
		{"limit of nothing", strings.NewReader(""), -1, 0, "", nil},
		{"limit of nothing, something", strings.NewReader("1"), -1, 0, "", transport.ErrTooLarge},
		{"byte by byte", iotest.OneByteReader(strings.NewReader("12345")), -1, 10, "12345", nil},
		{"data with the end", iotest.DataErrReader(strings.NewReader("12345")), -1, 5, "12345", nil},
		{"cut", io.MultiReader(strings.NewReader("12"), iotest.ErrReader(errCut)), 5, 10, "", errCut},
		{"over a limit of middleware", http.MaxBytesReader(nil, io.NopCloser(strings.NewReader("12345")), 3), -1, 10, "", transport.ErrTooLarge},
		{"beyond the first buffer", strings.NewReader(strings.Repeat("x", 200<<10)), 200 << 10, 1 << 20, strings.Repeat("x", 200<<10), nil},
		{"declared more than sent", iotest.ErrReader(io.ErrUnexpectedEOF), huge, huge, "", io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", tt.body)
			r.ContentLength = tt.length
			w := httptest.NewRecorder()
			x := nethttp.New(w, r)
			defer x.Free()
			got, err := x.Body(tt.limit)
			assert.ErrorIs(t, err, tt.err)
			assert.Equal(t, string(got), tt.want)
			assert.Equal(t, w.Header().Get("Connection") == "close", tt.err != nil)
		})
	}
	x, _ := newExchange(t, "POST", "/", nil)
	got, err := x.Body(1)
	assert.Equal(t, got, nil)
	assert.NoError(t, err)
	r := &http.Request{ContentLength: -1}
	x = nethttp.New(httptest.NewRecorder(), r)
	defer x.Free()
	got, err = x.Body(1)
	assert.Equal(t, got, nil)
	assert.NoError(t, err)
	_, err = io.ReadAll(x.BodyReader(1))
	assert.NoError(t, err)
}

func TestBodyReader(t *testing.T) {
	for _, size := range []int{1, 2, 5, 6, 100} {
		for length, want := range map[int]error{4: nil, 5: nil, 6: transport.ErrTooLarge, 50: transport.ErrTooLarge} {
			x, _ := newExchange(t, "POST", "/", strings.NewReader(strings.Repeat("x", length)))
			r := x.BodyReader(5)
			var got []byte
			var err error
			for err == nil {
				var n int
				p := make([]byte, size)
				n, err = r.Read(p)
				got = append(got, p[:n]...)
			}
			if want == nil {
				want = io.EOF
			}
			assert.ErrorIs(t, err, want, size, length)
			assert.Equal(t, len(got), min(length, 5), size, length)
			n, again := r.Read(make([]byte, size))
			assert.Equal(t, n, 0)
			assert.ErrorIs(t, again, want, "a second time")
		}
	}
}

func TestSend(t *testing.T) {
	tests := []struct {
		name, method string
		status       int
		contentType  string
		body         string
		header       http.Header
		want         string
	}{
		{"body", "GET", 200, "application/json", "{}", http.Header{"Content-Type": {"application/json"}, "Content-Length": {"2"}}, "{}"},
		{"other type", "GET", 400, "text/html; charset=utf-8", "x", http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Content-Length": {"1"}}, "x"},
		{"empty body", "GET", 200, "text/plain", "", http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"0"}}, ""},
		{"no body", "GET", 204, "", "ignored", http.Header{}, ""},
		{"head", "HEAD", 200, "application/problem+json", "{}", http.Header{"Content-Type": {"application/problem+json"}, "Content-Length": {"2"}}, ""},
		{"large", "GET", 200, "text/plain", strings.Repeat("x", 5000), http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"5000"}}, strings.Repeat("x", 5000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, w := newExchange(t, tt.method, "/", nil)
			assert.Equal(t, x.Sent(), 0)
			x.Send(tt.status, tt.contentType, []byte(tt.body))
			x.Send(500, "text/plain", []byte("a second answer"))
			assert.Equal(t, x.Sent(), tt.status)
			assert.Equal(t, w.Code, tt.status)
			assert.Equal(t, w.Body.String(), tt.want)
			assert.Equal(t, w.Header(), tt.header)
			_, err := x.Stream(200, "text/plain").Write([]byte("a third"))
			assert.Equal(t, err != nil, true)
			assert.Equal(t, x.Stream(200, "text/plain").Flush() != nil, true)
			assert.Equal(t, w.Body.String(), tt.want)
		})
	}
}

func TestHeaderValuesAreOneLine(t *testing.T) {
	x, w := newExchange(t, "GET", "/", nil)
	x.SetHeader("X-Set", "a\r\nb")
	x.SetHeader("X-Set", "c\nd")
	x.AddHeader("X-Add", "1\r2")
	x.AddHeader("X-Add", "3")
	assert.Equal(t, w.Header(), http.Header{"X-Set": {"c d"}, "X-Add": {"1 2", "3"}})
}

func TestSharedListsOfAHeaderStayAsTheyAre(t *testing.T) {
	values := make([]string, 1, 4) // with room that others must not write into
	values[0] = "shared"
	x, w := newExchange(t, "GET", "/", nil)
	x.AddHeader("X-Set", "was")
	x.ShareHeader("X-Set", values)
	x.ShareList("X-List", values)
	x.ShareList("X-List", values)
	x.AddHeader("X-Set", "own")
	assert.Equal(t, w.Header(), http.Header{"X-Set": {"shared", "own"}, "X-List": {"shared", "shared"}})
	assert.Equal(t, values[:4], []string{"shared", "", "", ""})
}

func TestStream(t *testing.T) {
	x, w := newExchange(t, "GET", "/", nil)
	s := x.Stream(202, "text/plain")
	assert.Equal(t, x.Sent(), 202)
	_, err := io.WriteString(s, "a")
	assert.NoError(t, err)
	assert.NoError(t, s.Flush())
	assert.Equal(t, w.Flushed, true)
	_, err = io.WriteString(s, "b")
	assert.NoError(t, err)
	x.Send(500, "text/plain", []byte("ignored"))
	assert.Equal(t, w.Body.String(), "ab")
	assert.Equal(t, w.Code, 202)
}

func TestSharedHeaderValuesStayAsTheyAre(t *testing.T) {
	for range 2 {
		x, w := newExchange(t, "GET", "/", nil)
		x.Send(200, "application/json", []byte("{}"))
		h := w.Header()
		assert.Equal(t, h, http.Header{"Content-Type": {"application/json"}, "Content-Length": {"2"}})
		h.Add("Content-Type", "text/html") // must not reach the next answer
		h["Content-Length"] = append(h["Content-Length"], "3")
	}
}

func TestHandleSeesWhetherAnAnswerWasGiven(t *testing.T) {
	tests := []struct {
		name    string
		handler http.HandlerFunc
		sent    int
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}, 0},
		{"status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, 404},
		{"first of two", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) }, 404},
		{"hint only", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103) }, 0},
		{"hint, then status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(201) }, 201},
		{"switch of protocols", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(101) }, 101},
		{"body", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, 200},
		{"file", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader("x"))
		}, 200},
		{"flush", func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200},
		{"flush by a controller", func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, 200},
		{"no connection to take over", func(w http.ResponseWriter, _ *http.Request) {
			if _, _, err := w.(http.Hijacker).Hijack(); !errors.Is(err, http.ErrNotSupported) {
				panic(err)
			}
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, _ := newExchange(t, "GET", "/", nil)
			x.Handle(tt.handler)
			assert.Equal(t, x.Sent(), tt.sent)

			x, _ = newExchange(t, "GET", "/", nil)
			func() {
				defer func() { assert.Equal(t, recover(), any("boom")) }()
				x.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					tt.handler(w, r)
					panic("boom")
				}))
			}()
			assert.Equal(t, x.Sent(), tt.sent, "when it panics")
		})
	}
}

func TestHandlersMayTakeOverTheConnection(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := nethttp.New(w, r)
		defer x.Free()
		x.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntaken")
		}))
		if x.Sent() != http.StatusSwitchingProtocols {
			panic("the take-over was not seen")
		}
	}))
	defer srv.Close()
	resp, err := http.Get(srv.URL)
	assert.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	assert.Equal(t, string(body), "taken")
}

func TestLateWritesDoNotReachAnotherExchange(t *testing.T) {
	var kept http.ResponseWriter
	x := nethttp.New(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	x.Handle(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { kept = w }))
	x.Free()
	y, w := newExchange(t, "GET", "/", nil) // may well be x again
	_, _ = kept.Write([]byte("too late"))
	assert.Equal(t, y.Sent(), 0)
	y.Send(200, "text/plain", []byte("fine"))
	assert.Equal(t, w.Body.String(), "fine")
}

func TestFreedExchangesKeepNothing(t *testing.T) {
	for range 100 {
		x := nethttp.New(httptest.NewRecorder(), httptest.NewRequest("POST", "/", bytes.NewReader(make([]byte, 100<<10))))
		x.Params().Push("secret")
		_, err := x.Body(1 << 20)
		assert.NoError(t, err)
		x.Send(200, "text/plain", nil)
		x.Free()
		x, _ = newExchange(t, "GET", "/", nil)
		assert.Equal(t, x.Sent(), 0)
		assert.Equal(t, *x.Params(), transport.Params{})
	}
}
