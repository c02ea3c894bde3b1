package sqlitestore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// maxPrepared is how many statements are kept prepared. Others are prepared each time.
const maxPrepared = 256

// A writer is the connection that writes. One goroutine has it at a time.
//
// Its transactions are statements, not those of database/sql: so all statements stay
// prepared, and the first use of one may be in a transaction.
type writer struct {
	conn     *sql.Conn // nil before the first use, and after it was lost
	prepared map[string]*sql.Stmt
}

// stmt returns a prepared statement. done is called when it is not needed any more.
func (w *writer) stmt(ctx context.Context, query string) (stmt *sql.Stmt, done func(), err error) {
	if stmt := w.prepared[query]; stmt != nil {
		return stmt, func() {}, nil
	}
	if stmt, err = w.conn.PrepareContext(ctx, query); err != nil {
		return nil, nil, err
	}
	if len(w.prepared) >= maxPrepared {
		return stmt, func() { _ = stmt.Close() }, nil
	}
	w.prepared[query] = stmt
	return stmt, func() {}, nil
}

// run runs a statement without arguments.
func (w *writer) run(ctx context.Context, query string) error {
	stmt, done, err := w.stmt(ctx, query)
	if err != nil {
		return err
	}
	defer done()
	_, err = stmt.ExecContext(ctx)
	return err
}

// drop closes the connection, and rolls back what it has written. The next use opens another.
func (w *writer) drop() {
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn }) // which closes it
	_ = w.conn.Close()
	w.conn, w.prepared = nil, nil
}

// Waits for another process to finish writing.
const (
	firstWait = time.Millisecond // doubled after each
	maxWait   = 50 * time.Millisecond
)

// begin begins to write. It asks another process that is writing again and again until
// ctx is done.
func (w *writer) begin(ctx context.Context, pool *sql.DB) (err error) {
	if w.conn == nil {
		if w.conn, err = pool.Conn(ctx); err != nil {
			return err
		}
		w.prepared = make(map[string]*sql.Stmt)
	}
	for wait := firstWait; ; wait = min(2*wait, maxWait) {
		// Without ctx: an interrupted BEGIN may have begun.
		err = w.run(context.WithoutCancel(ctx), "BEGIN IMMEDIATE")
		switch {
		case err == nil:
			return nil
		case !busy(err):
			w.drop()
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf("another process is writing: %w", ctx.Err())
		}
	}
}

// take waits for the writer, within AcquireTimeout, and begins to write.
func (s *Store) take(ctx context.Context) (*writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, s.cfg.AcquireTimeout)
	defer cancel()
	var err error
	select {
	case w := <-s.turn:
		if err = w.begin(wait, s.pool); err == nil {
			return w, nil
		}
		s.turn <- w
	case <-wait.Done():
		err = errors.New("others are writing")
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case wait.Err() != nil:
		return nil, errUnavailable.With(fmt.Errorf("sqlitestore: no right to write for %v: %v", s.cfg.AcquireTimeout, err))
	}
	return nil, plain(err)
}
