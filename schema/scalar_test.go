package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func TestStrings(t *testing.T) {
	notString := func(input string) string {
		return issue("string_type", `[]`, "Input should be a valid string", input, "")
	}
	broken := func(offset, reason string) string {
		return "malformed " + issue("json_invalid", "["+offset+"]", "JSON decode error", "", `{"error":`+quote(reason)+`}`)
	}
	long := strings.Repeat("a long text ", 1000)
	decodeAll(t, schema.Config{}, []row[string]{
		{name: "plain", in: `"abc"`, want: "abc"},
		{name: "empty", in: `""`, want: ""},
		{name: "escapes", in: `"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"`, want: "\"\\/\b\f\n\r\té😀"},
		{name: "NUL", in: `"a\u0000b"`, want: "a\x00b"},
		{name: "beyond ASCII", in: `"é€😀"`, want: "é€😀"},
		{name: "replacement character", in: `"\uFFFD�"`, want: "\uFFFD\uFFFD"},
		{name: "longer than a slab", in: quote(long), want: long},
		{name: "null", in: `null`, issues: notString(`null`)},
		{name: "number", in: `1`, issues: notString(`1`)},
		{name: "bool", in: `false`, issues: notString(`false`)},
		{name: "list", in: `["a"]`, issues: notString("")},
		{name: "lone surrogate", in: `"\uDE00"`, issues: broken("1", `Unpaired surrogate in \uXXXX escape`)},
		{name: "not UTF-8", in: "\"\xff\"", issues: broken("1", "Invalid UTF-8")},
		{name: "control character", in: "\"a\tb\"", issues: broken("2", "Invalid control character at")},
		{name: "open", in: `"abc`, issues: broken("0", "Unterminated string starting at")},
		{name: "wrong type and malformed", in: `[x]`, issues: broken("1", "Expecting value")},
	})
	t.Run("text", func(t *testing.T) {
		for _, tags := range []string{``, `check:"maxLength=100000"`} {
			l := loneOf(t, stringOf, tags)
			for _, in := range []string{"", "a b", `"quoted"`, `\n`, "null", "é😀", "a\x00b", long} {
				v, issues := l.text(in)
				assert.Equal(t, issues, "")
				assert.Equal(t, v, any(in))
			}
			_, issues := l.text("a\xffb")
			assert.Equal(t, issues, issue("string_type", `["v"]`, "Input should be a valid string", "", ""))
			_, issues = l.text("a", "b")
			assert.Equal(t, issues, issue("multiple_values", `["v"]`, "Input should be given once", "", ""))
			_, issues = l.text()
			assert.Equal(t, issues, missing(`["v"]`))
		}
	})
	t.Run("uuid of another type", func(t *testing.T) {
		l := loneOf(t, stringOf, `check:"format=uuid"`)
		_, issues := l.json(`1`)
		assert.Equal(t, issues, issue("uuid_type", `["v"]`, "UUID input should be a string, bytes or UUID object", `1`, ""))
		_, issues = l.json(`"é3e4567-e89b-12d3-a456-426614174000"`)
		assert.Contains(t, issues, "invalid character: expected [0-9a-fA-F] at 1")
		_, issues = l.json(`"` + strings.Repeat("é", 18) + `"`)
		assert.Contains(t, issues, "invalid character: expected [0-9a-fA-F] at 1")
		_, issues = l.json(`"` + strings.Repeat("é", 36) + `"`)
		assert.Contains(t, issues, "expected 36 characters, found 36") // bytes decide, characters are told
	})
}

func TestBools(t *testing.T) {
	notBool := func(input string) string {
		return issue("bool_type", `[]`, "Input should be a valid boolean", input, "")
	}
	decodeAll(t, schema.Config{}, []row[bool]{
		{name: "true", in: `true`, want: true},
		{name: "false", in: `false`, want: false},
		{name: "null", in: `null`, issues: notBool(`null`)},
		{name: "number", in: `1`, issues: notBool(`1`)},
		{name: "string", in: `"true"`, issues: notBool(`"true"`)},
		{name: "object", in: `{}`, issues: notBool("")},
		{name: "cut", in: `tru`, issues: "malformed " + issue("json_invalid", "[0]", "JSON decode error", "", `{"error":"Expecting value"}`)},
	})
	t.Run("text", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[bool](), "")
		for want, words := range map[bool][]string{
			true: {"true", "1", "yes", "on", "t", "y", "TRUE", "Yes", "oN"}, false: {"false", "0", "no", "off", "f", "n", "False"},
		} {
			for _, in := range words {
				v, issues := l.text(in)
				assert.Equal(t, issues, "", in)
				assert.Equal(t, v, any(want), in)
			}
		}
		for _, in := range []string{"", "2", "yess", " true", "null", "01"} {
			_, issues := l.text(in)
			assert.Equal(t, issues, issue("bool_parsing", `["v"]`, "Input should be a valid boolean, unable to interpret input", quote(in), ""))
		}
	})
}

func TestTimes(t *testing.T) {
	const reason = "expected the form 2006-01-02T15:04:05Z of RFC 3339"
	bad := func(loc, input string) string {
		return issue("datetime_parsing", loc, "Input should be a valid datetime, "+reason, input, `{"error":"`+reason+`"}`)
	}
	l := loneOf(t, reflect.TypeFor[time.Time](), "")
	for in, want := range map[string]string{
		"2026-01-02T03:04:05Z":           "2026-01-02T03:04:05Z",
		"2026-01-02T03:04:05.123456789Z": "2026-01-02T03:04:05.123456789Z",
		"2026-01-02T03:04:05.100Z":       "2026-01-02T03:04:05.1Z",
		"2026-01-02T03:04:05+02:00":      "2026-01-02T03:04:05+02:00",
		"2026-01-02T03:04:05-23:59":      "2026-01-02T03:04:05-23:59",
		"0000-01-01T00:00:00Z":           "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":           "9999-12-31T23:59:59Z",
		"2024-02-29T00:00:00Z":           "2024-02-29T00:00:00Z",
	} {
		wantTime, err := time.Parse(time.RFC3339Nano, in)
		assert.NoError(t, err)
		fromJSON, issues := l.json(quote(in))
		assert.Equal(t, issues, "", in)
		assert.Equal(t, fromJSON, any(wantTime))
		fromText, issues := l.text(in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, fromText, any(wantTime))
		out, err := compile[time.Time](t, schema.Config{}).Append(nil, &wantTime)
		assert.NoError(t, err)
		assert.Equal(t, string(out), quote(want))
	}
	for _, in := range []string{
		"", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-01-02T3:04:05Z", "2026-01-02T03:04:05,1Z", "2025-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02T03:04:60Z", "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05-00:60", "1767322800", "99999-01-01T00:00:00Z",
	} {
		_, issues := l.json(quote(in))
		assert.Equal(t, issues, bad(`["v"]`, quote(in)))
		_, issues = l.text(in)
		assert.Equal(t, issues, bad(`["v"]`, quote(in)))
	}
	v, issues := l.json(`"2026-01-02T03:04:05\u005a"`)
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
	_, issues = l.json(`1767322800`)
	assert.Equal(t, issues, issue("datetime_type", `["v"]`, "Input should be a valid datetime", `1767322800`, ""))
	_, issues = l.json(`"cut`)
	assert.Contains(t, issues, "malformed")
	_, issues = l.text("\xff")
	assert.Equal(t, issues, issue("string_type", `["v"]`, "Input should be a valid string", "", ""))
}

func TestBytes(t *testing.T) {
	const reason = "expected the standard alphabet with padding"
	l := loneOf(t, reflect.TypeFor[[]byte](), "")
	for in, want := range map[string]string{"": "", "YQ==": "a", "YWI=": "ab", "YWJj": "abc", "++//": "\xfb\xef\xff"} {
		v, issues := l.json(quote(in))
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any([]byte(want)))
		v, issues = l.text(in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any([]byte(want)))
	}
	v, issues := l.json(`"YW\u0049\/"`)
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any([]byte("ab?")))
	for _, in := range []string{"Y", "YQ", "YQ=", "YWI", "YR==", "--__", "YW I=", "YWI=\n", "Y\nWI=", "YWI=\r\n", "YWI==", "YWI=YWI=", "é"} {
		want := issue("base64_decode", `["v"]`, "Base64 decoding error: "+reason, quote(in), `{"error":"`+reason+`"}`)
		_, issues := l.json(quote(in))
		assert.Equal(t, issues, want)
		_, issues = l.text(in)
		assert.Equal(t, issues, want)
	}
	_, issues = l.json(`[1,2]`)
	assert.Equal(t, issues, issue("bytes_type", `["v"]`, "Input should be a valid bytes", "", ""))
	_, issues = l.json(`"cut`)
	assert.Contains(t, issues, "malformed")

	t.Run("a list of small numbers of another type is a list", func(t *testing.T) {
		type small uint8
		v, issues := loneOf(t, reflect.TypeFor[[]small](), "").json(`[1,255]`)
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any([]small{1, 255}))
	})
}

func TestConstOfABool(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[bool](), `check:"const=true" default:"true"`)
	for in, want := range map[string]string{"true": "", "false": "literal_error", "1": "bool_type"} {
		_, issues := l.json(in)
		assert.Equal(t, issueTypes(issues), want, in)
	}
	_, issues := l.json("false")
	assert.Equal(t, issues, issue("literal_error", `["v"]`, "Input should be true", "false", `{"expected":"true"}`))
	for in, want := range map[string]string{"yes": "", "no": "literal_error", "": "bool_parsing"} {
		_, issues := l.text(in)
		assert.Equal(t, issueTypes(issues), want, in)
	}
	_, err := tryLone(reflect.TypeFor[bool](), `check:"const=true" default:"false"`)
	assert.Contains(t, fmt.Sprint(err), "Input should be true")
	out, err := json.Marshal(compile[struct {
		V bool `check:"const=false"`
	}](t, schema.Config{}).InputSchema(schema.NewSchemas("#/")))
	assert.NoError(t, err)
	assert.Contains(t, string(out), `"const":false`)
}
