package jsonschema

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Bounds of numbers.
const (
	maxNumber   = 10_000 // characters
	maxExponent = 1e15   // of ten, in both directions
)

// A Number is a JSON number, exactly: 0.digits times ten to the power of exp. No operation
// writes out the zeros that exp stands for, so none costs more than the text is long.
type Number struct {
	text     string // as it was read
	negative bool
	digits   string // without zeros at either end; "" is zero
	exp      int64
}

// parseNumber reads text that has the syntax of a JSON number.
func parseNumber(text string) (Number, error) {
	if len(text) > maxNumber {
		return Number{}, fmt.Errorf("a number of %d characters is longer than %d", len(text), maxNumber)
	}
	d := Number{text: text}
	text, d.negative = strings.CutPrefix(text, "-")
	exponent := "0"
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		text, exponent = text[:i], text[i+1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	zeros := len(whole) + len(fraction) - len(digits)
	d.digits = strings.TrimRight(digits, "0")
	if d.digits == "" {
		return Number{text: d.text}, nil // zero, whatever its sign and exponent
	}
	exp, err := strconv.ParseInt(exponent, 10, 64)
	if err != nil || exp > maxExponent || exp < -maxExponent {
		return Number{}, fmt.Errorf("the exponent of number %s is not between -10^15 and 10^15", show(d))
	}
	d.exp = exp + int64(len(whole)-zeros)
	return d, nil
}

// String is the number as it was read.
func (d Number) String() string { return d.text }

// Sign is -1, 0 or 1 for d less than, equal to or greater than zero.
func (d Number) Sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Integer reports whether d has no fraction: 1.0 and 1e2 have none.
func (d Number) Integer() bool { return d.exp >= int64(len(d.digits)) }

// Compare returns -1, 0 or 1 for d less than, equal to or greater than o.
func (d Number) Compare(o Number) int {
	if c := cmp.Compare(d.Sign(), o.Sign()); c != 0 {
		return c
	}
	c := cmp.Compare(d.exp, o.exp)
	if c == 0 {
		c = strings.Compare(d.digits, o.digits)
	}
	return c * d.Sign()
}

// multipleOf reports whether d divided by o, which is not zero, is an integer.
func (d Number) multipleOf(o Number) bool {
	if d.Sign() == 0 {
		return true
	}
	// With d = a·10^i and o = b·10^j: is a·10^(i-j) divisible by b?
	shift := d.exp - int64(len(d.digits)) - o.exp + int64(len(o.digits))
	if shift < 0 {
		return false // a does not end in zero, so it has no factor of ten to give
	}
	a, _ := new(big.Int).SetString(d.digits, 10)
	b, _ := new(big.Int).SetString(o.digits, 10)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), b)
	return power.Mod(power.Mul(power, a), b).Sign() == 0
}

// count returns d as a number of things, and false if it is negative or has a fraction. More
// things than an int can count are the largest int.
func (d Number) count() (int, bool) {
	if !d.Integer() || d.Sign() < 0 {
		return 0, false
	}
	if d.exp > 18 {
		return math.MaxInt, true
	}
	n, err := strconv.Atoi("0" + d.digits + strings.Repeat("0", int(d.exp)-len(d.digits)))
	return n, err == nil
}

func (d Number) appendCanonical(b []byte) []byte {
	if d.negative {
		b = append(b, '-')
	}
	b = append(append(b, "0."...), d.digits...)
	return strconv.AppendInt(append(b, 'e'), d.exp, 10)
}
