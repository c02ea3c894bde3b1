package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"

	"github.com/tenonapi/tenon/bench/work"
)

type ginList struct {
	Limit  int    `form:"limit,default=20" validate:"min=1,max=100"`
	Cursor string `form:"cursor"`
}

// openGin returns the routes in release mode, without the logger and the
// recovery of gin.Default, which no other contender has.
func openGin() (http.Handler, error) {
	engine, ok := binding.Validator.Engine().(*validator.Validate)
	if !ok {
		return nil, fmt.Errorf("gin validates with %T", binding.Validator.Engine())
	}
	engine.SetTagName("validate") // gin's own is binding; the types are shared
	if err := addRules(engine); err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.POST("/v1/orders", func(c *gin.Context) {
		var in validOrder
		if err := c.ShouldBindWith(&in, wholeJSON{}); err != nil {
			ginFail(c, err)
			return
		}
		order := in.order()
		c.Header("Location", "/v1/orders/"+order.ID.String())
		c.JSON(http.StatusCreated, &order)
	})
	r.GET("/v1/orders/:order_id", func(c *gin.Context) {
		var id work.OrderID
		if err := id.UnmarshalText([]byte(c.Param("order_id"))); err != nil {
			ginFail(c, err)
			return
		}
		order, err := work.FindOrder(id)
		if err != nil {
			ginFail(c, err)
			return
		}
		c.JSON(http.StatusOK, &order)
	})
	r.GET("/v1/customers/:customer_id/orders", func(c *gin.Context) {
		var in ginList
		if err := c.ShouldBindQuery(&in); err != nil {
			ginFail(c, err)
			return
		}
		page, err := work.ListOrders(c.Param("customer_id"), in.Limit, in.Cursor)
		if err != nil {
			ginFail(c, err)
			return
		}
		c.JSON(http.StatusOK, &page)
	})
	r.POST("/v1/invoices", func(c *gin.Context) {
		var in validInvoice
		if err := c.ShouldBindWith(&in, wholeJSON{}); err != nil {
			ginFail(c, err)
			return
		}
		c.JSON(http.StatusCreated, in.receipt())
	})
	return r, nil
}

func ginFail(c *gin.Context, err error) {
	problem := problemOf(err, http.StatusBadRequest)
	c.Header("Content-Type", "application/problem+json")
	c.JSON(problem.Status, problem)
}

// wholeJSON is gin's JSON binding but for what that one lets through: text
// after the value, another media type, a body of any size.
type wholeJSON struct{}

func (wholeJSON) Name() string { return "json" }

func (wholeJSON) Bind(r *http.Request, v any) error {
	if media := r.Header.Get("Content-Type"); !isJSON(media) {
		return fmt.Errorf("media type %q", media)
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return err
	}
	return binding.Validator.ValidateStruct(v)
}
