package api // want package:"uses Tenon"

import (
	"context"

	"domain"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// Order has no check tag itself.
type Order struct {
	Currency domain.Currency // want `^Check of domain.Currency: unknown rule "maxLenght", did you mean maxLength\?$`
	Status   domain.Status   // want `^Enum of domain.Status leaves out the constant Paid$`
	Limit    int             `default:"ten"` // want `^the default "ten" does not fit the field: want a number$`
	Lines    []Line
	next     int `default:"x"`
}

type Line struct {
	Count int `json:"count,omitepmty"` // want `unknown json option "omitepmty", did you mean omitempty\?`
}

// Create is an input.
type Create struct {
	Paging
	Key    string `header:"Idempotency-Key" default:"a" json:",nonsense"` // want `unknown json option "nonsense"`
	Filter Filter `query:"*"`
	Store  *Store // a dependency: what is in it is not ours
	Lost   string `query: "lost"`                // want `^malformed tag, so that the rest is invisible`
	Once   string `query:"once" readOnly:"true"` // want `^readOnly and writeOnly are for the members of a body`
	Client Client
	Body   Order
}

type Paging struct {
	Limit int `query:"limit" default:"many"` // want `the default "many" does not fit`
}

type Filter struct {
	State string `json:"state" check:"ge=1"` // want `rule ge=1 does not apply to string`
}

type Client struct {
	Pool int `default:"ten"`
}

type Store struct {
	Pool int `default:"ten" json:"pool,weird"`
}

// Answer is an envelope.
type Answer struct {
	Status   int    `status:"201,200"`
	Location string `header:"Location" check:"ge=1"` // want `rule ge=1 does not apply to string`
	Paging
	Body []Result
}

type Result struct {
	N int `example:"one"` // want `the example "one" does not fit`
}

// Plain is a body with a field that is called Body.
type Plain struct {
	Body  Line
	Other Other
}

type Other struct {
	N int `example:"one"` // want `the example "one" does not fit`
}

type (
	Item struct {
		N int `example:"a"` // want `the example "a" does not fit`
	}
	Thing struct {
		N int `example:"b"` // want `the example "b" does not fit`
	}
	Card struct {
		N int `example:"c"` // want `the example "c" does not fit`
	}
	Plan struct {
		N int `example:"d"` // want `the example "d" does not fit`
	}
	Part struct {
		N int `example:"e"` // want `the example "e" does not fit`
	}
	Who struct {
		N int `query:"n" example:"f"` // want `the example "f" does not fit`
	}
	None struct {
		N int `example:"nobody uses it"`
	}
)

// Generic is a body whose field T takes the rules of what it is.
type Generic[T any] struct {
	Value T `default:"0"` // want `the default "0" does not fit the field: want a JSON array`
}

// Custom reads its JSON itself, so that its fields are its own business.
type Custom struct {
	N int `default:"x"`
}

func (Custom) MarshalJSON() ([]byte, error) { return nil, nil }

// Pointer is embedded by its address.
type Pointer struct{ *Embedded }

type Embedded struct {
	N int `default:"x"` // want `the default "x" does not fit`
}

type payment interface{ pay() }

func create(context.Context, *Create) (Answer, error) { return Answer{}, nil }
func plain(context.Context, *struct{}) (Plain, error) { return Plain{}, nil }
func list(context.Context, *struct{}) ([]Item, error) { return nil, nil }
func created(context.Context, *struct{}) (tenon.Created[map[string]*Thing], error) {
	return tenon.Created[map[string]*Thing]{}, nil
}
func custom(context.Context, *struct{}) (Custom, error) { return Custom{}, nil }
func generic(context.Context, *struct{ Body Generic[[]int] }) (Generic[int], error) {
	return Generic[int]{}, nil
}
func draft(context.Context, *struct{ Body domain.Draft }) (Pointer, error) { return Pointer{}, nil } // want `^domain.Draft.Name: unknown rule "minLenght", did you mean minLength\?$` `^domain.Inner.Limit: the default "ten" does not fit the field: want a number$`
func guard(context.Context, *Who) error                                    { return nil }

func Routes(r *tenon.Router) {
	tenon.Post(r, "/orders", create)
	tenon.Get(r, "/plain", plain)
	tenon.Get(r, "/list", list)
	tenon.Get[struct{}](r, "/created", created)
	tenon.Get(r, "/custom", custom)
	tenon.Post(r, "/generic", generic)
	tenon.Post(r, "/draft", draft)
	r.Use(tenon.Guard(guard), tenon.Union[payment]("type", schema.As[Card]("card")))
	_, _ = schema.Compile[Plan](schema.NewSet(schema.Config{}))
	_, _ = schema.Compile[[]*Part](schema.NewSet(schema.Config{}))
	_, _ = schema.Compile[domain.Draft](schema.NewSet(schema.Config{})) // checked already, in draft
}

// wrap is generic itself.
func wrap[In, Out any](r *tenon.Router, h tenon.Handler[In, Out]) {
	tenon.Get(r, "/wrap", h)
}
