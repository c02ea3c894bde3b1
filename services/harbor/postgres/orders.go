package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/adapters/pgstore"

	"github.com/tenonapi/tenon/services/harbor"
)

const orderColumns = `id, merchant_id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes`

// orders are the [harbor.Orders] of a transaction.
type orders struct{ tx *pgstore.Tx }

// Transactional implements [harbor.Orders].
func (orders) Transactional() {}

// Add implements [harbor.Orders].
func (s orders) Add(_ context.Context, o harbor.Order) error {
	s.tx.Queue("add order "+o.ID.String(), `INSERT INTO orders (`+orderColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [16]byte(o.ID), string(o.Merchant), o.CustomerID,
		o.AmountCents, string(o.Currency), string(o.Status), o.CreatedAt, o.RiskScore, o.InternalNotes)
	return nil
}

const selectOrder = `SELECT ` + orderColumns + ` FROM orders WHERE id = $1 AND merchant_id = $2`

// orderKey is what finds an order.
type orderKey struct {
	id       harbor.OrderID
	merchant harbor.MerchantID
}

func (k orderKey) args() []any { return []any{[16]byte(k.id), string(k.merchant)} }

func scanOrder(row pgx.CollectableRow) (o harbor.Order, err error) {
	err = row.Scan(columns(&o)...)
	o.CreatedAt = o.CreatedAt.UTC()
	return o, err
}

// Order implements [harbor.Reader].
func (s *Store) Order(ctx context.Context, m harbor.MerchantID, id harbor.OrderID) (harbor.Order, error) {
	o, err := s.orders.Get(ctx, orderKey{id, m})
	if errors.Is(err, pgx.ErrNoRows) {
		err = harbor.ErrOrderNotFound
	}
	if err != nil {
		return harbor.Order{}, fmt.Errorf("read order %s: %w", id, err)
	}
	return o, nil
}

const (
	selectList = `SELECT ` + orderColumns + ` FROM orders
		WHERE merchant_id = $1 AND customer_id = $2 AND (created_at, id) < ($4, $5)
		ORDER BY created_at DESC, id DESC LIMIT $3`
	selectFirst = `SELECT ` + orderColumns + ` FROM orders
		WHERE merchant_id = $1 AND customer_id = $2
		ORDER BY created_at DESC, id DESC LIMIT $3`
)

// List implements [harbor.Reader]. The list is empty, not an error, for a customer
// without orders. limit is 1 or more.
//
// Walking on from the position of the last order returns each order that was
// there at the first call exactly once, whatever is created meanwhile.
func (s *Store) List(ctx context.Context, m harbor.MerchantID, customerID string, before *harbor.Position, limit int) ([]harbor.Order, error) {
	if limit < 1 {
		return nil, fmt.Errorf("list orders of customer %q: limit is %d, want 1 or more", customerID, limit)
	}
	query, args := selectFirst, []any{string(m), customerID, limit}
	if before != nil {
		query, args = selectList, append(args, before.At, [16]byte(before.ID))
	}
	list, err := s.list(ctx, query, args, min(limit, maxReserve))
	if err != nil {
		return nil, fmt.Errorf("list orders of customer %q: %w", customerID, err)
	}
	return list, nil
}

// maxReserve bounds what list allocates before it knows how many orders there are.
const maxReserve = 128

func (s *Store) list(ctx context.Context, query string, args []any, reserve int) ([]harbor.Order, error) {
	list := make([]harbor.Order, 0, reserve)
	err := s.Reader().Read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		var o harbor.Order
		_, err = pgx.ForEachRow(rows, columns(&o), func() error {
			o.CreatedAt = o.CreatedAt.UTC()
			list = append(list, o)
			return nil
		})
		return err
	})
	return list, err
}

// columns returns where orderColumns go.
func columns(o *harbor.Order) []any {
	return []any{(*[16]byte)(&o.ID), (*string)(&o.Merchant), &o.CustomerID, &o.AmountCents, (*string)(&o.Currency), (*string)(&o.Status), &o.CreatedAt, &o.RiskScore, &o.InternalNotes}
}
