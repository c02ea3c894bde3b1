package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

const requestIDHeader = "X-Request-Id"

// around wraps next in what every request has: an ID, a line in the log, headers, a
// check against pages of other origins, and recovery.
func (s *service) around(next http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := &line{begin: time.Now(), id: r.Header.Get(requestIDHeader)}
		if !isRequestID(line.id) {
			line.id = rand.Text()
		}
		out := &recorder{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), lineKey{}, line))
		h := w.Header()
		h.Set(requestIDHeader, line.id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			h.Set("Cache-Control", "no-store")
		}
		defer func() {
			if cause := recover(); cause != nil {
				s.log.ErrorContext(r.Context(), "panic", "request_id", line.id, "cause", cause, "stack", string(debug.Stack()))
				if out.status == 0 {
					s.fail(out, r, errInternal)
				}
			}
			s.write(line, out, r)
		}()
		if err := foreign.Check(r); err != nil {
			s.fail(out, r, errCrossOrigin)
			return
		}
		next.ServeHTTP(out, r)
	})
}

// isRequestID reports whether a client's ID is short and safe to log.
func isRequestID(id string) bool {
	return len(id) >= 1 && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	})
}

// A line is what the access log says about a request.
type line struct {
	begin             time.Time
	id, route, caller string
}

type lineKey struct{}

func lineOf(ctx context.Context) *line { return ctx.Value(lineKey{}).(*line) }

// write writes the line of a request.
func (s *service) write(line *line, out *recorder, r *http.Request) {
	level := slog.LevelInfo
	switch {
	case out.status >= http.StatusInternalServerError:
		level = slog.LevelError
	case out.status >= http.StatusBadRequest:
		level = slog.LevelWarn
	}
	s.log.LogAttrs(r.Context(), level, "request",
		slog.String("request_id", line.id), slog.String("method", r.Method), slog.String("route", line.route),
		slog.Int("status", out.status), slog.Int64("bytes", out.bytes),
		slog.Float64("duration_ms", float64(time.Since(line.begin).Microseconds())/1000), slog.String("caller", line.caller))
}

// A recorder notes what the client gets.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}
