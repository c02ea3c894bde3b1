package postgres

import (
	"context"

	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

// SelectList is the statement whose plan a test reads.
const SelectList = selectList

// Create does what a request for an order does with the database.
func (s *Store) Create(ctx context.Context, o harbor.Order, r idempotency.Record) error {
	return s.Write(ctx, func(ctx context.Context, tx *pgstore.Tx) error {
		if err := (orders{tx}).Add(ctx, o); err != nil {
			return err
		}
		return tx.Records().Save(ctx, r)
	})
}
