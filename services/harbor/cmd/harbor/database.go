package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// withStore runs fn with the database, whose tables are up to date.
func withStore(ctx context.Context, cfg *config, fn func(*sqlite.Store) error) (err error) {
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: cfg.data})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	return fn(store)
}

// migrate brings the tables up to date.
func migrate(ctx context.Context, cfg *config, stdout io.Writer) error {
	return withStore(ctx, cfg, func(store *sqlite.Store) error {
		version, err := store.Version(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdout, "The database in %s has version %d.\n", cfg.data, version)
		return err
	})
}

// addMerchant adds a merchant and shows its key.
func addMerchant(ctx context.Context, cfg *config, stdout io.Writer) error {
	return withStore(ctx, cfg, func(store *sqlite.Store) error {
		key := harbor.NewAPIKey()
		if err := store.AddMerchant(ctx, cfg.merchant, key); err != nil {
			return err
		}
		return show(stdout, cfg.merchant, key)
	})
}

// demo sets the key of the demo merchant to the one that is configured. Without one, a
// database in which nobody has a key gets the demo merchant and a new key, which is shown.
func demo(ctx context.Context, cfg *config, store *sqlite.Store, stdout io.Writer) error {
	if !cfg.apiKey.IsZero() {
		return store.SetKey(ctx, harbor.Demo, cfg.apiKey)
	}
	key := harbor.NewAPIKey()
	added, err := store.AddFirstMerchant(ctx, harbor.Demo, key)
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
