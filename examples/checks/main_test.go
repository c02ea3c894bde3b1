package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/checks.md")
	assert.NoError(t, err)
	return string(text)
}

// config has a clock that stands.
func config() schema.Config {
	return schema.Config{Now: func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }}
}

const (
	good = `{"name":" Ann ","email":"ANN@example.com","plan":"pay as you go","age":20,"coupon":"x-1234","phone":"ext 5"}`
	bad  = `{"name":"  ","email":"ann","plan":"gold","age":17,"tags":["go","go"],"labels":{"too-long-key":""},"born":"2026-11-20","coupon":"x"}`
)

func TestSignup(t *testing.T) {
	var b strings.Builder
	assert.NoError(t, check(&b, config(), good))
	out, report, _ := strings.Cut(strings.TrimSpace(b.String()), "\n")
	assert.Contains(t, page(t), "```json\n"+good+"\n"+out+"\n"+bad+"\n```")
	assert.Contains(t, page(t), "`"+report+"`")

	b.Reset()
	assert.NoError(t, check(&b, config(), bad))
	out, _, _ = strings.Cut(b.String(), "main.Signup.Phone")
	assert.Contains(t, page(t), "```text\n"+out+"```")
}

func TestValidator(t *testing.T) {
	const rest = `{"name":"Ann","email":"a@example.com","plan":"free","age":18,"stay":`
	for stay, want := range map[string]string{
		`{"from":"2026-11-20","until":"2026-11-20"}`: "before_from             stay.until: Until should be after from\n",
		`{"from":"2026-11-20","until":"2026-11-31"}`: "date_from_datetime_parsing stay.until: Input should be a valid date or datetime, day value is outside expected range\n",
	} {
		var b strings.Builder
		assert.NoError(t, check(&b, config(), rest+stay+"}"))
		out, _, _ := strings.Cut(b.String(), "main.Signup.Phone")
		assert.Equal(t, out, want)
	}
	assert.Contains(t, page(t), "`stay.until: Until should be after from`")
}

func TestGerman(t *testing.T) {
	cfg := config()
	cfg.Message = german
	var b strings.Builder
	assert.NoError(t, check(&b, cfg, `{"name":"","email":"a@example.com","age":17}`))
	out, _, _ := strings.Cut(b.String(), "main.Signup.Phone")
	assert.Equal(t, out, `string_too_short        name: String should have at least 1 character
missing                 plan: Pflichtfeld
greater_than_equal      age: Mindestens 18
`)
}

// An application words what it finds itself, and what its handlers find.
func TestGermanInAnApplication(t *testing.T) {
	type in struct {
		Age int `query:"age" check:"ge=18"`
	}
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Schema: schema.Config{Message: german}}, func(r *tenon.Router) {
		tenon.Get(r, "/", func(_ context.Context, in *in) (tenon.NoContent, error) {
			return tenon.NoContent{}, tenon.Invalid(in, &in.Age, "taken", "English")
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	for target, want := range map[string]string{"/?age=17": "Mindestens 18", "/": "Pflichtfeld", "/?age=18": "Vergeben"} {
		assert.Equal(t, c.Problem(c.Do(http.MethodGet, target, "")).Issues[0].Msg, want, target)
	}
}

// field compiles a field with rules and returns what it says of a JSON text.
func field(v any, rule, text string) (typ, keywords string, err error) {
	set := schema.NewSet(config())
	t := reflect.StructOf([]reflect.StructField{{Name: "V", Type: reflect.TypeOf(v), Tag: reflect.StructTag(`check:"` + rule + `"`)}})
	f, err := set.Field(t, []int{0})
	if err != nil {
		return "", "", err
	}
	d := set.Decoder(0)
	defer d.Release()
	f.JSON(d, reflect.New(t).Interface(), []byte(text))
	if e, ok := errors.AsType[*schema.Error](d.Err()); ok {
		typ = e.Issues[0].Type
	}
	described, err := json.Marshal(schema.NewSchemas("").Input(f))
	return typ, string(described), err
}

func TestTableOfRules(t *testing.T) {
	for _, row := range []struct {
		v               any
		rule, bad       string // examples
		name, typ, word string // cells; "" is none
	}{
		{0, "gt=0", "0", "gt", "greater_than", "exclusiveMinimum"},
		{0, "ge=1", "0", "ge", "greater_than_equal", "minimum"},
		{0, "lt=0", "0", "lt", "less_than", "exclusiveMaximum"},
		{0, "le=1", "2", "le", "less_than_equal", "maximum"},
		{0.5, "multipleOf=0.1", "0.25", "multipleOf", "multiple_of", "multipleOf"},
		{0, "enum=1|2", "3", "enum", "literal_error", "enum"},
		{"", "const=a", `"c"`, "const", "literal_error", "const"},
		{"", "minLength=2", `"a"`, "minLength", "string_too_short", "minLength"},
		{"", "maxLength=2", `"abc"`, "maxLength", "string_too_long", "maxLength"},
		{"", "pattern='^[a-z]+$'", `"A"`, "pattern", "string_pattern_mismatch", "pattern"},
		{[]byte{}, "minLength=2", `"YQ=="`, "minLength", "bytes_too_short", "minLength"},
		{[]byte{}, "maxLength=2", `"YWJj"`, "maxLength", "bytes_too_long", "maxLength"},
		{[]int{}, "minItems=1", `[]`, "minItems", "too_short", "minItems"},
		{[]int{}, "maxItems=1", `[1,2]`, "maxItems", "too_long", "maxItems"},
		{[]int{}, "uniqueItems", `[1,1]`, "uniqueItems", "unique_items", "uniqueItems"},
		{[]int{}, "each(ge=1)", `[0]`, "each(…)", "", "items"},
		{map[string]int{}, "minProperties=1", `{}`, "minProperties", "too_short", "minProperties"},
		{map[string]int{}, "maxProperties=1", `{"a":1,"b":2}`, "maxProperties", "too_long", "maxProperties"},
		{map[string]int{}, "keys(maxLength=1)", `{"ab":1}`, "keys(…)", "", "propertyNames"},
		{map[string]int{}, "values(ge=1)", `{"a":0}`, "values(…)", "", "additionalProperties"},
		{time.Time{}, "lt=now", `"2026-11-20T12:00:00Z"`, "lt le=now", "datetime_past", ""},
		{time.Time{}, "ge=now", `"2026-11-20T11:00:00Z"`, "gt ge=now", "datetime_future", ""},
		{schema.Date{}, "le=now", `"2026-11-21"`, "lt le=now", "date_past", ""},
		{schema.Date{}, "gt=now", `"2026-11-20"`, "gt ge=now", "date_future", ""},
		{time.Duration(0), "le=PT1H", `"PT2H"`, "le", "less_than_equal", ""},
		{netip.Addr{}, "ge=10.0.0.0", `"9.0.0.0"`, "ge", "greater_than_equal", ""},
		{schema.Decimal{}, "gt=0", "0", "gt", "greater_than", "exclusiveMinimum"},
		{schema.Decimal{}, "maxDigits=3", "1234", "maxDigits", "decimal_max_digits", "exclusiveMaximum"},
		{schema.Decimal{}, "decimalPlaces=2", "0.001", "decimalPlaces", "decimal_max_places", "multipleOf"},
	} {
		typ, described, err := field(row.v, row.rule, row.bad)
		assert.NoError(t, err, row.rule)
		assert.Equal(t, typ != "", true, row.rule)
		if row.typ != "" {
			assert.Equal(t, typ, row.typ, row.rule)
		}
		if row.word != "" {
			assert.Contains(t, described, `"`+row.word+`":`, row.rule)
		}
		for _, word := range []string{"inimum", "aximum", "minLength", "maxLength"} {
			assert.Equal(t, row.word == "" && strings.Contains(described, word), false, row.rule)
		}
		for _, cell := range append(strings.Fields(row.name), row.typ, row.word) {
			assert.Equal(t, cell == "" || strings.Contains(page(t), "`"+cell+"`"), true, cell, "is not in the page")
		}
	}
}

func TestFormats(t *testing.T) {
	for format, want := range map[string]string{
		"uuid": "uuid_parsing", "email": "value_error", "hostname": "value_error", "uri": "url_parsing", "ipv4": "ip_v4_address", "ipv6": "ip_v6_address",
		"date": "date_from_datetime_parsing", "date-time": "datetime_parsing", "time": "time_parsing", "duration": "time_delta_parsing", "byte": "base64_decode",
	} {
		typ, described, err := field("", "format="+format, `"?"`)
		assert.NoError(t, err)
		assert.Equal(t, typ, want, format)
		if format == "byte" {
			assert.Contains(t, described, `"contentEncoding":"base64"`)
		} else {
			assert.Contains(t, described, `"format":"`+format+`"`)
		}
		assert.Contains(t, page(t), "`"+format+"` ")
		assert.Contains(t, page(t), "`"+want+"`")
	}
}

func TestMistakes(t *testing.T) {
	for _, row := range []struct {
		v    any
		rule string
		want string
	}{
		{"", "minLenght=2", `rule "minLenght=2" does not apply to string: did you mean minLength?`},
		{"", "required", `rule "required" does not apply to string: a field must be given, and not be null, unless it is an Opt, a pointer or has a default`},
		{"", "enum=a,b", "values are separated by bars: enum=a|b"},
		{[]string{}, "maxLength=1", `rule "maxLength=1" does not apply to []string: its rules are minItems, maxItems, uniqueItems, each`},
		{"", "pattern=^a$", "a pattern stands in single quotes: pattern='^[a-z]+$'"},
		{"", "minLength=1, maxLength=2", "want the name of a rule"},
		{0, "ge=5,le=3", "the bounds leave no valid value"},
		{Coupon(""), "pattern='^A'", `rule "pattern" is given by the type and by the tag`},
	} {
		_, _, err := field(row.v, row.rule, "0")
		assert.Contains(t, fmt.Sprint(err), row.want, row.rule)
		assert.Contains(t, page(t), "| `"+row.rule+"` | `"+row.want+"` |")
	}
	_, _, err := field(schema.Decimal{}, "enum=1|2", "1")
	assert.Equal(t, err != nil, true, "enum of a Decimal")
	_, _, err = field([2]int{}, "uniqueItems", "[1,2]")
	assert.Equal(t, err != nil, true, "uniqueItems of an array")
	typ, _, err := field(Coupon(""), "maxLength=6", `"xx-1234"`)
	assert.NoError(t, err)
	assert.Equal(t, typ, "string_too_long", "the rules of the type and of the tag add up")
}
