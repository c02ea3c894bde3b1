package sqlite

import (
	"context"
	"crypto/rand"
)

// cursorKeyLen is the length of the cursor key in bytes.
const cursorKeyLen = 32

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
