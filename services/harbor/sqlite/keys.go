package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"

	"github.com/tenonapi/tenon/services/harbor"
)

// cursorKeyLen is the length of the cursor key in bytes.
const cursorKeyLen = 32

// Replay returns the answer that [Store.Create] stored with key, or nil if
// there is none. It returns [harbor.ErrKeyReused] if the fingerprint differs.
func (s *Store) Replay(ctx context.Context, key harbor.Key) (*harbor.Answer, error) {
	answer, err := s.replay(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, wrap(err, "look up idempotency key %q of %s", key.Value, key.Operation)
	}
	return answer, nil
}

func (s *Store) replay(ctx context.Context, key harbor.Key) (*harbor.Answer, error) {
	stmt, err := s.selectKey.get(ctx)
	if err != nil {
		return nil, err
	}
	var (
		fingerprint []byte
		answer      harbor.Answer
	)
	row := stmt.QueryRowContext(ctx, key.Owner, key.Operation, key.Value)
	if err := row.Scan(&fingerprint, &answer.Status, &answer.Body); err != nil {
		return nil, err
	}
	if string(fingerprint) != string(key.Fingerprint[:]) {
		return nil, harbor.ErrKeyReused
	}
	return &answer, nil
}

// CursorKey returns 32 random bytes that stay the same as long as the database
// exists. The first call makes them; when several processes do so at once, all
// get those of one.
func (s *Store) CursorKey(ctx context.Context) ([]byte, error) {
	key, err := s.cursorKey(ctx)
	if err != nil {
		return nil, wrap(err, "read cursor key")
	}
	return key, nil
}

func (s *Store) cursorKey(ctx context.Context) ([]byte, error) {
	fresh := make([]byte, cursorKeyLen)
	rand.Read(fresh) // never returns an error
	const offer = "INSERT INTO secrets (name, value) VALUES ('cursor', ?) ON CONFLICT DO NOTHING"
	if _, err := s.writer.ExecContext(ctx, offer, fresh); err != nil {
		return nil, err
	}
	var key []byte
	err := s.reader.QueryRowContext(ctx, "SELECT value FROM secrets WHERE name = 'cursor'").Scan(&key)
	return key, err
}
