package schema_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// A date has no time zone, so that it is the same day everywhere.
func ExampleDate() {
	type Booking struct {
		From   schema.Date `json:"from" check:"ge=2026-01-01"`
		Nights int         `json:"nights"`
	}
	bookings, err := schema.Compile[Booking](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	booking, err := bookings.Decode([]byte(`{"from": "2026-11-20", "nights": 3}`))
	until := schema.DateOf(booking.From.Time(time.UTC).AddDate(0, 0, booking.Nights))
	fmt.Println(until, err)
	_, err = bookings.Decode([]byte(`{"from": "2026-02-30", "nights": 3}`))
	fmt.Println(err)
	// Output:
	// 2026-11-23 <nil>
	// from: Input should be a valid date or datetime, day value is outside expected range
}

// A price is exact, and keeps its digits.
func ExampleDecimal() {
	type Item struct {
		Price schema.Decimal `json:"price" check:"gt=0,decimalPlaces=2"`
	}
	items, err := schema.Compile[Item](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	for _, body := range []string{`{"price": 19.90}`, `{"price": "0.10"}`, `{"price": 0.999}`} {
		item, err := items.Decode([]byte(body))
		fmt.Println(item.Price, err)
	}
	// Output:
	// 19.90 <nil>
	// 0.10 <nil>
	// 0 price: Decimal input should have no more than 2 decimal places
}

// A client must say whether there is a note.
func ExampleNull() {
	type Order struct {
		Note schema.Null[string] `json:"note"`
	}
	orders, err := schema.Compile[Order](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	for _, body := range []string{`{"note": "fragile"}`, `{"note": null}`, `{}`} {
		order, err := orders.Decode([]byte(body))
		fmt.Println(order.Note.Or("no note"), err)
	}
	// Output:
	// fragile <nil>
	// no note <nil>
	// no note note: Field required
}

// A secret is read from a request and shown nowhere.
func ExampleSecret() {
	type Login struct {
		Name     string                `json:"name"`
		Password schema.Secret[string] `json:"password" check:"minLength=8"`
	}
	logins, err := schema.Compile[Login](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	login, err := logins.Decode([]byte(`{"name": "bob", "password": "correct horse"}`))
	fmt.Printf("%+v %v\n", login, err)
	fmt.Println(login.Password.Reveal())

	_, err = logins.Decode([]byte(`{"name": "bob", "password": "horse"}`))
	if e, ok := errors.AsType[*schema.Error](err); ok {
		fmt.Println(string(e.Issues[0].AppendJSON(nil)))
	}
	// Output:
	// {Name:bob Password:**********} <nil>
	// correct horse
	// {"type":"string_too_short","loc":["password"],"msg":"String should have at least 8 characters","ctx":{"min_length":8}}
}

// Size is one of three values: its method Enum returns them.
type Size string

const (
	Small  Size = "S"
	Medium Size = "M"
	Large  Size = "L"
)

// Enum returns the values that requests and answers may have.
func (Size) Enum() []Size { return []Size{Small, Medium, Large} }

func ExampleType_enum() {
	sizes, err := schema.Compile[[]Size](schema.NewSet(schema.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sizes.Decode([]byte(`["S", "L"]`)))
	_, err = sizes.Decode([]byte(`["S", "XL"]`))
	fmt.Println(err)
	_, err = sizes.Append(nil, &[]Size{"XXL"})
	fmt.Println(err)
	// Output:
	// [S L] <nil>
	// 1: Input should be 'S', 'M' or 'L'
	// a value is none of those its type allows
}
