// Package things has the types of an API of 300 operations, 100 resources of three, and
// what its programs share.
//
// A resource has types of its own, told apart by two type parameters out of ten: they
// differ in their fields, so that they have plans, schemas and code of their own as types
// have that somebody wrote: 700 structs, of which 300 are bodies.
package things

import (
	"strconv"
	"time"
)

type (
	// D0 tells types apart, as D1 to D9 do. The compiler shares the code of handlers between them,
	// which makes the programs quick to build.
	D0 struct{}
	// D1 is like D0.
	D1 struct{}
	// D2 is like D0.
	D2 struct{}
	// D3 is like D0.
	D3 struct{}
	// D4 is like D0.
	D4 struct{}
	// D5 is like D0.
	D5 struct{}
	// D6 is like D0.
	D6 struct{}
	// D7 is like D0.
	D7 struct{}
	// D8 is like D0.
	D8 struct{}
	// D9 is like D0.
	D9 struct{}
)

// Path returns the path of a resource, of which there are 100.
func Path(a, b int) string { return "/v1/group" + strconv.Itoa(a) + "/things" + strconv.Itoa(b) }

// Probe is the path of the first request, which is answered like every other.
const Probe = "/v1/group9/things9/01963b1e-6b5e-7000-8000-000000000001"

// Create is the body of a POST.
type Create[A, B any] struct {
	Name     string            `json:"name" check:"minLength=1,maxLength=64" doc:"Name that people see" minLength:"1" maxLength:"64" validate:"min=1,max=64"`
	Code     string            `json:"code" check:"pattern='^[A-Z]{3}-[0-9]{4}$'" doc:"Code of the catalogue" pattern:"^[A-Z]{3}-[0-9]{4}$"`
	Amount   int64             `json:"amount" check:"gt=0,le=10000000" doc:"Amount in minor units" minimum:"1" maximum:"10000000" validate:"min=1,max=10000000"`
	Rate     float64           `json:"rate" check:"ge=0,le=1" default:"0" minimum:"0" maximum:"1" validate:"min=0,max=1"`
	Due      time.Time         `json:"due" doc:"Day by which it is wanted"`
	Tags     []string          `json:"tags" check:"maxItems=10,each(maxLength=20)" maxItems:"10" validate:"max=10,dive,max=20"`
	Metadata map[string]string `json:"metadata"`
	Note     *string           `json:"note" check:"maxLength=2000" maxLength:"2000" validate:"omitempty,max=2000"`
	Address  Address[A, B]     `json:"address"`
	Lines    []Line[A, B]      `json:"lines" check:"minItems=1,maxItems=1000" minItems:"1" maxItems:"1000" validate:"min=1,max=1000,dive"`
}

// Address is inside of other types.
type Address[A, B any] struct {
	Street  string `json:"street" check:"minLength=1,maxLength=200" minLength:"1" maxLength:"200" validate:"min=1,max=200"`
	City    string `json:"city" check:"minLength=1,maxLength=100" minLength:"1" maxLength:"100" validate:"min=1,max=100"`
	Zip     string `json:"zip" check:"minLength=1,maxLength=12" minLength:"1" maxLength:"12" validate:"min=1,max=12"`
	Country string `json:"country" check:"pattern='^[A-Z]{2}$'" pattern:"^[A-Z]{2}$"`
}

// Line is an item of lists.
type Line[A, B any] struct {
	SKU       string  `json:"sku" check:"minLength=1,maxLength=32,pattern='^[A-Z0-9-]+$'" minLength:"1" maxLength:"32" pattern:"^[A-Z0-9-]+$" validate:"min=1,max=32"`
	Quantity  int     `json:"quantity" check:"ge=1,le=10000" minimum:"1" maximum:"10000" validate:"min=1,max=10000"`
	UnitCents int64   `json:"unit_cents" check:"ge=0,le=1000000000" minimum:"0" maximum:"1000000000" validate:"min=0,max=1000000000"`
	TaxRate   float64 `json:"tax_rate" check:"ge=0,le=1" minimum:"0" maximum:"1" validate:"min=0,max=1"`
}

// Thing is the answer to a POST.
type Thing[A, B any] struct {
	ID      string        `json:"id" doc:"ID given by the server"`
	Name    string        `json:"name"`
	Code    string        `json:"code"`
	Amount  int64         `json:"amount"`
	State   string        `json:"state" check:"enum=new|open|closed" enum:"new,open,closed"`
	Created time.Time     `json:"created_at"`
	Tags    []string      `json:"tags"`
	Address Address[A, B] `json:"address"`
}

// Detail is the answer to a GET of one.
type Detail[A, B any] struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Amount  int64         `json:"amount"`
	State   string        `json:"state" check:"enum=new|open|closed" enum:"new,open,closed"`
	Created time.Time     `json:"created_at"`
	Address Address[A, B] `json:"address"`
	Lines   []Line[A, B]  `json:"lines"`
}

// List is the answer to a GET of all.
type List[A, B any] struct {
	Items      []Summary[A, B] `json:"items"`
	NextCursor *string         `json:"next_cursor"`
	Total      int             `json:"total"`
}

// Summary is an item of a List.
type Summary[A, B any] struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Amount int64  `json:"amount"`
	State  string `json:"state" check:"enum=new|open|closed" enum:"new,open,closed"`
}

// Make answers a POST.
func Make[A, B any](in *Create[A, B]) Thing[A, B] {
	return Thing[A, B]{ID: "01963b1e-6b5e-7000-8000-000000000001", Name: in.Name, Code: in.Code, Amount: in.Amount, State: "new", Tags: in.Tags, Address: in.Address}
}

// Find answers a GET of one.
func Find[A, B any](id string) Detail[A, B] {
	return Detail[A, B]{ID: id, Name: "Thing", State: "open", Address: Address[A, B]{Street: "1 High St", City: "York", Zip: "YO1", Country: "GB"}}
}
