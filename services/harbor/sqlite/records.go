package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tenonapi/tenon/idempotency"
)

// Find implements [idempotency.Store].
func (s *Store) Find(ctx context.Context, owner, operation, key string) (*idempotency.Record, error) {
	r := &idempotency.Record{Owner: owner, Operation: operation, Key: key}
	err := s.find(ctx, r)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, wrap(err, "find idempotency key of %s", operation)
	}
	return r, nil
}

func (s *Store) find(ctx context.Context, r *idempotency.Record) error {
	stmt, err := s.selectRecord.get(ctx)
	if err != nil {
		return err
	}
	var fingerprint, header []byte
	err = stmt.QueryRowContext(ctx, r.Owner, r.Operation, r.Key).Scan(
		&fingerprint, &r.Status, &header, &r.Body, (*timeColumn)(&r.At), (*timeColumn)(&r.Expires))
	if err != nil {
		return err
	}
	copy(r.Fingerprint[:], fingerprint)
	if err := json.Unmarshal(header, &r.Header); err != nil {
		return fmt.Errorf("read header: %w", err)
	}
	return nil
}

// Lock implements [idempotency.Store] among the requests of this process. Of two
// processes that run one key, one fails to save its record.
func (s *Store) Lock(ctx context.Context, owner, operation, key string) (unlock func(), err error) {
	return s.running.Lock(ctx, owner, operation, key)
}

// Save implements [idempotency.Store].
func (s *Store) Save(ctx context.Context, r idempotency.Record) error {
	err := s.write(ctx, func(ctx context.Context, tx *transaction) error { return tx.save(ctx, r) })
	if err != nil {
		return wrap(err, "save idempotency key of %s", r.Operation)
	}
	return nil
}

// Claim implements [idempotency.Records]. The transaction is the only one that writes.
func (tx *transaction) Claim(context.Context, string, string, string) error { return nil }

// Save implements [idempotency.Records].
func (tx *transaction) Save(ctx context.Context, r idempotency.Record) error {
	if err := tx.save(context.WithoutCancel(ctx), r); err != nil {
		return wrap(err, "save idempotency key of %s", r.Operation)
	}
	return nil
}

func (tx *transaction) save(ctx context.Context, r idempotency.Record) error {
	header, err := json.Marshal(r.Header)
	if err != nil {
		return err
	}
	if r.Header == nil {
		header = []byte("{}")
	}
	if r.Body == nil {
		r.Body = []byte{} // nil would be NULL
	}
	result, err := tx.StmtContext(ctx, tx.insertRecord).ExecContext(ctx, r.Owner, r.Operation, r.Key, r.Fingerprint[:],
		r.Status, string(header), r.Body, r.At.UnixMicro(), r.Expires.UnixMicro())
	if err != nil {
		return err
	}
	saved, err := result.RowsAffected()
	if err == nil && saved == 0 {
		err = idempotency.ErrExists
	}
	return err
}

// purge deletes the oldest expired records, found by their index.
const purge = `DELETE FROM idempotency_keys WHERE (owner, operation, key) IN (
	SELECT owner, operation, key FROM idempotency_keys WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`

// Purge implements [idempotency.Store].
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	if limit < 0 { // SQLite takes a negative limit for none
		return 0, fmt.Errorf("purge idempotency keys: limit is %d, want 0 or more", limit)
	}
	var purged int64
	err := s.write(ctx, func(ctx context.Context, tx *transaction) error {
		result, err := tx.ExecContext(ctx, purge, before.UnixMicro(), limit)
		if err == nil {
			purged, err = result.RowsAffected()
		}
		return err
	})
	if err != nil {
		return 0, wrap(err, "purge idempotency keys")
	}
	return int(purged), nil
}
