package guard

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// stopQuiet without a new connection, once l stops, means that none waits any more. It
// is long enough for a busy machine to have looked.
const stopQuiet = 50 * time.Millisecond

// A Listener bounds the connections that are open at once: those beyond wait in the
// backlog of the operating system. It is safe for concurrent use.
type Listener struct {
	net.Listener
	cfg       Config
	closeOnce func() error

	slots   chan struct{} // has an element for each open connection
	empty   chan struct{} // closed when l is, and the last connection too
	stop    chan struct{} // closed by Stop
	emptied func()        // closes empty, once

	mu       sync.Mutex
	open     int
	stopping bool // Stop was called
	closed   bool // Close was called
}

// NewListener returns a Listener that takes connections of l.
func NewListener(l net.Listener, cfg Config) *Listener {
	empty := make(chan struct{})
	return &Listener{
		emptied:  sync.OnceFunc(func() { close(empty) }),
		Listener: l, cfg: cfg, closeOnce: sync.OnceValue(l.Close),
		slots: make(chan struct{}, cfg.MaxConns), empty: empty, stop: make(chan struct{}),
	}
}

// Accept waits for a connection, which is a [Conn]. It returns net.ErrClosed after Stop, when no
// connection waits any more.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.take()
	if err != nil {
		return nil, err
	}
	return newConn(c.Conn, &l.cfg, c.release), nil
}

// A counted connection has a place in a Listener until it is closed.
type counted struct {
	net.Conn
	release func() // works once
}

// Close implements [net.Conn].
func (c *counted) Close() error {
	c.release()
	return c.Conn.Close()
}

// take waits for a connection and counts it.
func (l *Listener) take() (*counted, error) {
	select {
	case l.slots <- struct{}{}:
	default:
		select {
		case l.slots <- struct{}{}:
		case <-l.stop:
			return nil, net.ErrClosed
		}
	}
	c, err := l.accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	l.mu.Lock()
	l.open++
	l.mu.Unlock()
	return &counted{c, sync.OnceFunc(l.release)}, nil
}

// accept takes the next connection, once l stops one that waits already.
func (l *Listener) accept() (net.Conn, error) {
	for {
		hurried := l.hurry()
		c, err := l.Listener.Accept()
		switch {
		case err == nil:
			return c, nil
		case !l.stopped():
			return nil, err
		case !hurried && errors.Is(err, os.ErrDeadlineExceeded):
			continue // Stop has woken us
		}
		_ = l.closeOnce() // before another comes
		return nil, net.ErrClosed
	}
}

// hurry bounds, once l stops, how long the next Accept waits, and reports whether it did.
func (l *Listener) hurry() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	d, ok := l.Listener.(interface{ SetDeadline(time.Time) error })
	if !l.stopping || !ok {
		return false
	}
	return d.SetDeadline(time.Now().Add(stopQuiet)) == nil
}

func (l *Listener) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// Stop makes Accept return the connections that wait already and then fail with
// net.ErrClosed.
func (l *Listener) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		return
	}
	l.stopping = true
	close(l.stop)
	quiesce(l.Listener)
	if d, ok := l.Listener.(interface{ SetDeadline(time.Time) error }); ok {
		_ = d.SetDeadline(time.Now())
		return
	}
	_ = l.closeOnce()
}

// Close closes the listener, not its connections.
func (l *Listener) Close() error {
	l.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	if l.open == 0 {
		l.emptied()
	}
	return l.closeOnce()
}

// Empty returns a channel that is closed when, after Close, no connection is open.
func (l *Listener) Empty() <-chan struct{} { return l.empty }

// release ends a connection.
func (l *Listener) release() {
	<-l.slots
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open--; l.open == 0 && l.closed {
		l.emptied()
	}
}
