package openapi

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// isYAMLBlock reports whether text is readable as a literal block, and read back from it as it is:
// several lines, of which the first shows the indentation and the last is not empty.
func isYAMLBlock(text string) bool {
	body := strings.TrimSuffix(text, "\n")
	return strings.Contains(body, "\n") && !strings.HasSuffix(body, "\n") && strings.TrimLeft(body, " \t\n") == body &&
		!strings.HasSuffix(body, " ") && !strings.ContainsFunc(body, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
}

// appendYAMLText appends text on one line, in quotes if it needs them.
func appendYAMLText(dst []byte, text string) []byte {
	if isYAMLPlain(text) {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case unicode.IsPrint(r): // which no version of YAML refuses, or takes for the end of a line
			dst = append(dst, string(r)...)
		case r <= 0xFF:
			dst = fmt.Appendf(dst, `\x%02X`, r)
		case r <= 0xFFFF:
			dst = fmt.Appendf(dst, `\u%04X`, r)
		default:
			dst = fmt.Appendf(dst, `\U%08X`, r)
		}
	}
	return append(dst, '"')
}

// yamlWords are read as something else than text by one of the versions of YAML, in any case.
// Source: YAML 1.1, types bool and null; YAML 1.2.2, section 10.3.2.
var yamlWords = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

// isYAMLPlain reports whether text means itself without quotes, also as a key. It is stricter than
// YAML: what begins with a digit may be a number, a time or a status, and has quotes.
// Source: YAML 1.2.2, section 7.3.3.
func isYAMLPlain(text string) bool {
	if text == "" || slices.Contains(yamlWords, strings.ToLower(text)) {
		return false
	}
	first, last := rune(text[0]), text[len(text)-1]
	begins := first >= 0x80 || first < 0x80 && (unicode.IsLetter(first) || strings.ContainsRune("/_$(^;", first))
	return begins && last != ' ' && last != ':' && !strings.Contains(text, ": ") && !strings.Contains(text, " #") &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// appendYAMLNumber appends a JSON number. In YAML 1.1 one with an exponent is text, unless it has a
// point before and a sign after the e.
// Source: YAML 1.1, type float.
func appendYAMLNumber(dst []byte, text string) []byte {
	mantissa, exponent, ok := strings.Cut(strings.ToLower(text), "e")
	dst = append(dst, mantissa...)
	if !ok {
		return dst
	}
	if !strings.Contains(mantissa, ".") {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'e')
	if exponent[0] != '-' && exponent[0] != '+' {
		dst = append(dst, '+')
	}
	return append(dst, exponent...)
}
