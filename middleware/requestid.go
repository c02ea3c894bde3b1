// Package middleware wraps handlers of net/http in what every service needs. It
// knows neither operations nor applications; errors leave through
// [problem.Write], which answers in the form that an application has chosen.
package middleware

import (
	"net/http"

	"github.com/tenonapi/tenon/problem"
)

// RequestID gives each request an ID that error answers and log lines carry:
// the client's X-Request-Id if it is short and safe, else a random one. The
// answer has it in the same header. An ID that the request has already, from the same
// middleware further out, stays. Put it before all middleware that logs.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if problem.RequestID(r.Context()) != "" {
			next.ServeHTTP(w, r)
			return
		}
		id := problem.AcceptRequestID(r.Header.Get(problem.HeaderRequestID))
		w.Header().Set(problem.HeaderRequestID, id)
		next.ServeHTTP(w, r.WithContext(problem.WithRequestID(r.Context(), id)))
	})
}
