package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// running is the program while it serves.
type running struct {
	addr    string
	rates   *Rates
	waiting chan struct{} // /rate/next has begun
	drain   func()
	done    chan error // what Serve returned
}

func start(t *testing.T) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	s := &running{addr: l.Addr().String(), rates: new(Rates), waiting: make(chan struct{}, 1), done: make(chan error, 1)}
	app, err := tenon.New(tenon.Config{Title: "Rates", Version: "1.0.0"}, func(r *tenon.Router) {
		r.Use(tenon.Middleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/rate/next" {
					s.waiting <- struct{}{}
				}
				next.ServeHTTP(w, r)
			})
		}))
		s.rates.routes(r)
	})
	assert.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	s.drain = cancel
	cfg := config(s.rates)
	cfg.Addr, cfg.Listener, cfg.DrainDelay = "", l, 0
	go func() { s.done <- tenon.Serve(ctx, app, cfg) }()
	return s
}

// send returns the answer to raw bytes, once it has begun.
func (s *running) send(t *testing.T, raw string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	assert.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, raw)
	assert.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	assert.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	assert.NoError(t, err)
	return res, string(body)
}

func TestHooksSurroundTheRequestsAndPollsEndWhenTheServerDrains(t *testing.T) {
	s := start(t)
	res, body := s.send(t, "GET /rate HTTP/1.1\r\nHost: a\r\n\r\n")
	assert.Equal(t, res.StatusCode, 200)
	assert.Equal(t, body, `{"euro":1.17}`)

	go func() {
		<-s.waiting
		s.drain()
	}()
	res, body = s.send(t, "GET /rate/next HTTP/1.1\r\nHost: a\r\n\r\n")
	assert.Equal(t, res.StatusCode, 200)
	assert.Equal(t, body, `{"euro":1.17}`)
	assert.NoError(t, <-s.done)
	assert.Equal(t, s.rates.closed, true)
}

func TestAPollEndsWhenTheRateChanges(t *testing.T) {
	s := start(t)
	go func() {
		<-s.waiting
		s.rates.set(1.18) // also if next has not looked yet: then the drain ends it
		s.drain()
	}()
	_, body := s.send(t, "GET /rate/next HTTP/1.1\r\nHost: a\r\n\r\n")
	assert.Equal(t, body, `{"euro":1.18}`)
	assert.NoError(t, <-s.done)
}

func TestWhatTheServerRefusesIsAProblem(t *testing.T) {
	s := start(t)
	const get = "GET /rate HTTP/1.1\r\nHost: a\r\n"
	for raw, want := range map[string]struct {
		status int
		in     string
	}{
		"GET /rate HTTP/1.1\r\n\r\n":                           {400, `"code":"malformed_message"`},
		get + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n": {400, `"detail":"Content-Length is given twice"`},
		get + "A: b\r\n c\r\n\r\n":                             {400, `"detail":"a header line is folded"`},
		get + "Expect: tea\r\n\r\n":                            {417, `"code":"expectation_failed"`},
		get + "A: " + strings.Repeat("a", 80<<10) + "\r\n\r\n": {431, `"code":"request_header_fields_too_large"`},
		get + "Transfer-Encoding: gzip, chunked\r\n\r\n":       {501, `"code":"not_implemented"`},
		"GET /rate HTTP/3.0\r\nHost: a\r\n\r\n":                {505, `"code":"http_version_not_supported"`},
	} {
		res, body := s.send(t, raw)
		assert.Equal(t, res.StatusCode, want.status, body)
		assert.Equal(t, res.Close, true)
		assert.Equal(t, res.Header.Get("Content-Type"), "application/problem+json")
		assert.Contains(t, body, want.in)
		assert.Contains(t, body, res.Header.Get("X-Request-ID"))
	}
	s.drain()
	assert.NoError(t, <-s.done)
}
