package pgstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A beginning is the two statements that begin a transaction.
type beginning struct{ begin, limits string }

// queued is a statement whose error is that of what it is for.
type queued struct {
	what, query string
	args        []any
}

// send sends what comes before a statement, and that one if it is not empty. The caller reads its results and
// closes them.
func (p *pipeline) send(ctx context.Context, query string, args []any) (*trip, error) {
	if p.ended {
		return nil, pgx.ErrTxClosed
	}
	t := &trip{cancel: func() {}}
	var batch pgx.Batch
	limited, send := ctx, p.conn.SendBatch
	if p.tx == nil {
		limited, t.cancel = within(ctx, p.limit)
		batch.BeginTx(pgx.TxOptions{BeginQuery: p.begin.begin})
		batch.Queue(p.begin.limits)
	} else {
		send = p.tx.SendBatch // which sends nothing if it could not begin
	}
	first, queued := batch.Len(), *p.queued
	for _, q := range queued {
		batch.Queue(q.query, q.args...)
	}
	*p.queued = nil
	before := batch.Len()
	if query != "" {
		batch.Queue(query, args...)
	}
	t.BatchResults = send(limited, &batch)
	if p.tx == nil {
		p.tx = t.Tx()
	}
	for i := range before {
		if _, err := t.Exec(); err != nil {
			_ = t.Close()
			return nil, p.failure(ctx, &batch, err, i, first, queued)
		}
	}
	return t, nil
}

// failure returns whose error it is that came with result i of b: of those before first, which begin, of what was
// queued, or of the statement that is the last. If the server has heard of nothing, a later statement may well succeed, and
// the commit: what was queued goes with that one.
func (p *pipeline) failure(ctx context.Context, b *pgx.Batch, err error, i, first int, queued []queued) error {
	if errors.Is(err, pgx.ErrTxClosed) {
		return err
	}
	switch p.conn.PgConn().TxStatus() {
	case 'I':
		p.unbegun = true
	case 'T':
		*p.queued = queued
	}
	pgErr, ofServer := errors.AsType[*pgconn.PgError](err)
	early, isEarly := errors.AsType[pgx.ErrPreprocessingBatch](err) // of any of them
	switch {
	case first > 0 && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return noConnection(ctx, err) // for as long as it may take to begin
	case isEarly:
		i = indexOf(b, early.SQL())
	case !ofServer && !p.conn.IsClosed(), ofServer && i < first && strings.HasPrefix(pgErr.Code, syntaxError):
		return err // nobody knows
	}
	switch {
	case i < first:
		return noConnection(ctx, err)
	case i < first+len(queued):
		return fmt.Errorf("%s: %w", queued[i-first].what, err)
	}
	return err
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

func failed(err error) *trip {
	return &trip{BatchResults: pgx.FailedBatchResults(new(pgx.Batch), err), cancel: func() {}}
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
