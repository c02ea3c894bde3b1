package middleware

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/tenonapi/tenon/problem"
)

var errTimeout = problem.New(http.StatusGatewayTimeout, "timeout", "Request took too long")

// Timeout gives the context of each request a deadline, d from now, for everything
// that is done for it: databases, other services, queues. A handler that returns after
// it and has answered nothing is answered for, with 504. A d of 0 or less means none.
//
// It is cooperative: it buffers no answer and starts no goroutine, so a handler that
// does not look at its context runs on, and one that has begun to answer goes on
// answering. What a client may take for its part is bounded by the server's
// timeouts. Operations of a Tenon application say tenon.Limits, which is documented.
func Timeout(d time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if d <= 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), d)
			defer cancel()
			rec, inner := recorded(w), r.WithContext(ctx)
			defer func() { r.Pattern = inner.Pattern }() // for middleware around
			next.ServeHTTP(rec, inner)
			if rec.status == 0 && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				instead(rec, r, errTimeout)
			}
		})
	}
}
