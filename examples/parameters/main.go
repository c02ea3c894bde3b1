// Command parameters is the program of the guide "Parameters": a list with filters, and files
// below a path.
package main

import (
	"context"
	"io/fs"
	"log"
	"net/http"
	"path"
	"testing/fstest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// Filter chooses items.
type Filter struct {
	_     struct{}         `check:"additionalProperties=false"`
	Low   tenon.Opt[int64] `json:"low" check:"ge=0" doc:"Lowest price in cents"`
	High  tenon.Opt[int64] `json:"high" check:"ge=0" doc:"Highest price in cents"`
	Tags  []string         `json:"tag" default:"[]" check:"maxItems=5,uniqueItems"`
	Order Order            `json:"order" default:"name"`
}

// Validate implements [schema.Validator].
func (f *Filter) Validate(is *schema.Issues) {
	low, _ := f.Low.Get()
	if high, ok := f.High.Get(); ok && low > high {
		is.Add(&f.High, "bounds", "high is below low")
	}
}

// Order is how items are sorted.
type Order string

// Enum lists the orders.
func (Order) Enum() []Order { return []Order{"name", "price"} }

type listItems struct {
	Filter Filter   `query:"*"`
	Accept []string `header:"Accept-Language" default:"[]"`
	Theme  string   `cookie:"theme" default:"light"`
}

// Found is what was asked for.
type Found struct {
	Order     Order    `json:"order"`
	Tags      []string `json:"tags"`
	Languages []string `json:"languages"`
	Theme     string   `json:"theme"`
}

func list(_ context.Context, in *listItems) (Found, error) {
	return Found{in.Filter.Order, in.Filter.Tags, in.Accept, in.Theme}, nil
}

// Span is a range of values, both ends included.
type Span struct {
	From *int64 `json:"ge" check:"ge=0"`
	To   *int64 `json:"le" check:"ge=0"`
}

// Sorting is a list of fields, sent as JSON.
type Sorting []struct {
	Field string `json:"field" check:"enum=name|price"`
	Down  bool   `json:"down"`
}

type searchItems struct {
	Price  Span              `query:"price"`                                           // ?price[ge]=100&price[le]=900
	Labels map[string]string `query:"label" default:"{}" check:"maxProperties=10"`     // &label[color]=red
	IDs    []int64           `query:"ids" split:"," default:"[]" check:"maxItems=100"` // &ids=1,2,3
	Sort   Sorting           `query:"sort" content:"application/json" default:"[]"`    // &sort=[{"field":"price","down":true}]
}

// Search tells how a search was understood.
type Search struct {
	From   int64             `json:"from"`
	Labels map[string]string `json:"labels"`
	IDs    []int64           `json:"ids"`
	Sort   Sorting           `json:"sort"`
}

func search(_ context.Context, in *searchItems) (Search, error) {
	found := Search{Labels: in.Labels, IDs: in.IDs, Sort: in.Sort}
	if in.Price.From != nil {
		found.From = *in.Price.From
	}
	if in.Price.To != nil && *in.Price.To < found.From {
		return found, tenon.Invalid(in, &in.Price, "bounds", "le is below ge")
	}
	return found, nil
}

type readFile struct {
	Path string `path:"path" check:"maxLength=200"`
}

// Files has a handler over a file system.
type Files struct{ fsys fs.FS }

func (f *Files) read(_ context.Context, in *readFile) (string, error) {
	if !fs.ValidPath(in.Path) {
		return "", tenon.Invalid(in, &in.Path, "path", "is no path of a file")
	}
	text, err := fs.ReadFile(f.fsys, path.Join("public", in.Path))
	return string(text), err
}

func routes(files *Files) func(*tenon.Router) {
	return func(r *tenon.Router) {
		tenon.Get(r, "/items", list)
		tenon.Get(r, "/search", search)
		tenon.Get(r, "/files/{path...}", files.read,
			tenon.MapError(fs.ErrNotExist, 404, "file_not_found", "File not found"), tenon.Errors(fs.ErrNotExist))
	}
}

func newApp() (*tenon.App, error) {
	files := &Files{fstest.MapFS{"public/docs/a.txt": {Data: []byte("hello")}}}
	return tenon.New(tenon.Config{Title: "Items", Version: "1"}, routes(files))
}

func main() {
	app, err := newApp()
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", app)) //nolint:gosec // an example on the loopback
}
