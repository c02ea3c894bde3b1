package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
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
	w.write(fmt.Sprintf("POST /v1/orders HTTP/1.1\r\nHost: harbor\r\nContent-Type: application/json\r\n"+
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
