package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/webhook"
)

// A Tx is the write transaction of a request, the only one at its time. It is committed when
// the stage that first needed it returns no error, and rolled back otherwise. One goroutine
// uses it at a time, until the handler returns.
//
// Its statements run to their end whatever becomes of the request, until StatementTimeout
// is over for all of them: an interrupted one can roll back all others. After such an
// error, and after one of a full disk, nothing is committed, even if the handler returns none.
//
// Those that wait for the right to write when one ends follow it before it is committed, up to 32 and for 5 ms: one commit
// is for all, and nobody is answered before it. One that is rolled back leaves the others whole. If the commit fails, or SQLite
// rolls back everything because of one, all of them are told so, also those with an error of their own.
//
// Each statement is prepared once and kept.
type Tx struct {
	store  *Store
	writer *writer // nil when the transaction has ended
	ctx    context.Context
	cancel context.CancelFunc
	open   []*Rows
	sql    *sql.Tx // of SQL, and
	pool   *sql.DB // of which it is
	failed error   // why the transaction cannot be committed
}

// Transactional does nothing: what an operation writes through a Tx and what belongs to a
// transaction otherwise must come from one scope, see [tenon.Scoped].
func (*Tx) Transactional() {}

var errEnded = errors.New("sqlitestore: the transaction has ended")

// Providers gives operations a [Tx] and, bound to it, [idempotency.Records], [webhook.Events] and a
// [webhook.Registrar]; a [Reader], an [idempotency.Store] and a [webhook.Registry]. An operation that
// needs no transaction begins none. While the file is busy or cannot be used the answer is 503 database_unavailable
// with Retry-After, and 507 storage_full while the disk is full.
//
// Other stores of a service are bound to Tx and Reader by providers that depend on them.
func (s *Store) Providers() tenon.Option {
	type bound struct{ Tx *Tx }
	return tenon.Options(
		tenon.Scoped(func(ctx context.Context, _ *struct{}) (*Tx, tenon.Close, error) {
			tx, err := s.begin(ctx)
			if err != nil {
				return nil, nil, fmt.Errorf("sqlitestore: begin: %w", err)
			}
			return tx, tx.end, nil
		}, tenon.Errors(errUnavailable, errFull)),
		tenon.Provide(func(context.Context, *struct{}) (*Reader, error) { return &s.reader, nil }, tenon.Errors(errUnavailable)),
		tenon.Provide(func(_ context.Context, in *bound) (idempotency.Records, error) { return in.Tx.Records(), nil }),
		tenon.Provide(func(_ context.Context, in *bound) (webhook.Events, error) { return in.Tx.Events(), nil }),
		tenon.Provide(func(_ context.Context, in *bound) (webhook.Registrar, error) { return hooks{in.Tx}, nil }),
		tenon.Value[idempotency.Store](s),
		tenon.Provide(func(context.Context, *struct{}) (webhook.Registry, error) { return s.Webhooks(), nil },
			tenon.Errors(errUnavailable, errFull)),
	)
}

// Records returns what [Store.Providers] gives, for a transaction of [Store.Write].
func (tx *Tx) Records() idempotency.Records { return records{tx} }

// Events returns what [Store.Providers] gives, for a transaction of [Store.Write].
func (tx *Tx) Events() webhook.Events { return hooks{tx} }

// begin begins a transaction. ctx bounds the wait for that, and does not end what follows.
func (s *Store) begin(ctx context.Context) (*Tx, error) {
	w, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	tx := &Tx{store: s, writer: w}
	tx.ctx, tx.cancel = context.WithTimeout(context.WithoutCancel(ctx), s.cfg.StatementTimeout)
	return tx, nil
}

// Exec runs a statement.
func (tx *Tx) Exec(_ context.Context, query string, args ...any) (sql.Result, error) {
	stmt, kept, err := tx.stmt(query)
	if err != nil {
		return nil, tx.note(err)
	}
	if !kept {
		defer stmt.Close()
	}
	result, err := stmt.ExecContext(tx.ctx, args...)
	return result, tx.note(err)
}

// Query runs a query. The caller closes what it returns.
func (tx *Tx) Query(_ context.Context, query string, args ...any) (*Rows, error) {
	stmt, kept, err := tx.stmt(query)
	if err != nil {
		return nil, tx.note(err)
	}
	rows := &Rows{tx: tx, query: query}
	tx.open = append(tx.open, rows)
	return rows.run(tx.ctx, stmt, kept, args)
}

// QueryRow runs a query of which one row is read.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := tx.Query(ctx, query, args...)
	return Row{rows: rows, err: err}
}

func (tx *Tx) stmt(query string) (stmt *sql.Stmt, kept bool, err error) {
	switch {
	case tx.writer == nil:
		return nil, false, errEnded
	case tx.failed != nil: // what SQLite has rolled back is over, and others would commit by themselves
		return nil, false, tx.failed
	}
	for _, rows := range tx.open {
		if rows.query == query { // the statement that is kept is in use
			stmt, err = tx.writer.conn.PrepareContext(tx.ctx, query)
			return stmt, false, err
		}
	}
	return tx.writer.stmt(tx.ctx, query)
}

// closeRows closes what the handler has not closed: others will run these statements.
func (tx *Tx) closeRows() {
	tx.closeSQL()
	for len(tx.open) > 0 {
		_ = tx.open[0].Close()
	}
}

func (tx *Tx) forget(rows *Rows) {
	tx.open = slices.DeleteFunc(tx.open, func(r *Rows) bool { return r == rows })
}

// note remembers err if it is one after which the transaction cannot be committed, and
// returns what others may see of it.
func (tx *Tx) note(err error) error {
	if err == nil {
		return nil
	}
	if tx.writer != nil && tx.ctx.Err() != nil {
		tx.failed = fmt.Errorf("sqlitestore: the transaction took longer than %v", tx.store.cfg.StatementTimeout)
		return tx.failed
	}
	ending := ends(err)
	if err = plain(err); ending {
		tx.failed = err
	}
	return err
}

// end is a [tenon.Close]: it commits unless there was an error.
func (tx *Tx) end(_ context.Context, outcome error) error {
	tx.closeRows()
	if outcome == nil && tx.failed == nil && tx.ctx.Err() != nil {
		_ = tx.note(tx.ctx.Err())
	}
	err := tx.settle(outcome == nil && tx.failed == nil)
	switch {
	case tx.failed != nil && outcome != nil:
		return nil
	case tx.failed != nil:
		err = tx.failed
	case err != nil && outcome != nil: // its reason may be what others had written, which is gone
		err = answered(errUnavailable, fmt.Errorf("%w: %w", err, outcome))
	}
	if err != nil {
		return fmt.Errorf("sqlitestore: commit: %w", err)
	}
	return nil
}

// rollback ends tx without effect.
func (tx *Tx) rollback() {
	tx.closeRows()
	_ = tx.settle(false)
}

// settle ends tx and lets others write.
func (tx *Tx) settle(keep bool) error {
	tx.cancel()
	w := tx.writer
	tx.writer = nil
	return tx.store.settle(w, keep)
}

// Write runs fn in a transaction of its own, which is committed if fn returns nil. A
// handler that has a [Tx] must not call it: both would wait for each other.
func (s *Store) Write(ctx context.Context, fn func(context.Context, *Tx) error) (err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if tx.writer != nil { // fn has panicked
			tx.rollback()
		}
	}()
	err = fn(ctx, tx)
	if ended := tx.end(ctx, err); ended != nil {
		err = ended
	}
	return err
}
