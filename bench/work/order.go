// Package work is the part of the benchmark that every contender shares: the Go
// types of the wire, and what the handlers do between decoding and encoding.
//
// The functions are cheap and answer fixed values, so that a difference between
// two contenders is a difference of their frameworks. They check nothing: the
// rules are in the `check` tags, and each contender enforces them its own way.
package work

import (
	"errors"
	"time"
)

// Cursor is the one cursor that [ListOrders] issues and accepts.
const Cursor = "MjAyNi0wMy0xNFQxNToyNjo0MC44MzY4Njda"

// Customer is the one customer that has orders.
const Customer = "cus_8Jq2Lx0vN4"

const (
	ordersStored = 120 // rows of the fixed table: secondPage and the largest limit
	secondPage   = 20  // row that Cursor points at
)

var (
	// ErrNotFound reports an order or a customer that does not exist.
	ErrNotFound = errors.New("work: not found")
	// ErrCursor reports a cursor that ListOrders did not issue.
	ErrCursor = errors.New("work: unknown cursor")
)

// NewID is the identifier of every order that [NewOrder] makes.
var NewID = OrderID{0x01, 0x96, 0x3b, 0x1e, 0x5f, 0x2a, 0x7c, 0x4d, 0x9e, 0x8b, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 0x6f}

var (
	created = time.Date(2026, time.March, 14, 15, 26, 53, 589_793_000, time.UTC)
	stored  = makeOrders()
)

// CreateOrder is the body of POST /v1/orders.
type CreateOrder struct {
	CustomerID  string `json:"customer_id" check:"minLength=1,maxLength=64"`
	AmountCents int64  `json:"amount_cents" check:"gt=0,le=10000000"`
	Currency    string `json:"currency" check:"pattern='^[A-Z]{3}$'"`
}

// Order is an order as it is answered.
type Order struct {
	ID          OrderID   `json:"id"`
	Status      string    `json:"status"`
	CustomerID  string    `json:"customer_id"`
	AmountCents int64     `json:"amount_cents"`
	Currency    string    `json:"currency"`
	CreatedAt   time.Time `json:"created_at"`
}

// OrderPage is the answer of GET /v1/customers/{customer_id}/orders.
type OrderPage struct {
	Items      []Order `json:"items"`
	NextCursor string  `json:"next_cursor"`
}

// NewOrder returns the order that in asks for, with a fixed identifier and time.
func NewOrder(in *CreateOrder) Order {
	return Order{
		ID:          NewID,
		Status:      "pending",
		CustomerID:  in.CustomerID,
		AmountCents: in.AmountCents,
		Currency:    in.Currency,
		CreatedAt:   created,
	}
}

// FindOrder returns the order with the identifier id, or [ErrNotFound]. Only
// the order [NewID] exists.
func FindOrder(id OrderID) (Order, error) {
	if id != NewID {
		return Order{}, ErrNotFound
	}
	return stored[0], nil
}

// ListOrders returns limit orders of a customer, 1 to 100, from the position of
// cursor, "" being the first. It returns [ErrNotFound] for any customer but
// [Customer] and [ErrCursor] for any cursor but [Cursor]. The items are shared:
// the caller must not change them.
func ListOrders(customerID string, limit int, cursor string) (OrderPage, error) {
	if customerID != Customer {
		return OrderPage{}, ErrNotFound
	}
	first := 0
	switch cursor {
	case "":
	case Cursor:
		first = secondPage
	default:
		return OrderPage{}, ErrCursor
	}
	return OrderPage{Items: stored[first : first+limit], NextCursor: Cursor}, nil
}

func makeOrders() []Order {
	currencies := [...]string{"EUR", "USD", "JPY"}
	statuses := [...]string{"pending", "paid", "refunded", "failed"}
	orders := make([]Order, ordersStored)
	for i := range orders {
		id := NewID
		id[15] -= byte(i) // wraps
		orders[i] = Order{
			ID:          id,
			Status:      statuses[i%len(statuses)],
			CustomerID:  Customer,
			AmountCents: int64(1999 + 1237*i),
			Currency:    currencies[i%len(currencies)],
			CreatedAt:   created.Add(-time.Duration(i) * 97 * time.Second),
		}
	}
	return orders
}
