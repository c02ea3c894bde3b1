package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
)

// Create writes an order, its key and the answer to its request in one
// transaction: after an error, or a crash, all are there or none. It returns
// [harbor.ErrKeyExists] if the key is recorded already, which a caller that has
// looked with [Store.Replay] sees only when another process was faster; it
// looks again. ctx bounds the wait for the right to write; from then on Create
// does not heed it, so that an error always means that nothing was written.
func (s *Store) Create(ctx context.Context, order harbor.Order, key harbor.Key, answer harbor.Answer) error {
	if err := s.create(ctx, order, key, answer); err != nil {
		return wrap(err, "create order %s", order.ID)
	}
	return nil
}

func (s *Store) create(ctx context.Context, o harbor.Order, k harbor.Key, a harbor.Answer) error {
	saveKey, err := s.insertKey.get(ctx)
	if err != nil {
		return err
	}
	saveOrder, err := s.insertOrder.get(ctx)
	if err != nil {
		return err
	}
	tx, end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	ctx = context.WithoutCancel(ctx)

	at := o.CreatedAt.UnixMicro()
	if a.Body == nil {
		a.Body = []byte{} // nil would be NULL
	}
	result, err := tx.StmtContext(ctx, saveKey).ExecContext(ctx,
		k.Owner, k.Operation, k.Value, k.Fingerprint[:], a.Status, a.Body, at)
	if err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	saved, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("save key: %w", err)
	}
	if saved == 0 {
		return harbor.ErrKeyExists
	}
	if _, err := tx.StmtContext(ctx, saveOrder).ExecContext(ctx,
		o.ID[:], o.CustomerID, o.AmountCents, string(o.Currency), string(o.Status), at, o.RiskScore, o.InternalNotes); err != nil {
		return fmt.Errorf("save order: %w", err)
	}
	return tx.Commit()
}

// Order returns one order, or [harbor.ErrOrderNotFound].
func (s *Store) Order(ctx context.Context, id harbor.OrderID) (harbor.Order, error) {
	order, err := s.order(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = harbor.ErrOrderNotFound
	}
	if err != nil {
		return harbor.Order{}, wrap(err, "read order %s", id)
	}
	return order, nil
}

func (s *Store) order(ctx context.Context, id harbor.OrderID) (harbor.Order, error) {
	stmt, err := s.selectOrder.get(ctx)
	if err != nil {
		return harbor.Order{}, err
	}
	return scanOrder(stmt.QueryRowContext(ctx, id[:]))
}

// List returns up to limit orders of a customer, newest first, that come after
// the position before; nil means from the newest. The list is empty, not an error,
// for a customer without orders. limit is 1 or more.
//
// Walking on from the position of the last order returns each order that was
// there at the first call exactly once, whatever is created meanwhile.
func (s *Store) List(ctx context.Context, customerID string, before *harbor.Position, limit int) ([]harbor.Order, error) {
	if limit < 1 { // SQLite takes a negative limit for none
		return nil, fmt.Errorf("list orders of customer %q: limit is %d, want 1 or more", customerID, limit)
	}
	at, id := int64(math.MaxInt64), harbor.OrderID{}
	if before != nil {
		at, id = before.At.UnixMicro(), before.ID
	}
	orders, err := s.list(ctx, customerID, at, id, limit)
	if err != nil {
		return nil, wrap(err, "list orders of customer %q", customerID)
	}
	return orders, nil
}

// maxReserve bounds what list allocates before it knows how many orders there are.
const maxReserve = 128

func (s *Store) list(ctx context.Context, customerID string, at int64, id harbor.OrderID, limit int) (_ []harbor.Order, err error) {
	stmt, err := s.selectList.get(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, customerID, at, id[:], limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	orders := make([]harbor.Order, 0, min(limit, maxReserve))
	for rows.Next() {
		order, err := scanOrder(rows)
		if err != nil {
			return nil, err
		}
		orders = append(orders, order)
	}
	return orders, rows.Err()
}

// scanOrder reads the columns that selectOrder and selectList name.
func scanOrder(row interface{ Scan(...any) error }) (harbor.Order, error) {
	var o harbor.Order
	err := row.Scan((*idColumn)(&o.ID), &o.CustomerID, &o.AmountCents, &o.Currency, &o.Status,
		(*timeColumn)(&o.CreatedAt), &o.RiskScore, &o.InternalNotes)
	return o, err
}

// idColumn reads an ID stored as its 16 bytes.
type idColumn harbor.OrderID

// Scan implements [sql.Scanner].
func (c *idColumn) Scan(value any) error {
	b, ok := value.([]byte)
	if !ok || len(b) != len(c) {
		return fmt.Errorf("column has %T, want %d bytes", value, len(c))
	}
	copy(c[:], b)
	return nil
}

// timeColumn reads a time stored as microseconds since 1970.
type timeColumn time.Time

// Scan implements [sql.Scanner].
func (c *timeColumn) Scan(value any) error {
	micros, ok := value.(int64)
	if !ok {
		return fmt.Errorf("column has %T, want microseconds", value)
	}
	*c = timeColumn(time.UnixMicro(micros).UTC())
	return nil
}
