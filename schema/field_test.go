package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

type paging struct {
	Limit int `json:"limit" check:"ge=1,le=100" default:"20" doc:"items on a page" example:"50"`
}

type input struct {
	Before string
	paging
	Tags    []string          `check:"each(minLength=1)"`
	Opt     schema.Opt[[]int] `deprecated:"true"`
	Pointer *[]int
	Both    schema.Opt[*[]*int]
	Name    *string
	Null    schema.Opt[*string]
	At      time.Time
	Key     upper
	Raw     json.RawMessage
	Any     any
	Blob    []byte
	Tree    tree
	Wishes  []schema.Opt[int]
	Float   float64
}

// field compiles a field of input, by its name.
func field(t testing.TB, set *schema.Set, name string) *schema.Field {
	t.Helper()
	sf, ok := reflect.TypeFor[input]().FieldByName(name)
	if !ok {
		t.Fatal(name)
	}
	f, err := set.Field(reflect.TypeFor[input](), sf.Index, "query", name)
	assert.NoError(t, err)
	return f
}

func TestFieldFacts(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	limit, tags, opt := field(t, set, "Limit"), field(t, set, "Tags"), field(t, set, "Opt")
	assert.Equal(t, limit.Doc(), "items on a page")
	assert.Equal(t, string(limit.Examples()[0]), "50")
	assert.Equal(t, tags.Examples() == nil, true)
	assert.Equal(t, []bool{limit.Required(), tags.Required(), opt.Required()}, []bool{false, true, false})
	assert.Equal(t, []bool{limit.Deprecated(), opt.Deprecated()}, []bool{false, true})
	assert.Equal(t, field(t, set, "Name").Required(), false)
}

func TestFieldText(t *testing.T) {
	one, two, three, x := 1, 2, 3, "x"
	pointers := []*int{&one, &two, &three}
	list := []int{1, 2, 3}
	tests := []struct {
		field string
		texts []string
		want  any // the value, or the issues
	}{
		{"Before", []string{"a"}, "a"},
		{"Before", nil, missing(`["query","Before"]`)},
		{"Before", []string{"a", "a"}, issue("multiple_values", `["query","Before"]`, "Input should be given once", "", "")},
		{"Limit", nil, 20},
		{"Limit", []string{"100"}, 100},
		{"Limit", []string{"0"}, issue("greater_than_equal", `["query","Limit"]`, "Input should be greater than or equal to 1", `"0"`, `{"ge":1}`)},
		{"Limit", []string{""}, issue("int_parsing", `["query","Limit"]`, "Input should be a valid integer, unable to parse string as an integer", `""`, "")},
		{"Limit", []string{"1", "1"}, issue("multiple_values", `["query","Limit"]`, "Input should be given once", "", "")},
		{"Tags", nil, missing(`["query","Tags"]`)},
		{"Tags", []string{"a"}, []string{"a"}},
		{"Tags", []string{"a", "b"}, []string{"a", "b"}},
		{"Tags", []string{"a", "", ""}, lines(
			issue("string_too_short", `["query","Tags",1]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
			issue("string_too_short", `["query","Tags",2]`, "String should have at least 1 character", `""`, `{"min_length":1}`))},
		{"Opt", nil, schema.Opt[[]int]{}},
		{"Opt", []string{"1"}, schema.Some([]int{1})},
		{"Opt", []string{"1", "2", "3"}, schema.Some(list)},
		{"Pointer", nil, (*[]int)(nil)},
		{"Pointer", []string{"1", "2", "3"}, &list},
		{"Both", []string{"1", "2", "3"}, schema.Some(&pointers)},
		{"Name", nil, (*string)(nil)},
		{"Name", []string{"x"}, &x},
		{"Name", []string{"x", "y"}, issue("multiple_values", `["query","Name"]`, "Input should be given once", "", "")},
		{"Null", []string{"x"}, schema.Some(&x)},
	}
	set := schema.NewSet(schema.Config{})
	for _, test := range tests {
		t.Run(fmt.Sprint(test.field, test.texts), func(t *testing.T) {
			var in input
			d := set.Decoder(0)
			defer d.Release()
			field(t, set, test.field).Text(d, &in, test.texts...)
			if want, bad := test.want.(string); bad && test.want != "a" {
				assert.Equal(t, issuesOf(d.Err()), want)
				assert.Equal(t, d.Issues() > 0, true)
				return
			}
			assert.Equal(t, issuesOf(d.Err()), "")
			assert.Equal(t, d.Issues(), 0)
			assert.Equal(t, reflect.ValueOf(in).FieldByName(test.field).Interface(), test.want)
		})
	}
}

// TestFieldsCollect fills several fields from several sources with one decoder.
func TestFieldsCollect(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	var in input
	d := set.Decoder(0)
	defer d.Release()
	field(t, set, "Limit").Text(d, &in, "0")
	field(t, set, "Before").Absent(d, &in)
	field(t, set, "Tree").JSON(d, &in, []byte(`{"name":"","kids":[{}]}`))
	field(t, set, "Tags").Text(d, &in, "a", "")
	field(t, set, "Limit").Absent(d, &in)
	assert.Equal(t, d.Malformed(), false)
	assert.Equal(t, d.Issues(), 6)
	assert.Equal(t, issuesOf(d.Err()), lines(
		issue("greater_than_equal", `["query","Limit"]`, "Input should be greater than or equal to 1", `"0"`, `{"ge":1}`),
		missing(`["query","Before"]`),
		issue("string_too_short", `["query","Tree","name"]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
		missing(`["query","Tree","kids",0,"name"]`),
		missing(`["query","Tree","kids",0,"kids"]`),
		issue("string_too_short", `["query","Tags",1]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
	))
	assert.Equal(t, in.Limit, 20)

	t.Run("malformed text stands for what was found in it", func(t *testing.T) {
		d := set.Decoder(0)
		defer d.Release()
		field(t, set, "Before").Absent(d, &in)
		field(t, set, "Tree").JSON(d, &in, []byte(`{"name":"","kids":`))
		assert.Equal(t, d.Malformed(), true)
		assert.Equal(t, issuesOf(d.Err()), lines(
			"malformed "+missing(`["query","Before"]`),
			issue("json_invalid", `["query","Tree",18]`, "JSON decode error", "", `{"error":"Expecting value"}`),
		))
		again := set.Decoder(0)
		defer again.Release()
		assert.Equal(t, again.Malformed() || again.Err() != nil, false)
	})
	t.Run("limit over all", func(t *testing.T) {
		set := schema.NewSet(schema.Config{MaxIssues: 2})
		d := set.Decoder(0)
		defer d.Release()
		for range 5 {
			field(t, set, "Tags").Text(d, &in, "a", "")
			field(t, set, "Tags").JSON(d, &in, []byte(`["",""]`))
		}
		assert.Equal(t, issuesOf(d.Err()), lines(
			issue("string_too_short", `["query","Tags",1]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
			issue("string_too_short", `["query","Tags",0]`, "String should have at least 1 character", `""`, `{"min_length":1}`),
			issue("too_many_errors", `["query","Tags",1]`, "Too many errors, the rest is not listed", "", ""),
		))
	})
}

func TestFieldAppend(t *testing.T) {
	x, list := "x", []int{1, 2}
	p := &list[0]
	at := time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)
	tests := []struct {
		name, field string
		in          input
		texts       []string
		json        string
	}{
		{"string", "Before", input{Before: "a \"b\""}, []string{`a "b"`}, `"a \"b\""`},
		{"integer", "Limit", input{paging: paging{7}}, []string{"7"}, `7`},
		{"float", "Float", input{Float: 1e-7}, []string{"1e-7"}, `1e-7`},
		{"list", "Tags", input{Tags: []string{"a", "b"}}, []string{"a", "b"}, `["a","b"]`},
		{"nil list", "Tags", input{}, nil, `[]`},
		{"absent", "Opt", input{}, nil, `null`},
		{"list in an Opt", "Opt", input{Opt: schema.Some(list)}, []string{"1", "2"}, `[1,2]`},
		{"list behind a pointer", "Pointer", input{Pointer: &list}, []string{"1", "2"}, `[1,2]`},
		{"nil pointer", "Pointer", input{}, nil, `null`},
		{"list behind both", "Both", input{Both: schema.Some(&[]*int{p})}, []string{"1"}, `[1]`},
		{"null in an Opt", "Null", input{Null: schema.Some((*string)(nil))}, nil, `null`},
		{"value in both", "Null", input{Null: schema.Some(&x)}, []string{"x"}, `"x"`},
		{"time", "At", input{At: at}, []string{"2026-01-02T03:04:05.0000006Z"}, `"2026-01-02T03:04:05.0000006Z"`},
		{"text type", "Key", input{Key: `A"B`}, []string{`a"b`}, `"a\"b"`},
		{"JSON type", "Raw", input{Raw: json.RawMessage(`"a\u0062"`)}, []string{"ab"}, `"a\u0062"`},
		{"JSON type, no string", "Raw", input{Raw: json.RawMessage(`[1, "a"]`)}, []string{`[1,"a"]`}, `[1,"a"]`},
		{"any", "Any", input{Any: "a\n"}, []string{"a\n"}, `"a\n"`},
		{"bytes", "Blob", input{Blob: []byte("ab")}, []string{"YWI="}, `"YWI="`},
	}
	set := schema.NewSet(schema.Config{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := field(t, set, test.field)
			texts, err := f.AppendTexts(nil, &test.in)
			assert.NoError(t, err)
			assert.Equal(t, texts, test.texts)
			text, err := f.AppendJSON([]byte("x"), &test.in)
			assert.NoError(t, err)
			assert.Equal(t, string(text), "x"+test.json)

			if len(texts) == 0 || test.field == "Any" || test.json == `[1,"a"]` {
				return
			}
			var back input // what was written as text is read again
			d := set.Decoder(0)
			defer d.Release()
			f.Text(d, &back, texts...)
			assert.Equal(t, issuesOf(d.Err()), "")
			again, err := f.AppendTexts(nil, &back)
			assert.NoError(t, err)
			assert.Equal(t, again, texts)
		})
	}
	for _, test := range []struct {
		name, field string
		in          input
		want        string
	}{
		{"not UTF-8", "Before", input{Before: "\xff"}, "a string is not valid UTF-8"},
		{"item that is not UTF-8", "Tags", input{Tags: []string{"a", "\xff"}}, "a string is not valid UTF-8"},
		{"null in a list", "Both", input{Both: schema.Some(&[]*int{nil})}, "a list of texts has an item without a value"},
		{"absent in a list", "Wishes", input{Wishes: make([]schema.Opt[int], 1)}, "a list of texts has an item without a value"},
		{"empty list that is not absent", "Opt", input{Opt: schema.Some([]int{})}, "an empty list has no texts, and none at all means something else"},
		{"empty list behind a pointer", "Pointer", input{Pointer: &[]int{}}, "an empty list has no texts, and none at all means something else"},
		{"failing method", "Key", input{Key: "FAIL"}, "MarshalText of *schema_test.upper: failed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := field(t, set, test.field).AppendTexts(nil, &test.in)
			assert.Equal(t, fmt.Sprint(err), test.want)
		})
	}
	t.Run("absent items as JSON", func(t *testing.T) {
		out, err := field(t, set, "Wishes").AppendJSON(nil, &input{Wishes: []schema.Opt[int]{{}, schema.Some(1)}})
		assert.NoError(t, err)
		assert.Equal(t, string(out), `[null,1]`)
	})
}

func TestFieldFind(t *testing.T) {
	type address struct {
		Street string `json:"street"`
		City   string `json:"city"`
	}
	type person struct {
		Home    address             `json:"home"` // its first field has the same address
		Work    *address            `json:"work"`
		Others  []address           `json:"others"`
		Friends []*person           `json:"friends"`
		Nick    schema.Opt[string]  `json:"nick"`
		ByName  map[string]*address `json:"by_name"`
		Any     any                 `json:"any"`
		Empty   struct{}            `json:"empty"`
		hidden  int
	}
	type in struct {
		Query string
		Body  person
		List  []string
	}
	friend := &person{Work: &address{}}
	v := &in{Body: person{
		Work: &address{}, Others: make([]address, 3), Friends: []*person{nil, friend}, ByName: map[string]*address{"a": {}},
	}, List: []string{"a", "b"}}
	set := schema.NewSet(schema.Config{})
	f, err := set.Field(reflect.TypeFor[in](), []int{1}, "body")
	assert.NoError(t, err)
	tests := []struct {
		name   string
		target any
		want   string // the location, or "" if there is none
	}{
		{"the field itself", &v.Body, `[body]`},
		{"a struct", &v.Body.Home, `[body home]`},
		{"its first field", &v.Body.Home.Street, `[body home street]`},
		{"another field", &v.Body.Home.City, `[body home city]`},
		{"a pointer", &v.Body.Work, `[body work]`},
		{"what it points to", v.Body.Work, `[body work]`},
		{"behind it", &v.Body.Work.City, `[body work city]`},
		{"a slice", &v.Body.Others, `[body others]`},
		{"its first item", &v.Body.Others[0], `[body others 0]`},
		{"in its last item", &v.Body.Others[2].City, `[body others 2 city]`},
		{"deep", &friend.Work.Street, `[body friends 1 work street]`},
		{"a nil pointer in the value", &v.Body.Friends[0], `[body friends 0]`},
		{"an Opt", &v.Body.Nick, `[body nick]`},
		{"a map", &v.Body.ByName, `[body by_name]`},
		{"an any", &v.Body.Any, `[body any]`},
		{"without size", &v.Body.Empty, `[body empty]`},

		{"in a map", v.Body.ByName["a"], ""},
		{"a hidden field", &v.Body.hidden, ""},
		{"another field of the input", &v.Query, ""},
		{"the input", v, ""},
		{"another value", new(string), ""},
		{"another type at the place", (*int)(nil), ""},
		{"nil", nil, ""},
		{"no pointer", v.Body.Home, ""},
		{"a nil pointer", (*address)(nil), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			loc, ok := f.Find(v, test.target)
			assert.Equal(t, ok, test.want != "")
			if ok {
				assert.Equal(t, fmt.Sprint(loc), test.want)
			}
		})
	}
	t.Run("a list", func(t *testing.T) {
		f, err := set.Field(reflect.TypeFor[in](), []int{2}, "query", "List")
		assert.NoError(t, err)
		loc, ok := f.Find(v, &v.List[1])
		assert.Equal(t, ok, true)
		assert.Equal(t, loc, []any{"query", "List", 1})
	})
	t.Run("locations are not shared", func(t *testing.T) {
		first, _ := f.Find(v, &v.Body.Home)
		second, _ := f.Find(v, &v.Body.Work)
		assert.Equal(t, fmt.Sprint(first, second), `[body home] [body work]`)
	})
}

func TestWrongOwnerPanics(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	f := field(t, set, "Before")
	d := set.Decoder(0)
	defer d.Release()
	for name, call := range map[string]func(v any){
		"Text":        func(v any) { f.Text(d, v, "a") },
		"Absent":      func(v any) { f.Absent(d, v) },
		"JSON":        func(v any) { f.JSON(d, v, []byte(`"a"`)) },
		"AppendJSON":  func(v any) { _, _ = f.AppendJSON(nil, v) },
		"AppendTexts": func(v any) { _, _ = f.AppendTexts(nil, v) },
		"Find":        func(v any) { f.Find(v, nil) },
		"At":          func(v any) { schema.At[string](f, v) },
	} {
		for want, v := range map[string]any{
			"a schema_test.input":  input{},
			"a *schema_test.order": &order{},
			"a *schema_test.input": (*input)(nil),
			"a <nil>":              nil,
			"a string":             "x",
		} {
			assert.Equal(t, panicOf(func() { call(v) }), "schema: a field of schema_test.input was given "+want, name)
		}
	}
	assert.Equal(t, panicOf(func() { schema.At[int](f, &input{}) }), "schema: a field of type string was asked for as a int")
	in := &input{}
	*schema.At[string](f, in) = "set"
	assert.Equal(t, in.Before, "set")
}

func panicOf(fn func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	fn()
	return ""
}

func TestErrorText(t *testing.T) {
	e := &schema.Error{Issues: []problem.Issue{{Msg: "One", Loc: []any{"a", 1}}, {Msg: "Two"}}}
	assert.Equal(t, e.Error(), "a.1: One\nTwo")
}

func TestOpt(t *testing.T) {
	some, none := schema.Some(3), schema.Opt[int]{}
	v, ok := some.Get()
	assert.Equal(t, v == 3 && ok, true)
	_, ok = none.Get()
	assert.Equal(t, ok, false)
	assert.Equal(t, some.Or(7), 3)
	assert.Equal(t, none.Or(7), 7)
	x := 1
	none.Apply(&x)
	assert.Equal(t, x, 1)
	some.Apply(&x)
	assert.Equal(t, x, 3)
}

type memberOwner struct {
	Other int
	Model struct {
		_    struct{} `check:"additionalProperties=false"`
		A    int      `json:"a" check:"ge=1"`
		Late string   `json:"late" default:"x"`
		Out  string   `json:"out" readOnly:"true"`
	}
}

func TestMembersAreFieldsOfTheirOwn(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	whole, err := set.Field(reflect.TypeFor[memberOwner](), []int{1}, "query")
	assert.NoError(t, err)
	assert.Equal(t, whole.Closed(), true)
	members, err := whole.Members(strings.ToUpper)
	assert.NoError(t, err)
	assert.Equal(t, len(members), 2, "fields that are read")
	assert.Equal(t, members[0].Name()+members[1].Name()+whole.Name(), "ALATE")
	d := set.Decoder(0)
	defer d.Release()
	v := new(memberOwner)
	members[0].Text(d, v, "7")
	members[1].Text(d, v)
	assert.NoError(t, d.Err())
	assert.Equal(t, v.Model.A, 7)
	assert.Equal(t, v.Model.Late, "x")
	members[0].Text(d, v, "0")
	d.Unknown("v", "query", "b")
	var e *schema.Error
	assert.Equal(t, errors.As(d.Err(), &e), true)
	assert.Equal(t, e.Issues[0].Loc, []any{"query", "A"})
	assert.Equal(t, e.Issues[1].Loc, []any{"query", "b"})
	assert.Equal(t, e.Issues[1].Type+string(e.Issues[1].Input), `extra_forbidden"v"`)
	loc, ok := members[0].Find(v, &v.Model.A)
	assert.Equal(t, ok, true)
	assert.Equal(t, loc, []any{"query", "A"})

	scalar, err := set.Field(reflect.TypeFor[memberOwner](), []int{0})
	assert.NoError(t, err)
	_, err = scalar.Members(strings.ToUpper)
	assert.Contains(t, err.Error(), "want a struct")
	assert.Equal(t, scalar.Closed(), false)
}
