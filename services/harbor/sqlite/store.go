// Package sqlite keeps the merchants, orders and idempotency keys of Harbor
// Payments in one SQLite database.
//
// [Store.Providers] binds the stores of package harbor and package idempotency to
// the transaction of a request.
//
// What a method has written is on disk when it returns, and the next read sees
// it. One connection writes, the others read and never wait for it. Processes
// of one machine may share a folder; it must not be on a network file system.
//
// Errors carry the operation and its subject. Those of the context and of
// the packages harbor and idempotency match with [errors.Is]; the driver's are text,
// for logs only.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // registers the driver

	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

const (
	driver   = "sqlite"
	fileName = "harbor.db"
	lockName = "harbor.lock"

	defaultBusyTimeout = 5 * time.Second
)

// Config configures a [Store].
type Config struct {
	Dir         string        // folder of the database; made, for its owner only, if missing; required
	BusyTimeout time.Duration // longest wait for another process to finish writing, in whole milliseconds; 0 means 5 seconds
}

// A Store reads and writes one database. It is made by [Open], is safe for
// concurrent use, and belongs to the caller of Open, who closes it.
type Store struct {
	dir            string
	busy           time.Duration
	writer, reader *sql.DB
	running        idempotency.Locks // one process serves a database
	statements
}

// Open opens the database in cfg.Dir and makes it if it is missing. It reports
// every mistake in cfg. Before the first use of the store's methods, [Store.Migrate]
// must have run, now or earlier.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	var errs []error
	if cfg.Dir == "" {
		errs = append(errs, errors.New("sqlite: Dir is empty"))
	}
	if cfg.BusyTimeout < 0 {
		errs = append(errs, fmt.Errorf("sqlite: BusyTimeout is %v, want 0 or more", cfg.BusyTimeout))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if cfg.BusyTimeout == 0 {
		cfg.BusyTimeout = defaultBusyTimeout
	}
	s, err := open(ctx, cfg)
	if err != nil {
		return nil, wrap(err, "open database in %s", cfg.Dir)
	}
	return s, nil
}

func open(ctx context.Context, cfg Config) (*Store, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &Store{dir: dir, busy: cfg.BusyTimeout}
	if s.writer, err = s.openWriter(); err != nil {
		return nil, err
	}
	if err := s.switchToWAL(ctx); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	if s.reader, err = s.openPool(fileName, s.busy, url.Values{"_query_only": {"1"}}); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	s.reader.SetMaxOpenConns(readers)
	s.reader.SetMaxIdleConns(readers)
	s.prepare()
	return s, nil
}

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
	if err := s.writer.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %s, want wal: the file system does not support it", mode)
	}
	return nil
}

// openWriter returns a pool whose one connection begins every transaction with
// the write lock: a transaction that starts as a reader can lose to another writer.
func (s *Store) openWriter() (*sql.DB, error) {
	db, err := s.openPool(fileName, s.busy, url.Values{
		"_synchronous":  {"FULL"}, // sync the log at every commit
		"_txlock":       {"immediate"},
		"_foreign_keys": {"1"},
	})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// openPool returns a pool of connections to the named file of the folder, which
// wait up to busy for a lock.
func (s *Store) openPool(name string, busy time.Duration, options url.Values) (*sql.DB, error) {
	options.Set("_busy_timeout", strconv.FormatInt(busy.Milliseconds(), 10))
	options.Set("_dqs", "0") // a misspelt "column" is an error, not a string
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(s.dir, name)), RawQuery: options.Encode()}
	return sql.Open(driver, source.String())
}

// Ping reports whether the store can serve requests: the tables are there to be
// read, and a transaction can begin to write. It waits until ctx is done.
func (s *Store) Ping(ctx context.Context) error {
	var exists bool
	if err := s.reader.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM orders)").Scan(&exists); err != nil {
		return wrap(err, "ping database: read")
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return wrap(err, "ping database: begin to write")
	}
	tx.rollback()
	return nil
}

// Close closes the database. Nobody may be using s any more. A second call does
// nothing.
func (s *Store) Close() error {
	// The last connection to close folds the log into the database, so it must be one that writes.
	if err := errors.Join(s.reader.Close(), s.writer.Close()); err != nil {
		return wrap(err, "close database in %s", s.dir)
	}
	return nil
}

// matchable are the errors that callers of this package may match.
var matchable = []error{
	harbor.ErrOrderNotFound, harbor.ErrMerchantNotFound, idempotency.ErrExists,
	context.Canceled, context.DeadlineExceeded,
}

// wrap says in which operation err happened. A matchable error stays one, any
// other becomes text: nobody outside shall depend on this driver's errors.
func wrap(err error, format string, args ...any) error {
	operation := fmt.Sprintf(format, args...)
	for _, known := range matchable {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", operation, known)
		}
	}
	return fmt.Errorf("%s: %v", operation, err)
}
