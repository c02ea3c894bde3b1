package pgstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenonapi/tenon/idempotency"
)

// Find implements [idempotency.Store].
func (s *Store) Find(ctx context.Context, owner, operation, key string) (*idempotency.Record, error) {
	r := &idempotency.Record{Owner: owner, Operation: operation, Key: key}
	err := s.read(ctx, "find idempotency key of "+operation, func(ctx context.Context, conn *pgx.Conn) error {
		var fingerprint, header []byte
		err := conn.QueryRow(ctx, `SELECT fingerprint, status, header, body, created_at, expires_at FROM idempotency_keys
			WHERE owner = $1 AND operation = $2 AND key = $3`, owner, operation, key).
			Scan(&fingerprint, &r.Status, &header, &r.Body, &r.At, &r.Expires)
		if err != nil {
			return err
		}
		copy(r.Fingerprint[:], fingerprint)
		return json.Unmarshal(header, &r.Header)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Lock implements [idempotency.Store] among the requests of this store. It needs no
// connection, so that those with one key do not wait for one.
func (s *Store) Lock(ctx context.Context, owner, operation, key string) (unlock func(), err error) {
	return s.running.Lock(ctx, owner, operation, key)
}

// Save implements [idempotency.Store].
func (s *Store) Save(ctx context.Context, r idempotency.Record) error {
	return s.write(ctx, func(tx *Tx) error { return save(ctx, tx, r) })
}

// Purge implements [idempotency.Store]. It passes over records that are in use.
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (purged int, err error) {
	if limit < 0 {
		return 0, fmt.Errorf("pgstore: purge idempotency keys: limit is %d, want 0 or more", limit)
	}
	err = s.write(ctx, func(tx *Tx) error {
		tag, err := tx.Exec(ctx, `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM idempotency_keys WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))`, before, limit)
		purged = int(tag.RowsAffected())
		if err != nil {
			return fmt.Errorf("pgstore: purge idempotency keys: %w", err)
		}
		return nil
	})
	return purged, err
}

// records are the [idempotency.Records] of a transaction.
type records struct{ tx *Tx }

// Claim implements [idempotency.Records] with a lock that ends with the transaction.
// Of two keys that share its 64 bits, one may be refused while the other is in use.
func (r records) Claim(ctx context.Context, owner, operation, key string) error {
	var claimed bool
	if err := r.tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1)", lockOf("idempotency", owner, operation, key)).Scan(&claimed); err != nil {
		return fmt.Errorf("pgstore: claim idempotency key of %s: %w", operation, err)
	}
	if !claimed {
		return idempotency.ErrInFlight
	}
	return nil
}

// lockOf returns the number of the lock of what parts name, which clients cannot choose.
func lockOf(parts ...string) int64 {
	text := []byte("tenon")
	for _, part := range parts {
		text = binary.BigEndian.AppendUint64(text, uint64(len(part)))
		text = append(text, part...)
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // all 64 bits
}

// Transactional implements [idempotency.Records].
func (records) Transactional() {}

// Save implements [idempotency.Records].
func (r records) Save(ctx context.Context, record idempotency.Record) error {
	return save(ctx, r.tx, record)
}

func save(ctx context.Context, tx pgx.Tx, r idempotency.Record) error {
	header, err := json.Marshal(r.Header)
	if r.Header == nil {
		header = []byte("{}")
	}
	if r.Body == nil {
		r.Body = []byte{} // nil would be NULL
	}
	var tag pgconn.CommandTag
	if err == nil {
		tag, err = tx.Exec(ctx, `INSERT INTO idempotency_keys AS old (owner, operation, key, fingerprint, status, header, body, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (owner, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
				header = excluded.header, body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
			WHERE old.expires_at <= excluded.created_at`,
			r.Owner, r.Operation, r.Key, r.Fingerprint[:], r.Status, string(header), r.Body, r.At, r.Expires)
	}
	switch {
	case isCode(err, serializationFailure): // it is there, but cannot be seen from here
		err = fmt.Errorf("%w: %w", idempotency.ErrExists, err)
	case err == nil && tag.RowsAffected() == 0:
		err = idempotency.ErrExists
	}
	if err != nil {
		return fmt.Errorf("pgstore: save idempotency key of %s: %w", r.Operation, err)
	}
	return nil
}
