package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"net/url"
	"time"

	"github.com/pressly/goose/v3"
)

// migrateTimeout bounds a migration and the wait for that of another process.
const migrateTimeout = time.Minute

//go:embed migrations/*.sql
var embedded embed.FS

// Migrate brings the tables up to date; if they are, it does nothing. Each step
// is a transaction: one that fails leaves the steps before it. When several processes
// migrate at once, one works and the others wait. It gives up after a minute,
// or when ctx is done.
func (s *Store) Migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTimeout)
	defer cancel()
	if err := s.migrate(ctx); err != nil {
		return wrap(err, "migrate database in %s", s.dir)
	}
	return nil
}

func (s *Store) migrate(ctx context.Context) (err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	// goose takes a second connection while it holds one, which the writer does not have.
	db, err := s.openWriter()
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(2)
	defer func() { err = errors.Join(err, db.Close()) }()

	files, err := fs.Sub(embedded, "migrations")
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

// lock waits until this process is the one that may change the tables. It is
// the write lock of a file beside the database: the system frees it if the process
// dies, and the database itself stays in use.
func (s *Store) lock(ctx context.Context) (unlock func() error, err error) {
	db, err := s.openPool(lockName, migrateTimeout, url.Values{})
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	unlock = func() error { return errors.Join(conn.Close(), db.Close()) }
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

// Version returns the number of the last migration that ran, 0 if none did.
func (s *Store) Version(ctx context.Context) (int64, error) {
	version, err := s.version(ctx)
	if err != nil {
		return 0, wrap(err, "read version of database in %s", s.dir)
	}
	return version, nil
}

func (s *Store) version(ctx context.Context) (int64, error) {
	var found bool
	const exists = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)"
	if err := s.reader.QueryRowContext(ctx, exists, goose.DefaultTablename).Scan(&found); err != nil || !found {
		return 0, err
	}
	var version sql.NullInt64
	err := s.reader.QueryRowContext(ctx, "SELECT MAX(version_id) FROM "+goose.DefaultTablename).Scan(&version)
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
		return false, wrap(err, "read migrations")
	}
	return version < newest, nil
}

// newestMigration returns the number of the last embedded file.
func newestMigration() (int64, error) {
	files, err := embedded.ReadDir("migrations") // sorted by name
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(files[len(files)-1].Name())
}
