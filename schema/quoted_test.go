package schema_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type quotedAll struct {
	B   bool    `json:"b,string"`
	I   int     `json:"i,string"`
	I8  int8    `json:"i8,string"`
	U   uint64  `json:"u,string"`
	F   float64 `json:"f,string"`
	F32 float32 `json:"f32,string"`
	S   string  `json:"s,string"`
	P   *int    `json:"p,string"`
	PS  *string `json:"ps,string"`
	O   int     `json:"o,omitempty,string" default:"0"`
	Z   bool    `json:"z,omitzero,string" default:"false"`
}

func TestQuotedIsStandard(t *testing.T) {
	i, s := -5, "x\"\\\n\u00e9"
	plan := compile[quotedAll](t, schema.Config{})
	for _, v := range []quotedAll{
		{},
		{true, -1, 127, math.MaxUint64, 1.5, 0.1, "a b", &i, &s, 3, true},
		{F: 1e300, F32: 1e-10, S: s, I: math.MinInt64},
	} {
		want, err := json.Marshal(v)
		assert.NoError(t, err)
		got, err := plan.Append(nil, &v)
		assert.NoError(t, err)
		assert.Equal(t, string(got), string(want))
		again, err := plan.Decode(got)
		assert.NoError(t, err)
		assert.Equal(t, again, v)
	}
}

func TestQuoted(t *testing.T) {
	const notValid = "Value error, the value is not valid"
	invalid := func(input string) string {
		return issue("value_error", `["v"]`, notValid, input, `{"reason":"the value is not valid"}`)
	}
	_, sample := loneOf(t, reflect.TypeFor[int](), `json:"v,string"`).json(`"x"`)
	if _, ctx, ok := strings.Cut(sample, `"ctx":`); ok { // whatever the words of a value error are
		invalid = func(input string) string {
			return issue("value_error", `["v"]`, notValid, input, strings.TrimSuffix(ctx, "}"))
		}
	}
	intIssue := func(input string) string {
		return issue("int_type", `["v"]`, "Input should be a valid integer", input, "")
	}
	noInt := func(input string) string {
		return issue("int_parsing", `["v"]`, "Input should be a valid integer, unable to parse string as an integer", input, "")
	}
	one := 1
	for _, test := range []struct {
		name string
		typ  reflect.Type
		tags string
		in   string
		want any // nil for issues
		bad  string
	}{
		{"integer", reflect.TypeFor[int](), `json:"v,string"`, `"-12"`, -12, ""},
		{"escaped", reflect.TypeFor[int](), `json:"v,string"`, `"\u0031\u0032"`, 12, ""},
		{"float", reflect.TypeFor[float64](), `json:"v,string"`, `"1e3"`, 1000.0, ""},
		{"bool", reflect.TypeFor[bool](), `json:"v,string"`, `"true"`, true, ""},
		{"string", reflect.TypeFor[string](), `json:"v,string"`, `"\"a\\n\""`, "a\n", ""},
		{"empty string", reflect.TypeFor[string](), `json:"v,string"`, `"\"\""`, "", ""},
		{"named", reflect.TypeFor[Number](), `json:"v,string"`, `"1"`, Number(1), ""},
		{"pointer", reflect.TypeFor[*int](), `json:"v,string"`, `"1"`, &one, ""},
		{"null pointer", reflect.TypeFor[*int](), `json:"v,string"`, `null`, (*int)(nil), ""},
		{"Opt", reflect.TypeFor[schema.Opt[int]](), `json:"v,string"`, `"1"`, schema.Some(1), ""},
		{"Opt of a pointer", reflect.TypeFor[schema.Opt[*int]](), `json:"v,string"`, `"1"`, schema.Some(&one), ""},
		{"null in an Opt", reflect.TypeFor[schema.Opt[*int]](), `json:"v,string"`, `null`, schema.Some[*int](nil), ""},
		{"rule", reflect.TypeFor[int](), `json:"v,string" check:"ge=1"`, `"1"`, 1, ""},

		{"a rule is broken", reflect.TypeFor[int](), `json:"v,string" check:"ge=1"`, `"0"`, nil,
			issue("greater_than_equal", `["v"]`, "Input should be greater than or equal to 1", `"0"`, `{"ge":1}`)},
		{"no string", reflect.TypeFor[int](), `json:"v,string"`, `1`, nil, issue("string_type", `["v"]`, "Input should be a valid string", `1`, "")},
		{"null", reflect.TypeFor[int](), `json:"v,string"`, `null`, nil, issue("string_type", `["v"]`, "Input should be a valid string", `null`, "")},
		{"empty", reflect.TypeFor[int](), `json:"v,string"`, `""`, nil, invalid(`""`)},
		{"null inside", reflect.TypeFor[int](), `json:"v,string"`, `"null"`, nil, intIssue(`"null"`)},
		{"another type inside", reflect.TypeFor[int](), `json:"v,string"`, `"true"`, nil, intIssue(`"true"`)},
		{"a list inside", reflect.TypeFor[int](), `json:"v,string"`, `"[1]"`, nil, intIssue(`"[1]"`)},
		{"fraction", reflect.TypeFor[int](), `json:"v,string"`, `"1.5"`, nil, issue("int_from_float", `["v"]`, "Input should be a valid integer, got a number with a fractional part", `"1.5"`, "")},
		{"fraction of zeros", reflect.TypeFor[int](), `json:"v,string"`, `"1.0"`, nil, noInt(`"1.0"`)},
		{"exponent", reflect.TypeFor[uint8](), `json:"v,string"`, `"1e2"`, nil, noInt(`"1e2"`)},
		{"negative zero", reflect.TypeFor[int](), `json:"v,string"`, `"-0"`, 0, ""},
		{"negative zero without a sign", reflect.TypeFor[uint](), `json:"v,string"`, `"-0"`, nil, noInt(`"-0"`)},
		{"lists inside", reflect.TypeFor[int](), `json:"v,string"`, `"[[1]]"`, nil, invalid(`"[[1]]"`)},
		{"no JSON inside", reflect.TypeFor[int](), `json:"v,string"`, `"abc"`, nil, invalid(`"abc"`)},
		{"more inside", reflect.TypeFor[int](), `json:"v,string"`, `"1 2"`, nil, invalid(`"1 2"`)},
		{"more behind what is wrong", reflect.TypeFor[int](), `json:"v,string"`, `"true 2"`, nil, invalid(`"true 2"`)},
		{"space before", reflect.TypeFor[int](), `json:"v,string"`, `" 1"`, nil, invalid(`" 1"`)},
		{"space behind", reflect.TypeFor[int](), `json:"v,string"`, `"1\n"`, nil, invalid(`"1\n"`)},
		{"leading zero", reflect.TypeFor[int](), `json:"v,string"`, `"01"`, nil, invalid(`"01"`)},
		{"leading plus", reflect.TypeFor[int](), `json:"v,string"`, `"+1"`, nil, invalid(`"+1"`)},
		{"string without quotes", reflect.TypeFor[string](), `json:"v,string"`, `"a"`, nil, invalid(`"a"`)},
		{"string cut", reflect.TypeFor[string](), `json:"v,string"`, `"\"a"`, nil, invalid(`"\"a"`)},
		{"too long to repeat", reflect.TypeFor[int](), `json:"v,string"`, `"` + strings.Repeat("x", 300) + `"`, nil, invalid("")},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, issues := loneOf(t, test.typ, test.tags).json(test.in)
			assert.Equal(t, issues, test.bad)
			if test.want != nil {
				assert.Equal(t, got, test.want)
			}
		})
	}
	t.Run("goes on behind it", func(t *testing.T) {
		plan := compile[[]struct {
			A int `json:"a,string"`
			B int `json:"b"`
		}](t, schema.Config{})
		_, err := plan.Decode([]byte(`[{"a":"x","b":1},{"a":"1","b":"x"}]`))
		assert.Equal(t, strings.Count(issuesOf(err), "\n"), 1)
		_, err = plan.Decode([]byte(`[{"a":"1","b":x}]`))
		assert.Contains(t, issuesOf(err), `malformed {"type":"json_invalid","loc":[14]`)
		_, err = plan.Decode([]byte(`[{"a":"1`))
		assert.Contains(t, issuesOf(err), `malformed {"type":"json_invalid","loc":[6]`)
	})
	t.Run("issue limit", func(t *testing.T) {
		type model struct {
			A []int `json:"a"`
			B int   `json:"b,string"`
		}
		for _, b := range []string{`"x"`, `"true"`, `1`} {
			_, err := compile[model](t, schema.Config{MaxIssues: 1}).Decode([]byte(`{"a":[""],"b":` + b + `}`))
			assert.Equal(t, strings.Count(issuesOf(err), "\n"), 1)
			assert.Contains(t, issuesOf(err), `{"type":"too_many_errors","loc":["b"],"msg":"Too many errors, the rest is not listed"}`)
		}
	})
	t.Run("a secret is not repeated", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[struct {
			A schema.Secret[struct {
				B int `json:"b,string"`
			}]
		}](), "").json(`{"A":{"b":"true"}}`)
		assert.Equal(t, issues, issue("int_type", `["v","A","b"]`, "Input should be a valid integer", "", ""))
	})
	t.Run("default and example", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[int](), `json:"v,string" default:"5" example:"6" check:"ge=0"`)
		got, issues := l.run(func(d *schema.Decoder, v any) { l.field.Absent(d, v) })
		assert.Equal(t, issues, "")
		assert.Equal(t, got, any(5))
		assert.Equal(t, schemaText(t, schema.NewSchemas("#/").Input(l.field)),
			`{"type":"string","pattern":"^-?(0|[1-9][0-9]*)$","contentMediaType":"application/json",`+
				`"contentSchema":{"type":"integer","format":"int64","minimum":0},"default":"5","examples":["6"]}`)
	})
	t.Run("schema", func(t *testing.T) {
		for typ, want := range map[reflect.Type]string{
			reflect.TypeFor[bool]():   `{"type":"string","enum":["true","false"]}`,
			reflect.TypeFor[string](): `{"type":"string","pattern":"^\"([^\"\\\\]|\\\\.)*\"$","contentMediaType":"application/json","contentSchema":{"type":"string"}}`,
			reflect.TypeFor[*bool]():  `{"anyOf":[{"type":"string","enum":["true","false"]},{"type":"null"}]}`,
		} {
			assert.Equal(t, schemaText(t, schema.NewSchemas("#/").Output(loneOf(t, typ, `json:"v,string"`).field)), want)
		}
	})
	t.Run("schema of a constant", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[bool](), `json:"v,string" check:"const=true"`)
		assert.Equal(t, schemaText(t, schema.NewSchemas("#/").Input(l.field)), `{"type":"string","const":"true"}`)
		_, issues := l.json(`"false"`)
		assert.Contains(t, issues, "literal_error")
	})
	t.Run("of others", func(t *testing.T) {
		for _, typ := range []reflect.Type{
			reflect.TypeFor[[]int](), reflect.TypeFor[any](), reflect.TypeFor[order](), reflect.TypeFor[map[string]int](),
			reflect.TypeFor[schema.Null[int]](), reflect.TypeFor[schema.Secret[int]](), reflect.TypeFor[[]byte](),
		} {
			_, err := tryLone(typ, `json:"v,string"`)
			assert.Contains(t, fmt.Sprint(err), "the json option string is for numbers, bools and strings", typ)
		}
	})
	t.Run("texts", func(t *testing.T) {
		type holds struct {
			S string          `json:"s,string"`
			I schema.Opt[int] `json:"i,string"` //nolint:staticcheck // it may be behind an Opt here
		}
		v := &holds{`a"b`, schema.Some(3)}
		for i, want := range []string{`a"b`, "3"} {
			f, err := schema.NewSet(schema.Config{}).Field(reflect.TypeFor[holds](), []int{i})
			assert.NoError(t, err)
			texts, err := f.AppendTexts(nil, v)
			assert.NoError(t, err)
			assert.Equal(t, texts, []string{want})
			again := new(holds)
			d := schema.NewSet(schema.Config{}).Decoder(0)
			f.Text(d, again, texts...)
			assert.NoError(t, d.Err())
			assert.Equal(t, fmt.Sprint(reflect.ValueOf(*again).Field(i)), fmt.Sprint(reflect.ValueOf(*v).Field(i)))
		}
	})
	t.Run("bad text is not printed", func(t *testing.T) {
		type holds struct {
			S string `json:"s,string"`
		}
		_, err := compile[holds](t, schema.Config{}).Append(nil, &holds{"\xff"})
		assert.Equal(t, fmt.Sprint(err), "a string is not valid UTF-8")
	})
}
