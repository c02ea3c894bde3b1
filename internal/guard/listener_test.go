package guard_test

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/guard"
)

func listen(t *testing.T, limit int) *guard.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	g := guard.NewListener(l, guard.Config{MaxConns: limit})
	t.Cleanup(func() { _ = g.Close() })
	return g
}

// dial opens n connections, which nobody has accepted.
func dial(t *testing.T, l net.Listener, n int) []net.Conn {
	t.Helper()
	conns := make([]net.Conn, n)
	for i := range conns {
		var err error
		conns[i], err = net.Dial("tcp", l.Addr().String())
		assert.NoError(t, err)
		t.Cleanup(func() { _ = conns[i].Close() })
	}
	return conns
}

func TestStopTakesTheConnectionsThatWait(t *testing.T) {
	l := listen(t, 100)
	dial(t, l, 20)
	l.Stop()
	l.Stop()
	taken := 0
	var err error
	for err == nil {
		var c net.Conn
		if c, err = l.Accept(); err == nil {
			taken++
			defer c.Close()
		}
	}
	assert.ErrorIs(t, err, net.ErrClosed)
	assert.Equal(t, taken, 20)
}

// A client that has sent more than the server reads gets the answer, and then the end
// of what is sent, however long the connection stays.
func TestConnectionsCanEndWhatTheySend(t *testing.T) {
	l := listen(t, 1)
	client := dial(t, l, 1)[0]
	_, err := io.WriteString(client, "unread")
	assert.NoError(t, err)
	c, err := l.Accept()
	assert.NoError(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "answer")
	assert.NoError(t, err)
	assert.NoError(t, c.(interface{ CloseWrite() error }).CloseWrite())
	got, err := io.ReadAll(client)
	assert.NoError(t, err)
	assert.Equal(t, string(got), "answer")
}

func TestStopWakesAccept(t *testing.T) {
	l := listen(t, 1)
	failed := make(chan error)
	go func() {
		_, err := l.Accept()
		failed <- err
	}()
	l.Stop()
	assert.ErrorIs(t, <-failed, net.ErrClosed)
}

func TestStopWakesAcceptAtTheLimit(t *testing.T) {
	l := listen(t, 1)
	dial(t, l, 1)
	c, err := l.Accept()
	assert.NoError(t, err)
	defer c.Close()
	failed := make(chan error)
	go func() {
		_, err := l.Accept()
		failed <- err
	}()
	l.Stop()
	assert.ErrorIs(t, <-failed, net.ErrClosed)
}

func TestEmptyComesWithTheLastConnection(t *testing.T) {
	l := listen(t, 2)
	dial(t, l, 2)
	first, err := l.Accept()
	assert.NoError(t, err)
	second, err := l.Accept()
	assert.NoError(t, err)
	assert.NoError(t, first.Close())
	_ = first.Close() // counts once
	assert.NoError(t, l.Close())
	assert.NoError(t, l.Close())
	select {
	case <-l.Empty():
		t.Error("empty with a connection open")
	default:
	}
	assert.NoError(t, second.Close())
	<-l.Empty()
	_, err = l.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)

	l = listen(t, 1)
	assert.NoError(t, l.Close())
	<-l.Empty()
}

// A faulty listener fails, and knows no deadlines.
type faulty struct{ net.Listener }

var errFault = errors.New("fault")

func (faulty) Accept() (net.Conn, error) { return nil, errFault }
func (faulty) Close() error              { return errFault }

func TestErrorsOfTheListenerAreReturned(t *testing.T) {
	l := guard.NewListener(faulty{}, guard.Config{MaxConns: 1})
	for range 2 { // a failure takes no place
		_, err := l.Accept()
		assert.ErrorIs(t, err, errFault)
	}
	l.Stop()
	_, err := l.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)
	assert.ErrorIs(t, l.Close(), errFault)
}
