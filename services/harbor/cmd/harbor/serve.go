package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
)

// serve runs the service until ctx is done or the process is told to end.
func serve(ctx context.Context, cfg *config, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: cfg.logLevel}))
	return cfg.place.withTables(ctx, func(db *database) error {
		if err := demo(ctx, cfg, db, stdout); err != nil {
			return err
		}
		if err := cfg.webhooks.register(ctx, db.webhooks); err != nil {
			return err
		}
		s, err := newService(ctx, cfg, db, log)
		if err != nil {
			return err
		}
		var listen net.ListenConfig
		listen.SetMultipathTCP(false) // see tenon.Serve
		l, err := listen.Listen(ctx, "tcp", cfg.addr)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		return tenon.Serve(ctx, s.app, tenon.ServerConfig{
			Listener: l, CertFile: cfg.certFile, KeyFile: cfg.keyFile, DrainDelay: cfg.timeouts.drain,
			ReadTimeout: cfg.timeouts.read, WriteTimeout: cfg.timeouts.write, IdleTimeout: cfg.timeouts.idle,
			Hooks: append(hooks(cfg, s, db, log, stdout), tenon.Hook{
				Name: "announce", Start: func(context.Context) error { // the last: all others have started
					s.health.Started()
					return announce(stdout, cfg, l.Addr())
				},
			}),
		})
	})
}

// hooks returns what lives as long as the service.
func hooks(cfg *config, s *service, keys idempotency.Store, log *slog.Logger, stdout io.Writer) []tenon.Hook {
	hooks := append(s.hooks, tenon.Hook{Name: "purge", Run: func(ctx context.Context) error { return purge(ctx, keys, log) }})
	if cfg.adminAddr != "" {
		hooks = append(hooks, adminHook(cfg.adminAddr, stdout))
	}
	return hooks
}

// announce tells where the service is.
func announce(stdout io.Writer, cfg *config, addr net.Addr) error {
	scheme := "http"
	if cfg.certFile != "" {
		scheme = "https"
	}
	text := fmt.Sprintf("Harbor Payments listens on %s://%s\n", scheme, addr)
	if cfg.docs {
		text += fmt.Sprintf("Docs: %s://%s/docs\n", scheme, addr)
	}
	_, err := io.WriteString(stdout, text)
	return err
}
