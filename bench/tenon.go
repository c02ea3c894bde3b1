package main

import (
	"context"
	"net/http"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/bench/work"
)

const tenonName = "tenon"

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
func openTenon() (http.Handler, error) {
	return tenon.New(tenon.Config{Title: "bench", Version: "1"}, func(r *tenon.Router) {
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
