package schema_test

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// Part is embedded as a pointer.
type Part struct {
	A int    `json:"a" check:"ge=1"`
	B string `json:"b"`
}

type withPart struct {
	*Part
	C int `json:"c"`
}

type quotedFields struct {
	I *int8    `json:"i,string"`
	U *uint    `json:"u,string" check:"le=5"`
	F *float64 `json:"f,string" check:"multipleOf=0.5"`
	B *bool    `json:"b,string"`
	S *string  `json:"s,string" check:"maxLength=1"`
}

// disagreements were found by the tests of this package and reported: each is
// as small as it can be. They are open: a row that agrees fails the test, so that
// it, or the entry in gated, is deleted with the mending.
var disagreements = []struct {
	name string
	spec
	text string
}{
	{"no propertyNames for keys beyond their type", spec{reflect.TypeFor[map[int8]int8](), ""}, `{"300":1}`},
	{"option string: fraction of an integer", spec{reflect.TypeFor[quotedFields](), ""}, `{"i":"1.5"}`},
	{"option string: range of the type", spec{reflect.TypeFor[quotedFields](), ""}, `{"i":"300"}`},
	{"option string: sign of an unsigned integer", spec{reflect.TypeFor[quotedFields](), ""}, `{"u":"-1"}`},
	{"option string: bound", spec{reflect.TypeFor[quotedFields](), ""}, `{"u":"6"}`},
	{"option string: multiple", spec{reflect.TypeFor[quotedFields](), ""}, `{"f":"0.3"}`},
	{"option string: range of a float", spec{reflect.TypeFor[quotedFields](), ""}, `{"f":"1e400"}`},
	{"option string: text without quotes inside", spec{reflect.TypeFor[quotedFields](), ""}, `{"s":"a"}`},
	{"option string: length of the text inside", spec{reflect.TypeFor[quotedFields](), ""}, `{"s":"\"ab\""}`},
	{"network with too long a prefix", spec{prefixType, ""}, `"192.0.2.0/33"`},
	{"network that is none", spec{prefixType, ""}, `"999.1/300"`},
	{"least length of bytes", spec{bytesType, "minLength=2"}, `"YQ=="`},
	{"greatest length of bytes", spec{bytesType, "maxLength=2"}, `"YWJj"`},
	{"greatest length of text in bytes", spec{textType, "maxLength=1"}, `"ab"`},
	{"digits of a decimal", spec{decimalType, "maxDigits=3"}, `1234`},
	{"digits after the point of a decimal", spec{decimalType, "decimalPlaces=2"}, `1.234`},
	{"most digits of a decimal", spec{decimalType, ""}, `1e100`},
	{"unique items: 1.0 and 1.00", spec{reflect.TypeFor[[]schema.Decimal](), "uniqueItems"}, `[1.0,1.00]`},
	{"unique items: raw JSON in another order", spec{reflect.TypeFor[[]json.RawMessage](), "uniqueItems"}, `[{"a":1,"b":2},{"b":2,"a":1}]`},
	{"unique items: equal but for unknown members", spec{reflect.TypeFor[[]struct{}](), "uniqueItems"}, `[{},{"zz":1}]`},
	{"unique items: two spellings of one time", spec{reflect.TypeFor[[]time.Time](), "uniqueItems"}, `["2026-01-02T03:04:05Z","2026-01-02T03:04:05+00:00"]`},
	{"length after trim", spec{texts[0], "trim,minLength=1"}, `" "`},
	{"choice after lower", spec{texts[0], "lower,enum=a|b"}, `"A"`},
	{"email without a period", spec{texts[0], "format=email"}, `"a@b"`},
	{"email with quotes", spec{texts[0], "format=email"}, `"\"a b\"@c.example"`},
	{"http without a host", spec{texts[0], "format=uri"}, `"http://"`},
	{"small letters in a time", spec{timeType, ""}, `"2026-01-02t03:04:05z"`},
	{"year 0000", spec{dateType, ""}, `"0000-01-01"`},
}

// open fails the test of a disagreement that is none any more.
func open(t *testing.T, disagrees bool, about ...any) {
	t.Helper()
	if !disagrees {
		t.Error("is mended: delete the row")
	}
	t.Log(about...)
}

func TestOpenDisagreements(t *testing.T) {
	for _, d := range disagreements {
		t.Run(d.name, func(t *testing.T) {
			plan, err := newLone(d.typ, d.rules)
			if err != nil {
				t.Fatal(err)
			}
			j, err := plan.judge()
			if err != nil {
				t.Fatal(err)
			}
			_, err = plan.decode([]byte(d.text))
			verdict := j.validate([]byte(d.text))
			open(t, (err == nil) != (verdict == nil), "plan:", err, "schema:", verdict)
		})
	}
	t.Run("invalid UTF-8 in a foreign value in any", func(t *testing.T) {
		var v any = []string{"\xff"}
		out, err := mustCompile[any](t, schema.Config{}).Append(nil, &v)
		open(t, err == nil, "is replaced, not refused:", string(out))
	})
	t.Run("rule of an embedded pointer's field that is absent", func(t *testing.T) {
		plan := mustCompile[withPart](t, schema.Config{})
		v, err := plan.Decode([]byte(`{"c":1,"b":""}`))
		if err != nil {
			t.Fatal(err)
		}
		out, err := plan.Append(nil, &v)
		if err != nil {
			t.Fatal(err)
		}
		all := schema.NewSchemas("#/$defs/")
		j, err := newJudge(all, plan.OutputSchema(all))
		if err != nil {
			t.Fatal(err)
		}
		verdict := j.validate(out)
		open(t, verdict != nil, "is accepted, and printed as", string(out), "against the schema:", verdict)
	})
}

func TestMendedDisagreements(t *testing.T) {
	for text, v := range map[string]any{`["<"]`: []string{"<"}, `{"<":"&"}`: map[string]string{"<": "&"}, `"<"`: json.RawMessage(`"<"`)} {
		out, err := mustCompile[any](t, schema.Config{}).Append(nil, &v)
		if err != nil || string(out) != text {
			t.Errorf("%#v in any: got %s, %v, want %s", v, out, err, text)
		}
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[map[netip.Addr]int](), reflect.TypeFor[map[schema.Date]int](), reflect.TypeFor[map[time.Duration]int]()} {
		if _, err := newLone(typ, ""); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}
