package webhook_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

// answering reads a request and then does what it likes with the connection.
func answering(answer func(net.Conn)) func(net.Conn) {
	return func(c net.Conn) {
		defer c.Close()
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		io.Copy(io.Discard, r.Body) //nolint:errcheck // whatever comes
		answer(c)
	}
}

// counted counts what is written.
type counted struct {
	net.Conn
	written atomic.Int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n))
	return n, err
}

// forever writes a text again and again until nobody reads it, with pauses.
func forever(c net.Conn, text string, pause time.Duration) {
	for {
		if _, err := io.WriteString(c, text); err != nil {
			return
		}
		time.Sleep(pause)
	}
}

func say(c net.Conn, text string) {
	io.WriteString(c, text) //nolint:errcheck // the other side may be gone
}

func wait(c net.Conn) {
	io.Copy(io.Discard, c) //nolint:errcheck // until the other side is gone
}

func TestHostileReceiversAreGivenUp(t *testing.T) {
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	tests := []struct {
		name    string
		answer  func(net.Conn)
		failure webhook.Failure
		within  time.Duration
	}{
		{"no answer", wait, webhook.FailTimeout, 20 * time.Second},
		{"a header that never ends, slowly", func(c net.Conn) {
			say(c, "HTTP/1.1 200 OK\r\n")
			forever(c, "X-A: b\r\n", time.Second)
		}, webhook.FailTimeout, 20 * time.Second},
		{"a header that never ends", func(c net.Conn) {
			say(c, "HTTP/1.1 200 OK\r\n")
			forever(c, "X-A: "+strings.Repeat("b", 1000)+"\r\n", 0)
		}, webhook.FailAnswer, 0},
		{"early hints that never end", func(c net.Conn) {
			forever(c, "HTTP/1.1 103 Early Hints\r\nX-A: "+strings.Repeat("b", 1000)+"\r\n\r\n", 0)
		}, webhook.FailAnswer, 0},
		{"a huge line", func(c net.Conn) { forever(c, strings.Repeat("b", 1000), 0) }, webhook.FailAnswer, 0},
		{"nonsense", func(c net.Conn) { say(c, "SSH-2.0-OpenSSH_9.9\r\n\r\n") }, webhook.FailAnswer, 0},
		{"closed", func(net.Conn) {}, webhook.FailAnswer, 0},
		{"closed in the header", func(c net.Conn) { say(c, "HTTP/1.1 200 OK\r\nContent-") }, webhook.FailAnswer, 0},
		{"a body that never ends", func(c net.Conn) {
			say(c, chunked)
			forever(c, "3e8\r\n"+strings.Repeat("b", 1000)+"\r\n", 0)
		}, "", 0},
		{"a body that never ends, slowly", func(c net.Conn) {
			say(c, chunked)
			forever(c, "1\r\nb\r\n", 100*time.Millisecond)
		}, "", time.Second},
		{"a body that does not come", func(c net.Conn) {
			say(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
			wait(c)
		}, "", time.Second},
		{"a redirect to itself", func(c net.Conn) {
			say(c, "HTTP/1.1 308 Permanent Redirect\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
		}, webhook.FailRedirect, 0},
		{"another protocol", func(c net.Conn) {
			say(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		}, webhook.FailStatus, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				connections := 0
				var receiver *counted
				e := w.raw("a.example", func(c net.Conn) {
					connections++
					receiver = &counted{Conn: c}
					answering(tt.answer)(receiver)
				})
				w.publish("a", 1)
				begin := time.Now()
				var took time.Duration
				stop := w.run(webhook.Config{Poll: time.Hour, Observe: func(webhook.Report) { took = time.Since(begin) }})
				time.Sleep(time.Minute)
				stop()
				assert.Equal(t, connections, 1)
				assert.Equal(t, failures(w.only(e)), string(tt.failure))
				assert.Equal(t, took, tt.within)
				assert.Equal(t, receiver.written.Load() <= 100_000, true, "bytes read", receiver.written.Load())
			})
		})
	}
}

func TestARefusedConnectionIsAFailureToConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.endpoint("http://nobody.example/")
		w.publish("a", 1)
		w.run(webhook.Config{})
		synctest.Wait()
		assert.Equal(t, failures(w.only(e)), "connect")
	})
}
