package schema_test

import (
	"fmt"
	"log"
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// object compiles the first field of T as an object.
func object[T any](t testing.TB, set *schema.Set) *schema.Object {
	t.Helper()
	f, err := set.Field(reflect.TypeFor[T](), []int{0}, "query", "o")
	assert.NoError(t, err)
	o, err := f.Object()
	assert.NoError(t, err)
	return o
}

// Far is behind an embedded pointer.
type Far struct {
	Need int `json:"need"`
	Note int `json:"note" default:"7"`
}

type embedding struct {
	O struct {
		*Far
		Text string `json:"text" check:"maxLength=1?"`
	}
}

func TestObjectsReadMembersOfEmbeddedPointersAndCountReports(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	o := object[embedding](t, set)
	tests := []struct {
		name   string
		texts  []schema.Pair
		far    *Far
		issues string
	}{
		{"absent", []schema.Pair{{Name: "text", Value: "ab"}}, nil, ""},
		{"there", []schema.Pair{{Name: "text", Value: "a"}, {Name: "need", Value: "1"}}, &Far{1, 7}, ""},
		{"incomplete", []schema.Pair{{Name: "text", Value: "a"}, {Name: "note", Value: "1"}}, &Far{0, 1}, missing(`["query","o","need"]`)},
		{"nothing", nil, nil, missing(`["query","o","text"]`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := new(embedding)
			d := set.Decoder(0)
			defer d.Release()
			o.Texts(d, v, tt.texts)
			assert.Equal(t, issuesOf(d.Err()), tt.issues)
			assert.Equal(t, v.O.Far, tt.far)
		})
	}
	assert.Equal(t, set.Reports()[0].Count, uint64(1))
	texts, err := o.AppendPairs(nil, &embedding{})
	assert.NoError(t, err)
	assert.Equal(t, texts, []schema.Pair{{Name: "text", Value: ""}})
}

func TestObjectsThatAreMaps(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	type in struct {
		O map[int][]bool `check:"maxProperties=2?"`
	}
	o, v := object[in](t, set), new(in)
	d := set.Decoder(0)
	o.Texts(d, v, []schema.Pair{{"1", "true"}, {"2", "false"}, {"1", "0"}, {"3", "1"}})
	assert.NoError(t, d.Err())
	assert.Equal(t, v.O, map[int][]bool{1: {true, false}, 2: {false}, 3: {true}})
	assert.Equal(t, set.Reports()[0].Count, uint64(1))
	texts, err := o.AppendPairs(nil, v)
	assert.NoError(t, err)
	assert.Equal(t, texts, []schema.Pair{{"1", "true"}, {"1", "false"}, {"2", "false"}, {"3", "true"}})
	d.Reset(set, 0)
	o.Texts(d, v, []schema.Pair{{"a", "x"}})
	assert.Equal(t, d.Issues(), 2)
	d.Reset(set, 0)
	o.Texts(d, v, nil)
	assert.Equal(t, issuesOf(d.Err()), missing(`["query","o"]`))
	d.Release()

	type lower struct {
		O map[string]int `check:"keys(lower)"`
	}
	d = set.Decoder(0)
	defer d.Release()
	object[lower](t, set).Texts(d, new(lower), []schema.Pair{{"a", "1"}, {"A", "2"}})
	assert.Equal(t, issuesOf(d.Err()), issue("duplicate_member", `["query","o","A"]`, "Member should be given once", "", ""))
}

func TestScalarsAndListsAreNoObjects(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	assert.Equal(t, object[struct{ A int }](t, set) == nil, true)
	assert.Equal(t, object[struct{ A []Far }](t, set) == nil, true)
	assert.Equal(t, object[struct{ A schema.Null[Far] }](t, set) == nil, true)
	f, err := set.Field(reflect.TypeFor[struct{ A *struct{ B Far } }](), []int{0})
	assert.NoError(t, err)
	_, err = f.Object()
	assert.Contains(t, fmt.Sprint(err), `the member "B" is a schema_test.Far: texts have members on one level only`)
	assert.Equal(t, f.FromText(), false)
}

func TestJSONTextIsNoMalformedInput(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	f, err := set.Field(reflect.TypeFor[struct{ A []int }](), []int{0}, "query", "a")
	assert.NoError(t, err)
	d := set.Decoder(0)
	defer d.Release()
	v := new(struct{ A []int })
	f.JSONText(d, v, "[1,2]")
	assert.NoError(t, d.Err())
	assert.Equal(t, v.A, []int{1, 2})
	f.JSONText(d, v, "[1,")
	assert.Equal(t, d.Malformed(), false)
	assert.Contains(t, d.Err().Error(), "query.a: JSON decode error")
}

func ExampleField_Object() {
	type filter struct {
		Price struct {
			From int  `json:"ge" check:"ge=0"`
			To   *int `json:"le"`
		}
	}
	set := schema.NewSet(schema.Config{})
	f, err := set.Field(reflect.TypeFor[filter](), []int{0}, "query", "price")
	if err != nil {
		log.Fatal(err)
	}
	price, err := f.Object()
	if err != nil {
		log.Fatal(err)
	}
	d, in := set.Decoder(0), new(filter)
	defer d.Release()
	price.Texts(d, in, []schema.Pair{{Name: "ge", Value: "-1"}, {Name: "le", Value: "9"}}) // price[ge]=-1&price[le]=9
	fmt.Println(*in.Price.To, d.Err())
	// Output: 9 query.price.ge: Input should be greater than or equal to 0
}
