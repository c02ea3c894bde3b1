package webhook_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

var anywhere = webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}}

// A world is a sender, its store and its receivers, joined by pipes, so that time is
// that of the test.
type world struct {
	t     *testing.T
	store webhook.Memory
	mu    sync.Mutex
	hosts map[string]func(net.Conn) // what answers a connection, by host and port
}

func newWorld(t *testing.T) *world {
	return &world{t: t, hosts: make(map[string]func(net.Conn))}
}

// dial connects to a host of the world.
func (w *world) dial(_ context.Context, _, address string) (net.Conn, error) {
	w.mu.Lock()
	serve := w.hosts[address]
	w.mu.Unlock()
	if serve == nil {
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	}
	near, far := net.Pipe()
	go serve(far)
	return near, nil
}

// raw adds a receiver that treats connections as it likes.
func (w *world) raw(host string, serve func(net.Conn)) webhook.Endpoint {
	w.t.Helper()
	w.mu.Lock()
	w.hosts[host+":80"] = serve
	w.mu.Unlock()
	return w.endpoint("http://" + host + "/hooks")
}

// receiver adds a receiver that is a handler.
func (w *world) receiver(host string, h http.HandlerFunc) webhook.Endpoint {
	w.t.Helper()
	l := &listener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go server.Serve(l) //nolint:errcheck // it ends when it is closed
	w.t.Cleanup(func() { server.Close() })
	return w.raw(host, func(c net.Conn) { l.conns <- c })
}

func (w *world) endpoint(url string) webhook.Endpoint {
	w.t.Helper()
	e := webhook.NewEndpoint(owner, url, time.Now())
	assert.NoError(w.t, w.store.AddEndpoint(w.t.Context(), e))
	return e
}

// publish commits an event for all endpoints.
func (w *world) publish(typ string, payload any) {
	w.t.Helper()
	tx := w.store.Begin()
	p, err := webhook.NewPublisher(webhook.PublisherConfig{Types: map[string]any{typ: payload}})
	assert.NoError(w.t, err)
	assert.NoError(w.t, p.Outbox(owner, tx).Publish(w.t.Context(), typ, payload))
	tx.Commit()
}

// dispatcher returns one that sends to the hosts of the world.
func (w *world) dispatcher(cfg webhook.Config) *webhook.Dispatcher {
	w.t.Helper()
	if cfg.Store == nil {
		cfg.Store = &w.store
	}
	cfg.Guard, cfg.Logger = anywhere, slog.New(slog.DiscardHandler)
	d, err := webhook.NewDispatcher(cfg)
	assert.NoError(w.t, err)
	d.SetDial(w.dial)
	return d
}

// run runs a dispatcher until stop is called, which waits for its end.
func (w *world) run(cfg webhook.Config) (stop func()) {
	w.t.Helper()
	return start(w.t, w.dispatcher(cfg))
}

func start(t *testing.T, d *webhook.Dispatcher) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- d.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.ErrorIs(t, <-ended, nil)
	})
	t.Cleanup(stop)
	return stop
}

// only returns the only delivery to an endpoint.
func (w *world) only(e webhook.Endpoint) webhook.Delivery {
	w.t.Helper()
	list := w.list(e)
	if len(list) != 1 {
		w.t.Fatalf("got %d deliveries, want 1", len(list))
	}
	return list[0]
}

func (w *world) list(e webhook.Endpoint) []webhook.Delivery {
	w.t.Helper()
	list, err := w.store.Deliveries(w.t.Context(), owner, e.ID, nil, 100_000)
	assert.NoError(w.t, err)
	return list
}

// listener is a net.Listener of connections that are put into it.
type listener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

// inbox is a receiver that keeps what it gets and answers with a status.
type inbox struct {
	mu       sync.Mutex
	messages []message
	status   func(n int) int // of the nth answer, from 0; nil means 204
	header   http.Header     // of the answers
}

type message struct {
	at     time.Time
	header http.Header
	body   string
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	n := len(in.messages)
	in.messages = append(in.messages, message{time.Now(), r.Header.Clone(), string(body)})
	for name, values := range in.header {
		w.Header()[name] = values
	}
	if in.status == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.WriteHeader(in.status(n))
}

func (in *inbox) got() []message {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]message(nil), in.messages...)
}

func always(status int) func(int) int { return func(int) int { return status } }

// failures returns what went wrong in each attempt.
func failures(d webhook.Delivery) string {
	var list []string
	for _, a := range d.Attempts {
		list = append(list, string(a.Failure))
	}
	return strings.Join(list, " ")
}

// hang is a receiver that never answers.
func hang(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body) //nolint:errcheck // only then the server hears that the client is gone
	<-r.Context().Done()
}
