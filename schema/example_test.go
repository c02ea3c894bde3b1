package schema_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// Currency is a named type with rules of its own.
type Currency string

// Check stands in a raw string, where a pattern needs no second backslash.
func (Currency) Check() string { return `pattern='^[A-Z]{3}$'` }

// OrderCreate is what a client sends.
type OrderCreate struct {
	CustomerID  string   `json:"customer_id" check:"minLength=1,maxLength=64"`
	AmountCents int64    `json:"amount_cents" check:"gt=0,le=10000000"`
	Currency    Currency `json:"currency" default:"EUR"`
}

func ExampleCompile() {
	set := schema.NewSet(schema.Config{})
	orders, err := schema.Compile[OrderCreate](set)
	if err != nil {
		log.Fatal(err)
	}
	order, err := orders.Decode([]byte(`{"customer_id": "cus_123", "amount_cents": 1299}`))
	if err != nil {
		log.Fatal(err)
	}
	text, err := orders.Append(nil, &order)
	fmt.Println(string(text), err)
	// Output: {"customer_id":"cus_123","amount_cents":1299,"currency":"EUR"} <nil>
}

// A lax field is read from text too, but the document says what it is.
func ExampleConfig_lax() {
	type Reading struct {
		Value float64       `json:"value"`
		Valid bool          `json:"valid"`
		Every time.Duration `json:"every"`
		Count int           `json:"count" check:"strict"`
	}
	readings, err := schema.Compile[Reading](schema.NewSet(schema.Config{Lax: true}))
	if err != nil {
		log.Fatal(err)
	}
	r, err := readings.Decode([]byte(`{"value": " 21.5", "valid": "yes", "every": 90, "count": 7}`))
	fmt.Printf("%+v %v\n", r, err)
	_, err = readings.Decode([]byte(`{"value": "high", "valid": 2, "every": "P1D", "count": "7"}`))
	fmt.Println(err)
	// Output:
	// {Value:21.5 Valid:true Every:1m30s Count:7} <nil>
	// value: Input should be a valid number, unable to parse string as a number
	// valid: Input should be a valid boolean, unable to interpret input
	// count: Input should be a valid integer
}

// A rule that is misspelt would check nothing, so the type does not compile.
func ExampleCompile_incorrect() {
	type Customer struct {
		Name string `json:"name" check:"minLenght=1"`
	}
	_, err := schema.Compile[Customer](schema.NewSet(schema.Config{}))
	fmt.Println(err)
	// Output: schema: compile schema_test.Customer: schema_test.Customer.Name: rule "minLenght=1" does not apply to string: did you mean minLength?
}

// Everything that is wrong with an input is reported, in the order of the fields.
func ExampleType_Decode() {
	orders, err := schema.Compile[OrderCreate](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	_, err = orders.Decode([]byte(`{"currency": "eur", "amount_cents": 0.5}`))
	if e, ok := errors.AsType[*schema.Error](err); ok {
		for _, issue := range e.Issues {
			fmt.Println(issue.Type, issue.Loc, issue.Msg)
		}
	}
	// Output:
	// missing [customer_id] Field required
	// int_from_float [amount_cents] Input should be a valid integer, got a number with a fractional part
	// string_pattern_mismatch [currency] String should match pattern '^[A-Z]{3}$'
}

// A PATCH changes the members that it names; null is a value of those that may have it.
func ExampleOpt() {
	type Account struct {
		Name string
		Note *string
	}
	type AccountPatch struct {
		Name schema.Opt[string]  `json:"name" check:"minLength=1"`
		Note schema.Opt[*string] `json:"note"`
	}
	patches, err := schema.Compile[AccountPatch](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	for _, body := range []string{`{}`, `{"name": "New"}`, `{"note": null}`, `{"name": null}`} {
		note := "a note"
		account := Account{Name: "Old", Note: &note}
		patch, err := patches.Decode([]byte(body))
		patch.Name.Apply(&account.Name)
		patch.Note.Apply(&account.Note)
		fmt.Println(account.Name, account.Note != nil, err)
	}
	// Output:
	// Old true <nil>
	// New true <nil>
	// Old false <nil>
	// Old true name: Input should be a valid string
}
