package tenon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/internal/guard"
)

// lastRequests is how long, once nothing is accepted any more, a connection may
// bring another request before it is closed as idle.
const lastRequests = 500 * time.Millisecond

// A server is what Serve runs.
type server struct {
	cfg      ServerConfig
	app      *App
	http     http.Server
	hooks    hooks
	draining atomic.Bool
	drains   chan struct{} // closed when draining is set
}

// newServer returns a server, or all mistakes in cfg.
func newServer(app *App, cfg ServerConfig) (*server, error) {
	err := cfg.check()
	if app == nil {
		err = errors.Join(errors.New("tenon: Serve needs an App"), err)
	}
	if err != nil {
		return nil, err
	}
	readTimeout := cmp.Or(cfg.ReadTimeout, 30*time.Second)
	s := &server{cfg: cfg, app: app, hooks: newHooks(cfg.Hooks), drains: make(chan struct{})}
	s.http = http.Server{
		Handler:           s,
		ReadHeaderTimeout: cmp.Or(cfg.ReadHeaderTimeout, min(5*time.Second, readTimeout)),
		ReadTimeout:       readTimeout,
		WriteTimeout:      cmp.Or(cfg.WriteTimeout, 60*time.Second),
		IdleTimeout:       cmp.Or(cfg.IdleTimeout, 120*time.Second),
		MaxHeaderBytes:    cmp.Or(cfg.MaxHeaderBytes, 64<<10),
		ErrorLog:          slog.NewLogLogger(app.log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), drainKey{}, s.drains)
		},
		ConnContext:                  withConn,
		ConnState:                    follow,
		DisableGeneralOptionsHandler: true,
	}
	if s.http.TLSConfig, err = cfg.tls(); err != nil {
		return nil, err
	}
	if cfg.H2C {
		s.http.Protocols = new(http.Protocols)
		s.http.Protocols.SetHTTP1(true)
		s.http.Protocols.SetUnencryptedHTTP2(true)
	}
	s.http.SetKeepAlivesEnabled(!cfg.NoKeepAlive)
	return s, nil
}

// drainKey is the key of the channel that Draining returns.
type drainKey struct{}

// Draining returns a channel that is closed when the server of a request begins to
// drain, to make readiness fail and to end streams. It is nil, and never ready, for
// a context that does not come from [Serve].
func Draining(ctx context.Context) <-chan struct{} {
	c, _ := ctx.Value(drainKey{}).(chan struct{})
	return c
}

// connKey is the key of the guard of a connection.
type connKey struct{}

// withConn is http.Server.ConnContext.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if g := guard.Of(c); g != nil {
		return context.WithValue(ctx, connKey{}, g)
	}
	return ctx
}

// follow is http.Server.ConnState: it tells guards what net/http does.
func follow(c net.Conn, state http.ConnState) {
	g := guard.Of(c)
	switch {
	case g == nil:
	case state == http.StateIdle:
		g.End()
	case state == http.StateHijacked:
		g.Take()
	}
}

// ServeHTTP implements [http.Handler].
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, _ := r.Context().Value(connKey{}).(*guard.Conn)
	if c != nil && c.Begin() || s.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	if r.RequestURI == "*" && r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent) // about the server as a whole
		return
	}
	s.app.ServeHTTP(w, r)
}

// mostConns is how many connections are open at once if nobody says so.
const mostConns = 10_000

// serve answers requests until ctx is done, then drains. It calls
// stop when another signal is to end the process.
func (s *server) serve(ctx context.Context, stop func()) error {
	inner := s.cfg.Listener
	if inner == nil {
		var listen net.ListenConfig
		listen.SetMultipathTCP(false) // its listeners cannot be drained without resetting a connection now and then
		var err error
		if inner, err = listen.Listen(context.WithoutCancel(ctx), "tcp", cmp.Or(s.cfg.Addr, ":8080")); err != nil {
			return fmt.Errorf("tenon: listen: %w", err)
		}
	}
	guarded := guard.NewListener(inner, guard.Config{MaxConns: cmp.Or(s.cfg.MaxConns, defaultConns()), HTTP2: s.cfg.H2C, Refuse: s.app.refuse})
	var l net.Listener = guarded
	if s.http.TLSConfig != nil {
		l = guard.NewTLSListener(guarded, s.http.TLSConfig, s.http.ReadHeaderTimeout, s.app.log)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.http.Serve(l) }()
	var failure error
	select {
	case err := <-ended:
		_ = s.http.Close() // connections that were accepted before
		return fmt.Errorf("tenon: serve: %v", err)
	case failure = <-s.hooks.failed:
	case <-ctx.Done():
	}
	stop()
	return errors.Join(failure, s.drain(guarded, l, ended))
}

// drain ends the server without breaking a request. ended gets what
// http.Server.Serve returns.
func (s *server) drain(guarded *guard.Listener, l net.Listener, ended <-chan error) error {
	s.app.log.Info("draining")
	s.draining.Store(true)
	close(s.drains)
	time.Sleep(s.cfg.DrainDelay)

	limit := cmp.Or(s.cfg.DrainTimeout, 20*time.Second)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	last := time.AfterFunc(min(lastRequests, limit), func() { _ = l.Close() }) // ends handshakes that go on
	defer last.Stop()
	guarded.Stop()
	err := <-ended
	quiet := time.NewTimer(min(lastRequests, limit))
	defer quiet.Stop()
	select {
	case <-guarded.Empty():
	case <-quiet.C:
	}
	var cut error
	shut := make(chan struct{})
	go func() {
		defer close(shut)
		cut = s.http.Shutdown(ctx)
	}()
	select {
	case <-shut:
		if cut != nil {
			_ = s.http.Close()
			return fmt.Errorf("tenon: requests were cut off at the end of DrainTimeout, %v: %v", limit, cut)
		}
	case <-guarded.Empty(): // sooner than Shutdown sees it, which looks from time to time
		cancel()
		<-shut
	}
	if !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("tenon: serve: %v", err)
	}
	return nil
}
