package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"

	"github.com/tenonapi/tenon/services/harbor"
)

// OrderCreate is the order that a client asks for.
type OrderCreate struct {
	CustomerID  string          `json:"customer_id"  check:"minLength=1,maxLength=64" doc:"Customer to bill" example:"cus_123"`
	AmountCents int64           `json:"amount_cents" check:"gt=0,le=10000000" doc:"Amount in minor units" example:"1999"`
	Currency    harbor.Currency `json:"currency" doc:"ISO 4217 code" example:"EUR"`
}

// OrderOut is an order as clients see it.
type OrderOut struct {
	ID          harbor.OrderID  `json:"id" check:"format=uuid"`
	Status      harbor.Status   `json:"status"`
	CustomerID  string          `json:"customer_id"`
	AmountCents int64           `json:"amount_cents"`
	Currency    harbor.Currency `json:"currency"`
	CreatedAt   time.Time       `json:"created_at" doc:"UTC, with microseconds"`
}

func out(o harbor.Order) OrderOut {
	return OrderOut{o.ID, o.Status, o.CustomerID, o.AmountCents, o.Currency, o.CreatedAt}
}

// CreateOrder is the input of the operation that creates an order.
type CreateOrder struct {
	Key  IdempotencyKey `header:"Idempotency-Key" status:"400" doc:"Names this order, so that a repeated request creates no second one: 1 to 255 visible ASCII characters" example:"8e03978e-40d5-43e8-bc93-6894a57f9324"`
	Body OrderCreate
}

// Created is the answer to CreateOrder: 201 the first time, 200 when the stored
// answer is given again.
type Created struct {
	Status   int    `status:"201,200"`
	Location string `header:"Location" doc:"Where the order is found"`
	Replayed string `header:"Idempotency-Replayed" check:"enum=true" doc:"Sent when the stored answer is given again"`
	Body     OrderOut
}

// createOperation names the operation in idempotency keys. It must not change:
// stored keys would no longer be found.
const createOperation = "POST /v1/orders"

func (a *API) create(ctx context.Context, in *CreateOrder) (Created, error) {
	payload, err := a.inputs.Append(nil, &in.Body)
	if err != nil {
		return Created{}, fmt.Errorf("encode payload: %w", err)
	}
	key := harbor.Key{Operation: createOperation, Value: string(in.Key), Fingerprint: sha256.Sum256(payload)}
	unlock, err := a.keys.Lock(key)
	if err != nil {
		return Created{}, err
	}
	defer unlock()
	if replay, ok, err := a.replay(ctx, key); ok || err != nil {
		return replay, err
	}

	order := harbor.NewOrder(a.now(), in.Body.CustomerID, in.Body.AmountCents, in.Body.Currency)
	answer := Created{Body: out(order)}
	body, err := a.answers.Append(nil, &answer.Body)
	if err != nil {
		return Created{}, fmt.Errorf("encode order %s: %w", order.ID, err)
	}
	err = a.store.Create(ctx, order, key, harbor.Answer{Status: http.StatusCreated, Body: body})
	if errors.Is(err, harbor.ErrKeyExists) { // by another process, since we looked
		replay, _, err := a.replay(ctx, key)
		return replay, err
	}
	if err != nil {
		return Created{}, err
	}
	answer.Location, err = a.Order.URL(&GetOrder{ID: order.ID})
	return answer, err
}

// replay returns the stored answer to the request with key, if there is one.
// What was stored is decoded and encoded again: the encoder is deterministic, so
// the bytes are the same.
func (a *API) replay(ctx context.Context, key harbor.Key) (Created, bool, error) {
	stored, err := a.store.Replay(ctx, key)
	if stored == nil || err != nil {
		return Created{}, false, err
	}
	order, err := a.answers.Decode(stored.Body)
	if err != nil {
		return Created{}, false, fmt.Errorf("decode the answer stored with key %q: %w", key.Value, err)
	}
	location, err := a.Order.URL(&GetOrder{ID: order.ID})
	return Created{Status: http.StatusOK, Location: location, Replayed: "true", Body: order}, true, err
}

// GetOrder is the input of the operation that reads an order.
type GetOrder struct {
	ID harbor.OrderID `path:"order_id" check:"format=uuid"`
}

func (a *API) order(ctx context.Context, in *GetOrder) (OrderOut, error) {
	o, err := a.store.Order(ctx, in.ID)
	return out(o), err
}

// ListOrders is the input of the operation that lists the orders of a customer.
type ListOrders struct {
	CustomerID string            `path:"customer_id" check:"minLength=1,maxLength=64"`
	Limit      int               `query:"limit" check:"ge=1,le=100" default:"20" doc:"Orders on a page"`
	Cursor     tenon.Opt[string] `query:"cursor" check:"maxLength=512" doc:"next_cursor of the page before; none for the first page"`
}

// OrderList is one page of a list.
type OrderList struct {
	Items      []OrderOut `json:"items"`
	NextCursor *string    `json:"next_cursor" doc:"Cursor of the next page, null on the last"`
}

func (a *API) list(ctx context.Context, in *ListOrders) (OrderList, error) {
	filter := "orders of customer " + in.CustomerID
	var before *harbor.Position
	if cursor, ok := in.Cursor.Get(); ok {
		position, err := page.Decode[harbor.Position](a.cursors, cursor, filter)
		if err != nil {
			return OrderList{}, tenon.Invalid(in, &in.Cursor, "cursor_invalid", "Cursor does not belong to this list")
		}
		before = &position
	}
	// One more than asked for tells whether there is a next page.
	orders, err := a.store.List(ctx, in.CustomerID, before, in.Limit+1)
	if err != nil {
		return OrderList{}, err
	}
	list := OrderList{Items: make([]OrderOut, 0, len(orders))}
	for i, o := range orders {
		if i == in.Limit {
			cursor, err := page.Encode(a.cursors, orders[i-1].Position(), filter)
			if err != nil {
				return OrderList{}, fmt.Errorf("encode cursor: %w", err)
			}
			list.NextCursor = &cursor
			break
		}
		list.Items = append(list.Items, out(o))
	}
	return list, nil
}
