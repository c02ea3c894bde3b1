package sqlitestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

var errEnds = errors.New("sqlitestore: the transaction ends with its scope: return an error to roll it back")

// SQL returns tx as a transaction of database/sql, for packages that write in one, such as River.
// Its statements are those of tx: the contexts they are given do not interrupt them. Commit
// returns an error, and Rollback only ends what was returned.
func (tx *Tx) SQL() *sql.Tx {
	if tx.sql == nil {
		s := &session{tx: tx}
		if tx.writer != nil {
			_ = tx.writer.conn.Raw(func(conn any) error { s.conn, _ = conn.(driverConn); return nil })
		}
		tx.pool = sql.OpenDB(s)
		tx.sql, _ = tx.pool.BeginTx(context.Background(), nil) // which asks nobody
	}
	return tx.sql
}

// closeSQL ends what SQL has returned, and waits for its rows to be closed.
func (tx *Tx) closeSQL() {
	if tx.sql != nil {
		_ = tx.sql.Rollback()
		_ = tx.pool.Close()
	}
}

// driverConn is what the driver's connections can do.
type driverConn interface {
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

// A session is the connection of a transaction, to be used by another [sql.DB]. It neither
// begins nor ends anything.
type session struct {
	tx   *Tx
	conn driverConn
}

// ready returns why the transaction cannot go on.
func (s *session) ready() error {
	if s.tx.writer == nil || s.conn == nil {
		return errEnded
	}
	return s.tx.failed
}

// Connect implements [driver.Connector].
func (s *session) Connect(context.Context) (driver.Conn, error) { return s, nil }

// Driver implements [driver.Connector].
func (s *session) Driver() driver.Driver { return s }

// Open implements [driver.Driver]. It is not called.
func (*session) Open(string) (driver.Conn, error) { return nil, driver.ErrBadConn }

// Close implements [driver.Conn].
func (*session) Close() error { return nil }

// Begin implements [driver.Conn].
func (s *session) Begin() (driver.Tx, error) { return s, nil }

// Commit implements [driver.Tx].
func (*session) Commit() error { return errEnds }

// Rollback implements [driver.Tx].
func (*session) Rollback() error { return nil }

// Prepare implements [driver.Conn].
func (s *session) Prepare(query string) (driver.Stmt, error) {
	return s.PrepareContext(context.Background(), query)
}

// PrepareContext implements [driver.ConnPrepareContext].
func (s *session) PrepareContext(_ context.Context, query string) (driver.Stmt, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	stmt, err := s.conn.PrepareContext(s.tx.ctx, query)
	return stmt, s.tx.note(err)
}

// ExecContext implements [driver.ExecerContext].
func (s *session) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	result, err := s.conn.ExecContext(s.tx.ctx, query, args)
	return result, s.tx.note(err)
}

// QueryContext implements [driver.QueryerContext].
func (s *session) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	rows, err := s.conn.QueryContext(s.tx.ctx, query, args)
	return rows, s.tx.note(err)
}
