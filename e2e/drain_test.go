package e2e_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

const payload = `{"customer_id":"cus_1","amount_cents":1999,"currency":"EUR"}`

// inFlight sends a request without its body and returns when its handler waits for that.
func inFlight(t *testing.T, h *harbor, key string) *wire {
	t.Helper()
	w := dial(t, h.url)
	w.write(fmt.Sprintf("POST /v1/orders HTTP/1.1\r\nHost: harbor\r\n"+authorization+"\r\nContent-Type: application/json\r\n"+
		"Idempotency-Key: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", key, len(payload)))
	assert.Equal(t, w.answer().status, http.StatusContinue)
	return w
}

func TestHarborDrainsOnSIGTERM(t *testing.T) {
	dir := t.TempDir()
	h := start(t, dir)
	idle := dial(t, h.url)
	idle.write("GET /livez HTTP/1.1\r\nHost: harbor\r\n\r\n")
	assert.Equal(t, idle.answer().status, http.StatusOK)
	w := inFlight(t, h, "drain")

	h.signal(t, syscall.SIGTERM)
	eventually(t, "the service to accept no more connections", func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	idle.closed()
	select {
	case <-h.done:
		t.Fatalf("harbor ended with a request in flight: %v\n%s", h.err, h.logs)
	default:
	}
	begin := time.Now()
	w.write(payload)
	created := w.answer()
	assert.Equal(t, created.status, http.StatusCreated)
	w.closed()
	assert.Equal(t, h.wait(t), 0, "exit code")
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("harbor ended %v after its last request, want less than 3 s", took)
	}
	h.logged(t, "draining")

	c := newClient(t, start(t, dir).url)
	got := c.do("GET", created.header.Get("Location"), nil)
	assert.Equal(t, string(got.body), string(created.body))
}

func TestSecondSignalEndsHarborAtOnce(t *testing.T) {
	h := start(t, t.TempDir())
	inFlight(t, h, "drain")
	h.signal(t, syscall.SIGTERM)
	h.logged(t, "draining")
	begin := time.Now()
	h.signal(t, syscall.SIGTERM)
	if code := h.wait(t); code == 0 {
		t.Error("harbor ended with the exit code 0, but it cut a request off")
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("harbor ended %v after the second signal, want less than 3 s", took)
	}
}

var drains = flag.Int("drains", 3, "`number` of times that the service drains under load")

// A drainLoad is clients that go on until nobody accepts connections any more.
type drainLoad struct {
	address              string
	requests             atomic.Int64 // also the last key
	created, connections atomic.Int64

	mu     sync.Mutex
	broken []error // requests without an answer, although they were sent on a connection
}

// run sends requests, on one connection as long as it may be kept or on a new one each.
func (l *drainLoad) run(keep bool) {
	for {
		conn, err := net.Dial("tcp", l.address)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			l.connections.Add(1)
			err = l.requestsOn(conn, keep)
			_ = conn.Close()
		}
		if err != nil {
			l.mu.Lock()
			l.broken = append(l.broken, err)
			l.mu.Unlock()
			return
		}
	}
}

// requestsOn sends requests on conn until the service says that it will close it.
func (l *drainLoad) requestsOn(conn net.Conn, keep bool) error {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	w := &wire{TCPConn: conn.(*net.TCPConn), r: bufio.NewReader(conn)}
	for {
		request := fmt.Sprintf("POST /v1/orders"+headers+"Content-Type: application/json\r\nIdempotency-Key: load-%d\r\nContent-Length: %d\r\n", l.requests.Add(1), len(payload))
		if !keep {
			request += "Connection: close\r\n"
		}
		if _, err := io.WriteString(conn, request+"\r\n"+payload); err != nil {
			return fmt.Errorf("send: %w", err)
		}
		resp, err := http.ReadResponse(w.r, nil)
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		a, err := read(resp)
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		if a.status != http.StatusCreated {
			return fmt.Errorf("status %d: %s", a.status, a.body)
		}
		l.created.Add(1)
		if a.close {
			return nil
		}
	}
}

func TestHarborDrainsUnderLoadWithoutBreakingARequest(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(*seed, 5))
	var requests, connections int64
	for range *drains {
		h := start(t, t.TempDir())
		l := &drainLoad{address: strings.TrimPrefix(h.url, "http://")}
		var clients sync.WaitGroup
		for id := range 8 {
			clients.Go(func() { l.run(id%2 == 0) })
		}
		moment := 20 + random.Int64N(200)
		eventually(t, "the load", func() bool { return l.created.Load() >= moment })
		h.signal(t, syscall.SIGTERM)
		clients.Wait()
		assert.Equal(t, h.wait(t), 0, "exit code")
		for _, err := range l.broken {
			t.Errorf("a request was broken: %v", err)
		}
		assert.Equal(t, int64(orders(t, h)), l.created.Load(), "orders in the database, and answers that said so")
		requests += l.requests.Load()
		connections += l.connections.Load()
	}
	t.Logf("%d drains, %d requests on %d connections", *drains, requests, connections)
}
