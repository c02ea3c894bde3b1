package schema

import (
	"encoding/json"
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// MaxDecimalDigits is how many digits a [Decimal] that is read may have, before
// and after the point together. Zeros at the beginning do not count.
const MaxDecimalDigits = 100

// A Decimal is an exact decimal number. It is read from a JSON number or from a
// string, and written as a plain JSON number with the digits it was read with:
// 19.90 stays 19.90. The zero value is 0. It is immutable.
type Decimal struct {
	unscaled *big.Int // nil is 0
	scale    int      // digits after the point, 0 or more
}

// NewDecimal returns unscaled / 10^scale. A scale below 0 counts as 0.
func NewDecimal(unscaled int64, scale int) Decimal {
	return Decimal{big.NewInt(unscaled), max(0, scale)}
}

var errDecimal = errors.New("schema: not a decimal number of at most " + strconv.Itoa(MaxDecimalDigits) + " digits")

// ParseDecimal reads a number such as -12.50 or 1e3.
func ParseDecimal(s string) (Decimal, error) {
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil || n > MaxDecimalDigits || n < -MaxDecimalDigits {
			return Decimal{}, errDecimal
		}
		mantissa, exponent = s[:i], n
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	unsigned := strings.TrimLeft(whole, "+-")
	digits := unsigned + fraction
	if len(whole)-len(unsigned) > 1 || digits == "" || point && fraction == "" || strings.Trim(digits, "0123456789") != "" {
		return Decimal{}, errDecimal
	}
	digits = strings.TrimLeft(digits, "0")
	scale := len(fraction) - exponent
	if scale < 0 {
		if digits != "" {
			digits += strings.Repeat("0", -scale)
		}
		scale = 0
	}
	if max(len(digits), scale) > MaxDecimalDigits {
		return Decimal{}, errDecimal
	}
	n, _ := new(big.Int).SetString("0"+digits, 10)
	if whole[:len(whole)-len(unsigned)] == "-" {
		n.Neg(n)
	}
	return Decimal{n, scale}, nil
}

func (d Decimal) int() *big.Int {
	if d.unscaled == nil {
		return new(big.Int)
	}
	return d.unscaled
}

// Rat returns d as a fraction.
func (d Decimal) Rat() *big.Rat {
	return new(big.Rat).SetFrac(d.int(), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.scale)), nil))
}

// Cmp returns -1 when d is less than e, 0 when they are equal and +1 when d is
// greater. 1.0 and 1.00 are equal.
func (d Decimal) Cmp(e Decimal) int { return d.Rat().Cmp(e.Rat()) }

// Scale returns the number of digits after the point.
func (d Decimal) Scale() int { return d.scale }

// digits returns how many digits count before and after the point: zeros at
// the beginning do not, nor do zeros at the end of the fraction.
func (d Decimal) digits() (whole, places int) {
	text := strings.TrimLeft(d.String(), "-")
	before, after, _ := strings.Cut(text, ".")
	return len(strings.TrimLeft(before, "0")), len(strings.TrimRight(after, "0"))
}

// String returns d without exponent.
func (d Decimal) String() string {
	s := d.int().String()
	if d.scale == 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= d.scale {
		s = strings.Repeat("0", d.scale-len(s)+1) + s
	}
	return sign + s[:len(s)-d.scale] + "." + s[len(s)-d.scale:]
}

// MarshalText implements [encoding.TextMarshaler].
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Decimal) UnmarshalText(text []byte) error {
	got, err := ParseDecimal(string(text))
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// MarshalJSON implements [json.Marshaler].
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON implements [json.Unmarshaler] for numbers and strings; null
// changes nothing.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	text := string(data)
	switch {
	case text == "null":
		return nil
	case strings.HasPrefix(text, `"`):
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	return d.UnmarshalText([]byte(text))
}
