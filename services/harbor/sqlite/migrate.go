package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tenonapi/tenon/adapters/sqlitestore"

	"github.com/tenonapi/tenon/services/harbor/internal/overlay"
)

// migrateTimeout bounds a migration and the wait for that of another process.
const migrateTimeout = time.Minute

//go:embed migrations/*.sql
var embedded embed.FS

// migrations returns Harbor's own and those of the adapter but the first, whose table Harbor had
// before there was an adapter.
func migrations() (fs.GlobFS, error) {
	own, err := fs.Sub(embedded, "migrations")
	return overlay.FS{Base: own, Others: map[string]overlay.File{
		"00006_webhooks.sql": {FS: sqlitestore.Migrations(), Name: "00002_webhooks.sql"},
	}}, err
}

// Migrate brings the tables up to date; if they are, it does nothing. Each step
// is a transaction: one that fails leaves the steps before it. When several processes
// migrate at once, one works and the others wait. It gives up after a minute,
// or when ctx is done.
func (s *Store) Migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTimeout)
	defer cancel()
	if err := s.Store.Migrate(ctx, up); err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	return nil
}

func up(ctx context.Context, db *sql.DB) error {
	files, err := migrations()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Version returns the number of the last migration that ran, 0 if none did.
func (s *Store) Version(ctx context.Context) (int64, error) {
	version, err := s.version(ctx)
	if err != nil {
		return 0, fmt.Errorf("read version of database: %w", err)
	}
	return version, nil
}

func (s *Store) version(ctx context.Context) (int64, error) {
	var found bool
	const exists = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)"
	if err := s.Reader().QueryRow(ctx, exists, goose.DefaultTablename).Scan(&found); err != nil || !found {
		return 0, err
	}
	var version sql.NullInt64
	err := s.Reader().QueryRow(ctx, "SELECT MAX(version_id) FROM "+goose.DefaultTablename).Scan(&version)
	return version.Int64, err
}

// Pending reports whether the database lacks a migration of this program. It
// writes nothing, so that a readiness check may ask.
func (s *Store) Pending(ctx context.Context) (bool, error) {
	version, err := s.Version(ctx)
	if err != nil {
		return false, err
	}
	newest, err := newestMigration()
	if err != nil {
		return false, fmt.Errorf("read migrations: %w", err)
	}
	return version < newest, nil
}

// newestMigration returns the number of the last file.
func newestMigration() (int64, error) {
	files, err := migrations()
	if err != nil {
		return 0, err
	}
	names, err := files.Glob("*.sql") // sorted
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(names[len(names)-1])
}
