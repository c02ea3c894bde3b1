package pgstore

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Reader reads outside of transactions, in one round trip. It sees what was committed
// when its query began, also by a transaction that its own request has begun since. It is
// safe for concurrent use.
//
// Its connections cannot write: they are begun with default_transaction_read_only. PgBouncer
// takes that if it is one of its track_extra_parameters.
type Reader struct {
	pool *pgxpool.Pool
	cfg  *Config
	line line
}

// Reader returns the Reader, which is one of [Store.Providers] too.
func (s *Store) Reader() *Reader { return &s.reader }

// open opens connections that are otherwise those of a pool.
func (r *Reader) open(ctx context.Context, cfg *Config, like *pgxpool.Config) (err error) {
	pool := like.Copy()
	pool.MinConns, pool.MinIdleConns = 0, 0
	pool.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	if pool.ConnConfig.ValidateConnect != nil { // target_session_attrs=read-write would refuse such a connection
		pool.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	}
	r.cfg = cfg
	r.line = line{send: r.send, trips: min(runtime.GOMAXPROCS(0), int(pool.MaxConns)), most: int(pool.MaxConns), patience: 5 * time.Millisecond}
	r.pool, err = pgxpool.NewWithConfig(ctx, pool)
	return err
}

// Read runs fn with a connection for one query, and gives it back. Its time is bounded by
// ctx and the settings of the store; while the server is away the error is 503
// database_unavailable. Others are those of fn.
func (r *Reader) Read(ctx context.Context, fn func(context.Context, *pgx.Conn) error) error {
	return r.cfg.read(ctx, r.pool, fn)
}

// read is [Reader.Read] with a connection that could write, for what is kept for packages of
// tenon. Its error says what it was for.
func (s *Store) read(ctx context.Context, what string, fn func(context.Context, *pgx.Conn) error) error {
	if err := s.cfg.read(ctx, s.pool, fn); err != nil {
		return fmt.Errorf("pgstore: %s: %w", what, err)
	}
	return nil
}

func (cfg *Config) read(ctx context.Context, pool *pgxpool.Pool, fn func(context.Context, *pgx.Conn) error) error {
	wait, cancel := within(ctx, cfg.AcquireTimeout)
	defer cancel()
	conn, err := pool.Acquire(wait)
	if err != nil {
		return noConnection(ctx, err)
	}
	defer conn.Release()
	limited, cancel := within(ctx, cfg.StatementTimeout)
	defer cancel()
	if err = fn(limited, conn.Conn()); err == nil {
		return nil
	}
	if answer := outage(conn.Conn(), err); answer != nil {
		return answer
	}
	return err
}

// within returns ctx with a deadline, or ctx itself if that ends earlier: a timer costs more
// than a pool that has a connection.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= limit {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}
