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
	start, i := 0, 0
	for i < len(s) {
		for i+8 <= len(s) {
			m := special(load64(unsafe.Slice(unsafe.StringData(s[i:]), 8)))
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
func Plain(text []byte) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		if special(load64(text[i:])) != 0 {
			return false
		}
	}
	for _, c := range text[i:] {
		if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

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
