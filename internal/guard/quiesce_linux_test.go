package guard_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/guard"
)

// Between the last look at the connections that wait and the end of the listener
// nobody gets a connection, which the system would reset.
func TestNobodyConnectsOnceStopWasCalled(t *testing.T) {
	var cfg net.ListenConfig
	cfg.SetMultipathTCP(false)
	inner, err := cfg.Listen(t.Context(), "tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	l := guard.NewListener(inner, guard.Config{MaxConns: 10})
	defer l.Close()
	early := dial(t, l, 1)[0]
	l.Stop()
	_, err = net.DialTimeout("tcp", l.Addr().String(), 50*time.Millisecond)
	late, ok := errors.AsType[net.Error](err) // either of two errors, whichever timer is first
	assert.Equal(t, ok && late.Timeout(), true, err)

	c, err := l.Accept()
	assert.NoError(t, err)
	defer c.Close()
	assert.Equal(t, c.RemoteAddr().String(), early.LocalAddr().String())
	_, err = c.Write([]byte("a"))
	assert.NoError(t, err)
	_, err = early.Read(make([]byte, 1))
	assert.NoError(t, err)
	_, err = l.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)
	_, err = net.Dial("tcp", l.Addr().String())
	assert.Contains(t, err.Error(), "refused")
}
