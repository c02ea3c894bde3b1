package sqlite

import (
	"context"
	"database/sql"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

// Providers gives operations the stores of package harbor and package idempotency.
// What is bound to the transaction of a request, [harbor.Orders] and
// [idempotency.Records], is committed together before the request is answered;
// an error of the commit is the answer. An operation that depends on neither opens none.
//
// Reads are single statements, which need no transaction to be consistent.
func (s *Store) Providers() tenon.Option {
	type bound struct{ Tx *transaction }
	return tenon.Options(
		tenon.Scoped(func(ctx context.Context, _ *struct{}) (*transaction, tenon.Close, error) {
			tx, err := s.begin(ctx)
			if err != nil {
				return nil, nil, wrap(err, "begin transaction")
			}
			return tx, tx.close, nil
		}),
		tenon.Provide(func(_ context.Context, in *bound) (harbor.Orders, error) { return in.Tx, nil }),
		tenon.Provide(func(_ context.Context, in *bound) (idempotency.Records, error) { return in.Tx, nil }),
		tenon.Value[harbor.Reader](s),
		tenon.Value[idempotency.Store](s),
	)
}

// A transaction is the one that writes at this time.
//
// Its methods run to their end whatever becomes of the request: an interrupted
// statement can roll the whole transaction back, and those after it would then be
// on their own.
type transaction struct {
	*sql.Tx
	release                   context.CancelFunc
	insertOrder, insertRecord *sql.Stmt
}

// begin starts a transaction with the right to write. ctx bounds the wait for that,
// but does not interrupt what follows: database/sql has another error for every
// place where that happens, and some mean that it is too late.
func (s *Store) begin(ctx context.Context) (tx *transaction, err error) {
	tx = new(transaction)
	// Preparing takes the connection that the transaction will hold.
	if tx.insertOrder, err = s.insertOrder.get(ctx); err != nil {
		return nil, err
	}
	if tx.insertRecord, err = s.insertRecord.get(ctx); err != nil {
		return nil, err
	}
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	detach := context.AfterFunc(ctx, cancel)
	tx.Tx, err = s.writer.BeginTx(detached, nil)
	tx.release = cancel
	inTime := detach()
	switch {
	case err == nil && inTime:
		return tx, nil
	case err == nil:
		tx.rollback()
	}
	cancel()
	if !inTime {
		err = ctx.Err()
	}
	return nil, err
}

// Transactional implements [harbor.Orders] and [idempotency.Records].
func (*transaction) Transactional() {}

// close is a [tenon.Close]: it commits unless there was an error.
func (tx *transaction) close(_ context.Context, outcome error) error {
	if outcome != nil {
		tx.rollback()
		return nil
	}
	defer tx.release()
	if err := tx.Commit(); err != nil {
		return wrap(err, "commit")
	}
	return nil
}

// rollback ends tx without effect. Its error says that tx has ended already, or
// that the connection is lost and with it what it had written.
func (tx *transaction) rollback() {
	_ = tx.Rollback()
	tx.release()
}

// write runs fn in a transaction of its own.
func (s *Store) write(ctx context.Context, fn func(context.Context, *transaction) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.rollback() // if fn panics
	err = fn(context.WithoutCancel(ctx), tx)
	if closed := tx.close(ctx, err); err == nil {
		err = closed
	}
	return err
}
