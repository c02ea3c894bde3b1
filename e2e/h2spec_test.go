package e2e_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/summerwind/h2spec/config"
	"github.com/summerwind/h2spec/generic"
	"github.com/summerwind/h2spec/hpack"
	"github.com/summerwind/h2spec/http2"
	"github.com/summerwind/h2spec/spec"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// An h2case is one case of h2spec, with its place in it.
type h2case struct {
	name string
	*spec.TestCase
}

// h2cases returns all cases of h2spec that are not only for strict servers.
func h2cases() []h2case {
	var all []h2case
	var walk func(g *spec.TestGroup)
	walk = func(g *spec.TestGroup) {
		for i, c := range g.Tests {
			all = append(all, h2case{fmt.Sprintf("%s/%d %s", g.ID(), i+1, c.Desc), c})
		}
		for _, sub := range g.Groups {
			walk(sub)
		}
	}
	for _, g := range []*spec.TestGroup{generic.Spec(), http2.Spec(), hpack.Spec()} {
		walk(g)
	}
	return all
}

// h2failures runs the cases against a server and returns the errors of those that failed.
func h2failures(cases []h2case, cfg config.Config) map[string]error {
	var mu sync.Mutex
	failures := make(map[string]error)
	work := make(chan h2case)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for c := range work {
				if err := h2try(c, cfg); err != nil {
					mu.Lock()
					failures[c.name] = err
					mu.Unlock()
				}
			}
		})
	}
	for _, c := range cases {
		work <- c
	}
	close(work)
	workers.Wait()
	return failures
}

// h2try runs one case on a connection of its own.
func h2try(c h2case, cfg config.Config) error {
	conn, err := spec.Dial(&cfg)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := c.Run(&cfg, conn); !errors.Is(err, spec.ErrSkipped) {
		return err
	}
	return nil
}

// h2config is how h2spec reaches l.
func h2config(l net.Listener, secure bool) config.Config {
	addr := l.Addr().(*net.TCPAddr)
	return config.Config{Host: addr.IP.String(), Port: addr.Port, Path: "/", Timeout: 2 * time.Second, MaxHeaderLen: 4000, TLS: secure, Insecure: true}
}

const h2text = "an answer that fills a window or two"

// serveTenon runs an application under Serve until the test ends.
func serveTenon(t *testing.T, cfg tenon.ServerConfig) {
	t.Helper()
	type said struct{ Text string }
	type echo struct{ Body tenon.Opt[said] }
	app, err := tenon.New(tenon.Config{Title: "h2spec", Version: "1", Logger: slog.New(slog.DiscardHandler)}, func(r *tenon.Router) {
		tenon.Get(r, "/", func(context.Context, *struct{}) (said, error) { return said{h2text}, nil })
		tenon.Post(r, "/", func(_ context.Context, in *echo) (said, error) { return in.Body.Or(said{h2text}), nil })
	})
	assert.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	cfg.DrainTimeout = time.Second
	go func() {
		defer close(done)
		_ = tenon.Serve(ctx, app, cfg) // connections that h2spec leaves are cut off
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
}

// serveBare runs net/http on its own until the test ends.
func serveBare(t *testing.T, l net.Listener, tlsConfig *tls.Config) {
	t.Helper()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(tlsConfig != nil)
	protocols.SetUnencryptedHTTP2(tlsConfig == nil)
	server := &http.Server{Protocols: protocols, TLSConfig: tlsConfig, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, h2text)
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if tlsConfig != nil {
			_ = server.ServeTLS(l, "", "")
			return
		}
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	return l
}

// CHECKLIST C25.
func TestC25ServeIsNoWorseThanNetHTTPAtH2spec(t *testing.T) {
	t.Parallel()
	source := httptest.NewTLSServer(http.NotFoundHandler())
	source.Close()
	certificates := source.TLS.Certificates
	for name, secure := range map[string]bool{"over TLS": true, "in the clear": false} {
		t.Run(name, func(t *testing.T) {
			ours, bare := listen(t), listen(t)
			cfg := tenon.ServerConfig{Listener: ours, H2C: !secure}
			var bareTLS *tls.Config
			if secure {
				cfg.TLS = &tls.Config{Certificates: certificates}
				bareTLS = &tls.Config{Certificates: certificates}
			}
			serveTenon(t, cfg)
			serveBare(t, bare, bareTLS)

			cases := h2cases()
			theirs := h2failures(cases, h2config(bare, secure))
			mine := h2failures(cases, h2config(ours, secure))
			t.Logf("of %d cases, Serve passes %d and net/http %d", len(cases), len(cases)-len(mine), len(cases)-len(theirs))
			if len(cases) < 140 || len(theirs) > 20 {
				t.Fatalf("h2spec did not work: %d cases, %d failures of net/http", len(cases), len(theirs))
			}
			for _, c := range cases {
				err := mine[c.name]
				for try := 0; err != nil && theirs[c.name] == nil && try < 3; try++ {
					err = h2try(c, h2config(ours, secure)) // its time limits are short for a busy machine
				}
				if err != nil && theirs[c.name] == nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		})
	}
}
