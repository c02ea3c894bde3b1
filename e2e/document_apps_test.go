package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/mail"
	"net/netip"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// apps are small applications that together declare everything that can be in
// a document. Only their documents matter: their handlers do nothing.
var apps = map[string]func(*tenon.Router){
	"kinds":    kinds,
	"shapes":   shapes,
	"http":     overHTTP,
	"inputs":   inputs,
	"about":    about,
	"versions": versions,
	"empty":    func(*tenon.Router) {},
}

// addDocuments adds the documents of an application to texts, by its name and their version.
func addDocuments(t *testing.T, texts map[string][]byte, name string, routes func(*tenon.Router)) {
	t.Helper()
	app, err := tenon.New(configOf(name), routes)
	assert.NoError(t, err)
	texts[name], err = app.Document().JSON()
	assert.NoError(t, err)
	for _, version := range app.Versions() {
		texts[name+" "+version], err = app.DocumentOf(version).JSON()
		assert.NoError(t, err)
	}
}

// Versions that share operation IDs, and everything that deprecation says.
func versions(r *tenon.Router) {
	old := tenon.Deprecated{
		Since: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Sunset: time.Date(2027, 11, 1, 0, 0, 0, 0, time.UTC),
		Link: "https://zoo.example/migrate?from=v1", Successor: "2026-11-20", Gone: true,
	}
	v1 := r.Group("/v1", tenon.Version("v1"), old)
	tenon.Get(v1, "/things/{id}", nothing[struct {
		ID string `path:"id"`
	}, scalars], tenon.Doc{ID: "getThing", Description: "As it *was*."})
	tenon.Put(v1, "/things", nothing[in[base], tenon.Created[base]], tenon.Deprecated{Since: old.Since})
	now := r.Group("/2026-11-20", tenon.Version("2026-11-20"))
	tenon.Get(now, "/things/{id}", nothing[struct {
		ID string `path:"id"`
	}, base], tenon.Doc{ID: "getThing"})
	tenon.Get(r, "/alive", nothing[struct{}, tenon.NoContent])
}

// nothing is a handler for any types.
func nothing[In, Out any](context.Context, *In) (out Out, err error) { return out, nil }

// in is an input with a body.
type in[T any] struct{ Body T }

// both registers an operation that reads and writes a T.
func both[T any](r *tenon.Router, path string) {
	tenon.Post(r, path, nothing[in[T], T])
}

// Every kind of type, and every rule.

type code string

func (code) Check() string { return `pattern='^[a-z]+$',maxLength=9` }

type base struct {
	ID      string    `json:"id" check:"format=uuid" doc:"Of the thing, \"quoted\" & <tagged>"`
	Created time.Time `json:"created_at" example:"2026-11-20T08:56:01Z"`
}

type scalars struct {
	base
	Bool    bool
	Int     int
	Int8    int8
	Int16   int16
	Int32   int32
	Int64   int64
	Uint    uint
	Uint8   uint8
	Uint16  uint16
	Uint32  uint32
	Uint64  uint64
	Float32 float32
	Float64 float64
	String  string
	Bytes   []byte          `check:"minLength=1,maxLength=3" example:"AQID"`
	Text    netip.Addr      `example:"192.0.2.1"`
	JSON    json.RawMessage `example:"{\"a\":[1]}"`
	Any     any             `json:"any" example:"[null]"`
	Code    code            `example:"abc"`
	Hidden  string          `json:"-"`
	Old     string          `json:"old~name/with slash" deprecated:"true"`
}

type containers struct {
	List      []string
	Lists     [][]int                `check:"minItems=1,maxItems=3,each(maxItems=2,each(ge=1))" example:"[[1,2],[3]]"`
	Map       map[string]int         `check:"minProperties=1,maxProperties=2,keys(maxLength=3),values(lt=10)" example:"{\"abc\":9}"`
	IntKeys   map[int]bool           `example:"{\"-1\":true}"`
	TextKeys  map[netip.Addr]*string `example:"{\"::1\":null}"`
	Maps      map[string]map[string]any
	Structs   []base
	Anonymous struct {
		A int
		B struct{ C []struct{ D string } }
	}
	Nothing struct{}
}

type presence struct {
	Pointer        *int                          `check:"ge=1"`
	PointerStruct  *base                         `doc:"May be null"`
	Optional       tenon.Opt[string]             `check:"minLength=1"`
	OptionalNull   tenon.Opt[*string]            `check:"minLength=1"`
	OptionalStruct tenon.Opt[base]               `doc:"May be absent"`
	OptionalList   tenon.Opt[[]base]             `check:"maxItems=2"`
	OmitEmpty      string                        `json:"omit,omitempty"`
	DefaultInt     int                           `check:"ge=1,le=9" default:"5"`
	DefaultFloat   float64                       `default:"0.5"`
	DefaultBool    bool                          `default:"true"`
	DefaultString  string                        `default:"a \"quoted\" text"`
	DefaultTime    time.Time                     `default:"2026-11-20T08:56:01.5+01:00"`
	DefaultList    []int                         `default:"[1,2]"`
	DefaultMap     map[string]int                `default:"{}"`
	DefaultStruct  struct{ A, B tenon.Opt[int] } `default:"{\"A\":1}"`
	DefaultNull    *int                          `default:"null"`
}

type rules struct {
	_          struct{} `check:"additionalProperties=false"`
	Between    int      `check:"gt=0,lt=10" example:"9"`
	From       int64    `check:"ge=-9223372036854775808,le=9223372036854775807" example:"-9223372036854775808"`
	Wide       uint64   `check:"le=18446744073709551615" example:"18446744073709551615"`
	Multiple   int      `check:"multipleOf=5" example:"10"`
	Fraction   float64  `check:"multipleOf=0.01,ge=-1.5e3" example:"0.07"`
	Choice     string   `check:"enum=a|'b c'|''" example:"b c"`
	Number     int      `check:"enum=1|2|3" example:"2"`
	Pattern    string   `check:"pattern='^\\d{3}-[^''\"]+$'" example:"123-ä"`
	Length     string   `check:"minLength=0,maxLength=0" example:""`
	Characters string   `check:"minLength=2,maxLength=2" example:"😀é"`
}

func kinds(r *tenon.Router) {
	both[scalars](r, "/scalars")
	both[containers](r, "/containers")
	both[presence](r, "/presence")
	both[rules](r, "/rules")
	both[any](r, "/any")
	both[string](r, "/string")
	both[[]scalars](r, "/list")
	both[map[string]rules](r, "/map")
	both[*base](r, "/pointer")
	both[struct{ A int }](r, "/anonymous")
}

// Recursive types, generic types, and several types of one name.

type tree struct {
	Value    string
	Children []tree
	Parent   *tree
	Index    map[string]tree
}

type husband struct{ Wife *wife }

type wife struct {
	Husband  *husband
	Children []struct{ Of *wife }
}

type pageOf[T any] struct {
	Items []T
	Next  *string
}

type pair[K, V any] struct {
	First  K
	Second V
}

// Address is also a type of package net/mail.
type Address struct {
	Street string
	Kind   string `default:"home"`
}

// Problem has the name of the schema of errors.
type Problem struct{ Severity int }

// oneName has types of one name and one package.
func oneName() (first, second func(*tenon.Router, string)) {
	{
		type item struct{ A int }
		first = both[item]
	}
	{
		type item struct{ B string }
		second = both[item]
	}
	return first, second
}

func shapes(r *tenon.Router) {
	both[tree](r, "/tree")
	both[husband](r, "/husband")
	both[wife](r, "/wife")
	both[pageOf[tree]](r, "/pages/trees")
	both[pageOf[pageOf[int]]](r, "/pages/pages")
	both[pageOf[Address]](r, "/pages/addresses")
	both[pageOf[mail.Address]](r, "/pages/mail-addresses")
	both[pair[string, *pair[int, tree]]](r, "/pairs")
	both[pair[Address, mail.Address]](r, "/addresses")
	both[pageOf[map[string][]Address]](r, "/pages/maps")
	both[Problem](r, "/problems")
	first, second := oneName()
	first(r, "/items/first")
	second(r, "/items/second")
}

// Parameters, headers, cookies, statuses, errors, methods.

type common struct {
	Tenant string `header:"x-tenant" check:"minLength=1" doc:"Who asks" example:"acme"`
	Trace  string `header:"X-Trace" default:"none"`
}

type parameters struct {
	common
	ID      string            `path:"id" check:"format=uuid"`
	Number  int               `path:"number" check:"ge=1"`
	Address netip.Addr        `path:"address"`
	Limit   int               `query:"limit" check:"ge=1,le=100" default:"20" doc:"How many"`
	Tags    []string          `query:"tag" check:"maxItems=3,each(minLength=1)" default:"[]"`
	Since   *time.Time        `query:"since" deprecated:"true"`
	Filter  tenon.Opt[string] `query:"filter[name]" check:"enum=a|b"`
	Session string            `cookie:"session" status:"401"`
	Theme   tenon.Opt[code]   `cookie:"theme"`
	Match   []string          `header:"If-Match" status:"428"`
}

type envelope struct {
	Status   int      `status:"200,202"`
	ETag     string   `header:"ETag" doc:"Of the body" example:"\"a\""`
	Warnings []string `header:"Warning"`
	Left     int      `header:"X-Left" check:"ge=0"`
	Body     Address
}

type redirect struct {
	_        struct{} `status:"303"`
	Location string   `header:"Location"`
}

var (
	errGone  = errors.New("gone")
	errTaken = errors.New("taken")
	errOld   = errors.New("too old")
)

func overHTTP(r *tenon.Router) {
	r.Use(
		tenon.MapError(errGone, http.StatusGone, "gone", "It is gone"),
		tenon.MapError(errTaken, http.StatusConflict, "taken", "It is *taken*"),
		tenon.MapError(errOld, http.StatusConflict, "too_old", "It is too old"),
		tenon.Tags("all"),
	)
	things := r.Group("/things/{id}", tenon.Tags("things"), tenon.Errors(errGone))
	path := "/parts/{number}/at/{address}"
	tenon.Get(things, path, nothing[parameters, envelope], tenon.Errors(errTaken, errOld),
		tenon.Doc{ID: "getPart", Summary: "Read a part", Description: "A `part`.\n\nOf a thing."})
	tenon.Put(things, path, nothing[struct {
		parameters
		Body tenon.Opt[Address] `doc:"What to put"`
	}, tenon.Created[Address]])
	tenon.Patch(things, path, nothing[struct {
		parameters
		Body map[string]any
	}, tenon.Reply[pageOf[Address]]], tenon.Status(200, 201, 203))
	tenon.Delete(things, path, nothing[parameters, tenon.NoContent])
	tenon.Post(things, path, nothing[parameters, redirect], tenon.Doc{ID: "restart"})
	tenon.Handle(things, "OPTIONS", path, nothing[parameters, tenon.NoContent])
	tenon.Handle(things, "HEAD", path, nothing[parameters, struct {
		_    struct{} `status:"200"`
		ETag string   `header:"ETag"`
	}])
	tenon.Handle(things, "TRACE", path, nothing[parameters, string])
	tenon.Handle(r, "PURGE", "/cache", nothing[struct{}, tenon.NoContent], tenon.Doc{Hidden: true})
	tenon.Get(r, "/hidden", nothing[struct{}, tree], tenon.Doc{Hidden: true})
	tenon.Get(r, "/", nothing[struct{}, string])
	tenon.Get(r, "/a-b_c.d~e/f/", nothing[struct{}, string])
}
