package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/tenonapi/tenon/bench/ogenapi"
	"github.com/tenonapi/tenon/bench/work"
)

var errOgenID = errors.New("order_id is no UUID")

// openOgen returns the routes that ogen generates from ogenapi/openapi.yaml,
// with its own error answers.
func openOgen() (http.Handler, error) {
	server, err := ogenapi.NewServer(ogenAPI{})
	return http.MaxBytesHandler(server, maxBody), err
}

// ogenAPI implements the operations on the generated types.
type ogenAPI struct{}

func (ogenAPI) CreateOrder(_ context.Context, in *ogenapi.CreateOrder) (*ogenapi.OrderHeaders, error) {
	order := work.NewOrder((*work.CreateOrder)(in))
	return &ogenapi.OrderHeaders{
		Location: "/v1/orders/" + order.ID.String(),
		Response: ogenOrder(&order),
	}, nil
}

func (ogenAPI) GetOrder(_ context.Context, in ogenapi.GetOrderParams) (*ogenapi.Order, error) {
	var id work.OrderID
	if err := id.UnmarshalText([]byte(in.OrderID)); err != nil {
		return nil, errOgenID
	}
	order, err := work.FindOrder(id)
	if err != nil {
		return nil, err
	}
	answer := ogenOrder(&order)
	return &answer, nil
}

func (ogenAPI) ListOrders(_ context.Context, in ogenapi.ListOrdersParams) (*ogenapi.OrderPage, error) {
	page, err := work.ListOrders(in.CustomerID, in.Limit.Or(20), in.Cursor.Or(""))
	if err != nil {
		return nil, err
	}
	answer := &ogenapi.OrderPage{Items: make([]ogenapi.Order, len(page.Items)), NextCursor: page.NextCursor}
	for i := range page.Items {
		answer.Items[i] = ogenOrder(&page.Items[i])
	}
	return answer, nil
}

func (ogenAPI) CreateInvoice(_ context.Context, in *ogenapi.CreateInvoice) (*ogenapi.InvoiceReceipt, error) {
	receipt := work.InvoiceReceipt{Number: in.Number}
	for i := range in.Lines {
		line := &in.Lines[i]
		var discount *float64
		if value, ok := line.Discount.Get(); ok {
			discount = &value
		}
		receipt.Add(line.Quantity, line.UnitCents, line.TaxRate, discount)
	}
	return (*ogenapi.InvoiceReceipt)(&receipt), nil
}

func (ogenAPI) NewError(_ context.Context, err error) *ogenapi.ErrorStatusCode {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, work.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, work.ErrCursor), errors.Is(err, errOgenID):
		status = http.StatusUnprocessableEntity
	}
	return &ogenapi.ErrorStatusCode{StatusCode: status, Response: ogenapi.Error{Message: http.StatusText(status)}}
}

func ogenOrder(o *work.Order) ogenapi.Order {
	return ogenapi.Order{
		ID:          uuid.UUID(o.ID),
		Status:      o.Status,
		CustomerID:  o.CustomerID,
		AmountCents: o.AmountCents,
		Currency:    o.Currency,
		CreatedAt:   o.CreatedAt,
	}
}
