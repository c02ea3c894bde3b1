package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// An Order is what the shop sells, and what it tells of one.
type Order struct {
	ID   string `json:"id"`
	Item string `json:"item" check:"minLength=1,maxLength=64"`
}

// Cancelled tells of an order that was.
type Cancelled struct {
	ID string `json:"id"`
}

var (
	errSoldOut    = errors.New("sold out")
	errNoEndpoint = errors.New("no such endpoint")
)

// Shop has the handlers and what they need.
type Shop struct {
	events *webhook.Publisher
	sender *webhook.Dispatcher
	hooks  webhook.Memory // a database keeps them, in production
	guard  webhook.Guard

	mu     sync.Mutex
	orders []Order
}

// Tx is a transaction over orders and events.
type Tx struct {
	*webhook.MemoryTx
	orders []Order
}

func (s *Shop) begin(context.Context, *struct{}) (*Tx, tenon.Close, error) {
	tx := &Tx{MemoryTx: s.hooks.Begin()}
	return tx, func(_ context.Context, outcome error) error {
		if outcome != nil {
			return nil // what was appended is forgotten
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.orders = append(s.orders, tx.orders...)
		tx.Commit()
		s.sender.Wake() // or it looks in a second
		return nil
	}, nil
}

func inTx(_ context.Context, in *struct{ Tx *Tx }) (webhook.Events, error) { return in.Tx, nil }

type createOrder struct {
	Tx     *Tx
	Events webhook.Outbox
	Body   struct {
		Item string `json:"item" check:"minLength=1,maxLength=64"`
	}
}

func (s *Shop) create(ctx context.Context, in *createOrder) (Order, error) {
	o := Order{ID: rand.Text(), Item: in.Body.Item}
	in.Tx.orders = append(in.Tx.orders, o)
	if err := in.Events.Publish(ctx, "order.created", o); err != nil {
		return Order{}, err
	}
	if o.Item == "unicorn" {
		return Order{}, errSoldOut // nobody hears of it
	}
	return o, nil
}

// Routes registers every operation of the shop.
func (s *Shop) Routes(r *tenon.Router) {
	v1 := r.Group("/v1",
		tenon.Value(tenon.Caller("acme")), // whoever calls, see the guide "Security"
		tenon.Scoped(s.begin), tenon.Provide(inTx), s.events.Option(),
		tenon.MapError(errSoldOut, http.StatusConflict, "sold_out", "Sold out"),
		tenon.MapError(errNoEndpoint, http.StatusNotFound, "endpoint_not_found", "Endpoint not found"),
		tenon.MapError(webhook.ErrNotFound, http.StatusNotFound, "delivery_not_found", "Delivery not found"),
		tenon.MapError(webhook.ErrDisabled, http.StatusConflict, "endpoint_disabled", "The endpoint is disabled"),
		tenon.MapError(webhook.ErrTooManyEndpoints, http.StatusConflict, "too_many_endpoints", "Too many endpoints"),
	)
	tenon.Post(v1, "/orders", s.create, tenon.Errors(errSoldOut))
	tenon.Post(v1, "/webhook-endpoints", s.register, tenon.Status(http.StatusCreated), tenon.Errors(webhook.ErrTooManyEndpoints))
	tenon.Post(v1, "/webhook-endpoints/{id}/rotate", s.rotate, tenon.Errors(errNoEndpoint))
	tenon.Get(v1, "/webhook-endpoints/{id}/deliveries", s.deliveries, tenon.Errors(errNoEndpoint))
	tenon.Post(v1, "/webhook-deliveries/{id}/replay", s.replay, tenon.Errors(webhook.ErrNotFound, webhook.ErrDisabled))
}
