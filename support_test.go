package tenon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

// An item is the answer of most operations in the tests.
type item struct {
	Name  string `json:"name" check:"maxLength=80"`
	Count int    `json:"count" check:"ge=0"`
}

type none = struct{}

// ok is a handler of any types.
func ok[In, Out any](context.Context, *In) (Out, error) { return *new(Out), nil }

// newApp returns the application that routes make. What it logs goes to log, if that is not nil.
func newApp(t testing.TB, log *logs, routes ...func(*tenon.Router)) *tenon.App {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "Test", Version: "1", Logger: slog.New(log.handler())}, routes...)
	assert.NoError(t, err)
	return app
}

// newClient returns a client of the application that routes make.
func newClient(t testing.TB, routes ...func(*tenon.Router)) *tenontest.Client {
	t.Helper()
	return tenontest.New(t, newApp(t, nil, routes...))
}

// newServer serves the application that routes make on a socket.
func newServer(t testing.TB, log *logs, routes ...func(*tenon.Router)) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(newApp(t, log, routes...))
	srv.Config.ErrorLog = slog.NewLogLogger(log.handler(), slog.LevelWarn)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

// logs collects JSON lines. A nil one discards them.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) handler() slog.Handler {
	if l == nil {
		return slog.DiscardHandler
	}
	return slog.NewJSONHandler(l, nil)
}

// Write implements [io.Writer].
func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// lines returns what was logged, and forgets it.
func (l *logs) lines(t testing.TB) []map[string]any {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []map[string]any
	for d := json.NewDecoder(&l.buf); d.More(); {
		var line map[string]any
		assert.NoError(t, d.Decode(&line))
		lines = append(lines, line)
	}
	l.buf.Reset()
	return lines
}

// line is the number of the line that calls it.
func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}

var folders = regexp.MustCompile(`\S*/(\w+\.go:)`)

// mistakes returns the lines of the error of New, with file names for paths.
func mistakes(t testing.TB, routes ...func(*tenon.Router)) []string {
	t.Helper()
	return mistakesOf(t, tenon.Config{Title: "Test", Version: "1"}, routes...)
}

func mistakesOf(t testing.TB, cfg tenon.Config, routes ...func(*tenon.Router)) []string {
	t.Helper()
	app, err := tenon.New(cfg, routes...)
	if err == nil {
		return nil
	}
	if app != nil {
		t.Error("New returned an application together with an error")
	}
	return strings.Split(folders.ReplaceAllString(err.Error(), "$1"), "\n")
}

// here is the name of the test's file.
func here() string {
	_, file, _, _ := runtime.Caller(1)
	return filepath.Base(file)
}

// issueTypes returns the types and locations of the issues in an answer: "missing body.name".
func issueTypes(t testing.TB, c *tenontest.Client, r *tenontest.Response) []string {
	t.Helper()
	var list []string
	for _, issue := range c.Problem(r).Issues {
		where, _, _ := strings.Cut(issue.String(), ": ")
		list = append(list, issue.Type+" "+where)
	}
	return list
}

// wantProblem fails the test unless r is a problem with a status and code.
func wantProblem(t testing.TB, c *tenontest.Client, r *tenontest.Response, status int, code string) {
	t.Helper()
	p := c.Problem(r)
	assert.Equal(t, r.Status, status, string(r.Body))
	assert.Equal(t, p.Status, status, "the status member")
	assert.Equal(t, p.Code, code)
	assert.Equal(t, len(r.Header.Values("X-Request-Id")), 1, "request IDs in the header")
	var doc struct {
		Type      string `json:"type"`
		Title     string `json:"title"`
		RequestID string `json:"request_id"`
	}
	assert.NoError(t, json.Unmarshal(r.Body, &doc))
	assert.Equal(t, doc.Type, "urn:problem:"+code)
	assert.Equal(t, doc.RequestID, r.Header.Get("X-Request-Id"))
	assert.Equal(t, doc.Title != "" && doc.RequestID != "", true, string(r.Body))
}

// wrapper is middleware that runs before.
func wrapper(before func(w http.ResponseWriter, r *http.Request)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			before(w, r)
			next.ServeHTTP(w, r)
		})
	}
}
