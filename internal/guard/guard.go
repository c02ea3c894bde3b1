// Package guard stands between the connections of a server and net/http.
//
// A [Listener] bounds how many connections are open and stops accepting without
// dropping those that already wait. Its connections follow the framing of HTTP/1
// messages as net/http reads them. They refuse what net/http takes although RFC 9112
// forbids it, deliver nothing behind a message of ambiguous length, and replace
// the plain text that net/http answers on its own. They know nothing of requests: the
// server tells each [Conn] when a handler begins and when its answer is written.
//
// Connections of HTTP/2 are passed on as they are.
package guard

import (
	"net"
	"time"
)

// Config configures a [Listener].
type Config struct {
	MaxConns int  // open at once; required
	HTTP2    bool // connections may begin with the preface of HTTP/2

	// Refuse returns the whole answer to a message that no handler gets. detail says
	// why and may be empty. It is called concurrently. Required.
	Refuse func(remote net.Addr, status int, detail string) []byte
}

// linger is how long a client that was refused may go on sending, so that its
// system does not throw the answer away.
// Source: RFC 9112, section 9.6.
const (
	linger      = 500 * time.Millisecond
	lingerBytes = 256 << 10
)
