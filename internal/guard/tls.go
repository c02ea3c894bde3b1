package guard

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"
)

// A tlsConn is a connection under TLS that speaks HTTP/1.
type tlsConn struct {
	*Conn
	tls *tls.Conn
}

// ConnectionState gives net/http what becomes Request.TLS.
func (c *tlsConn) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }

// A TLSListener gives connections on which the handshake is done: those that speak
// HTTP/2 as *tls.Conn, for net/http to know them, the others with a Conn above TLS.
type TLSListener struct {
	*Listener
	tls     *tls.Config
	timeout time.Duration
	log     *slog.Logger

	ctx     context.Context // ends handshakes, with the listener
	cancel  context.CancelFunc
	begin   sync.Once
	ready   chan accepted // closed when no more come
	pending sync.WaitGroup
}

// An accepted is what Accept returns.
type accepted struct {
	conn net.Conn
	err  error
}

// NewTLSListener returns a TLSListener above l. A handshake may take timeout.
func NewTLSListener(l *Listener, cfg *tls.Config, timeout time.Duration, log *slog.Logger) *TLSListener {
	t := &TLSListener{Listener: l, tls: cfg, timeout: timeout, log: log, ready: make(chan accepted)}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

// Accept waits for a connection. After Stop it returns net.ErrClosed when every
// handshake that had begun is over.
func (l *TLSListener) Accept() (net.Conn, error) {
	l.begin.Do(func() { go l.accept() })
	a, ok := <-l.ready
	if !ok {
		return nil, net.ErrClosed
	}
	return a.conn, a.err
}

// Close implements [net.Listener]. It ends handshakes.
func (l *TLSListener) Close() error {
	l.cancel()
	return l.Listener.Close()
}

// accept takes connections and begins their handshakes.
func (l *TLSListener) accept() {
	defer close(l.ready)
	defer l.pending.Wait()
	for {
		raw, err := l.take()
		if err != nil {
			if errors.Is(err, net.ErrClosed) || !l.give(accepted{err: err}) {
				return
			}
			continue
		}
		l.pending.Go(func() {
			if c := l.handshake(raw); c != nil && !l.give(accepted{conn: c}) {
				_ = c.Close()
			}
		})
	}
}

// give hands a over unless the listener is closed.
func (l *TLSListener) give(a accepted) bool {
	select {
	case l.ready <- a:
		return true
	case <-l.ctx.Done():
		return false
	}
}

// handshake returns the connection above raw, or nil after it has closed raw.
func (l *TLSListener) handshake(raw *counted) net.Conn {
	c := tls.Server(raw, l.tls)
	ctx, cancel := context.WithTimeout(l.ctx, l.timeout)
	defer cancel()
	_ = raw.SetDeadline(time.Now().Add(l.timeout))
	if err := c.HandshakeContext(ctx); err != nil {
		l.failed(raw, err)
		_ = raw.Close()
		return nil
	}
	_ = raw.SetDeadline(time.Time{})
	if p := c.ConnectionState().NegotiatedProtocol; p != "" && p != "http/1.1" {
		return c
	}
	return &tlsConn{newConn(c, &l.cfg, func() {}), c}
}

// failed tells a client that speaks HTTP without TLS what is wrong.
func (l *TLSListener) failed(raw *counted, err error) {
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok && e.Conn != nil && isHTTP(e.RecordHeader) {
		if newConn(raw.Conn, &l.cfg, func() {}).refuse(statusBadRequest, "the server speaks HTTPS here") == nil {
			return
		}
	}
	l.log.Info("TLS handshake failed", "remote", raw.RemoteAddr().String(), "error", err)
}

// isHTTP reports whether what should be a TLS record begins like a request line.
func isHTTP(header [5]byte) bool {
	return !slices.ContainsFunc(header[:], func(c byte) bool { return (c < 'A' || c > 'Z') && c != ' ' && c != '/' })
}
