// Package pgstore gives operations transactions of PostgreSQL, and keeps their
// idempotency keys and the events of webhooks in them.
//
// [Store.Providers] is a bundle: a write transaction [Tx] and what packages idempotency and
// webhook write in it, and a [ReadTx] for operations that only read. A
// transaction begins when something needs it, and ends before the answer is sent:
// an error of the commit is the answer. A client that leaves rolls back.
//
// [Lookup] reads a row that each request asks for, in one round trip for all who wait.
//
// A request holds one connection at a time, and none while it waits for one, so that a
// pool of one is enough for any number of clients. Nothing is kept in a session:
// the package works behind a pooler that gives connections to transactions, such as
// PgBouncer. Ones without prepared statements need the parameter
// default_query_exec_mode=exec in the URL.
package pgstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon/idempotency"
)

// Config configures a [Store]. Durations are in whole milliseconds.
type Config struct {
	URL             string // postgres://user@host/database or key=value pairs; required
	ApplicationName string // in pg_stat_activity; empty means that of the URL, or the name of the program

	MaxConns int // of transactions, and as many of a Reader; 0 means pool_max_conns of the URL, or the greater of 4 and the number of CPUs
	MinConns int // of transactions, kept open; 0 means pool_min_conns of the URL, or none

	AcquireTimeout   time.Duration // longest wait for a connection; 0 means 5 s
	StatementTimeout time.Duration // of each statement, and of each call of a Reader; 0 means 10 s
	LockTimeout      time.Duration // longest wait for a lock of another transaction; 0 means 3 s
	IdleTimeout      time.Duration // after which the server ends a transaction that asks nothing; 0 means 1 min
	CloseTimeout     time.Duration // of a commit or rollback; 0 means 10 s

	Isolation pgx.TxIsoLevel        // of write transactions; empty means that of the server. Stricter ones need [Retry]
	Configure func(*pgxpool.Config) // has the last word, for each pool: TLS, tracers, types; may be nil
}

// A Store has connections to one database: a pool for transactions, and one for its [Reader]. It
// is made by [Open], is safe for concurrent use, and belongs to the caller of Open, who closes it.
type Store struct {
	pool      *pgxpool.Pool
	reader    Reader
	cfg       Config
	beginTx   beginning         // of a Tx
	beginRead beginning         // of a ReadTx
	beginOwn  beginning         // of the store's own
	running   idempotency.Locks // of this process
}

var _ idempotency.Store = (*Store)(nil)

// byIndex makes the store's own statements use their indexes, whatever the statistics say of a
// queue that was empty when they were made. A scan of an index forgets rows that are gone,
// which those of bitmaps do not: claims would cost more with each delivery that was made.
const byIndex = ", set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true)"

// Open returns a store, or every mistake in cfg. It does not ask the server,
// which may start later: see [Store.Ping]. The tables are those of [Migrations].
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	pool, err := cfg.pool()
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg}
	s.beginTx = cfg.begin(cfg.Isolation, pgx.ReadWrite)
	s.beginRead = cfg.begin(pgx.RepeatableRead, pgx.ReadOnly)
	s.beginOwn = cfg.begin(pgx.ReadCommitted, pgx.ReadWrite)
	s.beginOwn.limits += byIndex
	if s.pool, err = pgxpool.NewWithConfig(ctx, pool); err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	if err = s.reader.open(ctx, &s.cfg, pool); err != nil {
		s.pool.Close()
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	return s, nil
}

// complete puts defaults where cfg says nothing, or returns what is wrong.
func (cfg *Config) complete() error {
	var errs []error
	mistake := func(format string, args ...any) { errs = append(errs, fmt.Errorf("pgstore.Config: "+format, args...)) }
	if cfg.URL == "" {
		mistake("URL is empty")
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"MaxConns", cfg.MaxConns}, {"MinConns", cfg.MinConns}} {
		if n.value < 0 || n.value > math.MaxInt32 {
			mistake("%s is %d, want 0 or more", n.name, n.value)
		}
	}
	for _, d := range []struct {
		name     string
		value    *time.Duration
		fallback time.Duration
	}{
		{"AcquireTimeout", &cfg.AcquireTimeout, 5 * time.Second},
		{"StatementTimeout", &cfg.StatementTimeout, 10 * time.Second},
		{"LockTimeout", &cfg.LockTimeout, 3 * time.Second},
		{"IdleTimeout", &cfg.IdleTimeout, time.Minute},
		{"CloseTimeout", &cfg.CloseTimeout, 10 * time.Second},
	} {
		switch {
		case *d.value == 0:
			*d.value = d.fallback
		case *d.value < time.Millisecond || *d.value > math.MaxInt32*time.Millisecond:
			mistake("%s is %v, want 1ms to 596h, or 0 for %v", d.name, *d.value, d.fallback)
		}
	}
	switch cfg.Isolation {
	case "", pgx.ReadCommitted, pgx.RepeatableRead, pgx.Serializable:
	default:
		mistake("Isolation is %q, want read committed, repeatable read or serializable", cfg.Isolation)
	}
	return errors.Join(errs...)
}

// interruptDelay is for how long a statement may go on after its context is done. Then its
// connection is closed and the server told to cancel it: told before it has the
// statement, the server would run it to the end, with the connection taken.
const interruptDelay = 50 * time.Millisecond

// pool returns the configuration of the pool.
func (cfg *Config) pool() (*pgxpool.Config, error) {
	pool, err := pgxpool.ParseConfig(cfg.URL) // its errors are without the password
	if err != nil {
		return nil, fmt.Errorf("pgstore.Config: URL: %w", err)
	}
	if cfg.MaxConns > 0 {
		pool.MaxConns = int32(cfg.MaxConns) //nolint:gosec // checked
	}
	if cfg.MinConns > 0 {
		pool.MinConns = int32(cfg.MinConns) //nolint:gosec // checked
	}
	params := pool.ConnConfig.RuntimeParams
	switch {
	case cfg.ApplicationName != "":
		params["application_name"] = cfg.ApplicationName
	case params["application_name"] == "":
		params["application_name"] = filepath.Base(os.Args[0])
	}
	if pool.ConnConfig.ConnectTimeout == 0 {
		pool.ConnConfig.ConnectTimeout = cfg.AcquireTimeout
	}
	if pool.PingTimeout == 0 {
		pool.PingTimeout = cfg.AcquireTimeout
	}
	pool.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.DeadlineContextWatcherHandler{Conn: conn.Conn(), DeadlineDelay: interruptDelay}
	}
	if cfg.Configure != nil {
		cfg.Configure(pool)
	}
	if pool.MinConns > pool.MaxConns {
		return nil, fmt.Errorf("pgstore.Config: MinConns is %d, want no more than MaxConns, %d", pool.MinConns, pool.MaxConns)
	}
	return pool, nil
}

// begin returns what begins a transaction. The limits are those of the transaction, since a
// pooler has sessions of its own.
func (cfg *Config) begin(isolation pgx.TxIsoLevel, access pgx.TxAccessMode) beginning {
	begin := "begin"
	if isolation != "" {
		begin += " isolation level " + string(isolation)
	}
	return beginning{begin + " " + string(access), fmt.Sprintf(
		"select set_config('statement_timeout', '%d', true), set_config('lock_timeout', '%d', true), set_config('idle_in_transaction_session_timeout', '%d', true)",
		cfg.StatementTimeout.Milliseconds(), cfg.LockTimeout.Milliseconds(), cfg.IdleTimeout.Milliseconds())}
}

// Pool returns the pool for transactions, for what is no part of a request. A handler that takes
// another connection while its transaction holds one waits for itself when all
// are in use.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping asks the server for a sign of life, within AcquireTimeout.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AcquireTimeout)
	defer cancel()
	if err := s.pool.Ping(ctx); err != nil {
		return fmt.Errorf("pgstore: ping: %w", err)
	}
	return nil
}

// Close waits until all connections have been given back and closes them, or returns the
// error of ctx; then they are closed when they are given back.
func (s *Store) Close(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.reader.pool.Close()
		s.pool.Close()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("pgstore: close: connections are in use: %w", ctx.Err())
	}
}
