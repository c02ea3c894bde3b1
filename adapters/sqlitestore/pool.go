package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // registers the driver
)

// migrateTimeout bounds the wait for the migration of another process.
const migrateTimeout = time.Minute

// openPool returns a pool of connections to a file.
func openPool(path string, options url.Values) (*sql.DB, error) {
	options.Set("_dqs", "0") // a misspelt "column" is an error, not a string
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: options.Encode()}
	return sql.Open("sqlite", source.String())
}

// writing returns the options of connections that write: every transaction begins with the
// right to, for one that begins as a reader can lose to another writer.
func writing(busy time.Duration) url.Values {
	return url.Values{
		"_synchronous":  {"FULL"}, // sync the log at every commit
		"_txlock":       {"immediate"},
		"_foreign_keys": {"1"},
		"_busy_timeout": {milliseconds(busy)},
	}
}

func reading(busy time.Duration) url.Values {
	return url.Values{"_query_only": {"1"}, "_busy_timeout": {milliseconds(busy)}}
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// switchToWAL switches the file to a write-ahead log, which it keeps, so that readers
// and the writer do not wait for each other. SQLite does not queue for this
// switch, so that processes which open a new file at once would get errors.
func (s *Store) switchToWAL(ctx context.Context) (err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	var mode string
	if err := s.pool.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %s, want wal: the file system does not support it", mode)
	}
	return nil
}

// OpenDB opens the file once more, as a pool of one connection that writes, for packages that
// need one, such as River: for s it is another process. The caller closes it.
func (s *Store) OpenDB() (*sql.DB, error) {
	db, err := openPool(s.cfg.Path, writing(s.cfg.AcquireTimeout))
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, plain(err)
}

// Migrate calls fn, which changes the tables, with connections of its own. When several
// processes do so at once, one works and the others wait, for a minute at most or until ctx is
// done. The error of fn is returned as it is.
func (s *Store) Migrate(ctx context.Context, fn func(ctx context.Context, db *sql.DB) error) (err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("sqlitestore: wait for migrations: %w", plain(err))
	}
	db, err := s.OpenDB()
	if err == nil {
		db.SetMaxOpenConns(2) // goose takes a second one while it holds one
		err = errors.Join(fn(ctx, db), plain(db.Close()))
	}
	return errors.Join(err, plain(unlock()))
}

// lock waits until this process is the one that may change the tables. It is
// the write lock of a file beside the database: the system frees it if the process
// dies, and the database itself stays in use.
func (s *Store) lock(ctx context.Context) (unlock func() error, err error) {
	db, err := openPool(s.cfg.Path+".lock", url.Values{
		"_busy_timeout": {milliseconds(migrateTimeout)},
		"_journal_mode": {"MEMORY"}, // a file would need room on a disk that may be full
	})
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
