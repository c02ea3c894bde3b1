package api

import (
	"context"
	"fmt"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
)

// OrderCreate is the order that a client asks for. PostgreSQL stores no U+0000, so no database does.
type OrderCreate struct {
	CustomerID  string          `json:"customer_id"  check:"minLength=1,maxLength=64,pattern='^[^\\x00]*$'" doc:"Customer to bill" example:"cus_123"`
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
	Merchant harbor.MerchantID
	Orders   harbor.Orders
	Events   webhook.Outbox
	Body     OrderCreate
}

func (a *API) create(ctx context.Context, in *CreateOrder) (tenon.Created[OrderOut], error) {
	order := harbor.NewOrder(a.now(), in.Merchant, in.Body.CustomerID, in.Body.AmountCents, in.Body.Currency)
	if err := in.Orders.Add(ctx, order); err != nil {
		return tenon.Created[OrderOut]{}, err
	}
	created := out(order)
	if err := in.Events.Publish(ctx, string(orderCreated), created); err != nil {
		return tenon.Created[OrderOut]{}, err
	}
	location, err := a.Order.URL(&GetOrder{ID: order.ID})
	return tenon.Created[OrderOut]{Location: location, Body: created}, err
}

// GetOrder is the input of the operation that reads an order.
type GetOrder struct {
	ID       harbor.OrderID `path:"order_id" check:"format=uuid"`
	Merchant harbor.MerchantID
	Orders   harbor.Reader
}

func (a *API) order(ctx context.Context, in *GetOrder) (OrderOut, error) {
	o, err := in.Orders.Order(ctx, in.Merchant, in.ID)
	return out(o), err
}

// ListOrders is the input of the operation that lists the orders of a customer.
type ListOrders struct {
	CustomerID string `path:"customer_id" check:"minLength=1,maxLength=64,pattern='^[^\\x00]*$'"`
	pagination.Input
	Merchant harbor.MerchantID
	Orders   harbor.Reader
}

func (a *API) list(ctx context.Context, in *ListOrders) (pagination.Page[OrderOut], error) {
	orders, err := pagination.Source[harbor.Order, harbor.Position]{
		Codec:    a.cursors,
		Filter:   fmt.Sprintf("orders of merchant %q, customer %q", in.Merchant, in.CustomerID),
		Position: harbor.Order.Position,
		Fetch: func(before *harbor.Position, limit int) ([]harbor.Order, error) {
			return in.Orders.List(ctx, in.Merchant, in.CustomerID, before, limit)
		},
	}.Page(in, in.Limit)
	return pagination.Map(orders, out), err
}
