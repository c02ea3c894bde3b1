// Command twin is Harbor Payments once more, written by hand with net/http,
// encoding/json and database/sql, so that the two can be measured beside each other.
//
// It serves the databases that harbor makes: run harbor migrate and
// harbor add-merchant before. What it leaves out is in the README of bench.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "twin:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done, then finishes the requests in flight.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("twin", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8001", "`host:port` to listen on")
	data := flags.String("data", "./harbor-data", "`folder` of the SQLite database")
	databaseURL := flags.String("database-url", "", "`URL` of a PostgreSQL database, in place of --data")
	adminAddr := flags.String("admin-addr", "", "`host:port` to serve profiles on; without it there are none")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	db, err := open(ctx, *databaseURL, *data)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { err = errors.Join(err, db.close()) }()
	handler, err := newService(ctx, db, slog.New(slog.NewJSONHandler(stderr, nil)))
	if err != nil {
		return err
	}
	if *adminAddr != "" {
		admin, err := net.Listen("tcp", *adminAddr)
		if err != nil {
			return fmt.Errorf("listen on --admin-addr: %w", err)
		}
		fmt.Fprintf(stdout, "Profiles: http://%s/debug/pprof/\n", admin.Addr())
		go func() { _ = http.Serve(admin, profiles()) }() //nolint:gosec // for the one who measures
	}
	return serve(ctx, *addr, handler, stdout)
}

// serve has the timeouts and limits of tenon.Serve.
func serve(ctx context.Context, addr string, handler http.Handler, stdout io.Writer) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Fprintf(stdout, "Twin listens on http://%s\n", listener.Addr())
	ended := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		timeout, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		ended <- server.Shutdown(timeout)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// open opens the database at url or, if that is empty, the one in dir.
func open(ctx context.Context, url, dir string) (*database, error) {
	if url != "" {
		return openPostgres(ctx, url)
	}
	return openSQLite(ctx, cmp.Or(dir, "."))
}

func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	return mux
}
