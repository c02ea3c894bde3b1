package main

import (
	"io"
	"log"
	"log/slog"
	"net/http"
	"time"

	chi "github.com/go-chi/chi/v5/middleware"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
)

// kitTimeout is the deadline of a request with a kit.
const kitTimeout = 10 * time.Second

// openTenonKit returns the API of openTenon with what a service has around its
// operations: request IDs, an access log, recovery, a deadline and limits.
func openTenonKit() (http.Handler, error) {
	return newTenon(
		tenon.Middleware(middleware.RequestID, middleware.AccessLog(slog.New(slog.NewJSONHandler(io.Discard, nil)))),
		tenon.Limits{Timeout: kitTimeout, BodyBytes: maxBody, Concurrent: 1000},
	)
}

// openChiKit returns the API of openEncodingJSON behind the usual middleware for
// the same, but for the number of requests at once.
func openChiKit() (http.Handler, error) {
	api, err := openEncodingJSON()
	if err != nil {
		return nil, err
	}
	logger := chi.RequestLogger(&chi.DefaultLogFormatter{Logger: log.New(io.Discard, "", log.LstdFlags), NoColor: true})
	for _, wrap := range []func(http.Handler) http.Handler{chi.Timeout(kitTimeout), chi.Recoverer, logger, chi.RequestID} {
		api = wrap(api)
	}
	return api, nil
}
