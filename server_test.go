package tenon_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

func TestJ13ServeReportsAllMistakesAtOnce(t *testing.T) {
	l := newPipes()
	dir := t.TempDir()
	key := filepath.Join(dir, "key.pem")
	assert.NoError(t, os.WriteFile(key, []byte("hush"), 0o600))
	tests := []struct {
		cfg  tenon.ServerConfig
		want []string
	}{
		{tenon.ServerConfig{
			Addr: ":0", Listener: l, H2C: true, TLS: &tls.Config{}, MaxConns: -1, MaxHeaderBytes: -1, ReadTimeout: -1, ReadHeaderTimeout: -1, WriteTimeout: -1,
			IdleTimeout: -1, DrainDelay: -1, DrainTimeout: -1,
			Hooks: []tenon.Hook{{}, {Name: "idle"}, {Name: "late", Run: func(context.Context) error { return nil }, Timeout: -1}},
		}, []string{
			"Addr and Listener exclude each other", "ReadHeaderTimeout is negative", "ReadTimeout is negative", "WriteTimeout is negative", "IdleTimeout is negative",
			"DrainDelay is negative", "DrainTimeout is negative", "MaxHeaderBytes is negative", "MaxConns is negative", "H2C is for connections without TLS",
			"TLS has no certificate", "Hooks[0]: needs a Name", "Hooks[1]: has nothing to do", "Hooks[2]: has a negative Timeout",
		}},
		{tenon.ServerConfig{ReadTimeout: time.Second, ReadHeaderTimeout: 2 * time.Second, KeyFile: key}, []string{
			"ReadHeaderTimeout, 2s, is longer than ReadTimeout, 1s", "CertFile and KeyFile need each other",
		}},
		{tenon.ServerConfig{CertFile: key, KeyFile: key}, []string{"CertFile and KeyFile: tls: failed to find any PEM data in certificate input"}},
		{tenon.ServerConfig{CertFile: filepath.Join(dir, "none"), KeyFile: key}, []string{"CertFile and KeyFile: open " + filepath.Join(dir, "none") + ": no such file or directory"}},
	}
	for _, tt := range tests {
		err := tenon.Serve(t.Context(), newApp(t, nil), tt.cfg)
		assert.Equal(t, fmt.Sprint(err), "tenon: ServerConfig."+strings.Join(tt.want, "\ntenon: ServerConfig."))
	}
	_, err := l.dial()
	assert.ErrorIs(t, err, errRefused) // Serve closes it whatever happens
	err = tenon.Serve(t.Context(), nil, tenon.ServerConfig{MaxConns: -1})
	assert.Equal(t, fmt.Sprint(err), "tenon: Serve needs an App\ntenon: ServerConfig.MaxConns is negative")
}

// ready serves an operation that fails when its server drains.
func ready(r *tenon.Router) {
	tenon.Get(r, "/readyz", func(ctx context.Context, _ *none) (item, error) {
		select {
		case <-tenon.Draining(ctx):
			return item{Name: "draining"}, nil
		default:
			return item{Name: "ready"}, nil
		}
	})
}

func TestJ2ReadinessFailsBeforeServeStopsAccepting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newPipes()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		app := newApp(t, nil, ready)
		go func() {
			done <- tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l, DrainDelay: 3 * time.Second})
		}()
		s := &service{pipes: l}
		const get = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
		conn, kept := s.ask(t, get)
		synctest.Wait()
		begin := time.Now()
		stop()
		synctest.Wait()
		time.Sleep(2 * time.Second)
		_, answer := s.ask(t, get) // is accepted still
		got := <-answer
		assert.Contains(t, got, "draining")
		assert.Contains(t, got, "\r\nConnection: close\r\n")
		_, err := io.WriteString(conn, get) // on a connection that was idle
		assert.NoError(t, err)
		got = <-kept
		assert.Contains(t, got, "ready")
		assert.Contains(t, got, "draining")
		assert.NoError(t, <-done)
		assert.Equal(t, time.Since(begin), 3*time.Second) // no connection is left to wait for
		_, err = l.dial()
		assert.ErrorIs(t, err, errRefused)
	})
	if tenon.Draining(t.Context()) != nil {
		t.Error("a context without a server has a channel")
	}
}

func TestARequestThatComesWhileServeDrainsIsAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		conn, answer := s.ask(t, fast)
		synctest.Wait()
		s.stop()
		time.Sleep(400 * time.Millisecond) // nothing is accepted any more
		_, err := io.WriteString(conn, fast)
		assert.NoError(t, err)
		got := <-answer
		assert.Equal(t, strings.Count(got, "200 OK"), 2)
		assert.Contains(t, got, "Connection: close")
		assert.NoError(t, <-s.done)
	})
}

func TestConnectionsBeyondTheLimitWait(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{MaxConns: 2})
		const once = "Connection: close\r\n\r\n"
		_, first := s.ask(t, strings.TrimSuffix(slow, "\r\n")+once)
		_, second := s.ask(t, strings.TrimSuffix(slow, "\r\n")+once)
		<-s.entered
		<-s.entered
		third := make(chan string, 1)
		go func() {
			_, answer := s.ask(t, strings.TrimSuffix(fast, "\r\n")+once) // waits to be accepted
			third <- <-answer
		}()
		synctest.Wait()
		assert.Equal(t, len(third), 0, "answers to the third connection")
		s.release <- struct{}{}
		assert.Contains(t, <-third, "200 OK")
		s.release <- struct{}{}
		assert.Contains(t, <-first, "200 OK")
		assert.Contains(t, <-second, "200 OK")
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

func TestServeWithoutKeepAlive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{NoKeepAlive: true})
		_, answer := s.ask(t, fast+fast)
		got := <-answer // ends with the connection
		assert.Equal(t, strings.Count(got, "200 OK"), 1)
		assert.Contains(t, got, "Connection: close")
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

func TestC4OptionsOfTheServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		_, answer := s.ask(t, "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		assert.Contains(t, <-answer, "HTTP/1.1 204 No Content\r\n")
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

// start serves app on a socket until the test ends, and returns its address.
func start(t testing.TB, app *tenon.App, cfg tenon.ServerConfig) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	cfg.Listener = l
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- tenon.Serve(ctx, app, cfg) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
	})
	return l.Addr().String()
}

// certificate returns a certificate for example.com and the authority that vouches for it.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	defer srv.Close()
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	return srv.TLS.Certificates[0], pool
}

func TestServeSpeaksTLSAndHTTP2(t *testing.T) {
	cert, pool := certificate(t)
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/fast", says[none]("fast"))
		r.Mount("/raw", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, r.Proto, " ", r.TLS != nil)
		}))
	})
	tests := []struct {
		name  string
		cfg   tenon.ServerConfig
		http2 bool
		url   string
		want  string
	}{
		{"HTTP/2 over TLS", tenon.ServerConfig{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}, true, "https", "HTTP/2.0 true"},
		{"HTTP/1.1 over TLS", tenon.ServerConfig{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}, false, "https", "HTTP/1.1 true"},
		{"HTTP/2 in the clear", tenon.ServerConfig{H2C: true}, true, "http", "HTTP/2.0 false"},
		{"HTTP/1.1 beside it", tenon.ServerConfig{H2C: true}, false, "http", "HTTP/1.1 false"},
		{"HTTP/1.1", tenon.ServerConfig{}, false, "http", "HTTP/1.1 false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := start(t, app, tt.cfg)
			protocols := new(http.Protocols)
			protocols.SetHTTP1(!tt.http2)
			protocols.SetHTTP2(tt.http2)
			protocols.SetUnencryptedHTTP2(tt.http2)
			transport := &http.Transport{Protocols: protocols, TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "example.com"}}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			for range 2 {
				res, err := client.Get(tt.url + "://" + addr + "/raw")
				assert.NoError(t, err)
				body, err := io.ReadAll(res.Body)
				assert.NoError(t, err)
				res.Body.Close()
				assert.Equal(t, string(body), tt.want)
			}
		})
	}
}
