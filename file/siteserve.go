package file

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/problem"
)

// Errors of conditions and ranges.
var (
	errPrecondition = problem.New(http.StatusPreconditionFailed, "precondition_failed", "The resource is not in the state that the request asks for")
	errRange        = problem.New(http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable", "The resource has nothing in the ranges that the request asks for")
)

// miss answers a request for a path without a file.
func (s *Site) miss(w http.ResponseWriter, r *http.Request) {
	if s.cfg.App != "" || s.cfg.NotFound != "" {
		w.Header().Add("Vary", "Accept")
	}
	accept := r.Header.Values("Accept")
	switch {
	case s.cfg.App != "" && accepts(accept, "text/html", "application/xhtml+xml"):
		s.serve(w, r, s.cfg.App)
	case s.cfg.NotFound != "" && (len(accept) == 0 || accepts(accept, "text/html", "text/*", "*/*")):
		s.sendMissing(w, r)
	default:
		problem.Write(w, r, errNotFound)
	}
}

// sendMissing answers the page for paths without a file.
func (s *Site) sendMissing(w http.ResponseWriter, r *http.Request) {
	page, err := fs.ReadFile(s.cfg.Files, s.cfg.NotFound)
	if err != nil {
		problem.Write(w, r, errNotFound.With(err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", Content{Name: s.cfg.NotFound}.mediaType())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", cmp.Or(h.Get("Cache-Control"), "no-cache"))
	h.Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page) // the client is gone: nobody to tell
	}
}

// serve answers a file.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, name string) {
	c, err := Open(s.cfg.Files, name)
	if err == nil {
		defer c.Close()
		c.ETag, err = s.tag(c, name)
	}
	if err != nil {
		problem.Write(w, r, errInternal.With(err))
		return
	}
	h := w.Header()
	keep := "no-cache"
	if s.cfg.Immutable != "" && strings.HasPrefix(name, s.cfg.Immutable+"/") {
		keep = "public, max-age=31536000, immutable"
	}
	h.Set("Cache-Control", cmp.Or(h.Get("Cache-Control"), keep))
	h.Set("Content-Type", c.mediaType())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Etag", c.ETag)
	http.ServeContent(&siteWriter{ResponseWriter: w, r: r}, bytesOnly(r), "", c.Modified, c.Reader)
}

// tag returns the entity tag of a file: of its time and size, or, if it has no time, as in
// an embed.FS, of its content.
func (s *Site) tag(c Content, name string) (string, error) {
	if !c.Modified.IsZero() {
		size, err := c.Reader.Seek(0, io.SeekEnd)
		if err != nil {
			return "", err
		}
		_, err = c.Reader.Seek(0, io.SeekStart)
		return `"` + strconv.FormatInt(c.Modified.UnixNano(), 36) + "-" + strconv.FormatInt(size, 36) + `"`, err
	}
	if tag, ok := s.tags.Load(name); ok {
		return tag.(string), nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, c.Reader); err != nil {
		return "", err
	}
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16]) + `"`
	s.tags.Store(name, tag)
	_, err := c.Reader.Seek(0, io.SeekStart)
	return tag, err
}

// A siteWriter lets the errors of http.ServeContent look as all others do.
type siteWriter struct {
	http.ResponseWriter
	r      *http.Request
	failed bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *siteWriter) WriteHeader(status int) {
	var p *problem.Error
	switch status {
	case http.StatusPreconditionFailed:
		p = errPrecondition
	case http.StatusRequestedRangeNotSatisfiable:
		p = errRange
	default:
		if w.failed = status >= http.StatusBadRequest; !w.failed {
			w.ResponseWriter.WriteHeader(status)
			return
		}
		p = errInternal.With(fmt.Errorf("file: http.ServeContent answered %d", status))
	}
	w.failed = true
	for _, name := range []string{"Cache-Control", "Content-Type", "Etag", "Last-Modified"} {
		w.Header().Del(name)
	}
	problem.Write(w.ResponseWriter, w.r, p)
}

// Write implements [http.ResponseWriter].
func (w *siteWriter) Write(p []byte) (int, error) {
	if w.failed {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom implements [io.ReaderFrom], by which net/http sends files without copying them.
func (w *siteWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.failed {
		return io.Copy(io.Discard, r)
	}
	return io.Copy(w.ResponseWriter, r)
}

// accepts reports whether the fields Accept name one of ranges, with a weight above 0.
// Source: RFC 9110, section 12.5.1.
func accepts(fields []string, ranges ...string) bool {
	for item := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		name, params, _ := strings.Cut(strings.ToLower(item), ";")
		for _, wanted := range ranges {
			if strings.TrimSpace(name) == wanted && !refused(params) {
				return true
			}
		}
	}
	return false
}

// refused reports whether params have the weight 0.
func refused(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		if q, ok := strings.CutPrefix(strings.TrimSpace(param), "q="); ok {
			weight, err := strconv.ParseFloat(q, 64)
			return err == nil && weight == 0
		}
	}
	return false
}
