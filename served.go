package tenon

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/stream"
	"github.com/tenonapi/tenon/transport"
)

// The errors of answers that judge the conditions and ranges of a request themselves.
var (
	errPrecondition = problem.New(http.StatusPreconditionFailed, "precondition_failed", "The resource is not in the state that the request asks for")
	errRange        = problem.New(http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable", "The resource has nothing in the ranges that the request asks for")
)

// servedStatuses are those that such answers have besides that of the operation.
var servedStatuses = []int{http.StatusPartialContent, http.StatusNotModified}

// serves reports whether the answer is made by [stream.Plan.Serve].
func (out *output) serves() bool { return out.streams() && out.bodies[0].stream.Serve != nil }

// serveBody sends an answer that serves itself.
func (c *call) serveBody() error {
	body := c.form.slot(c.out).Interface()
	defer stream.Close(body)
	w := &servedWriter{c: c, header: make(http.Header), left: -1}
	c.headers(w.header.Add)
	if t := c.contentType(); t != "*/*" {
		w.header.Set("Content-Type", t)
	}
	if err := c.form.stream.Serve(w, c.x.Request(), body); err != nil {
		return err
	}
	return w.end()
}

// A servedWriter is the ResponseWriter of an answer that serves itself. Errors are not sent:
// they become problems.
type servedWriter struct {
	c      *call
	header http.Header
	status int
	w      transport.StreamWriter // nil for an error
	left   int64                  // of the length that was promised; negative for none
	err    error                  // of the connection
}

// Header implements [http.ResponseWriter].
func (w *servedWriter) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *servedWriter) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	if status >= http.StatusBadRequest {
		return
	}
	contentType := w.header.Get("Content-Type")
	for name, values := range w.header {
		for _, value := range values {
			if name != "Content-Type" {
				w.c.x.AddHeader(name, value)
			}
		}
	}
	if n, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64); err == nil && w.c.x.Method() != http.MethodHead {
		w.left = n
	}
	w.w = w.c.x.Stream(status, contentType)
}

// Write implements [http.ResponseWriter].
func (w *servedWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.w == nil {
		return len(p), nil
	}
	n, err := w.w.Write(p)
	w.count(int64(n), err)
	return n, err
}

// ReadFrom implements [io.ReaderFrom], so that a transport can send a file without copying it.
func (w *servedWriter) ReadFrom(r io.Reader) (int64, error) {
	w.WriteHeader(http.StatusOK)
	if w.w == nil {
		return io.Copy(io.Discard, r)
	}
	n, err := io.Copy(w.w, r)
	w.count(n, nil) // the error may be of r
	return n, err
}

func (w *servedWriter) count(n int64, err error) {
	if w.left > 0 {
		w.left -= n
	}
	if w.err == nil && err != nil {
		w.err = unsentError{err}
	}
}

// end returns why the answer is not whole.
func (w *servedWriter) end() error {
	switch {
	case w.status == http.StatusPreconditionFailed:
		return errPrecondition
	case w.status == http.StatusRequestedRangeNotSatisfiable:
		p := *errRange
		p.Header = http.Header{"Content-Range": w.header["Content-Range"]}
		return &p
	case w.status == 0 || w.status >= http.StatusBadRequest:
		return fmt.Errorf("the body answered the status %d", w.status)
	case w.err != nil:
		return w.err
	case w.left > 0:
		return fmt.Errorf("the body ended %d bytes early", w.left)
	}
	return nil
}
