package tenontest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// watched is a test whose failures are collected.
type watched struct {
	testing.TB
	failures []string
}

func (w *watched) Helper() {}
func (w *watched) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

func TestAnswersAreJudgedByTheDocument(t *testing.T) {
	type out struct {
		Name string            `json:"name" check:"minLength=2"`
		Tags []string          `json:"tags" check:"maxItems=1"`
		Next *out              `json:"next"`
		More map[string]uint8  `json:"more"`
		Opt  tenon.Opt[string] `json:"opt" check:"format=email"`
	}
	good := out{Name: "ab"}
	tests := []struct {
		name   string
		answer out
		err    error
		want   string // part of the failure, empty for none
	}{
		{name: "fits", answer: out{Name: "ab", Next: &good}},
		{name: "too short", answer: out{Name: "a"}, want: "#/name has 1 characters, want 2 or more"},
		{name: "too many", answer: out{Name: "ab", Tags: []string{"a", "b"}}, want: "#/tags"},
		{name: "inside", answer: out{Name: "ab", Next: &out{Name: "b"}}, want: "#/next"},
		{name: "a problem whose status is described", err: problem.New(http.StatusTeapot, "teapot", "I am a teapot")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
				tenon.Get(r, "/a/{id}", func(context.Context, *struct {
					ID string `path:"id"`
				}) (out, error) {
					return tt.answer, tt.err
				}, tenon.Describe(http.StatusTeapot, "I am a teapot"))
				tenon.Get(r, "/hidden", func(context.Context, *struct{}) (out, error) { return tt.answer, tt.err }, tenon.Doc{Hidden: true},
					tenon.Describe(http.StatusTeapot, "I am a teapot"))
			})
			assert.NoError(t, err)
			w := &watched{TB: t}
			c := tenontest.New(w, app)
			c.Do(http.MethodGet, "/a/b%2Fc", "")
			c.Do(http.MethodHead, "/a/1", "")
			c.Do(http.MethodGet, "/hidden", "")
			c.Do(http.MethodGet, "/nowhere", "")
			if tt.want == "" {
				assert.Equal(t, w.failures, nil)
				return
			}
			assert.Equal(t, len(w.failures), 1)
			assert.Contains(t, strings.Join(w.failures, "\n"), "GET /a/b/c: the body does not fit the document: "+tt.want)
		})
	}
}

// An answer that a handler of net/http puts in place of the operation's own is
// judged too.
func TestForeignAnswersAreJudgedByTheDocument(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }, "the status 202 is not documented"},
		{"content type", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }, `the content type "text/plain" is not documented for the status 200`},
		{"body of none", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			r.Method = http.MethodDelete
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
				g := r.Group("/g", tenon.Middleware(func(http.Handler) http.Handler { return tt.answer }))
				tenon.Get(g, "", func(context.Context, *struct{}) ([]string, error) { return nil, nil })
				tenon.Delete(g, "", func(context.Context, *struct{}) (tenon.NoContent, error) { return tenon.NoContent{}, nil })
			})
			assert.NoError(t, err)
			w := &watched{TB: t}
			method := http.MethodGet
			if tt.want == "" {
				method = http.MethodDelete
			}
			tenontest.New(w, app).Do(method, "/g", "")
			if tt.want == "" {
				assert.Equal(t, w.failures, nil)
			} else {
				assert.Contains(t, strings.Join(w.failures, "\n"), tt.want)
			}
		})
	}
}

func TestAnswersOfMountedHandlersAreNotJudged(t *testing.T) {
	for _, outer := range [][]tenon.Option{nil, {tenon.Middleware(func(next http.Handler) http.Handler { return next })}} {
		app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
			r.Use(outer...)
			tenon.Get(r, "/a/{id}", func(context.Context, *struct {
				ID string `path:"id"`
			}) (string, error) {
				return "", nil
			})
			r.Mount("/a/logo", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
		})
		assert.NoError(t, err)
		assert.Equal(t, tenontest.New(t, app).Do("GET", "/a/logo", "").Status, http.StatusAccepted)
	}
}
