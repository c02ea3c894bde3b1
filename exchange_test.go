package tenon_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/transport"
)

// A fake is a transport without net/http. Its views are overwritten when the exchange ends.
type fake struct {
	method, path, query string
	header              http.Header
	body                []byte
	length              int64 // of the body when it differs, such as -1

	params transport.Params
	answer http.Header
	status int
	sent   []byte
}

var _ transport.Exchange = (*fake)(nil)

func (x *fake) Context() context.Context     { return context.Background() }
func (x *fake) Method() string               { return x.method }
func (x *fake) Path() string                 { return x.path }
func (x *fake) Query() string                { return x.query }
func (x *fake) Host() string                 { return "fake" }
func (x *fake) Secure() bool                 { return true }
func (x *fake) Request() *http.Request       { panic("not of this transport") }
func (x *fake) RemoteAddr() netip.AddrPort   { return netip.AddrPort{} }
func (x *fake) Params() *transport.Params    { return &x.params }
func (x *fake) Header(name string) string    { return x.header.Get(name) }
func (x *fake) BodyReader(int64) io.Reader   { return bytes.NewReader(x.body) }
func (x *fake) SetHeader(name, value string) { x.answerHeader().Set(name, value) }
func (x *fake) AddHeader(name, value string) { x.answerHeader().Add(name, value) }
func (x *fake) Sent() int                    { return x.status }

func (x *fake) ContentLength() int64 {
	if x.length != 0 {
		return x.length
	}
	return int64(len(x.body))
}

func (x *fake) HeaderValues(name string, yield func(string) bool) {
	for _, v := range x.header[name] {
		if !yield(v) {
			return
		}
	}
}

func (x *fake) Body(limit int64) ([]byte, error) {
	if int64(len(x.body)) > limit {
		return nil, transport.ErrTooLarge
	}
	return x.body, nil
}

func (x *fake) Stream(int, string) transport.StreamWriter { panic("nothing streams") }

func (x *fake) answerHeader() http.Header {
	if x.answer == nil {
		x.answer = make(http.Header)
	}
	return x.answer
}

func (x *fake) Send(status int, contentType string, body []byte) {
	if x.status != 0 {
		return
	}
	x.status, x.sent = status, bytes.Clone(body) // what there is, asked for or not
	if contentType != "" {
		x.answerHeader().Set("Content-Type", contentType)
	}
}

type fakeInput struct {
	ID    string   `path:"id"`
	Tags  []string `query:"tag"`
	Trace string   `header:"X-Trace"`
	User  string   `cookie:"user"`
	Body  item
}

func TestServeExchangeNeedsNoNetHTTP(t *testing.T) {
	var got *fakeInput
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/items/{id}", func(_ context.Context, in *fakeInput) (tenon.Created[item], error) {
			got = in
			return tenon.Created[item]{Location: "/items/" + in.ID, Body: in.Body}, nil
		})
		tenon.Delete(r, "/items/{id}", ok[byID, tenon.NoContent])
	})
	x := &fake{
		method: "POST", path: "/items/a%2Fb", query: "tag=x&tag=y",
		header: http.Header{"X-Trace": {"t"}, "Cookie": {"user=u; other=o"}, "Content-Type": {"application/json"}},
		body:   []byte(`{"name":"pin","count":3}`),
	}
	app.ServeExchange(x)
	assert.Equal(t, x.status, http.StatusCreated, string(x.sent))
	assert.Equal(t, x.answer, http.Header{"Location": {"/items/a/b"}, "Content-Type": {"application/json"}})
	assert.Equal(t, string(x.sent), `{"name":"pin","count":3}`)
	clear(x.body) // the exchange has ended
	assert.Equal(t, got, &fakeInput{ID: "a/b", Tags: []string{"x", "y"}, Trace: "t", User: "u", Body: item{"pin", 3}})

	for name, x := range map[string]*fake{
		"no content":  {method: "DELETE", path: "/items/1"},
		"options":     {method: "OPTIONS", path: "/items/1"},
		"dirty state": {method: "DELETE", path: "/items/1", params: dirty()},
	} {
		app.ServeExchange(x)
		assert.Equal(t, x.status, http.StatusNoContent, name)
		assert.Equal(t, string(x.sent), "", name, "sent a body")
	}
	for path, status := range map[string]int{"/nothing": 404, "/openapi.json": 200} {
		x := &fake{method: "GET", path: path}
		app.ServeExchange(x)
		assert.Equal(t, x.status, status, path)
		assert.Equal(t, x.answer.Get("X-Request-Id") != "", status == 404, path)
	}
	x = &fake{method: "POST", path: "/items/1", query: "tag=x", header: http.Header{"Content-Type": {"application/json"}}, length: -1, body: make([]byte, 1<<20+1)}
	app.ServeExchange(x)
	assert.Equal(t, x.status, http.StatusRequestEntityTooLarge)
}

func dirty() (p transport.Params) {
	p.Push("left")
	p.Push("over")
	return p
}

// carrier is a fake that can carry handlers of net/http.
type carrier struct{ fake }

func (x *carrier) Handle(h http.Handler) {
	r, _ := http.NewRequest(x.method, x.path, bytes.NewReader(x.body))
	w := newRecorder()
	h.ServeHTTP(w, r)
	x.status, x.sent, x.answer = w.status, w.body.Bytes(), w.header
}

func TestMiddlewareIsNeverLeftOut(t *testing.T) {
	deny := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	}
	open := func(r *tenon.Router) { tenon.Get(r, "/a", says[none]("secret")) }
	tests := []struct {
		name, path string
		routes     func(*tenon.Router)
	}{
		{"of the application", "/a", func(r *tenon.Router) { r.Use(tenon.Middleware(deny)); open(r) }},
		{"of a group", "/a", func(r *tenon.Router) { open(r.Group("", tenon.Middleware(deny))) }},
		{"of an operation", "/a", func(r *tenon.Router) { tenon.Get(r, "/a", says[none]("secret"), tenon.Middleware(deny)) }},
		{"mounted", "/b", func(r *tenon.Router) { r.Mount("/b", deny(nil)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := new(logs)
			app := newApp(t, log, tt.routes)
			x := &fake{method: "GET", path: tt.path}
			app.ServeExchange(x)
			assert.Equal(t, x.status, http.StatusInternalServerError)
			assert.Equal(t, strings.Contains(string(x.sent), "transport"), false, string(x.sent))
			assert.Equal(t, log.lines(t)[0]["error"], any("the transport carries no handlers of net/http"))

			c := &carrier{fake{method: "GET", path: tt.path}}
			app.ServeExchange(c)
			assert.Equal(t, c.status, http.StatusForbidden)
		})
	}
}
