package sqlitestore

import (
	"context"
	"errors"
	"fmt"
)

// Lookup is [Reader.QueryRow] for a row that an index finds. It takes half of the time, for nothing
// watches it: ctx and StatementTimeout bound the wait for a connection, of which lookups have their
// own, and what has begun runs to its end.
func (r *Reader) Lookup(ctx context.Context, query string, args ...any) Row {
	named, err := values(args)
	if err != nil {
		return Row{err: fmt.Errorf("sqlitestore: %w", err)}
	}
	c, err := r.takeConnection(ctx)
	if err != nil {
		return Row{err: plain(err)}
	}
	defer func() { r.lookups <- c }()
	row, err := c.first(query, named)
	return Row{found: row, err: plain(err)}
}

// takeConnection waits for a connection for lookups. Its caller gives it back.
func (r *Reader) takeConnection(ctx context.Context) (c *direct, err error) {
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
	if err := c.open(ctx, r.own); err != nil {
		r.lookups <- c
		return nil, err
	}
	return c, nil
}

// close closes what reads, but for connections that are in use.
func (r *Reader) close() error {
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
		}
	}
	return errors.Join(r.own.Close(), r.pool.Close())
}
