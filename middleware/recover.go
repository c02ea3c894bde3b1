package middleware

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/tenonapi/tenon/problem"
)

var errInternal = problem.New(http.StatusInternalServerError, "internal_error", "Internal server error")

// Recover answers a panic behind it with 500 and logs it once, with its stack. A nil
// log means slog.Default(). Once the answer has begun nothing can be taken back:
// then the connection is cut, so that the client does not take what it got for a
// whole answer. A panic of [http.ErrAbortHandler] passes as it is, unlogged.
//
// Operations of a Tenon application need no Recover: the application does the same
// for them, its middleware and what is mounted. There Recover leaves the line in the
// log to the application.
func Recover(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := recorded(w)
			defer func() {
				if v := recover(); v != nil {
					recovered(log, rec, r, v)
				}
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// recovered answers the panic v.
func recovered(log *slog.Logger, w *recorder, r *http.Request, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
		panic(v)
	}
	cause := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	text, begun := "request failed", w.status != 0
	if begun {
		text = "request failed after the answer had begun"
	}
	if begun || !problem.HasPolicy(r.Context()) {
		if log == nil {
			log = slog.Default()
		}
		log.LogAttrs(r.Context(), slog.LevelError, text,
			slog.String("request_id", problem.RequestID(r.Context())),
			slog.String("method", method(r.Method)), slog.String("route", r.Pattern), slog.Any("error", cause))
	}
	if begun {
		panic(http.ErrAbortHandler)
	}
	instead(w, r, errInternal.With(cause))
}

// recorded returns what notes the answer given to w: w itself if it does.
func recorded(w http.ResponseWriter) *recorder {
	if rec, ok := w.(*recorder); ok {
		return rec
	}
	return &recorder{ResponseWriter: w}
}

// instead answers e in place of an answer that has not begun, of which the headers
// may be there.
func instead(w http.ResponseWriter, r *http.Request, e *problem.Error) {
	h := w.Header()
	for _, name := range []string{
		"Content-Length", "Content-Encoding", "Content-Range", "Content-Disposition", "Content-Language",
		"Accept-Ranges", "Etag", "Last-Modified", "Cache-Control", "Expires", "Location",
	} {
		delete(h, name)
	}
	problem.Write(w, r, e)
}
