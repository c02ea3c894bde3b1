// Command models is the program of the guide "Models".
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// Audit is embedded: its members are those of the struct around it.
type Audit struct {
	ID      int       `json:"id" readOnly:"true"`
	Created time.Time `json:"created" readOnly:"true"`
}

// Box is embedded as a pointer: without a member of it there is no Box.
type Box struct {
	Width  int `json:"width" check:"ge=1"`
	Height int `json:"height" default:"1"`
}

// Product is what a client sends and gets.
type Product struct {
	Audit
	*Box

	Name  string         `json:"name" check:"minLength=1" example:"Lamp"`
	SKU   SKU            `json:"sku"`
	Color Color          `json:"color" default:"white"`
	Price schema.Decimal `json:"price" check:"gt=0,decimalPlaces=2"`

	Stock int64      `json:"stock,string"`
	Tags  []string   `json:"tags,omitempty" default:"[]"`
	Sold  *time.Time `json:"sold,omitzero"`

	Code   string `json:"code" writeOnly:"true"`
	Margin int    `json:"-"`

	More tenon.Opt[More] `json:"more"`
}

// Color is one of three values: its method Enum returns them.
type Color string

// Enum returns the values that requests and answers may have.
func (Color) Enum() []Color { return []Color{"white", "black", "red"} }

// SKU is text on the wire, and two parts in the program.
type SKU struct{ Maker, Number string }

// UnmarshalText reads a text such as acme-17.
func (s *SKU) UnmarshalText(text []byte) error {
	maker, number, ok := strings.Cut(string(text), "-")
	if !ok {
		return errors.New("no dash")
	}
	*s = SKU{maker, number}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (s SKU) MarshalText() ([]byte, error) { return []byte(s.Maker + "-" + s.Number), nil }

// Span is a JSON array of two numbers on the wire.
type Span struct{ Low, High int }

// UnmarshalJSON reads [1,5].
func (s *Span) UnmarshalJSON(text []byte) error {
	var pair [2]int
	err := json.Unmarshal(text, &pair)
	*s = Span{pair[0], pair[1]}
	return err
}

// MarshalJSON writes what UnmarshalJSON reads.
func (s Span) MarshalJSON() ([]byte, error) { return json.Marshal([2]int{s.Low, s.High}) }

// More has a member of each type that Tenon knows.
type More struct {
	Time      time.Time        `json:"time"`
	Date      schema.Date      `json:"date"`
	TimeOfDay schema.TimeOfDay `json:"time_of_day"`
	Duration  time.Duration    `json:"duration"`
	Decimal   schema.Decimal   `json:"decimal"`
	Addr      netip.Addr       `json:"addr"`
	Prefix    netip.Prefix     `json:"prefix"`
	URL       url.URL          `json:"url"`
	Bytes     []byte           `json:"bytes"`
	Text      schema.Text      `json:"text"`
	Any       any              `json:"any"`
	Span      Span             `json:"span"`
}

// Page is one page of a list of anything.
type Page[T any] struct {
	Items []T               `json:"items"`
	Next  tenon.Opt[string] `json:"next"`
}

// Login is read and never printed.
type Login struct {
	Name     string               `json:"name"`
	Password tenon.Secret[string] `json:"password" check:"minLength=8"`
}

// Reading comes from devices that send text for everything.
type Reading struct {
	_ struct{} `check:"lax"`

	Value float64       `json:"value"`
	Valid bool          `json:"valid"`
	Taken time.Time     `json:"taken"`
	Every time.Duration `json:"every"`
	Count int           `json:"count" check:"strict"`
}

type addReading struct{ Body Reading }

func addOne(_ context.Context, in *addReading) (Reading, error) { return in.Body, nil }

type addProduct struct{ Body Product }

func add(_ context.Context, in *addProduct) (Product, error) {
	p := in.Body
	p.ID, p.Created = 1, time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	return p, nil
}

func list(context.Context, *struct{}) (Page[Product], error) {
	return Page[Product]{}, nil
}

type login struct{ Body Login }

func logIn(_ context.Context, in *login) (tenon.NoContent, error) {
	log.Printf("login %+v", in.Body)                  // prints stars
	if in.Body.Password.Reveal() != "correct horse" { // the only way to its value
		return tenon.NoContent{}, tenon.Invalid(in, &in.Body.Password, "wrong_password", "The password is wrong")
	}
	return tenon.NoContent{}, nil
}

func routes(r *tenon.Router) {
	tenon.Post(r, "/products", add)
	tenon.Get(r, "/products", list)
	tenon.Post(r, "/login", logIn)
	tenon.Post(r, "/readings", addOne)
}

func newApp() (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Products", Version: "1.0.0"}, routes)
}

func main() {
	app, err := newApp()
	if err != nil {
		log.Fatal(err)
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}
