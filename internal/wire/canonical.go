package wire

import (
	"bytes"
	"slices"
	"strconv"
)

// AppendCanonical appends the text that all JSON texts of one value have in
// common: numbers by their value, strings without needless escapes, members in
// the order of their names. src must have passed a [Scanner].
//
// Source: JSON Schema 2020-12, Core section 4.2.2.
func AppendCanonical(dst, src []byte) []byte {
	var s Scanner
	s.Reset(src, len(src))
	return s.canonical(dst)
}

func (s *Scanner) canonical(dst []byte) []byte {
	switch s.Peek() {
	case '{':
		return s.canonicalObject(dst)
	case '[':
		s.Enter()
		dst = append(dst, '[')
		for first := true; ; first = false {
			if more, ok := s.More(']', first); !more || !ok {
				return append(dst, ']')
			}
			if !first {
				dst = append(dst, ',')
			}
			dst = s.canonical(dst)
		}
	case '"':
		return s.canonicalString(dst)
	case 't', 'f', 'n':
		raw, _, _ := s.Skip()
		return append(dst, raw...)
	}
	lit, _, _ := s.Number()
	return appendNumber(dst, lit)
}

func (s *Scanner) canonicalString(dst []byte) []byte {
	raw, kind, _ := s.String()
	if kind == Escaped {
		raw = AppendUnescaped(nil, raw)
	}
	dst, _ = AppendString(dst, string(raw))
	return dst
}

func (s *Scanner) canonicalObject(dst []byte) []byte {
	s.Enter()
	var members [][]byte
	for first := true; ; first = false {
		if more, ok := s.More('}', first); !more || !ok {
			break
		}
		name, _ := s.Name()
		member, _ := AppendString(nil, string(name))
		members = append(members, s.canonical(append(member, ':')))
	}
	slices.SortFunc(members, bytes.Compare)
	dst = append(dst, '{')
	for i, member := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, member...)
	}
	return append(dst, '}')
}

// appendNumber appends a number as an integer without zeros at its end and a
// power of ten: 1.50 is 15e-1. Zero has neither sign nor exponent.
func appendNumber(dst, lit []byte) []byte {
	mantissa, exponent := lit, []byte(nil)
	if i := bytes.IndexAny(lit, "eE"); i >= 0 {
		mantissa, exponent = lit[:i], lit[i+1:]
	}
	digits, negative := bytes.CutPrefix(mantissa, []byte("-"))
	whole, fraction, _ := bytes.Cut(digits, []byte("."))
	digits = bytes.TrimLeft(append(whole[:len(whole):len(whole)], fraction...), "0")
	exp, err := int64(0), error(nil)
	if len(exponent) > 0 {
		exp, err = strconv.ParseInt(string(exponent), 10, 32)
	}
	switch {
	case len(digits) == 0:
		return append(dst, '0')
	case err != nil: // an exponent that no other spelling of the number comes near to
		return append(dst, lit...)
	}
	short := bytes.TrimRight(digits, "0")
	if negative {
		dst = append(dst, '-')
	}
	dst = append(append(dst, short...), 'e')
	return strconv.AppendInt(dst, exp-int64(len(fraction))+int64(len(digits)-len(short)), 10)
}
