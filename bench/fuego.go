package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-fuego/fuego"

	"github.com/tenonapi/tenon/bench/work"
)

// openFuego returns the routes of a server that does not log, as no other
// contender does.
func openFuego() (http.Handler, error) {
	validate, err := newValidator()
	if err != nil {
		return nil, err
	}
	s := fuego.NewServer(
		fuego.WithoutStartupMessages(),
		fuego.WithLoggingMiddleware(fuego.LoggingConfig{DisableRequest: true, DisableResponse: true}),
		fuego.WithValidator(validate),
		fuego.WithMaxBodySize(maxBody), // its default is no limit
		fuego.WithEngineOptions(
			fuego.WithErrorHandler(fuegoError), // the default one logs each error
			fuego.WithOpenAPIConfig(fuego.OpenAPIConfig{DisableLocalSave: true, DisableMessages: true}),
		),
	)
	fuego.Post(s, "/v1/orders", func(c fuego.ContextWithBody[validOrder]) (work.Order, error) {
		in, err := c.Body()
		if err != nil {
			return work.Order{}, err
		}
		order := in.order()
		c.SetHeader("Location", "/v1/orders/"+order.ID.String())
		return order, nil
	}, fuegoCreated[validOrder]()...)
	fuego.Get(s, "/v1/orders/{order_id}", func(c fuego.ContextNoBody) (work.Order, error) {
		var id work.OrderID
		if err := id.UnmarshalText([]byte(c.PathParam("order_id"))); err != nil {
			return work.Order{}, fuego.BadRequestError{Detail: "order_id is no UUID", Err: err}
		}
		return work.FindOrder(id)
	})
	fuego.Get(s, "/v1/customers/{customer_id}/orders", func(c fuego.ContextNoBody) (work.OrderPage, error) {
		limit, err := c.QueryParamIntErr("limit")
		if err != nil {
			return work.OrderPage{}, err
		}
		if limit < 1 || limit > 100 { // fuego has no bounds for parameters
			return work.OrderPage{}, fuego.BadRequestError{Detail: "limit is not from 1 to 100"}
		}
		return work.ListOrders(c.PathParam("customer_id"), limit, c.QueryParam("cursor"))
	},
		fuego.OptionQueryInt("limit", "orders in an answer", fuego.ParamDefault(20)),
		fuego.OptionQuery("cursor", "next_cursor of the page before"),
	)
	fuego.Post(s, "/v1/invoices", func(c fuego.ContextWithBody[validInvoice]) (work.InvoiceReceipt, error) {
		in, err := c.Body()
		if err != nil {
			return work.InvoiceReceipt{}, err
		}
		return in.receipt(), nil
	}, fuegoCreated[validInvoice]()...)
	return s.Mux, nil
}

// fuegoCreated are the options of an operation that reads a T and answers 201.
//
// The middleware does by hand what fuego 0.20 does not: without it text/plain
// panics, other unknown media types are read as JSON, and the answer has no
// Content-Type, for fuego sets that after it has sent the status.
func fuegoCreated[T any]() []fuego.RouteOption {
	return []fuego.RouteOption{
		fuego.OptionDefaultStatusCode(http.StatusCreated),
		fuego.OptionWithContentTypeSerDes("application/json", fuegoJSON[T]{}),
		fuego.OptionWithContentTypeSerDes("application/json; charset=utf-8", fuegoJSON[T]{}),
		fuego.OptionMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !isJSON(r.Header.Get("Content-Type")) {
					fuego.SendJSONError(w, r, fuego.HTTPError{Status: http.StatusUnsupportedMediaType})
					return
				}
				w.Header().Set("Content-Type", "application/json")
				next.ServeHTTP(w, r)
			})
		}),
	}
}

// fuegoJSON reads JSON like fuego, which allows no unknown members but lets
// text after the value through.
type fuegoJSON[T any] struct{}

func (fuegoJSON[T]) Serialize(v any) ([]byte, error) { return json.Marshal(v) }

func (fuegoJSON[T]) Deserialize(ctx context.Context, body io.Reader) (any, error) {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	var in T
	if err := decoder.Decode(&in); err != nil {
		return nil, fuego.BadRequestError{Detail: "cannot decode the body: " + err.Error(), Err: err}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fuego.BadRequestError{Detail: "the body goes on after its value", Err: err}
	}
	return fuego.TransformAndValidate(ctx, in)
}

func fuegoError(_ context.Context, err error) error {
	switch {
	case errors.Is(err, work.ErrNotFound):
		return fuego.HTTPError{Status: http.StatusNotFound, Title: "Not Found"}
	case errors.Is(err, work.ErrCursor):
		return fuego.HTTPError{Status: http.StatusUnprocessableEntity, Title: "Unknown Cursor"}
	}
	if e, ok := errors.AsType[fuego.ErrorWithStatus](err); ok {
		return e
	}
	return fmt.Errorf("answer: %w", err)
}
