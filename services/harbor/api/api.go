// Package api serves the orders and webhooks of Harbor Payments over HTTP.
//
// It knows neither how callers prove who they are nor what stores orders: its
// operations depend on interfaces of the packages harbor and webhook. Their paths are
// in routes.go.
package api

import (
	"errors"
	"fmt"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/webhook"
)

// Config configures an [API].
type Config struct {
	CursorKey []byte           // signs cursors, at least 32 bytes; required
	Guard     webhook.Guard    // says where events may be sent
	Wake      func()           // called when there may be events to send; may be nil
	Now       func() time.Time // clock; nil means time.Now
}

// An API has the handlers. It is made by [New] and safe for concurrent use.
//
// They depend on the harbor.MerchantID that calls, on harbor.Orders, idempotency.Records,
// webhook.Events and webhook.Registrar of one transaction, on harbor.Reader,
// idempotency.Store and webhook.Registry.
type API struct {
	cursors *page.Codec
	events  *webhook.Publisher
	guard   webhook.Guard
	wake    func()
	now     func() time.Time

	// The operations, for links and for typed calls.
	Create *tenon.Endpoint[CreateOrder, tenon.Created[OrderOut]]
	Order  *tenon.Endpoint[GetOrder, OrderOut]
	List   *tenon.Endpoint[ListOrders, pagination.Page[OrderOut]]

	CreateEndpoint *tenon.Endpoint[CreateEndpoint, tenon.Created[EndpointSecret]]
	Endpoint       *tenon.Endpoint[GetEndpoint, EndpointOut]
	ListEndpoints  *tenon.Endpoint[ListEndpoints, EndpointList]
	PatchEndpoint  *tenon.Endpoint[PatchEndpoint, EndpointOut]
	RotateSecret   *tenon.Endpoint[RotateSecret, EndpointSecret]
	ListDeliveries *tenon.Endpoint[ListDeliveries, pagination.Page[DeliveryOut]]
	Replay         *tenon.Endpoint[Replay, Accepted]
}

// New returns an API, or an error that says what is wrong with cfg.
func New(cfg Config) (*API, error) {
	a := &API{guard: cfg.Guard, wake: cfg.Wake, now: cfg.Now}
	if a.wake == nil {
		a.wake = func() {}
	}
	if a.now == nil {
		a.now = time.Now
	}
	var errCursors, errEvents error
	a.cursors, errCursors = page.New(page.Config{Key: cfg.CursorKey})
	a.events, errEvents = webhook.NewPublisher(webhook.PublisherConfig{
		Types: map[string]any{string(orderCreated): OrderOut{}}, Now: a.now,
	})
	if err := errors.Join(errCursors, errEvents); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return a, nil
}
