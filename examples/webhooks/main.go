// Command webhooks is the program of the guide "Webhooks": a shop that tells others of its
// orders, and a warehouse that hears of them.
package main

import (
	"context"
	"log"
	"net/netip"
	"os"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

func newShop(guard webhook.Guard) (*Shop, error) {
	s := &Shop{guard: guard}
	var err error
	s.events, err = webhook.NewPublisher(webhook.PublisherConfig{
		Types: map[string]any{"order.created": Order{}, "order.cancelled": Cancelled{}},
	})
	if err != nil {
		return nil, err
	}
	s.sender, err = webhook.NewDispatcher(webhook.Config{Store: &s.hooks, Guard: guard})
	return s, err
}

func run(ctx context.Context, warehouseSecret string) error {
	shop, err := newShop(webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}) // as --webhook-allow would
	if err != nil {
		return err
	}
	secret, err := webhook.ParseSecret(warehouseSecret)
	if err != nil {
		return err
	}
	hears, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []webhook.Secret{secret}})
	if err != nil {
		return err
	}
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0"}, shop.Routes, (&Warehouse{hears: hears}).Routes)
	if err != nil {
		return err
	}
	return tenon.Serve(ctx, app, tenon.ServerConfig{
		Addr:  "127.0.0.1:8080",
		Hooks: []tenon.Hook{{Name: "webhooks", Run: shop.sender.Run}},
	})
}

func main() {
	if err := run(context.Background(), os.Getenv("WAREHOUSE_SECRET")); err != nil {
		log.Fatal(err)
	}
}
