package api

import (
	"context"
	"fmt"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/webhook"
)

// DeliveryOut is an event on its way to an endpoint, as clients see it.
type DeliveryOut struct {
	ID        string        `json:"id"`
	EventID   string        `json:"event_id" doc:"The webhook-id of what is sent, the same in each attempt" example:"msg_4T7ZQ2LK6VXJ5NRM3WYCHGBDSA"`
	Type      EventType     `json:"type"`
	State     webhook.State `json:"state" doc:"pending: it will be sent, again or for the first time; delivered: the receiver has it; exhausted: it is not sent again unless it is replayed"`
	CreatedAt time.Time     `json:"created_at" doc:"When the event happened"`
	NextAt    *time.Time    `json:"next_attempt_at" doc:"When it is sent next, or later if the endpoint has failed often; null if it is not pending"`
	Attempts  []AttemptOut  `json:"attempts" doc:"The last 20, oldest first"`
}

// AttemptOut is one request to a receiver, as clients see it.
type AttemptOut struct {
	Number  int              `json:"number" doc:"From 1 on, replays included"`
	At      time.Time        `json:"at"`
	Latency float64          `json:"latency_ms" doc:"Until the answer or the failure"`
	Status  *int             `json:"status" doc:"Of the answer; null if there was none"`
	Failure *webhook.Failure `json:"failure" doc:"Why it counts as failed; null if it was successful"`
}

func deliveryOut(d webhook.Delivery) DeliveryOut {
	o := DeliveryOut{ID: d.ID, EventID: d.Event, Type: EventType(d.Type), State: d.State, CreatedAt: d.Created, Attempts: make([]AttemptOut, len(d.Attempts))}
	if d.State == webhook.Pending {
		o.NextAt = &d.Due
	}
	for i, a := range d.Attempts {
		o.Attempts[i] = AttemptOut{
			Number: a.Number, At: a.At, Latency: float64(a.Latency.Microseconds()) / 1000,
			Status: known(a.Status), Failure: known(a.Failure),
		}
	}
	return o
}

// known returns nil for a zero value.
func known[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// ListDeliveries is the input of the operation that lists the deliveries to an endpoint.
type ListDeliveries struct {
	GetEndpoint
	pagination.Input
}

func (a *API) listDeliveries(ctx context.Context, in *ListDeliveries) (pagination.Page[DeliveryOut], error) {
	deliveries, err := pagination.Source[webhook.Delivery, webhook.Position]{
		Codec:    a.cursors,
		Filter:   fmt.Sprintf("deliveries of merchant %q, endpoint %q", in.Owner, in.ID),
		Position: webhook.Delivery.Position,
		Fetch: func(after *webhook.Position, limit int) ([]webhook.Delivery, error) {
			return in.Endpoints.Deliveries(ctx, in.Owner, in.ID, after, limit)
		},
	}.Page(in, in.Limit)
	return pagination.Map(deliveries, deliveryOut), err
}

// Replay is the input of the operation that sends an event again.
type Replay struct {
	ID        string `path:"delivery_id" check:"maxLength=64"`
	Owner     tenon.Caller
	Endpoints webhook.Registry
}

// Accepted answers 202 without a body.
type Accepted struct {
	_ struct{} `status:"202"`
}

func (a *API) replay(ctx context.Context, in *Replay) (Accepted, error) {
	err := in.Endpoints.Replay(ctx, in.Owner, in.ID, a.now())
	if err == nil {
		a.wake()
	}
	return Accepted{}, err
}
