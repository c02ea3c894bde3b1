package schema_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// upper is a text type: it reads any case and refuses exclamation marks.
type upper string

func (u *upper) UnmarshalText(text []byte) error {
	if strings.Contains(string(text), "!") {
		return errors.New("not for clients: no exclamation marks")
	}
	for i, c := range text { // a type may write to its argument
		if 'a' <= c && c <= 'z' {
			text[i] -= 'a' - 'A'
		}
	}
	*u = upper(text)
	return nil
}

func (u upper) MarshalText() ([]byte, error) {
	if u == "FAIL" {
		return nil, errors.New("failed")
	}
	return []byte(strings.ToLower(string(u))), nil
}

// reader only reads, writer only writes.
type (
	reader string
	writer string
)

func (r *reader) UnmarshalText(text []byte) error { *r = reader(text); return nil }

func (w writer) MarshalText() ([]byte, error) { return []byte(w), nil }

// pair is written as a list of two.
type pair struct{ a, b int }

func (p *pair) UnmarshalJSON(text []byte) error {
	var list []int
	if err := json.Unmarshal(text, &list); err != nil || len(list) != 2 {
		return errors.New("not for clients: want two")
	}
	p.a, p.b = list[0], list[1]
	return nil
}

func (p pair) MarshalJSON() ([]byte, error) {
	if p.a < 0 {
		return nil, errors.New("failed")
	}
	return json.MarshalIndent([]int{p.a, p.b}, "", "  ")
}

// raw writes what it is told to.
type raw string

func (r raw) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// id is a UUID of 16 bytes with text methods.
type id [16]byte

func (i *id) UnmarshalText(text []byte) error { copy(i[:], text); return nil }

func (i id) MarshalText() ([]byte, error) { return i[:], nil }

func TestTextTypes(t *testing.T) {
	notString := func(loc, input string) string {
		return issue("string_type", loc, "Input should be a valid string", input, "")
	}
	invalid := func(loc, input string) string {
		return issue("value_error", loc, "Value error, the value is not valid", input, `{"error":"the value is not valid"}`)
	}
	decodeAll(t, schema.Config{}, []row[upper]{
		{name: "read", in: `"abc"`, want: "ABC"},
		{name: "escaped", in: `"\u0061\n"`, want: "A\n"},
		{name: "empty", in: `""`, want: ""},
		{name: "refused by the type", in: `"a!"`, issues: invalid(`[]`, `"a!"`)},
		{name: "not a string", in: `1`, issues: notString(`[]`, `1`)},
		{name: "null", in: `null`, issues: notString(`[]`, `null`)},
		{name: "malformed", in: `"a`, issues: "malformed " + issue("json_invalid", `[0]`, "JSON decode error", "", `{"error":"Unterminated string starting at"}`)},
	})
	t.Run("text", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[upper](), `check:"maxLength=3"`)
		text := strings.Clone("abc")
		v, issues := l.text(text)
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any(upper("ABC")))
		assert.Equal(t, text, "abc", "the text stays")
		_, issues = l.text("a!")
		assert.Equal(t, issues, invalid(`["v"]`, `"a!"`))
		_, issues = l.text("abcd")
		assert.Equal(t, issues, issue("string_too_long", `["v"]`, "String should have at most 3 characters", `"abcd"`, `{"max_length":3}`))
		_, issues = l.text("\xff")
		assert.Equal(t, issues, notString(`["v"]`, ""))
	})
	t.Run("rules come first", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[upper](), `check:"pattern='^[a-z!]+$'"`)
		_, issues := l.json(`"A!"`)
		assert.Contains(t, issues, "string_pattern_mismatch")
		_, issues = l.json(`"a!"`)
		assert.Contains(t, issues, "value_error")
	})
	t.Run("uuid", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[id](), `check:"format=uuid"`)
		for _, read := range []func(string) (any, string){func(s string) (any, string) { return l.json(quote(s)) }, func(s string) (any, string) { return l.text(s) }} {
			v, issues := read("123e4567-e89b-12d3-a456-426614174000")
			assert.Equal(t, issues, "")
			assert.Equal(t, v, any(id([]byte("123e4567-e89b-12"))))
			_, issues = read("x")
			assert.Contains(t, issues, "uuid_parsing")
		}
		_, issues := l.json(`7`)
		assert.Equal(t, issues, issue("uuid_type", `["v"]`, "UUID input should be a string, bytes or UUID object", `7`, ""))
	})
	t.Run("one direction", func(t *testing.T) {
		_, err := compile[writer](t, schema.Config{}).Decode([]byte(`"a"`))
		assert.Equal(t, issuesOf(err), invalid(`[]`, `"a"`))
		_, err = compile[reader](t, schema.Config{}).Append(nil, new(reader))
		assert.Equal(t, err.Error(), "MarshalText of *schema_test.reader: the type has no such method")
	})
	t.Run("of the standard library", func(t *testing.T) {
		addr := netip.MustParseAddr("2001:db8::1")
		plan := compile[netip.Addr](t, schema.Config{})
		got, err := plan.Decode([]byte(`"2001:db8::1"`))
		assert.NoError(t, err)
		assert.Equal(t, got, addr)
		out, err := plan.Append(nil, &addr) // with AppendText
		assert.NoError(t, err)
		assert.Equal(t, string(out), `"2001:db8::1"`)
		_, err = plan.Decode([]byte(`"2001:db8::g"`))
		assert.Equal(t, issuesOf(err), issue("ip_any_address", `[]`, "value is not a valid IPv4 or IPv6 address", `"2001:db8::g"`, ""))
	})
}

func TestJSONTypes(t *testing.T) {
	invalid := func(input string) string {
		return issue("value_error", `[]`, "Value error, the value is not valid", input, `{"error":"the value is not valid"}`)
	}
	repeated := issue("duplicate_member", `[]`, "Member should be given once", "", "")
	decodeAll(t, schema.Config{}, []row[pair]{
		{name: "read", in: ` [1, 2] `, want: pair{1, 2}},
		{name: "refused by the type", in: `[1]`, issues: invalid("")},
		{name: "scalar", in: `7`, issues: invalid(`7`)},
		{name: "null", in: `null`, issues: invalid(`null`)},
		{name: "repeated inside", in: `[{"a":1,"a":1}]`, issues: repeated},
		{name: "malformed", in: `[1,`, issues: "malformed " + issue("json_invalid", `[3]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
		{name: "lone surrogate", in: `"\ud800"`, issues: "malformed " + issue("json_invalid", `[1]`, "JSON decode error", "", `{"error":"Unpaired surrogate in \\uXXXX escape"}`)},
	})
	decodeAll(t, schema.Config{}, []row[json.RawMessage]{
		{name: "raw", in: ` {"a": [1]} `, want: json.RawMessage(`{"a": [1]}`)},
		{name: "raw null", in: `null`, want: json.RawMessage(`null`)},
	})
	t.Run("big.Int", func(t *testing.T) {
		plan := compile[big.Int](t, schema.Config{})
		got, err := plan.Decode([]byte(`123456789012345678901234567890`))
		assert.NoError(t, err)
		out, err := plan.Append(nil, &got)
		assert.NoError(t, err)
		assert.Equal(t, string(out), `123456789012345678901234567890`)
	})
	t.Run("text is given as a JSON string", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[json.RawMessage](), "")
		v, issues := l.text(`a"b`)
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any(json.RawMessage(`"a\"b"`)))
		_, issues = l.text("\xff")
		assert.Equal(t, issues, issue("string_type", `["v"]`, "Input should be a valid string", "", ""))
		_, issues = loneOf(t, reflect.TypeFor[pair](), "").text("a")
		assert.Equal(t, issues, issue("value_error", `["v"]`, "Value error, the value is not valid", `"a"`, `{"error":"the value is not valid"}`))
	})
	t.Run("only writes", func(t *testing.T) {
		_, err := compile[raw](t, schema.Config{}).Decode([]byte(`1`))
		assert.Equal(t, issuesOf(err), invalid(`1`))
	})
}

func TestMarshalersWrite(t *testing.T) {
	appendTo := func(v any) (string, error) {
		l := loneOf(t, reflect.TypeOf(v), "")
		owner := reflect.New(l.owner)
		owner.Elem().Field(0).Set(reflect.ValueOf(v))
		out, err := l.field.AppendJSON(nil, owner.Interface())
		return string(out), err
	}
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"text", upper("ABC"), `"abc"`},
		{"text with a quote", upper(`A"B`), `"a\"b"`},
		{"text beyond ASCII", upper("é"), `"é"`},
		{"text with a control character", upper("\n"), `"\n"`},
		{"empty text", upper(""), `""`},
		{"JSON is compacted", pair{1, 2}, `[1,2]`},
		{"nil raw message", json.RawMessage(nil), `null`},
		{"raw string", raw(`"a \" b"`), `"a \" b"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := appendTo(test.v)
			assert.NoError(t, err)
			assert.Equal(t, got, test.want)
		})
	}
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"failing text", upper("FAIL"), "MarshalText of *schema_test.upper: failed"},
		{"text that is not UTF-8", writer("\xff"), "a string is not valid UTF-8"},
		{"failing JSON", pair{-1, 0}, "MarshalJSON of *schema_test.pair: failed"},
		{"no JSON", raw(`{`), "MarshalJSON of *schema_test.raw: the result is not valid JSON"},
		{"nothing", raw(``), "MarshalJSON of *schema_test.raw: the result is not valid JSON"},
		{"two values", raw(`1 2`), "MarshalJSON of *schema_test.raw: the result is not valid JSON"},
		{"repeated names", raw(`{"a":1,"a":2}`), "MarshalJSON of *schema_test.raw: the result is not valid JSON"},
		{"JSON that is not UTF-8", raw("\"\xff\""), "MarshalJSON of *schema_test.raw: the result is not valid JSON"},
		{"only reads JSON", readsJSON{}, "MarshalJSON of *schema_test.readsJSON: the type has no such method"},
		{"AppendText that fails", netipFail{}, "MarshalText of *schema_test.netipFail: failed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := appendTo(test.v)
			if err == nil {
				t.Fatal("no error")
			}
			assert.Equal(t, err.Error(), test.want)
		})
	}
}

type readsJSON struct{}

func (*readsJSON) UnmarshalJSON([]byte) error { return nil }

type netipFail struct{}

func (netipFail) MarshalText() ([]byte, error)          { return nil, nil }
func (netipFail) AppendText(dst []byte) ([]byte, error) { return dst, errors.New("failed") }
