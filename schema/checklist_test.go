package schema_test

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// The tests of this file are named after the rows of the checklist and of the
// table of defects measured in peers; see docs/rules.md.

// typesOf are the types of the issues in an error, and whether it was malformed.
func typesOf(err error) string { return issueTypes(issuesOf(err)) }

func issueTypes(text string) string {
	var types []string
	for _, line := range strings.Split(text, "\n") {
		if _, rest, ok := strings.Cut(line, `{"type":"`); ok {
			typ, _, _ := strings.Cut(rest, `"`)
			types = append(types, typ)
		}
	}
	return strings.Join(types, " ")
}

func TestD2TrailingData(t *testing.T) {
	plan := compile[order](t, schema.Config{})
	for _, tail := range []string{"x", "{}", goodOrder, ",", "]", "}", "null", "\x00", "//", "\ufeff", " 1", "\n\n[]"} {
		_, err := plan.Decode([]byte(goodOrder + tail))
		assert.Equal(t, typesOf(err), "json_invalid", "behind", tail)
	}
	_, err := plan.Decode([]byte(goodOrder + " \t\r\n"))
	assert.NoError(t, err)
}

func TestD3DuplicateMembers(t *testing.T) {
	type model struct {
		A   int            `json:"a"`
		In  *model         `json:"in"`
		Any any            `json:"any"`
		Map map[string]int `json:"map" default:"{}"`
	}
	plan := compile[model](t, schema.Config{})
	for name, in := range map[string]string{
		"declared":             `{"a":1,"a":2,"any":0}`,
		"declared, escaped":    `{"a":1,"\u0061":2,"any":0}`,
		"undeclared":           `{"a":1,"x":1,"x":2,"any":0}`,
		"undeclared, escaped":  `{"a":1,"x":1,"\u0078":2,"any":0}`,
		"in a nested struct":   `{"a":1,"any":0,"in":{"a":1,"a":1,"any":0}}`,
		"of two nested levels": `{"x":1,"a":1,"any":0,"in":{"x":1,"a":1,"any":0,"in":{"a":1,"any":0,"x":1,"x":2}}}`,
		"around a nested one":  `{"x":1,"a":1,"any":0,"in":{"x":1,"y":1,"a":1,"any":0},"x":2}`,
		"in any":               `{"a":1,"any":[{"a":1,"a":1}]}`,
		"in a map":             `{"a":1,"any":0,"map":{"a":1,"a":1}}`,
		"in a skipped value":   `{"a":1,"any":0,"x":[{"y":{"a":1,"a":1}}]}`,
	} {
		_, err := plan.Decode([]byte(in))
		assert.Equal(t, typesOf(err), "duplicate_member", name)
	}
	_, err := plan.Decode([]byte(`{"x":{"a":1},"a":1,"any":{"a":{"a":1}},"in":{"a":1,"any":0,"x":1},"map":{"a":1}}`))
	assert.NoError(t, err)
}

func TestD4NamesAreCaseSensitive(t *testing.T) {
	type model struct {
		Task string `json:"task"`
		K    string `json:"K"`
		Both int    `json:"both"`
		BOTH int    `json:"BOTH"`
		Mass string `json:"maße"`
	}
	const rest = `,"K":"k","both":1,"BOTH":2,"maße":"m"}`
	plan := compile[model](t, schema.Config{})
	_, err := plan.Decode([]byte(`{"task":"x"` + rest))
	assert.NoError(t, err)
	for _, name := range []string{"TASK", "Task", "ta\u017fk", "tas\u212a", "TA\u017f\u212a", `t\u0061s\u212a`, "k", "\u212a", "Both", "MA\u1e9eE"} {
		_, err := plan.Decode([]byte(`{"` + name + `":"other","task":"x"` + rest))
		assert.Equal(t, typesOf(err), "member_case", name)
		_, err = plan.Decode([]byte(`{"` + name + `":"other"` + rest))
		assert.Equal(t, typesOf(err), "missing member_case", name)
	}
	for _, name := range []string{"tasc", "tasks", "tas", "", "taßk", "both ", "MASSE"} {
		_, err := plan.Decode([]byte(`{"` + name + `":"other","task":"x"` + rest))
		assert.NoError(t, err, name)
	}
}

func TestD5InvalidUnicode(t *testing.T) {
	type model struct {
		S   string            `json:"s"`
		Any any               `json:"any"`
		Map map[string]string `json:"map"`
	}
	plan := compile[model](t, schema.Config{})
	for _, bad := range []string{"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", `\ud800`, `\udc00`, `\ud800\ud800`, `\ud800\u0041`} {
		for _, in := range []string{
			`{"s":"%s","any":0,"map":{}}`, `{"s":"","any":"%s","map":{}}`, `{"s":"","any":{"%s":0},"map":{}}`, `{"s":"","any":0,"map":{"%s":""}}`,
			`{"s":"","any":0,"map":{"a":"%s"}}`, `{"s":"","any":0,"map":{},"%s":0}`, `{"s":"","any":0,"map":{},"x":["%s"]}`,
		} {
			_, err := plan.Decode([]byte(fmt.Sprintf(in, bad)))
			assert.Equal(t, typesOf(err), "json_invalid", in, bad)
		}
	}
	got, err := plan.Decode([]byte(`{"s":"\ufffd�\ud83d\ude00","any":"�","map":{"�":"�"}}`))
	assert.NoError(t, err)
	assert.Equal(t, got, model{"\ufffd\ufffd😀", "\ufffd", map[string]string{"\ufffd": "\ufffd"}})

	for _, typ := range types("", upper(""), json0{}, []string{}) {
		_, issues := loneOf(t, typ, "").text("a\xff")
		assert.Contains(t, issues, `"string_type"`, typ)
	}
	bad := "\xff"
	_, err = compile[string](t, schema.Config{}).Append(nil, &bad)
	assert.Equal(t, fmt.Sprint(err), "a string is not valid UTF-8")
}

// json0 is a JSON type that accepts everything.
type json0 struct{}

func (*json0) UnmarshalJSON([]byte) error { return nil }

func TestD6Integers(t *testing.T) {
	type model struct {
		I int64  `json:"i"`
		U uint64 `json:"u"`
	}
	plan := compile[model](t, schema.Config{})
	for _, test := range []struct {
		i, u string
		want string
	}{
		{"9223372036854775807", "18446744073709551615", ""},
		{"-9223372036854775808", "0", ""},
		{"9007199254740993", "9007199254740993", ""},
		{"9223372036854775808", "0", "less_than_equal"},
		{"-9223372036854775809", "0", "greater_than_equal"},
		{"0", "18446744073709551616", "less_than_equal"},
		{"0", "-1", "greater_than_equal"},
		{"0.5", "1e-1", "int_from_float int_from_float"},
		{"1e400", "-1e400", "less_than_equal greater_than_equal"},
		{"1e999999999999999999999", "1e-999999999999999999999", "less_than_equal int_from_float"},
		{"NaN", "0", "json_invalid"},
		{"0", "Infinity", "json_invalid"},
		{`"1"`, "true", "int_type int_type"},
	} {
		got, err := plan.Decode([]byte(`{"i":` + test.i + `,"u":` + test.u + `}`))
		assert.Equal(t, typesOf(err), test.want, test.i, test.u)
		if test.want == "" {
			assert.Equal(t, fmt.Sprint(got.I, " ", got.U), test.i+" "+test.u)
		}
	}
}

func TestD7NestingLimit(t *testing.T) {
	const levels = 1_000_000
	anyPlan, treePlan := compile[any](t, schema.Config{}), compile[tree](t, schema.Config{})
	for name, in := range map[string]string{
		"arrays":          strings.Repeat("[", levels),
		"closed arrays":   strings.Repeat("[", levels) + strings.Repeat("]", levels),
		"objects":         strings.Repeat(`{"a":`, levels),
		"declared":        strings.Repeat(`{"next":`, levels),
		"unknown":         `{"x":` + strings.Repeat("[", levels),
		"inside any list": `[` + strings.Repeat("[", levels),
	} {
		best, text := time.Hour, []byte(in) // the best of three, for other programs run too
		for range 3 {
			start := time.Now()
			_, err := anyPlan.Decode(text)
			assert.Equal(t, typesOf(err), "json_invalid", name)
			_, err = treePlan.Decode(text)
			if !strings.HasPrefix(in, "[") { // which is a wrong type, with the same limit
				assert.Contains(t, issuesOf(err), "Nesting too deep", name)
			}
			best = min(best, time.Since(start))
		}
		if best > 10*time.Millisecond {
			t.Errorf("%s took %v", name, best)
		}
	}
	for depth, want := range map[int]string{100: "", 101: "json_invalid"} {
		_, err := anyPlan.Decode([]byte(strings.Repeat("[", depth) + strings.Repeat("]", depth)))
		assert.Equal(t, typesOf(err), want, depth)
	}
}

func TestD8UnknownMembers(t *testing.T) {
	type create struct {
		Name string `json:"name"`
	}
	type closed struct {
		_    struct{} `check:"additionalProperties=false"`
		Name string   `json:"name"`
	}
	const in = `{"id":"set by a client","name":"a","status":"paid"}`
	got, err := compile[create](t, schema.Config{}).Decode([]byte(in))
	assert.NoError(t, err)
	assert.Equal(t, got, create{"a"})
	_, err = compile[create](t, schema.Config{ForbidUnknown: true}).Decode([]byte(in))
	assert.Equal(t, typesOf(err), "extra_forbidden extra_forbidden")
	_, err = compile[closed](t, schema.Config{}).Decode([]byte(in))
	assert.Equal(t, typesOf(err), "extra_forbidden extra_forbidden")
}

func TestD10NullAbsentZero(t *testing.T) {
	type patch struct {
		Name schema.Opt[string]  `json:"name"`
		Note schema.Opt[*string] `json:"note"`
	}
	empty, none := "", (*string)(nil)
	decodeAll(t, schema.Config{}, []row[patch]{
		{name: "absent", in: `{}`},
		{name: "zero", in: `{"name":"","note":""}`, want: patch{schema.Some(""), schema.Some(&empty)}},
		{name: "null", in: `{"note":null}`, want: patch{Note: schema.Some(none)}},
		{name: "null where it may not be", in: `{"name":null}`, issues: issue("string_type", `["name"]`, "Input should be a valid string", `null`, "")},
	})
	plan := compile[patch](t, schema.Config{})
	for _, in := range []string{`{}`, `{"name":"","note":""}`, `{"note":null}`} {
		p, err := plan.Decode([]byte(in))
		assert.NoError(t, err)
		out, err := plan.Append(nil, &p)
		assert.NoError(t, err)
		assert.Equal(t, string(out), in)
	}
}

func TestD11OnlyDeclaredFieldsLeave(t *testing.T) {
	type account struct {
		ID       string `json:"id"`
		Password string `json:"-"`
		secret   string
	}
	type public struct {
		ID string `json:"id"`
	}
	stored := account{"a", "p", "s"}
	out, err := compile[account](t, schema.Config{}).Append(nil, &stored)
	assert.NoError(t, err)
	assert.Equal(t, string(out), `{"id":"a"}`)
	view := public{stored.ID}
	out, err = compile[public](t, schema.Config{}).Append(nil, &view)
	assert.NoError(t, err)
	assert.Equal(t, string(out), `{"id":"a"}`)
}

func TestD12PatternsTakeLinearTime(t *testing.T) {
	l := loneOf(t, stringOf, `check:"pattern='^(a+)+$'"`)
	in := strings.Repeat("a", 1<<16) + "!"
	start := time.Now()
	_, issues := l.text(in)
	assert.Contains(t, issues, "string_pattern_mismatch")
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
	_, err := tryLone(stringOf, `check:"pattern='(?=a)'"`) // ECMA-262 has it, RE2 does not
	assert.Contains(t, fmt.Sprint(err), "invalid or unsupported Perl syntax")
}

// TestD12DialectsAsDocumented reads the tables of the guide.
func TestD12DialectsAsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/checks.md")
	assert.NoError(t, err)
	_, section, _ := strings.Cut(string(page), "## Patterns\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := 0
	for line := range strings.Lines(section) {
		cells := strings.Split(line, " | ")
		pattern := strings.TrimPrefix(cells[0], "| `")
		if len(cells) < 2 || pattern == cells[0] {
			continue
		}
		rows++
		pattern, want := strings.TrimSuffix(pattern, "`"), strings.Trim(strings.TrimSuffix(cells[1], " |\n"), "`")
		l, err := tryLone(stringOf, "check:"+strconv.Quote("pattern='"+pattern+"'"))
		if err != nil {
			assert.Contains(t, err.Error(), want)
			continue
		}
		assert.Equal(t, schema.NewSchemas("").Input(l.field).Pattern, want)
		_, issues := l.text("\x00")
		if issues != "" {
			assert.Contains(t, issues, strconv.Quote(pattern), "the issue has what was written")
		}
	}
	assert.Equal(t, rows, 19)
}

func TestPeers7DefaultIsForAbsence(t *testing.T) {
	type model struct {
		N int    `json:"n" default:"7"`
		B bool   `json:"b" default:"true"`
		S string `json:"s" default:"x"`
	}
	decodeAll(t, schema.Config{}, []row[model]{
		{name: "absent", in: `{}`, want: model{7, true, "x"}},
		{name: "explicit zero", in: `{"n":0,"b":false,"s":""}`, want: model{}},
	})
}

func TestPeers8ExactIntegers(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[int64](), `check:"le=9007199254740992"`)
	_, issues := l.json("9007199254740992")
	assert.Equal(t, issues, "")
	for _, in := range []string{"9007199254740993", "9007199254740993.0"} {
		_, issues = l.json(in)
		assert.Equal(t, issues, issue("less_than_equal", `["v"]`, "Input should be less than or equal to 9007199254740992", in, `{"le":9007199254740992}`))
	}
	_, issues = l.text("9007199254740993")
	assert.Contains(t, issues, "less_than_equal")
}

func TestPeers9RangeErrorAtTheField(t *testing.T) {
	type model struct {
		N uint8 `json:"n"`
	}
	_, err := compile[model](t, schema.Config{}).Decode([]byte(`{"n":300}`))
	assert.Equal(t, issuesOf(err), issue("less_than_equal", `["n"]`, "Input should be less than or equal to 255", `300`, `{"le":255}`))
}

func TestPeers10DuplicateAndWrongCaseNames(t *testing.T) {
	plan := compile[order](t, schema.Config{})
	body := strings.TrimSuffix(goodOrder, "}")
	_, err := plan.Decode([]byte(body + `,"amount_cents":5}`))
	assert.Equal(t, typesOf(err), "duplicate_member")
	_, err = plan.Decode([]byte(body + `,"Amount_Cents":5}`))
	assert.Equal(t, typesOf(err), "member_case")
}

func TestPeers12MisspeltRules(t *testing.T) {
	for _, tags := range []string{
		`check:"minLenght=1"`, `check:"min=1"`, `check:"required"`, `check:"maximum=1"`, `check:"ge=1"`, `check:"minItems=1"`, `check:"each(minLength=1)"`, `check:"enum"`,
	} {
		_, err := tryLone(stringOf, tags)
		if err == nil {
			t.Errorf("%s compiles", tags)
		}
	}
}

func TestPeers17NamesAndPointers(t *testing.T) {
	type holder struct {
		Mine   Issue          `json:"mine"`
		Theirs *problem.Issue `json:"theirs"`
	}
	all := schema.NewSchemas("#/")
	plan := compile[holder](t, schema.Config{})
	plan.OutputSchema(all)
	got := components(t, all)
	assert.Equal(t, keys(got), "Attr Holder ProblemIssue Schema_testIssue")
	assert.Contains(t, got["Holder"], `"theirs":{"anyOf":[{"$ref":"#/ProblemIssue"},{"type":"null"}]}`)
	v, issues := loneOf(t, reflect.TypeFor[*int](), "").text("7") // a pointer parameter
	assert.Equal(t, issues, "")
	assert.Equal(t, *v.(*int), 7)
}

func TestPeers22EndOfInputAndAllIssues(t *testing.T) {
	plan := compile[order](t, schema.Config{})
	_, err := plan.Decode([]byte(goodOrder + `garbage`))
	assert.Equal(t, typesOf(err), "json_invalid")
	_, err = plan.Decode([]byte(`{}`))
	assert.Equal(t, typesOf(err), "missing missing missing")

	set := schema.NewSet(schema.Config{})
	d := set.Decoder(0)
	defer d.Release()
	var in input
	for _, name := range []string{"Before", "Tags", "At"} {
		field(t, set, name).Absent(d, &in)
	}
	assert.Equal(t, typesOf(d.Err()), "missing missing missing")
}

// TestPeers31ValidationBypass gives a value and its rule two spellings of one member.
func TestPeers31ValidationBypass(t *testing.T) {
	plan := compile[order](t, schema.Config{})
	for _, in := range []string{
		`{"customer_id":"a","amount_cents":1,"currency":"EUR","AMOUNT_CENTS":-999}`,
		`{"AMOUNT_CENTS":-999,"customer_id":"a","amount_cents":1,"currency":"EUR"}`,
		`{"customer_id":"a","amount_cents":1,"currency":"EUR","amount_cents":-999}`,
		`{"customer_id":"a","amount_cents":1,"currency":"EUR","amount_\u0063ents":-999}`,
		`{"customer_id":"a","amount_cents":1,"currency":"EUR","amount_cent\u017f":-999}`,
	} {
		got, err := plan.Decode([]byte(in))
		if err == nil {
			t.Errorf("%s: accepted as %+v", in, got)
		}
		assert.Equal(t, got, order{}, in)
	}
	got, err := plan.Decode([]byte(`{"customer_id":"a","amount_cents":1,"currency":"EUR","amount-cents":-999}`))
	assert.NoError(t, err)
	assert.Equal(t, got.AmountCents, int64(1))
}
