package main

import (
	"net/http"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"

	"github.com/tenonapi/tenon/bench/work"
)

type echoList struct {
	CustomerID string `param:"customer_id"`
	Limit      int    `query:"limit" validate:"min=1,max=100"`
	Cursor     string `query:"cursor"`
}

func openEcho() (http.Handler, error) {
	validate, err := newValidator()
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.Validator = checker{validate}
	e.HTTPErrorHandler = echoFail
	e.Use(middleware.BodyLimit(maxBody))
	e.POST("/v1/orders", func(c *echo.Context) error {
		var in validOrder
		if err := echoBody(c, &in); err != nil {
			return err
		}
		order := in.order()
		c.Response().Header().Set(echo.HeaderLocation, "/v1/orders/"+order.ID.String())
		return c.JSON(http.StatusCreated, &order)
	})
	e.GET("/v1/orders/:order_id", func(c *echo.Context) error {
		var id work.OrderID
		if err := id.UnmarshalText([]byte(c.Param("order_id"))); err != nil {
			return echo.ErrBadRequest.Wrap(err)
		}
		order, err := work.FindOrder(id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, &order)
	})
	e.GET("/v1/customers/:customer_id/orders", func(c *echo.Context) error {
		in := echoList{Limit: 20}
		if err := c.Bind(&in); err != nil {
			return err
		}
		if err := c.Validate(&in); err != nil {
			return err
		}
		page, err := work.ListOrders(in.CustomerID, in.Limit, in.Cursor)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, &page)
	})
	e.POST("/v1/invoices", func(c *echo.Context) error {
		var in validInvoice
		if err := echoBody(c, &in); err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, in.receipt())
	})
	return e, nil
}

// echoBody reads only the body: c.Bind would look for path parameters as well.
func echoBody(c *echo.Context, in any) error {
	if err := echo.BindBody(c, in); err != nil {
		return err
	}
	return c.Validate(in)
}

func echoFail(c *echo.Context, err error) {
	other := echo.StatusCode(err)
	if other == 0 {
		other = http.StatusInternalServerError
	}
	problem := problemOf(err, other)
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	if err := c.JSON(problem.Status, problem); err != nil {
		c.Logger().Error("write problem", "error", err)
	}
}
