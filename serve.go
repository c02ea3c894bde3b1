package tenon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

// ServerConfig configures [Serve]. Durations of 0 mean the defaults.
type ServerConfig struct {
	Addr     string       // host:port to listen on; empty means ":8080"
	Listener net.Listener // listens already, in place of Addr; Serve closes it

	ReadHeaderTimeout time.Duration // for the header of a request; 0 means 5 s
	ReadTimeout       time.Duration // for the whole request; 0 means 30 s
	WriteTimeout      time.Duration // from the end of the header to the end of the answer; 0 means 60 s
	IdleTimeout       time.Duration // between requests of a connection; 0 means 120 s
	DrainTimeout      time.Duration // for the requests in flight after a signal; 0 means 20 s
	MaxHeaderBytes    int           // of a request, with its first line; 0 means 64 KiB
}

// Serve answers requests until ctx is done or the process gets SIGTERM or
// SIGINT. Then it stops accepting, lets the requests in flight finish and
// returns nil; a second signal ends the process at once. It returns an error that
// wraps the one of net.Listen when it cannot listen, and an error when the
// listener fails or when requests were cut off at the end of DrainTimeout. It
// leaves no connection open.
func Serve(ctx context.Context, app *App, cfg ServerConfig) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	l := cfg.Listener
	if l == nil {
		var err error
		if l, err = net.Listen("tcp", or(cfg.Addr, ":8080")); err != nil {
			return fmt.Errorf("tenon: listen: %w", err)
		}
	}
	srv := &http.Server{
		Handler:           app,
		ReadHeaderTimeout: orDuration(cfg.ReadHeaderTimeout, 5*time.Second),
		ReadTimeout:       orDuration(cfg.ReadTimeout, 30*time.Second),
		WriteTimeout:      orDuration(cfg.WriteTimeout, 60*time.Second),
		IdleTimeout:       orDuration(cfg.IdleTimeout, 120*time.Second),
		MaxHeaderBytes:    cfg.MaxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(app.log.Handler(), slog.LevelWarn),
	}
	if srv.MaxHeaderBytes <= 0 {
		srv.MaxHeaderBytes = 64 << 10
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		_ = srv.Close() // connections that were accepted before
		return fmt.Errorf("tenon: serve: %v", err)
	case <-ctx.Done():
	}
	stop() // a second signal ends the process at once
	app.log.Info("draining")
	limit := orDuration(cfg.DrainTimeout, 20*time.Second)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		_ = srv.Close()
		return fmt.Errorf("tenon: requests were cut off at the end of DrainTimeout, %v: %v", limit, err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("tenon: serve: %v", err)
	}
	return nil
}

func orDuration(a, b time.Duration) time.Duration {
	if a > 0 {
		return a
	}
	return b
}
