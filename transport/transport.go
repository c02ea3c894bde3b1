// Package transport is what an operation sees of a connection: one request to
// read and one answer to give. A compiled operation uses nothing else, so that
// net/http, a test client or a faster engine can carry the same operations.
package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
)

// ErrTooLarge reports a request body beyond the limit that was given.
var ErrTooLarge = errors.New("transport: body too large")

// An Exchange is one request and its one answer. Strings and slices that it
// returns are views, valid until the exchange ends: copy what is kept. It is used
// by one goroutine at a time.
type Exchange interface {
	// Context ends when the client disconnects.
	Context() context.Context
	Method() string
	// Path returns the path of the target as it was sent, percent-encoded.
	Path() string
	// Query returns what stands behind the question mark, percent-encoded.
	Query() string
	Host() string
	// Secure reports whether the request came over TLS.
	Secure() bool
	// ContentLength returns the length of the body in bytes, -1 when it is not known.
	ContentLength() int64
	// Request returns the request for code that knows net/http only.
	Request() *http.Request
	// RemoteAddr returns the address of the peer; it is invalid where there is none.
	RemoteAddr() netip.AddrPort
	// Params returns the values of the path parameters, which the router fills in.
	Params() *Params

	// Header returns the value of the header with a canonical name, or "". Those of
	// several lines are joined by commas. Source: RFC 9110, section 5.3.
	Header(canonical string) string
	// HeaderValues calls yield with each value of a header until it returns false.
	HeaderValues(canonical string, yield func(string) bool)

	// Body reads the whole body, which has at most limit bytes. It returns
	// [ErrTooLarge] for a longer one, without reading it where its length is known.
	// After an error nothing more is read, and the connection ends with the answer.
	Body(limit int64) ([]byte, error)
	// BodyReader returns the body; reading fails with [ErrTooLarge] after limit bytes.
	BodyReader(limit int64) io.Reader

	// SetHeader and AddHeader set a header of the answer. A carriage return or
	// line feed in the value is replaced by a space.
	SetHeader(canonical, value string)
	AddHeader(canonical, value string)
	// Send gives the answer in one write. An empty contentType sends no body.
	// The first of Send and Stream counts, others are ignored.
	Send(status int, contentType string, body []byte)
	// Stream begins an answer whose length is not known.
	Stream(status int, contentType string) StreamWriter
	// Sent returns the status of the answer, 0 while there is none.
	Sent() int
}

// A StreamWriter writes the body of an answer piece by piece.
type StreamWriter interface {
	io.Writer
	// Flush sends what was written so far.
	Flush() error
}

// MaxParams is the number of parameters that one path may have.
const MaxParams = 16

// Params are the values of path parameters in the order of the template,
// percent-decoded. The zero value is empty.
type Params struct {
	values [MaxParams]string
	n      int
}

// Push adds a value. It must not be called more than [MaxParams] times.
func (p *Params) Push(v string) {
	p.values[p.n] = v
	p.n++
}

// Truncate keeps the first n values, and nothing of the others.
func (p *Params) Truncate(n int) {
	clear(p.values[n:p.n])
	p.n = n
}

// Len returns the number of values.
func (p *Params) Len() int { return p.n }

// At returns value i.
func (p *Params) At(i int) string { return p.values[i] }

// Reset removes all values.
func (p *Params) Reset() { p.Truncate(0) }
