package wire_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/quick"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/wire"
)

// standard is v as encoding/json writes it, without escapes for HTML.
func standard(t *testing.T, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	assert.NoError(t, enc.Encode(v))
	return strings.TrimSuffix(b.String(), "\n")
}

func TestAppendString(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", ``, `""`},
		{"plain", `abc`, `"abc"`},
		{"eight", `01234567`, `"01234567"`},
		{"quote and backslash", `a"b\c`, `"a\"b\\c"`},
		{"short escapes", "\b\f\n\r\t", `"\b\f\n\r\t"`},
		{"other controls", "\x00\x01\x1f", `"\u0000\u0001\u001f"`},
		{"nothing else", "/<>&'\x7f\u2028", "\"/<>&'\x7f\u2028\""},
		{"beyond ASCII", "é€😀", `"é€😀"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for n := range 10 {
				pad := strings.Repeat("x", n)
				got, ok := wire.AppendString([]byte("dst"), pad+test.in+pad)
				assert.Equal(t, ok, true)
				assert.Equal(t, string(got), `dst"`+pad+test.want[1:len(test.want)-1]+pad+`"`)
			}
		})
	}
	for _, bad := range []string{"\x80", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80"} {
		for n := range 10 {
			_, ok := wire.AppendString(nil, strings.Repeat("x", n)+bad+"y")
			assert.Equal(t, ok, false, strconv.Quote(bad), "behind", n)
		}
	}
}

func TestAppendStringIsStandard(t *testing.T) {
	same := func(s string) bool {
		s = strings.ToValidUTF8(s, "?")
		got, ok := wire.AppendString(nil, s)
		// Two line separators are escaped there for JavaScript's sake.
		want := strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(standard(t, s))
		return ok && string(got) == want
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestAppendUnescaped(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to do", `abc`, `abc`},
		{"short escapes", `\"\\\/\b\f\n\r\t`, "\"\\/\b\f\n\r\t"},
		{"one byte", `\u0041\u007f`, "A\x7f"},
		{"NUL", `a\u0000b`, "a\x00b"},
		{"two and three bytes", `\u00E9\u20ac`, "é€"},
		{"pair", `x\uD83D\uDE00y`, "x😀y"},
		{"first and last pair", `\uD800\uDC00\uDBFF\uDFFF`, "\U00010000\U0010FFFF"},
		{"backslash before u", `\\u0041`, `\u0041`},
		{"beyond ASCII in between", `é\né`, "é\né"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, string(wire.AppendUnescaped([]byte("dst"), []byte(test.in))), "dst"+test.want)
			var s string
			assert.NoError(t, json.Unmarshal([]byte(`"`+test.in+`"`), &s))
			assert.Equal(t, s, test.want, "encoding/json")
		})
	}
}

func TestStringsComeBack(t *testing.T) {
	back := func(in string) bool {
		in = strings.ToValidUTF8(in, "?")
		text, _ := wire.AppendString(nil, in)
		var s wire.Scanner
		s.Reset(text, 0)
		raw, _, ok := s.String()
		return ok && s.End() && string(wire.AppendUnescaped(nil, raw)) == in
	}
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}

func TestAppendFloat(t *testing.T) {
	floats := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 1.5, 100, 1e20, 123456789012345680000, 1e21, 1e22, -1e21, 1e-6, 1e-7, 9.999e-7, 1.5e-9, 1e-10,
		1 << 53, math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxFloat32, math.SmallestNonzeroFloat32, 1.0 / 3,
	}
	for _, f := range floats {
		got, ok := wire.AppendFloat(nil, f, 64)
		assert.Equal(t, ok, true, f)
		assert.Equal(t, string(got), standard(t, f))
		if math.Abs(f) > math.MaxFloat32 {
			continue
		}
		got, ok = wire.AppendFloat([]byte("x"), float64(float32(f)), 32)
		assert.Equal(t, ok, true, f)
		assert.Equal(t, string(got), "x"+standard(t, float32(f)))
	}
	same := func(f float64, g float32) bool {
		a, _ := wire.AppendFloat(nil, f, 64)
		b, _ := wire.AppendFloat(nil, float64(g), 32)
		return string(a) == standard(t, f) && string(b) == standard(t, g)
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, ok := wire.AppendFloat(nil, f, 64)
		assert.Equal(t, ok, false, f)
	}
}

// Numbers of few decimals, their neighbours and what has too many digits take
// different ways and must meet.
func TestAppendFloatOfDecimals(t *testing.T) {
	check := func(f float64) {
		got, _ := wire.AppendFloat(nil, f, 64)
		if want := standard(t, f); string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, f := range []float64{
		0.19, 0.05, 52.520008, 1e-6, 1.5e-6, 0.0000005, 0.999999, 0.9999995, 999999999.999999, 1e9, 1e9 - 1e-7, 0.1 + 0.2, 1.005,
	} {
		for _, f := range []float64{f, math.Nextafter(f, 0), math.Nextafter(f, math.Inf(1))} {
			check(f)
			check(-f)
		}
	}
	same := func(n int64, places uint8) bool {
		check(float64(n%1e16) / math.Pow10(int(places%10)))
		check(float64(n%1e9) / math.Pow10(int(places%10)))
		return !t.Failed()
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestAppendCompact(t *testing.T) {
	for _, in := range []string{
		` [ 1 , 2 ] `, "{\t\"a b\" :\r\n\"c d\" }", `"\" , \\"`, `["\\", " \" "]`, `1`, `"é  é"`,
	} {
		var want bytes.Buffer
		assert.NoError(t, json.Compact(&want, []byte(in)))
		assert.Equal(t, string(wire.AppendCompact([]byte("x"), []byte(in))), "x"+want.String())
	}
}

func TestAppendCanonicalIsOneTextForAValue(t *testing.T) {
	for want, texts := range map[string][]string{
		`0`:                      {`0`, `-0`, `0.0`, `-0e5`, `0e99999999999999999999`},
		`15e-1`:                  {`1.5`, `1.50`, `15e-1`, `0.15E+1`, `0.00015e4`, `150e-2`},
		`-1e2`:                   {`-100`, `-1e2`, `-1.0e2`, `-100.00`},
		`9007199254740993e0`:     {`9007199254740993`, `9007199254740993.0`},
		`1e9999999999`:           {`1e9999999999`},
		`"a/é"`:                  {`"a/é"`, `"\u0061\/\u00e9"`},
		`"\n\""`:                 {`"\n\""`, `"\u000a\u0022"`},
		`{"a":1e0,"b":[1e0,{}]}`: {`{"a":1,"b":[1,{}]}`, ` { "b" : [ 1.0 , { } ] , "\u0061" : 1e0 } `},
		`[]`:                     {`[]`, `[ ]`}, `[null,true,false]`: {`[null, true,false]`},
	} {
		for _, text := range texts {
			assert.Equal(t, string(wire.AppendCanonical(nil, []byte(text))), want, text)
		}
	}
}

func TestValid(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":[1]}`: true, ` 1 `: true,
		``: false, `1 1`: false, `[1`: false, `{"a":1,"a":2}`: false, "\"\xff\"": false,
		strings.Repeat("[", 101) + strings.Repeat("]", 101): false,
	} {
		assert.Equal(t, wire.Valid([]byte(text)), want, text)
	}
}

func TestAppendAllocations(t *testing.T) {
	buf := make([]byte, 0, 100)
	got := testing.AllocsPerRun(100, func() {
		b, _ := wire.AppendString(buf, "a text with \"quotes\" and é")
		wire.AppendFloat(b, 1.25e-9, 64)
	})
	assert.Equal(t, got, 0)
}

func TestPlainNeedsNoEscapes(t *testing.T) {
	for i := range 256 {
		for _, at := range []int{0, 7, 8, 11} {
			text := []byte("abcdefghijkl")
			text[at] = byte(i)
			escaped, ok := wire.AppendString(nil, string(text))
			want := ok && i < 0x80 && string(escaped) == `"`+string(text)+`"`
			if got := wire.Plain(text); got != want {
				t.Errorf("Plain(%q): got %v, want %v", text, got, want)
			}
		}
	}
}

func TestEscapeHTMLIsWhatTheStandardLibraryWrites(t *testing.T) {
	for _, in := range []string{"", "plain", "<b>&amp;</b>", "\u2028é\u2029", `"\<`} {
		text, ok := wire.AppendString([]byte("kept<"), in)
		if !ok {
			t.Fatal(in)
		}
		want, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(wire.EscapeHTML(text, len("kept<"))); got != "kept<"+string(want) {
			t.Errorf("EscapeHTML of %q: got %s, want %s", in, got, want)
		}
	}
}
