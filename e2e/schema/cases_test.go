package schema_test

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// Part is embedded as a pointer.
type Part struct {
	A int    `json:"a" check:"ge=1"`
	B string `json:"b"`
	D int    `json:"d" default:"4"`
	*Subpart
}

// Subpart is embedded as a pointer in a Part.
type Subpart struct {
	E int  `json:"e"`
	F *int `json:"f"`
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
	E *int     `json:"e,string" check:"enum=0|7"`
}

// hardCases are types whose schema is not a keyword for each rule. Plan and
// schema accept the texts in good and refuse those in bad.
var hardCases = []struct {
	name string
	spec
	good, bad []string
}{
	{"integer keys", spec{reflect.TypeFor[map[int8]int8](), ""}, []string{`{"0":1,"-128":2,"127":3}`}, []string{`{"-0":1}`, `{"300":1}`, `{"-129":1}`, `{"":1}`, `{"01":1}`, `{"1.0":1}`, `{"1e1":1}`, `{"+1":1}`, `{" 1":1}`}},
	{"unsigned keys", spec{reflect.TypeFor[map[uint]bool](), "keys(ge=2)"}, []string{`{"2":true}`, `{"18446744073709551615":true}`}, []string{`{"1":true}`, `{"-0":true}`, `{"-2":true}`, `{"18446744073709551616":true}`}},
	{"keys that are an enum", spec{reflect.TypeFor[map[level]bool](), ""}, []string{`{"1":true,"-3":false}`}, []string{`{"3":true}`, `{"01":true}`}},
	{"option string: signed", spec{reflect.TypeFor[quotedFields](), ""}, []string{`{"i":"-128"}`, `{"i":"-0"}`, `{"i":null}`, `{"e":"7"}`}, []string{`{"i":"300"}`, `{"i":"1.5"}`, `{"i":"1.0"}`, `{"i":"1e1"}`, `{"i":"01"}`, `{"i":" 1"}`, `{"i":"+1"}`, `{"i":""}`, `{"i":"null"}`, `{"i":1}`, `{"e":"1"}`}},
	{"option string: unsigned", spec{reflect.TypeFor[quotedFields](), ""}, []string{`{"u":"5"}`, `{"u":"\u0035"}`}, []string{`{"u":"6"}`, `{"u":"-1"}`, `{"u":"-0"}`}},
	{"option string: float", spec{reflect.TypeFor[quotedFields](), ""}, []string{`{"f":"1.5"}`, `{"f":"1e3"}`, `{"f":"-0.0"}`}, []string{`{"f":"0.3"}`, `{"f":"1e400"}`, `{"f":".5"}`, `{"f":"1."}`, `{"f":"NaN"}`}},
	{"option string: bool", spec{reflect.TypeFor[quotedFields](), ""}, []string{`{"b":"true"}`, `{"b":"false"}`}, []string{`{"b":"True"}`, `{"b":"true "}`, `{"b":true}`, `{"b":"1"}`}},
	{"option string: string", spec{reflect.TypeFor[quotedFields](), ""}, []string{`{"s":"\"a\""}`, `{"s":"\"\\n\""}`, `{"s":"\"\""}`, `{"s":"\"😀\""}`, "{\"s\":\"\\\"\u2028\\\"\"}"}, []string{`{"s":"a"}`, `{"s":"\"ab\""}`, `{"s":"\"a"}`, `{"s":"\"\n\""}`, `{"s":"\"\\x\""}`, `{"s":" \"a\""}`, `{"s":"\"a\"b"}`}},
	{"networks", spec{prefixType, ""}, []string{`"192.0.2.0/24"`, `"::/0"`, `"1:2:3:4:5:6:7::/128"`, `"::ffff:1.2.3.4/99"`}, []string{`"192.0.2.0/33"`, `"999.1/300"`, `"::/129"`, `"1:2:3:4:5:6:7:8::/1"`, `"192.0.02.0/24"`}},
	{"bytes", spec{bytesType, "minLength=1,maxLength=3"}, []string{`"YQ=="`, `"YWJj"`}, []string{`""`, `"YWJjZA=="`}},
	{"text in bytes", spec{textType, "minLength=1,maxLength=2"}, []string{`"a"`, `"ab"`, `"é"`}, []string{`""`, `"abc"`}},
	{"digits of a decimal", spec{decimalType, "maxDigits=3"}, []string{`123`, `"-0.001"`, `1.230`}, []string{`1234`, `"1234"`, `0.0001`, `1e3`}},
	{"places of a decimal", spec{decimalType, "decimalPlaces=2"}, []string{`1.23`, `"1.230"`, `1e10`}, []string{`1.234`, `"1.234"`, `1e-3`}},
	{"digits and places of a decimal", spec{decimalType, "maxDigits=4,decimalPlaces=2"}, []string{`99.99`, `"-99.990"`}, []string{`100`, `"99.999"`, `"100.0"`, `1e2`}},
	{"fewer digits than places of a decimal", spec{decimalType, "maxDigits=1,decimalPlaces=2"}, []string{`0.1`, `0`}, []string{`1`, `0.01`, `0.11`}},
	{"places and multiples of a decimal", spec{decimalType, "multipleOf=0.025,decimalPlaces=2"}, []string{`0.05`, `"0.1"`}, []string{`0.025`, `0.01`}},
	{"bounds of a decimal in a string", spec{decimalType, "gt=0,le=10"}, []string{`"10.00"`, `1e1`, `"1e1"`}, []string{`"10.01"`, `"0"`, `"-1"`, `0`}},
	{"strings that are no decimal", spec{decimalType, ""}, []string{`"1.50"`, `"1E-3"`}, []string{`".5"`, `"+1"`, `"1."`, `"00"`, `" 1"`, `""`, `"1_0"`}},
	{"unique decimals", spec{reflect.TypeFor[[]schema.Decimal](), "uniqueItems"}, []string{`[1.0,1.01]`}, []string{`[1.0,1.00]`, `["1","1"]`, `[0,-0]`, `[100,1e2]`}},
	{"unique raw JSON", spec{reflect.TypeFor[[]json.RawMessage](), "uniqueItems"}, []string{`[1,"1"]`, `[{"a":1},{"b":1}]`}, []string{`[{"a":1,"b":2},{"b":2,"a":1}]`, `[1,1.0]`, `["a","\u0061"]`}},
	{"small letters in a time", spec{timeType, ""}, []string{`"2026-01-02t03:04:05z"`, `"2026-01-02t03:04:05+01:00"`}, []string{`"2026-01-02t24:04:05z"`, `"2026-01-02x03:04:05z"`}},
	{
		"embedded pointers", spec{reflect.TypeFor[withPart](), ""},
		[]string{`{"c":1}`, `{"c":1,"a":1,"b":""}`, `{"c":1,"a":1,"b":"","d":2,"e":3}`, `{"c":1,"a":1,"b":"","e":3,"f":null}`},
		[]string{`{"c":1,"b":""}`, `{"c":1,"a":1}`, `{"c":1,"a":0,"b":""}`, `{"c":1,"d":2}`, `{"c":1,"e":3}`, `{"c":1,"a":1,"b":"","f":1}`, `{"a":1,"b":""}`},
	},
	{"what trim leaves", spec{texts[0], "trim,minLength=1,maxLength=1"}, []string{`"a"`, `" a "`, `"\u3000a"`}, []string{`""`}},
	{"what lower makes", spec{texts[0], "lower,enum=a|b,maxLength=1"}, []string{`"a"`, `"B"`}, []string{`"ab"`, `1`}},
}

// TestHardCases decodes, prints and judges each text by the schemas of both directions.
func TestHardCases(t *testing.T) {
	for _, c := range hardCases {
		t.Run(c.name, func(t *testing.T) {
			plan, err := newLone(c.typ, c.rules)
			if err != nil {
				t.Fatal(err)
			}
			j, err := plan.judge()
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range append(c.good, c.bad...) {
				checkAgreement(errorOnly{t}, c.spec, plan, j, text)
				if _, err := plan.decode([]byte(text)); (err == nil) != (i < len(c.good)) {
					t.Errorf("%s: %v", text, err)
				}
			}
		})
	}
}

func TestHardCasesOfPrinting(t *testing.T) {
	for text, v := range map[string]any{`["<"]`: []string{"<"}, `{"<":"&"}`: map[string]string{"<": "&"}, `"<"`: json.RawMessage(`"<"`)} {
		out, err := mustCompile[any](t, schema.Config{}).Append(nil, &v)
		if err != nil || string(out) != text {
			t.Errorf("%#v in any: got %s, %v, want %s", v, out, err, text)
		}
	}
	var v any = []string{"\xff"}
	if out, err := mustCompile[any](t, schema.Config{}).Append(nil, &v); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("invalid UTF-8 in a foreign value in any: got %s, %v", out, err)
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[map[netip.Addr]int](), reflect.TypeFor[map[schema.Date]int](), reflect.TypeFor[map[time.Duration]int]()} {
		if _, err := newLone(typ, ""); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}
