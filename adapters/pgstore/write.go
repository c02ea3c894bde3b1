package pgstore

import (
	"context"
	"errors"
)

// Write runs fn in a transaction of its own, which is committed if fn returns nil. It is for
// what is no part of a request: a handler that has a [Tx] would hold two connections. While
// the server is away the error is 503 database_unavailable. Others are those of fn.
func (s *Store) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return s.run(ctx, s.beginTx, func(tx *Tx) error { return fn(ctx, tx) })
}

// write is [Store.Write] for what the package keeps itself.
func (s *Store) write(ctx context.Context, fn func(*Tx) error) error {
	return s.run(ctx, s.beginOwn, fn)
}

// run runs fn in a transaction, which is rolled back when fn panics. ctx bounds it
// together with the limits of a transaction.
func (s *Store) run(ctx context.Context, begin beginning, fn func(*Tx) error) error {
	tx, end, err := s.begin(ctx, begin)
	if err != nil {
		return err
	}
	returned := false
	defer func() {
		if !returned {
			_ = end(context.WithoutCancel(ctx), errPanic)
		}
	}()
	err = fn(&Tx{tx})
	returned = true
	if closed := end(context.WithoutCancel(ctx), err); closed != nil {
		return closed
	}
	return err
}

var errPanic = errors.New("pgstore: panic in a transaction")
