package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/webhook"
)

// A Tx is the write transaction of a request. It begins in one round trip with its first
// statement. It is committed when the stage that first needed it returns no error, and rolled
// back otherwise. One goroutine uses it at a time, until the handler returns.
//
// It has the methods of [pgx.Tx]. Statements take the context of the request. One that is interrupted loses its
// connection, and the transaction with it.
type Tx struct{ *pipeline }

// A ReadTx is a transaction that sees one state of the database and cannot write. An
// operation that has a [Tx] reads through that: both would be two connections.
type ReadTx struct{ pgx.Tx }

var errEnds = errors.New("pgstore: the transaction ends with its request: return an error to roll it back")

// Queue sends a statement with the next one of the transaction, or before the commit, and saves its round trip. If it
// fails, that is the error of the next one, as "what: the error", and nothing behind it is run. So it is not for an
// error that is turned into an answer where it arises. Within a savepoint it belongs to that.
func (tx *Tx) Queue(what, query string, args ...any) {
	*tx.queued = append(*tx.queued, queued{what, query, args})
}

// Transactional does nothing: what an operation writes through a Tx and what belongs to a
// transaction otherwise must come from one scope, see [tenon.Scoped].
func (*Tx) Transactional() {}

// Commit returns an error: the transaction is committed by its scope.
func (*Tx) Commit(context.Context) error { return errEnds }

// Rollback returns an error: the transaction is rolled back by its scope.
func (*Tx) Rollback(context.Context) error { return errEnds }

// Commit returns an error: the transaction is ended by its scope.
func (*ReadTx) Commit(context.Context) error { return errEnds }

// Rollback returns an error: the transaction is ended by its scope.
func (*ReadTx) Rollback(context.Context) error { return errEnds }

// Providers gives operations a [Tx] and, bound to it, [idempotency.Records], [webhook.Events]
// and a [webhook.Registrar]; a [ReadTx], a [Reader], an [idempotency.Store] and a
// [webhook.Registry]. An operation that needs no transaction begins none. While the server is away
// or busy the answer is 503 database_unavailable with Retry-After, and 507 storage_full while its
// disk is full.
//
// Other stores of a service are bound to Tx and Reader by providers that depend on them.
func (s *Store) Providers() tenon.Option {
	type bound struct{ Tx *Tx }
	return tenon.Options(
		tenon.Scoped(func(ctx context.Context, _ *struct{}) (*Tx, tenon.Close, error) {
			tx, end, err := s.begin(ctx, s.beginTx)
			return &Tx{tx}, end, err
		}, tenon.Errors(errUnavailable, errFull)),
		tenon.Scoped(func(ctx context.Context, _ *struct{}) (*ReadTx, tenon.Close, error) {
			tx, end, err := s.begin(ctx, s.beginRead)
			return &ReadTx{tx}, end, err
		}, tenon.Errors(errUnavailable)),
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

// begin takes a connection for a transaction, which begins with its first statement. ctx bounds the wait for that, and does
// not end what follows.
func (s *Store) begin(ctx context.Context, begin beginning) (*pipeline, tenon.Close, error) {
	wait, cancel := within(ctx, s.cfg.AcquireTimeout)
	defer cancel()
	conn, err := s.pool.Acquire(wait)
	if err != nil {
		return nil, nil, noConnection(ctx, err)
	}
	tx := &pipeline{conn: conn.Conn(), limit: s.cfg.AcquireTimeout + s.cfg.StatementTimeout, begin: begin, queued: new([]queued)}
	return tx, s.end(conn, tx), nil
}

// noConnection returns what is answered when there was none, because of err: 503, but
// not to a client that has left.
func noConnection(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("pgstore: wait for a connection: %w", ctx.Err())
	}
	return errUnavailable.With(fmt.Errorf("pgstore: no connection: %w", err))
}

// end returns what ends tx and gives its connection back, whatever has become of both.
func (s *Store) end(conn *pgxpool.Conn, tx pgx.Tx) tenon.Close {
	return func(ctx context.Context, outcome error) error {
		defer conn.Release()
		ctx, cancel := context.WithTimeout(ctx, s.cfg.CloseTimeout)
		defer cancel()
		if outcome != nil {
			_ = tx.Rollback(ctx) // an error means that the connection is lost, and what tx had written
			return outage(conn.Conn(), outcome)
		}
		err := tx.Commit(ctx)
		if err == nil {
			return nil
		}
		err = fmt.Errorf("pgstore: commit: %w", err)
		if answer := lost(conn.Conn(), err); answer != nil {
			return answer
		}
		return err
	}
}
