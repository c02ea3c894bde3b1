package sqlitestore_test

import (
	"context"
	"database/sql"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

// migration returns both parts of a file.
func migration(t testing.TB, name string) (up, down string) {
	t.Helper()
	text, err := fs.ReadFile(sqlitestore.Migrations(), name)
	if err != nil {
		t.Fatal(err)
	}
	up, down, found := strings.Cut(string(text), "-- +goose Down")
	if !found {
		t.Fatal(name, " has no way down")
	}
	return up, down
}

// open opens a store with all tables, and one that handlers write to; nothing is made twice.
func open(t testing.TB, cfg sqlitestore.Config) *sqlitestore.Store {
	t.Helper()
	s := openEmpty(t, cfg)
	err := s.Migrate(t.Context(), func(ctx context.Context, db *sql.DB) error {
		var tables int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables > 0 {
			return err
		}
		keys, _ := migration(t, "00001_idempotency_keys.sql")
		hooks, _ := migration(t, "00002_webhooks.sql")
		_, err := db.ExecContext(ctx, keys+hooks+"CREATE TABLE notes (text TEXT PRIMARY KEY, seen INTEGER NOT NULL DEFAULT 0) STRICT;")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// openEmpty opens a store in a folder of its own, if cfg does not say where.
func openEmpty(t testing.TB, cfg sqlitestore.Config) *sqlitestore.Store {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "test.db")
	}
	s, err := sqlitestore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// exec runs a statement in a transaction of its own.
func exec(t testing.TB, s *sqlitestore.Store, statement string, args ...any) {
	t.Helper()
	err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
