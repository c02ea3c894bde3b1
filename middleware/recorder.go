package middleware

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
)

// A recorder notes what is answered. It has the optional methods that handlers ask
// for by type.
type recorder struct {
	http.ResponseWriter
	status int   // 0 while there is no answer
	bytes  int64 // of the body
	failed bool  // the client did not take them
}

func (r *recorder) begun(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) wrote(n int64, err error) {
	r.bytes += n
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) && !errors.Is(err, http.ErrContentLength) {
		r.failed = true
	}
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols { // others come before the answer
		r.begun(status)
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (r *recorder) Write(p []byte) (int, error) {
	r.begun(http.StatusOK)
	n, err := r.ResponseWriter.Write(p)
	r.wrote(int64(n), err)
	return n, err
}

// ReadFrom implements [io.ReaderFrom], by which net/http sends files.
func (r *recorder) ReadFrom(src io.Reader) (int64, error) {
	r.begun(http.StatusOK)
	n, err := io.Copy(r.ResponseWriter, src)
	r.wrote(n, err)
	return n, err
}

// Flush implements [http.Flusher].
func (r *recorder) Flush() { _ = r.FlushError() } // the interface has no error

// FlushError is Flush for [http.ResponseController].
func (r *recorder) FlushError() error {
	r.begun(http.StatusOK)
	return http.NewResponseController(r.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker].
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err == nil {
		r.begun(http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}

// Unwrap gives [http.ResponseController] what is behind.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
