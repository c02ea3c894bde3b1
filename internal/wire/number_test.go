package wire_test

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/wire"
)

func TestInteger(t *testing.T) {
	zeros := strings.Repeat("0", 5000)
	tests := []struct {
		lit  string
		neg  bool
		want uint64
		err  error
	}{
		{"0", false, 0, nil},
		{"-0", true, 0, nil},
		{"0.0", false, 0, nil},
		{"-0.00e7", true, 0, nil},
		{"0e999999999999999999999", false, 0, nil},
		{"7", false, 7, nil},
		{"-7", true, 7, nil},
		{"1.0", false, 1, nil},
		{"1.5e1", false, 15, nil},
		{"1e2", false, 100, nil},
		{"1E+2", false, 100, nil},
		{"12.300e1", false, 123, nil},
		{"100e-2", false, 1, nil},
		{"0.001e3", false, 1, nil},
		{"0.001e5", false, 100, nil},
		{"1e00000000000000000000000000002", false, 100, nil},
		{"10" + zeros + "e-5001", false, 1, nil},
		{"0." + zeros + "1e5001", false, 1, nil},
		{"9223372036854775807", false, math.MaxInt64, nil},
		{"-9223372036854775808", true, 1 << 63, nil},
		{"18446744073709551615", false, math.MaxUint64, nil},
		{"1844674407370955161.5e1", false, math.MaxUint64, nil},
		{"1e19", false, 1e19, nil},

		{"18446744073709551616", false, 0, wire.ErrRange},
		{"-18446744073709551616", true, 0, wire.ErrRange},
		{"18446744073709551620", false, 0, wire.ErrRange},
		{"99999999999999999999", false, 0, wire.ErrRange},
		{"100000000000000000000", false, 0, wire.ErrRange},
		{"2e19", false, 0, wire.ErrRange},
		{"1e20", false, 0, wire.ErrRange},
		{"1e400", false, 0, wire.ErrRange},
		{"10e99999999999999999999", false, 0, wire.ErrRange},
		{"-1e9223372036854775807", true, 0, wire.ErrRange},

		{"0.5", false, 0, wire.ErrFraction},
		{"-1.5", true, 0, wire.ErrFraction},
		{"15e-1", false, 0, wire.ErrFraction},
		{"1e-1", false, 0, wire.ErrFraction},
		{"1e-400", false, 0, wire.ErrFraction},
		{"1e-99999999999999999999", false, 0, wire.ErrFraction},
		{"18446744073709551616.5", false, 0, wire.ErrFraction},
		{"1." + zeros + "1", false, 0, wire.ErrFraction},
	}
	for _, test := range tests {
		name := test.lit
		if len(name) > 40 {
			name = name[:10] + "…" + name[len(name)-10:]
		}
		t.Run(name, func(t *testing.T) {
			neg, u, err := wire.Integer([]byte(test.lit))
			assert.ErrorIs(t, err, test.err)
			assert.Equal(t, neg, test.neg)
			assert.Equal(t, u, test.want)
		})
	}
}

// TestIntegerIsExact compares with rational numbers.
func TestIntegerIsExact(t *testing.T) {
	exact := func(digits uint64, exp int8, neg bool) bool {
		lit := strconv.FormatUint(digits, 10) + "e" + strconv.Itoa(int(exp)%25)
		if neg {
			lit = "-" + lit
		}
		want, _ := new(big.Rat).SetString(lit)
		gotNeg, u, err := wire.Integer([]byte(lit))
		switch {
		case gotNeg != neg:
			return false
		case errors.Is(err, wire.ErrFraction):
			return !want.IsInt()
		case errors.Is(err, wire.ErrRange):
			return want.IsInt() && want.Num().BitLen() > 64
		}
		got := new(big.Rat).SetUint64(u)
		if neg {
			got.Neg(got)
		}
		return got.Cmp(want) == 0
	}
	if err := quick.Check(exact, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func TestIntegerTakesLinearTime(t *testing.T) {
	long := strings.Repeat("9", 1<<20)
	for _, lit := range []string{"1e" + long, "1e-" + long, long, "0." + long, long + "e" + long} {
		start := time.Now()
		_, _, err := wire.Integer([]byte(lit))
		assert.Equal(t, err != nil, true)
		if d := time.Since(start); d > 500*time.Millisecond {
			t.Errorf("%s… took %v", lit[:5], d)
		}
	}
}

func TestFloat(t *testing.T) {
	for _, lit := range []string{
		"0", "-0", "1", "-1.5", "0.1", "123456789012345", "1234567890123456", "12345678901234567", "123456789012345.6", "0.000000000000001",
		"9007199254740993", "1e22", "1e23", "1.7976931348623157e308", "5e-324", "1e-400", "-1e-400", "4.35", "0.3", "100.00", "1e2",
		"3.4028235e38", "2.2250738585072011e-308", "999999999999999", "0.999999999999999",
	} {
		for _, size := range []int{32, 64} {
			want, err := strconv.ParseFloat(lit, size)
			got, ok := wire.Float([]byte(lit), size)
			assert.Equal(t, ok, err == nil, lit, size)
			assert.Equal(t, math.Float64bits(got), math.Float64bits(want), lit, size)
		}
	}
	for _, lit := range []string{"1e400", "-1e309", "1.7976931348623159e308", "1e99999999999999999999"} {
		_, ok := wire.Float([]byte(lit), 64)
		assert.Equal(t, ok, false, lit)
	}
	_, ok := wire.Float([]byte("3.5e38"), 32)
	assert.Equal(t, ok, false)
}

func TestFloatIsNearest(t *testing.T) {
	nearest := func(f float64, whole int64, places uint8) bool {
		decimal := strconv.FormatFloat(float64(whole%1e12)/1e3, 'f', int(places%6), 64)
		for _, lit := range []string{strconv.FormatFloat(f, 'e', -1, 64), decimal} {
			want, _ := strconv.ParseFloat(lit, 64)
			got, ok := wire.Float([]byte(lit), 64)
			if !ok || math.Float64bits(got) != math.Float64bits(want) {
				t.Log(lit)
				return false
			}
		}
		return true
	}
	if err := quick.Check(nearest, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}
