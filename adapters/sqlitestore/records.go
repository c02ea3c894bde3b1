package sqlitestore

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
	var fingerprint, header []byte
	var at, expires int64
	err := s.reader.Lookup(ctx, `SELECT fingerprint, status, header, body, created_at, expires_at FROM idempotency_keys
		WHERE owner = ? AND operation = ? AND key = ?`, owner, operation, key).
		Scan(&fingerprint, &r.Status, &header, &r.Body, &at, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		copy(r.Fingerprint[:], fingerprint)
		r.At, r.Expires = fromMicros(at), fromMicros(expires)
		err = json.Unmarshal(header, &r.Header)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: find idempotency key of %s: %w", operation, err)
	}
	return r, nil
}

// Lock implements [idempotency.Store] among the requests of this store. Of two
// processes that run one key, one fails to save its record.
func (s *Store) Lock(ctx context.Context, owner, operation, key string) (unlock func(), err error) {
	return s.running.Lock(ctx, owner, operation, key)
}

// Save implements [idempotency.Store].
func (s *Store) Save(ctx context.Context, r idempotency.Record) error {
	return s.Write(ctx, func(ctx context.Context, tx *Tx) error { return records{tx}.Save(ctx, r) })
}

// purgeRecords finds the oldest by their index.
const purgeRecords = `DELETE FROM idempotency_keys WHERE (owner, operation, key) IN (
	SELECT owner, operation, key FROM idempotency_keys WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`

// Purge implements [idempotency.Store].
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (purged int, err error) {
	if limit < 0 { // SQLite takes a negative limit for none
		return 0, fmt.Errorf("sqlitestore: purge idempotency keys: limit is %d, want 0 or more", limit)
	}
	err = s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		purged, err = affected(tx.Exec(ctx, purgeRecords, micros(before), limit))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sqlitestore: purge idempotency keys: %w", err)
	}
	return purged, nil
}

// records are the [idempotency.Records] of a transaction.
type records struct{ tx *Tx }

// Transactional implements [idempotency.Records].
func (records) Transactional() {}

// Claim implements [idempotency.Records]. The transaction is the only one that writes.
func (records) Claim(context.Context, string, string, string) error { return nil }

// Save implements [idempotency.Records].
func (r records) Save(ctx context.Context, record idempotency.Record) error {
	if err := r.save(ctx, record); err != nil {
		return fmt.Errorf("sqlitestore: save idempotency key of %s: %w", record.Operation, err)
	}
	return nil
}

func (r records) save(ctx context.Context, record idempotency.Record) error {
	header, err := json.Marshal(record.Header)
	if err != nil {
		return err
	}
	if record.Header == nil {
		header = []byte("{}")
	}
	if record.Body == nil {
		record.Body = []byte{} // nil would be NULL
	}
	n, err := affected(r.tx.Exec(ctx, `INSERT INTO idempotency_keys (owner, operation, key, fingerprint, status, header, body, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status, header = excluded.header,
			body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
		WHERE idempotency_keys.expires_at <= excluded.created_at`,
		record.Owner, record.Operation, record.Key, record.Fingerprint[:], record.Status, string(header), record.Body, micros(record.At), micros(record.Expires)))
	if err == nil && n == 0 {
		err = idempotency.ErrExists
	}
	return err
}

// affected returns how many rows a statement has changed.
func affected(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// micros returns a time as it is stored: microseconds since 1970, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
