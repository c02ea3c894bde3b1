package middleware

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/tenonapi/tenon/problem"
)

var errBodyTooLarge = problem.New(http.StatusRequestEntityTooLarge, "body_too_large", "Request body is too large")

// BodyLimit refuses request bodies of more than limit bytes with 413: at once when
// the request declares its length, else when the handler has read so many. Reading
// on fails with [*http.MaxBytesError]; a handler that has answered nothing by its end
// is answered for. The connection ends with the refusal. Of 0 or less, no body is
// accepted.
//
// Operations of a Tenon application have a limit of their own, see tenon.Limits.
// Source: RFC 9110, section 15.5.14.
func BodyLimit(limit int64) func(http.Handler) http.Handler {
	limit = max(limit, 0)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > limit {
				tooLarge(w, r)
				return
			}
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			withBody(w, r, http.MaxBytesReader(nil, r.Body, limit), next)
		})
	}
}

// withBody runs next with another body, and answers for it when that was too large and next
// has answered nothing.
func withBody(w http.ResponseWriter, r *http.Request, limited io.ReadCloser, next http.Handler) {
	rec := recorded(w)
	body := &limitedBody{ReadCloser: limited}
	r.Body = body // in place, for middleware around may look at r later
	next.ServeHTTP(rec, r)
	if body.exceeded && rec.status == 0 {
		tooLarge(rec, r)
	}
}

// A limitedBody notes that there was more than its limit.
type limitedBody struct {
	io.ReadCloser
	exceeded bool
}

// Read implements [io.Reader].
func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		b.exceeded = true
	}
	return n, err
}

// patience is how long the rest of a refused body is awaited: a client that is
// still sending would lose the answer if the connection were cut at once.
const patience = 500 * time.Millisecond

// tooLarge answers 413 and ends the connection with the answer. Without a deadline
// net/http would wait for up to 256 KiB of the rest of the body.
func tooLarge(w http.ResponseWriter, r *http.Request) {
	w.Header()["Connection"] = []string{"close"}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience)) // not all can
	instead(w, r, errBodyTooLarge)
}
