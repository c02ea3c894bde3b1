package postgres

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/tenonapi/tenon/adapters/pgstore"
)

// cursorKeyLen is the length of the cursor key in bytes.
const cursorKeyLen = 32

// CursorKey returns 32 random bytes that stay the same as long as the database
// exists. The first call makes them; when several processes do so at once, all
// get those of one.
func (s *Store) CursorKey(ctx context.Context) (key []byte, err error) {
	fresh := make([]byte, cursorKeyLen)
	rand.Read(fresh) // never returns an error
	err = s.Write(ctx, func(ctx context.Context, tx *pgstore.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO secrets (name, value) VALUES ('cursor', $1) ON CONFLICT DO NOTHING", fresh); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT value FROM secrets WHERE name = 'cursor'").Scan(&key)
	})
	if err != nil {
		return nil, fmt.Errorf("read cursor key: %w", err)
	}
	return key, nil
}
