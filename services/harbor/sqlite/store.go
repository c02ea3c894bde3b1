// Package sqlite keeps the merchants and orders of Harbor Payments in one SQLite
// database, beside what [sqlitestore.Store] keeps there: idempotency keys and webhooks.
//
// [Store.Providers] binds all of it to the transaction of a request.
//
// Errors carry the operation and its subject. Those of package harbor match with
// [errors.Is]; see sqlitestore for others.
package sqlite

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"

	"github.com/tenonapi/tenon/services/harbor"
)

const fileName = "harbor.db"

// Config configures a [Store].
type Config struct {
	Dir      string // folder of the database; made, for its owner only, if missing; required
	Existing bool   // whether a missing database is an error instead of a new one
}

// A Store reads and writes one database. It is made by [Open], is safe for
// concurrent use, and belongs to the caller of Open, who closes it. The zero value serves
// nobody: its providers are those of a service that is only described.
type Store struct {
	*sqlitestore.Store
	owners *sqlitestore.Memo[[sha256.Size]byte, harbor.Merchant] // by the hash of an API key
}

// Open opens the database in cfg.Dir and makes it if it is missing. Before the first use of
// the store's methods, its [Store.Migrations] must have run, now or earlier.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Dir == "" {
		return nil, errors.New("sqlite: Dir is empty")
	}
	path := filepath.Join(cfg.Dir, fileName)
	if _, err := os.Stat(path); cfg.Existing && err != nil {
		return nil, fmt.Errorf("sqlite: there is no database: %w", err)
	}
	general, err := sqlitestore.Open(ctx, sqlitestore.Config{Path: path})
	if err != nil {
		return nil, err
	}
	s := &Store{Store: general}
	s.owners = sqlitestore.NewMemo(general.Reader(), s.keyOwner)
	return s, nil
}

// Providers gives operations [harbor.Orders] and what else is bound to the transaction of a
// request, and [harbor.Reader]. See [sqlitestore.Store.Providers].
//
// Reads are single statements, which need no transaction to be consistent.
func (s *Store) Providers() tenon.Option {
	general := s.Store
	if general == nil {
		general = new(sqlitestore.Store)
	}
	type writing struct{ Tx *sqlitestore.Tx }
	type reading struct{ _ *sqlitestore.Reader }
	return tenon.Options(
		general.Providers(),
		tenon.Provide(func(_ context.Context, in *writing) (harbor.Orders, error) { return orders{in.Tx}, nil }),
		tenon.Provide(func(context.Context, *reading) (harbor.Reader, error) { return s, nil }),
	)
}

// Retry does nothing: one transaction writes at a time, and none is in the way of another.
func (s *Store) Retry() tenon.Option { return tenon.Options() }

// Ping reports whether the store can serve requests: the tables are there to be
// read, and a transaction can begin to write. It waits until ctx is done.
func (s *Store) Ping(ctx context.Context) error {
	var exists bool
	if err := s.Reader().QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM orders)").Scan(&exists); err != nil {
		return fmt.Errorf("ping database: read: %w", err)
	}
	return s.Store.Ping(ctx)
}

// A timeColumn reads a time stored as microseconds since 1970.
type timeColumn time.Time

// Scan implements [sql.Scanner].
func (c *timeColumn) Scan(value any) error {
	micros, ok := value.(int64)
	if !ok {
		return fmt.Errorf("column has %T, want microseconds", value)
	}
	*c = timeColumn(time.UnixMicro(micros).UTC())
	return nil
}
