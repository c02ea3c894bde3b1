package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/health"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/ratelimit"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor/api"
)

// A service is what answers requests.
type service struct {
	app    *tenon.App
	health *health.Health
	hooks  []tenon.Hook // of what it uses
}

// newService puts the service together, with the cursor key of the database unless
// another one is configured.
func newService(ctx context.Context, cfg *config, db *database, log *slog.Logger) (*service, error) {
	cursorKey := cfg.cursorKey
	if cursorKey == nil {
		var err error
		if cursorKey, err = db.CursorKey(ctx); err != nil {
			return nil, err
		}
	}
	h, err := newHealth(db, log)
	if err != nil {
		return nil, err
	}
	quotas, hooks, err := cfg.limits.quotas()
	if err != nil {
		return nil, err
	}
	sender, err := webhook.NewDispatcher(webhook.Config{Store: db.webhooks, Guard: cfg.webhooks.guard, Logger: log})
	if err != nil {
		return nil, err
	}
	hooks = append(hooks, tenon.Hook{Name: "webhooks", Run: sender.Run})
	app, err := newApp(cfg, db, h, quotas, api.Config{CursorKey: cursorKey, Guard: cfg.webhooks.guard, Wake: sender.Wake}, log)
	return &service{app, h, hooks}, err
}

// newApp puts the operations together with all that stands around them.
func newApp(cfg *config, db store, h *health.Health, quotas ratelimit.Store, operations api.Config, log *slog.Logger) (*tenon.App, error) {
	a, errAPI := api.New(operations)
	around, errAround := cfg.around(log)
	if err := errors.Join(errAPI, errAround); err != nil {
		return nil, err
	}
	about := tenon.Config{
		Title:       "Harbor Payments API",
		Version:     "1.0.0",
		Description: "Orders that are created exactly once.",
		Logger:      log,
		About: openapi.Document{
			Info: openapi.Info{
				Contact: &openapi.Contact{Name: "Tenon authors", URL: "https://github.com/tenonapi/tenon"},
				License: &openapi.License{Name: "MIT", Identifier: "MIT"},
			},
			Tags: []openapi.Tag{
				{Name: "orders", Description: "What merchants sell, created exactly once"},
				{Name: "webhooks", Description: "Who hears of orders, and what was sent to them"},
				{Name: "health", Description: "For those who run the service"},
			},
		},
	}
	docs := docsui.Swagger("/docs")
	if !cfg.docs {
		about.Document, docs = "-", func(*tenon.Router) {}
	}
	return tenon.New(about, func(r *tenon.Router) {
		r.Use(tenon.Middleware(around...), authentication(db, cfg.tokens), db.Providers())
		// Probes and docs are not limited: they must work when the operations are overloaded.
		a.Routes(r.Group("", cfg.limits.options(quotas, log), db.Retry()))
	}, h.Routes, docs)
}

// newHealth returns the state of the service, which has yet to start. The service is
// ready when its database can be written and has the tables of this program.
func newHealth(db store, log *slog.Logger) (*health.Health, error) {
	return health.New(health.Config{
		Checks: []health.Check{
			{Name: "database", Run: db.Ping, Timeout: 500 * time.Millisecond},
			{Name: "migrations", Run: db.Migrations().Check},
		},
		Starting: true,
		Logger:   log,
	})
}

// around returns what stands around all requests, outermost first: the client's
// address is known before anything is logged or counted, and what refuses requests is
// inside of what gives each answer its ID, line in the log and headers.
func (cfg *config) around(log *slog.Logger) ([]func(http.Handler) http.Handler, error) {
	var out []func(http.Handler) http.Handler
	var errs []error
	use := func(flag string, mw func(http.Handler) http.Handler, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", flag, err))
		}
		out = append(out, mw)
	}
	if len(cfg.proxies) > 0 {
		mw, err := middleware.TrustProxies(middleware.ProxyConfig{Trusted: cfg.proxies, Proto: cfg.httpsHost != ""})
		use("--trusted-proxies", mw, err)
	}
	out = append(out, middleware.RequestID, middleware.AccessLog(log))
	var headers middleware.SecureConfig
	if cfg.httpsHost != "" {
		headers.HSTS = 365 * 24 * time.Hour
	}
	secure, err := middleware.SecureHeaders(headers)
	use("secure headers", secure, err)
	if len(cfg.hosts) > 0 {
		mw, err := middleware.TrustHosts(cfg.hosts...)
		use("--trusted-hosts", mw, err)
	}
	if cfg.httpsHost != "" {
		mw, err := middleware.RedirectHTTPS(cfg.httpsHost)
		use("--https-host", mw, err)
	}
	if len(cfg.origins) > 0 {
		mw, err := middleware.CORS(cors(cfg.origins))
		use("--cors-origins", mw, err)
	}
	foreign, err := middleware.RefuseCrossOrigin(cfg.origins...)
	use("--cors-origins", foreign, err)
	// Orders hold what clients have sent: answers to credentials stay uncompressed.
	compression, err := middleware.Compression(middleware.CompressionConfig{})
	use("compression", compression, err)
	return out, errors.Join(errs...)
}

// cors lets pages use the operations with keys or tokens of their own.
func cors(origins []string) middleware.CORSConfig {
	return middleware.CORSConfig{
		Origins: origins,
		Headers: []string{"Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"},
		Expose:  []string{"Location", "Idempotency-Replayed", "X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"},
	}
}
