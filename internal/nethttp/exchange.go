// Package nethttp carries operations over net/http.
package nethttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tenonapi/tenon/transport"
)

// An Exchange is a [transport.Exchange] over a request and a ResponseWriter.
type Exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	params transport.Params
	status int
	whole  bool   // the body of the request was read to its end, or there is none
	body   []byte // buffer, reused
}

var _ transport.Exchange = (*Exchange)(nil)

var pool = sync.Pool{New: func() any { return new(Exchange) }}

// maxKept is the size in bytes up to which a body buffer is kept for reuse, and
// made before anything was read: a length that a client declares costs it nothing.
const maxKept = 64 << 10

// New returns the exchange of w and r. Call Free when the answer is given.
func New(w http.ResponseWriter, r *http.Request) *Exchange {
	x := pool.Get().(*Exchange)
	x.w, x.r = w, r
	return x
}

// Free gives x back for reuse.
func (x *Exchange) Free() {
	x.w, x.r, x.status, x.whole = nil, nil, 0, false
	x.params.Reset()
	if cap(x.body) > maxKept {
		x.body = nil
	}
	pool.Put(x)
}

// Context implements [transport.Exchange].
func (x *Exchange) Context() context.Context { return x.r.Context() }

// Method implements [transport.Exchange].
func (x *Exchange) Method() string { return x.r.Method }

// Path implements [transport.Exchange].
func (x *Exchange) Path() string {
	u := x.r.URL
	if u.RawPath == "" && strings.IndexByte(u.Path, '%') < 0 {
		return u.Path // nothing was encoded that matters to a router
	}
	return u.EscapedPath()
}

// Query implements [transport.Exchange].
func (x *Exchange) Query() string { return x.r.URL.RawQuery }

// Host implements [transport.Exchange].
func (x *Exchange) Host() string { return x.r.Host }

// Secure implements [transport.Exchange].
func (x *Exchange) Secure() bool { return x.r.TLS != nil }

// ContentLength implements [transport.Exchange].
func (x *Exchange) ContentLength() int64 { return x.r.ContentLength }

// Request implements [transport.Exchange].
func (x *Exchange) Request() *http.Request { return x.r }

// RemoteAddr implements [transport.Exchange].
func (x *Exchange) RemoteAddr() netip.AddrPort {
	a, _ := netip.ParseAddrPort(x.r.RemoteAddr)
	return a
}

// Params implements [transport.Exchange].
func (x *Exchange) Params() *transport.Params { return &x.params }

// Header implements [transport.Exchange].
func (x *Exchange) Header(canonical string) string {
	switch v := x.r.Header[canonical]; len(v) {
	case 0:
	case 1:
		return v[0]
	default:
		return strings.Join(v, ", ")
	}
	if canonical == "Host" { // net/http keeps it elsewhere
		return x.r.Host
	}
	return ""
}

// HeaderValues implements [transport.Exchange].
func (x *Exchange) HeaderValues(canonical string, yield func(string) bool) {
	for _, v := range x.r.Header[canonical] {
		if !yield(v) {
			return
		}
	}
	if canonical == "Host" && x.r.Host != "" {
		yield(x.r.Host)
	}
}

// Body implements [transport.Exchange].
func (x *Exchange) Body(limit int64) ([]byte, error) {
	if x.r.ContentLength == 0 || x.r.Body == nil {
		return nil, nil
	}
	body, err := x.readBody(limit)
	if err != nil {
		hangUp(x.w, x.r)
	}
	x.whole = err == nil
	return body, err
}

func (x *Exchange) readBody(limit int64) ([]byte, error) {
	if x.r.ContentLength > limit {
		return nil, transport.ErrTooLarge
	}
	// One byte more than expected shows the end of the body without growing.
	if want := int(min(max(x.r.ContentLength, 511), limit, maxKept-1) + 1); cap(x.body) < want {
		x.body = make([]byte, 0, want)
	}
	buf := x.body[:0]
	for {
		n, err := x.r.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		x.body = buf
		switch {
		case int64(len(buf)) > limit:
			return nil, transport.ErrTooLarge
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return nil, ofMiddleware(err)
		}
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
	}
}

// ofMiddleware returns err, or that the body is too large if middleware says so.
func ofMiddleware(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return transport.ErrTooLarge
	}
	return err
}

// patience is how long the rest of a body is awaited that nobody wants: a client
// that is still sending would lose the answer if the connection were cut at once.
const patience = 500 * time.Millisecond

// hangUp makes the connection end with the answer. Without a deadline net/http
// would wait for up to 256 KiB of the rest of the body. Over HTTP/2 net/http resets the one
// stream, and there others go on. Source: RFC 9113, section 8.1.
func hangUp(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor > 1 {
		return
	}
	w.Header()["Connection"] = []string{"close"}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience)) // not all transports can
}

// BodyReader implements [transport.Exchange].
func (x *Exchange) BodyReader(limit int64) io.Reader {
	if x.r.Body == nil {
		return http.NoBody
	}
	return &limited{w: x.w, r: x.r, left: limit}
}

// limited reads up to a number of bytes and fails beyond it.
type limited struct {
	w    http.ResponseWriter
	r    *http.Request
	left int64 // negative once there was more
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, transport.ErrTooLarge
	}
	if int64(len(p))-1 > l.left {
		p = p[:l.left+1]
	}
	n, err := l.r.Body.Read(p)
	if err != nil && err != io.EOF { // a wrapped one is an end too early
		hangUp(l.w, l.r)
		return n, ofMiddleware(err)
	}
	if l.left -= int64(n); l.left < 0 {
		hangUp(l.w, l.r)
		return n - 1, transport.ErrTooLarge
	}
	return n, err
}

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ")

func clean(value string) string {
	if strings.IndexByte(value, '\r') < 0 && strings.IndexByte(value, '\n') < 0 {
		return value
	}
	return lineBreaks.Replace(value)
}

// Handle answers through h, a handler that knows net/http only. What h answers
// counts as the answer of x.
func (x *Exchange) Handle(h http.Handler) {
	w := &watcher{ResponseWriter: x.w}
	defer func() { x.status = w.status }() // also when h panics
	h.ServeHTTP(w, x.r)
}

// SetPattern tells middleware, through the request, which template matched.
func (x *Exchange) SetPattern(template string) { x.r.Pattern = template }

// SetHeader implements [transport.Exchange].
func (x *Exchange) SetHeader(canonical, value string) {
	x.w.Header()[canonical] = []string{clean(value)}
}

// AddHeader implements [transport.Exchange].
func (x *Exchange) AddHeader(canonical, value string) {
	h := x.w.Header()
	if len(h) == 0 {
		h[canonical] = []string{clean(value)}
		return
	}
	h[canonical] = append(h[canonical], clean(value))
}

// ShareHeader sets a header to values that are never changed, and are not copied.
func (x *Exchange) ShareHeader(canonical string, values []string) {
	x.w.Header()[canonical] = values[:len(values):len(values)]
}

// ShareList adds values that are never changed to a header, and copies them only if it has some.
func (x *Exchange) ShareList(canonical string, values []string) {
	h := x.w.Header()
	if len(h[canonical]) == 0 {
		x.ShareHeader(canonical, values)
		return
	}
	h[canonical] = append(h[canonical], values...)
}

// Send implements [transport.Exchange].
func (x *Exchange) Send(status int, contentType string, body []byte) {
	if x.status != 0 {
		return
	}
	x.status = status
	h := x.w.Header()
	if contentType != "" {
		h["Content-Type"] = typeValue(contentType)
		h["Content-Length"] = lengths.of(len(body))
	}
	x.w.WriteHeader(status)
	if contentType != "" && x.r.Method != http.MethodHead {
		_, _ = x.w.Write(body) // the client is gone: nobody to tell
	}
}

// Sent implements [transport.Exchange].
func (x *Exchange) Sent() int { return x.status }

// Header values that many answers share. They are never changed: net/http reads
// them after the handler has returned.
var (
	jsonType    = []string{"application/json"}
	problemType = []string{"application/problem+json"}
	lengths     sharedLengths
)

func typeValue(contentType string) []string {
	switch contentType {
	case jsonType[0]:
		return jsonType
	case problemType[0]:
		return problemType
	}
	return []string{contentType}
}

// sharedLengths are the values of Content-Length for small bodies.
type sharedLengths struct {
	once  sync.Once
	small [2048][]string
}

func (s *sharedLengths) of(n int) []string {
	if n >= len(s.small) {
		return []string{strconv.Itoa(n)}
	}
	s.once.Do(func() {
		for i := range s.small {
			s.small[i] = []string{strconv.Itoa(i)}
		}
	})
	return s.small[n]
}
