package schema_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// verdicts reads 1, "1" and true into the members of an object and returns what
// is said of each, - for nothing.
func verdicts[T any](t *testing.T, cfg schema.Config, members ...string) string {
	t.Helper()
	plan := compile[T](t, cfg)
	var words []string
	for _, member := range members {
		_, err := plan.Decode([]byte(member))
		words = append(words, strings.ReplaceAll("-"+typesOf(err), " ", "+"))
	}
	return strings.Join(words, " ")
}

type laxSize int

func (laxSize) Check() string { return "lax,gt=0" }

type strictFlag bool

func (strictFlag) Check() string { return "strict" }

type (
	laxPart struct {
		_ struct{} `check:"lax"`
		P int      `json:"p" default:"0"`
	}
	plainPart struct {
		Q int `json:"q" default:"0"`
	}
	strictPart struct {
		_ struct{} `check:"strict,additionalProperties=false"`
		R int      `json:"r" default:"0"`
	}
	laxModel struct {
		plainPart
		strictPart
		_     struct{}              `check:"lax"`
		N     int                   `json:"n" default:"0"`
		S     int                   `json:"s" check:"strict" default:"0"`
		List  []int                 `json:"list" default:"[]"`
		Map   map[int]bool          `json:"map" check:"keys(strict)" default:"{}"`
		Opt   schema.Opt[int]       `json:"opt"`
		Null  *int                  `json:"null"`
		Inner struct{ A int }       `json:"inner" default:"{\"A\":1}"`
		Plain schema.Opt[plainPart] `json:"plain"`
		Text  schema.Opt[string]    `json:"text"`
	}
	fieldModel struct {
		N    int                 `json:"n" check:"lax" default:"0"`
		Size laxSize             `json:"size" default:"1"`
		Flag strictFlag          `json:"flag" default:"false"`
		Each []int               `json:"each" check:"each(lax)" default:"[]"`
		Two  [1]float64          `json:"two" check:"each(lax)" default:"[0]"`
		Keys map[int]float64     `json:"keys" check:"keys(lax),values(lax)" default:"{}"`
		Else int                 `json:"else" default:"0"`
		Part schema.Opt[laxPart] `json:"part"`
	}
)

func TestWhereValuesAreCoerced(t *testing.T) {
	t.Run("a struct says it for its fields", func(t *testing.T) {
		assert.Equal(t, verdicts[laxModel](t, schema.Config{},
			`{"n":"1"}`, `{"s":"1"}`, `{"list":["1"," 2 "]}`, `{"map":{"1":"yes"}}`, `{"map":{"1.0":"yes"}}`, `{"opt":"1"}`, `{"null":"1"}`, `{"null":null}`,
			`{"inner":{"A":"1"}}`, `{"plain":{"q":"1"}}`, `{"q":"1"}`, `{"r":"1"}`, `{"text":1}`,
		), "- -int_type - - -int_parsing - - - -int_type -int_type - -int_type -string_type")
	})
	t.Run("a field or type says it", func(t *testing.T) {
		assert.Equal(t, verdicts[fieldModel](t, schema.Config{},
			`{"n":"1"}`, `{"size":"1"}`, `{"size":"0"}`, `{"flag":"yes"}`, `{"each":["1"]}`, `{"two":["1"]}`, `{"keys":{"1.0":"1"}}`, `{"else":"1"}`, `{"part":{"p":"1"}}`,
		), "- - -greater_than -bool_type - - - -int_type -")
	})
	t.Run("a set says it for the rest", func(t *testing.T) {
		assert.Equal(t, verdicts[fieldModel](t, schema.Config{Lax: true},
			`{"flag":"yes"}`, `{"else":"1"}`, `{"part":{"p":"1"}}`,
		), "-bool_type - -")
		assert.Equal(t, verdicts[laxModel](t, schema.Config{Lax: true},
			`{"s":"1"}`, `{"inner":{"A":"1"}}`, `{"plain":{"q":"1"}}`, `{"q":"1"}`, `{"r":"1"}`, `{"text":1}`, `{"map":{"1.0":true}}`,
		), "-int_type - - - -int_type -string_type -int_parsing")
	})
}

func TestAFieldIsCoercedAsItsStructSays(t *testing.T) {
	type outer struct {
		laxPart
		strictPart
		Else int
	}
	set := schema.NewSet(schema.Config{})
	for name, want := range map[string]string{"P": "", "R": "int_type", "Else": "int_type"} {
		sf, _ := reflect.TypeFor[outer]().FieldByName(name)
		f, err := set.Field(reflect.TypeFor[outer](), sf.Index)
		assert.NoError(t, err)
		d, v := set.Decoder(0), new(outer)
		f.JSON(d, v, []byte(`" 1 "`))
		assert.Equal(t, typesOf(d.Err()), want, name)
		d.Release()
	}
	type wrong struct {
		_ struct{} `check:"lax,strict"`
		A int
	}
	_, err := set.Field(reflect.TypeFor[wrong](), []int{1})
	assert.Contains(t, fmt.Sprint(err), "exclude each other")
}

func TestMistakesInCoercion(t *testing.T) {
	for rules, want := range map[string]string{
		"strict,lax":  "rules strict and lax exclude each other",
		"lax=true":    `rule "lax=true" has no value`,
		"strict=true": `rule "strict=true" has no value`,
	} {
		_, err := tryLone(intOf, `check:"`+rules+`"`)
		assert.Contains(t, fmt.Sprint(err), want)
		_, err = tryLone(structOf(reflect.StructField{Name: "_", PkgPath: "p", Type: reflect.TypeFor[struct{}](), Tag: reflect.StructTag(`check:"` + rules + `"`)}), "")
		assert.Contains(t, fmt.Sprint(err), want)
	}
	for _, typ := range types("", []byte(nil), []int(nil), plainPart{}) {
		_, err := tryLone(typ, `check:"lax"`)
		assert.Contains(t, fmt.Sprint(err), `rule "lax" does not apply`)
	}
}

func TestCoercedValues(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339Nano, s)
		assert.NoError(t, err)
		return at
	}
	for _, test := range []struct {
		json string
		want any
	}{
		{`" +1_000.00 "`, 1000}, {`"-007"`, -7}, {`true`, 1}, {`"\u0031"`, 1}, {`1e2`, 100},
		{`"255"`, uint8(255)}, {`"-0"`, uint8(0)}, {`" 1_0.5e-1 "`, 1.05}, {`false`, 0.0}, {`"+.5"`, float32(0.5)},
		{`" -1_0. "`, schema.NewDecimal(-10, 0)}, {`"1.10"`, schema.NewDecimal(110, 2)},
		{`"Yes"`, true}, {`0.0`, false}, {`1e0`, true},
		{`1601510400.000000001`, utc("2020-10-01T00:00:00.000000001Z")}, {`20000000000`, utc("2603-10-11T11:33:20Z")}, {`20000000001`, utc("1970-08-20T11:33:20.001Z")},
		{`-62135596800000`, utc("0001-01-01T00:00:00Z")}, {`1e-300`, utc("1970-01-01T00:00:00Z")}, {`"+1.5"`, utc("1970-01-01T00:00:01.5Z")},
		{`"2026-11-20 10:30"`, utc("2026-11-20T10:30:00Z")}, {`"2026-11-20_10:30:00,1234567899+0230"`, utc("2026-11-20T10:30:00.123456789+02:30")},
		{`"2026-11-20t10:30-00:00"`, utc("2026-11-20T10:30:00Z")}, {`"2026-11-20"`, utc("2026-11-20T00:00:00Z")},
		{`"2026-11-20T00:00-11:30"`, schema.Date{2026, 11, 20}}, {`86400000000`, schema.Date{1972, 9, 27}}, {`"-86400"`, schema.Date{1969, 12, 31}},
		{`86399.5`, schema.TimeOfDay{23, 59, 59, 500_000_000}}, {`"10:30:00.25-0000"`, schema.TimeOfDay{10, 30, 0, 250_000_000}},
		{`-1.5`, -1500 * time.Millisecond}, {`true`, time.Second}, {`"P1Y1M1DT0.5H"`, 396*24*time.Hour + 30*time.Minute},
		{`"-1 day, 1:02:03.5"`, -(25*time.Hour + 2*time.Minute + 3500*time.Millisecond)}, {`"2D"`, 48 * time.Hour}, {`"3 days,"`, 72 * time.Hour}, {`"+100:00"`, 100 * time.Hour},
		{`-9223372036.854775808`, time.Duration(-1 << 63)}, {`"-2562047:47:16.854775808"`, time.Duration(-1 << 63)},
	} {
		l := laxLone(t, reflect.TypeOf(test.want), "")
		got, issues := l.json(test.json)
		assert.Equal(t, issues, "", test.json)
		if at, ok := got.(time.Time); ok {
			assert.Equal(t, at.Format(time.RFC3339Nano), test.want.(time.Time).Format(time.RFC3339Nano), test.json)
			continue
		}
		assert.Equal(t, got, test.want, test.json)
	}
}

func TestValuesThatAreNotCoerced(t *testing.T) {
	const long = "000000000000000000000000000000000000000000000000000"
	for _, test := range []struct {
		typ  any
		json string
		want string
	}{
		{0, `null`, "int_type"}, {0, `"+-1"`, "int_parsing"}, {0, `"1__0"`, "int_parsing"}, {0, `"_1"`, "int_parsing"}, {0, `"1_"`, "int_parsing"}, {0, `"1."`, "int_parsing"},
		{0, `".0"`, "int_parsing"}, {0, `"1.0_0"`, "int_parsing"}, {uint8(0), `"256"`, "less_than_equal"}, {uint8(0), `"-1"`, "greater_than_equal"},
		{0.0, `"1_.5"`, "float_parsing"}, {0.0, `"Infinity"`, "finite_number"}, {0.0, `"0x1p-2"`, "float_parsing"}, {0.0, `[]`, "float_type"},
		{false, `2`, "bool_parsing"}, {false, `-1`, "bool_parsing"}, {false, `0.5`, "bool_type"}, {false, `1e400`, "bool_type"}, {false, `" yes"`, "bool_parsing"}, {false, `null`, "bool_type"},
		{schema.Decimal{}, `true`, "decimal_type"}, {schema.Decimal{}, `"-Inf"`, "finite_number"}, {schema.Decimal{}, `"."`, "decimal_parsing"}, {schema.Decimal{}, `"_"`, "decimal_parsing"},
		{time.Time{}, `true`, "datetime_type"}, {time.Time{}, `1e300`, "datetime_parsing"}, {time.Time{}, `-1e300`, "datetime_parsing"}, {time.Time{}, `1` + long + long, "datetime_parsing"},
		{time.Time{}, `"1e3"`, "datetime_from_date_parsing"}, {time.Time{}, `"` + strings.Repeat("9", 20) + `"`, "datetime_from_date_parsing"}, {time.Time{}, `"2026-11-20T10"`, "datetime_from_date_parsing"},
		{time.Time{}, `"2026-11-20T10:30+24:00"`, "datetime_from_date_parsing"}, {time.Time{}, `"2026-11-20T10:30 "`, "datetime_from_date_parsing"}, {time.Time{}, `"2026-11-20é10:30:00Z"`, "datetime_from_date_parsing"},
		{schema.Date{}, `true`, "date_type"}, {schema.Date{}, `1`, "date_from_datetime_inexact"}, {schema.Date{}, `"2026-11-20T00:00:00.1Z"`, "date_from_datetime_inexact"}, {schema.Date{}, `-62167219200000`, "date_from_datetime_parsing"},
		{schema.Date{}, `1e300`, "date_from_datetime_parsing"}, {schema.Date{}, `"` + strings.Repeat("9", 20) + `"`, "date_from_datetime_parsing"},
		{schema.TimeOfDay{}, `86400`, "time_parsing"}, {schema.TimeOfDay{}, `-0.1`, "time_parsing"}, {schema.TimeOfDay{}, `"10:30:00."`, "time_parsing"}, {schema.TimeOfDay{}, `"10:30+01:00"`, "time_parsing"}, {schema.TimeOfDay{}, `"3600"`, "time_parsing"},
		{time.Duration(0), `1e300`, "time_delta_parsing"}, {time.Duration(0), `"1"`, "time_delta_parsing"}, {time.Duration(0), `"1 dayss"`, "time_delta_parsing"}, {time.Duration(0), `"1 day2:00"`, "time_delta_parsing"}, {time.Duration(0), `"1 day 2:60"`, "time_delta_parsing"},
		{time.Duration(0), `"10:00x"`, "time_delta_parsing"}, {time.Duration(0), `""`, "time_delta_parsing"}, {time.Duration(0), `"-"`, "time_delta_parsing"}, {time.Duration(0), `"1 day x:00"`, "time_delta_parsing"}, {time.Duration(0), `"999999 days"`, "time_delta_parsing"},
		{time.Duration(0), `"P1M1Y"`, "time_delta_parsing"}, {time.Duration(0), `"` + long + `9999999:00"`, "time_delta_parsing"},
		{"", `1`, "string_type"}, {"", `true`, "string_type"}, {[]byte(nil), `1`, "bytes_type"}, {[]int(nil), `"1"`, "list_type"}, {[]int(nil), `1`, "list_type"},
	} {
		_, issues := laxLone(t, reflect.TypeOf(test.typ), "").json(test.json)
		assert.Equal(t, issueTypes(issues), test.want, fmt.Sprintf("%T", test.typ), test.json)
	}
	_, issues := laxLone(t, reflect.TypeFor[int](), "").json(`"x"`)
	assert.Equal(t, issues, issue("int_parsing", `["v"]`, "Input should be a valid integer, unable to parse string as an integer", `"x"`, ""))
	for _, bad := range []string{`"1`, `"\ud800"`, `01`, `truth`, `1.`} {
		_, issues := laxLone(t, reflect.TypeFor[time.Duration](), "").json(bad)
		assert.Equal(t, issueTypes(issues), "json_invalid", bad)
	}
	_, issues = laxLone(t, reflect.TypeFor[int](), "").text("1\xff")
	assert.Equal(t, issueTypes(issues), "string_type")
}

func TestCoercionAndOtherParts(t *testing.T) {
	type model struct {
		Quoted int                `json:"quoted,string" check:"lax,ge=0" default:"1"`
		Maybe  *int               `json:"maybe,string"`
		Day    weekday            `json:"day" default:"1"`
		Soft   int                `json:"soft" check:"strict?,ge=5?" default:"7"`
		Secret schema.Secret[int] `json:"secret" default:"1"`
	}
	set := schema.NewSet(schema.Config{Lax: true})
	plan, err := schema.Compile[model](set)
	assert.NoError(t, err)
	for in, want := range map[string]string{
		`{"quoted":2,"maybe":"3"}`:                 `{"quoted":"2","maybe":"3","day":1,"soft":7,"secret":"**********"}`,
		`{"quoted":" 2 ","maybe":3.0,"day":"7"}`:   `{"quoted":"2","maybe":"3","day":7,"soft":7,"secret":"**********"}`,
		`{"maybe":null,"soft":"4","secret":" 5 "}`: `{"quoted":"1","maybe":null,"day":1,"soft":4,"secret":"**********"}`,
		`{"soft":"8"}`: `{"quoted":"1","maybe":null,"day":1,"soft":8,"secret":"**********"}`,
	} {
		v, err := plan.Decode([]byte(in))
		assert.NoError(t, err, in)
		out, err := plan.Append(nil, &v)
		assert.NoError(t, err, in)
		assert.Equal(t, string(out), want, in)
	}
	_, err = plan.Decode([]byte(`{"quoted":"-1","day":"3","secret":"x"}`))
	assert.Equal(t, typesOf(err), "greater_than_equal enum int_parsing")
	assert.Equal(t, fmt.Sprint(set.Reports()), "[{schema_test.model.Soft strict 2} {schema_test.model.Soft ge=5 1}]")
}

// TestTagsAreNotCoerced: the document shows them beside the schema of the type.
func TestTagsAreNotCoerced(t *testing.T) {
	for _, tags := range []string{`default:"\"1\""`, `default:"true"`, `example:"\"1\""`, `examples:"1|\"2\""`} {
		_, err := tryLone(reflect.TypeFor[int](), `check:"lax" `+tags)
		assert.Contains(t, fmt.Sprint(err), "does not fit the field")
	}
	_, err := tryLone(reflect.TypeFor[schema.Date](), `check:"lax" default:"0"`)
	assert.Contains(t, fmt.Sprint(err), "does not fit the field")
}

// TestTheSchemaOfACoercedType is that of the strict one, as FastAPI has it.
func TestTheSchemaOfACoercedType(t *testing.T) {
	strict, lax := schema.NewSchemas("#/"), schema.NewSchemas("#/")
	compile[laxValues](t, schema.Config{}).InputSchema(strict)
	compile[laxValues](t, schema.Config{Lax: true}).InputSchema(lax)
	assert.Equal(t, components(t, lax), components(t, strict))
}

// laxValues has a member of each type that is coerced.
type laxValues struct {
	I schema.Opt[int64]            `json:"i" check:"ge=-1000000"`
	U schema.Opt[uint8]            `json:"u"`
	F schema.Opt[float64]          `json:"f"`
	B schema.Opt[bool]             `json:"b"`
	D schema.Opt[schema.Decimal]   `json:"d"`
	T schema.Opt[time.Time]        `json:"t"`
	E schema.Opt[schema.Date]      `json:"e"`
	C schema.Opt[schema.TimeOfDay] `json:"c"`
	P schema.Opt[time.Duration]    `json:"p"`
}

// FuzzLax: what a strict plan accepts, a lax one accepts as the same value, and
// what a lax one accepts it writes so that a strict one reads it as that value.
func FuzzLax(f *testing.F) {
	for _, seed := range []string{
		`{"i":"1_0.0","u":true,"f":" 1e3","b":"on","d":" 1_0. ","t":1.5,"e":86400,"c":0,"p":"1 day, 2:00:00"}`,
		`{"i":1.0,"u":1,"f":1,"b":true,"d":"1","t":"2026-11-20T10:30:00.5+01:00","e":"2026-11-20","c":"10:30","p":"P1W"}`,
		`{"t":"2026-11-20 10:30-0000","e":"2026-11-20T00:00","c":"10:30:00,1Z","p":"P1Y1M0.5D"}`,
		`{"t":"1970-01-01","e":"0","p":-0.5}`, `{"t":-1e10,"p":"-26:00"}`, `{"t":"2026-11-20T10:30:00.123456789123Z"}`,
	} {
		f.Add([]byte(seed))
	}
	strict, lax := compile[laxValues](f, schema.Config{}), compile[laxValues](f, schema.Config{Lax: true})
	f.Fuzz(func(t *testing.T, data []byte) {
		want, strictErr := strict.Decode(data)
		got, err := lax.Decode(data)
		switch {
		case strictErr == nil && err != nil:
			t.Fatalf("%q: only the strict plan accepts it: %v", data, err)
		case err != nil:
			return
		case strictErr == nil:
			assert.Equal(t, got, want, string(data))
		}
		text, err := lax.Append(nil, &got)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		again, err := strict.Decode(text)
		if err != nil {
			t.Fatalf("%q: its answer %s is not strict: %v", data, text, err)
		}
		out, err := strict.Append(nil, &again)
		assert.NoError(t, err)
		assert.Equal(t, string(out), string(text))
	})
}
