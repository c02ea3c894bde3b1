package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/bench/work"
	"github.com/tenonapi/tenon/schema"
)

type (
	orderInput struct {
		Body work.CreateOrder
	}
	orderPath struct {
		ID work.OrderID `path:"order_id" check:"format=uuid"`
	}
	orderList struct {
		Customer string            `path:"customer_id" check:"minLength=1,maxLength=64"`
		Limit    int               `query:"limit" check:"ge=1,le=100" default:"20"`
		Cursor   tenon.Opt[string] `query:"cursor"`
	}
	invoiceInput struct {
		Body work.CreateInvoice
	}
)

// openTenon returns the four routes as Tenon's users write them.
func openTenon() (http.Handler, error) { return newTenon() }

// newTenon is openTenon with options for all routes.
func newTenon(opts ...tenon.Option) (http.Handler, error) {
	return tenon.New(tenon.Config{Title: "bench", Version: "1"}, func(r *tenon.Router) {
		r.Use(opts...)
		r.Use(
			tenon.MapError(work.ErrNotFound, http.StatusNotFound, "order_not_found", "Order not found"),
			tenon.MapError(work.ErrCursor, http.StatusUnprocessableEntity, "cursor_invalid", "Cursor is not valid"),
		)
		tenon.Post(r, "/v1/orders", func(_ context.Context, in *orderInput) (tenon.Created[work.Order], error) {
			o := work.NewOrder(&in.Body)
			return tenon.Created[work.Order]{Location: "/v1/orders/" + o.ID.String(), Body: o}, nil
		})
		tenon.Get(r, "/v1/orders/{order_id}", func(_ context.Context, in *orderPath) (work.Order, error) {
			return work.FindOrder(in.ID)
		}, tenon.Errors(work.ErrNotFound))
		tenon.Get(r, "/v1/customers/{customer_id}/orders", func(_ context.Context, in *orderList) (work.OrderPage, error) {
			return work.ListOrders(in.Customer, in.Limit, in.Cursor.Or(""))
		}, tenon.Errors(work.ErrCursor, work.ErrNotFound))
		tenon.Post(r, "/v1/invoices", func(_ context.Context, in *invoiceInput) (tenon.Created[work.InvoiceReceipt], error) {
			return tenon.Created[work.InvoiceReceipt]{Body: work.Bill(&in.Body)}, nil
		})
	})
}

func tenonCodec() (codec, error) {
	set := schema.NewSet(schema.Config{})
	order, err1 := schema.Compile[work.CreateOrder](set)
	invoice, err2 := schema.Compile[work.CreateInvoice](set)
	answer, err3 := schema.Compile[work.Order](set)
	page, err4 := schema.Compile[work.OrderPage](set)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return codec{}, err
	}
	return codec{
		decodeOrder:   order.Decode,
		decodeInvoice: invoice.Decode,
		encodeOrder:   appendAgain(answer),
		encodeInvoice: appendAgain(invoice),
		encodeList:    appendAgain(page),
	}, nil
}

// appendAgain returns an encode function that uses its buffer again.
func appendAgain[T any](t *schema.Type[T]) func(*T) ([]byte, error) {
	var buffer []byte
	return func(v *T) ([]byte, error) {
		var err error
		buffer, err = t.Append(buffer[:0], v)
		return buffer, err
	}
}
