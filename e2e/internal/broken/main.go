// Command broken is Harbor Payments with one part done wrong, as services are that were not
// built for faults. The tests of faults must find out. The framework refuses most of this
// when an application is built, so the parts pretend to belong to the transaction.
//
//	broken --variant NAME --data FOLDER --addr HOST:PORT
//
// The tables are those that harbor migrate has made in the folder. The variant sound is not
// broken. The environment is that of harbor: HARBOR_WEBHOOK_URL and HARBOR_WEBHOOK_SECRET. If DIE
// names a file that exists, the process deletes it and kills itself at the worst moment: between
// what should have happened together, or after the transaction and before the answer.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/health"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/api"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "`host:port` to listen on")
	data := flag.String("data", "", "`folder` of the database")
	name := flag.String("variant", "sound", "`name` of what is broken")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *data, *name); err != nil {
		fmt.Fprintln(os.Stderr, "broken:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, data, name string) error {
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: data})
	if err != nil {
		return err
	}
	if err := store.SetKey(ctx, harbor.Demo, harbor.NewAPIKey()); err != nil {
		return err
	}
	s := &service{store: store, hooks: store.Webhooks()}
	broken, ok := variants[name]
	if !ok {
		return fmt.Errorf("variant %q: there is none of this name", name)
	}
	parts := broken(s)
	sender, err := s.sender(ctx)
	if err != nil {
		return err
	}
	app, err := s.app(ctx, sender, parts)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return tenon.Serve(ctx, app, tenon.ServerConfig{Listener: l, Hooks: []tenon.Hook{
		{Name: "webhooks", Run: sender.Run},
		{Name: "announce", Start: func(context.Context) error {
			_, err := fmt.Printf("Harbor Payments listens on http://%s\n", l.Addr())
			return err
		}},
	}})
}

// A service is what the variants change.
type service struct {
	store *sqlite.Store
	hooks interface { // where events are sent from
		webhook.Store
		webhook.Registry
	}
}

// sender returns what sends events to the receiver of the test.
func (s *service) sender(ctx context.Context) (*webhook.Dispatcher, error) {
	guard := webhook.Guard{Allow: loopback}
	secret, err := webhook.ParseSecret(os.Getenv("HARBOR_WEBHOOK_SECRET"))
	if err != nil {
		return nil, err
	}
	e := webhook.NewEndpoint(tenon.Caller(harbor.Demo.ID), os.Getenv("HARBOR_WEBHOOK_URL"), time.Now())
	e.Secret = secret
	switch there, err := s.hooks.Endpoints(ctx, e.Owner); {
	case err != nil:
		return nil, err
	case len(there) == 0:
		if err := s.hooks.AddEndpoint(ctx, e); err != nil {
			return nil, err
		}
	}
	// What a killed process was sending is soon sent by the next.
	return webhook.NewDispatcher(webhook.Config{Store: s.hooks, Guard: guard, Timeout: time.Second, Lease: 2 * time.Second})
}

// app returns the application of Harbor Payments, for one merchant, with broken parts.
func (s *service) app(ctx context.Context, sender *webhook.Dispatcher, parts tenon.Option) (*tenon.App, error) {
	key, err := s.store.CursorKey(ctx)
	if err != nil {
		return nil, err
	}
	a, err := api.New(api.Config{CursorKey: key, Guard: webhook.Guard{Allow: loopback}, Wake: sender.Wake})
	if err != nil {
		return nil, err
	}
	h, err := health.New(health.Config{})
	if err != nil {
		return nil, err
	}
	h.Started()
	anybody := auth.Bearer("api_key", func(context.Context, string) (auth.Principal, error) {
		return auth.Principal{Subject: string(harbor.Demo.ID), Scopes: api.Scopes()}, nil
	})
	return tenon.New(tenon.Config{Title: "broken", Version: "1", Document: "-", Logger: slog.New(slog.NewJSONHandler(os.Stderr, nil))}, func(r *tenon.Router) {
		r.Use(auth.Accept(anybody), tenon.Provide(merchant), s.store.Providers())
		a.Routes(r.Group("", tenon.Around(around), parts))
	}, h.Routes)
}

func merchant(_ context.Context, in *struct{ Caller auth.Principal }) (harbor.MerchantID, error) {
	return harbor.MerchantID(in.Caller.Subject), nil
}
