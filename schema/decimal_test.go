package schema_test

import (
	"encoding/json"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// patternOf is the pattern in the schema of a type, for texts.
func patternOf(t testing.TB, typ reflect.Type) *regexp.Regexp {
	t.Helper()
	s := schema.NewSchemas("#/").Input(loneOf(t, typ, "").field)
	if s.AnyOf != nil {
		s = s.AnyOf[1]
	}
	re, err := regexp.Compile(s.Pattern)
	assert.NoError(t, err)
	return re
}

func containsText(text, part string) bool { return strings.Contains(text, part) }

func mustDecimal(t testing.TB, s string) schema.Decimal {
	t.Helper()
	d, err := schema.ParseDecimal(s)
	assert.NoError(t, err, s)
	return d
}

const notDecimal = "schema: not a decimal number of at most 100 digits"

func TestDecimals(t *testing.T) {
	nines, zeros := strings.Repeat("9", 100), strings.Repeat("0", 99)
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "-0.00": "0.00", "0.0": "0.0", "19.90": "19.90", "-12.50": "-12.50", "+5": "5", ".5": "0.5", "-.05": "-0.05", "007": "7", "00.70": "0.70",
		"1e3": "1000", "1E3": "1000", "1.5e+1": "15", "1.5e0": "1.5", "15e-1": "1.5", "1.50e1": "15.0", "5e-3": "0.005", "-5e-3": "-0.005", "0e5": "0", "0e-2": "0.00", "123e-5": "0.00123",
		"9007199254740993": "9007199254740993", "0.1000000000000000055511151231257827021181583404541015625": "0.1000000000000000055511151231257827021181583404541015625",
		nines: nines, "-" + nines: "-" + nines, "0." + nines: "0." + nines, "9." + nines[1:]: "9." + nines[1:], zeros + nines: nines,
		"1e99": "1" + zeros, "1e-100": "0." + zeros + "1", "0e100": "0", "0e-100": "0." + zeros + "0", "0.1e100": "1" + zeros,
	} {
		d, err := schema.ParseDecimal(in)
		assert.NoError(t, err, in)
		assert.Equal(t, d.String(), want, in)
		again := mustDecimal(t, d.String())
		assert.Equal(t, again.String(), want)
		assert.Equal(t, []int{again.Cmp(d), again.Scale()}, []int{0, d.Scale()}, in)
		if wantRat, ok := new(big.Rat).SetString(in); ok { // it reads no .5
			assert.Equal(t, d.Rat().Cmp(wantRat), 0, in)
		}
	}
	for _, in := range []string{
		"", "+", "-", ".", "-.", "e", "e1", ".e1", "5.", "-5.", "5.e1", "1e", "1e+", "1e-", "1e1.5", "1e1e1", "--1", "+-1", "1-", "1+1", "1.-5", "1.+5", "1.2.3", "1,5", "1 000", "1_000", " 1", "1 ",
		"x", "1x", "x1", "0x10", "１", "NaN", "Infinity", "-inf", "null", "1/2", "1e101", "1e-101", "1e_1", "1e 1",
		nines + "9", "1e100", "10e99", "0." + nines + "9", "9." + nines, "0.1e-100", "1e999999999", "1e-999999999", "1e99999999999999999999", "0e101",
	} {
		d, err := schema.ParseDecimal(in)
		if err == nil || err.Error() != notDecimal {
			t.Errorf("%q: %v", in, err)
		}
		assert.Equal(t, d, schema.Decimal{}, in)
		_, issues := loneOf(t, decimalOf, "").both(t, in)
		assert.Equal(t, issues, issue("decimal_parsing", `["v"]`, "Input should be a valid decimal", quote(in), ""))
	}
}

// TestHostileDecimals must be over at once: what they stand for is never computed.
func TestHostileDecimals(t *testing.T) {
	digits := strings.Repeat("9", 1_000_000)
	start := time.Now()
	for _, in := range []string{
		"1e999999999", "-1e-999999999", digits, "0." + digits, "1e" + digits, "1e-" + digits, digits + "e-999999", strings.Repeat("0", 1_000_000) + "." + digits, strings.Repeat("-", 1_000_000), strings.Repeat(".", 1_000_000),
	} {
		_, err := schema.ParseDecimal(in)
		assert.Equal(t, err != nil, true)
		l := loneOf(t, decimalOf, `check:"le=1,maxDigits=3,multipleOf=0.01"`)
		_, issues := l.both(t, in)
		assert.Contains(t, issues, "decimal_parsing")
		if json.Valid([]byte(in)) {
			_, issues = l.json(in)
			assert.Contains(t, issues, "decimal_parsing")
		}
	}
	if took := time.Since(start); took > 5*time.Second { // 100 ms were measured
		t.Errorf("took %v", took)
	}
}

func TestDecimalsInJSON(t *testing.T) {
	l := loneOf(t, decimalOf, "")
	for in, want := range map[string]string{
		`19.90`: `19.90`, `"19.90"`: `19.90`, `-0`: `0`, `1e3`: `1000`, `1E-2`: `0.01`, `"\u0031"`: `1`, `0`: `0`, `12345678901234567890.12`: `12345678901234567890.12`,
	} {
		v, issues := l.json(in)
		assert.Equal(t, issues, "", in)
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, want, in)
	}
	v, issues := l.text("19.90")
	assert.Equal(t, issues, "")
	assert.Equal(t, v.(schema.Decimal).String(), "19.90")
	out, err := l.write(schema.Decimal{})
	assert.NoError(t, err)
	assert.Equal(t, out, "0")
	t.Run("standard interfaces", func(t *testing.T) {
		type priced struct {
			A, B, C schema.Decimal
			P       *schema.Decimal
			M       map[string]schema.Decimal
		}
		got := priced{C: schema.NewDecimal(7, 0)}
		assert.NoError(t, json.Unmarshal([]byte(`{"A":1.50,"B":"2\u002e5","C":null,"P":null,"M":{"k":1e2}}`), &got))
		text, err := json.Marshal(got)
		assert.NoError(t, err)
		assert.Equal(t, string(text), `{"A":1.50,"B":2.5,"C":7,"P":null,"M":{"k":100}}`)
		for _, in := range []string{`"x"`, `true`, `[]`, `""`, `"null"`} {
			d := schema.NewDecimal(7, 1)
			assert.Equal(t, json.Unmarshal([]byte(in), &d).Error(), notDecimal, in)
			assert.Equal(t, d.String(), "0.7", "stays")
		}
		assert.Equal(t, new(schema.Decimal).UnmarshalJSON([]byte(`"`)) != nil, true)
		var keys map[schema.Decimal]bool // a pointer inside: each key is its own
		assert.NoError(t, json.Unmarshal([]byte(`{"1.0":true}`), &keys))
		text, err = json.Marshal(keys)
		assert.NoError(t, err)
		assert.Equal(t, string(text), `{"1.0":true}`)
	})
}

func TestDecimalMethods(t *testing.T) {
	for want, d := range map[string]schema.Decimal{
		"0": {}, "12.34": schema.NewDecimal(1234, 2), "-0.05": schema.NewDecimal(-5, 2), "5": schema.NewDecimal(5, 0), "7": schema.NewDecimal(7, -3), "0.00": schema.NewDecimal(0, 2),
		"-9223372036854775808": schema.NewDecimal(-1<<63, 0),
	} {
		assert.Equal(t, d.String(), want)
	}
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"1.0", "1.00", 0}, {"0", "-0.000", 0}, {"1e2", "100", 0}, {"1.1", "1.09", 1}, {"-1.1", "-1.09", -1}, {"0.1", "0.10000000000000000000000001", -1}, {"9007199254740993", "9007199254740992", 1},
	} {
		a, b := mustDecimal(t, test.a), mustDecimal(t, test.b)
		assert.Equal(t, a.Cmp(b), test.want, a, b)
		assert.Equal(t, b.Cmp(a), -test.want, b, a)
	}
	assert.Equal(t, schema.Decimal{}.Cmp(schema.NewDecimal(0, 3)), 0)
	assert.Equal(t, []int{schema.Decimal{}.Scale(), mustDecimal(t, "1.500").Scale(), mustDecimal(t, "1e5").Scale()}, []int{0, 3, 0})
	t.Run("immutable", func(t *testing.T) {
		d := mustDecimal(t, "1.5")
		d.Rat().Add(d.Rat(), big.NewRat(1, 1)).Num().SetInt64(9)
		d.Rat().Neg(d.Rat())
		assert.Equal(t, d.String(), "1.5")
	})
}

func TestRulesOfDecimals(t *testing.T) {
	const (
		digits = "decimal_max_digits|Decimal input should have no more than %d digits in total|max_digits"
		places = "decimal_max_places|Decimal input should have no more than %d decimal places|decimal_places"
		whole  = "decimal_whole_digits|Decimal input should have no more than %d digits before the decimal point|whole_digits"
	)
	for _, test := range []struct {
		check, value string
		want         string // type|message|key of ctx
		limit        int
	}{
		{`maxDigits=3`, `12.3`, "", 0},
		{`maxDigits=3`, `12.34`, digits, 3},
		{`maxDigits=3`, `999`, "", 0},
		{`maxDigits=3`, `1000`, digits, 3},
		{`maxDigits=3`, `1e2`, "", 0},
		{`maxDigits=3`, `1e3`, digits, 3},
		{`maxDigits=3`, `0.001`, "", 0},
		{`maxDigits=3`, `0.0001`, digits, 3},
		{`maxDigits=3`, `-12.30`, "", 0},
		{`maxDigits=3`, `12.300`, "", 0},
		{`maxDigits=1`, `12`, strings.Replace(digits, "digits in", "digit in", 1), 1},
		{`maxDigits=0`, `0`, "", 0},
		{`maxDigits=0`, `1`, digits, 0},
		{`decimalPlaces=2`, `1.23`, "", 0},
		{`decimalPlaces=2`, `1.234`, places, 2},
		{`decimalPlaces=2`, `1.2300`, "", 0},
		{`decimalPlaces=2`, `123456789`, "", 0},
		{`decimalPlaces=1`, `0.01`, strings.Replace(places, "decimal places", "decimal place", 1), 1},
		{`decimalPlaces=0`, `1.0`, "", 0},
		{`decimalPlaces=0`, `1.5`, places, 0},
		{`maxDigits=4,decimalPlaces=2`, `12.34`, "", 0},
		{`maxDigits=4,decimalPlaces=2`, `123`, whole, 2},
		{`maxDigits=4,decimalPlaces=2`, `99`, "", 0},
		{`maxDigits=4,decimalPlaces=2`, `1.234`, places, 2},
		{`maxDigits=4,decimalPlaces=2`, `123.45`, digits, 4},
		{`maxDigits=3,decimalPlaces=2`, `12`, strings.Replace(whole, "digits before", "digit before", 1), 1},
		{`maxDigits=2,decimalPlaces=5`, `0.01`, "", 0},
		{`maxDigits=2,decimalPlaces=5`, `1`, whole, 0},
		{`multipleOf=0.01`, `19.99`, "", 0},
		{`multipleOf=0.01`, `-19.990`, "", 0},
		{`multipleOf=0.01`, `0`, "", 0},
		{`multipleOf=0.01`, `19.999`, `multiple_of|Input should be a multiple of 0.01|multiple_of`, 0},
		{`multipleOf=2.5`, `7.5`, "", 0},
		{`multipleOf=1e2`, `250`, `multiple_of|Input should be a multiple of 1e2|multiple_of`, 0},
		{`multipleOf=5,le=10`, `12`, `multiple_of|Input should be a multiple of 5|multiple_of`, 0}, // before bounds
		{`multipleOf=5,maxDigits=1`, `12`, strings.Replace(digits, "digits in", "digit in", 1), 1}, // after digits
		{`maxDigits=1,le=5`, `9`, `less_than_equal|Input should be less than or equal to 5|le`, 5},
	} {
		t.Run(test.check+" "+test.value, func(t *testing.T) {
			want, key := "", ""
			if test.want != "" {
				parts := strings.Split(test.want, "|")
				msg, limit := strings.Replace(parts[1], "%d", strconv.Itoa(test.limit), 1), strconv.Itoa(test.limit)
				if key = parts[2]; key == "multiple_of" {
					limit = strings.TrimPrefix(msg, "Input should be a multiple of ")
				}
				want = issue(parts[0], `["v"]`, msg, "INPUT", `{"`+key+`":`+limit+`}`)
			}
			l := loneOf(t, decimalOf, `check:"`+test.check+`"`)
			_, got := l.both(t, test.value)
			assert.Equal(t, got, strings.Replace(want, "INPUT", quote(test.value), 1))
			if json.Valid([]byte(test.value)) {
				_, got = l.json(test.value)
				assert.Equal(t, got, strings.Replace(want, "INPUT", test.value, 1))
			}
		})
	}
}

func TestDecimalRoundTrip(t *testing.T) {
	err := quick.Check(func(n int64, scale uint8) bool {
		d := schema.NewDecimal(n, int(scale%90))
		got, err := schema.ParseDecimal(d.String())
		text, jsonErr := d.MarshalJSON()
		return err == nil && jsonErr == nil && json.Valid(text) && got.Cmp(d) == 0 && got.String() == d.String() && got.Scale() == d.Scale()
	}, nil)
	assert.NoError(t, err)
}

// FuzzDecimal compares with big.Rat and what a field reads with the
// pattern of the schema, which knows no limit.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-12.50", "1e3", ".5", "5.", "1e-100", "1e100", "0e-100", "+1", "1e999999999", "--1", "1_0", strings.Repeat("9", 101), "00000.1e5"} {
		f.Add(seed)
	}
	pattern := patternOf(f, decimalOf)
	field := loneOf(f, decimalOf, "")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := schema.ParseDecimal(s)
		_, issues := field.run(func(d *schema.Decoder, v any) { field.field.Text(d, v, s) })
		if plain := len(s) < 50 && !strings.ContainsAny(s, "eE"); pattern.MatchString(s) != (issues == "") && (plain || err == nil) {
			t.Errorf("%q: is of the pattern: %t, but %s", s, pattern.MatchString(s), issues)
		}
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || d.Rat().Cmp(want) != 0 {
			t.Errorf("%q: got %v, want %v", s, d, want)
		}
		text := d.String()
		again, err := schema.ParseDecimal(text)
		if err != nil || again.String() != text || again.Cmp(d) != 0 || !json.Valid([]byte(text)) {
			t.Errorf("%q is %s and then %v, %v", s, text, again, err)
		}
	})
}
