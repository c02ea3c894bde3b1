package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenonapi/tenon/schema"
)

// oracleDepth is the nesting that jsontext accepts.
const oracleDepth = 10_000

// readOracle reads one JSON text with jsontext and returns its nesting.
func readOracle(data []byte, opts ...jsontext.Options) (depth int, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(data), opts...)
	for {
		if _, err := d.ReadToken(); err != nil {
			return depth, err
		}
		depth = max(depth, d.StackDepth())
		if d.StackDepth() == 0 {
			break
		}
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return depth, errors.New("trailing data")
	}
	return depth, nil
}

// FuzzSyntax reads bytes as any. A text is malformed if and only if jsontext
// says so, repeated names aside, which are content here.
func FuzzSyntax(f *testing.F) {
	for _, seed := range []string{
		`null`, ` true `, `-0`, `-0.0e-0`, `01`, `1.`, `.5`, `1e`, `+1`, `1e400`, `1.0e400`, `-1e400`, `9007199254740993`, `9007199254740992.0`, `0.1e1`,
		`{"a":1,"a":2}`, `{"a":1,"a":2`, `{"a":1,"\u0061":2}`, `[{"a":{"b":1,"b":2}},]`, `{"":{},"a":[]}`, `{"a":1,}`, `{a:1}`, `{"a" 1}`, `[1 2]`, `[,]`, `[`, `]`,
		`"\ud83d\ude00\n"`, `"\ud800"`, `"\udc00\ud800"`, `"\u12"`, `"\x"`, `"a`, "\"\x00\"", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\u2028\"", "\ufeff1", "\v1", "nul", "nullx", "null null",
		"", " ", "\"\x7f\"", "{\"\xff\":1}", `{"\ud800":1}`, "\"abcdefg\xc3\xa9hijklmnop\"", "// c\n1", "1\x00", `{"a":1e400,"a":1e400}`, `{"a":1e700,"a":0}`,
		strings.Repeat("[", 100) + strings.Repeat("]", 100), strings.Repeat("[", 101) + strings.Repeat("]", 101), strings.Repeat(`{"a":`, 101) + "1" + strings.Repeat("}", 101),
	} {
		f.Add([]byte(seed))
	}
	plan := mustCompile[any](f, schema.Config{})
	deep := mustCompile[any](f, schema.Config{MaxDepth: oracleDepth, MaxIssues: 1 << 30})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := deep.Decode(data)
		list, malformed := issues(err)
		depth, syntax := readOracle(data, jsontext.AllowDuplicateNames(true))
		if malformed != (syntax != nil) {
			t.Fatalf("%q: malformed is %t (%v), but jsontext says %v", data, malformed, err, syntax)
		}
		if syntax == nil {
			checkContent(t, data, got, err)
		}
		switch value, shallowErr := plan.Decode(data); {
		case syntax == nil && depth <= 100 && len(list) <= 100:
			if typesOf(shallowErr) != typesOf(err) || err == nil && !reflect.DeepEqual(value, got) {
				t.Errorf("%q: with the default limit %v, without %v", data, shallowErr, err)
			}
		case shallowErr == nil:
			t.Errorf("%q: accepted with the default limit, but jsontext says %v at depth %d", data, syntax, depth)
		}
	})
}

// checkContent compares what was read from well-formed text.
func checkContent(t *testing.T, data []byte, got any, err error) {
	t.Helper()
	_, strict := readOracle(data)
	repeated := strict != nil // names
	list, _ := issues(err)
	for _, issue := range list {
		switch issue.Type {
		case "duplicate_member":
			if !repeated {
				t.Errorf("%q: no name is repeated: %v", data, err)
			}
		case "finite_number": // no float64 holds it
			if _, err := strconv.ParseFloat(string(numberAt(data, issue.Loc)), 64); err == nil && !repeated { // or it is another number
				t.Errorf("%q: %v is finite", data, issue.Loc)
			}
		default:
			t.Errorf("%q: %v", data, err)
		}
	}
	if err != nil {
		return
	}
	if repeated {
		t.Fatalf("%q: accepted with %v", data, strict)
	}
	var want any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&want); err != nil {
		t.Fatalf("%q: accepted, but encoding/json says %v", data, err)
	}
	if !sameAny(got, want) {
		t.Errorf("%q: got %#v, want %#v", data, got, want)
	}
}

// numberAt returns the number at a location, or "" if there is none.
func numberAt(data []byte, loc []any) json.Number {
	var v any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return ""
	}
	n, _ := lookup(v, loc).(json.Number)
	return n
}

// absent is what lookup returns where there is nothing.
var absent = new(int)

// lookup follows a location into a tree of maps and lists.
func lookup(v any, loc []any) any {
	for _, segment := range loc {
		switch at := segment.(type) {
		case string:
			m, _ := v.(map[string]any)
			next, ok := m[at]
			if !ok {
				return absent
			}
			v = next
		case int:
			list, _ := v.([]any)
			if at >= len(list) {
				return absent
			}
			v = list[at]
		}
	}
	return v
}

// sameAny reports whether got is want, in which numbers are json.Number: got has
// a float64, or the digits themselves where a float64 cannot hold an integer.
func sameAny(got, want any) bool {
	switch want := want.(type) {
	case json.Number:
		f, err := strconv.ParseFloat(string(want), 64)
		if digits, ok := got.(json.Number); ok {
			return digits == want && !strings.ContainsAny(string(want), ".eE") && (err != nil || f >= 1<<53 || f <= -(1<<53))
		}
		return err == nil && got == f
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) || list == nil {
			return false
		}
		for i := range want {
			if !sameAny(list[i], want[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok || len(m) != len(want) || m == nil {
			return false
		}
		for k := range want {
			if v, ok := m[k]; !ok || !sameAny(v, want[k]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(got, want)
}
