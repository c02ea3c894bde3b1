package middleware

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/tenonapi/tenon/problem"
)

// AccessLog writes one line for each request, whatever becomes of it: request ID,
// trace ID when the client sent a valid traceparent, method, route template,
// status, bytes of the body, duration in milliseconds and, when it is known, the
// caller (see [LogCaller]). Its time is in UTC. A request that matched no route
// has an empty one. The member deprecated is true when the answer has the header
// Deprecation (RFC 9745), so that use of what shall go can be counted by caller.
//
// A client that went away before the answer has the status 499, an answer that was
// cut off the member aborted. The level is ERROR from 500 on and for answers that a
// panic cut off, WARN from 400 on, else INFO.
//
// Neither path, query nor headers are logged: they may hold secrets. Put it
// outermost, or behind [RequestID]. Inside of another one for the same log, such as in
// an application that is mounted, it writes nothing.
func AccessLog(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if outer, ok := r.Context().Value(entryKey{}).(*entry); ok && outer.log == log {
				next.ServeHTTP(w, r)
				return
			}
			e := &entry{Context: r.Context(), log: log, begin: time.Now(), panicked: true}
			e.ResponseWriter = w
			r = r.WithContext(e)
			defer e.write(r)
			next.ServeHTTP(&e.recorder, r)
			e.panicked = false
		})
	}
}

// LogCaller says in the line of [AccessLog] who calls: the name of an account, never
// a credential. Applications call it for the provider of their tenon.Caller. Without
// an AccessLog around it does nothing.
func LogCaller(ctx context.Context, name string) {
	name = printable(name)
	note(ctx, func(e *entry) { e.caller = name })
}

// LoggedCaller returns who calls as [LogCaller] has said, for lines of other logs; empty
// without that, or without [AccessLog].
func LoggedCaller(ctx context.Context) string {
	e, ok := ctx.Value(entryKey{}).(*entry)
	if !ok {
		return ""
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.caller
}

// LogRoute says in the line of [AccessLog] which template matched, for routers that
// do not set [http.Request.Pattern] or get a copy of the request. The first that says
// it counts: of routers in others, that is the innermost.
func LogRoute(ctx context.Context, template string) {
	note(ctx, func(e *entry) { e.route = cmp.Or(e.route, template) })
}

// note changes all entries that are around.
func note(ctx context.Context, change func(*entry)) {
	for {
		e, ok := ctx.Value(entryKey{}).(*entry)
		if !ok {
			return
		}
		e.mu.Lock()
		change(e)
		e.mu.Unlock()
		ctx = e.Context
	}
}

type entryKey struct{}

// An entry is a line to be. It is the context of its request and the writer of its
// answer, too, in one allocation.
type entry struct {
	context.Context
	recorder
	log      *slog.Logger
	begin    time.Time
	panicked bool // while the handler has not returned

	mu            sync.Mutex // a handler may still run when the answer was given, by http.TimeoutHandler
	route, caller string
}

// Value implements [context.Context].
func (e *entry) Value(key any) any {
	if key == (entryKey{}) {
		return e
	}
	return e.Context.Value(key)
}

// write writes the line about r.
func (e *entry) write(r *http.Request) {
	end, log := time.Now(), e.log
	status, level := e.outcome()
	if !log.Enabled(e.Context, level) {
		return
	}
	id := problem.RequestID(e.Context)
	if id == "" { // it was given behind
		id = printable(e.Header().Get(problem.HeaderRequestID))
	}
	e.mu.Lock()
	route, caller := e.route, e.caller
	e.mu.Unlock()
	if route == "" {
		route = r.Pattern
	}
	line := slog.NewRecord(end.UTC(), level, "request", 0)
	line.AddAttrs(
		slog.String("request_id", id), slog.String("method", method(r.Method)), slog.String("route", route),
		slog.Int("status", status), slog.Int64("bytes", e.bytes),
		slog.Float64("duration_ms", float64(end.Sub(e.begin).Microseconds())/1000))
	if trace := traceID(r.Header); trace != "" {
		line.AddAttrs(slog.String("trace_id", trace))
	}
	if caller != "" {
		line.AddAttrs(slog.String("caller", caller))
	}
	if e.Header().Get("Deprecation") != "" {
		line.AddAttrs(slog.Bool("deprecated", true))
	}
	if e.panicked || e.failed {
		line.AddAttrs(slog.Bool("aborted", true))
	}
	_ = log.Handler().Handle(e.Context, line) // as package slog does
}

// statusGone tells that the client went away before the answer.
const statusGone = 499

// outcome returns what the client got, and how bad that is.
func (e *entry) outcome() (int, slog.Level) {
	status := e.status
	gone := e.failed || e.Context.Err() != nil
	switch {
	case status == 0 && gone:
		status = statusGone
	case status == 0 && e.panicked:
		status = http.StatusInternalServerError
	case status == 0:
		status = http.StatusOK // which net/http answers for the handler
	}
	switch {
	case status >= http.StatusInternalServerError, e.panicked && !gone:
		return status, slog.LevelError
	case status >= http.StatusBadRequest:
		return status, slog.LevelWarn
	}
	return status, slog.LevelInfo
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

// maxLogged is how long a text in a line may be, in bytes.
const maxLogged = 128

// printable returns s without what a terminal might obey: control characters, also
// those beyond ASCII that JSON does not escape, and bytes that are not UTF-8.
func printable(s string) string {
	if len(s) > maxLogged {
		s = s[:maxLogged]
	}
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			return '?'
		}
		return c
	}, s)
}
