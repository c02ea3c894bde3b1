package tenon_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// costRequest is like what clients of JSON services send.
const costRequest = "POST /orders HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 22\r\n" +
	"Content-Type: application/json\r\nIdempotency-Key: 0b1c6a4e-9c0f-4bd1-8e4c-0b8f6f1d2c3a\r\nAccept-Encoding: gzip\r\n\r\n" + whole

// costs returns the addresses of Serve and of a bare http.Server for one application.
func costs(t testing.TB) map[string]string {
	app := newApp(t, nil, func(r *tenon.Router) { tenon.Post(r, "/orders", ok[bodied, item]) })
	bare := httptest.NewUnstartedServer(app)
	// The limits of Serve: timers cost too.
	bare.Config.ReadHeaderTimeout, bare.Config.ReadTimeout, bare.Config.WriteTimeout, bare.Config.IdleTimeout = 5*time.Second, 30*time.Second, time.Minute, 2*time.Minute
	bare.Start()
	t.Cleanup(bare.Close)
	return map[string]string{"bare": bare.Listener.Addr().String(), "serve": start(t, app, tenon.ServerConfig{})}
}

// newAsk returns a function that sends one request and reads its answer.
func newAsk(t testing.TB, addr string) func() {
	conn, err := net.Dial("tcp", addr)
	assert.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	request := []byte(costRequest)
	buf := make([]byte, 4096)
	size := 0
	ask := func() {
		if _, err := conn.Write(request); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, buf[:max(size, 1)]); err != nil {
			t.Fatal(err)
		}
	}
	_, err = conn.Write(request)
	assert.NoError(t, err)
	counted := &counter{Reader: conn}
	res, err := http.ReadResponse(bufio.NewReaderSize(counted, 4096), nil)
	assert.NoError(t, err)
	_, err = io.Copy(io.Discard, res.Body)
	assert.NoError(t, err)
	assert.Equal(t, res.StatusCode, http.StatusOK)
	size = counted.n // all answers are as long
	return ask
}

type counter struct {
	io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestServeAllocatesNothingMoreThanNetHTTP(t *testing.T) {
	if assert.Race {
		t.Skip("the race detector allocates")
	}
	got := make(map[string]float64)
	for name, addr := range costs(t) {
		got[name] = testing.AllocsPerRun(200, newAsk(t, addr))
	}
	if got["serve"] > got["bare"] {
		t.Errorf("Serve: %v allocations for each request, http.Server: %v", got["serve"], got["bare"])
	}
}

// BenchmarkServe reports what Serve adds to a request: the least of many short rounds,
// which alternate, since the rest of the machine only ever adds.
func BenchmarkServe(b *testing.B) {
	asks, least := make(map[string]func()), make(map[string]time.Duration)
	for name, addr := range costs(b) {
		asks[name] = newAsk(b, addr)
	}
	const requests = 100
	for b.Loop() {
		for name, ask := range asks {
			begin := time.Now()
			for range requests {
				ask()
			}
			if d := time.Since(begin) / requests; least[name] == 0 || d < least[name] {
				least[name] = d
			}
		}
	}
	b.ReportMetric(float64(least["bare"]), "bare-ns/req")
	b.ReportMetric(float64(least["serve"]), "serve-ns/req")
}
