package sqlitestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// A version is a state of the file, as one connection counts them.
type version struct{ connection, number int64 }

// A witness is a connection that tells versions.
type witness struct {
	conn *sql.Conn // nil before the first use, and after it has failed
	stmt driver.Stmt
	last version
}

// version returns the newest version, unless another goroutine is asking for it or that fails.
func (r *Reader) version(ctx context.Context) (v version, ok bool) {
	select {
	case w := <-r.witness:
		defer func() { r.witness <- w }()
		if err := w.look(ctx, r.pool); err != nil {
			w.drop()
			return v, false
		}
		return w.last, true
	default:
		return v, false
	}
}

// look makes last the newest version.
func (w *witness) look(ctx context.Context, pool *sql.DB) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.open(ctx, pool); err != nil {
		return err
	}
	return w.conn.Raw(func(any) error {
		rows, err := w.stmt.(driver.StmtQueryContext).QueryContext(context.Background(), nil)
		if err != nil {
			return err
		}
		var columns [1]driver.Value
		err = errors.Join(rows.Next(columns[:]), rows.Close())
		number, ok := columns[0].(int64)
		if err == nil && !ok {
			err = fmt.Errorf("the version is %v, want a number", columns[0])
		}
		w.last.number = number
		return err
	})
}

// open opens the connection, if there is none.
func (w *witness) open(ctx context.Context, pool *sql.DB) (err error) {
	if w.conn != nil {
		return nil
	}
	if w.conn, err = pool.Conn(ctx); err != nil {
		return err
	}
	w.last.connection++
	return w.conn.Raw(func(conn any) (err error) {
		w.stmt, err = conn.(driver.ConnPrepareContext).PrepareContext(ctx, "PRAGMA data_version")
		return err
	})
}

// close gives the connection back, without its statement: see [connection.close].
func (w *witness) close() {
	if w.stmt != nil {
		_ = w.conn.Raw(func(any) error { return w.stmt.Close() })
	}
	if w.conn != nil {
		_ = w.conn.Close()
	}
	w.conn, w.stmt = nil, nil
}

// drop closes the connection. The next use opens another, which counts otherwise.
func (w *witness) drop() {
	if w.conn != nil {
		_ = w.conn.Raw(func(any) error {
			if w.stmt != nil {
				_ = w.stmt.Close()
			}
			return driver.ErrBadConn
		})
	}
	w.conn, w.stmt = nil, nil
}
