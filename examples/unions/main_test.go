package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/unions.md")
	assert.NoError(t, err)
	return string(text)
}

// shows asserts that the page shows text, a JSON text that stands for got.
func shows(t *testing.T, text string, got []byte) {
	t.Helper()
	assert.Contains(t, page(t), text)
	var compact bytes.Buffer
	assert.NoError(t, json.Compact(&compact, []byte(text)))
	assert.Equal(t, string(got), compact.String())
}

func client(t *testing.T) *tenontest.Client {
	t.Helper()
	app, err := newApp()
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func TestPayments(t *testing.T) {
	c := client(t)
	const in = `{"amount":1999,"payment":{"number":"4242424242424242","cvc":"123","type":"card"}}`
	shows(t, in, []byte(in))
	r := c.Do(http.MethodPost, "/orders", in)
	shows(t, `{"amount":1999,"payment":{"type":"card","number":"4242424242424242"}}`, r.Body)
	const both = `{"amount":1,"payment":{"type":"transfer","iban":"DE89370400440532013000"},"backup":{"type":"transfer","iban":"DE89370400440532013000"}}`
	assert.Equal(t, string(c.Do(http.MethodPost, "/orders", both).Body), both)
}

func TestErrors(t *testing.T) {
	c := client(t)
	for _, row := range []struct{ payment, typ, loc string }{
		{`{"type":"card","number":"42","cvc":"123"}`, "string_too_short", `["body","payment","card","number"]`},
		{`{"type":"card","number":"4000000000000002","cvc":"123"}`, "card_refused", `["body","payment","card","number"]`},
		{`{"type":"transfer"}`, "missing", `["body","payment","transfer","iban"]`},
		{`{"type":"cash"}`, "union_tag_invalid", `["body","payment"]`},
		{`{"number":"42"}`, "union_tag_not_found", `["body","payment"]`},
		{`{"Type":"card"}`, "member_case", `["body","payment","Type"]`},
		{`null`, "model_attributes_type", `["body","payment"]`},
	} {
		issues := c.Problem(c.Do(http.MethodPost, "/orders", `{"amount":1,"payment":`+row.payment+`}`)).Issues
		assert.Equal(t, len(issues), 1, row.payment)
		loc, err := json.Marshal(issues[0].Loc)
		assert.NoError(t, err)
		assert.Equal(t, string(loc), row.loc, row.payment)
		assert.Equal(t, issues[0].Type, row.typ, row.payment)
		assert.Contains(t, page(t), "| `"+row.payment+"` | `"+row.typ+"` | `"+row.loc+"` |")
	}
}

func TestDocument(t *testing.T) {
	app, err := newApp()
	assert.NoError(t, err)
	text, err := json.Marshal(app.Document().Components.Schemas["Order"].Properties[1].Schema)
	assert.NoError(t, err)
	shows(t, `{"oneOf": [{"$ref": "#/components/schemas/PaymentCard"}, {"$ref": "#/components/schemas/PaymentTransfer"}],
 "discriminator": {"propertyName": "type", "mapping": {
   "card": "#/components/schemas/PaymentCard", "transfer": "#/components/schemas/PaymentTransfer"}}}`, text)
	text, err = json.Marshal(app.Document().Components.Schemas["PaymentTransfer"].Properties[0])
	assert.NoError(t, err)
	assert.Contains(t, string(text), `"const":"transfer"`)
}

func TestShapes(t *testing.T) {
	shapes, err := compileShapes()
	assert.NoError(t, err)
	list, err := shapes.Decode([]byte(`[{"kind":"circle","radius":2},{"side":3,"kind":"square"}]`))
	assert.NoError(t, err)
	assert.Equal(t, list, []Shape{Circle{2}, Square{"square", 3}})
	list[1] = Square{Kind: "wrong", Side: 3}
	out, err := shapes.Append(nil, &list)
	assert.NoError(t, err)
	assert.Equal(t, string(out), `[{"kind":"circle","radius":2},{"kind":"square","side":3}]`)

	all := schema.NewSchemas("#/")
	shapes.OutputSchema(all)
	shapes.InputSchema(all)
	bodies, err := all.Components()
	assert.NoError(t, err)
	assert.Equal(t, bodies["Square"] != nil && bodies["ShapeCircle"] != nil, true, "a struct that tells its kind needs no second schema")
}

// cash is a payment that the union does not have.
type cash struct{}

func (cash) payment() {}

// typed has a member for the discriminator that is no string.
type typed struct {
	Type int `json:"type"`
}

func (typed) payment() {}

func TestMistakesAtStart(t *testing.T) {
	type holder struct{ P Payment }
	for want, union := range map[string]tenon.Option{
		"has no JSON form: declare its variants as a union":              tenon.Options(),
		"variant *main.Transfer: want a struct with a name":              tenon.Union[Payment]("type", schema.As[*Transfer]("transfer")),
		"variant main.Order does not implement the interface":            tenon.Union[Payment]("type", schema.As[Order]("order")),
		`variant main.Transfer as "card": want a type and a name`:        tenon.Union[Payment]("type", schema.As[Card]("card"), schema.As[Transfer]("card")),
		"is declared already, at":                                        tenon.Union[Payment]("type", schema.As[Transfer]("transfer")),
		`member "type" is the discriminator: want a string that is read`: tenon.Union[Payment]("type", schema.As[typed]("typed")),
	} {
		_, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) {
			r.Use(union)
			if strings.HasPrefix(want, "is declared") {
				r.Use(tenon.Union[Payment]("type", schema.As[Card]("card")))
			}
			tenon.Get(r, "/", func(context.Context, *struct{}) (holder, error) { return holder{}, nil })
		})
		assert.Contains(t, fmt.Sprint(err), want)
		assert.Contains(t, page(t), "`"+want+"`")
	}
}

// A nil interface, a nil pointer and a type that is no variant have no JSON.
func TestMistakesInAnswers(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	assert.NoError(t, set.Add(schema.UnionOf[Payment]("type", schema.As[Card]("card"), schema.As[Transfer]("transfer"))))
	plan, err := schema.Compile[[]Payment](set)
	assert.NoError(t, err)
	for want, p := range map[string]Payment{
		"a main.Payment holds nil, which is no variant of its union":                  nil,
		"a main.Payment holds a main.cash, which is no variant of its union":          cash{},
		"a main.Payment holds a nil *main.Transfer, which is no variant of its union": (*Transfer)(nil),
	} {
		_, err := plan.Append(nil, &[]Payment{p})
		assert.Equal(t, fmt.Sprint(err), want)
	}
	out, err := plan.Append(nil, &[]Payment{&Transfer{IBAN: "x"}})
	assert.NoError(t, err)
	assert.Equal(t, string(out), `[{"type":"transfer","iban":"x"}]`)
	assert.Contains(t, page(t), "`a main.Payment holds a nil *main.Transfer, which is no variant of its union`")
}
