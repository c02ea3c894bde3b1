package bounds // want package:"uses Tenon"

import (
	"context"
	"encoding/json"
	"net/netip"
	"time"

	"notes"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

type input struct {
	paging
	ID    string             `path:"id" check:"format=uuid"`
	Query string             `query:"q"`                            // want `^unbounded input: want maxLength=…$`
	Tags  []string           `query:"tag" default:"[]"`             // want `^unbounded input: want maxItems=…$` `^unbounded input: want each\(maxLength=…\)$`
	Trace tenon.Opt[string]  `header:"Trace" check:"maxLength=40?"` // want `^unbounded input: want maxLength=…$`
	Key   tenon.Opt[*string] `header:"Key" check:"maxLength=40"`
	Store *store
	Body  body
}

type paging struct {
	After string `query:"after"` // want `^unbounded input: want maxLength=…$`
	Limit int    `query:"limit" default:"5"`
}

type store struct{ Name string } // a dependency

type body struct {
	embedded

	ID     string `json:"id" readOnly:"true"`
	Hidden string `json:"-"`
	hidden string

	Text     string                // want `^unbounded input: want maxLength=…$`
	Secret   schema.Secret[string] // want `^unbounded input: want maxLength=…$`
	Bytes    []byte                // want `^unbounded input: want maxLength=…$`
	Raw      schema.Text           // want `^unbounded input: want maxLength=…$`
	Map      map[string][]string   `check:"maxProperties=3,keys(maxLength=3),values(maxItems=2)"` // want `^unbounded input: want values\(each\(maxLength=…\)\)$`
	Open     map[string]int        // want `^unbounded input: want maxProperties=…$` `^unbounded input: want keys\(maxLength=…\)$`
	Array    [2]string             // want `^unbounded input: want each\(maxLength=…\)$`
	Any      any                   // want `^unbounded input: want a type in place of any$`
	List     []line                `check:"maxItems=9"`
	Tree     *tree
	Union    payment
	Currency notes.Currency
	Status   notes.Status
	Odd      notes.Odd
	Code     code
	Free     free   // want `^unbounded input: want maxLength=…$`
	Nested   nested // want `^unbounded input: want maxItems=…$`

	Length  string `check:"maxLength=9"`
	Enum    string `check:"enum=a|b"`
	Const   string `check:"const=a"`
	Email   string `check:"format=email"`
	URI     string `check:"format=uri"` // want `^unbounded input: want maxLength=…$`
	Pattern string `check:"pattern='^[A-Z]{3}$'"`
	Either  string `check:"pattern='^a$|^(b{1,3})$'"`
	Grouped string `check:"pattern='(^ab?$)'"`
	Part    string `check:"pattern='[A-Z]{3}'"`    // want `^unbounded input: want maxLength=…$`
	Repeats string `check:"pattern='^[A-Z]{3,}$'"` // want `^unbounded input: want maxLength=…$`
	Starred string `check:"pattern='^(a*b)$'"`     // want `^unbounded input: want maxLength=…$`

	N      int
	When   time.Time
	Date   schema.Date
	Price  schema.Decimal
	Addr   netip.Addr
	Custom json.RawMessage
	Lost   string `check: "maxLength=1"` // want `^malformed tag, so that the rest is invisible`
}

type embedded struct {
	Inner string // want `^unbounded input: want maxLength=…$`
}

type line struct {
	SKU string // want `^unbounded input: want maxLength=…$`
}

type tree struct {
	Name     string  `check:"maxLength=9"`
	Children []*tree `check:"maxItems=9"`
}

type nested []nested

type payment interface{ pay() }

type card struct {
	Number string // want `^unbounded input: want maxLength=…$`
}

func (card) pay() {}

type code string

func (code) Check() string { return "maxLength=5" } // want Check:"rules maxLength=5"

type free string

func (free) Check() string { return "minLength=5" } // want Check:"rules minLength=5"

// output is not read.
type output struct {
	Text string
	List []string
}

func create(context.Context, *input) (output, error) { return output{}, nil }

func draft(context.Context, *struct{ Body notes.Note }) (output, error) { return output{}, nil } // want `^notes.Note.Text: unbounded input: want maxLength=…$`

func Routes(r *tenon.Router) {
	tenon.Post(r, "/{id}", create)
	tenon.Post(r, "/", draft)
	r.Use(tenon.Union[payment]("type", schema.As[card]("card")))
}
