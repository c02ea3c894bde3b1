package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/tenonapi/tenon/schema"
)

// A difference is one example of an entry of DIFFERENCES.md.
type difference struct {
	entry, name string
	verdict     func(t *testing.T) string // what each implementation says
	want        string
}

// reads tells what becomes of a text as a T.
func reads[T any](entry, name, text, want string) difference {
	return readsUnder[T](schema.Config{}, entry, name, text, want)
}

// readsUnder is reads under a policy of its own.
func readsUnder[T any](cfg schema.Config, entry, name, text, want string) difference {
	return difference{entry, name, func(t *testing.T) string {
		plan := mustCompile[T](t, cfg)
		var one, two T
		got, err := plan.Decode([]byte(text))
		_, syntax := readOracle([]byte(text))
		parts := []string{
			"here: " + outcome(got, refusal(err)),
			"v1: " + outcome(&one, json.Unmarshal([]byte(text), &one)),
			"v2: " + outcome(&two, jsonv2.Unmarshal([]byte(text), &two)),
			"jsontext: " + outcome(accepted, syntax),
			"schema: " + outcome(accepted, judgeOf(t, plan).validate([]byte(text))),
		}
		return strings.Join(parts, "; ")
	}, want}
}

// outcome is a value or, for any error, that it was refused; of our own error its types.
func outcome(v any, err error) string {
	if types, ok := errors.AsType[*refused](err); ok {
		return types.text
	}
	if err != nil {
		return "refused"
	}
	text, err := json.Marshal(v)
	if err != nil || v == accepted {
		return accepted
	}
	return string(text)
}

const accepted = "accepted"

// A refused is an error by its types.
type refused struct{ text string }

func (r *refused) Error() string { return r.text }

func refusal(err error) error {
	if err == nil {
		return nil
	}
	list, _ := issues(err)
	types := slices.Compact(strings.Split(typesOf(err), " "))
	if len(list) > 3 {
		types = append(types[:1], fmt.Sprintf("(%d)", len(list)))
	}
	return &refused{strings.Join(types, " ")}
}

// prints tells how v is printed.
func prints[T any](entry, name string, v T, want string) difference {
	return difference{entry, name, func(t *testing.T) string {
		out, err := mustCompile[T](t, schema.Config{}).Append(nil, &v)
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		errOne := e.Encode(v)
		two, errTwo := jsonv2.Marshal(v)
		text := func(out []byte, err error) string {
			if err != nil {
				return "refused"
			}
			return string(bytes.TrimSpace(out))
		}
		return "here: " + text(out, err) + "; v1: " + text(b.Bytes(), errOne) + "; v2: " + text(two, errTwo)
	}, want}
}

// judges tells what plan and judge say of a text, of a type that the other
// implementations do not know.
func judges(entry, name string, s spec, text, want string) difference {
	return difference{entry, name, func(t *testing.T) string {
		plan, err := newLone(s.typ, s.rules)
		if err != nil {
			return "compile: refused"
		}
		j, err := plan.judge()
		if err != nil {
			t.Fatal(err)
		}
		_, err = plan.decode([]byte(text))
		return "here: " + outcome(accepted, refusal(err)) + "; schema: " + outcome(accepted, j.validate([]byte(text)))
	}, want}
}

func brackets(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

type (
	oneInt struct {
		A int `json:"a"`
	}
	oneUint struct {
		A uint `json:"a"`
	}
)

// A shade is an enum that reads itself, in any case.
type shade struct{ text string }

func (shade) Enum() []shade { return []shade{{"dark"}, {"light"}} }

func (s *shade) UnmarshalText(text []byte) error {
	s.text = strings.ToLower(string(text))
	return nil
}

func (s shade) MarshalText() ([]byte, error) { return []byte(s.text), nil }

// A stay ends after it begins.
type stay struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s *stay) Validate(is *schema.Issues) {
	if s.To < s.From {
		is.Add(&s.To, "order", "ends before it begins")
	}
}

const acceptedBy = "jsontext: accepted; schema: accepted"

var differences = []difference{
	reads[any]("depth", "101 lists", brackets(101), `here: json_invalid; v1: `+brackets(101)+`; v2: `+brackets(101)+`; `+acceptedBy),
	reads[any]("depth", "100 lists", brackets(100), `here: `+brackets(100)+`; v1: `+brackets(100)+`; v2: `+brackets(100)+`; `+acceptedBy),
	reads[oneInt]("duplicate-member", "of a struct", `{"a":1,"a":2}`, `here: duplicate_member; v1: {"a":2}; v2: refused; jsontext: refused; schema: accepted`),
	reads[map[string]int]("duplicate-member", "of a map, escaped", `{"a":1,"\u0061":2}`, `here: duplicate_member; v1: {"a":2}; v2: refused; jsontext: refused; schema: accepted`),
	reads[oneInt]("member-case", "beside the right one", `{"a":1,"A":2}`, `here: member_case; v1: {"a":2}; v2: {"a":1}; `+acceptedBy),
	reads[oneInt]("member-case", "in place of the right one", `{"A":2}`, `here: missing member_case; v1: {"a":2}; v2: {"a":0}; jsontext: accepted; schema: refused`),
	reads[string]("invalid-unicode", "invalid UTF-8", "\"\xff\"", `here: json_invalid; v1: "`+"\uFFFD"+`"; v2: refused; jsontext: refused; schema: accepted`),
	reads[string]("invalid-unicode", "lone surrogate", `"\ud800"`, `here: json_invalid; v1: "`+"\uFFFD"+`"; v2: refused; jsontext: refused; schema: accepted`),
	reads[oneInt]("missing", "member", `{}`, `here: missing; v1: {"a":0}; v2: {"a":0}; jsontext: accepted; schema: refused`),
	reads[withPart]("missing", "beside a member of the same embedded pointer", `{"c":1,"a":2}`, `here: missing; v1: {"a":2,"b":"","d":0,"c":1}; v2: {"a":2,"b":"","d":0,"c":1}; jsontext: accepted; schema: refused`),
	reads[oneInt]("null", "integer", `{"a":null}`, `here: int_type; v1: {"a":0}; v2: {"a":0}; jsontext: accepted; schema: refused`),
	reads[[]string]("null", "list", `null`, `here: list_type; v1: null; v2: null; jsontext: accepted; schema: refused`),
	reads[oneInt]("whole-number", "fraction of zeros", `{"a":1.0}`, `here: {"a":1}; v1: refused; v2: refused; `+acceptedBy),
	reads[oneInt]("whole-number", "exponent", `{"a":12e2}`, `here: {"a":1200}; v1: refused; v2: refused; `+acceptedBy),
	reads[oneUint]("whole-number", "negative zero", `{"a":-0}`, `here: {"a":0}; v1: refused; v2: refused; `+acceptedBy),
	reads[any]("any-digits", "2^53+1", `9007199254740993`, `here: 9007199254740993; v1: 9007199254740992; v2: 9007199254740992; `+acceptedBy),
	reads[any]("any-finite", "1e400", `1e400`, `here: finite_number; v1: refused; v2: refused; `+acceptedBy),
	reads[int64]("integer-range", "2^63", `9223372036854775808`, `here: less_than_equal; v1: refused; v2: refused; jsontext: accepted; schema: refused`),
	judges("float-rounding", "bound", spec{floats[1], "le=0.1"}, `0.1000000000000000001`, "here: accepted; schema: refused"),
	judges("float-rounding", "underflow", spec{floats[1], "gt=0"}, `1e-400`, "here: greater_than; schema: accepted"),
	judges("float-rounding", "multiple", spec{floats[0], "multipleOf=0.3"}, `-2147483649`, "here: multiple_of; schema: accepted"),
	reads[time.Time]("strict-time", "one digit for the hour", `"2026-01-02T3:04:05Z"`, `here: datetime_parsing; v1: "2026-01-02T03:04:05Z"; v2: refused; jsontext: accepted; schema: refused`),
	reads[time.Time]("strict-time", "comma", `"2026-01-02T03:04:05,5Z"`, `here: datetime_parsing; v1: "2026-01-02T03:04:05.5Z"; v2: refused; jsontext: accepted; schema: refused`),
	reads[time.Time]("strict-time", "offset", `"2026-01-02T03:04:05+24:00"`, `here: datetime_parsing; v1: accepted; v2: refused; jsontext: accepted; schema: refused`),
	reads[time.Time]("escaped-time", "Z", `"2026-01-02T03:04:05\u005a"`, `here: "2026-01-02T03:04:05Z"; v1: refused; v2: "2026-01-02T03:04:05Z"; `+acceptedBy),
	reads[time.Time]("small-letters", "of a time", `"2026-01-02t03:04:05z"`, `here: "2026-01-02T03:04:05Z"; v1: refused; v2: refused; `+acceptedBy),
	reads[time.Time]("leap-second", "of 2016", `"2016-12-31T23:59:60Z"`, `here: datetime_parsing; v1: refused; v2: refused; `+acceptedBy),
	reads[[]byte]("strict-base64", "bits cut off", `"YR=="`, `here: base64_decode; v1: "YQ=="; v2: "YQ=="; `+acceptedBy),
	reads[[]byte]("strict-base64", "line break", `"Y\nQ=="`, `here: base64_decode; v1: "YQ=="; v2: refused; `+acceptedBy),
	reads[netip.Addr]("address-text", "empty", `""`, `here: ip_any_address; v1: ""; v2: ""; jsontext: accepted; schema: refused`),
	reads[netip.Addr]("address-text", "zone", `"fe80::1%eth0"`, `here: ip_any_address; v1: "fe80::1%eth0"; v2: "fe80::1%eth0"; jsontext: accepted; schema: refused`),
	reads[[]int]("all-issues", "malformed after the last issue", `[`+strings.Repeat(`"a",`, 101)+`}`, `here: int_type (101); v1: refused; v2: refused; jsontext: refused; schema: refused`),
	reads[map[int]bool]("integer-keys", "negative zero", `{"-0":true}`, `here: int_parsing; v1: {"0":true}; v2: {"0":true}; jsontext: accepted; schema: refused`),
	reads[map[int]bool]("integer-keys", "zeros", `{"007":true}`, `here: int_parsing; v1: {"7":true}; v2: refused; jsontext: accepted; schema: refused`),
	readsUnder[oneInt](schema.Config{Lax: true}, "lax", "text for a number", `{"a":" 1_0 "}`, `here: {"a":10}; v1: refused; v2: refused; jsontext: accepted; schema: refused`),
	readsUnder[bool](schema.Config{Lax: true}, "lax", "number for a bool", `1.0`, `here: true; v1: refused; v2: refused; jsontext: accepted; schema: refused`),
	readsUnder[time.Time](schema.Config{Lax: true}, "lax", "seconds for a time", `1.5`, `here: "1970-01-01T00:00:01.5Z"; v1: refused; v2: refused; jsontext: accepted; schema: refused`),
	readsUnder[time.Time](schema.Config{Lax: true}, "lax", "no offset", `"2026-01-02 03:04"`, `here: "2026-01-02T03:04:00Z"; v1: refused; v2: refused; jsontext: accepted; schema: refused`),
	readsUnder[oneInt](schema.Config{LooseNames: true}, "loose-names", "repeated", `{"a":1,"a":2}`, `here: {"a":2}; v1: {"a":2}; v2: refused; jsontext: refused; schema: accepted`),
	readsUnder[oneInt](schema.Config{LooseNames: true}, "loose-names", "in another case", `{"a":1,"A":2}`, `here: {"a":1}; v1: {"a":2}; v2: {"a":1}; `+acceptedBy),

	prints("nil", "list", []int(nil), `here: []; v1: null; v2: []`),
	prints("nil", "map", map[string]int(nil), `here: {}; v1: null; v2: {}`),
	prints("nil", "bytes", []byte(nil), `here: ""; v1: null; v2: ""`),
	prints("invalid-string", "string", "\xff", `here: refused; v1: "\ufffd"; v2: refused`),
	prints("line-separator", "string", "\u2028\u2029", "here: \"\u2028\u2029\"; v1: \"\\u2028\\u2029\"; v2: \"\u2028\u2029\""),
	prints("raw-duplicates", "object", json.RawMessage(`{"a":1,"a":2}`), `here: refused; v1: {"a":1,"a":2}; v2: refused`),
	prints("duration", "a minute", time.Minute, `here: "PT1M"; v1: 60000000000; v2: refused`),

	judges("own-methods", "text", spec{reflect.TypeFor[label](), ""}, `"!"`, "here: value_error; schema: accepted"),
	judges("own-methods", "enum of texts", spec{reflect.TypeFor[shade](), ""}, `"DARK"`, "here: accepted; schema: refused"),
	judges("own-methods", "Validate", spec{reflect.TypeFor[stay](), ""}, `{"from":2,"to":1}`, "here: order; schema: accepted"),
	judges("year-zero", "Date", spec{dateType, ""}, `"0000-01-01"`, "here: date_parsing; schema: accepted"),
	judges("email-form", "no period", spec{texts[0], "format=email"}, `"a@b"`, "here: value_error; schema: accepted"),
	judges("email-form", "quotes", spec{texts[0], "format=email"}, `"\"a b\"@c.example"`, "here: value_error; schema: accepted"),
	judges("http-host", "none", spec{texts[0], "format=uri"}, `"http://"`, "here: url_parsing; schema: accepted"),
	judges("decimal-digits", "exponent", spec{decimalType, ""}, `1e100`, "here: decimal_parsing; schema: accepted"),
	judges("decimal-digits", "before and after the point together", spec{decimalType, "maxDigits=3"}, `12.34`, "here: decimal_max_digits; schema: accepted"),
	judges("byte-lengths", "least of bytes", spec{bytesType, "minLength=2"}, `"YQ=="`, "here: bytes_too_short; schema: accepted"),
	judges("byte-lengths", "greatest of bytes", spec{bytesType, "maxLength=2"}, `"YWJj"`, "here: bytes_too_long; schema: accepted"),
	judges("byte-lengths", "greatest of text", spec{textType, "maxLength=1"}, `"é"`, "here: bytes_too_long; schema: accepted"),
	judges("changed-text", "nothing left", spec{texts[0], "trim,minLength=1"}, `" "`, "here: string_too_short; schema: accepted"),
	judges("changed-text", "no choice", spec{texts[0], "lower,enum=a|b"}, `"C"`, "here: literal_error; schema: accepted"),
	judges("stored-items", "unknown members", spec{reflect.TypeFor[[]struct{}](), "uniqueItems"}, `[{},{"zz":1}]`, "here: unique_items; schema: accepted"),
	judges("stored-items", "spellings of a time", spec{reflect.TypeFor[[]time.Time](), "uniqueItems"}, `["2026-01-02T03:04:05Z","2026-01-02T03:04:05+00:00"]`, "here: unique_items; schema: accepted"),
	judges("formats-assert", "uuid", spec{texts[0], "format=uuid"}, `"1"`, "here: uuid_parsing; schema: refused"),
	judges("pattern-dialect", "white space beyond ASCII", spec{texts[0], `pattern='^\s$'`}, `"\u00a0"`, "here: string_pattern_mismatch; schema: refused"),
	judges("pattern-dialect", "control escape", spec{texts[0], `pattern='^\cC$'`}, `"\u0003"`, "compile: refused"),
	judges("ordered-bounds", "date", spec{dateType, `lt=2026-01-01`}, `"2026-01-01"`, "here: less_than; schema: accepted"),
	judges("ordered-bounds", "length of a duration", spec{durationType, ``}, `"P106752D"`, "here: time_delta_parsing; schema: accepted"),
}

func TestDifferences(t *testing.T) {
	for _, d := range differences {
		t.Run(d.entry+"/"+d.name, func(t *testing.T) {
			if got := d.verdict(t); got != d.want {
				t.Errorf("\ngot  %s\nwant %s", got, d.want)
			}
		})
	}
}

// Each entry of DIFFERENCES.md has a row and each row an entry.
func TestDifferencesAreListed(t *testing.T) {
	text, err := os.ReadFile("DIFFERENCES.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z0-9-]+) \|`).FindAllStringSubmatch(string(text), -1) {
		if m[1] != "entry" && !strings.HasPrefix(m[1], "-") {
			listed = append(listed, m[1])
		}
	}
	shown := make(map[string]bool)
	for _, d := range differences {
		shown[d.entry] = true
		if !slices.Contains(listed, d.entry) {
			t.Errorf("DIFFERENCES.md has no entry %s", d.entry)
		}
	}
	for _, entry := range listed {
		if !shown[entry] {
			t.Errorf("no row shows the entry %s", entry)
		}
	}
	for prefix, entry := range deviations {
		if !shown[entry] {
			t.Errorf("%s deviates for a reason that is not listed: %s", prefix, entry)
		}
	}
	for _, r := range repeats {
		if r.reason != "" && !shown[r.reason] {
			t.Errorf("the reason for %s is not listed: %s", r.text, r.reason)
		}
	}
	for _, e := range exceptions {
		if !shown[e.reason] && !strings.HasPrefix(e.reason, "judge: ") {
			t.Errorf("the reason for %q is not listed: %s", e.texts, e.reason)
		}
	}
}
