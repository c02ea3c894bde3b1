// Command middleware is the program of the guide "Middleware".
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
)

type order struct {
	ID string `json:"id"`
}

type getOrder struct {
	ID string `path:"id" check:"maxLength=20"`
}

func get(_ context.Context, in *getOrder) (order, error) { return order{in.ID}, nil }

// shop stands for an authentication.
func shop(context.Context, *struct{}) (tenon.Caller, error) { return "shop-7", nil }

// named makes the log name the caller of operations that do not need it themselves.
func named(context.Context, *struct{ Caller tenon.Caller }) error { return nil }

// around returns what stands around every operation, the first outermost.
func around(lines *slog.Logger) (tenon.Option, error) {
	proxies, err1 := middleware.TrustProxies(middleware.ProxyConfig{
		Trusted: []string{"10.0.0.0/8"}, // the load balancers
		Proto:   true,
	})
	secure, err2 := middleware.SecureHeaders(middleware.SecureConfig{HSTS: 365 * 24 * time.Hour})
	hosts, err3 := middleware.TrustHosts("api.example.com", "localhost")
	https, err4 := middleware.RedirectHTTPS("")
	cors, err5 := middleware.CORS(middleware.CORSConfig{
		Origins: []string{"https://app.example.com", "https://*.shops.example"},
		Methods: []string{"PUT", "DELETE"},
		Headers: []string{"Authorization", "Content-Type"},
		Expose:  []string{"X-Request-Id"},
	})
	protect, err6 := middleware.RefuseCrossOrigin("https://app.example.com", "https://*.shops.example")
	err := errors.Join(err1, err2, err3, err4, err5, err6)

	return tenon.Middleware(proxies, middleware.RequestID, middleware.AccessLog(lines), secure, hosts, https, cors, protect), err
}

func newApp(lines *slog.Logger) (*tenon.App, error) {
	kit, err := around(lines)
	if err != nil {
		return nil, err // every mistake in the configuration
	}
	return tenon.New(tenon.Config{Title: "Orders", Version: "1", Logger: lines}, func(r *tenon.Router) {
		r.Use(kit)
		r.Use(tenon.Provide(shop), tenon.Guard(named))
		tenon.Get(r, "/orders/{id}", get)
	})
}

func main() {
	app, err := newApp(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err != nil {
		log.Fatal(err)
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{}); err != nil {
		log.Fatal(err)
	}
}
