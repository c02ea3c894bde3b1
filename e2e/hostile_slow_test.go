package e2e_test

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

// A sloth is a client that takes its time.
type sloth struct {
	kind  string
	begin string        // what it sends at once
	more  string        // and then again and again
	every time.Duration // in between
	deaf  bool          // it does not read
}

// slothSlack is how long beyond a limit of the service a busy machine may take to cut a client off.
const slothSlack = 2 * time.Second

// run holds a connection until the service cuts it off, and returns how long that took.
func (s *sloth) run(address string) (time.Duration, error) {
	began := time.Now() // not later, for the service begins to count when the system has connected both
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	cut := make(chan error, 1)
	if !s.deaf {
		go func() {
			_, err := io.Copy(io.Discard, conn)
			cut <- err
		}()
	}
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for text := s.begin; ; text = s.more {
		if _, err := io.WriteString(conn, text); err != nil && (!broken(err) || s.deaf) {
			return time.Since(began), unbroken(err)
		}
		select {
		case err := <-cut:
			return time.Since(began), unbroken(err)
		case <-ticker.C:
		}
	}
}

// unbroken returns err unless the other side caused it by closing its connection.
func unbroken(err error) error {
	if err != nil && broken(err) {
		return nil
	}
	return err
}

// check runs the sloth and reports whether it was cut off in time.
func (s *sloth) check(t *testing.T, address string, limit time.Duration) {
	took, err := s.run(address)
	if err != nil || took < limit-200*time.Millisecond || took > limit+slothSlack {
		t.Errorf("%s: the slow client was cut off after %v, %v; want %v", s.kind, took, err, limit)
	}
}

func TestHarborCutsSlowHeaders(t *testing.T) {
	t.Parallel()
	const limit = 5 * time.Second // the default of tenon.ServerConfig.ReadHeaderTimeout
	h := start(t, t.TempDir())
	var clients sync.WaitGroup
	for _, s := range []sloth{
		{kind: "nothing", more: "a", every: 10 * time.Second},
		{kind: "request line", begin: "GET /livez", more: "a", every: 200 * time.Millisecond},
		{kind: "header", begin: "GET /livez" + headers + "X-Slow: ", more: "a", every: 200 * time.Millisecond},
	} {
		clients.Go(func() { s.check(t, strings.TrimPrefix(h.url, "http://"), limit) })
	}
	quick := newClient(t, h.url).do("GET", "/livez", nil)
	assert.Equal(t, quick.status, http.StatusOK, "a client beside them")
	clients.Wait()
}

// sloths are slow in five ways.
var sloths = []sloth{
	{kind: "header", begin: "GET /livez" + headers + "X-Slow: ", more: "a", every: 100 * time.Millisecond},
	{kind: "body", begin: posting + "Content-Length: 100000\r\n\r\n{", more: " ", every: 100 * time.Millisecond},
	{kind: "read", begin: strings.Repeat("GET /docs/swagger-ui-bundle.js"+headers+"\r\n", 100), more: "G", every: 100 * time.Millisecond, deaf: true},
	{kind: "idle", begin: "GET /livez" + headers + "\r\n", every: time.Second},
	{kind: "trickle", begin: posting + "Transfer-Encoding: chunked\r\n\r\n", more: "1\r\n \r\n", every: 20 * time.Millisecond},
}

// latencies sends requests one after the other until stop is closed and returns how
// long each took.
func (c *client) latencies(stop <-chan struct{}) (all []time.Duration) {
	for {
		begin := time.Now()
		a := c.post([]byte(payload))
		all = append(all, time.Since(begin))
		assert.Equal(c.t, a.status, http.StatusCreated)
		begin = time.Now()
		a = c.do("GET", a.header.Get("Location"), nil)
		all = append(all, time.Since(begin))
		assert.Equal(c.t, a.status, http.StatusOK)
		select {
		case <-stop:
			slices.Sort(all)
			return all
		default:
		}
	}
}

// closedAfter returns a channel that is closed after d.
func closedAfter(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(d, func() { close(c) })
	return c
}

// CHECKLIST G6.
func TestHarborServesBesideSlowClients(t *testing.T) {
	const (
		each   = 20 // sloths of each kind
		rounds = 2
		limit  = 2 * time.Second
	)
	h := start(t, t.TempDir(), append(unlimited, "HARBOR_READ_TIMEOUT=2s", "HARBOR_WRITE_TIMEOUT=2s", "HARBOR_IDLE_TIMEOUT=2s")...)
	warm(t, h)
	before := h.usage(t)
	h.forgetPeak(t)
	c := newClient(t, h.url)
	alone := c.latencies(closedAfter(3 * time.Second))

	var clients sync.WaitGroup
	for range each {
		for _, s := range sloths {
			clients.Go(func() {
				for range rounds {
					s.check(t, strings.TrimPrefix(h.url, "http://"), limit)
				}
			})
		}
	}
	over := make(chan struct{})
	go func() {
		clients.Wait()
		close(over)
	}()
	beside := c.latencies(over)
	c.http.CloseIdleConnections()

	p99, was := beside[len(beside)*99/100], alone[len(alone)*99/100]
	t.Logf("p99 of a healthy client: %v alone (%d requests), %v beside %d slow clients (%d requests)", was, len(alone), p99, each*len(sloths), len(beside))
	t.Logf("resident: %d KiB before, %d KiB at most", before.resident>>10, h.usage(t).peak>>10)
	const noise = 100 * time.Millisecond // what other programs cost on a busy machine
	if p99 > 500*time.Millisecond || p99 > max(3*was, noise) {
		t.Errorf("slow clients moved the p99 of a healthy one from %v to %v", was, p99)
	}
	if more := h.usage(t).peak - before.resident; more > 32<<20 {
		t.Errorf("the slow clients took %d KiB of memory, want less than 32 MiB", more>>10)
	}
	h.calm(t, before)
	h.healthy(t)
	h.quiet(t)
}
