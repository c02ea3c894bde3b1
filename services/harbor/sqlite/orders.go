package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/tenonapi/tenon/adapters/sqlitestore"

	"github.com/tenonapi/tenon/services/harbor"
)

// orderColumns are those that find an order, and what is found.
const (
	orderColumns = `id, merchant_id, ` + foundColumns
	foundColumns = `customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes`
)

// orders are the [harbor.Orders] of a transaction.
type orders struct{ tx *sqlitestore.Tx }

// Transactional implements [harbor.Orders].
func (orders) Transactional() {}

// Add implements [harbor.Orders].
func (s orders) Add(ctx context.Context, o harbor.Order) error {
	_, err := s.tx.Exec(ctx, `INSERT INTO orders (`+orderColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, o.ID[:], string(o.Merchant), o.CustomerID, o.AmountCents,
		string(o.Currency), string(o.Status), o.CreatedAt.UnixMicro(), o.RiskScore, o.InternalNotes)
	if err != nil {
		return fmt.Errorf("add order %s: %w", o.ID, err)
	}
	return nil
}

// Order implements [harbor.Reader].
func (s *Store) Order(ctx context.Context, m harbor.MerchantID, id harbor.OrderID) (harbor.Order, error) {
	order := harbor.Order{ID: id, Merchant: m}
	err := s.Reader().Lookup(ctx, `SELECT `+foundColumns+` FROM orders WHERE id = ? AND merchant_id = ?`, id[:], string(m)).Scan(found(&order)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = harbor.ErrOrderNotFound
	}
	if err != nil {
		return harbor.Order{}, fmt.Errorf("read order %s: %w", id, err)
	}
	return order, nil
}

const selectList = `SELECT ` + orderColumns + ` FROM orders
	WHERE merchant_id = ? AND customer_id = ? AND (created_at, id) < (?, ?)
	ORDER BY created_at DESC, id DESC LIMIT ?`

// List implements [harbor.Reader]. The list is empty, not an error, for a customer
// without orders. limit is 1 or more.
//
// Walking on from the position of the last order returns each order that was
// there at the first call exactly once, whatever is created meanwhile.
func (s *Store) List(ctx context.Context, m harbor.MerchantID, customerID string, before *harbor.Position, limit int) ([]harbor.Order, error) {
	if limit < 1 { // SQLite takes a negative limit for none
		return nil, fmt.Errorf("list orders of customer %q: limit is %d, want 1 or more", customerID, limit)
	}
	at, id := int64(math.MaxInt64), harbor.OrderID{}
	if before != nil {
		at, id = before.At.UnixMicro(), before.ID
	}
	orders, err := s.list(ctx, m, customerID, at, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list orders of customer %q: %w", customerID, err)
	}
	return orders, nil
}

// maxReserve bounds what list allocates before it knows how many orders there are.
const maxReserve = 128

func (s *Store) list(ctx context.Context, m harbor.MerchantID, customerID string, at int64, id harbor.OrderID, limit int) (_ []harbor.Order, err error) {
	rows, err := s.Reader().Query(ctx, selectList, string(m), customerID, at, id[:], limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	orders := make([]harbor.Order, 0, min(limit, maxReserve))
	for rows.Next() {
		var order harbor.Order
		if err := rows.Scan(append([]any{(*idColumn)(&order.ID), (*string)(&order.Merchant)}, found(&order)...)...); err != nil {
			return nil, err
		}
		orders = append(orders, order)
	}
	return orders, rows.Err()
}

// found returns where foundColumns go.
func found(o *harbor.Order) []any {
	return []any{&o.CustomerID, &o.AmountCents, (*string)(&o.Currency), (*string)(&o.Status), (*timeColumn)(&o.CreatedAt), &o.RiskScore, &o.InternalNotes}
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
