package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A writer is the connection that writes, with the transactions that it has not committed yet.
//
// Its transactions are statements, not those of database/sql: so all statements stay
// prepared, and the first use of one may be in a transaction.
type writer struct {
	connection
	group *group // nil between transactions of SQLite
}

// run runs one of the statements that begin and end.
func (w *writer) run(ctx context.Context, query string) error {
	_, err := w.prepared[query].ExecContext(ctx)
	return err
}

// The statements of each group, and of each transaction in it.
const (
	begin    = "BEGIN IMMEDIATE"
	commit   = "COMMIT"
	rollback = "ROLLBACK"

	savepoint = "SAVEPOINT member"
	undo      = "ROLLBACK TO member"
	release   = "RELEASE member"
)

// connect opens a connection, if there is none.
func (w *writer) connect(ctx context.Context, pool *sql.DB) (err error) {
	if w.conn != nil {
		return nil
	}
	if err := w.open(ctx, pool); err != nil {
		return err
	}
	// It waits by itself, in a way that ends with a context.
	if _, err := w.conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		w.drop()
		return err
	}
	for _, query := range []string{begin, commit, rollback, savepoint, undo, release} {
		if _, _, err := w.stmt(ctx, query); err != nil {
			w.drop()
			return err
		}
	}
	return nil
}

// Waits for another process to finish writing.
const (
	firstWait = time.Millisecond // doubled after each
	maxWait   = 50 * time.Millisecond
)

// begin begins to write. It asks another process that is writing again and again until
// ctx is done.
func (w *writer) begin(ctx context.Context, pool *sql.DB) (err error) {
	if err := w.connect(ctx, pool); err != nil {
		return err
	}
	for wait := firstWait; ; wait = min(2*wait, maxWait) {
		// Without ctx: an interrupted BEGIN may have begun.
		err = w.run(context.WithoutCancel(ctx), begin)
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
		if err = w.join(wait, s.pool); err == nil {
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
		return nil, answered(errUnavailable, fmt.Errorf("no right to write for %v: %v", s.cfg.AcquireTimeout, err))
	}
	return nil, plain(err)
}
