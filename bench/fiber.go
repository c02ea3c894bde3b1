package main

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"

	"github.com/tenonapi/tenon/bench/work"
)

type fiberList struct {
	Limit  int    `query:"limit" validate:"min=1,max=100"`
	Cursor string `query:"cursor"`
}

func openFiber() (fasthttp.RequestHandler, error) {
	validate, err := newValidator()
	if err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{
		StructValidator: checker{validate},
		ErrorHandler:    fiberFail,
		BodyLimit:       maxBody, // kept by its server, which is not part of the measurement
	})
	app.Post("/v1/orders", func(c fiber.Ctx) error {
		var in validOrder
		if err := c.Bind().Body(&in); err != nil {
			return err
		}
		order := in.order()
		c.Location("/v1/orders/" + order.ID.String())
		return c.Status(http.StatusCreated).JSON(&order)
	})
	app.Get("/v1/orders/:order_id", func(c fiber.Ctx) error {
		var id work.OrderID
		if err := id.UnmarshalText([]byte(c.Params("order_id"))); err != nil {
			return fiber.ErrUnprocessableEntity
		}
		order, err := work.FindOrder(id)
		if err != nil {
			return err
		}
		return c.JSON(&order)
	})
	app.Get("/v1/customers/:customer_id/orders", func(c fiber.Ctx) error {
		in := fiberList{Limit: 20}
		if err := c.Bind().Query(&in); err != nil {
			return err
		}
		page, err := work.ListOrders(c.Params("customer_id"), in.Limit, in.Cursor)
		if err != nil {
			return err
		}
		return c.JSON(&page)
	})
	app.Post("/v1/invoices", func(c fiber.Ctx) error {
		var in validInvoice
		if err := c.Bind().Body(&in); err != nil {
			return err
		}
		return c.Status(http.StatusCreated).JSON(in.receipt())
	})
	return app.Handler(), nil
}

func fiberFail(c fiber.Ctx, err error) error {
	other := http.StatusInternalServerError
	if _, ok := errors.AsType[*fiber.BindError](err); ok {
		other = http.StatusBadRequest
	} else if e, ok := errors.AsType[*fiber.Error](err); ok {
		other = e.Code
	}
	problem := problemOf(err, other)
	return c.Status(problem.Status).JSON(problem, "application/problem+json")
}
