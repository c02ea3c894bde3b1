package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A Reader runs queries outside of transactions. Each sees what was committed when it
// began, also by a transaction that its own request has begun since; it cannot write.
// It is safe for concurrent use.
//
// Each query is prepared once and kept.
type Reader struct {
	pool     *sql.DB // of queries
	own      *sql.DB // of lookups and the witness
	limit    time.Duration
	prepared sync.Map // text to *sql.Stmt
	count    atomic.Int32
	lookups  chan *direct  // has those that no lookup uses
	witness  chan *witness // has the one that tells versions while nobody asks it
}

// open makes the pools, which open their connections when they are needed.
func (r *Reader) open(cfg Config) (err error) {
	if r.pool, err = openPool(cfg.Path, reading(cfg.AcquireTimeout)); err != nil {
		return err
	}
	if r.own, err = openPool(cfg.Path, reading(cfg.AcquireTimeout)); err != nil {
		return errors.Join(err, r.pool.Close())
	}
	r.limit = cfg.StatementTimeout
	r.pool.SetMaxOpenConns(cfg.MaxConns)
	r.pool.SetMaxIdleConns(cfg.MaxConns)
	r.own.SetMaxOpenConns(cfg.MaxConns + 1)
	r.lookups = make(chan *direct, cfg.MaxConns)
	for range cfg.MaxConns {
		r.lookups <- new(direct)
	}
	r.witness = make(chan *witness, 1)
	r.witness <- new(witness)
	return nil
}

// Query runs a query. The caller closes what it returns.
func (r *Reader) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	rows := &Rows{reader: r, asked: ctx}
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > r.limit {
		ctx, rows.cancel = context.WithTimeout(ctx, r.limit)
	}
	stmt, kept, err := r.stmt(ctx, query)
	if err != nil {
		rows.release()
		return nil, rows.note(err)
	}
	return rows.run(ctx, stmt, kept, args)
}

// QueryRow runs a query of which one row is read.
func (r *Reader) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := r.Query(ctx, query, args...)
	return Row{rows: rows, err: err}
}

// stmt returns a prepared statement, which the caller closes if it is not kept.
func (r *Reader) stmt(ctx context.Context, query string) (stmt *sql.Stmt, kept bool, err error) {
	if stmt, ok := r.prepared.Load(query); ok {
		return stmt.(*sql.Stmt), true, nil
	}
	if stmt, err = r.pool.PrepareContext(ctx, query); err != nil || r.count.Load() >= maxPrepared {
		return stmt, false, err
	}
	if first, taken := r.prepared.LoadOrStore(query, stmt); taken {
		return first.(*sql.Stmt), true, stmt.Close()
	}
	r.count.Add(1)
	return stmt, true, nil
}

// note returns what others may see of an error of a query that was asked with ctx.
func (r *Reader) note(ctx context.Context, err error) error {
	if err = plain(err); errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("sqlitestore: the query took longer than %v", r.limit)
	}
	return err
}
