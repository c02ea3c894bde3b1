package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

// SelectList and Purge are the statements whose plans tests read.
const (
	SelectList = selectList
	Purge      = purge
)

// Reader returns the pool that reads.
func (s *Store) Reader() *sql.DB { return s.reader }

// Writer returns the pool that writes.
func (s *Store) Writer() *sql.DB { return s.writer }

// LockTables is what holds off other processes that migrate.
func (s *Store) LockTables() (unlock func() error, err error) { return s.lock(context.Background()) }

// Create does what a request for an order does with the database.
func (s *Store) Create(ctx context.Context, o harbor.Order, r idempotency.Record) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return wrap(err, "begin transaction")
	}
	if err = tx.Add(ctx, o); err == nil {
		err = tx.Save(ctx, r)
	}
	return errors.Join(err, tx.close(context.WithoutCancel(ctx), err))
}
