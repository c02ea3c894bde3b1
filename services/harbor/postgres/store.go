// Package postgres keeps the merchants and orders of Harbor Payments in a PostgreSQL database,
// beside what [pgstore.Store] keeps there: idempotency keys and webhooks.
//
// [Store.Providers] binds all of it to the transaction of a request.
//
// Errors carry the operation and its subject. Those of package harbor match with
// [errors.Is]; see pgstore for others.
package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"

	"github.com/tenonapi/tenon/services/harbor"
)

const (
	retries      = 3                // of a transaction that was in the way of another
	closeTimeout = 10 * time.Second // for connections to come back
)

// Config configures a [Store].
type Config struct {
	URL string // see [pgstore.Config]; required
}

// A Store reads and writes one database. It is made by [Open], is safe for
// concurrent use, and belongs to the caller of Open, who closes it. The zero value serves
// nobody: its providers are those of a service that is only described.
type Store struct {
	*pgstore.Store
	owners *pgstore.Lookup[[sha256.Size]byte, harbor.Merchant]
	orders *pgstore.Lookup[orderKey, harbor.Order]
}

// Open returns a store. It does not ask the server. Before the first use of the store's
// methods, its [Store.Migrations] must have run, now or earlier.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s, err := pgstore.Open(ctx, pgstore.Config{URL: cfg.URL, ApplicationName: "harbor"})
	if err != nil {
		return nil, err
	}
	return &Store{
		Store:  s,
		owners: pgstore.NewLookup(s.Reader(), selectOwner, func(hash [sha256.Size]byte) []any { return []any{hash[:]} }, scanMerchant),
		orders: pgstore.NewLookup(s.Reader(), selectOrder, orderKey.args, scanOrder),
	}, nil
}

// Providers gives operations [harbor.Orders] and what else is bound to the transaction of a
// request, and [harbor.Reader]. See [pgstore.Store.Providers].
//
// Reads are single statements, which need no transaction to be consistent.
func (s *Store) Providers() tenon.Option {
	general := s.Store
	if general == nil {
		general = new(pgstore.Store)
	}
	type writing struct{ Tx *pgstore.Tx }
	type reading struct{ _ *pgstore.Reader }
	return tenon.Options(
		general.Providers(),
		tenon.Provide(func(_ context.Context, in *writing) (harbor.Orders, error) { return orders{in.Tx}, nil }),
		tenon.Provide(func(context.Context, *reading) (harbor.Reader, error) { return s, nil }),
	)
}

// Retry runs operations again whose transaction was in the way of another. It stands before
// what begins transactions.
func (s *Store) Retry() tenon.Option { return pgstore.Retry(retries) }

// Ping reports whether the store can serve requests: the tables are there to be
// read, and the server takes what is written. It waits until ctx is done.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.Store.Ping(ctx); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	var exists, standby bool
	err := s.row(ctx, "SELECT EXISTS (SELECT 1 FROM orders), pg_is_in_recovery()", nil, &exists, &standby)
	if err == nil && standby {
		err = errors.New("the server is a standby, which takes no writes")
	}
	if err != nil {
		return fmt.Errorf("ping database: read: %w", err)
	}
	return nil
}

// Close closes the connections. Nobody may be using s any more. A second call does
// nothing.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return s.Store.Close(ctx)
}

// row reads the only row of a query, or returns [pgx.ErrNoRows].
func (s *Store) row(ctx context.Context, query string, args []any, to ...any) error {
	return s.Reader().Read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, query, args...).Scan(to...)
	})
}
