package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenonapi/tenon/schema"
)

// The tests of this file are named after the rows of the checklist, section D.
// What needs no second implementation is tested in package schema.

// TestD1JSONTestSuiteAgreesWithTheOracles has the texts of JSONTestSuite on
// their own, as an item and as a member.
func TestD1JSONTestSuiteAgreesWithTheOracles(t *testing.T) {
	dir := corpus(t, "JSONTestSuite/test_parsing")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	plan := mustCompile[any](t, schema.Config{MaxDepth: oracleDepth})
	counts := map[string]int{}
	for _, file := range files {
		raw, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		kind := file.Name()[:2]
		counts[kind]++
		for _, text := range [][]byte{raw, fmt.Appendf(nil, "[%s]", raw), fmt.Appendf(nil, `{"a":%s}`, raw)} {
			_, err := plan.Decode(text)
			_, malformed := issues(err)
			_, syntax := readOracle(text, jsontext.AllowDuplicateNames(true))
			if malformed != (syntax != nil) {
				t.Errorf("%s %.60q: %v, but jsontext says %v", file.Name(), text, err, syntax)
			}
			if bytes.Equal(text, raw) && kind == "n_" && !malformed || kind == "y_" && malformed {
				t.Errorf("%s %.60q: %v", file.Name(), text, err)
			}
		}
	}
	if counts["n_"] != 188 || counts["y_"] != 95 || counts["i_"] != 35 {
		t.Errorf("files: %v", counts)
	}
}

func TestD2TrailingDataIsRefused(t *testing.T) {
	plan := mustCompile[any](t, schema.Config{})
	for _, tail := range []string{"x", "{}", ",", "]", "null", "\x00", "//", "\ufeff", " 1", "\n\n[]", " \t\r\n"} {
		text := []byte(`{"a":1}` + tail)
		_, err := plan.Decode(text)
		if _, syntax := readOracle(text); (err == nil) != (syntax == nil) {
			t.Errorf("%q: %v, but jsontext says %v", text, err, syntax)
		}
	}
}

func TestD3DuplicateMembersAreRefusedEverywhere(t *testing.T) {
	rich, free := mustCompile[rich](t, schema.Config{}), mustCompile[any](t, schema.Config{})
	body := strings.TrimSuffix(richSeed, "}")
	for _, member := range []string{
		`,"i":0`, `,"\u0069":0`, `,"unknown":0`, `,"zz":0,"zz":0`, `,"zz":{"a":1,"a":2}`, `,"zz":[{"a":1,"\u0061":2}]`,
	} {
		text := []byte(body + member + "}")
		_, err := rich.Decode(text)
		_, freeErr := free.Decode(text)
		if typesOf(err) != "duplicate_member" || typesOf(freeErr) != "duplicate_member" {
			t.Errorf("%s: %v and %v", member, err, freeErr)
		}
		if _, syntax := readOracle(text); syntax == nil {
			t.Errorf("%s: jsontext accepts it", member)
		}
	}
}

func TestD4NamesAreCaseSensitive(t *testing.T) {
	type task struct {
		Name string `json:"task"`
	}
	plan := mustCompile[task](t, schema.Config{})
	for _, name := range []string{"TASK", "Task", "ta\u017fk", "tas\u212a"} {
		text := []byte(`{"task":"right","` + name + `":"wrong"}`)
		var one, two task
		if err := json.Unmarshal(text, &one); err != nil || one.Name != "wrong" {
			t.Errorf("encoding/json no longer folds %s: %+v, %v", name, one, err)
		}
		if err := jsonv2.Unmarshal(text, &two); err != nil || two.Name != "right" {
			t.Errorf("json/v2 folds %s: %+v, %v", name, two, err)
		}
		if _, err := plan.Decode(text); typesOf(err) != "member_case" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestD5InvalidUnicodeIsRefused(t *testing.T) {
	plan := mustCompile[any](t, schema.Config{})
	bad := []string{`\ud800`, `\udc00`, `\ud800\ud800`, `\ud800\u0041`, `\udc00\ud800`}
	for c := 0x80; c < 0x100; c++ {
		bad = append(bad, string([]byte{byte(c)}), string([]byte{byte(c), 0x80}), string([]byte{byte(c), 0x80, 0x80}), string([]byte{byte(c), 0x80, 0x80, 0x80}), string([]byte{byte(c), 0xbf, 0xbf, 0xbf}))
	}
	for _, s := range bad {
		for _, text := range []string{`"` + s + `"`, `{"` + s + `":0}`} {
			_, err := plan.Decode([]byte(text))
			if _, syntax := readOracle([]byte(text)); (err == nil) != (syntax == nil) {
				t.Errorf("%q: %v, but jsontext says %v", text, err, syntax)
			}
		}
	}
}

func TestD6IntegersKeepEveryDigit(t *testing.T) {
	signed, unsigned := mustCompile[int64](t, schema.Config{}), mustCompile[uint64](t, schema.Config{})
	for _, text := range []string{
		"0", "9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
		"0.5", "1e400", "-1e400", "1e-400", "NaN", "Infinity", "1e999999999999999999999", "00", "1e19", "123456789012345678901234567890",
	} {
		var i int64
		var u uint64
		if got, err := signed.Decode([]byte(text)); (err == nil) != (json.Unmarshal([]byte(text), &i) == nil) || err == nil && got != i {
			t.Errorf("%s: %d, %v, but encoding/json says %d", text, got, err, i)
		}
		if got, err := unsigned.Decode([]byte(text)); text != "1e19" && ((err == nil) != (json.Unmarshal([]byte(text), &u) == nil) || err == nil && got != u) {
			t.Errorf("%s: %d, %v, but encoding/json says %d", text, got, err, u)
		}
	}
}

func TestD7NestingIsLimited(t *testing.T) {
	plan := mustCompile[any](t, schema.Config{})
	for depth := 98; depth < 103; depth++ {
		for _, text := range []string{brackets(depth), strings.Repeat(`{"a":`, depth) + "0" + strings.Repeat("}", depth), strings.Repeat(`[{"a":`, depth/2) + "0" + strings.Repeat("}]", depth/2)} {
			deepest, err := readOracle([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := plan.Decode([]byte(text)); (err == nil) != (deepest <= 100) {
				t.Errorf("%d levels: %v", deepest, err)
			}
		}
	}
	million, best := []byte(strings.Repeat("[", 1_000_000)), time.Hour
	for range 3 { // the best of three, for other programs run too
		start := time.Now()
		if _, err := plan.Decode(million); typesOf(err) != "json_invalid" {
			t.Errorf("a million levels: %v", err)
		}
		best = min(best, time.Since(start))
	}
	if best > 10*time.Millisecond {
		t.Errorf("a million levels took %v", best)
	}
}

// memoryMultiple is how many bytes an input may take in memory for each of its
// own, as docs/checks.md says. An item of two bytes such as 0, becomes an interface
// of 16 bytes in a list that has grown by copying; an object becomes a map besides.
const memoryMultiple = 100

func TestD7MemoryIsAMultipleOfTheInput(t *testing.T) {
	plan := mustCompile[any](t, schema.Config{})
	lists := mustCompile[[][]string](t, schema.Config{})
	maps := mustCompile[map[string]map[string]string](t, schema.Config{})
	const n = 100_000
	keys := func(value string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"%d":%s,`, i, value)
		}
		return "{" + strings.TrimSuffix(b.String(), ",") + "}"
	}
	for name, run := range map[string]struct {
		text   string
		decode func([]byte) error
	}{
		"numbers":        {"[" + strings.Repeat("0,", n) + "0]", func(b []byte) error { _, err := plan.Decode(b); return err }},
		"empty lists":    {"[" + strings.Repeat("[],", n) + "[]]", func(b []byte) error { _, err := plan.Decode(b); return err }},
		"empty objects":  {"[" + strings.Repeat("{},", n) + "{}]", func(b []byte) error { _, err := plan.Decode(b); return err }},
		"small objects":  {"[" + strings.Repeat(`{"":1},`, n) + "{}]", func(b []byte) error { _, err := plan.Decode(b); return err }},
		"members":        {keys("0"), func(b []byte) error { _, err := plan.Decode(b); return err }},
		"typed lists":    {"[" + strings.Repeat("[],", n) + "[]]", func(b []byte) error { _, err := lists.Decode(b); return err }},
		"typed maps":     {keys("{}"), func(b []byte) error { _, err := maps.Decode(b); return err }},
		"wrong items":    {"[" + strings.Repeat("0,", n) + "0]", func(b []byte) error { _, err := lists.Decode(b); return err }},
		"unclosed lists": {strings.Repeat("[", n), func(b []byte) error { _, err := plan.Decode(b); return err }},
	} {
		var before, after runtime.MemStats
		text := []byte(run.text)
		runtime.ReadMemStats(&before)
		_ = run.decode(text)
		runtime.ReadMemStats(&after)
		multiple := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(text))
		t.Logf("%s: %.1f bytes for each of %d", name, multiple, len(text))
		if multiple > memoryMultiple {
			t.Errorf("%s: %.1f bytes for each of the input, want at most %d", name, multiple, memoryMultiple)
		}
	}
}

func TestD8UnknownMembersByPolicy(t *testing.T) {
	closedText := []byte(strings.TrimSuffix(richSeed, "}") + `,"id":"set by a client"}`)
	open, closed := mustCompile[rich](t, schema.Config{}), mustCompile[rich](t, schema.Config{ForbidUnknown: true})
	var two mirror
	if err := jsonv2.Unmarshal(closedText, &two, jsonv2.RejectUnknownMembers(true)); err == nil {
		t.Error("json/v2 accepts unknown members")
	}
	if _, err := open.Decode(closedText); err != nil {
		t.Error(err)
	}
	if _, err := closed.Decode(closedText); typesOf(err) != "extra_forbidden extra_forbidden" {
		t.Error(err)
	}
}

// TestD9BoundsArePrinted has the limits of strings, lists and maps in the schema
// at the value that the plan refuses.
func TestD9BoundsArePrinted(t *testing.T) {
	for _, row := range []struct {
		spec
		good, bad string
	}{
		{spec{texts[0], "maxLength=2"}, `"é😀"`, `"abc"`},
		{spec{reflect.TypeFor[[]int](), "maxItems=2"}, `[1,2]`, `[1,2,3]`},
		{spec{reflect.TypeFor[map[string]int](), "maxProperties=2"}, `{"a":1,"b":2}`, `{"a":1,"b":2,"c":3}`},
		{spec{reflect.TypeFor[map[string][]string](), "keys(maxLength=1),values(maxItems=1,each(maxLength=1))"}, `{"é":["é"]}`, `{"éé":["é"]}`},
		{spec{reflect.TypeFor[map[string][]string](), "keys(maxLength=1),values(maxItems=1,each(maxLength=1))"}, `{"é":[]}`, `{"é":["éé"]}`},
	} {
		plan, err := newLone(row.typ, row.rules)
		if err != nil {
			t.Fatal(err)
		}
		j, err := plan.judge()
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]bool{row.good: true, row.bad: false} {
			_, err := plan.decode([]byte(text))
			if verdict := j.validate([]byte(text)); (err == nil) != want || (verdict == nil) != want {
				t.Errorf("%s: %s: plan %v, schema %v", row, text, err, verdict)
			}
		}
	}
}

func TestD10NullAbsentAndZeroAreToldApart(t *testing.T) {
	type patch struct {
		Opt     schema.Opt[int]  `json:"opt"`
		OptNull schema.Opt[*int] `json:"optnull"`
		Null    schema.Null[int] `json:"null"`
		Pointer *int             `json:"pointer"`
	}
	plan := mustCompile[patch](t, schema.Config{})
	j := judgeOf(t, plan)
	accepted := 0
	for _, a := range []string{"", `"opt":null`, `"opt":0`} {
		for _, b := range []string{"", `"optnull":null`, `"optnull":0`} {
			for _, c := range []string{"", `"null":null`, `"null":0`} {
				for _, d := range []string{"", `"pointer":null`, `"pointer":0`} {
					text := "{" + strings.Trim(regexp.MustCompile(`,+`).ReplaceAllString(strings.Join([]string{a, b, c, d}, ","), ","), ",") + "}"
					v, err := plan.Decode([]byte(text))
					if verdict := j.validate([]byte(text)); (err == nil) != (verdict == nil) || (err == nil) != (a != `"opt":null` && c != "") {
						t.Errorf("%s: plan %v, schema %v", text, err, verdict)
					}
					if err != nil {
						continue
					}
					accepted++
					out, err := plan.Append(nil, &v)
					if d == "" { // a pointer prints what is absent as null
						text = strings.TrimSuffix(strings.TrimSuffix(text, "}"), ",") + `,"pointer":null}`
					}
					if err != nil || string(out) != text {
						t.Errorf("%s is printed as %s, %v", text, out, err)
					}
				}
			}
		}
	}
	if accepted != 2*3*2*3 {
		t.Errorf("%d texts are accepted", accepted)
	}
}

// TestD11OutputIsWhatTheSchemaSays prints values that rapid has made up in
// TestRulesAgree; here are fields that must not leave.
func TestD11OutputIsWhatTheSchemaSays(t *testing.T) {
	type account struct {
		ID       string `json:"id"`
		Password string `json:"-"`
		secret   string
	}
	plan := mustCompile[account](t, schema.Config{ForbidUnknown: true})
	v := account{"a", "p", "s"}
	out, err := plan.Append(nil, &v)
	if err != nil || string(out) != `{"id":"a"}` || v.secret != "s" {
		t.Errorf("%s, %v", out, err)
	}
	all := schema.NewSchemas("#/$defs/")
	j, err := newJudge(all, plan.OutputSchema(all))
	if err != nil {
		t.Fatal(err)
	}
	if err := j.validate(out); err != nil {
		t.Error(err)
	}
	if strings.Contains(string(j.text), "assword") || strings.Contains(string(j.text), "secret") {
		t.Errorf("the schema tells of hidden fields: %s", j.text)
	}
}

func TestD12PatternsTakeLinearTime(t *testing.T) {
	plan, err := newLone(texts[0], `pattern='^(a+)+$'`)
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(`"` + strings.Repeat("a", 1<<16) + `!"`)
	start := time.Now()
	if _, err := plan.decode(text); typesOf(err) != "string_pattern_mismatch" {
		t.Error(err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
	for _, pattern := range []string{`(?=a)`, `(?<!a)b`, `(a)\1`} { // ECMA-262 has these, RE2 does not
		if _, err := newLone(texts[0], "pattern='"+pattern+"'"); err == nil {
			t.Errorf("the pattern %s compiles", pattern)
		}
	}
}

// TestD13SchemaAgreesWithPlan has one type of all kinds; TestSuite,
// TestRulesAgree, TestTextsAgree and TestUniqueItemsAgree have the rest.
func TestD13SchemaAgreesWithPlan(t *testing.T) {
	type order struct {
		_      struct{}            `check:"additionalProperties=false"`
		ID     string              `json:"id" check:"format=uuid"`
		Amount int64               `json:"amount" check:"gt=0,le=1000,multipleOf=5"`
		Rate   schema.Opt[float64] `json:"rate" check:"ge=0,lt=1"`
		Code   currency            `json:"code"`
		Kind   string              `json:"kind" check:"enum=a|b" default:"a"`
		Tags   []string            `json:"tags" check:"maxItems=2,uniqueItems,each(minLength=1)"`
		Attrs  map[string]uint8    `json:"attrs" check:"minProperties=1,keys(pattern='^[a-z]+$'),values(ge=1)"`
		Next   *tree               `json:"next"`
		At     *time.Time          `json:"at"`
	}
	plan := mustCompile[order](t, schema.Config{})
	j := judgeOf(t, plan)
	good := map[string]string{
		"id": `"123e4567-e89b-12d3-a456-426614174000"`, "amount": `5`, "rate": `0.5`, "code": `"EUR"`, "kind": `"b"`, "tags": `["a"]`, "attrs": `{"a":1}`, "next": `{"name":"a","left":null}`, "at": `"2026-01-02T03:04:05Z"`,
	}
	changes := map[string][]string{
		"id": {`"1"`, `1`, `null`}, "amount": {`0`, `7`, `1000`, `1005`, `5.0`, `5e1`, `2.5`, `"5"`, `null`}, "rate": {`0`, `1`, `-0.1`, `null`, `"0"`}, "code": {`"eur"`, `""`, `null`}, "kind": {`"c"`, `"a"`, `null`},
		"tags": {`[]`, `["a","a"]`, `["a","b","c"]`, `[""]`, `null`, `{}`}, "attrs": {`{}`, `{"A":1}`, `{"a":0}`, `{"a":256}`, `{"a":1.0,"b":255}`, `null`}, "next": {`null`, `{}`, `{"name":""}`, `{"name":"a","right":null,"list":[{"name":"b"}]}`, `{"name":"a","list":[{"name":"abcd"}]}`, `{"name":"a","zz":1}`},
		"at": {`null`, `"2026-01-02"`, `1`}, "zz": {`1`},
	}
	accepted, texts := 0, 0
	check := func(change, value string) {
		members := []string{}
		for name, text := range good {
			if name != change {
				members = append(members, `"`+name+`":`+text)
			}
		}
		if value != "" {
			members = append(members, `"`+change+`":`+value)
		}
		text := []byte("{" + strings.Join(members, ",") + "}")
		_, err := plan.Decode(text)
		texts++
		if err == nil {
			accepted++
		}
		if verdict := j.validate(text); (err == nil) != (verdict == nil) {
			t.Errorf("%s\nplan   %v\nschema %v", text, err, verdict)
		}
	}
	for change, values := range changes {
		check(change, "")
		for _, value := range values {
			check(change, value)
		}
	}
	if accepted < 10 || texts-accepted < 30 {
		t.Errorf("%d of %d texts are accepted: this shows little", accepted, texts)
	}
}
