package pgstore

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A pipeline is a transaction that saves round trips: it begins in that of its first statement, and what is
// queued goes in that of the next. A savepoint is one as well, which begins at once.
type pipeline struct {
	conn    *pgx.Conn
	limit   time.Duration // of the first round trip
	begin   beginning
	tx      pgx.Tx    // nil until it has begun
	queued  *[]queued // shared with savepoints
	unbegun bool      // when it could not begin, and conn is in no transaction
	ended   bool      // when conn is another's
}

// plain reports whether a statement goes alone.
func (p *pipeline) plain() bool { return p.tx != nil && len(*p.queued) == 0 }

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

// optional reports whether there are options of pgx, which a batch does not take, among arguments.
func optional(args []any) bool {
	return slices.ContainsFunc(args, func(arg any) bool {
		switch arg.(type) {
		case pgx.QueryExecMode, pgx.QueryResultFormats, pgx.QueryResultFormatsByOID:
			return true
		}
		return false
	})
}

// Exec implements [pgx.Tx].
func (p *pipeline) Exec(ctx context.Context, query string, args ...any) (tag pgconn.CommandTag, err error) {
	if len(args) == 0 || optional(args) { // it may be several statements in one
		if err := p.flush(ctx); err != nil {
			return tag, err
		}
	}
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
	if optional(args) {
		if err := p.flush(ctx); err != nil {
			return failed(err)
		}
	}
	if p.plain() {
		return p.tx.QueryRow(ctx, query, args...)
	}
	t, err := p.send(ctx, query, args)
	if err != nil {
		return failed(err)
	}
	return t
}

// Commit implements [pgx.Tx]. What never began is not committed.
func (p *pipeline) Commit(ctx context.Context) error {
	if p.tx == nil && len(*p.queued) == 0 {
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
	if !p.ended { // later, what is queued is no savepoint's
		p.ended, *p.queued = true, nil
	}
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
	inner, err := p.tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &pipeline{conn: p.conn, tx: inner, queued: p.queued}, nil
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
	if p.unbegun && !p.ended { // what it does would be committed at once
		_ = p.conn.Close(context.Background())
	}
	return p.conn
}
