package wire

import (
	"errors"
	"math"
	"strconv"
	"unsafe"
)

// ErrFraction reports a number that is not an integer.
var ErrFraction = errors.New("wire: number has a fractional part")

// ErrRange reports an integer whose magnitude exceeds 64 bits.
var ErrRange = errors.New("wire: integer exceeds 64 bits")

// Integer returns the integer that a JSON number stands for, by sign and
// magnitude: 100, 1e2 and 100.0 are the same. It returns [ErrFraction] or
// [ErrRange]; neg is set all the same. It takes time linear in the text,
// whatever the exponent. lit must have passed [Scanner.Number].
func Integer(lit []byte) (neg bool, u uint64, err error) {
	i := 0
	if neg = lit[0] == '-'; neg {
		i++
	}
	// The value is 0.d1d2d3… × 10^point, with the digits that count in digits.
	// Exponents are cut where no text has enough digits to make up for them.
	const maxExp = 1 << 30
	var digits []byte
	point, seenPoint := 0, false
	for ; i < len(lit) && lit[i]|0x20 != 'e'; i++ {
		switch {
		case lit[i] == '.':
			seenPoint = true
		default:
			if lit[i] != '0' || len(digits) > 0 {
				digits = append(digits, lit[i])
				if !seenPoint {
					point++
				}
			} else if seenPoint {
				point--
			}
		}
	}
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	if len(digits) == 0 {
		return neg, 0, nil
	}
	if i < len(lit) {
		exp, err := strconv.Atoi(string(lit[i+1:]))
		if err != nil { // beyond any number of 64 bits, in one direction or the other
			exp = maxExp
			if lit[i+1] == '-' {
				exp = -maxExp
			}
		}
		point += max(min(exp, maxExp), -maxExp)
	}
	switch {
	case len(digits) > point:
		return neg, 0, ErrFraction
	case point > 20:
		return neg, 0, ErrRange
	}
	for i := range point {
		var c uint64
		if i < len(digits) {
			c = uint64(digits[i] - '0')
		}
		if u > math.MaxUint64/10 || u*10 > math.MaxUint64-c {
			return neg, 0, ErrRange
		}
		u = u*10 + c
	}
	return neg, u, nil
}

var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
}

// Float returns the float of the given size in bits that is nearest to a JSON
// number, and false when there is none. lit must have passed [Scanner.Number].
func Float(lit []byte, size int) (f float64, ok bool) {
	if size == 64 && len(lit) <= 17 {
		if f, ok := shortFloat(lit); ok {
			return f, true
		}
	}
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(lit), len(lit)), size)
	return f, err == nil
}

// shortFloat reads up to 15 digits without exponent. Both the digits and the
// power of ten are exact floats then, and their quotient is rounded once.
func shortFloat(lit []byte) (float64, bool) {
	var u uint64
	digits, frac := 0, -1
	i := 0
	neg := lit[0] == '-'
	if neg {
		i++
	}
	for ; i < len(lit); i++ {
		switch c := lit[i]; {
		case c == '.':
			frac = 0
		case c-'0' <= 9:
			u = u*10 + uint64(c-'0')
			digits++
			if frac >= 0 {
				frac++
			}
		default:
			return 0, false
		}
	}
	if digits > 15 {
		return 0, false
	}
	f := float64(u)
	if frac > 0 {
		f /= pow10[frac]
	}
	if neg {
		f = -f
	}
	return f, true
}
