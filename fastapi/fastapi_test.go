package fastapi_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/fastapi"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

var errDeclined = errors.New("declined")

type declinedError struct{ reason string }

func (e *declinedError) Error() string { return e.reason }

type facts struct {
	Reason string `json:"reason"`
}

type update struct {
	ID   int    `path:"id"`
	Fail string `query:"fail" default:""`
	Body struct {
		Price float64 `json:"price" check:"gt=0"`
	}
}

func app(t *testing.T) *tenon.App {
	t.Helper()
	a, err := tenon.New(fastapi.Compat(tenon.Config{Title: "t", Version: "1"}), func(r *tenon.Router) {
		r.Use(tenon.MapError(errDeclined, 402, "declined", "Payment declined"))
		r.Use(tenon.MapErrorAs(403, "blocked", "Blocked", func(e *declinedError) facts { return facts{e.reason} }))
		tenon.Put(r, "/items/{id}", func(_ context.Context, in *update) (int, error) {
			switch in.Fail {
			case "declined":
				return 0, errDeclined
			case "blocked":
				return 0, &declinedError{"limit"}
			case "detail":
				return 0, &problem.Error{Status: 418, Detail: "I'm a teapot"}
			case "whole":
				return 0, fastapi.JSON(409, map[string]int{"id": in.ID})
			case "unwritable":
				return 0, fastapi.JSON(409, func() {})
			case "status":
				return 0, &problem.Error{Status: 418}
			case "internal":
				return 0, errors.New("driver: secret")
			}
			return in.ID, nil
		}, tenon.Errors(errDeclined, new(declinedError)), tenon.Describe(418, "Teapot"), tenon.Errors(problem.New(409, fastapi.Whole, "Taken")))
	})
	assert.NoError(t, err)
	return a
}

func TestErrorsLookLikeThoseOfFastAPI(t *testing.T) {
	const body = `{"price":1}`
	tests := []struct {
		method, target, body string
		want                 string
	}{
		{"GET", "/nowhere", "", `404 {"detail":"Not Found"}`},
		{"GET", "/items/1", "", `405 {"detail":"Method Not Allowed"}`},
		{"PUT", "/items/abc", body, `422 {"detail":[{"type":"int_parsing","loc":["path","id"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"abc"}]}`},
		{"PUT", "/items/1", `{"price":-3.0}`, `422 {"detail":[{"type":"greater_than","loc":["body","price"],"msg":"Input should be greater than 0","input":-3.0,"ctx":{"gt":0}}]}`},
		{"PUT", "/items/x", `{"price":-3.0}`, `422 {"detail":[{"type":"int_parsing","loc":["path","id"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"},` +
			`{"type":"greater_than","loc":["body","price"],"msg":"Input should be greater than 0","input":-3.0,"ctx":{"gt":0}}]}`},
		{"PUT", "/items/1?fail=declined", body, `402 {"detail":"Payment declined"}`},
		{"PUT", "/items/1?fail=blocked", body, `403 {"detail":{"reason":"limit"}}`},
		{"PUT", "/items/1?fail=detail", body, `418 {"detail":"I'm a teapot"}`},
		{"PUT", "/items/1?fail=status", body, `418 {"detail":"I'm a teapot"}`},
		{"PUT", "/items/1?fail=whole", body, `409 {"id":1}`},
		{"PUT", "/items/1?fail=unwritable", body, `500 Internal Server Error`},
		{"PUT", "/items/1?fail=internal", body, `500 Internal Server Error`},
	}
	c := tenontest.New(t, app(t))
	for _, tt := range tests {
		t.Run(tt.target+tt.body, func(t *testing.T) {
			c.ServerErrors = tt.want[:3] == "500"
			r := c.Do(tt.method, tt.target, tt.body)
			assert.Equal(t, fmt.Sprint(r.Status, " ", string(r.Body)), tt.want)
		})
	}
	r := c.Do("PUT", "/items/1", `{"price":`)
	assert.Equal(t, r.Status, 422, "malformed")
	assert.Contains(t, string(r.Body), `"json_invalid"`)
}

func TestBodiesAreReadAsFastAPIReadsThem(t *testing.T) {
	type order struct {
		Count int  `json:"count" check:"ge=1"`
		Gift  bool `json:"gift" default:"false"`
		Exact int  `json:"exact" default:"0" check:"strict"`
	}
	a, err := tenon.New(fastapi.Compat(tenon.Config{Title: "t", Version: "1"}), func(r *tenon.Router) {
		tenon.Post(r, "/orders", func(_ context.Context, in *struct{ Body order }) (order, error) { return in.Body, nil })
	})
	assert.NoError(t, err)
	c := tenontest.New(t, a)
	for body, want := range map[string]string{
		`{"count":"3","gift":"yes"}`:       `200 {"count":3,"gift":true,"exact":0}`,
		`{"count":2.0,"gift":1}`:           `200 {"count":2,"gift":true,"exact":0}`,
		`{"count":1,"count":2,"Gift":"?"}`: `200 {"count":2,"gift":false,"exact":0}`,
		`{"Count":1}`:                      `422 {"detail":[{"type":"missing","loc":["body","count"],"msg":"Field required","input":{"Count":1}}]}`,
		`{"count":1,"exact":"1"}`:          `422 {"detail":[{"type":"int_type","loc":["body","exact"],"msg":"Input should be a valid integer","input":"1"}]}`,
	} {
		r := c.Do("POST", "/orders", body)
		assert.Equal(t, fmt.Sprint(r.Status, " ", string(r.Body)), want, body)
	}
}

func TestPathsWithTheWrongSlashAreRedirectedAsInFastAPI(t *testing.T) {
	c := tenontest.New(t, app(t))
	r := c.Do("PUT", "http://testserver/items/foo/?q=1", `{"price":1}`)
	assert.Equal(t, r.Status, 307)
	assert.Equal(t, r.Header.Get("Location"), "http://testserver/items/foo?q=1")
	assert.Equal(t, len(r.Body), 0)
	assert.Equal(t, fastapi.Compat(tenon.Config{TrailingSlash: "ignore"}).TrailingSlash, "ignore")
}

func TestTheDocumentShowsTheSameErrors(t *testing.T) {
	doc := app(t).Document()
	schemas := doc.Components.Schemas
	assert.Equal(t, schemas["HTTPValidationError"] != nil && schemas["HTTPError"] != nil && schemas["Problem"] == nil, true)
	text, err := doc.JSON()
	assert.NoError(t, err)
	assert.Contains(t, string(text), `"HTTPError"`)
}

type unicornError struct{ name string }

func (e *unicornError) Error() string { return e.name }

// A JSONResponse with a status of 400 or more has a body of its own, which the document can describe.
func TestErrorsWithABodyOfTheirOwn(t *testing.T) {
	a, err := tenon.New(fastapi.Compat(tenon.Config{Title: "t", Version: "1"}), func(r *tenon.Router) {
		r.Use(tenon.MapErrorAs(418, fastapi.Whole, "Unicorn", func(e *unicornError) facts { return facts{e.name} }))
		tenon.Get(r, "/unicorn", func(context.Context, *struct{}) (int, error) { return 0, &unicornError{"yolo"} }, tenon.Errors(new(unicornError)))
	})
	assert.NoError(t, err)
	r := tenontest.New(t, a).Do("GET", "/unicorn", "")
	assert.Equal(t, fmt.Sprint(r.Status, " ", string(r.Body)), `418 {"reason":"yolo"}`)
	text, err := a.Document().JSON()
	assert.NoError(t, err)
	assert.Contains(t, string(text), `"reason"`)
}
