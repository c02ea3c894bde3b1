// Command quotas is the program of the guide "Rate limits".
package main

import (
	"context"
	"crypto/sha256"
	"log"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/ratelimit"
)

// Keys are the API keys of merchants by their hashes.
type Keys map[[32]byte]auth.Principal

// Verify returns whose key it is.
func (k Keys) Verify(_ context.Context, key string) (auth.Principal, error) {
	return k[sha256.Sum256([]byte(key))], nil
}

type identified struct{ Merchant auth.Principal }

// owner says that quotas belong to merchants, not to their keys.
func owner(_ context.Context, in *identified) (tenon.Caller, error) {
	return tenon.Caller(in.Merchant.Subject), nil
}

type report struct {
	Merchant string `json:"merchant"`
}

func makeReport(_ context.Context, in *identified) (report, error) {
	return report{in.Merchant.Subject}, nil
}

type search struct {
	_      auth.Principal
	Tenant string `query:"tenant" check:"maxLength=40" default:"main"`
}

func find(_ context.Context, in *search) (string, error) { return "all of " + in.Tenant, nil }

func routes(keys Keys, store ratelimit.Store) func(*tenon.Router) {
	return func(r *tenon.Router) {
		r.Use(auth.Accept(auth.HeaderKey("key", "X-API-Key", keys.Verify)), tenon.Provide(owner))

		api := r.Group("", ratelimit.Limit(ratelimit.Config{Quota: 100, Window: time.Minute, Store: store}))
		tenon.Post(api, "/reports", makeReport, ratelimit.Limit(ratelimit.Config{
			Name: "reports", Quota: 2, Window: time.Hour, Store: store,
		}))
		tenon.Get(api, "/search", find, ratelimit.Limit(ratelimit.Config{
			Name: "search", Quota: 60, Window: time.Minute, Burst: 5, Store: store,
			By: ratelimit.By(func(in *search) string { return in.Tenant }),
		}))
	}
}

func newApp(keys Keys, store ratelimit.Store) (*tenon.App, error) {
	flood, err := ratelimit.Middleware(ratelimit.Config{Name: "address", Quota: 600, Window: time.Minute})
	if err != nil {
		return nil, err
	}

	guesses, err := ratelimit.Failures(ratelimit.Config{Name: "failures", Quota: 10, Window: 5 * time.Minute, Store: store})
	if err != nil {
		return nil, err
	}

	around := func(r *tenon.Router) { r.Use(tenon.Middleware(flood, guesses)) }
	return tenon.New(tenon.Config{Title: "Reports", Version: "1.0.0"}, around, routes(keys, store))
}

func main() {
	keys := Keys{sha256.Sum256([]byte("hk_demo")): {Subject: "acme"}}
	app, err := newApp(keys, new(ratelimit.Memory))
	if err != nil {
		log.Fatal(err)
	}
	cfg := tenon.ServerConfig{Addr: "127.0.0.1:8080"}
	if err := tenon.Serve(context.Background(), app, cfg); err != nil {
		log.Fatal(err)
	}
}
