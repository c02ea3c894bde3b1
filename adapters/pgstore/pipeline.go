package pgstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A pipeline is a transaction that saves round trips: it begins in that of its first statement, and what is
// queued goes in that of the next.
type pipeline struct {
	conn   *pgx.Conn
	limit  time.Duration // of the first round trip
	begin  beginning
	tx     pgx.Tx // nil until it has begun
	queued []queued
	ended  bool // when conn is another's
}

// A beginning is the two statements that begin a transaction.
type beginning struct{ begin, limits string }

// queued is a statement whose error is that of what it is for.
type queued struct {
	what, query string
	args        []any
}

// plain reports whether a statement goes alone.
func (p *pipeline) plain() bool { return p.tx != nil && len(p.queued) == 0 }

// send sends what comes before a statement, and that one if it is not empty. The caller reads its results and
// closes them.
func (p *pipeline) send(ctx context.Context, query string, args []any) (*trip, error) {
	if p.ended {
		return nil, pgx.ErrTxClosed
	}
	t := &trip{cancel: func() {}}
	var batch pgx.Batch
	if p.tx == nil {
		ctx, t.cancel = within(ctx, p.limit)
		batch.BeginTx(pgx.TxOptions{BeginQuery: p.begin.begin})
		batch.Queue(p.begin.limits)
	}
	first, queued := batch.Len(), p.queued
	for _, q := range queued {
		batch.Queue(q.query, q.args...)
	}
	p.queued = nil
	before := batch.Len()
	if query != "" {
		batch.Queue(query, args...)
	}
	t.BatchResults = p.conn.SendBatch(ctx, &batch)
	if p.tx == nil {
		p.tx = t.Tx()
	}
	for i := range before {
		_, err := t.Exec()
		if err == nil {
			continue
		}
		_ = t.Close()
		if build, ok := errors.AsType[pgx.ErrPreprocessingBatch](err); ok { // of any of them
			i = indexOf(&batch, build.SQL())
		}
		switch {
		case i < first:
			return nil, noConnection(ctx, err)
		case i < before:
			return nil, fmt.Errorf("%s: %w", queued[i-first].what, err)
		}
		return nil, err
	}
	return t, nil
}

func indexOf(b *pgx.Batch, query string) (i int) {
	for i < b.Len()-1 && b.QueuedQueries[i].SQL != query {
		i++
	}
	return i
}

// A trip is the results of what was sent.
type trip struct {
	pgx.BatchResults
	cancel context.CancelFunc
}

// Close implements [pgx.BatchResults].
func (t *trip) Close() error {
	defer t.cancel()
	return t.BatchResults.Close()
}

// Scan implements [pgx.Row] for the last statement.
func (t *trip) Scan(to ...any) error {
	err := t.QueryRow().Scan(to...)
	if closed := t.Close(); err == nil {
		err = closed
	}
	return err
}

// flush sends what is queued, and begins.
func (p *pipeline) flush(ctx context.Context) error {
	if p.plain() {
		return nil
	}
	t, err := p.send(ctx, "", nil)
	if err != nil {
		return err
	}
	return t.Close()
}

// Exec implements [pgx.Tx].
func (p *pipeline) Exec(ctx context.Context, query string, args ...any) (tag pgconn.CommandTag, err error) {
	if p.plain() {
		return p.tx.Exec(ctx, query, args...)
	}
	t, err := p.send(ctx, query, args)
	if err != nil {
		return tag, err
	}
	tag, err = t.Exec()
	if closed := t.Close(); err == nil {
		err = closed
	}
	return tag, err
}

// QueryRow implements [pgx.Tx].
func (p *pipeline) QueryRow(ctx context.Context, query string, args ...any) pgx.Row {
	if p.plain() {
		return p.tx.QueryRow(ctx, query, args...)
	}
	t, err := p.send(ctx, query, args)
	if err != nil {
		return &trip{BatchResults: pgx.FailedBatchResults(new(pgx.Batch), err), cancel: func() {}}
	}
	return t
}

// Commit implements [pgx.Tx]. What never began is not committed.
func (p *pipeline) Commit(ctx context.Context) error {
	if p.tx == nil && len(p.queued) == 0 {
		p.end()
		return nil
	}
	if err := p.flush(ctx); err != nil {
		_ = p.Rollback(ctx)
		return err
	}
	return p.end().Commit(ctx)
}

// Rollback implements [pgx.Tx].
func (p *pipeline) Rollback(ctx context.Context) error { return p.end().Rollback(ctx) }

// noTx is a transaction that has ended.
var noTx = func() pgx.Tx {
	var b pgx.Batch
	b.BeginTx(pgx.TxOptions{})
	return pgx.FailedBatchResults(&b, pgx.ErrTxClosed).Tx()
}()

// end returns the transaction, to end it.
func (p *pipeline) end() pgx.Tx {
	p.ended, p.queued = true, nil
	if p.tx == nil {
		p.tx = noTx
	}
	return p.tx
}

// The rest of [pgx.Tx] goes behind what was queued, in a round trip of its own.

func (p *pipeline) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	if err := p.flush(ctx); err != nil {
		return pgx.FailedBatchResults(new(pgx.Batch), err).Query()
	}
	return p.tx.Query(ctx, query, args...)
}

func (p *pipeline) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := p.flush(ctx); err != nil {
		return pgx.FailedBatchResults(b, err)
	}
	return p.tx.SendBatch(ctx, b)
}

func (p *pipeline) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	return p.tx.Begin(ctx)
}

func (p *pipeline) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, from pgx.CopyFromSource) (int64, error) {
	if err := p.flush(ctx); err != nil {
		return 0, err
	}
	return p.tx.CopyFrom(ctx, table, columns, from)
}

func (p *pipeline) Prepare(ctx context.Context, name, query string) (*pgconn.StatementDescription, error) {
	if err := p.flush(ctx); err != nil {
		return nil, err
	}
	return p.tx.Prepare(ctx, name, query)
}

// LargeObjects and Conn cannot fail: an error of what was queued leaves a transaction in which all else fails.

func (p *pipeline) LargeObjects() pgx.LargeObjects {
	_ = p.flush(context.Background())
	return p.tx.LargeObjects()
}

func (p *pipeline) Conn() *pgx.Conn {
	_ = p.flush(context.Background())
	return p.conn
}
