package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"
)

// An event tells the webhook endpoints of a merchant what has happened.
type event struct {
	ID, Owner, Type string
	At              time.Time
	Body            []byte
}

// orderCreated returns the event of a new order. Source of its form: Standard Webhooks.
func orderCreated(o *order) (event, error) {
	e := event{ID: "msg_" + rand.Text(), Owner: o.Merchant, Type: "order.created", At: o.CreatedAt}
	var err error
	e.Body, err = json.Marshal(struct {
		Type string    `json:"type"`
		At   time.Time `json:"timestamp"`
		Data *order    `json:"data"`
	}{e.Type, e.At, o})
	if err != nil {
		return e, fmt.Errorf("encode event: %w", err)
	}
	return e, nil
}
