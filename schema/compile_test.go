package schema_test

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// TestStartUpErrors declares one field of a type with tags and compares the mistake found.
func TestStartUpErrors(t *testing.T) {
	const strRules = "its rules are trim, lower, upper, minLength, maxLength, pattern, enum, const, format"
	const numRules = "its rules are le, lt, ge, gt, multipleOf, enum, const, strict, lax"
	const hidden = "malformed tag%s, so that the rest is invisible: "
	const pairs = `pairs are written key:"value" with one space between them`
	const backslash = "a backslash in a tag needs another one, or put the rule into a method Check() string"
	tests := []struct {
		name string
		typ  reflect.Type
		tags string
		want string
	}{
		// Rules that are not there, or not for this type.
		{"misspelt", stringOf, `check:"minLenght=1"`, `rule "minLenght=1" does not apply to string: did you mean minLength?`},
		{"wrong case", stringOf, `check:"minlength=1"`, `rule "minlength=1" does not apply to string: did you mean minLength?`},
		{"of another type", stringOf, `check:"ge=1"`, `rule "ge=1" does not apply to string: ` + strRules},
		{"string rule on a number", intOf, `check:"minLength=1"`, `rule "minLength=1" does not apply to int: ` + numRules},
		{"on a float", floatOf, `check:"pattern='a'"`, `rule "pattern=a" does not apply to float64: ` + numRules},
		{"on a bool", reflect.TypeFor[bool](), `check:"enum=true"`, `rule "enum=true" does not apply to bool: its rules are const, strict, lax`},
		{"on a time", reflect.TypeFor[time.Time](), `check:"maxLength=1"`, `rule "maxLength=1" does not apply to time.Time: its rules are le, lt, ge, gt, strict, lax`},
		{"on any", reflect.TypeFor[any](), `check:"minLength=1"`, `rule "minLength=1" does not apply to interface {}: it has no rules`},
		{"on a struct", reflect.TypeFor[order](), `check:"minProperties=1"`, `rule "minProperties=1" does not apply to schema_test.order: it has no rules`},
		{"on raw JSON", reflect.TypeFor[json.RawMessage](), `check:"maxLength=1"`, `rule "maxLength=1" does not apply to json.RawMessage: it has no rules`},
		{"item rule on the list", reflect.TypeFor[[]string](), `check:"minLength=1"`, `rule "minLength=1" does not apply to []string: its rules are minItems, maxItems, uniqueItems, each`},
		{"list rule on bytes", reflect.TypeFor[[]byte](), `check:"maxItems=1"`, `rule "maxItems=1" does not apply to []uint8: its rules are minLength, maxLength`},
		{"list rule on a map", reflect.TypeFor[map[string]int](), `check:"maxItems=1"`, `rule "maxItems=1" does not apply to map[string]int: its rules are minProperties, maxProperties, keys, values`},
		{"in an item", reflect.TypeFor[[]string](), `check:"each(ge=1)"`, `element of []string: rule "ge=1" does not apply to string: ` + strRules},
		{"in a key", reflect.TypeFor[map[string]int](), `check:"keys(ge=1)"`, `key of map[string]int: rule "ge=1" does not apply to string: ` + strRules},
		{"in a value", reflect.TypeFor[map[string]int](), `check:"values(maxLength=1)"`, `value of map[string]int: rule "maxLength=1" does not apply to int: ` + numRules},
		{"behind a pointer", reflect.TypeFor[*int](), `check:"maxLength=1"`, `rule "maxLength=1" does not apply to int: ` + numRules},
		{"in an Opt", reflect.TypeFor[schema.Opt[int]](), `check:"maxLength=1"`, `rule "maxLength=1" does not apply to int: ` + numRules},
		{"several", stringOf, `check:"a=1,b,c(d=2)"`, "rule \"a=1\" does not apply to string: " + strRules + "\nrule \"b\" does not apply to string: " + strRules + "\nrule \"c(d=2)\" does not apply to string: " + strRules},
		{"additionalProperties on a field", reflect.TypeFor[order](), `check:"additionalProperties=false"`, `rule "additionalProperties=false" does not apply to schema_test.order: it has no rules`},

		// Values that rules cannot have.
		{"no rules", stringOf, `check:"="`, `rule at character 0 of "=": want the name of a rule`},
		{"no number", intOf, `check:"ge=a"`, `rule ge=a: want a number of the type`},
		{"fraction for an integer", intOf, `check:"le=1.5"`, `rule le=1.5: want a number of the type`},
		{"exponent for an integer", intOf, `check:"le=1e2"`, `rule le=1e2: want a number of the type`},
		{"beyond the type", reflect.TypeFor[int8](), `check:"le=128"`, `rule le=128: want a number of the type`},
		{"below the type", reflect.TypeFor[uint](), `check:"ge=-1"`, `rule ge=-1: want a number of the type`},
		{"plus sign", intOf, `check:"gt=+1"`, `rule gt=+1: want a number of the type`},
		{"leading zero", intOf, `check:"lt=01"`, `rule lt=01: want a number of the type`},
		{"hexadecimal", floatOf, `check:"lt=0x1p4"`, `rule lt=0x1p4: want a number of the type`},
		{"NaN", floatOf, `check:"lt=NaN"`, `rule lt=NaN: want a number of the type`},
		{"infinite", floatOf, `check:"lt=1e999"`, `rule lt=1e999: want a number of the type`},
		{"beyond float32", reflect.TypeFor[float32](), `check:"lt=1e39"`, `rule lt=1e39: want a number of the type`},
		{"multiple of 0", intOf, `check:"multipleOf=0"`, `rule multipleOf=0: want a number above 0`},
		{"multiple of less", floatOf, `check:"multipleOf=-0.5"`, `rule multipleOf=-0.5: want a number above 0`},
		{"multiple of no number", floatOf, `check:"multipleOf=a"`, `rule multipleOf=a: want a number above 0`},
		{"several bounds", intOf, `check:"ge=1|2"`, `rule "ge=1|2" wants one value`},
		{"several multiples", intOf, `check:"multipleOf=1|2"`, `rule "multipleOf=1|2" wants one value`},
		{"bound without value", intOf, `check:"ge"`, `rule "ge" wants one value`},
		{"no number to choose", intOf, `check:"enum=1|a"`, `rule enum: "a" is no number of the type`},
		{"nothing to choose", intOf, `check:"enum"`, `rule "enum" wants values`},
		{"no text to choose", stringOf, `check:"enum"`, `rule "enum" wants values`},
		{"rules to choose", stringOf, `check:"enum(a)"`, `rule "enum(a)" wants values`},
		{"nothing left", intOf, `check:"ge=2,le=1"`, `the bounds leave no valid value`},
		{"nothing left between", intOf, `check:"gt=1,lt=2"`, `the bounds leave no valid value`},
		{"nothing left above the type", reflect.TypeFor[uint8](), `check:"gt=255"`, `the bounds leave no valid value`},
		{"nothing left below the type", reflect.TypeFor[int64](), `check:"lt=-9223372036854775808"`, `the bounds leave no valid value`},
		{"nothing left between floats", floatOf, `check:"gt=1,lt=1"`, `the bounds leave no valid value`},
		{"no length", stringOf, `check:"minLength=a"`, `rule minLength=a: want a whole number of 0 or more`},
		{"negative length", stringOf, `check:"maxLength=-1"`, `rule maxLength=-1: want a whole number of 0 or more`},
		{"length of several", stringOf, `check:"maxLength=1|2"`, `rule "maxLength=1|2" wants one value`},
		{"lengths crossed", stringOf, `check:"minLength=2,maxLength=1"`, `rules minLength=2 and maxLength=1 leave no valid value`},
		{"bytes crossed", reflect.TypeFor[[]byte](), `check:"minLength=2,maxLength=1"`, `rules minLength=2 and maxLength=1 leave no valid value`},
		{"items crossed", reflect.TypeFor[[]int](), `check:"maxItems=0,minItems=1"`, `rules minItems=1 and maxItems=0 leave no valid value`},
		{"members crossed", reflect.TypeFor[map[string]int](), `check:"maxProperties=0,minProperties=1"`, `rules minProperties=1 and maxProperties=0 leave no valid value`},
		{"bad pattern", stringOf, `check:"pattern='['"`, "rule pattern: error parsing regexp: missing closing ]: `[`"},
		{"pattern that RE2 lacks", stringOf, `check:"pattern='(?=a)'"`, "rule pattern: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
		{"pattern of several", stringOf, `check:"pattern='a'|'b'"`, `rule "pattern=a|b" wants one value`},
		{"unknown format", stringOf, `check:"format=phone"`, `rule format=phone: the formats are byte, date, date-time, duration, email, hostname, ipv4, ipv6, time, uri, uuid`},
		{"format of several", stringOf, `check:"format=uuid|uuid"`, `rule "format=uuid|uuid" wants one value`},
		{"each without parentheses", reflect.TypeFor[[]int](), `check:"each=1"`, `rule "each=1" wants rules in parentheses`},
		{"keys without parentheses", reflect.TypeFor[map[string]int](), `check:"keys"`, `rule "keys" wants rules in parentheses`},
		{"values without parentheses", reflect.TypeFor[map[string]int](), `check:"values=1"`, `rule "values=1" wants rules in parentheses`},
		{"mistake inside each", reflect.TypeFor[[]int](), `check:"each(=)"`, `rule at character 0 of "=": want the name of a rule`},
		{"of a text type", reflect.TypeFor[upper](), `check:"maxLength=x"`, `rule maxLength=x: want a whole number of 0 or more`},

		// Rules that the type has already.
		{"given by the type", reflect.TypeFor[code](), `check:"maxLength=2"`, `type schema_test.code: rule "maxLength" is given by the type and by the tag`},
		{"given by the type of the items", reflect.TypeFor[[]code](), `check:"each(maxLength=2)"`, `element of []schema_test.code: type schema_test.code: rule "maxLength" is given by the type and by the tag`},
		{"mistake in Check", reflect.TypeFor[badCheck](), ``, `schema_test.badCheck.Check: rule at character 7 of "pattern=^a": a pattern stands in single quotes: pattern='^[a-z]+$'`},
		{"Check of another type", reflect.TypeFor[oddCheck](), ``, `rule "maxLength=1" does not apply to schema_test.oddCheck: ` + numRules},

		// Tags that package reflect would not read.
		{"single backslash", stringOf, `check:"pattern='^\d+$'"`, fmt.Sprintf(hidden, "") + backslash},
		{"single backslash behind", stringOf, `json:"v" check:"pattern='^\d+$'"`, fmt.Sprintf(hidden, " after json") + backslash},
		{"space after the colon", stringOf, `check: "minLength=1"`, fmt.Sprintf(hidden, "") + pairs},
		{"space before the colon", stringOf, `check :"minLength=1"`, fmt.Sprintf(hidden, "") + pairs},
		{"comma between keys", stringOf, `json:"v",check:"minLength=1"`, fmt.Sprintf(hidden, " after json") + pairs},
		{"comma and space", stringOf, `json:"v", check:"minLength=1"`, fmt.Sprintf(hidden, " after json") + pairs},
		{"nothing between keys", stringOf, `json:"v"check:"minLength=1"`, fmt.Sprintf(hidden, " after json") + pairs},
		{"line break between keys", stringOf, "json:\"v\"\ncheck:\"minLength=1\"", fmt.Sprintf(hidden, " after json") + pairs},
		{"space and line break", stringOf, "json:\"v\" \ncheck:\"minLength=1\"", fmt.Sprintf(hidden, " after json") + pairs},
		{"tab before a key", stringOf, "json:\"v\" \tcheck:\"minLength=1\"", fmt.Sprintf(hidden, " after json") + pairs},
		{"single quotes", stringOf, `check:'minLength=1'`, fmt.Sprintf(hidden, "") + pairs},
		{"no quotes", stringOf, `check:minLength=1`, fmt.Sprintf(hidden, "") + pairs},
		{"open quote", stringOf, `check:"minLength=1`, fmt.Sprintf(hidden, "") + pairs},
		{"only a key", stringOf, `required`, fmt.Sprintf(hidden, "") + pairs},
		{"no key", stringOf, `:"v"`, fmt.Sprintf(hidden, "") + pairs},
		{"repeated key", stringOf, `check:"minLength=1" doc:"d" check:"maxLength=2"`, `key "check" occurs twice in the tag: the second is invisible`},
		{"repeated foreign key", stringOf, `xml:"a" xml:"b"`, `key "xml" occurs twice in the tag: the second is invisible`},
		{"misspelt key", stringOf, `chek:"minLength=1"`, `key "chek" in the tag: did you mean check?`},
		{"letters of a key swapped", stringOf, `defualt:"a"`, `key "defualt" in the tag: did you mean default?`},
		{"option of json", intOf, `json:"v,strings"`, `json option "strings" is not supported`},
		{"misspelt option", intOf, `json:"v,omitEmpty"`, `json option "omitEmpty" is not supported`},
		{"space before an option", intOf, `json:"v, omitempty"`, `json option " omitempty" is not supported`},
		{"deprecated", intOf, `deprecated:"yes"`, `deprecated:"yes": want true or false`},

		// Values in tags.
		{"default breaks a rule", intOf, `default:"0" check:"gt=0"`, `struct.V: the default 0 does not fit the field: Input should be greater than 0`},
		{"default of another type", intOf, `default:"a"`, `struct.V: the default a does not fit the field: want JSON, such as 5, true or ["a"]`},
		{"default of nothing", intOf, `default:""`, `struct.V: the default  does not fit the field: want JSON, such as 5, true or ["a"]`},
		{"default breaks a length", stringOf, `default:"" check:"minLength=1"`, `struct.V: the default "" does not fit the field: String should have at least 1 character`},
		{"default breaks an item rule", reflect.TypeFor[[]int](), `default:"[1,0]" check:"each(gt=0)"`, `struct.V: the default [1,0] does not fit the field: 1: Input should be greater than 0`},
		{"default in an Opt", reflect.TypeFor[schema.Opt[code]](), `default:"x"`, `struct.V: the default "x" does not fit the field: String should match pattern '^\d+$'`},
		{"default of a struct", reflect.TypeFor[base](), `default:"{}"`, `struct.V: the default {} does not fit the field: id: Field required`},
		{"example breaks a rule", intOf, `example:"0" check:"gt=0"`, `struct.V: the example 0 does not fit the field: Input should be greater than 0`},
		{"both", intOf, `default:"0" example:"-1" check:"gt=0"`, "struct.V: the default 0 does not fit the field: Input should be greater than 0\nstruct.V: the example -1 does not fit the field: Input should be greater than 0"},

		// Types without a JSON form.
		{"channel", reflect.TypeFor[chan int](), ``, `type chan int has no JSON form here`},
		{"function", reflect.TypeFor[func()](), ``, `type func() has no JSON form here`},
		{"complex", reflect.TypeFor[complex128](), ``, `type complex128 has no JSON form here`},
		{"item of an array", reflect.TypeFor[[2]string](), `check:"each(ge=1)"`, `element of [2]string: rule "ge=1" does not apply to string: its rules are trim, lower, upper, minLength, maxLength, pattern, enum, const, format`},
		{"interface with methods", reflect.TypeFor[io.Reader](), ``, `interface io.Reader has no JSON form: declare its variants as a union`},
		{"json.Number", reflect.TypeFor[json.Number](), ``, `type json.Number has no JSON form here`},
		{"pointer to pointer", reflect.TypeFor[**int](), ``, `a pointer to a pointer has no JSON form of its own`},
		{"list of it", reflect.TypeFor[[]chan int](), ``, `element of []chan int: type chan int has no JSON form here`},
		{"map of it", reflect.TypeFor[map[string]func()](), ``, `value of map[string]func(): type func() has no JSON form here`},
		{"key of it", reflect.TypeFor[map[chan int]int](), ``, `key of map[chan int]int: type chan int has no JSON form here`},
		{"bool as a key", reflect.TypeFor[map[bool]int](), ``, `key of map[bool]int: want a string, an integer or a type with text methods`},
		{"float as a key", reflect.TypeFor[map[float64]int](), ``, `key of map[float64]int: want a string, an integer or a type with text methods`},
		{"pointer as a key", reflect.TypeFor[map[*string]int](), ``, `key of map[*string]int: want a string, an integer or a type with text methods`},
		{"any as a key", reflect.TypeFor[map[any]int](), ``, `key of map[interface {}]int: want a string, an integer or a type with text methods`},
		{"list of itself", reflect.TypeFor[endless](), ``, `element of schema_test.endless: type schema_test.endless contains itself: only a struct with a name may`},
		{"map of itself", reflect.TypeFor[endlessMap](), ``, `value of schema_test.endlessMap: type schema_test.endlessMap contains itself: only a struct with a name may`},
		{"pointer to itself", reflect.TypeFor[endlessPointer](), ``, `a pointer to a pointer has no JSON form of its own`},
		{"itself in a struct without a name", reflect.TypeFor[nameless](), ``, `element of schema_test.nameless: struct.X: type schema_test.nameless contains itself: only a struct with a name may`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l, err := tryLone(test.typ, test.tags)
			if err == nil {
				t.Fatal("compiles")
			}
			assert.Equal(t, err.Error(), test.want)
			assert.Equal(t, l.field == nil, true, "no field beside an error")
		})
	}
}

type (
	badCheck       string
	oddCheck       int
	endless        []endless
	endlessMap     map[string]endlessMap
	endlessPointer *endlessPointer
	nameless       []struct{ X nameless }
)

func (badCheck) Check() string { return `pattern=^a` }
func (oddCheck) Check() string { return `maxLength=1` }

// These contain themselves through a struct with a name, from every side.
type (
	forest []trunk
	trunk  struct {
		Left, Right forest
		More        map[string]forest
	}
)

func TestRecursionFromEverySide(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	_, err := schema.Compile[forest](set)
	assert.NoError(t, err)
	_, err = schema.Compile[map[string]forest](set)
	assert.NoError(t, err)
	plan, err := schema.Compile[trunk](set)
	assert.NoError(t, err)
	got, err := plan.Decode([]byte(`{"Left":[{"Left":[],"Right":[],"More":{}}],"Right":[],"More":{}}`))
	assert.NoError(t, err)
	assert.Equal(t, len(got.Left), 1)
}

func TestGoodTags(t *testing.T) {
	for _, tags := range []string{
		``, ` `, `json:"v"`, `  json:"v"   doc:"d"  `, `json:"" check:""`, `xml:"a,b" custom.key:"x" json:"v"`, `json:"v,"`, `json:",omitempty"`,
		`doc:"a \"quoted\" word, a comma: and \\ more"`, `deprecated:"true" example:"x" default:"y"`, `check:"pattern='^\\d*$'"`,
	} {
		_, err := tryLone(stringOf, tags)
		assert.NoError(t, err, tags)
	}
}

func structOf(fields ...reflect.StructField) reflect.Type { return reflect.StructOf(fields) }

// TestMistakesInStructs compares the whole text of an error of Compile.
func TestMistakesInStructs(t *testing.T) {
	t.Run("all at once", func(t *testing.T) {
		type inner struct {
			D string `check:"nope"`
		}
		type model struct {
			_ struct{} `check:"additionalProperties=true"`
			A int      `check:"minLength=1"`
			B string   `json:"b,strings"` //nolint:staticcheck // the mistake is the point
			C inner
			E []inner
			F chan int
		}
		assert.Equal(t, compileError[model](t), `schema: compile schema_test.model: `+lines(
			`schema_test.model._: rule additionalProperties=true: want false`,
			`schema_test.model.B: json option "strings" is not supported`,
			`schema_test.model.A: rule "minLength=1" does not apply to int: its rules are le, lt, ge, gt, multipleOf, enum, const, strict, lax`,
			`schema_test.model.C: schema_test.inner.D: rule "nope" does not apply to string: its rules are trim, lower, upper, minLength, maxLength, pattern, enum, const, format`,
			`schema_test.model.F: type chan int has no JSON form here`,
		))
	})
	t.Run("defaults and examples at once", func(t *testing.T) {
		type model struct {
			A int `default:"x"`
			B struct {
				C int `json:"c" default:"0" check:"gt=0"`
			}
		}
		assert.Equal(t, compileError[model](t), `schema: compile schema_test.model: `+lines(
			`schema_test.model.A: the default x does not fit the field: want JSON, such as 5, true or ["a"]`,
			`struct.C: the default 0 does not fit the field: Input should be greater than 0`,
		))
	})
	t.Run("policy fields", func(t *testing.T) {
		type unknown struct {
			_ struct{} `check:"minLength=1"`
		}
		type several struct {
			_ struct{} `check:"additionalProperties=false|true"`
		}
		type bad struct {
			_ struct{} `check:"="`
		}
		_, err := tryLone(structOf(reflect.StructField{Name: "_", PkgPath: "p", Type: reflect.TypeFor[struct{}](), Tag: `check: "additionalProperties=false"`}), "")
		assert.Equal(t, fmt.Sprint(err), `struct._: malformed tag, so that the rest is invisible: pairs are written key:"value" with one space between them`)
		prefix := func(name string) string {
			return "schema: compile schema_test." + name + ": schema_test." + name + "._: "
		}
		assert.Equal(t, compileError[unknown](t), prefix("unknown")+`rule "minLength=1" does not apply to a struct: its rules are additionalProperties, strict, lax`)
		assert.Equal(t, compileError[several](t), prefix("several")+`rule "additionalProperties=false|true" wants one value`)
		assert.Equal(t, compileError[bad](t), prefix("bad")+`rule at character 0 of "=": want the name of a rule`)
	})
	t.Run("embedding", func(t *testing.T) {
		type one struct{ X, Y int }
		type two struct{ X, Y int }
		type clash struct {
			one
			two
		}
		type pointer struct{ *one }
		assert.Equal(t, compileError[clash](t), "schema: compile schema_test.clash: "+lines(
			`schema_test.clash: fields X and X have one name, "X"`,
			`schema_test.clash: fields Y and Y have one name, "Y"`,
		))
		for _, typ := range []reflect.Type{intOf, reflect.TypeFor[struct{}]()} { // fields without size have one place
			_, err := tryLone(structOf(
				reflect.StructField{Name: "A", Type: typ, Tag: `json:"x"`},
				reflect.StructField{Name: "B", Type: typ, Tag: `json:"x"`},
			), "")
			assert.Equal(t, fmt.Sprint(err), `struct: fields A and B have one name, "x"`)
		}
		assert.Equal(t, compileError[pointer](t), `schema: compile schema_test.pointer: schema_test.pointer.one: an embedded pointer to an unexported struct cannot be set: embed the struct`)
	})
	t.Run("a mistake in an embedded struct names that", func(t *testing.T) {
		type inner struct {
			A int `check:"nope"`
		}
		type outer struct{ inner }
		assert.Contains(t, compileError[outer](t), `schema: compile schema_test.outer: schema_test.inner.A: rule "nope" does not apply`)
	})
	t.Run("structs without a name", func(t *testing.T) {
		assert.Equal(t, compileError[struct {
			A chan int
		}](t), `schema: compile struct: struct.A: type chan int has no JSON form here`)
	})
}

// TestMistakesAreNotKept compiles the good part of a bad type, then the type again.
func TestMistakesAreNotKept(t *testing.T) {
	type good struct{ A int }
	type bad struct {
		G good
		B int `check:"nope"`
	}
	set := schema.NewSet(schema.Config{})
	for range 2 {
		_, err := schema.Compile[bad](set)
		if err == nil {
			t.Fatal("compiles")
		}
		plan, err := schema.Compile[good](set)
		assert.NoError(t, err)
		_, err = plan.Decode([]byte(`{"A":1}`))
		assert.NoError(t, err)
	}
}

func TestPresence(t *testing.T) {
	type model struct {
		T  int                  `json:"t"`
		P  *int                 `json:"p"`
		O  schema.Opt[int]      `json:"o"`
		OP schema.Opt[*int]     `json:"op"`
		L  []int                `json:"l"`
		B  bool                 `json:"b"`
		S  schema.Opt[struct{}] `json:"s"`
		D  int                  `json:"d" default:"7"`
		DP *int                 `json:"dp" default:"8"`
		DO schema.Opt[int]      `json:"do" default:"9"`
	}
	one, eight := 1, 8
	none := (*int)(nil)
	full := model{1, &one, schema.Some(1), schema.Some(&one), []int{1}, true, schema.Some(struct{}{}), 1, &one, schema.Some(1)}
	least := model{T: 0, L: []int{}, D: 7, DP: &eight, DO: schema.Some(9)}
	decodeAll(t, schema.Config{}, []row[model]{
		{name: "everything", in: `{"t":1,"p":1,"o":1,"op":1,"l":[1],"b":true,"s":{},"d":1,"dp":1,"do":1}`, want: full},
		{name: "required only, zero", in: `{"t":0,"l":[],"b":false}`, want: least},
		{name: "null where it may be", in: `{"t":0,"l":[],"b":false,"p":null,"op":null,"dp":null}`,
			want: model{L: []int{}, OP: schema.Some(none), D: 7, DO: schema.Some(9)}},
		{name: "explicit zero is no absence", in: `{"t":0,"l":[],"b":false,"d":0,"do":0,"dp":0}`,
			want: model{L: []int{}, D: 0, DP: new(int), DO: schema.Some(0)}},
		{name: "nothing", in: `{}`, issues: lines(missing(`["t"]`), missing(`["l"]`), missing(`["b"]`))},
		{name: "null where it may not be", in: `{"t":null,"o":null,"l":null,"b":null,"s":null,"d":null,"do":null}`, issues: lines(
			issue("int_type", `["t"]`, "Input should be a valid integer", `null`, ""),
			issue("int_type", `["o"]`, "Input should be a valid integer", `null`, ""),
			issue("list_type", `["l"]`, "Input should be a valid list", `null`, ""),
			issue("bool_type", `["b"]`, "Input should be a valid boolean", `null`, ""),
			issue("model_attributes_type", `["s"]`, "Input should be a valid dictionary or object to extract fields from", `null`, ""),
			issue("int_type", `["d"]`, "Input should be a valid integer", `null`, ""),
			issue("int_type", `["do"]`, "Input should be a valid integer", `null`, ""),
		)},
	})
}

// TestDefaults gives each kind of type a default and leaves it out.
func TestDefaults(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	type inner struct {
		A int   `default:"1"`
		L []int `default:"[2]"`
	}
	type model struct {
		I   int8                `default:"-1"`
		U   uint64              `default:"18446744073709551615"`
		F   float64             `default:"1.5"`
		B   bool                `default:"true"`
		S   string              `default:"a \"b\""`
		E   string              `default:""`
		T   time.Time           `default:"2026-01-02T03:04:05Z"`
		Y   []byte              `default:"YWI="`
		L   [][]int             `default:"[[1],[]]"`
		M   map[string]string   `default:"{\"a\":\"b\"}"`
		A   any                 `default:"{\"a\":[null]}"`
		N   inner               `default:"{\"A\":3}"`
		W   upper               `default:"abc"`
		R   json.RawMessage     `default:"[1]"`
		Opt schema.Opt[*string] `default:"x"`
	}
	x := "x"
	want := model{-1, 1<<64 - 1, 1.5, true, `a "b"`, "", at, []byte("ab"), [][]int{{1}, {}}, map[string]string{"a": "b"},
		map[string]any{"a": []any{nil}}, inner{3, []int{2}}, "ABC", json.RawMessage("[1]"), schema.Some(&x)}
	decodeAll(t, schema.Config{}, []row[model]{{name: "all", in: `{}`, want: want}})

	t.Run("values are not shared", func(t *testing.T) {
		plan := compile[model](t, schema.Config{})
		first, _ := plan.Decode([]byte(`{}`))
		first.L[0][0], first.M["a"], first.Y[0] = 9, "9", 9
		second, _ := plan.Decode([]byte(`{}`))
		assert.Equal(t, second, want)
	})
	t.Run("after a field that is not JSON", func(t *testing.T) { // no JSON text was ever given to the decoder
		v, issues := loneOf(t, reflect.TypeFor[[]int](), `default:"[1,2]"`).text()
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any([]int{1, 2}))
	})
	t.Run("at the limit of depth", func(t *testing.T) {
		type leaf struct {
			L [][]int `default:"[[1]]"`
			N *leaf   `json:"n"`
		}
		got, err := compile[leaf](t, schema.Config{MaxDepth: 3}).Decode([]byte(`{"n":{"n":{}}}`))
		assert.NoError(t, err)
		assert.Equal(t, got.N.N.L, [][]int{{1}})
	})
	t.Run("between repeated unknown members", func(t *testing.T) {
		type child struct {
			M map[string]int `default:"{\"z\":1}"`
		}
		type parent struct {
			C child
		}
		_, err := compile[parent](t, schema.Config{}).Decode([]byte(`{"x":1,"C":{"x":2,"y":{"x":3}},"y":4,"x":5}`))
		assert.Equal(t, issuesOf(err), issue("duplicate_member", `["x"]`, "Member should be given once", "", ""))
	})
}

func TestCompileIsSafeForConcurrentUse(t *testing.T) {
	set := schema.NewSet(schema.Config{})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 20 {
				plan, err := schema.Compile[tree](set)
				if err != nil {
					t.Error(err)
					return
				}
				in := fmt.Sprintf(`{"name":"n%d","kids":[],"map":{"a":{"name":"%s","kids":[]}}}`, i, strings.Repeat("x", i+1))
				got, err := plan.Decode([]byte(in))
				if err != nil || got.Name != fmt.Sprint("n", i) || len(got.Map["a"].Name) != i+1 {
					t.Errorf("%+v, %v", got, err)
				}
				if _, err := plan.Decode([]byte(`{"kids":[{}]}`)); strings.Count(issuesOf(err), "\n") != 2 {
					t.Error(issuesOf(err))
				}
				out, err := plan.Append(nil, &got)
				if err != nil || !strings.HasPrefix(string(out), fmt.Sprintf(`{"name":"n%d"`, i)) {
					t.Errorf("%s, %v", out, err)
				}
			}
		})
	}
	group.Wait()
}
