package sqlite

import (
	"context"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

// SelectList is the statement whose plan a test reads.
const SelectList = selectList

// Files are the migrations.
var Files = files

// Exec runs a statement in a transaction of its own.
func (s *Store) Exec(ctx context.Context, statement string, args ...any) error {
	return s.Write(ctx, func(ctx context.Context, tx *sqlitestore.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
}

// Create does what a request for an order does with the database.
func (s *Store) Create(ctx context.Context, o harbor.Order, r idempotency.Record) error {
	return s.Write(ctx, func(ctx context.Context, tx *sqlitestore.Tx) error {
		if err := (orders{tx}).Add(ctx, o); err != nil {
			return err
		}
		return tx.Records().Save(ctx, r)
	})
}
