package nethttp

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/tenonapi/tenon/transport"
)

// Stream implements [transport.Exchange]. The timeouts of the server are for whole requests
// and answers: from here on, what is written each time gets the time of a whole answer.
func (x *Exchange) Stream(status int, contentType string) transport.StreamWriter {
	if x.status != 0 {
		return &stream{}
	}
	x.status = status
	s := &stream{w: x.w, control: http.NewResponseController(x.w), multiplexed: x.r.ProtoMajor > 1}
	if server, ok := x.r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		s.limit = server.WriteTimeout
		if x.whole || x.r.ContentLength == 0 {
			_ = s.control.SetReadDeadline(time.Time{}) // at which net/http takes the client for gone
		}
	}
	if contentType != "" {
		x.w.Header()["Content-Type"] = typeValue(contentType)
	}
	x.w.WriteHeader(status)
	return s
}

type stream struct {
	w           http.ResponseWriter // nil when there was an answer already
	control     *http.ResponseController
	limit       time.Duration // of one write; 0 for none
	multiplexed bool          // HTTP/2, which resets a stream at its deadline even when nothing is written
}

var errAnswered = errors.New("nethttp: the answer was given already")

// Write implements [io.Writer].
func (s *stream) Write(p []byte) (int, error) {
	if s.w == nil {
		return 0, errAnswered
	}
	defer s.within()()
	return s.w.Write(p)
}

// ReadFrom implements [io.ReaderFrom], by which net/http sends files. It has one limit of time
// for each piece of them.
func (s *stream) ReadFrom(r io.Reader) (n int64, err error) {
	if s.w == nil {
		return 0, errAnswered
	}
	for {
		disarm := s.within()
		more, err := io.CopyN(s.w, r, pieceBytes)
		disarm()
		n += more
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		}
	}
}

const pieceBytes = 4 << 20

// Flush implements [transport.StreamWriter].
func (s *stream) Flush() error {
	if s.w == nil {
		return errAnswered
	}
	defer s.within()()
	return s.control.Flush()
}

// within bounds what is written until the function that it returns is called. On HTTP/1 the
// bound stays, for what net/http writes at the end.
func (s *stream) within() func() {
	if s.limit <= 0 {
		return func() {}
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(s.limit)) // not all transports can
	if !s.multiplexed {
		return func() {}
	}
	return func() { _ = s.control.SetWriteDeadline(time.Time{}) }
}
