package fault

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// Proxy returns the URL of a server, such as PostgreSQL, behind a proxy that lives until the test ends. A
// call is what a client sends at a time: one that p fails ends its connection, before the server gets it or,
// if late, when the server has answered. The answer is lost then.
func Proxy(t testing.TB, p *Plan, server string, late bool) string {
	t.Helper()
	p.Clear()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("bad URL") // it may have a password
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &proxy{plan: p, late: late, target: u.Host, open: map[net.Conn]bool{}}
	x.wg.Go(func() { x.accept(l) })
	t.Cleanup(func() {
		_ = l.Close()
		x.close()
		x.wg.Wait()
	})
	u.Host = l.Addr().String()
	return u.String()
}

type proxy struct {
	plan   *Plan
	late   bool
	target string
	wg     sync.WaitGroup

	mu     sync.Mutex
	closed bool
	open   map[net.Conn]bool
}

func (x *proxy) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		x.wg.Go(func() { x.carry(client) })
	}
}

// carry passes on what both sides send until one of them, or a fault, ends the connection.
func (x *proxy) carry(client net.Conn) {
	defer x.keep(client)()
	server, err := net.Dial("tcp", x.target)
	if err != nil {
		return
	}
	defer x.keep(server)()
	var lost Plan // of the answers: one that fails is the answer to a call that has failed
	lost.Clear()
	done := make(chan struct{})
	go func() {
		defer close(done)
		pass(client, server, lost.next)
		_ = client.Close()
	}()
	pass(server, client, func() bool {
		if !x.plan.next() {
			return false
		}
		if x.late {
			lost.Fail(1, 1)
		}
		return !x.late
	})
	_ = server.Close()
	<-done
}

// keep returns what closes a connection, which the end of the test does as well.
func (x *proxy) keep(c net.Conn) func() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		_ = c.Close()
	}
	x.open[c] = true
	return func() {
		_ = c.Close()
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.open, c)
	}
}

func (x *proxy) close() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	for c := range x.open {
		_ = c.Close()
	}
}

// pass passes on what comes, up to what fails.
func pass(to, from net.Conn, fails func() bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if fails() {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
