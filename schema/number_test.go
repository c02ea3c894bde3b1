package schema_test

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// TestIntegerSizes stands on both sides of each end of each type.
func TestIntegerSizes(t *testing.T) {
	tests := []struct {
		typ      reflect.Type
		min, max string
	}{
		{reflect.TypeFor[int8](), "-128", "127"},
		{reflect.TypeFor[int16](), "-32768", "32767"},
		{reflect.TypeFor[int32](), "-2147483648", "2147483647"},
		{reflect.TypeFor[int64](), "-9223372036854775808", "9223372036854775807"},
		{reflect.TypeFor[int](), fmt.Sprint(math.MinInt), fmt.Sprint(math.MaxInt)},
		{reflect.TypeFor[uint8](), "0", "255"},
		{reflect.TypeFor[uint16](), "0", "65535"},
		{reflect.TypeFor[uint32](), "0", "4294967295"},
		{reflect.TypeFor[uint64](), "0", "18446744073709551615"},
		{reflect.TypeFor[uint](), "0", fmt.Sprint(uint(math.MaxUint))},
	}
	add := func(n string, k int64) string {
		i, _ := new(big.Int).SetString(n, 10)
		return i.Add(i, big.NewInt(k)).String()
	}
	for _, test := range tests {
		t.Run(test.typ.String(), func(t *testing.T) {
			l := loneOf(t, test.typ, "")
			tooLarge := func(in string) string {
				return issue("less_than_equal", `["v"]`, "Input should be less than or equal to "+test.max, in, `{"le":`+test.max+`}`)
			}
			tooSmall := func(in string) string {
				return issue("greater_than_equal", `["v"]`, "Input should be greater than or equal to "+test.min, in, `{"ge":`+test.min+`}`)
			}
			for _, in := range []string{test.min, add(test.min, 1), "0", "1", add(test.max, -1), test.max} {
				for _, read := range []func() (any, string){
					func() (any, string) { return l.json(in) },
					func() (any, string) { return l.json(in + ".0") },
					func() (any, string) { return l.json(in + ".000e0") },
					func() (any, string) { return l.text(in) },
				} {
					v, issues := read()
					assert.Equal(t, issues, "", in)
					assert.Equal(t, fmt.Sprint(v), in)
				}
				out := reflect.New(l.owner)
				d := l.set.Decoder(0)
				l.field.Text(d, out.Interface(), in)
				text, err := l.field.AppendJSON(nil, out.Interface())
				assert.NoError(t, err)
				assert.Equal(t, string(text), in)
			}
			for _, in := range []string{add(test.max, 1), "99999999999999999999", "18446744073709551616", "123456789012345678901234567890"} {
				_, issues := l.json(in)
				assert.Equal(t, issues, tooLarge(in))
				_, issues = l.text(in)
				assert.Equal(t, issues, tooLarge(`"`+in+`"`))
			}
			for _, in := range []string{add(test.min, -1), "-99999999999999999999", "-18446744073709551616"} {
				_, issues := l.json(in)
				assert.Equal(t, issues, tooSmall(in))
				_, issues = l.text(in)
				assert.Equal(t, issues, tooSmall(`"`+in+`"`))
			}
			_, issues := l.json("1e400")
			assert.Equal(t, issues, tooLarge(""))
			_, issues = l.json("-1e400")
			assert.Equal(t, issues, tooSmall(""))
		})
	}
}

func TestIntegerForms(t *testing.T) {
	decodeAll(t, schema.Config{}, []row[int64]{
		{name: "point zero", in: `1.0`, want: 1},
		{name: "exponent", in: `1e2`, want: 100},
		{name: "exponent and point", in: `1.5e1`, want: 15},
		{name: "negative exponent", in: `1200e-2`, want: 12},
		{name: "minus zero", in: `-0`, want: 0},
		{name: "minus zero point zero", in: `-0.0`, want: 0},
		{name: "more than 2^53", in: `9007199254740993`, want: 9007199254740993},
		{name: "more than 2^53 with a point", in: `9007199254740993.0`, want: 9007199254740993},
		{name: "18 digits", in: `999999999999999999`, want: 999999999999999999},
		{name: "19 digits", in: `1000000000000000000`, want: 1000000000000000000},
		{name: "space around", in: " 7\n", want: 7},
		{name: "fraction", in: `1.5`, issues: issue("int_from_float", `[]`, "Input should be a valid integer, got a number with a fractional part", `1.5`, "")},
		{name: "fraction by exponent", in: `1e-1`, issues: issue("int_from_float", `[]`, "Input should be a valid integer, got a number with a fractional part", `1e-1`, "")},
		{name: "tiny", in: `1e-400`, issues: issue("int_from_float", `[]`, "Input should be a valid integer, got a number with a fractional part", `1e-400`, "")},
		{name: "string", in: `"1"`, issues: issue("int_type", `[]`, "Input should be a valid integer", `"1"`, "")},
		{name: "bool", in: `true`, issues: issue("int_type", `[]`, "Input should be a valid integer", `true`, "")},
		{name: "list", in: `[1]`, issues: issue("int_type", `[]`, "Input should be a valid integer", "", "")},
		{name: "object", in: `{"a":1}`, issues: issue("int_type", `[]`, "Input should be a valid integer", "", "")},
		{name: "leading zero", in: `01`, issues: "malformed " + issue("json_invalid", `[0]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
		{name: "minus alone", in: `-`, issues: "malformed " + issue("json_invalid", `[0]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
		{name: "open fraction", in: `1.`, issues: "malformed " + issue("json_invalid", `[1]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
		{name: "letters behind", in: `1x`, issues: "malformed " + issue("json_invalid", `[1]`, "JSON decode error", "", `{"error":"Extra data"}`)},
	})
	t.Run("unsigned minus zero", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[uint8]{
			{name: "short", in: `-0`}, {name: "with exponent", in: `-0e5`}, {name: "point zero", in: `255.0`, want: 255},
		})
	})
	t.Run("text", func(t *testing.T) {
		l := loneOf(t, intOf, "")
		for in, want := range map[string]int{"0": 0, "-0": 0, "007": 7, "-12": -12, strings.Repeat("0", 50) + "1": 1} {
			v, issues := l.text(in)
			assert.Equal(t, issues, "", in)
			assert.Equal(t, v, any(want), in)
		}
		for _, in := range []string{"", "-", "--1", "+1", " 1", "1 ", "1.0", "1e2", "0x1", "1_0", "a", "٣", "-99999999999999999999x"} {
			_, issues := l.text(in)
			assert.Equal(t, issues, issue("int_parsing", `["v"]`, "Input should be a valid integer, unable to parse string as an integer", `"`+in+`"`, ""))
		}
	})
}

func TestIntegersAreExact(t *testing.T) {
	signed, unsigned := compile[int64](t, schema.Config{}), compile[uint64](t, schema.Config{})
	exact := func(i int64, u uint64) bool {
		gotI, errI := signed.Decode(strconv.AppendInt(nil, i, 10))
		gotU, errU := unsigned.Decode(strconv.AppendUint(nil, u, 10))
		return errI == nil && errU == nil && gotI == i && gotU == u
	}
	if err := quick.Check(exact, nil); err != nil {
		t.Error(err)
	}
}

func TestFloats(t *testing.T) {
	decodeAll(t, schema.Config{}, []row[float64]{
		{name: "whole", in: `1`, want: 1},
		{name: "fraction", in: `-0.25`, want: -0.25},
		{name: "exponent", in: `1E+2`, want: 100},
		{name: "nearest", in: `0.1`, want: 0.1},
		{name: "many digits", in: `3.141592653589793238462643383279`, want: math.Pi},
		{name: "largest", in: `1.7976931348623157e308`, want: math.MaxFloat64},
		{name: "smallest", in: `5e-324`, want: 5e-324},
		{name: "smaller", in: `1e-400`, want: 0},
		{name: "larger", in: `1e309`, issues: issue("finite_number", `[]`, "Input should be a finite number", ``, "")},
		{name: "smaller than all", in: `-1e400`, issues: issue("finite_number", `[]`, "Input should be a finite number", ``, "")},
		{name: "string", in: `"1"`, issues: issue("float_type", `[]`, "Input should be a valid number", `"1"`, "")},
		{name: "null", in: `null`, issues: issue("float_type", `[]`, "Input should be a valid number", `null`, "")},
		{name: "NaN", in: `NaN`, issues: "malformed " + issue("json_invalid", `[0]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
		{name: "cut", in: `1.`, issues: "malformed " + issue("json_invalid", `[1]`, "JSON decode error", "", `{"error":"Expecting value"}`)},
	})
	t.Run("sign of zero", func(t *testing.T) {
		got, err := compile[float64](t, schema.Config{}).Decode([]byte(`-0.0`))
		assert.NoError(t, err)
		assert.Equal(t, math.Signbit(got), true)
	})
	t.Run("float32", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[float32]{
			{name: "nearest", in: `0.1`, want: 0.1},
			{name: "largest", in: `3.4028235e38`, want: math.MaxFloat32},
			{name: "larger", in: `3.5e38`, issues: issue("finite_number", `[]`, "Input should be a finite number", `3.5e38`, "")},
		})
	})
	t.Run("text", func(t *testing.T) {
		for typ, largest := range map[reflect.Type]string{floatOf: "1e308", reflect.TypeFor[float32](): "1e38"} {
			l := loneOf(t, typ, "")
			for in, want := range map[string]float64{"0": 0, "-1.5": -1.5, "+2": 2, ".5": 0.5, "5.": 5, "1e2": 100, "1E-2": 0.01} {
				v, issues := l.text(in)
				assert.Equal(t, issues, "", in)
				assert.Equal(t, v, reflect.ValueOf(want).Convert(typ).Interface(), in)
			}
			_, issues := l.text(largest)
			assert.Equal(t, issues, "", largest)
			for _, in := range []string{largest + "0", "-" + largest + "0", "inf", "-Infinity", "NaN"} {
				_, issues := l.text(in)
				assert.Equal(t, issues, issue("finite_number", `["v"]`, "Input should be a finite number", `"`+in+`"`, ""))
			}
			for _, in := range []string{"", "-", "a", " 1", "1 ", "1,5", "0x1p4", "1_0", "1e", "--1"} {
				_, issues := l.text(in)
				assert.Equal(t, issues, issue("float_parsing", `["v"]`, "Input should be a valid number, unable to parse string as a number", `"`+in+`"`, ""))
			}
		}
	})
}

// TestMultiplesAreExact compares with rational numbers.
func TestMultiplesAreExact(t *testing.T) {
	for _, step := range []string{"0.01", "0.1", "0.25", "0.3", "3", "7e-5", "1e3", "1.25e10", "123456789012345.6", "5e-324", "1e300"} {
		l := loneOf(t, floatOf, `check:"multipleOf=`+step+`"`)
		divisor, _ := new(big.Rat).SetString(step)
		exact := func(raw float64, n int32, exp int8) bool {
			stepFloat, _ := strconv.ParseFloat(step, 64)
			for _, f := range []float64{raw, float64(n), float64(n) * stepFloat, float64(n) * math.Pow(10, float64(exp%20))} {
				if math.IsInf(f, 0) {
					continue
				}
				text := strconv.FormatFloat(f, 'e', -1, 64)
				v, _ := new(big.Rat).SetString(text)
				_, issues := l.json(text)
				if (issues == "") != v.Quo(v, divisor).IsInt() {
					t.Log(step, text, issues)
					return false
				}
			}
			return true
		}
		if err := quick.Check(exact, nil); err != nil {
			t.Error(err)
		}
	}
}

// TestHostileNumbers reads numbers that are made to be slow.
func TestHostileNumbers(t *testing.T) {
	type model struct {
		I []int64   `json:"i"`
		U uint8     `json:"u"`
		F []float64 `json:"f" check:"each(multipleOf=0.03)"`
		A any       `json:"a"`
	}
	long := strings.Repeat("9", 1<<18)
	plan := compile[model](t, schema.Config{MaxIssues: 1 << 20})
	for _, in := range []string{
		`{"i":[1e` + long + `,-1e-` + long + `,` + long + `,0.` + long + `],"u":1e` + long + `,"f":[1e-` + long + `,` + long + `],"a":[` + long + `,1e` + long + `]}`,
		`{"i":[],"u":0,"f":[` + strings.TrimSuffix(strings.Repeat("1e308,", 1<<17), ",") + `],"a":0}`,
	} {
		best := time.Hour
		for range 5 { // at most: other processes take their time, too
			start := time.Now()
			_, err := plan.Decode([]byte(in))
			if best = min(best, time.Since(start)); err == nil {
				t.Error("accepted")
			}
			if best < 2*time.Second {
				break
			}
		}
		if best >= 2*time.Second {
			t.Errorf("%d bytes took %v", len(in), best)
		}
	}
}
