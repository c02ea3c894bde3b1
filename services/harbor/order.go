// Package harbor is the domain of Harbor Payments: merchants, and the orders that
// their customers are to pay.
//
// It knows no HTTP and no database. Packages sqlite and postgres store what is defined here,
// package api serves it.
package harbor

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"
)

// Bounds of an order. Its edge checks them, its store refuses the rest.
const (
	MaxCustomerIDLength = 64         // characters; a customer ID has at least one
	MaxAmountCents      = 10_000_000 // the least amount is 1
)

// ErrOrderNotFound reports that the merchant has no order with the ID asked for.
var ErrOrderNotFound = errors.New("order not found")

// A Currency is an ISO 4217 alphabetic code, such as EUR.
type Currency string

// Check returns the rule for every Currency that comes from outside.
func (Currency) Check() string { return `pattern='^[A-Z]{3}$'` }

// A Status is where an order is in its life.
type Status string

// Pending is the status of an order that nobody has paid yet.
const Pending Status = "pending"

// Enum returns every Status.
func (Status) Enum() []Status { return []Status{Pending} }

// An Order is a request for payment by a customer.
type Order struct {
	ID          OrderID
	Merchant    MerchantID // whose order it is
	CustomerID  string     // 1 to [MaxCustomerIDLength] characters; the merchant's name for its customer
	AmountCents int64      // minor units of Currency, 1 to [MaxAmountCents]
	Currency    Currency
	Status      Status
	CreatedAt   time.Time // UTC, whole microseconds

	// For staff; stored with the order and never shown to a client.
	RiskScore     float64 `json:"-"` // 0, no risk, to 1
	InternalNotes string  `json:"-"`
}

// Orders is where the order of a request is written: it is stored together with
// whatever else the request writes, when all of that has succeeded, or not at all.
type Orders interface {
	Add(ctx context.Context, o Order) error
	// Transactional does nothing: it says that only a transaction can give an Orders.
	Transactional()
}

// A Reader reads what is stored. No merchant meets the orders of another.
type Reader interface {
	// Order returns one order of a merchant, or ErrOrderNotFound.
	Order(ctx context.Context, m MerchantID, id OrderID) (Order, error)
	// List returns up to limit orders that a merchant has for a customer, newest first,
	// from behind a position; nil means from the newest.
	List(ctx context.Context, m MerchantID, customerID string, before *Position, limit int) ([]Order, error)
}

// NewOrder returns a pending order of a merchant, created at now, with a new ID and
// a risk score. The caller has checked the other arguments against their bounds.
func NewOrder(now time.Time, m MerchantID, customerID string, amountCents int64, currency Currency) Order {
	score := riskScore(customerID, amountCents)
	decision := "accepted automatically"
	if score >= reviewFrom {
		decision = "to be reviewed"
	}
	return Order{
		ID:            NewOrderID(now),
		Merchant:      m,
		CustomerID:    customerID,
		AmountCents:   amountCents,
		Currency:      currency,
		Status:        Pending,
		CreatedAt:     now.UTC().Truncate(time.Microsecond),
		RiskScore:     score,
		InternalNotes: fmt.Sprintf("risk %.3f: %s", score, decision),
	}
}

// reviewFrom is the risk score from which a person looks at an order.
const reviewFrom = 0.6

// riskScore weighs the amount at 70% and the customer, by a stand-in for a
// history, at 30%. Integers keep it the same on every machine.
func riskScore(customerID string, amountCents int64) float64 {
	h := fnv.New32a()
	h.Write([]byte(customerID))
	history := int64(h.Sum32() % 1001)
	amount := amountCents * 1000 / MaxAmountCents
	return float64((7*amount+3*history)/10) / 1000
}

// A Position is a place in a list of orders sorted by CreatedAt and ID. It
// comes back unchanged from encoding/json if At is as in an [Order].
type Position struct {
	At time.Time `json:"at"`
	ID OrderID   `json:"id"`
}

// Position returns the place of o in every list that has it.
func (o Order) Position() Position { return Position{At: o.CreatedAt, ID: o.ID} }
