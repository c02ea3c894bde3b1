package tenon_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
)

// FuzzQuery compares the query parser with that of net/url.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"a=1", "a=1&b=2&a=3", "a", "=", "&&", "a=%41+%zz", "a=b=c&b;a=1", "%61=x", "a=%ff", "a=%"} {
		f.Add(seed)
	}
	type in struct {
		A []string `query:"a" default:"[]"`
		B []string `query:"b" default:"[]"`
	}
	var got *in
	app := newApp(f, nil, func(r *tenon.Router) {
		tenon.Get(r, "/q", func(_ context.Context, in *in) (tenon.NoContent, error) {
			got = in
			return tenon.NoContent{}, nil
		})
	})
	f.Fuzz(func(t *testing.T, query string) {
		got = nil
		x := &fake{method: "GET", path: "/q", query: query}
		app.ServeExchange(x)
		want, err := parseQuery(query)
		switch {
		case x.status == http.StatusBadRequest:
			if err == nil {
				t.Errorf("%q was refused", query)
			}
		case x.status == http.StatusUnprocessableEntity: // not UTF-8
		case x.status == http.StatusNoContent && err == nil:
			for name, list := range map[string][]string{"a": got.A, "b": got.B} {
				assert.Equal(t, append([]string{}, list...), append([]string{}, want[name]...), query, name)
			}
		default:
			t.Errorf("%q: status %d, want error %v", query, x.status, err)
		}
	})
}

// parseQuery is url.ParseQuery, which takes a semicolon for an error that is none here.
func parseQuery(query string) (url.Values, error) {
	return url.ParseQuery(string(bytes.ReplaceAll([]byte(query), []byte(";"), []byte("%3B"))))
}

// FuzzRequest sends all kinds of requests through an application with all kinds
// of operations. None may panic or be answered with a server error.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "/items/1", "", "", "", "")
	f.Add("POST", "/items", "", "application/json", "t", `{"id":"00000000-0000-0000-0000-000000000000","name":"pin","price":1,"parent":null,"created":"2026-01-01T00:00:00Z"}`)
	f.Add("GET", "/items", "limit=5&tag=a&tag=b&old=true", "", "", "")
	f.Add("PUT", "/items/%2e%2e", "a=%zz", "application/json;charset", "", `null`)
	f.Add("PATCH", "//", "", "text/plain", "\r\n", "\xff")
	f.Add("OPTIONS", "*", "", "", "", "")
	f.Add("HEAD", "/openapi.json", ";", "", "", "")
	f.Add("DELETE", "/mounted/%00", "", "", "", "")
	app := newApp(f, nil, shop, func(r *tenon.Router) {
		tenon.Post(r, "/everything/{id}", ok[everything, item])
		tenon.Post(r, "/behind/{id}", ok[linkedIn, item], tenon.Middleware(pass))
		r.Mount("/mounted", http.NotFoundHandler())
	})
	f.Fuzz(func(t *testing.T, method, path, query, contentType, header, body string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || method == "" {
			return // never reaches the application
		}
		u.RawQuery = query
		r := (&http.Request{
			Method: method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "a",
			Header: http.Header{
				"Content-Type": {contentType}, "X-Trace": {header}, "Cookie": {header}, "X-Request-Id": {header}, "Accept": {contentType},
			},
			Body: http.NoBody,
		}).WithContext(t.Context())
		if body != "" {
			r.Body, r.ContentLength = readCloser{bytes.NewReader([]byte(body))}, int64(len(body))
		}
		w := newRecorder()
		app.ServeHTTP(w, r)
		if w.status >= 500 {
			t.Errorf("status %d: %s", w.status, w.body.String())
		}
		if w.status >= 400 && w.header.Get("Content-Type") == problem.ContentType && method != http.MethodHead {
			p, err := problem.Parse(w.body.Bytes())
			assert.NoError(t, err, w.body.String())
			assert.Equal(t, p.Status, w.status)
		}
	})
}

// linkedIn is linked where only its path parameter is required.
type linkedIn struct {
	ID   string            `path:"id"`
	Tags tenon.Opt[[]int]  `query:"tag"`
	User tenon.Opt[string] `cookie:"user"`
	Body tenon.Opt[item]
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }
