package ratelimit

import (
	"errors"
	"net/http"

	"github.com/tenonapi/tenon/problem"
)

// Middleware bounds the requests that handlers take from each owner. It runs before
// anything of a request is read, and so counts those that will be refused, too.
func Middleware(cfg Config) (func(http.Handler) http.Handler, error) {
	l, owner, err := forHandlers(cfg)
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := l.take(r.Context(), owner(r))
			ctx := l.show(r.Context(), w.Header().Set, a)
			switch {
			case l.unavailable(a.known):
				problem.Write(w, r, errUnavailable)
			case !a.ok:
				problem.Write(w, r, l.problem(a))
			default:
				next.ServeHTTP(w, r.WithContext(ctx))
			}
		})
	}, nil
}

func forHandlers(cfg Config) (*limiter, func(*http.Request) string, error) {
	if cfg.By.stage == nil {
		cfg.By = ByAddress()
	}
	if cfg.By.request == nil {
		return nil, nil, errors.New("ratelimit.Config: By needs an operation: want ByAddress or ByRequest")
	}
	l, err := newLimiter(cfg)
	return l, cfg.By.request, err
}

// debtWindows is how many quotas of failures an owner may owe: many that run at once
// are all let through, but each has to be waited for.
const debtWindows = 10

// Failures refuses, with 429, clients that were answered 401 too often: Quota times in
// a Window. Requests with other answers are not counted. Clients that share an address
// with an attacker are refused with it, also those with good credentials; set By for
// another owner.
//
// Source: OWASP API2:2023.
func Failures(cfg Config) (func(http.Handler) http.Handler, error) {
	l, owner, err := forHandlers(cfg)
	if err != nil {
		return nil, err
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who := owner(r)
			level, _, known := l.add(r.Context(), who, 0, l.capacity*debtWindows)
			switch {
			case l.unavailable(known):
				problem.Write(w, r, errUnavailable)
			case known && level+l.interval > l.capacity:
				a := l.answer(level, false)
				l.show(r.Context(), w.Header().Set, a)
				problem.Write(w, r, l.problem(a))
			default:
				next.ServeHTTP(&failureWriter{ResponseWriter: w, failed: func() {
					_, _, _ = l.add(r.Context(), who, l.interval, l.capacity*debtWindows)
				}}, r)
			}
		})
	}, nil
}

// A failureWriter calls failed before an answer 401 is sent.
type failureWriter struct {
	http.ResponseWriter
	failed func()
	begun  bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *failureWriter) WriteHeader(status int) {
	if !w.begun && status >= http.StatusOK {
		w.begun = true
		if status == http.StatusUnauthorized {
			w.failed()
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *failureWriter) Write(p []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(p)
}

// Unwrap gives [http.ResponseController] what is behind.
func (w *failureWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
