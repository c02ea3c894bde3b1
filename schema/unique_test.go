package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func TestUniqueItems(t *testing.T) {
	equal := func(i, j int) string {
		return issue("unique_items", `["v"]`, fmt.Sprintf("List items should be unique, but items %d and %d are equal", i, j), "",
			fmt.Sprintf(`{"first":%d,"second":%d}`, i, j))
	}
	type item struct {
		A int             `json:"a" default:"0"`
		B schema.Opt[int] `json:"b"`
		W string          `json:"w" writeOnly:"true" default:""`
		O int             `json:"o,omitempty" default:"0"`
	}
	for _, test := range []struct {
		name string
		typ  reflect.Type
		in   string
		bad  string
	}{
		{"empty", reflect.TypeFor[[]int](), `[]`, ""},
		{"one", reflect.TypeFor[[]int](), `[1]`, ""},
		{"integers", reflect.TypeFor[[]int](), `[1,2,-1]`, ""},
		{"equal integers", reflect.TypeFor[[]int](), `[1,2,3,2,1]`, equal(1, 3)},
		{"strings", reflect.TypeFor[[]string](), `["a","A","","1"]`, ""},
		{"equal strings", reflect.TypeFor[[]string](), `["a","\u0061"]`, equal(0, 1)},
		{"equal floats", reflect.TypeFor[[]float64](), `[0.5,1,1.0]`, equal(1, 2)},
		{"equal floats with exponents", reflect.TypeFor[[]float64](), `[100,1e2]`, equal(0, 1)},
		{"two zeros", reflect.TypeFor[[]float64](), `[0,1,-0.0]`, equal(0, 2)},
		{"two zeros of anything", reflect.TypeFor[[]any](), `[[0],[-0.0]]`, equal(0, 1)},
		{"bools", reflect.TypeFor[[]bool](), `[true,false]`, ""},
		{"equal bools", reflect.TypeFor[[]bool](), `[true,false,true]`, equal(0, 2)},
		{"anything", reflect.TypeFor[[]any](), `[1,"1",true,null,[1],{"a":1},{}]`, ""},
		{"equal objects", reflect.TypeFor[[]any](), `[{"a":1,"b":2},{"b":2,"a":1.0}]`, equal(0, 1)},
		{"structs", reflect.TypeFor[[]item](), `[{"a":1},{"a":2},{"a":1,"b":0}]`, ""},
		{"equal structs", reflect.TypeFor[[]item](), `[{"a":1},{"b":1,"a":1},{"a":1,"b":1}]`, equal(1, 2)},
		{"a default counts", reflect.TypeFor[[]item](), `[{"a":0},{}]`, equal(0, 1)},
		{"what is not printed counts", reflect.TypeFor[[]item](), `[{"a":1,"w":"x"},{"a":1,"w":"y"}]`, ""},
		{"pointers", reflect.TypeFor[[]*int](), `[1,null,2]`, ""},
		{"equal pointers", reflect.TypeFor[[]*int](), `[null,1,null]`, equal(0, 2)},
		{"secrets", reflect.TypeFor[[]schema.Secret[string]](), `["a","b"]`, ""},
		{"equal secrets", reflect.TypeFor[[]schema.Secret[string]](), `["a","a"]`, equal(0, 1)},
		{"lists", reflect.TypeFor[[][]int](), `[[1],[1,2]]`, ""},
		{"equal lists", reflect.TypeFor[[][]int](), `[[],[1],[]]`, equal(0, 2)},
		{"raw", reflect.TypeFor[[]json.RawMessage](), `[{"a": 1},{"a":1}]`, equal(0, 1)},
		{"equal raw objects", reflect.TypeFor[[]json.RawMessage](), `[{"a":1,"b":"\u0062"},{"b":"b","a":1.0}]`, equal(0, 1)},
		{"equal decimals", reflect.TypeFor[[]schema.Decimal](), `[1.0,2,"1.00"]`, equal(0, 2)},
		{"without a JSON form", reflect.TypeFor[[]onlyRead](), `["a","a"]`, ""},
		{"bad items", reflect.TypeFor[[]int](), `["",1,1]`, issue("int_type", `["v",0]`, "Input should be a valid integer", `""`, "")},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, issues := loneOf(t, test.typ, `check:"uniqueItems"`).json(test.in)
			assert.Equal(t, issues, test.bad)
		})
	}
	t.Run("in texts", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[[]int](), `check:"uniqueItems"`)
		_, issues := l.text("1", "2", "01")
		assert.Equal(t, strings.HasPrefix(issues, `{"type":"unique_items"`) || strings.Contains(issues, "int_parsing"), true, issues)
		_, issues = l.text("1", "2", "1")
		assert.Equal(t, issues, equal(0, 2))
		got, issues := l.text("1", "2")
		assert.Equal(t, issues, "")
		assert.Equal(t, got, any([]int{1, 2}))
	})
	t.Run("in lists", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[[][]int](), `check:"each(uniqueItems)"`).json(`[[1,2],[1,2],[1,1]]`)
		assert.Equal(t, issues, strings.Replace(equal(0, 1), `["v"]`, `["v",2]`, 1))
	})
	t.Run("schema", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[[]int8](), `check:"uniqueItems"`)
		assert.Contains(t, schemaText(t, schema.NewSchemas("#/").Input(l.field)), `"uniqueItems":true`)
	})
	t.Run("no value", func(t *testing.T) {
		_, err := tryLone(reflect.TypeFor[[]int](), `check:"uniqueItems=true"`)
		assert.Contains(t, fmt.Sprint(err), `rule "uniqueItems=true" has no value`)
		_, err = tryLone(reflect.TypeFor[string](), `check:"uniqueItems"`)
		assert.Contains(t, fmt.Sprint(err), `rule "uniqueItems" does not apply to string`)
	})
	t.Run("many items", func(t *testing.T) {
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, ",%d", i)
		}
		_, issues := loneOf(t, reflect.TypeFor[[]int](), `check:"uniqueItems"`).json("[" + b.String()[1:] + ",7]")
		assert.Equal(t, issues, equal(7, 100_000))
	})
}

// onlyRead cannot be written, so its values cannot be compared.
type onlyRead struct{ v string }

func (o *onlyRead) UnmarshalText(text []byte) error {
	o.v = string(text)
	return nil
}
