package wire_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/wire"
)

// scan skips the one value of text and says what came of it: "ok", "repeated",
// or the offset and the reason of the syntax error.
func scan(text string, depth int) string {
	var s wire.Scanner
	s.Reset([]byte(text), depth)
	raw, dup, ok := s.Skip()
	if ok && s.End() {
		if string(raw) != strings.Trim(text, " \t\r\n") {
			return fmt.Sprintf("returned %q", raw)
		}
		if dup {
			return "repeated"
		}
		return "ok"
	}
	if s.Err() == nil {
		return "stopped without a reason"
	}
	return fmt.Sprintf("%d: %s", s.Err().Offset, s.Err())
}

func TestSkip(t *testing.T) {
	const (
		value = "Expecting value"
		name  = "Expecting property name enclosed in double quotes"
	)
	tests := []struct{ name, text, want string }{
		{"null", `null`, "ok"},
		{"true in white space", " \t\r\n true \t\r\n ", "ok"},
		{"false", `false`, "ok"},
		{"empty string", `""`, "ok"},
		{"empty array", `[ ]`, "ok"},
		{"empty object", `{ }`, "ok"},
		{"array", `[1, "a", [true], {"b": null}]`, "ok"},
		{"object", `{"a" : {"b":[]} , "c":1}`, "ok"},

		{"nothing", ``, "0: " + value},
		{"only space", `  `, "2: " + value},
		{"NUL", "\x00", "0: " + value},
		{"byte order mark", "\ufeff1", "0: " + value},
		{"form feed is no space", "\f1", "0: " + value},
		{"cut literal", `tru`, "0: " + value},
		{"upper case literal", `True`, "0: " + value},
		{"NaN", `NaN`, "0: " + value},
		{"long literal", `nulll`, "4: Extra data"},
		{"two values", `1 2`, "2: Extra data"},
		{"closing bracket", `1]`, "1: Extra data"},
		{"NUL after the value", "1\x00", "1: Extra data"},

		{"open array", `[`, "1: " + value},
		{"array without value", `[,1]`, "1: " + value},
		{"array without comma", `[1 2]`, "3: Expecting ',' delimiter"},
		{"array with trailing comma", `[1,]`, "2: Illegal trailing comma before end of array"},
		{"array closed by brace", `[1}`, "2: Expecting ',' delimiter"},
		{"open after comma", `[1,`, "3: " + value},

		{"open object", `{`, "1: " + name},
		{"bare name", `{a:1}`, "1: " + name},
		{"name of another kind", `{1:1}`, "1: " + name},
		{"no colon", `{"a" 1}`, "5: Expecting ':' delimiter"},
		{"no value", `{"a":}`, "5: " + value},
		{"no comma", `{"a":1 "b":2}`, "7: Expecting ',' delimiter"},
		{"trailing comma", `{"a":1,}`, "6: Illegal trailing comma before end of object"},
		{"two commas", `{"a":1,,"b":2}`, "7: " + name},
		{"open member", `{"a":1`, "6: Expecting ',' delimiter"},
		{"bad name", "{\"\x01\":1}", "2: Invalid control character at"},

		{"repeated name", `{"a":1,"a":1}`, "repeated"},
		{"repeated name in another spelling", `{"a":1,"\u0061":1}`, "repeated"},
		{"repeated deep inside", `[{"b":{"a":1,"c":2,"a":1}}]`, "repeated"},
		{"repeated empty name", `{"":1,"":1}`, "repeated"},
		{"one name in two objects", `[{"a":{"a":1}},{"a":1}]`, "ok"},
		{"names that begin alike", `{"a":1,"ab":1,"b":1}`, "ok"},
		{"other case", `{"a":1,"A":1}`, "ok"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, scan(test.text, 10), test.want) })
	}
}

func TestSkipNumbers(t *testing.T) {
	for _, text := range []string{"0", "-0", "1", "10", "-12", "0.5", "0.0", "1.25", "1e5", "1E5", "1e+5", "1e-5", "-0.1e-07", "123456789012345678901234567890"} {
		t.Run(text, func(t *testing.T) { assert.Equal(t, scan(text, 1), "ok") })
	}
	bad := []struct{ text, want string }{
		{"-", "0: Expecting value"},
		{"+1", "0: Expecting value"},
		{".5", "0: Expecting value"},
		{"01", "0: Expecting value"},
		{"-01", "0: Expecting value"},
		{"-a", "0: Expecting value"},
		{"1.", "1: Expecting value"},
		{"1.e5", "1: Expecting value"},
		{"1e", "1: Expecting value"},
		{"1e+", "1: Expecting value"},
		{"1.5e", "3: Expecting value"},
		{"1a", "1: Extra data"},
		{"0x10", "1: Extra data"},
		{"1_0", "1: Extra data"},
		{"1.5.5", "3: Extra data"},
	}
	for _, test := range bad {
		t.Run(test.text, func(t *testing.T) { assert.Equal(t, scan(test.text, 1), test.want) })
	}
}

// TestSkipStrings puts each string behind 0 to 17 plain characters, so that it
// meets every position of the eight bytes that are read at once.
func TestSkipStrings(t *testing.T) {
	tests := []struct {
		name, text string
		at         int // offset of the error in text, -1 for none
		reason     string
	}{
		{"plain", `abc`, -1, ""},
		{"delete is no control", "\x7f", -1, ""},
		{"two bytes", `é`, -1, ""},
		{"three bytes", `€`, -1, ""},
		{"four bytes", `😀`, -1, ""},
		{"last character", "\U0010FFFF", -1, ""},
		{"replacement character itself", "\uFFFD", -1, ""},
		{"all short escapes", `\"\\\/\b\f\n\r\t`, -1, ""},
		{"\\u", `\u0000\u00e9\u20AC`, -1, ""},
		{"pair", `\uD83D\uDE00`, -1, ""},
		{"neighbours of the surrogates", `\uD7FF\uE000`, -1, ""},

		{"control", "\x1f", 0, "Invalid control character at"},
		{"line break", "\n", 0, "Invalid control character at"},
		{"NUL", "\x00", 0, "Invalid control character at"},
		{"control after a character", "é\x01", 2, "Invalid control character at"},
		{"unknown escape", `\a`, 0, "Invalid \\escape"},
		{"escape in upper case", `\N`, 0, "Invalid \\escape"},
		{"escaped quote in single quotes", `\'`, 0, "Invalid \\escape"},
		{"three digits", `\u12G4`, 0, "Invalid \\uXXXX escape"},
		{"sign in digits", `\u+123`, 0, "Invalid \\uXXXX escape"},
		{"lone high", `\uD83D`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"lone low", `\uDE00`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"high and high", `\uD83D\uD83D`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"high and other", `\uD83D\u0041`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"high and short escape", `\uD83D\n12345`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"high and bad digits", `\uD83D\uDEXX`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"high and character", `\uD83D😀😀`, 0, "Unpaired surrogate in \\uXXXX escape"},
		{"last surrogates", `\uDBFF\uDFFE\uDFFF`, 12, "Unpaired surrogate in \\uXXXX escape"},
		{"lone continuation", "\x80", 0, "Invalid UTF-8"},
		{"overlong", "\xc0\xaf", 0, "Invalid UTF-8"},
		{"encoded surrogate", "\xed\xa0\x80", 0, "Invalid UTF-8"},
		{"beyond Unicode", "\xf4\x90\x80\x80", 0, "Invalid UTF-8"},
		{"cut character", "\xe2\x82", 0, "Invalid UTF-8"},
		{"Latin-1", "a\xe9b", 1, "Invalid UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for n := range 18 {
				want := "ok"
				if test.at >= 0 {
					want = fmt.Sprintf("%d: %s", 1+n+test.at, test.reason)
				}
				assert.Equal(t, scan(`"`+strings.Repeat("x", n)+test.text+`y"`, 1), want, "behind", n)
			}
		})
	}
}

func TestUnterminatedStrings(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"at once", `"`, "0: Unterminated string starting at"},
		{"short", `["abc`, "1: Unterminated string starting at"},
		{"long", `"` + strings.Repeat("x", 30), "0: Unterminated string starting at"},
		{"beyond ASCII", `"é`, "0: Unterminated string starting at"},
		{"escaped quote", `"\"`, "0: Unterminated string starting at"},
		{"backslash", `"\`, `1: Invalid \escape`},
		{"cut digits", `"\u12`, `1: Invalid \uXXXX escape`},
		{"cut pair", `"\uD83D\uDE`, `1: Unpaired surrogate in \uXXXX escape`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, scan(test.text, 1), test.want) })
	}
}

func TestStringKinds(t *testing.T) {
	tests := []struct {
		name, text, raw string
		kind            wire.StringKind
	}{
		{"empty", `""`, ``, wire.ASCII},
		{"ASCII", `"0123456789"`, `0123456789`, wire.ASCII},
		{"beyond", `"01234567é"`, `01234567é`, wire.UTF8},
		{"escaped", `"a\n"`, `a\n`, wire.Escaped},
		{"both", `"é\n"`, `é\n`, wire.Escaped},
		{"ends at the first quote", `"a"b"`, `a`, wire.ASCII},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s wire.Scanner
			s.Reset([]byte(test.text), 0)
			raw, kind, ok := s.String()
			assert.Equal(t, ok, true)
			assert.Equal(t, string(raw), test.raw)
			assert.Equal(t, kind, test.kind)
			assert.Equal(t, s.Pos, len(test.raw)+2)
		})
	}
}

func TestNumberIsWhole(t *testing.T) {
	for text, want := range map[string]bool{"0": true, "-12": true, "1.0": false, "1e2": false, "1.5E1": false} {
		var s wire.Scanner
		s.Reset([]byte(text+","), 0)
		lit, whole, ok := s.Number()
		assert.Equal(t, ok, true, text)
		assert.Equal(t, string(lit), text)
		assert.Equal(t, whole, want, text)
	}
}

func TestDepth(t *testing.T) {
	nest := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	tests := []struct {
		name, text string
		depth      int
		want       string
	}{
		{"scalar", `1`, 0, "ok"},
		{"array without any", `[]`, 0, "0: Nesting too deep"},
		{"at the limit", nest(5), 5, "ok"},
		{"past the limit", nest(6), 5, "5: Nesting too deep"},
		{"objects at the limit", `{"a":{"a":{}}}`, 3, "ok"},
		{"objects past the limit", `{"a":{"a":{}}}`, 2, "10: Nesting too deep"},
		{"side by side", `[[[]],[[]],{"a":[]}]`, 3, "ok"},
		{"the usual limit", nest(wire.DefaultDepth), wire.DefaultDepth, "ok"},
		{"past the usual limit", nest(wire.DefaultDepth + 1), wire.DefaultDepth, "100: Nesting too deep"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, scan(test.text, test.depth), test.want) })
	}
}

func TestFirstFailureIsKept(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(`[1`), 1)
	_, _, ok := s.Skip()
	assert.Equal(t, ok, false)
	assert.Equal(t, s.Fail(0, "later"), false)
	assert.Equal(t, s.Err(), &wire.SyntaxError{Offset: 2, Reason: "Expecting ',' delimiter"})
	assert.Equal(t, s.End(), false)
	s.Reset([]byte(`1`), 1)
	assert.Equal(t, s.Err() == nil, true)
	_, _, ok = s.Skip()
	assert.Equal(t, ok && s.End(), true)
}

func TestEndAfterFailure(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(``), 1)
	s.Fail(0, "reason")
	assert.Equal(t, s.End(), false)
}

func TestNames(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(`{"plain": 1, "\u0065scaped":2}`), 1)
	assert.Equal(t, s.Enter(), true)
	for i, want := range []string{"plain", "escaped"} {
		more, ok := s.More('}', i == 0)
		assert.Equal(t, more && ok, true)
		name, ok := s.Name()
		assert.Equal(t, ok, true)
		assert.Equal(t, string(name), want)
		_, _, ok = s.Skip()
		assert.Equal(t, ok, true)
	}
	more, ok := s.More('}', false)
	assert.Equal(t, !more && ok, true)
	s.Leave()
	assert.Equal(t, s.End(), true)
}

func TestDetour(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(`[1,2]`), 1)
	s.Enter()
	s.More(']', true)
	s.Number()
	place := s.Detour([]byte(`[[]]`), 2)
	_, _, ok := s.Skip()
	assert.Equal(t, ok && s.End(), true)
	s.Return(place)
	s.More(']', false)
	lit, _, ok := s.Number()
	assert.Equal(t, ok, true)
	assert.Equal(t, string(lit), "2")
	s.More(']', false)
	s.Leave()
	assert.Equal(t, s.End() && s.Enter(), true, "depth is back")
}

// TestRepeatedNames has objects of each size around the one from which on a map
// finds the names, and a repetition at each distance.
func TestRepeatedNames(t *testing.T) {
	object := func(n int, more string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"n%d":{"n%d":%d},`, i, i, i)
		}
		return "{" + strings.TrimSuffix(b.String()+more, ",") + "}"
	}
	for n := range 40 {
		assert.Equal(t, scan(object(n, ""), 9), "ok", n, "names")
		assert.Equal(t, scan(object(n, `"x":`+object(n, "")), 9), "ok", n, "names in each of two objects")
		for i := range n {
			assert.Equal(t, scan(object(n, fmt.Sprintf(`"n%d":0`, i)), 9), "repeated", n, "names and again", i)
		}
		if n > 0 {
			inner := object(n, `"n0":0`)
			assert.Equal(t, scan(object(n, `"x":`+inner), 9), "repeated", n, "names, repeated inside")
			assert.Equal(t, scan(`[`+inner+`,`+object(n, "")+`]`, 9), "repeated", n, "names, repeated before")
			assert.Equal(t, scan(object(n, `"x":`+object(n, "")+`,"n0":0`), 9), "repeated", n, "names, repeated behind")
		}
	}
}

func TestOpenNames(t *testing.T) {
	var s wire.Scanner
	s.Reset([]byte(`{"a":1,"b":{"a":1}}`), 9)
	outer := s.OpenNames()
	for i := range 20 {
		assert.Equal(t, s.AddName(outer, fmt.Append(nil, i)), true)
	}
	inner := s.OpenNames()
	assert.Equal(t, s.AddName(inner, []byte("3")), true)
	_, dup, ok := s.Skip()
	assert.Equal(t, ok && !dup, true)
	assert.Equal(t, s.AddName(inner, []byte("3")), false)
	s.CloseNames(inner)
	assert.Equal(t, s.AddName(outer, []byte("3")), false)
	s.CloseNames(outer)
	assert.Equal(t, s.AddName(s.OpenNames(), []byte("3")), true)
	s.Reset(nil, 0)
	assert.Equal(t, s.AddName(s.OpenNames(), []byte("3")), true)
}

// TestHostileTime scans texts of a megabyte that are made to be slow.
func TestHostileTime(t *testing.T) {
	const size = 1 << 20
	many := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	tests := []struct{ name, text, want string }{
		{"open arrays", strings.Repeat("[", size), "100: Nesting too deep"},
		{"open objects", strings.Repeat(`{"a":`, size/5), "500: Nesting too deep"},
		{"names", "{" + many(`"%d":0,`) + "}", "ok"},
		{"long names", "{" + many(`"`+strings.Repeat("x", 60<<10)+`%d":0,`) + "}", "ok"},
		{"objects of 17 names", "[" + many(`{"a%d":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"k":0,"l":0,"m":0,"n":0,"o":0,"p":0,"q":0},`) + "]", "ok"},
		{"space", strings.Repeat(" ", size) + "1", "ok"},
		{"escapes", `"` + strings.Repeat(`\u0041`, size/6) + `"`, "ok"},
		{"characters", `"` + strings.Repeat(`é`, size/2) + `"`, "ok"},
		{"digits", strings.Repeat("1", size), "ok"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			assert.Equal(t, scan(test.text, wire.DefaultDepth), test.want)
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%d bytes took %v", len(test.text), d)
			}
		})
	}
}

func TestSkipAllocations(t *testing.T) {
	text := []byte(`{"a":[1,2.5,"x\n"],"b":{"\u0061":null},"c":true}`)
	var s wire.Scanner
	got := testing.AllocsPerRun(100, func() {
		s.Reset(text, wire.DefaultDepth)
		s.Skip()
	})
	assert.Equal(t, got, 0)
}
