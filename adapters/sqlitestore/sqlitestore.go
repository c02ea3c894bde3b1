// Package sqlitestore gives operations transactions of SQLite, and keeps their idempotency
// keys and webhook events in them.
//
// [Store.Providers] is a bundle: a write transaction [Tx] and, bound to it, [idempotency.Records],
// [webhook.Events] and a [webhook.Registrar]; an [idempotency.Store], a [webhook.Registry], and a
// [Reader] for queries outside of it. A transaction begins when something needs it, and ends before the
// answer is sent: an error of the commit is the answer.
//
// What was committed is on disk, and the next query sees it. One connection writes, the
// others read and never wait for it. Transactions that have waited for it are committed together, see [Tx].
// Processes of one machine may share a file; it must not be on a network file system.
//
// Errors of the context, of database/sql and of the packages idempotency and webhook match with
// [errors.Is]; those of the driver are text, for logs only.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/tenonapi/tenon/idempotency"
)

// Config configures a [Store].
type Config struct {
	Path     string // of the file, which is made if it is missing, and its folder for its owner only; required
	MaxConns int    // for queries, and as many for lookups; one more writes, and one tells a Memo what has changed. 0 means the greater of 4 and GOMAXPROCS

	AcquireTimeout   time.Duration // longest wait for the right to write, whoever has it; 0 means 5 s
	StatementTimeout time.Duration // of each query of a Reader, and of a Tx as a whole, which keeps others from writing; 0 means 10 s
}

// A Store reads and writes one file. It is made by [Open], is safe for concurrent use,
// and belongs to the caller of Open, who closes it.
type Store struct {
	cfg     Config
	pool    *sql.DB           // of the connection that writes
	turn    chan *writer      // has the writer while nobody uses it
	reader  Reader            // all others
	running idempotency.Locks // of this process
}

var _ idempotency.Store = (*Store)(nil)

// Open opens a file, or returns every mistake in cfg. The tables are those of [Migrations].
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s, err := open(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: open %s: %w", cfg.Path, plain(err))
	}
	return s, nil
}

// complete puts defaults where cfg says nothing, or returns what is wrong.
func (cfg *Config) complete() error {
	var errs []error
	mistake := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("sqlitestore.Config: "+format, args...))
	}
	if cfg.Path == "" {
		mistake("Path is empty")
	}
	switch {
	case cfg.MaxConns == 0:
		cfg.MaxConns = max(4, runtime.GOMAXPROCS(0))
	case cfg.MaxConns < 0:
		mistake("MaxConns is %d, want 0 or more", cfg.MaxConns)
	}
	for _, d := range []struct {
		name     string
		value    *time.Duration
		fallback time.Duration
	}{
		{"AcquireTimeout", &cfg.AcquireTimeout, 5 * time.Second},
		{"StatementTimeout", &cfg.StatementTimeout, 10 * time.Second},
	} {
		switch {
		case *d.value == 0:
			*d.value = d.fallback
		case *d.value < time.Millisecond:
			mistake("%s is %v, want 1ms or more, or 0 for %v", d.name, *d.value, d.fallback)
		}
	}
	return errors.Join(errs...)
}

func open(ctx context.Context, cfg Config) (*Store, error) {
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, err
	}
	cfg.Path = path
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, turn: make(chan *writer, 1)}
	if s.pool, err = openPool(path, writing(cfg.AcquireTimeout)); err != nil {
		return nil, err
	}
	if err := s.switchToWAL(ctx); err != nil {
		return nil, errors.Join(err, s.pool.Close())
	}
	if err := s.reader.open(cfg); err != nil {
		return nil, errors.Join(err, s.pool.Close())
	}
	s.turn <- new(writer)
	return s, nil
}

// Reader returns what reads, for what is no part of a request.
func (s *Store) Reader() *Reader { return &s.reader }

// Ping reports whether a file can be read and a transaction can begin to write.
func (s *Store) Ping(ctx context.Context) error {
	var schema int
	if err := s.reader.QueryRow(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&schema); err != nil {
		return fmt.Errorf("sqlitestore: ping: read: %w", err)
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("sqlitestore: ping: %w", err)
	}
	tx.rollback()
	return nil
}

// Close closes the file. Nobody may be using s any more. A second call does nothing.
func (s *Store) Close() error {
	select {
	case w := <-s.turn:
		w.close()
		s.turn <- w
	default: // a transaction that was left behind has it
	}
	// The last connection to close folds the log into the file, so it must be one that writes.
	if err := errors.Join(s.reader.close(), s.pool.Close()); err != nil {
		return fmt.Errorf("sqlitestore: close %s: %w", s.cfg.Path, plain(err))
	}
	return nil
}
