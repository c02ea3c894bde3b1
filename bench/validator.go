package main

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/tenonapi/tenon/bench/work"
)

// The types of the contenders that leave checking to go-playground/validator,
// which are gin, echo, fiber and fuego.
type (
	validOrder struct {
		CustomerID  string `json:"customer_id" validate:"required,max=64"`
		AmountCents int64  `json:"amount_cents" validate:"gt=0,lte=10000000"`
		Currency    string `json:"currency" validate:"currency"`
	}
	validInvoice struct {
		Number   string            `json:"number" validate:"required,max=32"`
		Customer validCustomer     `json:"customer"`
		IssuedAt time.Time         `json:"issued_at" validate:"required"`
		Currency string            `json:"currency" validate:"currency"`
		Notes    string            `json:"notes" validate:"max=2000"`
		Lines    []validLine       `json:"lines" validate:"min=1,max=1000,dive"`
		Metadata map[string]string `json:"metadata"`
	}
	validCustomer struct {
		Name    string       `json:"name"`
		Email   string       `json:"email"`
		Address validAddress `json:"address"`
	}
	validAddress struct {
		Street  string `json:"street"`
		City    string `json:"city"`
		Zip     string `json:"zip"`
		Country string `json:"country" validate:"country"`
	}
	validLine struct {
		SKU         string   `json:"sku" validate:"required,max=32,sku"`
		Description string   `json:"description" validate:"required,max=200"`
		Quantity    int      `json:"quantity" validate:"min=1,max=10000"`
		UnitCents   int64    `json:"unit_cents" validate:"min=0,max=1000000000"`
		TaxRate     float64  `json:"tax_rate" validate:"min=0,max=1"`
		Discount    *float64 `json:"discount"`
		Tags        []string `json:"tags"`
	}
)

func (in *validOrder) order() work.Order {
	return work.NewOrder((*work.CreateOrder)(in))
}

func (in *validInvoice) receipt() work.InvoiceReceipt {
	receipt := work.InvoiceReceipt{Number: in.Number}
	for i := range in.Lines {
		line := &in.Lines[i]
		receipt.Add(line.Quantity, line.UnitCents, line.TaxRate, line.Discount)
	}
	return receipt
}

func newValidator() (*validator.Validate, error) {
	v := validator.New(validator.WithRequiredStructEnabled())
	return v, addRules(v)
}

// addRules makes v name fields as in JSON and adds the rules that validator
// does not have, for it has no tag for patterns.
func addRules(v *validator.Validate) error {
	v.RegisterTagNameFunc(func(field reflect.StructField) string {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		return name
	})
	return errors.Join(
		v.RegisterValidation("currency", func(f validator.FieldLevel) bool { return upperLetters(f.Field().String(), 3) }),
		v.RegisterValidation("country", func(f validator.FieldLevel) bool { return upperLetters(f.Field().String(), 2) }),
		v.RegisterValidation("sku", func(f validator.FieldLevel) bool { return skuText(f.Field().String()) }),
	)
}

// checker is v as echo and fiber ask for it.
type checker struct{ v *validator.Validate }

func (c checker) Validate(v any) error { return c.v.Struct(v) }

// problemOf is how the contenders without an error format of their own answer
// err: with every violation it lists, and with the status other if it is unknown.
func problemOf(err error, other int) *problemDetails {
	if broken, ok := errors.AsType[validator.ValidationErrors](err); ok {
		p := newProblem(http.StatusUnprocessableEntity, "validation_failed")
		for _, field := range broken {
			_, path, _ := strings.Cut(field.Namespace(), ".") // without the name of the type
			p.Errors.add(field.Tag(), "Input breaks the rule "+field.Tag()+" "+field.Param(), "body", path)
		}
		return p
	}
	switch {
	case errors.Is(err, work.ErrNotFound):
		return newProblem(http.StatusNotFound, "not_found")
	case errors.Is(err, work.ErrCursor):
		return newProblem(http.StatusUnprocessableEntity, "cursor_invalid")
	}
	return newProblem(other, "refused")
}

func newProblem(status int, code string) *problemDetails {
	return &problemDetails{Type: "urn:problem:" + code, Title: http.StatusText(status), Status: status, Code: code}
}
