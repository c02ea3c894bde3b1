package tenon_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// A balanced service gets requests from clients as long as it says that it is ready.
type balanced struct {
	url      string
	client   *http.Client
	ready    atomic.Bool
	answered atomic.Int64
}

// probe asks for readiness, as a load balancer does, until it is refused.
func (b *balanced) probe(t *testing.T) {
	defer b.ready.Store(false)
	for {
		resp, err := b.client.Get(b.url + "/readyz")
		if err != nil {
			t.Errorf("readiness was not answered before it was refused: %v", err)
			return
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return
		}
		runtime.Gosched()
	}
}

// load sends requests, some over connections of their own.
func (b *balanced) load(t *testing.T, keep bool) {
	for b.ready.Load() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/work", bytes.NewReader([]byte(`{"name":"pin","count":1}`)))
		if err != nil {
			t.Error(err)
			return
		}
		r.Close = !keep
		r.Header.Set("Content-Type", "application/json")
		resp, err := b.client.Do(r)
		if err != nil {
			t.Errorf("a request was broken: %v", err)
			return
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("a request was answered %d, %v", resp.StatusCode, err)
			return
		}
		b.answered.Add(1)
	}
}

// drainRuns is how often a busy server is ended: 20 in the long run.
func drainRuns() int {
	if os.Getenv("TENON_LONG") != "" {
		return 20
	}
	return 3
}

func TestJ2ADrainUnderLoadBreaksNoRequest(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/work", func(_ context.Context, in *bodied) (item, error) { return in.Body, nil })
		r.Mount("/readyz", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // package health does this for services
			select {
			case <-tenon.Draining(r.Context()):
				w.WriteHeader(http.StatusServiceUnavailable)
			default:
				w.WriteHeader(http.StatusOK)
			}
		}))
	})
	for range drainRuns() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		assert.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			done <- tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l, DrainDelay: 300 * time.Millisecond})
		}()
		b := &balanced{url: "http://" + l.Addr().String(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
		b.ready.Store(true)
		var clients sync.WaitGroup
		clients.Go(func() { b.probe(t) })
		for i := range 8 {
			clients.Go(func() { b.load(t, i%2 == 0) })
		}
		for b.answered.Load() < 200 && b.ready.Load() {
			runtime.Gosched()
		}
		stop()
		clients.Wait()
		b.client.CloseIdleConnections()
		assert.NoError(t, <-done)
	}
}
