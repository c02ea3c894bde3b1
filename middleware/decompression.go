package middleware

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon/problem"
)

var errEncoding = problem.New(http.StatusUnsupportedMediaType, "unsupported_content_encoding", "Content encoding of the request body is not supported")

// Decompression lets clients send bodies with Content-Encoding: gzip: what is behind it reads
// them as if they had none. A body of more than limit bytes, before or after, is refused as
// [BodyLimit] does, so that a small body cannot become a large one: an operation of a Tenon
// application stops at its own limit, which is the smaller one as a rule. Another coding, or
// several, are refused with 415 and Accept-Encoding.
// Source: RFC 9110, sections 8.4 and 12.5.3.
func Decompression(limit int64) func(http.Handler) http.Handler {
	limit = max(limit, 0)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			coding := strings.ToLower(strings.Join(r.Header["Content-Encoding"], ","))
			switch {
			case coding == "" || coding == "identity" || r.Body == nil || r.Body == http.NoBody:
				next.ServeHTTP(w, r)
				return
			case coding != "gzip" && coding != "x-gzip":
				w.Header()["Accept-Encoding"] = []string{"gzip"}
				instead(w, r, errEncoding)
				return
			case r.ContentLength > limit:
				tooLarge(w, r)
				return
			}
			delete(r.Header, "Content-Encoding")
			delete(r.Header, "Content-Length")
			r.ContentLength = -1
			plain := &gunzipped{body: http.MaxBytesReader(nil, r.Body, limit)}
			withBody(w, r, http.MaxBytesReader(nil, plain, limit), next)
		})
	}
}

// gunzipped is what a body with the coding gzip stands for. Nothing is read before somebody reads it.
type gunzipped struct {
	body  io.ReadCloser
	plain *gzip.Reader
	err   error
}

// Read implements [io.Reader].
func (g *gunzipped) Read(p []byte) (int, error) {
	if g.plain == nil && g.err == nil {
		g.plain, g.err = gzip.NewReader(g.body)
	}
	if g.err != nil {
		return 0, g.err
	}
	return g.plain.Read(p)
}

// Close implements [io.Closer].
func (g *gunzipped) Close() error { return g.body.Close() }
