// Package tenontest calls the operations of an application in tests, through
// the whole stack but without a socket.
//
// A call fails its test when the application answers an error that it did not
// declare, and shows the cause, which clients never see; and when an answer does
// not fit the application's OpenAPI document. Of a stream each item must. Those of mounted
// handlers are not judged.
package tenontest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/observe"
	"github.com/tenonapi/tenon/problem"
)

// base stands before the paths of requests.
const base = "http://tenon.test"

// A Client sends requests to an application. It is safe for concurrent use
// while its fields do not change.
type Client struct {
	Header       http.Header // sent with each request
	ServerErrors bool        // undeclared errors are expected; false fails the test

	t        testing.TB
	app      http.Handler
	contract *contract
}

// New returns a client of app for the test t. Options are innermost, so that a
// provider among them takes the place of the application's own, as credentials
// too: see [tenon.App.With].
func New(t testing.TB, app *tenon.App, overrides ...tenon.Option) *Client {
	t.Helper()
	if app == nil {
		t.Fatalf("tenontest: the application is nil: what is the error of tenon.New?")
	}
	if len(overrides) > 0 {
		var err error
		if app, err = app.With(overrides...); err != nil {
			t.Fatalf("tenontest: %v", err)
		}
	}
	contract, err := newContract(app)
	if err != nil {
		t.Fatalf("tenontest: the document of the application: %v", err)
	}
	return &Client{Header: make(http.Header), t: t, app: app, contract: contract}
}

// A Response is an answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    bool // the answer was cut off, which a client sees by the end of the connection
}

// A Result is a successful answer to a typed call.
type Result[Out any] struct {
	Response
	Out Out
}

// Call sends in to the operation of e. An error answer, as a [*problem.Error], is
// returned as the error together with the response.
func Call[In, Out any](c *Client, e *tenon.Endpoint[In, Out], in *In) (*Result[Out], error) {
	c.t.Helper()
	r, err := e.Request(c.context(), base, in)
	if err != nil {
		c.t.Fatalf("tenontest: %v", err)
	}
	resp := c.Send(r)
	out := &Result[Out]{Response: *resp}
	if resp.Status >= http.StatusBadRequest {
		p, err := problem.Parse(resp.Body)
		if err != nil {
			c.t.Fatalf("tenontest: %s %s answered %d with %q, which is no problem document: %v", r.Method, r.URL.Path, resp.Status, resp.Body, err)
		}
		return out, p
	}
	if out.Out, err = e.Response(&http.Response{StatusCode: resp.Status, Header: resp.Header}, resp.Body); err != nil {
		c.t.Fatalf("tenontest: %s %s: the answer does not fit its type: %v\n%s", r.Method, r.URL.Path, err, resp.Body)
	}
	return out, nil
}

// Do sends a request as it stands, good or bad: a method, a target such as
// "/orders?limit=3", a body and headers as "Name: value". A body that is not
// empty is sent as application/json unless a header says otherwise.
func (c *Client) Do(method, target, body string, headers ...string) *Response {
	c.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(c.context(), method, target, reader)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			c.t.Fatalf("tenontest: header %q: want Name: value", h)
		}
		name = http.CanonicalHeaderKey(name)
		if name == "Content-Type" {
			r.Header.Del(name)
		}
		if value = strings.TrimSpace(value); value != "" {
			r.Header.Add(name, value)
		}
	}
	return c.Send(r)
}

// context returns the context of the test, which also serves its clean-up.
func (c *Client) context() context.Context { return context.WithoutCancel(c.t.Context()) }

// Send sends r, a request as a client or as a server has it, and leaves it as it is.
func (c *Client) Send(r *http.Request) *Response {
	c.t.Helper()
	var causes []error
	mounted := false
	ctx := observe.WithCauses(r.Context(), func(err error) { causes = append(causes, err) })
	r = r.Clone(observe.WithMounted(ctx, func() { mounted = true }))
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	for name, values := range c.Header {
		if name = http.CanonicalHeaderKey(name); r.Header[name] == nil {
			r.Header[name] = slices.Clone(values)
		}
	}
	if r.RequestURI == "" { // what a server would make of a client's request
		r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "192.0.2.1:1234"
		if r.Host == "" {
			r.Host = r.URL.Host
		}
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	cut := serve(c.app, w, r)
	if !c.ServerErrors {
		for _, err := range causes {
			c.t.Errorf("tenontest: %s %s answered an undeclared error: %v", r.Method, r.URL.Path, err)
		}
	}
	resp := &Response{Status: w.Code, Header: w.Result().Header, Body: w.Body.Bytes(), Cut: cut}
	if mounted || cut && resp.Header.Get("Content-Type") == "" { // before anything was sent
		return resp
	}
	if err := c.contract.check(r, resp); err != nil {
		c.t.Errorf("tenontest: %s %s: %v", r.Method, r.URL.Path, err)
	}
	return resp
}

// serve answers r by h, and reports whether the answer was cut off.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (cut bool) {
	defer func() {
		if v := recover(); v == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
			cut = true
		} else if v != nil {
			panic(v)
		}
	}()
	h.ServeHTTP(w, r)
	return false
}

// Problem reads the response as a problem document and fails the test of c when it is none.
func (c *Client) Problem(r *Response) *problem.Error {
	c.t.Helper()
	if ct := r.Header.Get("Content-Type"); ct != problem.ContentType {
		c.t.Fatalf("tenontest: status %d has the content type %q, want %s\n%s", r.Status, ct, problem.ContentType, r.Body)
	}
	p, err := problem.Parse(r.Body)
	if err != nil {
		c.t.Fatalf("tenontest: %v\n%s", err, r.Body)
	}
	return p
}
