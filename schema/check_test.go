package schema_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// A named type with rules of its own.
type code string

func (code) Check() string { return `pattern='^\d+$',maxLength=4` }

// A pointer receiver is as good.
type level int8

func (*level) Check() string { return `ge=1,le=5` }

type tags []string

func (tags) Check() string { return `maxItems=2,each(minLength=1)` }

var (
	stringOf = reflect.TypeFor[string]()
	intOf    = reflect.TypeFor[int]()
	floatOf  = reflect.TypeFor[float64]()
)

// TestRules reads each value twice: from JSON and from text.
func TestRules(t *testing.T) {
	const (
		gt = "greater_than|Input should be greater than "
		ge = "greater_than_equal|Input should be greater than or equal to "
		lt = "less_than|Input should be less than "
		le = "less_than_equal|Input should be less than or equal to "

		short = "string_too_short|String should have at least "
		long  = "string_too_long|String should have at most "
		uuid  = "uuid_parsing|Input should be a valid UUID, "
	)
	tests := []struct {
		name  string
		typ   reflect.Type
		check string
		value string
		want  string // type|message|ctx, or "" if the value is good
	}{
		{"gt above", intOf, `gt=3`, `4`, ""},
		{"gt at", intOf, `gt=3`, `3`, gt + `3|{"gt":3}`},
		{"ge at", intOf, `ge=3`, `3`, ""},
		{"ge below", intOf, `ge=3`, `2`, ge + `3|{"ge":3}`},
		{"lt below", intOf, `lt=-3`, `-4`, ""},
		{"lt at", intOf, `lt=-3`, `-3`, lt + `-3|{"lt":-3}`},
		{"le at", intOf, `le=3`, `3`, ""},
		{"le above", intOf, `le=3`, `4`, le + `3|{"le":3}`},
		{"both ends, inside", intOf, `ge=0,le=10`, `10`, ""},
		{"both ends, below", intOf, `ge=0,le=10`, `-1`, ge + `0|{"ge":0}`},
		{"both ends, above", intOf, `ge=0,le=10`, `11`, le + `10|{"le":10}`},
		{"bounds of one side, the first speaks", intOf, `gt=0,ge=5`, `0`, ge + `5|{"ge":5}`},
		{"bounds of one side, only one broken", intOf, `gt=0,ge=5`, `4`, ge + `5|{"ge":5}`},
		{"far beyond a bound", intOf, `le=10`, `99999999999999999999999999`, le + `10|{"le":10}`},
		{"far below a bound", intOf, `ge=10`, `-99999999999999999999999999`, ge + `10|{"ge":10}`},
		{"below a bound of an unsigned type", reflect.TypeFor[uint](), `ge=10`, `-1`, ge + `10|{"ge":10}`},
		{"at the ends of the type", reflect.TypeFor[int8](), `ge=-128,le=127`, `-128`, ""},
		{"gt at the end of the type", reflect.TypeFor[uint8](), `gt=254`, `255`, ""},
		{"lt at the end of the type", reflect.TypeFor[int64](), `lt=-9223372036854775807`, `-9223372036854775808`, ""},
		{"ge of the largest", reflect.TypeFor[uint64](), `ge=18446744073709551615`, `18446744073709551614`, ge + `18446744073709551615|{"ge":18446744073709551615}`},
		{"ge of the largest, at", reflect.TypeFor[uint64](), `ge=18446744073709551615`, `18446744073709551615`, ""},
		{"multipleOf", intOf, `multipleOf=5`, `-15`, ""},
		{"multipleOf zero", intOf, `multipleOf=5`, `0`, ""},
		{"multipleOf broken", intOf, `multipleOf=5`, `16`, `multiple_of|Input should be a multiple of 5|{"multiple_of":5}`},
		{"multipleOf of a large number", reflect.TypeFor[uint64](), `multipleOf=2`, `18446744073709551615`, `multiple_of|Input should be a multiple of 2|{"multiple_of":2}`},
		{"multipleOf before bounds", intOf, `multipleOf=5,le=10`, `11`, `multiple_of|Input should be a multiple of 5|{"multiple_of":5}`},
		{"enum", intOf, `enum=1|2|3`, `3`, ""},
		{"enum broken", intOf, `enum=1|2|3`, `4`, `literal_error|Input should be 1, 2 or 3|{"expected":"1, 2 or 3"}`},
		{"enum of one", intOf, `enum=1`, `2`, `literal_error|Input should be 1|{"expected":"1"}`},

		{"gt a fraction", floatOf, `gt=0.5`, `0.50000001`, ""},
		{"gt at a fraction", floatOf, `gt=0.5`, `0.5`, gt + `0.5|{"gt":0.5}`},
		{"lt at a fraction", floatOf, `lt=0.5`, `0.5`, lt + `0.5|{"lt":0.5}`},
		{"lt the next float", floatOf, `lt=0.5`, `0.49999999999999994`, ""},
		{"le as an exponent", floatOf, `le=1e3`, `1000.5`, le + `1e3|{"le":1e3}`},
		{"float32 at its bound", reflect.TypeFor[float32](), `le=0.1`, `0.1`, ""},
		{"float32 past its bound", reflect.TypeFor[float32](), `le=0.1`, `0.100001`, le + `0.1|{"le":0.1}`},
		{"multipleOf a fraction", floatOf, `multipleOf=0.1`, `0.3`, ""},
		{"multipleOf a fraction broken", floatOf, `multipleOf=0.1`, `0.35`, `multiple_of|Input should be a multiple of 0.1|{"multiple_of":0.1}`},
		{"multipleOf with many digits", floatOf, `multipleOf=0.01`, `19.99`, ""},
		{"multipleOf a whole number", floatOf, `multipleOf=7`, `-21`, ""},
		{"multipleOf of the largest", floatOf, `multipleOf=3`, `1e308`, `multiple_of|Input should be a multiple of 3|{"multiple_of":3}`},
		{"multipleOf of the largest, good", floatOf, `multipleOf=0.5`, `1e308`, ""},
		{"multipleOf of the smallest", floatOf, `multipleOf=0.5`, `5e-324`, `multiple_of|Input should be a multiple of 0.5|{"multiple_of":0.5}`},
		{"multipleOf of 0", floatOf, `multipleOf=0.5`, `0`, ""},
		{"multipleOf of float32", reflect.TypeFor[float32](), `multipleOf=0.1`, `0.3`, ""},
		{"float enum", floatOf, `enum=0.5|1`, `1`, ""},
		{"float enum broken", floatOf, `enum=0.5|1`, `0.75`, `literal_error|Input should be 0.5 or 1|{"expected":"0.5 or 1"}`},

		{"minLength at", stringOf, `minLength=2`, `ab`, ""},
		{"minLength below", stringOf, `minLength=2`, `a`, short + `2 characters|{"min_length":2}`},
		{"minLength of the empty string", stringOf, `minLength=1`, ``, short + `1 character|{"min_length":1}`},
		{"maxLength at", stringOf, `maxLength=2`, `ab`, ""},
		{"maxLength past", stringOf, `maxLength=2`, `abc`, long + `2 characters|{"max_length":2}`},
		{"maxLength of none", stringOf, `maxLength=0`, `a`, long + `0 characters|{"max_length":0}`},
		{"maxLength counts code points", stringOf, `maxLength=2`, `é😀`, ""},
		{"maxLength counts code points, past", stringOf, `maxLength=2`, `é😀€`, long + `2 characters|{"max_length":2}`},
		{"minLength counts code points", stringOf, `minLength=2`, `😀`, short + `2 characters|{"min_length":2}`},
		{"a combining mark is a code point", stringOf, `maxLength=1`, "e\u0301", long + `1 character|{"max_length":1}`},
		{"pattern", stringOf, `pattern='^[A-Z]{3}$'`, `EUR`, ""},
		{"pattern broken", stringOf, `pattern='^[A-Z]{3}$'`, `EURO`, `string_pattern_mismatch|String should match pattern '^[A-Z]{3}$'|{"pattern":"^[A-Z]{3}$"}`},
		{"pattern is not anchored", stringOf, `pattern='[0-9]'`, `a1b`, ""},
		{"dollar is the end of the text", stringOf, `pattern='^a$'`, "a\n", `string_pattern_mismatch|String should match pattern '^a$'|{"pattern":"^a$"}`},
		{"pattern with a quote", stringOf, `pattern='^it''s$'`, `it's`, ""},
		{"length before pattern", stringOf, `maxLength=2,pattern='^[A-Z]+$'`, `abc`, long + `2 characters|{"max_length":2}`},
		{"enum of strings", stringOf, `enum=a|b`, `b`, ""},
		{"enum of strings broken", stringOf, `enum=a|b`, `B`, `literal_error|Input should be 'a' or 'b'|{"expected":"'a' or 'b'"}`},
		{"enum with the empty string", stringOf, `enum=''|a`, ``, ""},
		{"enum with commas", stringOf, `enum='a,b'|c`, `a,b`, ""},
		{"uuid", stringOf, `format=uuid`, `123e4567-e89b-12d3-a456-426614174000`, ""},
		{"uuid in upper case", stringOf, `format=uuid`, `123E4567-E89B-12D3-A456-426614174000`, ""},
		{"uuid nil", stringOf, `format=uuid`, `00000000-0000-0000-0000-000000000000`, ""},
		{"uuid too short", stringOf, `format=uuid`, `123e4567-e89b-12d3-a456-42661417400`, uuid + `invalid length: expected 36 characters, found 35|{"error":"invalid length: expected 36 characters, found 35"}`},
		{"uuid too long", stringOf, `format=uuid`, `123e4567-e89b-12d3-a456-4266141740000`, uuid + `invalid length: expected 36 characters, found 37|{"error":"invalid length: expected 36 characters, found 37"}`},
		{"uuid without hyphens", stringOf, `format=uuid`, `123e4567e89b12d3a456426614174000`, uuid + `invalid length: expected 36 characters, found 32|{"error":"invalid length: expected 36 characters, found 32"}`},
		{"uuid in braces", stringOf, `format=uuid`, `{123e4567-e89b-12d3-a456-426614174000}`, uuid + `invalid length: expected 36 characters, found 38|{"error":"invalid length: expected 36 characters, found 38"}`},
		{"uuid with g", stringOf, `format=uuid`, `g23e4567-e89b-12d3-a456-426614174000`, uuid + `invalid character: expected [0-9a-fA-F] at 1|{"error":"invalid character: expected [0-9a-fA-F] at 1"}`},
		{"uuid with @", stringOf, `format=uuid`, `123e4567-e89b-12d3-a456-42661417400@`, uuid + `invalid character: expected [0-9a-fA-F] at 36|{"error":"invalid character: expected [0-9a-fA-F] at 36"}`},
		{"uuid with a misplaced hyphen", stringOf, `format=uuid`, `123e456-7e89b-12d3-a456-426614174000`, uuid + `invalid character: expected [0-9a-fA-F] at 8|{"error":"invalid character: expected [0-9a-fA-F] at 8"}`},
		{"uuid without a hyphen", stringOf, `format=uuid`, `123e45670e89b-12d3-a456-426614174000`, uuid + `invalid group: expected - at 9|{"error":"invalid group: expected - at 9"}`},

		{"base64 minLength", reflect.TypeFor[[]byte](), `minLength=2`, `YWI=`, ""},
		{"base64 too short", reflect.TypeFor[[]byte](), `minLength=2`, `YQ==`, `bytes_too_short|Data should have at least 2 bytes|{"min_length":2}`},
		{"base64 too long", reflect.TypeFor[[]byte](), `maxLength=1`, `YWI=`, `bytes_too_long|Data should have at most 1 byte|{"max_length":1}`},

		{"rules of a type", reflect.TypeFor[code](), ``, `123`, ""},
		{"rules of a type broken", reflect.TypeFor[code](), ``, `12a`, `string_pattern_mismatch|String should match pattern '^\\d+$'|{"pattern":"^\\d+$"}`},
		{"rules of a type and of a tag", reflect.TypeFor[code](), `minLength=2`, `1`, short + `2 characters|{"min_length":2}`},
		{"rules of a pointer receiver", reflect.TypeFor[level](), ``, `6`, le + `5|{"le":5}`},
		{"rules behind a pointer", reflect.TypeFor[*code](), `minLength=2`, `1`, short + `2 characters|{"min_length":2}`},
		{"rules in an Opt", reflect.TypeFor[schema.Opt[code]](), `minLength=2`, `1`, short + `2 characters|{"min_length":2}`},
		{"rules in an Opt of a pointer", reflect.TypeFor[schema.Opt[*int]](), `gt=3`, `3`, gt + `3|{"gt":3}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := loneOf(t, test.typ, `check:`+quote(test.check))
			inJSON := test.value
			if inQuotes(test.typ) {
				inJSON = quote(test.value)
			}
			want := func(echo string) string {
				if test.want == "" {
					return ""
				}
				part := strings.Split(strings.ReplaceAll(test.want, `\\`, `\`), "|")
				ctx := strings.Split(test.want, "|")[2]
				return issue(part[0], `["v"]`, part[1], echo, ctx)
			}
			fromJSON, issues := l.json(inJSON)
			assert.Equal(t, issues, want(inJSON))
			fromText, issues := l.text(test.value)
			assert.Equal(t, issues, want(quote(test.value)))
			if test.want == "" {
				assert.Equal(t, fromText, fromJSON)
			}
		})
	}
}

// inQuotes reports whether JSON writes values of a type as strings.
func inQuotes(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return inQuotes(t.Elem())
	case reflect.Struct: // an Opt
		return inQuotes(t.Field(0).Type)
	}
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice
}

func TestRulesOfLists(t *testing.T) {
	const short, long = "List should have at least 2 items after validation, not 1", "List should have at most 3 items after validation, not 4"
	shortCtx := `{"field_type":"List","min_length":2,"actual_length":1}`
	longCtx := `{"field_type":"List","max_length":3,"actual_length":4}`
	notInt := func(i, input string) string {
		return issue("int_type", `["v",`+i+`]`, "Input should be a valid integer", input, "")
	}
	tests := []struct{ name, in, want string }{
		{"at the least", `[1,2]`, ""},
		{"too few", `[1]`, issue("too_short", `["v"]`, short, "", shortCtx)},
		{"at the most", `[1,2,3]`, ""},
		{"too many", `[1,2,3,4]`, issue("too_long", `["v"]`, long, "", longCtx)},
		{"bad item", `[1,"x"]`, notInt("1", `"x"`)},
		{"too few, bad item", `["x"]`, notInt("0", `"x"`)},
		{"too many, bad items", `["x","y",3,"z"]`, issue("too_long", `["v"]`, long, "", longCtx)},
		{"rule of the items", `[1,-1,-2]`, lines(
			issue("greater_than", `["v",1]`, "Input should be greater than 0", `-1`, `{"gt":0}`),
			issue("greater_than", `["v",2]`, "Input should be greater than 0", `-2`, `{"gt":0}`),
		)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, issues := loneOf(t, reflect.TypeFor[[]int](), `check:"minItems=2,maxItems=3,each(gt=0)"`).json(test.in)
			assert.Equal(t, issues, test.want)
		})
	}
	t.Run("several texts", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[[]int](), `check:"minItems=2,maxItems=3,each(gt=0)"`)
		v, issues := l.text("1", "2", "3")
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any([]int{1, 2, 3}))
		_, issues = l.text("1")
		assert.Equal(t, issues, issue("too_short", `["v"]`, short, "", shortCtx))
		_, issues = l.text("1", "x", "3", "4")
		assert.Equal(t, issues, issue("too_long", `["v"]`, long, "", longCtx))
		_, issues = l.text("1", "-1")
		assert.Equal(t, issues, issue("greater_than", `["v",1]`, "Input should be greater than 0", `"-1"`, `{"gt":0}`))
		_, issues = l.text("x")
		assert.Equal(t, issues, issue("int_parsing", `["v",0]`, "Input should be a valid integer, unable to parse string as an integer", `"x"`, ""))
	})
	t.Run("rules of a type", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[tags](), ``).json(`["a",""]`)
		assert.Equal(t, issues, issue("string_too_short", `["v",1]`, "String should have at least 1 character", `""`, `{"min_length":1}`))
	})
	t.Run("rules within rules", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[[][]string](), `check:"each(maxItems=1,each(pattern='^(a|b)$'))"`)
		_, issues := l.json(`[["a"],["c"],["a","b"]]`)
		assert.Equal(t, issues, lines(
			issue("string_pattern_mismatch", `["v",1,0]`, "String should match pattern '^(a|b)$'", `"c"`, `{"pattern":"^(a|b)$"}`),
			issue("too_long", `["v",2]`, "List should have at most 1 item after validation, not 2", "", `{"field_type":"List","max_length":1,"actual_length":2}`),
		))
	})
}

func TestRulesOfMaps(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[map[string]int](), `check:"minProperties=1,maxProperties=2,keys(pattern='^[a-z]+$'),values(lt=10)"`)
	const most = "Dictionary should have at most 2 items after validation, not 3"
	badKey := issue("string_pattern_mismatch", `["v","A","[key]"]`, "String should match pattern '^[a-z]+$'", `"A"`, `{"pattern":"^[a-z]+$"}`)
	tests := []struct{ name, in, want string }{
		{"at the least", `{"a":1}`, ""},
		{"too few", `{}`, issue("too_short", `["v"]`, "Dictionary should have at least 1 item after validation, not 0", "", `{"field_type":"Dictionary","min_length":1,"actual_length":0}`)},
		{"at the most", `{"a":1,"b":2}`, ""},
		{"too many", `{"a":1,"b":2,"c":3}`, issue("too_long", `["v"]`, most, "", `{"field_type":"Dictionary","max_length":2,"actual_length":3}`)},
		{"bad value", `{"a":10}`, issue("less_than", `["v","a"]`, "Input should be less than 10", `10`, `{"lt":10}`)},
		{"bad key", `{"A":1}`, badKey},
		{"bad key and value", `{"A":"x"}`, lines(badKey, issue("int_type", `["v","A"]`, "Input should be a valid integer", `"x"`, ""))},
		{"bad keys and value", `{"A":10,"A":1}`, lines(badKey, issue("less_than", `["v","A"]`, "Input should be less than 10", `10`, `{"lt":10}`), badKey)},
		{"bad key, too many", `{"A":1,"b":1,"c":1}`, badKey},
		{"repeated", `{"a":1,"a":2}`, issue("duplicate_member", `["v","a"]`, "Member should be given once", "", "")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, issues := l.json(test.in)
			assert.Equal(t, issues, test.want)
		})
	}
}
