package sqlitestore

import (
	"context"
	"database/sql"
)

// Rows are those of a query. They are read as those of database/sql.
type Rows struct {
	*sql.Rows
	query  string
	tx     *Tx     // where the query runs, or
	reader *Reader // with asked and cancel
	asked  context.Context
	cancel context.CancelFunc
	stmt   *sql.Stmt // one that is not kept
}

// run begins the query. After an error r is closed.
func (r *Rows) run(ctx context.Context, stmt *sql.Stmt, kept bool, args []any) (_ *Rows, err error) {
	if !kept {
		r.stmt = stmt
	}
	if r.Rows, err = stmt.QueryContext(ctx, args...); err != nil { //nolint:rowserrcheck // the caller reads them
		r.release()
		return nil, r.note(err)
	}
	return r, nil
}

func (r *Rows) note(err error) error {
	if r.tx != nil {
		return r.tx.note(err)
	}
	return r.reader.note(r.asked, err)
}

func (r *Rows) release() {
	if r.cancel != nil {
		r.cancel()
	}
	if r.tx != nil {
		r.tx.forget(r)
	}
	if r.stmt != nil {
		_ = r.stmt.Close()
	}
}

// Close ends the query. A second call does nothing.
func (r *Rows) Close() error {
	defer r.release()
	return r.note(r.Rows.Close())
}

// Err returns the error that has ended Next.
func (r *Rows) Err() error { return r.note(r.Rows.Err()) }

// A Row is the first row of a query.
type Row struct {
	rows  *Rows // or
	found found
	err   error
}

// Scan reads the columns, or returns [sql.ErrNoRows] when there is no row.
func (r Row) Scan(dest ...any) (err error) {
	if r.err != nil {
		return r.err
	}
	if r.rows == nil {
		return r.found.scan(dest)
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
