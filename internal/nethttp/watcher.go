package nethttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// A watcher notes what a handler answers that has the ResponseWriter itself. It
// has the optional methods that handlers ask for by type. It does not lead to the
// exchange, which belongs to another request when a handler uses it too late.
type watcher struct {
	http.ResponseWriter
	status int // 0 while there is no answer
}

func (w *watcher) begun(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// WriteHeader implements [http.ResponseWriter].
func (w *watcher) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols { // others come before the answer
		w.begun(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *watcher) Write(p []byte) (int, error) {
	w.begun(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// ReadFrom implements [io.ReaderFrom], by which net/http sends files.
func (w *watcher) ReadFrom(r io.Reader) (int64, error) {
	w.begun(http.StatusOK)
	return io.Copy(w.ResponseWriter, r)
}

// Flush implements [http.Flusher].
func (w *watcher) Flush() {
	w.begun(http.StatusOK)
	_ = http.NewResponseController(w.ResponseWriter).Flush() // the interface has no error
}

// Hijack implements [http.Hijacker].
func (w *watcher) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.begun(http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}

// Unwrap gives [http.ResponseController] what is behind.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }
