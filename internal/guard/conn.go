package guard

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	statusBadRequest     = 400
	statusRequestTimeout = 408
)

// A Conn is one connection of a [Listener]. Its methods may be called as net/http
// calls them: no two reads at once.
type Conn struct {
	net.Conn
	cfg     *Config
	release func() // gives its place back; works once

	scanner  scanner
	refusal  *refusal    // of what was read last; net/http gets no further
	held     []byte      // what was read and not scanned, for a handler that takes the connection over
	peeked   bool        // see refused
	handling atomic.Bool // what is written is the answer of a handler; HTTP/2 writes from other goroutines
	taken    atomic.Bool // by a handler
	served   uint32      // messages that a handler got
}

// A refusal is the error of reads behind a fault. For net/http it is no error of the network,
// so that it answers.
type refusal struct {
	status int
	detail string
}

func (r *refusal) Error() string { return r.detail }

func newConn(c net.Conn, cfg *Config, release func()) *Conn {
	return &Conn{Conn: c, cfg: cfg, release: release, scanner: newScanner(cfg.HTTP2)}
}

// guarded lets Of see through types that embed a Conn.
func (c *Conn) guarded() *Conn { return c }

// Of returns the Conn that c is, or nil if none guards it.
func Of(c net.Conn) *Conn {
	if g, ok := c.(interface{ guarded() *Conn }); ok {
		return g.guarded()
	}
	return nil
}

// Begin says that a handler gets the next message. It reports whether the connection
// must end with the answer.
func (c *Conn) Begin() (last bool) {
	c.handling.Store(true)
	c.served++
	n := c.scanner.last.Load()
	return n != 0 && c.served >= n
}

// End says that the answer is written.
func (c *Conn) End() { c.handling.Store(false) }

// Take says that a handler takes the connection over.
func (c *Conn) Take() { c.taken.Store(true) }

// Read implements [net.Conn].
func (c *Conn) Read(p []byte) (int, error) {
	switch {
	case c.taken.Load() && len(c.held) > 0:
		n := copy(p, c.held)
		c.held = c.held[n:]
		return n, nil
	case c.taken.Load() || c.scanner.plain:
		return c.Conn.Read(p)
	case c.refusal != nil:
		return c.refused(p)
	case c.scanner.state == atEnd:
		return c.discard(p)
	}
	n, err := c.Conn.Read(p)
	pass, fault := c.scanner.scan(p[:n])
	switch {
	case fault != "":
		c.refusal = &refusal{statusBadRequest, fault}
		c.held = slices.Clone(p[pass:n])
		if pass > 0 {
			return pass, nil
		}
		return c.refused(p)
	case pass < n:
		return pass, nil
	case err != nil && len(p) > 1 && c.scanner.amid() && errors.Is(err, os.ErrDeadlineExceeded):
		c.refusal = &refusal{statusRequestTimeout, "the header did not come in time"}
		return n, c.refusal
	}
	return n, err
}

// refused reads behind a fault. While a handler works on an earlier message,
// net/http reads one byte to see whether the client is still there: an error would
// cancel the handler. So it gets that byte, which ends no head.
func (c *Conn) refused(p []byte) (int, error) {
	if len(p) == 1 && len(c.held) > 0 && !c.peeked {
		c.peeked = true
		p[0], c.held = c.held[0], c.held[1:]
		return 1, nil
	}
	return 0, c.refusal
}

// discard reads behind the last message, to see whether the client is still there.
func (c *Conn) discard(p []byte) (int, error) {
	for {
		if _, err := c.Conn.Read(p); err != nil {
			return 0, err
		}
	}
}

// Write implements [net.Conn].
func (c *Conn) Write(p []byte) (int, error) {
	if c.handling.Load() || c.taken.Load() || c.scanner.plain {
		return c.Conn.Write(p)
	}
	status, detail, ok := parseRefusal(p)
	if !ok {
		return c.Conn.Write(p)
	}
	if c.refusal != nil && status == statusBadRequest {
		status, detail = c.refusal.status, c.refusal.detail
	}
	if err := c.refuse(status, detail); err != nil {
		return 0, err
	}
	return len(p), nil
}

// refuse writes the last answer, then reads on for a while.
func (c *Conn) refuse(status int, detail string) error {
	if _, err := c.Conn.Write(c.cfg.Refuse(c.RemoteAddr(), status, detail)); err != nil {
		return err
	}
	if c.CloseWrite() == nil && c.Conn.SetReadDeadline(time.Now().Add(linger)) == nil {
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
	}
	return nil
}

// parseRefusal returns what is in an answer that net/http writes on its own:
// "HTTP/1.1 400 Bad Request: missing required Host header".
func parseRefusal(p []byte) (status int, detail string, ok bool) {
	line, _, _ := bytes.Cut(p, []byte("\r\n"))
	version, rest, _ := bytes.Cut(line, []byte(" "))
	code, text, _ := bytes.Cut(rest, []byte(" "))
	status, err := strconv.Atoi(string(code))
	if !bytes.HasPrefix(version, []byte("HTTP/1.")) || err != nil || status < 400 {
		return 0, "", false
	}
	_, after, _ := bytes.Cut(text, []byte(": "))
	return status, string(after), true
}

// ReadFrom implements [io.ReaderFrom], so that files are sent without copying.
func (c *Conn) ReadFrom(r io.Reader) (int64, error) {
	if to, ok := c.Conn.(io.ReaderFrom); ok {
		return to.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{c.Conn}, r)
}

// CloseWrite ends what the client reads, if the connection can.
func (c *Conn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Close implements [net.Conn].
func (c *Conn) Close() error {
	c.release()
	return c.Conn.Close()
}
