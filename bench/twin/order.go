package main

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/google/uuid"
)

// An order is a request for payment by a customer. What clients do not see has no name in JSON.
type order struct {
	ID          uuid.UUID `json:"id"`
	Status      string    `json:"status"`
	CustomerID  string    `json:"customer_id"`
	AmountCents int64     `json:"amount_cents"`
	Currency    string    `json:"currency"`
	CreatedAt   time.Time `json:"created_at"` // UTC, whole microseconds

	Merchant      string  `json:"-"`
	RiskScore     float64 `json:"-"`
	InternalNotes string  `json:"-"`
}

// newOrder returns the order that a merchant's client asks for.
func newOrder(merchant string, in *orderCreate) (order, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return order{}, fmt.Errorf("make order ID: %w", err)
	}
	score := riskScore(*in.CustomerID, *in.AmountCents)
	decision := "accepted automatically"
	if score >= 0.6 {
		decision = "to be reviewed"
	}
	return order{
		ID:            id,
		Status:        "pending",
		CustomerID:    *in.CustomerID,
		AmountCents:   *in.AmountCents,
		Currency:      *in.Currency,
		CreatedAt:     time.Now().UTC().Truncate(time.Microsecond),
		Merchant:      merchant,
		RiskScore:     score,
		InternalNotes: fmt.Sprintf("risk %.3f: %s", score, decision),
	}, nil
}

// riskScore weighs the amount at 70% and the customer at 30%, as Harbor does.
func riskScore(customerID string, amountCents int64) float64 {
	h := fnv.New32a()
	h.Write([]byte(customerID))
	history := int64(h.Sum32() % 1001)
	return float64((7*(amountCents*1000/maxAmountCents)+3*history)/10) / 1000
}
