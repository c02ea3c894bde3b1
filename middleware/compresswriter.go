package middleware

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A compressWriter decides when the answer begins, or when it has seen enough of it,
// whether it is compressed.
type compressWriter struct {
	http.ResponseWriter
	c      *compressor
	wanted bool // by the request
	always bool // also when the answer is short or of another type
	head   bool
	known  []string // values of If-None-Match

	status  int         // that was given; 0 while there is none
	decided bool        // the header was sent
	buf     []byte      // the beginning of an answer of unknown length, before that
	gz      *gzipWriter // nil when the answer stays as it is
	drop    bool        // the body: its headers say gzip, but none is wanted
}

// WriteHeader implements [http.ResponseWriter].
func (w *compressWriter) WriteHeader(status int) {
	switch {
	case status < http.StatusOK && status != http.StatusSwitchingProtocols:
		w.ResponseWriter.WriteHeader(status) // others come before the answer
		return
	case w.status != 0:
		if w.decided {
			w.ResponseWriter.WriteHeader(status) // which tells where it came from
		}
		return
	}
	w.status = status
	h := w.Header()
	if !w.possible(h) {
		w.begin(false)
		return
	}
	length, err := strconv.Atoi(h.Get("Content-Length"))
	if known := err == nil && len(h["Content-Type"]) > 0; known {
		w.begin(w.fits(length))
	}
}

// possible reports whether the request and the headers of the answer allow to compress it.
// Source: RFC 9110, sections 8.4 and 14; RFC 9530, section 1.
func (w *compressWriter) possible(h http.Header) bool {
	switch {
	case !w.wanted, w.status == http.StatusSwitchingProtocols, w.status == http.StatusNoContent,
		w.status == http.StatusPartialContent, w.status == http.StatusNotModified:
		return false
	}
	for _, name := range []string{"Content-Encoding", "Content-Range", "Content-Digest", "Repr-Digest", "Digest", "Content-Md5"} {
		if len(h[name]) > 0 {
			return false
		}
	}
	return !lists(h["Cache-Control"], "no-transform")
}

// fits reports whether an answer of a length and a type is worth it.
func (w *compressWriter) fits(length int) bool {
	return length > 0 && (w.always || length >= w.c.minBytes && w.c.compressible(w.Header().Get("Content-Type")))
}

// begin sends the header.
func (w *compressWriter) begin(compress bool) {
	w.decided = true
	h := w.Header()
	addVary(h)
	switch {
	case !compress:
	case w.head:
		w.drop = true
	default:
		w.gz = w.c.writer(w.ResponseWriter)
		compress = w.gz != nil
	}
	if compress {
		h["Content-Encoding"] = []string{"gzip"}
		delete(h, "Content-Length")
		delete(h, "Accept-Ranges")
	}
	// 304 has the ETag of the answer that it stands for.
	etag := h.Get("Etag")
	weak := "W/" + etag
	if strings.HasPrefix(etag, `"`) && (compress || w.status == http.StatusNotModified && lists(w.known, weak)) {
		h["Etag"] = []string{weak}
	}
	w.ResponseWriter.WriteHeader(w.status)
}

// decide is begin for an answer of which length bytes or more are known.
func (w *compressWriter) decide(length int) error {
	h := w.Header()
	if _, set := h["Content-Type"]; !set && len(w.buf) > 0 { // as net/http does
		h["Content-Type"] = []string{http.DetectContentType(w.buf)}
	}
	w.begin(w.fits(length))
	buf := w.buf
	w.buf = nil
	if len(buf) == 0 {
		return nil
	}
	_, err := w.body().Write(buf)
	return err
}

// body returns where the body goes once the header was sent.
func (w *compressWriter) body() io.Writer {
	switch {
	case w.gz != nil:
		return w.gz
	case w.drop:
		return io.Discard
	}
	return w.ResponseWriter
}

// Write implements [http.ResponseWriter].
func (w *compressWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.decided {
		return w.body().Write(p)
	}
	w.buf = append(w.buf, p...)
	if len(w.buf) < w.c.minBytes {
		return len(p), nil
	}
	if err := w.decide(len(w.buf)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// ReadFrom implements [io.ReaderFrom], by which net/http sends files.
func (w *compressWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.decided && w.gz == nil && !w.drop {
		return io.Copy(w.ResponseWriter, r)
	}
	return io.Copy(struct{ io.Writer }{w}, r)
}

// Flush implements [http.Flusher].
func (w *compressWriter) Flush() { _ = w.FlushError() } // the interface has no error

// FlushError is Flush for [http.ResponseController]. An answer that is flushed is a
// stream, however little there is of it yet.
func (w *compressWriter) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.decided {
		if err := w.decide(max(len(w.buf), w.c.minBytes)); err != nil {
			return err
		}
	}
	if w.gz != nil {
		if err := w.gz.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker].
func (w *compressWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap gives [http.ResponseController] what is behind.
func (w *compressWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// finish ends the answer of a handler that has returned.
func (w *compressWriter) finish() {
	switch {
	case w.status == 0:
		addVary(w.Header()) // net/http answers
	case !w.decided:
		_ = w.decide(len(w.buf)) // the client is gone: nobody to tell
	}
	if w.gz != nil {
		_ = w.gz.Close() // as above
	}
}

// free gives the writer back. An answer that was not finished stays cut off.
func (w *compressWriter) free() {
	if w.gz != nil {
		w.c.giveBack(w.gz)
		w.gz = nil
	}
}

// addVary tells caches what the answer depends on.
func addVary(h http.Header) {
	if !lists(h["Vary"], "Accept-Encoding") && !lists(h["Vary"], "*") {
		h["Vary"] = append(slices.Clip(h["Vary"]), "Accept-Encoding")
	}
}

// lists reports whether the comma-separated values have a token, in any case.
func lists(values []string, token string) bool {
	for _, line := range values {
		for item := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.Trim(item, " \t"), token) {
				return true
			}
		}
	}
	return false
}
