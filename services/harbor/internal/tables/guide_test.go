package tables_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/internal/assert"
)

// migrations are those of a service that has begun with the adapter, as the guide says.
var migrations = fstest.MapFS{
	"00001_notes.sql": {Data: []byte("-- +goose Up\nCREATE TABLE notes (text TEXT NOT NULL) STRICT;\n-- +goose Down\nDROP TABLE notes;\n")},
}

// migrate makes the tables of the adapter, and those of the service.
func migrate(ctx context.Context, store *sqlitestore.Store) error {
	return store.Migrate(ctx, func(ctx context.Context, db *sql.DB) error {
		adapter, err := goose.NewProvider(goose.DialectSQLite3, db, sqlitestore.Migrations(), goose.WithTableName("tenon_version"))
		if err != nil {
			return err
		}
		own, err := goose.NewProvider(goose.DialectSQLite3, db, migrations)
		if err != nil {
			return err
		}
		if _, err := adapter.Up(ctx); err != nil {
			return err
		}
		_, err = own.Up(ctx)
		return err
	})
}

func TestTablesOfTheAdapterAreBesideThoseOfAService(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), sqlitestore.Config{Path: filepath.Join(t.TempDir(), "notes.db")})
	assert.NoError(t, err)
	defer func() { assert.NoError(t, store.Close()) }()
	for range 2 { // the second time there is nothing to do
		assert.NoError(t, migrate(t.Context(), store))
	}
	assert.NoError(t, store.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO notes (text) VALUES ('a')")
		return err
	}))
	_, err = store.Purge(t.Context(), time.Now(), 1)
	assert.NoError(t, err)
	_, err = store.Webhooks().Endpoints(t.Context(), "ada")
	assert.NoError(t, err)
}
