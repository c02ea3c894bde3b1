package tenon_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
)

// posts takes an item with a limit of 64 bytes.
func posts(r *tenon.Router) {
	h := func(_ context.Context, in *bodied) (item, error) { return in.Body, nil }
	for _, method := range []string{"POST", "PUT", "PATCH"} {
		tenon.Handle(r, method, "/items", h, tenon.Limits{BodyBytes: 64})
	}
	tenon.Post(r, "/default", h)
	tenon.Post(r, "/opt", func(_ context.Context, in *struct{ Body tenon.Opt[item] }) (item, error) {
		return in.Body.Or(item{Name: "absent"}), nil
	})
}

// padded returns a good body of n bytes.
func padded(n int) string {
	const body = `{"name":"pin","count":1`
	return body + strings.Repeat(" ", n-len(body)-1) + "}"
}

// chunked is body in the chunked coding, in chunks of up to size bytes.
func chunked(body string, size int) string {
	var b strings.Builder
	for len(body) > 0 {
		n := min(size, len(body))
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return b.String() + "0\r\n\r\n"
}

func TestBodiesOverASocket(t *testing.T) {
	srv := newServer(t, nil, posts)
	const (
		good     = `{"name":"pin","count":1}`
		json     = "Content-Type: application/json\r\n"
		chunks   = "Transfer-Encoding: chunked\r\n"
		tooLarge = "body_too_large"
	)
	length := func(n int) string { return fmt.Sprintf("Content-Length: %d\r\n", n) }
	tests := []struct {
		name, path, headers, body string
		status                    int
		code                      string // of the problem
		closed                    bool   // the connection ends
	}{
		{"good", "/items", json + length(24), good, 200, "", false},
		{"good in chunks", "/items", json + chunks, chunked(good, 5), 200, "", false},
		{"empty", "/items", json + length(0), "", 422, "validation_failed", false},
		{"absent", "/items", "", "", 422, "validation_failed", false},
		{"empty chunks without a type", "/items", chunks, chunked("", 1), 422, "validation_failed", false},
		{"optional and empty", "/opt", json + length(0), "", 200, "", false},
		{"optional and absent", "/opt", "", "", 200, "", false},
		{"optional and empty chunks", "/opt", chunks, chunked("", 1), 200, "", false},
		{"at the limit", "/items", json + length(64), padded(64), 200, "", false},
		{"at the limit in chunks", "/items", json + chunks, chunked(padded(64), 10), 200, "", false},
		{"over the limit", "/items", json + length(65), padded(65), 413, tooLarge, true},
		{"over the limit, nothing sent", "/items", json + length(65), "", 413, tooLarge, true},
		{"over the limit in chunks", "/items", json + chunks, chunked(padded(65), 10), 413, tooLarge, true},
		{"over the limit in chunks that go on", "/items", json + chunks, strings.TrimSuffix(chunked(padded(65), 65), "0\r\n\r\n"), 413, tooLarge, true},
		{"at the default limit", "/default", json + length(1<<20), padded(1 << 20), 200, "", false},
		{"over the default limit", "/default", json + length(1<<20+1), "", 413, tooLarge, true},
		{"over the default limit in chunks", "/default", json + chunks, chunked(padded(1<<20+1), 1<<16), 413, tooLarge, true},
		{"beyond all integers", "/items", json + "Content-Length: 9223372036854775807\r\n", "", 413, tooLarge, true},
		{"cut off", "/items", json + length(24), good[:10], 400, "unreadable_body", true},
		{"cut off between chunks", "/items", json + chunks, "a\r\n" + good[:10] + "\r\n", 400, "unreadable_body", true},
		{"cut off in a chunk", "/items", json + chunks, "a\r\n" + good[:5], 400, "unreadable_body", true},
		{"bad chunk size", "/items", json + chunks, "zz\r\n" + good + "\r\n0\r\n\r\n", 400, "unreadable_body", true},
		{"chunk longer than its size", "/items", json + chunks, "3\r\n" + good + "\r\n0\r\n\r\n", 400, "unreadable_body", true},
		{"not JSON", "/items", json + length(4), "name", 400, "malformed_body", false},
		{"cut JSON", "/items", json + length(10), good[:10], 400, "malformed_body", false},
		{"trailing data", "/items", json + length(26), good + "{}", 400, "malformed_body", false},
		{"white space only", "/items", json + length(2), "  ", 400, "malformed_body", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := exchange(t, srv.Listener.Addr().String(), "POST "+tt.path+" HTTP/1.1\r\nHost: a\r\n"+tt.headers+"\r\n"+tt.body, tt.closed)
			assert.Equal(t, got.StatusCode, tt.status, got.body)
			assert.Equal(t, got.closed, tt.closed, "connection closed")
			if tt.code != "" {
				assert.Contains(t, got.body, `"code":"`+tt.code+`"`)
				assert.Equal(t, got.Header.Get("Content-Type"), "application/problem+json")
			}
		})
	}
}

// exchange writes raw bytes to a server, says that there are no more if the
// server should find that out, and reads the answer.
func exchange(t testing.TB, addr, raw string, finish bool) answer {
	t.Helper()
	conn := dial(t, addr)
	go func() {
		_, _ = io.WriteString(conn, raw) // fails when the server refuses to read on
		if finish {
			_ = conn.CloseWrite()
		}
	}()
	return readAnswer(t, conn)
}

func TestC9LargeBodyIsRefusedBeforeItIsRead(t *testing.T) {
	srv := newServer(t, nil, posts)
	conn := dial(t, srv.Listener.Addr().String())
	_, err := io.WriteString(conn, "POST /items HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65\r\nExpect: 100-continue\r\n\r\n")
	assert.NoError(t, err)
	got := readAnswer(t, conn) // the body was never sent
	assert.Equal(t, got.StatusCode, http.StatusRequestEntityTooLarge)
	assert.Equal(t, got.closed, true)
}

func TestC9BothSidesOfTheLimit(t *testing.T) {
	c := newClient(t, posts)
	assert.Equal(t, c.Do("POST", "/items", padded(64)).Status, http.StatusOK)
	wantProblem(t, c, c.Do("POST", "/items", padded(65)), http.StatusRequestEntityTooLarge, "body_too_large")
}

func TestPeers6BodyOfExactlyTheLimitIsAccepted(t *testing.T) {
	c := newClient(t, posts)
	for _, n := range []int{63, 64, 65} {
		for _, known := range []bool{true, false} {
			var body io.Reader = strings.NewReader(padded(n))
			if !known {
				body = struct{ io.Reader }{body}
			}
			r, err := http.NewRequest("POST", "/items", body)
			assert.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			if !known {
				r.ContentLength = -1
			}
			assert.Equal(t, c.Send(r).Status == http.StatusOK, n <= 64, n, known)
		}
	}
}

func TestPeers24TruncatedBodiesAre400(t *testing.T) {
	srv := newServer(t, nil, posts)
	for name, raw := range map[string]string{
		"length": "Content-Length: 24\r\n\r\n{\"name\":",
		"chunk":  "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
	} {
		got := exchange(t, srv.Listener.Addr().String(), "POST /items HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+raw, true)
		assert.Equal(t, got.StatusCode, http.StatusBadRequest, name)
		assert.Contains(t, got.body, `"code":"unreadable_body"`, name)
		text := strings.ReplaceAll(got.body, got.Header.Get(problem.HeaderRequestID), "") // is random, and sometimes has EOF in it
		assert.Equal(t, strings.Contains(text, "EOF"), false, text)
		assert.Equal(t, strings.Contains(text, "chunk"), false, text)
	}
}

func TestPeers22TrailingBytesAndAllThatIsMissing(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", ok[struct {
			A    int    `query:"a"`
			B    string `header:"B"`
			Body item
		}, item])
	})
	wantProblem(t, c, c.Do("POST", "/a?a=1", `{"name":"pin","count":1} x`, "B: b"), http.StatusBadRequest, "malformed_body")
	r := c.Do("POST", "/a", `{}`)
	wantProblem(t, c, r, http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, issueTypes(t, c, r), []string{"missing query.a", "missing header.B", "missing body.name", "missing body.count"})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a", "")), []string{"missing query.a", "missing header.B", "missing body"})
}

func TestPeers20TheBodyIsCheckedBeforeTheHandlerRuns(t *testing.T) {
	called := false
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(context.Context, *bodied) (item, error) {
			called = true
			return item{}, nil
		})
	})
	wantProblem(t, c, c.Do("POST", "/a", `{"name":"pin","count":-1}`), http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, called, false)
}

func TestC6TwoMediaTypesAreNone(t *testing.T) {
	c := newClient(t, posts)
	const good = `{"name":"pin","count":1}`
	for _, second := range []string{"text/plain", "application/json"} {
		r := httptest.NewRequest("POST", "/items", strings.NewReader(good))
		r.Header["Content-Type"] = []string{"application/json", second}
		wantProblem(t, c, c.Send(r), http.StatusUnsupportedMediaType, "unsupported_media_type")
	}
}

func TestC6MediaTypes(t *testing.T) {
	c := newClient(t, posts)
	const good = `{"name":"pin","count":1}`
	tests := []struct {
		name, method, contentType string
		want                      bool
		hint                      string // header that names what is accepted
	}{
		{"JSON", "POST", "application/json", true, ""},
		{"missing", "POST", "", false, "Accept-Post"},
		{"text", "POST", "text/plain", false, "Accept-Post"},
		{"form", "PUT", "application/x-www-form-urlencoded", false, "Accept"},
		{"multipart", "PATCH", "multipart/form-data; boundary=x", false, "Accept-Patch"},
		{"a patch", "POST", "application/merge-patch+json", false, "Accept-Post"},
		{"beginning like JSON", "POST", "application/jsonp", false, "Accept-Post"},
		{"JSON in a parameter", "POST", "text/plain; a=application/json", false, "Accept-Post"},
		{"a list", "POST", "text/plain, application/json", false, "Accept-Post"},
		{"no media type at all", "POST", "json", false, "Accept-Post"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do(tt.method, "/items", good, "Content-Type: "+tt.contentType)
			if tt.want {
				assert.Equal(t, r.Status, http.StatusOK)
				return
			}
			wantProblem(t, c, r, http.StatusUnsupportedMediaType, "unsupported_media_type")
			for _, name := range []string{"Accept", "Accept-Post", "Accept-Patch"} {
				assert.Equal(t, r.Header.Get(name) != "", name == tt.hint, name)
			}
			assert.Equal(t, r.Header.Get(tt.hint), "application/json")
		})
	}
}

func TestC6TypeOfABodyOfUnknownLength(t *testing.T) {
	c := newClient(t, posts)
	for body, status := range map[string]int{"": 422, `{"name":"pin","count":1}`: 415} {
		r, err := http.NewRequest("POST", "/items", struct{ io.Reader }{strings.NewReader(body)})
		assert.NoError(t, err)
		r.ContentLength = -1
		assert.Equal(t, c.Send(r).Status, status, body)
	}
}

func TestC8MediaTypesIgnoreCaseAndParameters(t *testing.T) {
	c := newClient(t, posts)
	for _, contentType := range []string{
		"Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8", "APPLICATION/JSON ; a=b ; c=\"d\"",
		"application/json;", "application/json; charset", " application/json ", "application/vnd.api+json", "Application/X+JSON; a=b",
	} {
		r := c.Do("POST", "/items", `{"name":"pin","count":1}`, "Content-Type: "+contentType)
		assert.Equal(t, r.Status, http.StatusOK, contentType)
	}
}

func TestC7ContentEncodings(t *testing.T) {
	c := newClient(t, posts)
	for _, encoding := range []string{"gzip", "br", "gzip, identity", "IDENTITY", "identity"} {
		r := c.Do("POST", "/items", `{"name":"pin","count":1}`, "Content-Encoding: "+encoding)
		if strings.EqualFold(encoding, "identity") {
			assert.Equal(t, r.Status, http.StatusOK, encoding)
			continue
		}
		wantProblem(t, c, r, http.StatusUnsupportedMediaType, "unsupported_content_encoding")
		assert.Equal(t, r.Header.Get("Accept-Encoding"), "identity")
	}
}

func TestBodyOfAnOperationWithoutOneIsIgnored(t *testing.T) {
	c := newClient(t, verbs)
	assert.Equal(t, c.Do("POST", "/only/post", "text", "Content-Type: text/plain").Status, http.StatusOK)
	assert.Equal(t, c.Do("GET", "/items", strings.Repeat("x", 2<<20)).Status, http.StatusOK)
}

func TestPooledStateNeverReachesAnotherRequest(t *testing.T) {
	type in struct {
		Tags   []string            `json:"tags" query:"tag" default:"[]"`
		Trace  tenon.Opt[string]   `json:"trace" header:"X-Trace"`
		Many   tenon.Opt[[]string] `json:"many" header:"X-Many"`
		Cookie tenon.Opt[string]   `json:"cookie" cookie:"c"`
		Body   tenon.Opt[item]     `json:"body"`
	}
	type out struct {
		Trace string   `header:"X-Trace"`
		Tags  []string `header:"X-Tags"`
		Body  []string
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(_ context.Context, in *in) (out, error) {
			var o out
			o.Tags, o.Trace = in.Tags, in.Trace.Or("")
			o.Body = append(append(o.Body, in.Tags...), in.Many.Or(nil)...)
			o.Body = append(o.Body, in.Cookie.Or("no cookie"), in.Body.Or(item{Name: "no body"}).Name)
			return o, nil
		})
		tenon.Post(r, "/none", ok[in, tenon.NoContent])
	})
	for i := range 200 {
		if i%2 == 0 {
			r := c.Do("POST", "/a?tag=secret1&tag=secret2", `{"name":"secret3","count":1}`, "X-Trace: secret4", "X-Many: secret5", "X-Many: secret6", "Cookie: c=secret7")
			assert.Equal(t, string(r.Body), `["secret1","secret2","secret5","secret6","secret7","secret3"]`)
			continue
		}
		r := c.Do("POST", "/a", "")
		assert.Equal(t, string(r.Body), `["no cookie","no body"]`)
		assert.Equal(t, r.Header.Values("X-Tags"), nil)
		assert.Equal(t, r.Header.Get("X-Trace"), "")
		bad := c.Do("POST", "/a", `{"name":""`)
		assert.Equal(t, strings.Contains(string(bad.Body), "secret"), false, string(bad.Body))
		assert.Equal(t, len(c.Do("POST", "/none", "").Body), 0)
	}
}

func TestAnswersAreNotKeptAlive(t *testing.T) {
	if assert.Race {
		t.Skip("the race detector empties pools")
	}
	var answered weak.Pointer[item]
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *none) (*item, error) {
			v := &item{Name: strings.Repeat("x", 8)}
			answered = weak.Make(v)
			return v, nil
		})
	})
	newPost(t, app, "GET", "/a", "").send()
	runtime.GC()
	assert.Equal(t, answered.Value() == nil, true, "is kept by a pool")
	runtime.KeepAlive(app)
}

func TestDeclaredLengthCostsNothing(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/a", ok[bodied, item], tenon.Limits{BodyBytes: 1 << 30})
	})
	r, err := http.NewRequest("POST", "/a", strings.NewReader("{"))
	assert.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = 1 << 30
	w := newRecorder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	app.ServeHTTP(w, r)
	runtime.ReadMemStats(&after)
	assert.Equal(t, w.status, http.StatusBadRequest)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("a request that declares 1 GiB and sends a byte made the server allocate %d bytes", n)
	}
}

// post is a request that is sent again and again.
type post struct {
	app  *tenon.App
	r    *http.Request
	body *bytes.Reader
	w    *discard
}

// discard is a ResponseWriter that costs nothing.
type discard struct {
	header http.Header
	status int
}

func (w *discard) Header() http.Header         { return w.header }
func (w *discard) WriteHeader(status int)      { w.status = status }
func (w *discard) Write(p []byte) (int, error) { return len(p), nil }

func (p *post) send() {
	clear(p.w.header)
	if p.body != nil {
		_, _ = p.body.Seek(0, io.SeekStart)
	}
	p.app.ServeHTTP(p.w, p.r)
}

func newPost(t testing.TB, app *tenon.App, method, path, body string) *post {
	r, err := http.NewRequest(method, path, nil)
	assert.NoError(t, err)
	p := &post{app: app, r: r, w: &discard{header: make(http.Header)}}
	if body != "" {
		p.body = bytes.NewReader([]byte(body))
		r.Body, r.ContentLength = io.NopCloser(p.body), int64(len(body))
		r.Header.Set("Content-Type", "application/json")
	}
	return p
}

func TestAllocationsOfARequest(t *testing.T) {
	if assert.Race {
		t.Skip("the race detector empties pools")
	}
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/items", func(_ context.Context, in *bodied) (tenon.Created[item], error) {
			return tenon.Created[item]{Location: "/items/1", Body: in.Body}, nil
		})
		tenon.Get(r, "/items/{id}", func(_ context.Context, in *byID) (item, error) { return item{Name: in.ID}, nil })
		tenon.Delete(r, "/items/{id}", ok[byID, tenon.NoContent])
	})
	tests := []struct {
		name, method, path, body string
		status, most             int
	}{
		{"POST with a body and a Location", "POST", "/items", `{"name":"pin","count":1}`, 201, 5},
		{"GET by path", "GET", "/items/abc", "", 200, 2},
		{"DELETE by path", "DELETE", "/items/abc", "", 204, 2},
	}
	for _, tt := range tests {
		p := newPost(t, app, tt.method, tt.path, tt.body)
		if n := testing.AllocsPerRun(1000, p.send); n > float64(tt.most) {
			t.Errorf("%s: %v allocations, want at most %d", tt.name, n, tt.most)
		}
		assert.Equal(t, p.w.status, tt.status, tt.name)
	}
}

func BenchmarkRequest(b *testing.B) {
	app := newApp(b, nil, func(r *tenon.Router) {
		tenon.Post(r, "/items", func(_ context.Context, in *bodied) (tenon.Created[item], error) {
			return tenon.Created[item]{Location: "/items/1", Body: in.Body}, nil
		})
		tenon.Get(r, "/items/{id}", named)
	})
	for name, p := range map[string]*post{
		"POST": newPost(b, app, "POST", "/items", `{"name":"pin","count":1}`),
		"GET":  newPost(b, app, "GET", "/items/abc", ""),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.send()
			}
		})
	}
}
