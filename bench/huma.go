package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tenonapi/tenon/bench/work"
)

type (
	humaOrderInput struct {
		Body humaOrder
	}
	humaOrder struct {
		CustomerID  string `json:"customer_id" minLength:"1" maxLength:"64"`
		AmountCents int64  `json:"amount_cents" minimum:"1" maximum:"10000000"`
		Currency    string `json:"currency" pattern:"^[A-Z]{3}$"`
	}
	humaOrderPath struct {
		ID work.OrderID `path:"order_id"`
	}
	humaList struct {
		CustomerID string `path:"customer_id" minLength:"1" maxLength:"64"`
		Limit      int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
		Cursor     string `query:"cursor"`
	}
	humaInvoiceInput struct {
		Body humaInvoice
	}
	humaInvoice struct {
		Number   string            `json:"number" minLength:"1" maxLength:"32"`
		Customer humaCustomer      `json:"customer"`
		IssuedAt time.Time         `json:"issued_at"`
		Currency string            `json:"currency" pattern:"^[A-Z]{3}$"`
		Notes    string            `json:"notes" maxLength:"2000"`
		Lines    []humaLine        `json:"lines" minItems:"1" maxItems:"1000" nullable:"false"`
		Metadata map[string]string `json:"metadata"`
	}
	humaCustomer struct {
		Name    string      `json:"name"`
		Email   string      `json:"email"`
		Address humaAddress `json:"address"`
	}
	humaAddress struct {
		Street  string `json:"street"`
		City    string `json:"city"`
		Zip     string `json:"zip"`
		Country string `json:"country" pattern:"^[A-Z]{2}$"`
	}
	humaLine struct {
		SKU         string   `json:"sku" minLength:"1" maxLength:"32" pattern:"^[A-Z0-9-]+$"`
		Description string   `json:"description" minLength:"1" maxLength:"200"`
		Quantity    int      `json:"quantity" minimum:"1" maximum:"10000"`
		UnitCents   int64    `json:"unit_cents" minimum:"0" maximum:"1000000000"`
		TaxRate     float64  `json:"tax_rate" minimum:"0" maximum:"1"`
		Discount    *float64 `json:"discount" required:"false"`
		Tags        []string `json:"tags" nullable:"false"`
	}

	humaCreated struct {
		Location string `header:"Location"`
		Body     work.Order
	}
	humaAnswer[T any] struct {
		Body T
	}
)

// openHuma returns the routes with huma's default configuration but for the
// member $schema, which that adds to every answer.
func openHuma() (http.Handler, error) {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("bench", "1")
	config.CreateHooks = nil
	api := humago.New(mux, config)
	created := func(o *huma.Operation) { o.DefaultStatus = http.StatusCreated }
	huma.Post(api, "/v1/orders", func(_ context.Context, in *humaOrderInput) (*humaCreated, error) {
		order := work.NewOrder((*work.CreateOrder)(&in.Body))
		return &humaCreated{Location: "/v1/orders/" + order.ID.String(), Body: order}, nil
	}, created)
	huma.Get(api, "/v1/orders/{order_id}", func(_ context.Context, in *humaOrderPath) (*humaAnswer[work.Order], error) {
		order, err := work.FindOrder(in.ID)
		return &humaAnswer[work.Order]{order}, humaError(err)
	})
	huma.Get(api, "/v1/customers/{customer_id}/orders", func(_ context.Context, in *humaList) (*humaAnswer[work.OrderPage], error) {
		page, err := work.ListOrders(in.CustomerID, in.Limit, in.Cursor)
		return &humaAnswer[work.OrderPage]{page}, humaError(err)
	})
	huma.Post(api, "/v1/invoices", func(_ context.Context, in *humaInvoiceInput) (*humaAnswer[work.InvoiceReceipt], error) {
		receipt := work.InvoiceReceipt{Number: in.Body.Number}
		for i := range in.Body.Lines {
			line := &in.Body.Lines[i]
			receipt.Add(line.Quantity, line.UnitCents, line.TaxRate, line.Discount)
		}
		return &humaAnswer[work.InvoiceReceipt]{receipt}, nil
	}, created)
	return mux, nil
}

func humaError(err error) error {
	switch {
	case errors.Is(err, work.ErrNotFound):
		return huma.Error404NotFound("not found")
	case errors.Is(err, work.ErrCursor):
		return huma.Error422UnprocessableEntity("unknown cursor")
	}
	return err
}
