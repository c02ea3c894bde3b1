package wire

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// AppendUnescaped appends the text of a string whose escapes [Scanner.String] has checked.
func AppendUnescaped(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		i += 2
		switch c = raw[i-1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hex4(raw[i:])
			i += 4
			if r >= 0xD800 && r <= 0xDBFF {
				r = 0x10000 + (r-0xD800)<<10 + hex4(raw[i+2:]) - 0xDC00
				i += 6
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string and reports whether s is valid UTF-8.
// Only quotes, backslashes and control characters are escaped.
func AppendString(dst []byte, s string) ([]byte, bool) {
	dst = append(dst, '"')
	if plain(s) {
		dst = append(dst, s...)
		return append(dst, '"'), true
	}
	start, i := 0, 0
	for i < len(s) {
		for i+8 <= len(s) {
			m := special(loadString(s[i:]))
			if m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(s) {
			break
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				return dst, false
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscaped(dst, c)
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"'), true
}

// Plain reports whether text is ASCII that needs no escapes in a JSON string.
func Plain(text []byte) bool { return plain(unsafe.String(unsafe.SliceData(text), len(text))) }

// plain is Plain. It looks at the last eight bytes at once, even if it has seen
// some of them: to append "Gear, 12 teeth" takes 6 ns, 11 with them one by one.
func plain(s string) bool {
	i, n := 0, len(s)
	for ; i+8 <= n; i += 8 {
		if special(loadString(s[i:])) != 0 {
			return false
		}
	}
	switch {
	case i == n:
		return true
	case n >= 8:
		return special(loadString(s[n-8:])) == 0
	}
	for _, c := range []byte(s) {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// loadString is load64 of a string.
func loadString(s string) uint64 { return load64(unsafe.Slice(unsafe.StringData(s), 8)) }

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// AppendFloat appends f, a number of the given size in bits, in the form of
// encoding/json (ECMA-262, Number::toString), and reports whether f is finite.
func AppendFloat(dst []byte, f float64, size int) ([]byte, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return dst, false
	}
	if size == 64 {
		if out, ok := appendDecimal(dst, f); ok {
			return out, true
		}
	}
	abs := math.Abs(f)
	format := byte('f')
	if abs != 0 {
		if size == 64 && (abs < 1e-6 || abs >= 1e21) || size == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21) {
			format = 'e'
		}
	}
	dst = strconv.AppendFloat(dst, f, format, -1, size)
	if n := len(dst); format == 'e' && n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst, true
}

// appendDecimal appends f if that is a number of up to six decimals below 1e9,
// as most are that people write. Two different numbers of up to fifteen digits
// never have the same float64, so no form of f is shorter. Measured on 0.19: 10 ns,
// with strconv alone 27 ns; on 1.0/3, which is tried in vain, 3 ns more.
func appendDecimal(dst []byte, f float64) ([]byte, bool) {
	const scale = 1e6
	abs := math.Abs(f)
	if abs >= 1e9 {
		return dst, false
	}
	n := uint64(abs*scale + 0.5)
	if float64(n)/scale != abs {
		return dst, false
	}
	if math.Signbit(f) {
		dst = append(dst, '-')
	}
	dst = strconv.AppendUint(dst, n/scale, 10)
	rest := n % scale
	if rest > 0 {
		dst = append(dst, '.')
	}
	for rest > 0 {
		rest *= 10
		dst = append(dst, '0'+byte(rest/scale))
		rest %= scale
	}
	return dst, true
}

// AppendCompact appends the JSON text src without the white space between its
// tokens. src must have passed a [Scanner].
func AppendCompact(dst, src []byte) []byte {
	inString := false
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case inString && c == '\\':
			dst = append(dst, c, src[i+1])
			i++
			continue
		case c == '"':
			inString = !inString
		case !inString && c <= ' ':
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// Valid reports whether data is one well-formed JSON text without repeated names.
func Valid(data []byte) bool {
	var s Scanner
	s.Reset(data, DefaultDepth)
	_, dup, ok := s.Skip()
	return ok && !dup && s.End()
}

// EscapeHTML writes <, > and & in the JSON text that begins at start as escapes:
// they stand in strings only. So it does with U+2028 and U+2029, which end lines
// in scripts.
func EscapeHTML(dst []byte, start int) []byte {
	if !bytes.ContainsAny(dst[start:], "<>&\u2028\u2029") {
		return dst
	}
	text := string(dst[start:])
	dst = dst[:start]
	for _, r := range text {
		switch r {
		case '<', '>', '&', '\u2028', '\u2029':
			dst = append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
