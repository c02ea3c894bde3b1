// Command document is the program of the guide "The document".
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
)

type shop struct {
	created *tenon.Endpoint[createOrder, tenon.Created[Order]]
	read    *tenon.Endpoint[getOrder, Order]
	paid    *tenon.Endpoint[orderPaid, tenon.NoContent]
}

// An Order is what is bought.
type Order struct {
	ID          string `json:"id" doc:"Names the order"`
	Cents       int    `json:"cents" check:"gt=0" x-unit:"minor"`
	CallbackURL string `json:"callback_url" check:"format=uri"`
}

type createOrder struct {
	Body struct {
		Cents       int    `json:"cents" check:"gt=0"`
		CallbackURL string `json:"callback_url" check:"format=uri"`
	}
}

func (s *shop) create(_ context.Context, in *createOrder) (tenon.Created[Order], error) {
	o := Order{ID: "o-1", Cents: in.Body.Cents, CallbackURL: in.Body.CallbackURL}
	location, err := s.read.URL(&getOrder{ID: o.ID})
	return tenon.Created[Order]{Location: location, Body: o}, err
}

type getOrder struct {
	ID string `path:"order_id"`
}

func (s *shop) get(_ context.Context, in *getOrder) (Order, error) {
	return Order{ID: in.ID, Cents: 1700, CallbackURL: "https://example.com/paid"}, nil
}

type orderPaid struct {
	Attempt int `header:"X-Attempt" doc:"Counted from 1"`
	Body    Order
}

func (s *shop) Routes(r *tenon.Router) {
	orders := r.Group("/orders", tenon.Tags("orders"))
	s.created = tenon.Post(orders, "", s.create, tenon.Doc{
		Summary:      "Create an order",
		ExternalDocs: &openapi.ExternalDocs{URL: "https://docs.example.com/orders"},
		Extensions:   openapi.Extensions{"x-owner": json.RawMessage(`"checkout"`)},
	})
	s.read = tenon.Get(orders, "/{order_id}", s.get, tenon.Describe(http.StatusOK, "The order as it is now"))
	s.examples()
	s.links()
	s.callbacks()
}

func (s *shop) examples() {
	small := new(createOrder)
	small.Body.Cents, small.Body.CallbackURL = 250, "https://example.com/paid"
	s.created.Example("small", "One book", small, &tenon.Created[Order]{
		Location: "/orders/o-1",
		Body:     Order{ID: "o-1", Cents: 250, CallbackURL: "https://example.com/paid"},
	})
}

func (s *shop) links() {
	next := new(getOrder)
	s.created.Link("order", "Read the order again", s.read, next, func(_ *createOrder, out *tenon.Created[Order]) map[any]any {
		return map[any]any{&next.ID: &out.Body.ID}
	})
}

func (s *shop) callbacks() {
	to := s.created.Callback("paid", func(in *createOrder) any { return &in.Body.CallbackURL })
	s.paid = tenon.Post[orderPaid, tenon.NoContent](to, "", nil,
		tenon.Doc{Summary: "The order is paid"}, tenon.Describe(http.StatusGone, "Tell me no more"))
}

// tell tells whoever created o that it is paid.
func (s *shop) tell(ctx context.Context, client *http.Client, o Order) error {
	r, err := s.paid.Request(ctx, o.CallbackURL, &orderPaid{Attempt: 1, Body: o})
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	_, err = s.paid.Response(resp, body)
	return err
}

var config = tenon.Config{
	Title: "Shop", Version: "1.4.0", Description: "Orders of a *small* shop.",
	About: openapi.Document{
		Info: openapi.Info{
			Contact: &openapi.Contact{Name: "Shop team", Email: "api@example.com"},
			License: &openapi.License{Name: "MIT", Identifier: "MIT"},
		},
		Servers: []openapi.Server{{URL: "https://{region}.example.com", Variables: map[string]openapi.ServerVariable{
			"region": {Default: "eu", Enum: []string{"eu", "us"}},
		}}},
		Tags: []openapi.Tag{{Name: "orders", Description: "What is bought"}},
	},
	OperationID: func(method, path string, tags []string) string {
		if len(tags) == 0 {
			return ""
		}
		return tags[0] + "_" + strings.ToLower(method) + fmt.Sprint(strings.Count(path, "{"))
	},
	Edit: func(_ string, doc *openapi.Document) {
		doc.Components.Schemas["Order"].Extensions = openapi.Extensions{"x-stored": json.RawMessage(`true`)}
	},
}

// show prints the document in a form that args ask for: 3.0, yaml, or both.
func show(w io.Writer, app *tenon.App, args []string) error {
	doc := app.Document()
	if slices.Contains(args, "3.0") {
		old, lost := doc.Downgrade()
		for _, text := range lost {
			log.Println("not in OpenAPI 3.0:", text)
		}
		doc = old
	}
	write := doc.JSON
	if slices.Contains(args, "yaml") {
		write = doc.YAML
	}
	text, err := write()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func main() {
	app, err := tenon.New(config, new(shop).Routes)
	if err == nil {
		err = show(os.Stdout, app, os.Args[1:])
	}
	if err != nil {
		log.Fatal(err)
	}
}
