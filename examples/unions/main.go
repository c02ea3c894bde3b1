// Command unions is the program of the guide "Unions".
package main

import (
	"context"
	"log"
	"log/slog"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// Payment is one of the types below. Its method is unexported, so that no other
// package can add one.
type Payment interface{ payment() }

// Card pays by card.
type Card struct {
	Number string `json:"number" check:"minLength=12,maxLength=19"`
	CVC    string `json:"cvc" check:"minLength=3,maxLength=3" writeOnly:"true"`
}

// Transfer pays from a bank account.
type Transfer struct {
	IBAN string `json:"iban" check:"minLength=15,maxLength=34"`
}

func (*Card) payment()    {}
func (Transfer) payment() {}

// Order holds a payment, and perhaps a second one.
type Order struct {
	Amount  int64              `json:"amount" check:"gt=0"`
	Payment Payment            `json:"payment"`
	Backup  tenon.Opt[Payment] `json:"backup"`
}

type placeOrder struct{ Body Order }

func place(_ context.Context, in *placeOrder) (Order, error) {
	switch p := in.Body.Payment.(type) {
	case *Card: // only the pointer has the method
		if p.Number == "4000000000000002" {
			return Order{}, tenon.Invalid(in, &p.Number, "card_refused", "The card was refused")
		}
	case Transfer:
		slog.Info("wait for the money", "from", p.IBAN)
	}
	return in.Body, nil
}

func routes(r *tenon.Router) {
	r.Use(tenon.Union[Payment]("type", schema.As[Card]("card"), schema.As[Transfer]("transfer")))
	tenon.Post(r, "/orders", place)
}

// Shape is a union without an application.
type Shape interface{ Area() float64 }

// Circle is a Shape.
type Circle struct {
	Radius float64 `json:"radius" check:"gt=0"`
}

// Square is a Shape.
type Square struct {
	Kind string  `json:"kind" check:"const=square"`
	Side float64 `json:"side" check:"gt=0"`
}

// Area returns the area, with a small pi.
func (c Circle) Area() float64 { return 3 * c.Radius * c.Radius }

// Area returns the area.
func (s Square) Area() float64 { return s.Side * s.Side }

func compileShapes() (*schema.Type[[]Shape], error) {
	set := schema.NewSet(schema.Config{})
	union := schema.UnionOf[Shape]("kind", schema.As[Circle]("circle"), schema.As[Square]("square"))
	if err := set.Add(union); err != nil {
		return nil, err
	}
	return schema.Compile[[]Shape](set)
}

func newApp() (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Orders", Version: "1.0.0"}, routes)
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
