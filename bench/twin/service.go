package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

const (
	timeout    = 5 * time.Second // of an operation
	concurrent = 256             // requests for each operation at once
	maxBody    = 1 << 20         // bytes
)

// A service answers requests.
type service struct {
	db      *database
	keys    keyLocks
	cursors cursors
	log     *slog.Logger
}

// newService returns the handler of the whole service.
func newService(ctx context.Context, db *database, log *slog.Logger) (http.Handler, error) {
	key, err := db.cursorKey(ctx)
	if err != nil {
		return nil, err
	}
	s := &service{db: db, cursors: cursors{key}, log: log}
	mux := http.NewServeMux()
	s.handle(mux, http.MethodPost, "/v1/orders", "orders:write", s.createOrder)
	s.handle(mux, http.MethodGet, "/v1/orders/{order_id}", "orders:read", s.getOrder)
	s.handle(mux, http.MethodGet, "/v1/customers/{customer_id}/orders", "orders:read", s.listOrders)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNotFound) })
	return s.around(mux), nil
}

// An operation answers a request of a merchant, or returns why it does not.
type operation func(w http.ResponseWriter, r *http.Request, merchant string) error

// handle registers an operation with what all of them have: a limit of those that run
// at once, a deadline, and a caller.
func (s *service) handle(mux *http.ServeMux, method, path, scope string, op operation) {
	slots := make(chan struct{}, concurrent)
	mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, r *http.Request) {
		line := lineOf(r.Context())
		line.route = path
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		default:
			w.Header().Set("Retry-After", "1")
			s.fail(w, r, errOverloaded)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		r = r.WithContext(ctx)
		merchant, err := s.caller(r)
		if err == nil {
			line.caller = merchant
			err = op(w, r, merchant)
		}
		switch {
		case err == nil:
			return
		case errors.Is(err, errUnauthorized):
			w.Header().Set("WWW-Authenticate", `Bearer realm="Harbor Payments", scope="`+scope+`"`)
		case errors.Is(err, errInvalidToken):
			w.Header().Set("WWW-Authenticate", `Bearer realm="Harbor Payments", error="invalid_token", scope="`+scope+`"`)
		}
		s.fail(w, r, err)
	})
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", method)
		s.fail(w, r, errMethod)
	})
}

// caller returns the merchant of the API key that r has. Only the hash of a key is stored.
func (s *service) caller(r *http.Request) (string, error) {
	scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", errUnauthorized
	}
	if !isAPIKey(key) {
		return "", errInvalidToken
	}
	hash := sha256.Sum256([]byte(key))
	return s.db.keyOwner(r.Context(), hash[:])
}

func isAPIKey(text string) bool {
	random, ok := strings.CutPrefix(text, "hk_")
	return ok && len(random) >= 16 && len(random) <= 128 && !strings.ContainsFunc(random, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}
