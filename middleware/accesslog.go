package middleware

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/tenonapi/tenon/problem"
)

// AccessLog writes one line for each answer: request ID, method, route template,
// status, bytes of the body and duration in milliseconds. A request that matched
// no route has an empty one. Neither path, query nor headers are logged: they
// may hold secrets. Middleware behind it must pass the request on as it is for
// the route to be known.
func AccessLog(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begin := time.Now()
			rec := &recorder{ResponseWriter: w}
			defer func() {
				log.LogAttrs(r.Context(), slog.LevelInfo, "request",
					slog.String("request_id", problem.RequestID(r.Context())),
					slog.String("method", method(r.Method)), slog.String("route", r.Pattern),
					slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
					slog.Float64("duration_ms", float64(time.Since(begin).Microseconds())/1000))
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// method keeps what a client may invent out of the log.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return m
	}
	return "other"
}

// recorder notes what was answered. A status of 0 means that nothing was.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap gives [http.ResponseController] what is behind.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
