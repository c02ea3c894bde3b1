package sqlitestore

import (
	"context"
	"fmt"
)

// Lookup is [Reader.QueryRow] for a row that an index finds. It takes two thirds of the time, for
// nothing watches it: ctx and StatementTimeout bound the wait for a connection, of which lookups have their
// own, and what has begun runs to its end.
func (r *Reader) Lookup(ctx context.Context, query string, args ...any) Row {
	c, err := r.takeConnection(ctx)
	if err != nil {
		return Row{err: plain(err)}
	}
	rows := &Rows{reader: r, asked: ctx, connection: c}
	stmt, kept, err := c.stmt(ctx, query)
	if err != nil {
		rows.release()
		return Row{err: rows.note(err)}
	}
	rows, err = rows.run(context.WithoutCancel(ctx), stmt, kept, args)
	return Row{rows, err}
}

// takeConnection waits for a connection for lookups. The rows that have it give it back.
func (r *Reader) takeConnection(ctx context.Context) (c *connection, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case c = <-r.lookups:
	default: // to ask ctx for its channel may start a timer
		wait, cancel := context.WithTimeout(ctx, r.limit)
		defer cancel()
		select {
		case c = <-r.lookups:
		case <-wait.Done():
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return nil, answered(errUnavailable, fmt.Errorf("no connection for %v", r.limit))
		}
	}
	if err := c.open(ctx, r.pool); err != nil {
		r.lookups <- c
		return nil, err
	}
	return c, nil
}

// closeOwn gives connections for lookups, and the witness, back to the pool, but for those that are in use.
func (r *Reader) closeOwn() {
	select {
	case w := <-r.witness:
		w.close()
		r.witness <- w
	default:
	}
	for range cap(r.lookups) {
		select {
		case c := <-r.lookups:
			c.close()
			r.lookups <- c
		default:
			return
		}
	}
}
