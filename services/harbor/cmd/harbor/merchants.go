package main

import (
	"context"
	"fmt"
	"io"

	"github.com/tenonapi/tenon/services/harbor"
)

// addMerchant adds a merchant and shows its key.
func addMerchant(ctx context.Context, cfg *config, stdout io.Writer) error {
	return cfg.place.withTables(ctx, func(db *database) error {
		key := harbor.NewAPIKey()
		if err := db.AddMerchant(ctx, cfg.merchant, key); err != nil {
			return err
		}
		return show(stdout, cfg.merchant, key)
	})
}

// demo sets the key of the demo merchant to the one that is configured. Without one, a
// database in which nobody has a key gets the demo merchant and a new key, which is shown.
func demo(ctx context.Context, cfg *config, merchants harbor.Merchants, stdout io.Writer) error {
	if !cfg.apiKey.IsZero() {
		return merchants.SetKey(ctx, harbor.Demo, cfg.apiKey)
	}
	key := harbor.NewAPIKey()
	added, err := merchants.AddFirstMerchant(ctx, harbor.Demo, key)
	if err != nil || !added {
		return err
	}
	return show(stdout, harbor.Demo, key)
}

// show prints a key, which only its user can do again.
func show(stdout io.Writer, m harbor.Merchant, key harbor.APIKey) error {
	_, err := fmt.Fprintf(stdout, "API key of the merchant %s, shown only now: %s\n", m.ID, key.Reveal())
	return err
}
