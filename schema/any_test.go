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

func TestAny(t *testing.T) {
	repeated := func(loc string) string {
		return issue("duplicate_member", loc, "Member should be given once", "", "")
	}
	infinite := func(loc, input string) string {
		return issue("finite_number", loc, "Input should be a finite number", input, "")
	}
	broken := func(offset, reason string) string {
		return "malformed " + issue("json_invalid", "["+offset+"]", "JSON decode error", "", `{"error":`+quote(reason)+`}`)
	}
	decodeAll(t, schema.Config{}, []row[any]{
		{name: "null", in: `null`, want: nil},
		{name: "true", in: `true`, want: true},
		{name: "false", in: ` false `, want: false},
		{name: "string", in: `"aé"`, want: "aé"},
		{name: "escaped string", in: `"\u0061\n"`, want: "a\n"},
		{name: "empty string", in: `""`, want: ""},
		{name: "integer", in: `12`, want: 12.0},
		{name: "fraction", in: `-1.5e1`, want: -15.0},
		{name: "2^53-1", in: `9007199254740991`, want: 9007199254740991.0},
		{name: "2^53", in: `9007199254740992`, want: json.Number("9007199254740992")},
		{name: "2^53+1", in: `9007199254740993`, want: json.Number("9007199254740993")},
		{name: "-2^53-1", in: `-9007199254740993`, want: json.Number("-9007199254740993")},
		{name: "-2^53+1", in: `-9007199254740991`, want: -9007199254740991.0},
		{name: "20 digits", in: `12345678901234567890`, want: json.Number("12345678901234567890")},
		{name: "400 digits", in: strings.Repeat("1", 400), want: json.Number(strings.Repeat("1", 400))},
		{name: "larger than a float, with a point", in: `1.0e400`, issues: infinite(`[]`, ``)},
		{name: "1e400", in: `1e400`, issues: infinite(`[]`, ``)},
		{name: "empty list", in: `[]`, want: []any{}},
		{name: "list", in: `[1,"a",[null],{}]`, want: []any{1.0, "a", []any{nil}, map[string]any{}}},
		{name: "object", in: `{"a":{"b":[true]},"":2,"\u0063":3}`, want: map[string]any{"a": map[string]any{"b": []any{true}}, "": 2.0, "c": 3.0}},
		{name: "repeated", in: `{"a":1,"b":2,"\u0061":3}`, issues: repeated(`["a"]`)},
		{name: "repeated inside", in: `[0,{"x":{"a":1,"a":3}}]`, issues: repeated(`[1,"x","a"]`)},
		{name: "repeated, value not looked at", in: `{"a":1,"a":1e999}`, issues: repeated(`["a"]`)},
		{name: "several", in: `[1e999,{"a":1e999,"b":[2,-1e999]}]`, issues: lines(infinite(`[0]`, ``), infinite(`[1,"a"]`, ``), infinite(`[1,"b",1]`, ``))},
		{name: "other cases are other names", in: `{"a":1,"A":2}`, want: map[string]any{"a": 1.0, "A": 2.0}},
		{name: "nothing", in: ``, issues: broken("0", "Expecting value")},
		{name: "open list", in: `[1`, issues: broken("2", "Expecting ',' delimiter")},
		{name: "comma at the end of a list", in: `[1,]`, issues: broken("2", "Illegal trailing comma before end of array")},
		{name: "comma at the end of an object", in: `{"a":1,}`, issues: broken("6", "Illegal trailing comma before end of object")},
		{name: "bad member", in: `{"a":}`, issues: broken("5", "Expecting value")},
		{name: "bad name", in: `{a:1}`, issues: broken("1", "Expecting property name enclosed in double quotes")},
		{name: "bad item", in: `[[1,x]]`, issues: broken("4", "Expecting value")},
		{name: "bad literal", in: `tru`, issues: broken("0", "Expecting value")},
		{name: "bad string", in: `"\x"`, issues: broken("1", "Invalid \\escape")},
		{name: "issue before the text ends badly", in: `[1e999,`, issues: broken("7", "Expecting value")},
	})
	t.Run("depth", func(t *testing.T) {
		plan := compile[any](t, schema.Config{MaxDepth: 3})
		for in, want := range map[string]string{
			`[[[]]]`: "", `{"a":[{}]}`: "", `[[[[]]]]`: broken("3", "Nesting too deep"), `{"a":{"a":{"a":{}}}}`: broken("15", "Nesting too deep"),
		} {
			_, err := plan.Decode([]byte(in))
			assert.Equal(t, issuesOf(err), want, in)
		}
	})
	t.Run("text", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[any](), "")
		v, issues := l.text("12")
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any("12"))
		_, issues = l.text("\xff")
		assert.Equal(t, issues, issue("string_type", `["v"]`, "Input should be a valid string", "", ""))
	})
}

func TestMapKeys(t *testing.T) {
	notInt := func(key, typ, input string) string {
		return issue(typ, `["v",`+key+`,"[key]"]`, "Input should be a valid integer, unable to parse string as an integer", input, "")
	}
	tests := []struct {
		name string
		typ  reflect.Type
		in   string
		want any // a map, or the issues
	}{
		{"strings", reflect.TypeFor[map[string]int](), `{"a":1,"":2,"\u0062":3}`, map[string]int{"a": 1, "": 2, "b": 3}},
		{"none", reflect.TypeFor[map[string]int](), `{}`, map[string]int{}},
		{"named strings", reflect.TypeFor[map[code]int](), `{"12":1}`, map[code]int{"12": 1}},
		{"rules of named strings", reflect.TypeFor[map[code]int](), `{"x":1}`, issue("string_pattern_mismatch", `["v","x","[key]"]`, `String should match pattern '^\d+$'`, `"x"`, `{"pattern":"^\\d+$"}`)},
		{"integers", reflect.TypeFor[map[int]string](), `{"-1":"a","0":"b"}`, map[int]string{-1: "a", 0: "b"}},
		{"small integers", reflect.TypeFor[map[uint8]bool](), `{"255":true}`, map[uint8]bool{255: true}},
		{"too large", reflect.TypeFor[map[uint8]bool](), `{"256":true}`, issue("less_than_equal", `["v","256","[key]"]`, "Input should be less than or equal to 255", `"256"`, `{"le":255}`)},
		{"no integer", reflect.TypeFor[map[int64]bool](), `{"1":true,"x":true}`, notInt(`"x"`, "int_parsing", `"x"`)},
		{"a further name of an integer", reflect.TypeFor[map[int]bool](), `{"1":true,"01":true}`, notInt(`"01"`, "int_parsing", `"01"`)},
		{"negative zero", reflect.TypeFor[map[int]bool](), `{"-0":true}`, notInt(`"-0"`, "int_parsing", `"-0"`)},
		{"negative zero without a sign", reflect.TypeFor[map[uint]bool](), `{"-0":true}`, notInt(`"-0"`, "int_parsing", `"-0"`)},
		{"fraction", reflect.TypeFor[map[int]bool](), `{"1.0":true}`, notInt(`"1.0"`, "int_parsing", `"1.0"`)},
		{"texts", reflect.TypeFor[map[upper]int](), `{"a":1,"B":2}`, map[upper]int{"A": 1, "B": 2}},
		{"texts that are equal", reflect.TypeFor[map[upper]int](), `{"a":1,"A":2}`, issue("duplicate_member", `["v","A"]`, "Member should be given once", "", "")},
		{"bad text", reflect.TypeFor[map[upper]int](), `{"a!":1}`, issue("value_error", `["v","a!","[key]"]`, "Value error, the value is not valid", `"a!"`, `{"error":"the value is not valid"}`)},
		{"repeated", reflect.TypeFor[map[string]int](), `{"a":1,"a":"x"}`, issue("duplicate_member", `["v","a"]`, "Member should be given once", "", "")},
		{"repeated, escaped", reflect.TypeFor[map[string]int](), `{"a":1,"\u0061":2}`, issue("duplicate_member", `["v","a"]`, "Member should be given once", "", "")},
		{"bad value", reflect.TypeFor[map[string]int](), `{"a":"x","b":null}`, lines(
			issue("int_type", `["v","a"]`, "Input should be a valid integer", `"x"`, ""), issue("int_type", `["v","b"]`, "Input should be a valid integer", `null`, ""))},
		{"values that may be null", reflect.TypeFor[map[string]*int](), `{"a":null}`, map[string]*int{"a": nil}},
		{"lists", reflect.TypeFor[map[string][]int](), `{"a":[1],"b":[]}`, map[string][]int{"a": {1}, "b": {}}},
		{"structs", reflect.TypeFor[map[string]base](), `{"a":{"id":"x"},"b":{"id":"y","note":"z"}}`, map[string]base{"a": {"x", "none"}, "b": {"y", "z"}}},
		{"values do not stay", reflect.TypeFor[map[string]struct{ A, B schema.Opt[int] }](), `{"a":{"A":1},"b":{"B":2}}`,
			map[string]struct{ A, B schema.Opt[int] }{"a": {A: schema.Some(1)}, "b": {B: schema.Some(2)}}},
		{"null", reflect.TypeFor[map[string]int](), `null`, issue("dict_type", `["v"]`, "Input should be a valid dictionary", `null`, "")},
		{"list", reflect.TypeFor[map[string]int](), `[1]`, issue("dict_type", `["v"]`, "Input should be a valid dictionary", "", "")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, issues := loneOf(t, test.typ, "").json(test.in)
			if want, bad := test.want.(string); bad {
				assert.Equal(t, issues, want)
				return
			}
			assert.Equal(t, issues, "")
			assert.Equal(t, v, test.want)
		})
	}
	t.Run("malformed", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[map[string]int](), `check:"maxProperties=1"`)
		for _, in := range []string{`{"a":1`, `{"a"`, `{"a":1,"b":x}`, `{"a":1,"a":x}`, `{"a":x}`, `{"a":1,}`} {
			_, issues := l.json(in)
			assert.Contains(t, issues, "malformed", in)
		}
		_, issues := loneOf(t, reflect.TypeFor[map[int]int](), "").json(`{"a":x}`)
		assert.Contains(t, issues, "malformed")
	})
	t.Run("text", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[map[string]int](), "").text("a")
		assert.Equal(t, issues, issue("dict_type", `["v"]`, "Input should be a valid dictionary", `"a"`, ""))
		_, issues = loneOf(t, reflect.TypeFor[order](), "").text("a")
		assert.Equal(t, issues, issue("model_attributes_type", `["v"]`, "Input should be a valid dictionary or object to extract fields from", `"a"`, ""))
	})
}

func TestSlices(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 16, 17, 100, 1000, 1024, 1025, 5000} {
		var want []string
		var items []string
		for i := range n {
			want = append(want, fmt.Sprint("item ", i))
			items = append(items, fmt.Sprintf(`"item %d"`, i))
		}
		got, err := compile[[]string](t, schema.Config{}).Decode([]byte("[" + strings.Join(items, " , ") + "]"))
		assert.NoError(t, err)
		assert.Equal(t, len(got), n)
		assert.Equal(t, got != nil, true)
		assert.Equal(t, strings.Join(got, "|"), strings.Join(want, "|"))
		assert.Equal(t, cap(got) <= max(4, 9*n), true, "capacity", cap(got), "for", n)
		text, issues := loneOf(t, reflect.TypeFor[[]string](), `default:"[]"`).text(want...)
		assert.Equal(t, issues, "")
		assert.Equal(t, strings.Join(text.([]string), "|"), strings.Join(want, "|"))
	}
	t.Run("without size", func(t *testing.T) {
		got, err := compile[[]struct{}](t, schema.Config{}).Decode([]byte(`[{},{},{},{},{},{}]`))
		assert.NoError(t, err)
		assert.Equal(t, len(got), 6)
	})
	t.Run("pointers", func(t *testing.T) {
		got, err := compile[[]*int](t, schema.Config{}).Decode([]byte(`[1,null,3]`))
		assert.NoError(t, err)
		assert.Equal(t, *got[0]+*got[2], 4)
		assert.Equal(t, got[1] == nil, true)
	})
	t.Run("may grow after decoding", func(t *testing.T) {
		got, err := compile[[][]int](t, schema.Config{}).Decode([]byte(`[[1],[2,3]]`))
		assert.NoError(t, err)
		got = append(got, append(got[0], 9), append(got[1], 8))
		assert.Equal(t, got, [][]int{{1}, {2, 3}, {1, 9}, {2, 3, 8}})
	})
	t.Run("wrong types", func(t *testing.T) {
		plan := compile[[]int](t, schema.Config{})
		for in, echo := range map[string]string{`null`: `null`, `1`: `1`, `"[1]"`: `"[1]"`, `{"0":1}`: ""} {
			_, err := plan.Decode([]byte(in))
			assert.Equal(t, issuesOf(err), issue("list_type", `[]`, "Input should be a valid list", echo, ""))
		}
		_, issues := loneOf(t, reflect.TypeFor[[]int](), `check:"maxItems=1"`).json(`[1,2,x]`)
		assert.Contains(t, issues, "malformed")
		for _, in := range []string{`[`, `[1`, `[1,]`, `[1 2]`, `[1,x]`} {
			_, err := plan.Decode([]byte(in))
			assert.Contains(t, issuesOf(err), "malformed", in)
		}
	})
}
