package schema_test

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// textID is an array that reads and writes itself as text.
type textID [16]byte

func (id textID) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(id[:])), nil }
func (id *textID) UnmarshalText(text []byte) error {
	n, err := hex.Decode(id[:], text)
	if n != len(id) && err == nil {
		err = hex.ErrLength
	}
	return err
}

func tooShort(loc string, want, got int) string {
	return issue("too_short", loc, fmt.Sprintf("List should have at least %d item%s after validation, not %d", want, map[bool]string{true: "", false: "s"}[want == 1], got), "",
		fmt.Sprintf(`{"field_type":"List","min_length":%d,"actual_length":%d}`, want, got))
}

func tooLong(loc string, want, got int) string {
	return issue("too_long", loc, fmt.Sprintf("List should have at most %d item%s after validation, not %d", want, map[bool]string{true: "", false: "s"}[want == 1], got), "",
		fmt.Sprintf(`{"field_type":"List","max_length":%d,"actual_length":%d}`, want, got))
}

func TestArrays(t *testing.T) {
	x := 1
	wrongInt := func(loc, input string) string {
		return issue("int_type", loc, "Input should be a valid integer", input, "")
	}
	for _, test := range []struct {
		name string
		typ  reflect.Type
		tags string
		in   string
		want any // nil for issues
		bad  string
	}{
		{"full", reflect.TypeFor[[3]int](), "", ` [ 1 , 2,3] `, [3]int{1, 2, 3}, ""},
		{"too few", reflect.TypeFor[[3]int](), "", `[1,2]`, nil, tooShort(`["v"]`, 3, 2)},
		{"empty", reflect.TypeFor[[1]int](), "", `[]`, nil, tooShort(`["v"]`, 1, 0)},
		{"too many", reflect.TypeFor[[2]int](), "", `[1,2,3,4]`, nil, tooLong(`["v"]`, 2, 4)},
		{"too many, of anything", reflect.TypeFor[[1]int](), "", `["",{"a":[1]},null]`, nil, tooLong(`["v"]`, 1, 3)},
		{"too few and bad", reflect.TypeFor[[3]int](), "", `["",2]`, nil, wrongInt(`["v",0]`, `""`)},
		{"bad", reflect.TypeFor[[3]int](), "", `[1,"",null]`, nil, lines(wrongInt(`["v",1]`, `""`), wrongInt(`["v",2]`, `null`))},
		{"no list", reflect.TypeFor[[3]int](), "", `{"a":1}`, nil, issue("list_type", `["v"]`, "Input should be a valid list", "", "")},
		{"null", reflect.TypeFor[[3]int](), "", `null`, nil, issue("list_type", `["v"]`, "Input should be a valid list", `null`, "")},
		{"no room", reflect.TypeFor[[0]int](), "", `[]`, [0]int{}, ""},
		{"no room for one", reflect.TypeFor[[0]int](), "", `["x"]`, nil, tooLong(`["v"]`, 0, 1)},
		{"no size", reflect.TypeFor[[2]struct{}](), "", `[{},{}]`, [2]struct{}{}, ""},
		{"nested", reflect.TypeFor[[2][2]int8](), "", `[[1,2],[3,4]]`, [2][2]int8{{1, 2}, {3, 4}}, ""},
		{"nested too few", reflect.TypeFor[[2][2]int8](), "", `[[1,2],[3]]`, nil, tooShort(`["v",1]`, 2, 1)},
		{"of pointers", reflect.TypeFor[[2]*int](), "", `[null,1]`, [2]*int{nil, &x}, ""},
		{"of lists", reflect.TypeFor[[2][]string](), "", `[[],["a"]]`, [2][]string{{}, {"a"}}, ""},
		{"in a list", reflect.TypeFor[[][2]int](), "", `[[1,2],[3,4]]`, [][2]int{{1, 2}, {3, 4}}, ""},
		{"in a map", reflect.TypeFor[map[string][1]int](), "", `{"a":[1]}`, map[string][1]int{"a": {1}}, ""},
		{"behind a pointer", reflect.TypeFor[*[1]int](), "", `[1]`, &[1]int{1}, ""},
		{"rules of items", reflect.TypeFor[[2]int](), `check:"each(ge=1)"`, `[1,0]`, nil,
			issue("greater_than_equal", `["v",1]`, "Input should be greater than or equal to 1", `0`, `{"ge":1}`)},
		{"bytes without text methods", reflect.TypeFor[[4]byte](), "", `[1,2,3,255]`, [4]byte{1, 2, 3, 255}, ""},
		{"bytes with text methods", reflect.TypeFor[textID](), "", `"000102030405060708090a0b0c0d0e0f"`, textID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, ""},
		{"default", reflect.TypeFor[[2]int](), `default:"[1,2]"`, `[3,4]`, [2]int{3, 4}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := loneOf(t, test.typ, test.tags)
			got, issues := l.json(test.in)
			assert.Equal(t, issues, test.bad)
			if test.want == nil {
				return
			}
			assert.Equal(t, got, test.want)
			v := reflect.New(l.owner)
			v.Elem().Field(0).Set(reflect.ValueOf(got))
			text, err := l.field.AppendJSON(nil, v.Interface())
			assert.NoError(t, err)
			again, issues := l.json(string(text))
			assert.Equal(t, issues, "")
			assert.Equal(t, again, test.want)
		})
	}
	t.Run("malformed", func(t *testing.T) {
		for _, in := range []string{`[1`, `[1,]`, `[x]`, `[1,2,x]`} {
			_, err := compile[[2]int](t, schema.Config{}).Decode([]byte(in))
			assert.Contains(t, issuesOf(err), "malformed", in)
		}
	})
	t.Run("nesting limit", func(t *testing.T) {
		_, err := compile[[1][1]int](t, schema.Config{MaxDepth: 1}).Decode([]byte(`[[1]]`))
		assert.Contains(t, issuesOf(err), "Nesting too deep")
	})
	t.Run("issue limit", func(t *testing.T) {
		_, err := compile[[3]int](t, schema.Config{MaxIssues: 1}).Decode([]byte(`["","",1,1]`))
		assert.Equal(t, issuesOf(err), lines(wrongInt(`[0]`, `""`), issue("too_many_errors", `[1]`, "Too many errors, the rest is not listed", "", "")))
	})
	t.Run("omitempty", func(t *testing.T) {
		type holds struct {
			None [0]int `json:"none,omitempty"`
			One  [1]int `json:"one,omitempty"`
		}
		out, err := compile[holds](t, schema.Config{}).Append(nil, &holds{})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `{"one":[0]}`)
	})
	t.Run("no rules of a list", func(t *testing.T) {
		for _, tags := range []string{`check:"minItems=1"`, `check:"each=1"`, `check:"each(x=1)"`} {
			_, err := tryLone(reflect.TypeFor[[2]int](), tags)
			assert.Equal(t, err != nil, true, tags)
		}
	})
}

func TestArraysFromTexts(t *testing.T) {
	parsing := func(loc, input string) string {
		return issue("int_parsing", loc, "Input should be a valid integer, unable to parse string as an integer", input, "")
	}
	l := loneOf(t, reflect.TypeFor[[2]int](), "")
	for _, test := range []struct {
		name  string
		texts []string
		bad   string
	}{
		{"none", nil, missing(`["v"]`)},
		{"too few", []string{"1"}, tooShort(`["v"]`, 2, 1)},
		{"full", []string{"1", "2"}, ""},
		{"bad", []string{"1", "x"}, parsing(`["v",1]`, `"x"`)},
		{"too many", []string{"1", "2", "3"}, tooLong(`["v"]`, 2, 3)},
		{"too many and bad", []string{"x", "2", "3"}, tooLong(`["v"]`, 2, 3)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, issues := l.text(test.texts...)
			assert.Equal(t, issues, test.bad)
			if test.bad == "" {
				assert.Equal(t, got, any([2]int{1, 2}))
			}
		})
	}
	t.Run("issue limit", func(t *testing.T) {
		set := schema.NewSet(schema.Config{MaxIssues: 1})
		owner := reflect.TypeFor[struct{ V [2]int }]()
		f, err := set.Field(owner, []int{0}, "v")
		assert.NoError(t, err)
		_, issues := lone{set, f, owner}.text("x", "x", "x")
		assert.Equal(t, issues, tooLong(`["v"]`, 2, 3), "too many is not accepted")
	})
	t.Run("one text with text methods", func(t *testing.T) {
		got, issues := loneOf(t, reflect.TypeFor[textID](), "").text("000102030405060708090a0b0c0d0e0f")
		assert.Equal(t, issues, "")
		assert.Equal(t, got.(textID)[15], byte(15))
	})
	t.Run("back to texts", func(t *testing.T) {
		type holds struct {
			V   schema.Opt[[2]string]
			Nil *[2]string
		}
		for i, want := range [][]string{{"a", "b"}, nil} {
			f, err := schema.NewSet(schema.Config{}).Field(reflect.TypeFor[holds](), []int{i})
			assert.NoError(t, err)
			texts, err := f.AppendTexts(nil, &holds{V: schema.Some([2]string{"a", "b"})})
			assert.NoError(t, err)
			assert.Equal(t, texts, want)
		}
	})
}

func TestArraySchemaAndFind(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[[2][3]int8](), "")
	all := schema.NewSchemas("#/")
	assert.Equal(t, schemaText(t, all.Input(l.field)),
		`{"type":"array","items":{"type":"array","items":{"type":"integer","format":"int8","minimum":-128,"maximum":127},"minItems":3,"maxItems":3},"minItems":2,"maxItems":2}`)
	type holds struct{ V [2][2]int }
	f, err := schema.NewSet(schema.Config{}).Field(reflect.TypeFor[holds](), []int{0}, "v")
	assert.NoError(t, err)
	v := new(holds)
	for want, target := range map[string]any{
		"[v] true": &v.V, "[v 0] true": &v.V[0], "[v 1] true": &v.V[1], "[v 1 0] true": &v.V[1][0], "[v] false": new(int),
	} {
		loc, ok := f.Find(v, target)
		assert.Equal(t, fmt.Sprint(loc, ok), want)
	}
}
