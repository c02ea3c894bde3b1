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
	pool     *sql.DB
	limit    time.Duration
	prepared sync.Map // text to *sql.Stmt
	count    atomic.Int32
}

// Query runs a query. The caller closes what it returns.
func (r *Reader) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	limited, cancel := context.WithTimeout(ctx, r.limit)
	stmt, done, err := r.stmt(limited, query)
	if err != nil {
		cancel()
		return nil, r.note(ctx, err)
	}
	rows, err := stmt.QueryContext(limited, args...)
	if err != nil {
		done()
		cancel()
		return nil, r.note(ctx, err)
	}
	return &Rows{Rows: rows, done: func() { done(); cancel() }, note: func(err error) error { return r.note(ctx, err) }}, nil
}

// QueryRow runs a query of which one row is read.
func (r *Reader) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := r.Query(ctx, query, args...)
	return &Row{rows, err}
}

// stmt returns a prepared statement. done is called when it is not needed any more.
func (r *Reader) stmt(ctx context.Context, query string) (stmt *sql.Stmt, done func(), err error) {
	if stmt, ok := r.prepared.Load(query); ok {
		return stmt.(*sql.Stmt), func() {}, nil
	}
	if stmt, err = r.pool.PrepareContext(ctx, query); err != nil {
		return nil, nil, err
	}
	done = func() { _ = stmt.Close() }
	if r.count.Load() >= maxPrepared {
		return stmt, done, nil
	}
	if first, taken := r.prepared.LoadOrStore(query, stmt); taken {
		done()
		return first.(*sql.Stmt), func() {}, nil
	}
	r.count.Add(1)
	return stmt, func() {}, nil
}

// note returns what others may see of err.
func (r *Reader) note(ctx context.Context, err error) error {
	if err = plain(err); errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("sqlitestore: the query took longer than %v", r.limit)
	}
	return err
}

// Rows are those of a query. They are read as those of database/sql.
type Rows struct {
	*sql.Rows
	done func()
	note func(error) error
}

// Close ends the query. A second call does nothing.
func (r *Rows) Close() error {
	defer r.done()
	return r.note(r.Rows.Close())
}

// Err returns the error that has ended Next.
func (r *Rows) Err() error { return r.note(r.Rows.Err()) }

// Row is the first row of a query.
type Row struct {
	rows *Rows
	err  error
}

// Scan reads the columns, or returns [sql.ErrNoRows] when there is no row.
func (r *Row) Scan(dest ...any) (err error) {
	if r.err != nil {
		return r.err
	}
	defer func() {
		if closed := r.rows.Close(); err == nil {
			err = closed
		}
	}()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	return r.rows.Scan(dest...)
}
