package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/middleware"

	"github.com/tenonapi/tenon/services/harbor/api"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// newApp puts the service together.
func newApp(a *api.API, log *slog.Logger) (*tenon.App, error) {
	around := func(r *tenon.Router) {
		r.Use(tenon.Middleware(middleware.RequestID, middleware.AccessLog(log)))
	}
	return tenon.New(tenon.Config{
		Title:       "Harbor Payments API",
		Version:     "1.0.0",
		Description: "Orders that are created exactly once.",
		Logger:      log,
	}, around, a.Routes, docsui.Swagger("/docs"))
}

// serve runs the service until ctx is done or the process is told to end.
func serve(ctx context.Context, cfg *config, stdout, stderr io.Writer) (err error) {
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: cfg.logLevel}))
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: cfg.data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	if cfg.cursorKey == nil {
		if cfg.cursorKey, err = store.CursorKey(ctx); err != nil {
			return err
		}
	}
	a, err := api.New(api.Config{Store: store, CursorKey: cfg.cursorKey})
	if err != nil {
		return err
	}
	app, err := newApp(a, log)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Fprintf(stdout, "Harbor Payments listens on http://%s\nDocs: http://%[1]s/docs\n", l.Addr())
	return tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l})
}

// migrate brings the tables up to date.
func migrate(ctx context.Context, cfg *config, stdout io.Writer) (err error) {
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: cfg.data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	version, err := store.Version(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "The database in %s has version %d.\n", cfg.data, version)
	return nil
}
