package schema_test

import (
	"errors"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

var (
	dateOf     = reflect.TypeFor[schema.Date]()
	clockOf    = reflect.TypeFor[schema.TimeOfDay]()
	decimalOf  = reflect.TypeFor[schema.Decimal]()
	durationOf = reflect.TypeFor[time.Duration]()
	timeOf     = reflect.TypeFor[time.Time]()
	addrOf     = reflect.TypeFor[netip.Addr]()
	prefixOf   = reflect.TypeFor[netip.Prefix]()
	urlOf      = reflect.TypeFor[url.URL]()
	textOf     = reflect.TypeFor[schema.Text]()
)

// anyDecimal is the schema of a decimal that is read as a number or in a string.
func anyDecimal(number string) string {
	return `{"anyOf":[` + number + `,{"type":"string","pattern":"^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$",` +
		`"contentMediaType":"application/json","contentSchema":` + number + `}]}`
}

// both reads a text as a JSON string and as text, which must come to the same.
func (l lone) both(t *testing.T, text string) (any, string) {
	t.Helper()
	fromJSON, inJSON := l.json(quote(text))
	fromText, inText := l.text(text)
	assert.Equal(t, inText, inJSON, text)
	assert.Equal(t, fromText, fromJSON, text)
	return fromJSON, inJSON
}

// write is the JSON of a value of the field.
func (l lone) write(v any) (string, error) {
	owner := reflect.New(l.owner)
	owner.Elem().Field(0).Set(reflect.ValueOf(v))
	out, err := l.field.AppendJSON(nil, owner.Interface())
	return string(out), err
}

// wrong is an issue at v, whose reason is in ctx too.
func wrong(typ, msg, reason, input string) string {
	return issue(typ, `["v"]`, msg+reason, quote(input), `{"error":`+quote(reason)+`}`)
}

// schemasOf are the schemas of a field in both directions.
func schemasOf(t *testing.T, typ reflect.Type, tags string) (in, out string) {
	t.Helper()
	l := loneOf(t, typ, tags)
	all := schema.NewSchemas("#/")
	s, o := all.Input(l.field), all.Output(l.field)
	components(t, all)
	return schemaText(t, s), schemaText(t, o)
}

func TestValueSchemas(t *testing.T) {
	const (
		clock = `T([0-9]+H([0-9]+M)?([0-9]+(\\.[0-9]{1,9})?S)?|[0-9]+M([0-9]+(\\.[0-9]{1,9})?S)?|[0-9]+(\\.[0-9]{1,9})?S)`
	)
	for _, test := range []struct {
		name    string
		typ     reflect.Type
		tags    string
		in, out string // out is "" where it is in
	}{
		{"time", timeOf, `check:"le=now"`, `{"type":"string","format":"date-time"}`, ""},
		{"date", dateOf, `check:"ge=2026-01-01"`, `{"type":"string","format":"date"}`, ""},
		{"time of day", clockOf, ``, `{"type":"string","pattern":"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?$"}`, ""},
		{"duration", durationOf, ``, `{"type":"string","pattern":"^[-+]?P(([0-9]+W([0-9]+D)?|[0-9]+D)(` + clock + `)?|` + clock + `)$"}`, ""},
		{"decimal", decimalOf, ``, anyDecimal(`{"type":"number"}`), `{"type":"number"}`},
		{"decimal with rules", decimalOf, `check:"gt=0,le=9.99,multipleOf=0.01,maxDigits=3"`, anyDecimal(`{"type":"number","multipleOf":0.01,"exclusiveMinimum":0,"maximum":9.99}`), `{"type":"number","multipleOf":0.01,"exclusiveMinimum":0,"maximum":9.99}`},
		{"decimal with other bounds", decimalOf, `check:"ge=0,lt=10"`, anyDecimal(`{"type":"number","minimum":0,"exclusiveMaximum":10}`), `{"type":"number","minimum":0,"exclusiveMaximum":10}`},
		{"decimal with places", decimalOf, `check:"decimalPlaces=2"`, anyDecimal(`{"type":"number","multipleOf":0.01}`), `{"type":"number","multipleOf":0.01}`},
		{"decimal with digits", decimalOf, `check:"maxDigits=3"`, anyDecimal(`{"type":"number","multipleOf":0.001,"exclusiveMinimum":-1000,"exclusiveMaximum":1000}`), `{"type":"number","multipleOf":0.001,"exclusiveMinimum":-1000,"exclusiveMaximum":1000}`},
		{"decimal with digits and places", decimalOf, `check:"maxDigits=5,decimalPlaces=2,le=5000"`, anyDecimal(`{"type":"number","multipleOf":0.01,"exclusiveMinimum":-1000,"maximum":5000,"exclusiveMaximum":1000}`), `{"type":"number","multipleOf":0.01,"exclusiveMinimum":-1000,"maximum":5000,"exclusiveMaximum":1000}`},
		{"decimal with fewer digits than places", decimalOf, `check:"maxDigits=1,decimalPlaces=2"`, anyDecimal(`{"type":"number","multipleOf":0.1,"exclusiveMinimum":-1,"exclusiveMaximum":1}`), `{"type":"number","multipleOf":0.1,"exclusiveMinimum":-1,"exclusiveMaximum":1}`},
		{"decimal with whole numbers", decimalOf, `check:"decimalPlaces=0"`, anyDecimal(`{"type":"number","multipleOf":1}`), `{"type":"number","multipleOf":1}`},
		{"decimal with a step between its places", decimalOf, `check:"multipleOf=0.025,decimalPlaces=2"`, anyDecimal(`{"type":"number","multipleOf":0.05}`), `{"type":"number","multipleOf":0.05}`},
		{"decimal with a step and no places", decimalOf, `check:"multipleOf=2.5,decimalPlaces=0"`, anyDecimal(`{"type":"number","multipleOf":5}`), `{"type":"number","multipleOf":5}`},
		{"decimal with more digits than there are", decimalOf, `check:"maxDigits=200"`, anyDecimal(`{"type":"number"}`), `{"type":"number"}`},
		{"address", addrOf, ``, `{"type":"string","anyOf":[{"format":"ipv4"},{"format":"ipv6"}]}`, ""},
		{"URL", urlOf, ``, `{"type":"string","format":"uri"}`, ""},
		{"text as bytes", textOf, `check:"minLength=5,maxLength=9"`, `{"type":"string","minLength":2,"maxLength":9}`, ""},
		{"bytes", reflect.TypeFor[[]byte](), `check:"minLength=3,maxLength=4"`, `{"type":"string","minLength":4,"maxLength":8,"contentEncoding":"base64"}`, ""},
		{"no bytes", reflect.TypeFor[[]byte](), `check:"maxLength=0"`, `{"type":"string","maxLength":0,"contentEncoding":"base64"}`, ""},
		{"byte", stringOf, `check:"format=byte"`, `{"type":"string","contentEncoding":"base64"}`, ""},
		{"constant string", stringOf, `check:"const='a,b'"`, `{"type":"string","const":"a,b"}`, ""},
		{"constant number", intOf, `check:"const=7"`, `{"type":"integer","format":"int64","const":7}`, ""},
		{"Null", reflect.TypeFor[schema.Null[bool]](), ``, `{"anyOf":[{"type":"boolean"},{"type":"null"}]}`, ""},
		{"secret", reflect.TypeFor[schema.Secret[string]](), `check:"minLength=8"`, `{"type":"string","format":"password","minLength":8,"writeOnly":true}`, ""},
		{"secret with a format", reflect.TypeFor[schema.Secret[string]](), `check:"format=uuid"`, `{"type":"string","format":"uuid","writeOnly":true}`, ""},
		{"secret number", reflect.TypeFor[schema.Secret[int]](), ``, `{"type":"integer","format":"int64","writeOnly":true}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			in, out := schemasOf(t, test.typ, test.tags)
			assert.Equal(t, in, test.in)
			if test.out == "" {
				test.out = test.in
			}
			assert.Equal(t, out, test.out, "output")
		})
	}
	t.Run("every format", func(t *testing.T) {
		for _, name := range []string{"uuid", "email", "uri", "hostname", "ipv4", "ipv6", "date", "date-time", "time", "duration"} {
			in, _ := schemasOf(t, stringOf, `check:"format=`+name+`"`)
			assert.Equal(t, in, `{"type":"string","format":"`+name+`"}`)
		}
	})
}

// TestWrongJSONTypes gives each kind values of other types.
func TestWrongJSONTypes(t *testing.T) {
	for _, test := range []struct {
		typ      reflect.Type
		kind     string
		msg      string
		noNumber bool
	}{
		{timeOf, "datetime_type", "Input should be a valid datetime", true},
		{dateOf, "date_type", "Input should be a valid date", true},
		{clockOf, "time_type", "Input should be a valid time", true},
		{durationOf, "time_delta_type", "Input should be a valid timedelta", true},
		{decimalOf, "decimal_type", "Decimal input should be an integer, float, string or Decimal object", false},
		{addrOf, "ip_any_address", "value is not a valid IPv4 or IPv6 address", true},
		{prefixOf, "ip_any_network", "value is not a valid IPv4 or IPv6 network", true},
		{urlOf, "url_type", "URL input should be a string or URL", true},
		{textOf, "bytes_type", "Input should be a valid bytes", true},
	} {
		t.Run(test.kind, func(t *testing.T) {
			l := loneOf(t, test.typ, "")
			for in, echo := range map[string]string{`null`: `null`, `true`: `true`, `[1]`: "", `{}`: "", `7`: `7`, `-7`: `-7`} {
				if _, err := strconv.Atoi(in); err == nil && !test.noNumber {
					continue
				}
				_, issues := l.json(in)
				assert.Equal(t, issues, issue(test.kind, `["v"]`, test.msg, echo, ""), in)
			}
			for _, in := range []string{``, `"`, `"\x"`, `"a" b`, "\"\xff\"", `[`} {
				_, issues := l.json(in)
				assert.Contains(t, issues, "malformed", in)
			}
			_, issues := l.text("\xff")
			assert.Equal(t, issues, issue("string_type", `["v"]`, "Input should be a valid string", "", ""))
		})
	}
	_, issues := loneOf(t, decimalOf, "").json(`-`)
	assert.Contains(t, issues, "malformed")
}

// TestBoundsOfValues stands on both sides of each bound.
func TestBoundsOfValues(t *testing.T) {
	values := map[string][3]string{ // below, at and above
		"date":       {"2026-11-19", "2026-11-20", "2026-11-21"},
		"time":       {"2026-11-20T11:59:59.999999999Z", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000000001Z"},
		"zone":       {"2026-11-20T13:59:59+02:00", "2026-11-20T12:00:00Z", "2026-11-20T11:00:01-01:00"},
		"time_of_da": {"17:29:59.999999999", "17:30", "17:30:00.000000001"},
		"duration":   {"PT59M59.999999999S", "PT1H", "PT1H0.000000001S"},
		"decimal":    {"9.989", "9.99", "9.991"},
		"address":    {"10.0.0.1", "10.0.0.2", "10.0.0.3"},
		"network":    {"10.0.0.0/8", "10.1.0.0/16", "11.0.0.0/8"},
		"version":    {"v1", "v2", "v3"},
		"rank":       {"g1", "g2", "g3"},
		"pointed":    {"p1", "p2", "p3"},
	}
	types := map[string]reflect.Type{
		"date": dateOf, "time": timeOf, "zone": timeOf, "time_of_da": clockOf, "duration": durationOf, "decimal": decimalOf, "address": addrOf, "network": prefixOf,
		"version": reflect.TypeFor[version](), "rank": reflect.TypeFor[rank](), "pointed": reflect.TypeFor[pointed](),
	}
	rules := map[string]struct {
		typ, words string
		good       [3]bool
	}{
		"le": {"less_than_equal", "less than or equal to", [3]bool{true, true, false}},
		"lt": {"less_than", "less than", [3]bool{true, false, false}},
		"ge": {"greater_than_equal", "greater than or equal to", [3]bool{false, true, true}},
		"gt": {"greater_than", "greater than", [3]bool{false, false, true}},
	}
	for kind, three := range values {
		for rule, want := range rules {
			t.Run(kind+" "+rule, func(t *testing.T) {
				l := loneOf(t, types[kind], `check:"`+rule+`=`+three[1]+`"`)
				ctx := quote(three[1])
				if kind == "decimal" {
					ctx = three[1]
				}
				for i, text := range three {
					_, got := l.both(t, text)
					if want.good[i] {
						assert.Equal(t, got, "", text)
						continue
					}
					assert.Equal(t, got, issue(want.typ, `["v"]`, "Input should be "+want.words+" "+three[1], quote(text), `{"`+rule+`":`+ctx+`}`))
				}
			})
		}
	}
	t.Run("a bound also holds inside", func(t *testing.T) {
		_, got := loneOf(t, reflect.TypeFor[[]schema.Date](), `check:"each(ge=2026-01-01)"`).json(`["2026-01-01","2025-12-31"]`)
		assert.Equal(t, got, issue("greater_than_equal", `["v",1]`, "Input should be greater than or equal to 2026-01-01", `"2025-12-31"`, `{"ge":"2026-01-01"}`))
		_, got = loneOf(t, reflect.TypeFor[schema.Opt[*time.Duration]](), `check:"le=PT1M"`).json(`"PT61S"`)
		assert.Contains(t, got, "less_than_equal")
	})
	t.Run("a decimal as a number", func(t *testing.T) {
		_, got := loneOf(t, decimalOf, `check:"lt=10"`).json(`10.0`)
		assert.Equal(t, got, issue("less_than", `["v"]`, "Input should be less than 10", `10.0`, `{"lt":10}`))
	})
}

// version is a text type with an order, rank has it on pointers, pointed between pointers.
type (
	version string
	rank    string
	pointed string
)

func readLetter(letter, text string) (string, error) {
	if !strings.HasPrefix(text, letter) {
		return "", errors.New("not for clients")
	}
	return text, nil
}

func (v *version) UnmarshalText(text []byte) error {
	s, err := readLetter("v", string(text))
	*v = version(s)
	return err
}
func (v version) MarshalText() ([]byte, error) { return []byte(v), nil }
func (v version) Compare(w version) int        { return strings.Compare(string(v), string(w)) }

func (g *rank) UnmarshalText(text []byte) error {
	s, err := readLetter("g", string(text))
	*g = rank(s)
	return err
}
func (g *rank) Compare(h rank) int { return strings.Compare(string(*g), string(h)) }

func (p *pointed) UnmarshalText(text []byte) error {
	s, err := readLetter("p", string(text))
	*p = pointed(s)
	return err
}
func (p *pointed) Cmp(q *pointed) int { return strings.Compare(string(*p), string(*q)) }

// unordered has a method Compare that is none, onlyWrites nothing that reads a bound.
type (
	unordered  string
	crossed    string // cannot be compared with itself
	onlyWrites string
)

func (m *crossed) UnmarshalText(text []byte) error { *m = crossed(text); return nil }
func (crossed) Cmp(string) int                     { return 0 }

func (u *unordered) UnmarshalText(text []byte) error { *u = unordered(text); return nil }
func (unordered) Compare(string) bool                { return true }
func (unordered) Cmp(string) int                     { return 0 }

func (onlyWrites) MarshalText() ([]byte, error) { return nil, nil }
func (onlyWrites) Compare(onlyWrites) int       { return 0 }

// TestNow stands on both sides of the clock.
func TestNow(t *testing.T) {
	now := time.Date(2026, 11, 20, 23, 30, 0, 0, time.FixedZone("", -3600)) // the 21st in UTC
	cfg := schema.Config{Now: func() time.Time { return now }}
	type past struct {
		Le schema.Opt[time.Time]   `json:"le" check:"le=now"`
		Lt schema.Opt[time.Time]   `json:"lt" check:"lt=now"`
		Ge schema.Opt[time.Time]   `json:"ge" check:"ge=now"`
		Gt schema.Opt[time.Time]   `json:"gt" check:"gt=now"`
		DL schema.Opt[schema.Date] `json:"dle" check:"le=now"`
		Dl schema.Opt[schema.Date] `json:"dlt" check:"lt=now"`
		DG schema.Opt[schema.Date] `json:"dge" check:"ge=now"`
		Dg schema.Opt[schema.Date] `json:"dgt" check:"gt=now"`
	}
	plan := compile[past](t, cfg)
	before, at, after := "2026-11-21T00:29:59.999999999Z", "2026-11-21T00:30:00Z", "2026-11-20T23:30:00.000000001-01:00"
	for _, test := range []struct{ name, value, want string }{
		{"le", before, ""}, {"le", at, ""}, {"le", after, "datetime_past|Input should be in the past"},
		{"lt", before, ""}, {"lt", at, "datetime_past|Input should be in the past"},
		{"ge", before, "datetime_future|Input should be in the future"}, {"ge", at, ""}, {"ge", after, ""},
		{"gt", at, "datetime_future|Input should be in the future"}, {"gt", after, ""},
		{"dle", "2026-11-21", ""}, {"dle", "2026-11-22", "date_past|Date should be in the past"},
		{"dlt", "2026-11-20", ""}, {"dlt", "2026-11-21", "date_past|Date should be in the past"},
		{"dge", "2026-11-20", "date_future|Date should be in the future"}, {"dge", "2026-11-21", ""},
		{"dgt", "2026-11-21", "date_future|Date should be in the future"}, {"dgt", "2026-11-22", ""},
	} {
		t.Run(test.name+" "+test.value, func(t *testing.T) {
			_, err := plan.Decode([]byte(`{"` + test.name + `":"` + test.value + `"}`))
			want := ""
			if typ, msg, bad := strings.Cut(test.want, "|"); bad {
				want = issue(typ, `["`+test.name+`"]`, msg, quote(test.value), "")
			}
			assert.Equal(t, issuesOf(err), want)
		})
	}
	t.Run("the clock is asked each time", func(t *testing.T) {
		_, err := plan.Decode([]byte(`{"le":"2026-11-21T00:30:01Z"}`))
		assert.Contains(t, issuesOf(err), "datetime_past")
		now = now.Add(time.Second)
		_, err = plan.Decode([]byte(`{"le":"2026-11-21T00:30:01Z"}`))
		assert.Equal(t, issuesOf(err), "")
	})
	t.Run("the standard clock", func(t *testing.T) {
		_, issues := loneOf(t, timeOf, `check:"lt=now"`).text("2020-01-01T00:00:00Z")
		assert.Equal(t, issues, "")
	})
}

func TestMistakesInRulesOfValues(t *testing.T) {
	for _, test := range []struct {
		name  string
		typ   reflect.Type
		check string
		want  string // in the error
	}{
		{"bound that is no date", dateOf, `ge=2026-02-30`, "rule ge=2026-02-30: want a value of the type: Input should be a valid date or datetime, day value is outside expected range"},
		{"bound that is no time", timeOf, `le=2026-01-01`, "rule le=2026-01-01: want a value of the type: Input should be a valid datetime, expected the form 2006-01-02T15:04:05Z of RFC 3339"},
		{"bound that is no time of day", clockOf, `le=now`, "rule le=now: want a value of the type: Input should be in a valid time format, input is too short"},
		{"bound that is no duration", durationOf, `le=1h`, "rule le=1h: want a value of the type: Input should be a valid timedelta, invalid digit in duration"},
		{"bound that is no decimal", decimalOf, `le=x`, "rule le=x: want a value of the type: Input should be a valid decimal"},
		{"bound that JSON has not", decimalOf, `ge=.5`, "rule ge=.5: want a value of the type: Input should be a valid decimal"},
		{"bound that is no address", addrOf, `ge=10.0.0`, "rule ge=10.0.0: want a value of the type: value is not a valid IPv4 or IPv6 address"},
		{"bound of a text type", reflect.TypeFor[version](), `ge=2`, "rule ge=2: want a value of the type"},
		{"bound of a type that reads none", reflect.TypeFor[onlyWrites](), `ge=2`, "rule ge=2: want a value of the type"},
		{"two values", dateOf, `ge=2026-01-01|2026-01-02`, `rule "ge=2026-01-01|2026-01-02" wants one value`},
		{"two values of a text type", reflect.TypeFor[version](), `lt=v1|v2`, `rule "lt=v1|v2" wants one value`},
		{"bounds that cross", dateOf, `ge=2026-01-02,le=2026-01-01`, "the bounds leave no valid value"},
		{"bounds that meet, one open", durationOf, `gt=PT1H,le=PT60M`, "the bounds leave no valid value"},
		{"bounds that meet, the other open", decimalOf, `ge=1.0,lt=1`, "the bounds leave no valid value"},
		{"bounds of a text type that cross", reflect.TypeFor[version](), `gt=v2,lt=v1`, "the bounds leave no valid value"},
		{"type without order", urlOf, `ge=http://a`, `rule "ge=http://a" does not apply to url.URL: it has no rules`},
		{"method with another meaning", reflect.TypeFor[unordered](), `ge=a`, `rule "ge=a" does not apply to schema_test.unordered: its rules are trim, lower`},
		{"method for another type", reflect.TypeFor[crossed](), `le=a`, `rule "le=a" does not apply to schema_test.crossed: its rules are trim, lower`},
		{"rule of decimals", dateOf, `maxDigits=3`, `rule "maxDigits=3" does not apply to schema.Date: its rules are le, lt, ge, gt`},
		{"unknown rule of decimals", decimalOf, `maxLength=3`, `its rules are le, lt, ge, gt, maxDigits, decimalPlaces, multipleOf`},
		{"maxDigits", decimalOf, `maxDigits=-1`, "rule maxDigits=-1: want a whole number of 0 or more"},
		{"maxDigits twice", decimalOf, `maxDigits=1|2`, `rule "maxDigits=1|2" wants one value`},
		{"decimalPlaces", decimalOf, `decimalPlaces=x`, "rule decimalPlaces=x: want a whole number of 0 or more"},
		{"decimalPlaces twice", decimalOf, `decimalPlaces=1|2`, `rule "decimalPlaces=1|2" wants one value`},
		{"multipleOf", decimalOf, `multipleOf=0`, "rule multipleOf=0: want a number above 0"},
		{"multipleOf below 0", decimalOf, `multipleOf=-1`, "rule multipleOf=-1: want a number above 0"},
		{"multipleOf of letters", decimalOf, `multipleOf=x`, "rule multipleOf=x: want a number above 0"},
		{"multipleOf that JSON has not", decimalOf, `multipleOf=+1`, "rule multipleOf=+1: want a number above 0"},
		{"multipleOf twice", decimalOf, `multipleOf=1|2`, `rule "multipleOf=1|2" wants one value`},
		{"format", stringOf, `format=mail`, "rule format=mail: the formats are byte, date, date-time, duration, email, hostname, ipv4, ipv6, time, uri, uuid"},
		{"formats", stringOf, `format=date|time`, `rule "format=date|time" wants one value`},
		{"trim with a value", stringOf, `trim=true`, `rule "trim=true" has no value`},
		{"lower with rules", stringOf, `lower(trim)`, `rule "lower(trim)" has no value`},
		{"lower and upper", stringOf, `lower,upper`, "rules lower and upper exclude each other"},
		{"const and enum", stringOf, `const=a,enum=a|b`, "rules enum and const exclude each other"},
		{"const and enum of numbers", intOf, `const=1,enum=1|2`, "rules enum and const exclude each other"},
		{"two constants", stringOf, `const=a|b`, `rule "const=a|b" wants one value`},
		{"constant that is no number", intOf, `const=a`, `rule const: "a" is no number of the type`},
		{"const of a bool", reflect.TypeFor[bool](), `const=1`, `rule const=1: want true or false`},
		{"length of a text", textOf, `maxLength=x`, "rule maxLength=x: want a whole number of 0 or more"},
		{"lengths of a text", textOf, `minLength=2,maxLength=1`, "rules minLength=2 and maxLength=1 leave no valid value"},
		{"pattern of a text", textOf, `pattern='^a$'`, "does not apply to schema.Text: its rules are minLength, maxLength"},
		{"secret", reflect.TypeFor[schema.Secret[string]](), `ge=1`, `rule "ge=1" does not apply to string: its rules are trim, lower, upper`},
		{"Null", reflect.TypeFor[schema.Null[int]](), `minLength=1`, `rule "minLength=1" does not apply to int: its rules are`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := tryLone(test.typ, `check:"`+test.check+`"`)
			if err == nil {
				t.Fatal("it compiles")
			}
			assert.Contains(t, err.Error(), test.want)
		})
	}
	t.Run("bounds that meet", func(t *testing.T) {
		_, issues := loneOf(t, dateOf, `check:"ge=2026-01-01,le=2026-01-01"`).text("2026-01-01")
		assert.Equal(t, issues, "")
		_, err := tryLone(timeOf, `check:"ge=now,lt=now"`) // the clock is not known yet
		assert.NoError(t, err)
	})
	t.Run("a default that breaks its rule", func(t *testing.T) {
		_, err := tryLone(dateOf, `check:"ge=2026-01-01" default:"2025-12-31"`)
		assert.Contains(t, err.Error(), `the default "2025-12-31" does not fit the field`)
	})
}
