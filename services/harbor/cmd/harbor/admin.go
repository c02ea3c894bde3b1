package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/tenonapi/tenon"
)

// An admin serves what is for operators only, on a listener of its own: profiles tell
// what a process does and cost time, so nobody else may reach them.
type admin struct {
	addr     string
	stdout   io.Writer // is told the address
	listener net.Listener
}

// adminHook returns the hook of an admin that listens on addr, which must not be one
// that clients reach.
func adminHook(addr string, stdout io.Writer) tenon.Hook {
	a := &admin{addr: addr, stdout: stdout}
	return tenon.Hook{Name: "admin", Start: a.start, Run: a.run}
}

func (a *admin) start(context.Context) (err error) {
	if a.listener, err = net.Listen("tcp", a.addr); err != nil {
		return fmt.Errorf("listen on --admin-addr: %w", err)
	}
	_, err = fmt.Fprintf(a.stdout, "Profiles: http://%s/debug/pprof/\n", a.listener.Addr())
	return err
}

// run serves until ctx is done. Profiles that are being taken are cut off then.
func (a *admin) run(ctx context.Context) error {
	server := &http.Server{Handler: profiles(), ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index) // and all profiles by name
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	return mux
}
