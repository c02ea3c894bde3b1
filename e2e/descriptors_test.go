package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

// A process that may have 64 descriptors has 200 clients, each with a connection that it keeps. Those whose
// connection was accepted are served, whatever files that takes. The others wait, and so does
// a probe, which tells that there is no room. When they have left, all is as before.
func TestHarborLivesWithFewDescriptors(t *testing.T) {
	const limit, clients = 64, 200
	program, err := harborProgram()
	assert.NoError(t, err)
	cmd := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, limit), program, "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	cmd.Env = append(environment(), "HARBOR_API_KEY="+apiKey, "HARBOR_LOG_LEVEL=warn")
	h := begin(t, cmd)
	h.listens(t)
	c := newClient(t, h.url)
	body := []byte(`{"customer_id":"few","amount_cents":1,"currency":"EUR"}`)
	assert.Equal(t, c.create("first", body).status, http.StatusCreated)

	var crowd sync.WaitGroup
	var mu sync.Mutex
	served, leave := 0, make(chan struct{})
	for range clients {
		crowd.Go(func() {
			conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			go func() { <-leave; _ = conn.SetReadDeadline(time.Now()) }()
			_, _ = fmt.Fprintf(conn, "GET /livez HTTP/1.1\r\nHost: harbor\r\n\r\n")
			if n, err := conn.Read(make([]byte, 1<<10)); err == nil && n > 0 {
				mu.Lock()
				served++
				mu.Unlock()
				<-leave
			}
		})
	}
	eventually(t, "full service", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return served == limit/2-1 // the client has one
	})
	for i := range 50 {
		for _, a := range []*answer{c.create(fmt.Sprint("crowd-", i), body), c.do("GET", "/v1/customers/few/orders", nil), c.do("GET", "/readyz", nil)} {
			if a.status > 299 {
				t.Errorf("answered %d %s", a.status, a.body)
			}
		}
	}
	probe := newClient(t, h.url)
	probe.http.Timeout = time.Second // as Kubernetes has
	if _, err := probe.send("GET", "/readyz", nil); err == nil {
		t.Error("a probe on a connection of its own does not wait")
	}
	close(leave)
	crowd.Wait()

	c = newClient(t, h.url)
	eventually(t, "ready service", func() bool {
		a, err := c.send("GET", "/readyz", nil)
		return err == nil && a.status == http.StatusOK
	})
	for i := range 50 {
		if a := c.create(fmt.Sprint("crowd-", i), body); a.status != http.StatusCreated && a.status != http.StatusOK {
			t.Errorf("the order is answered %d %s", a.status, a.body)
		}
	}
	items, _ := c.list("few", 100)
	assert.Equal(t, len(items), 51)
	h.terminate(t)
	for _, line := range h.logs.lines(t) {
		if line["msg"] != "request" || line["status"] != 499. { // of the probe that has left
			t.Errorf("harbor has logged %v", line)
		}
	}
}
