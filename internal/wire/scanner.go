// Package wire reads and writes JSON text (RFC 8259) at the level of bytes: a
// scanner that checks syntax without building values, and functions that append
// values to a buffer.
//
// It knows no Go types; package schema gives the bytes their meaning. Every
// input is refused unless it is exactly one JSON text: no trailing data, no
// invalid UTF-8, no lone surrogate, no nesting beyond a limit.
package wire

import (
	"math/bits"
	"unicode/utf8"
)

// DefaultDepth is the deepest nesting that a [Scanner] accepts unless told otherwise.
const DefaultDepth = 100

// A Scanner walks over one JSON text. Its methods return false once the text
// turned out to be malformed; [Scanner.Err] then says where and why. The zero
// value scans nothing; call Reset first. A Scanner is not safe for concurrent use.
type Scanner struct {
	Data []byte // the whole text; never written to
	Pos  int    // offset of the next byte to read

	maxDepth int
	depth    int
	reason   string // why scanning stopped, "" while all is well
	at       int    // offset that reason speaks of
	scratch  []byte // holds the last name that had escapes
	dups     names  // names of the objects that are open
}

// Reset makes s read data, with nesting up to depth levels.
func (s *Scanner) Reset(data []byte, depth int) {
	s.Data, s.Pos, s.maxDepth, s.depth = data, 0, depth, 0
	s.reason, s.at = "", 0
	s.dups.reset()
}

// A Place is where a [Scanner] left one text for another.
type Place struct {
	data                 []byte
	pos, depth, maxDepth int
	reason               string
	at                   int
}

// Mark returns where s is, for Back.
func (s *Scanner) Mark() Place {
	return Place{s.Data, s.Pos, s.depth, s.maxDepth, s.reason, s.at}
}

// Back makes s go on at a place of the same text, to read it once more. A failure
// since then stays.
func (s *Scanner) Back(p Place) {
	if s.reason == "" {
		s.Pos, s.depth = p.pos, p.depth
	}
}

// Detour makes s read data, with nesting up to depth levels of its own, until
// Return. The names of open objects stay.
func (s *Scanner) Detour(data []byte, depth int) Place {
	p := s.Mark()
	s.Data, s.Pos, s.depth, s.maxDepth = data, 0, 0, depth
	return p
}

// Return goes on where Detour left.
func (s *Scanner) Return(p Place) {
	s.Data, s.Pos, s.depth, s.maxDepth = p.data, p.pos, p.depth, p.maxDepth
	s.reason, s.at = p.reason, p.at
}

// A SyntaxError reports text that is not one well-formed JSON value.
type SyntaxError struct {
	Offset int    // offset of the offending byte, from 0
	Reason string // safe to show to a client
}

func (e *SyntaxError) Error() string { return e.Reason }

// Err returns the error that stopped the scanner, or nil.
func (s *Scanner) Err() *SyntaxError {
	if s.reason == "" {
		return nil
	}
	return &SyntaxError{Offset: s.at, Reason: s.reason}
}

// Fail stops the scanner with a reason at an offset and returns false. The
// first failure is kept.
func (s *Scanner) Fail(offset int, reason string) bool {
	if s.reason == "" {
		s.at, s.reason = offset, reason
	}
	return false
}

// The reasons are the ones that the reference recordings show, where they have one.
const (
	expectValue    = "Expecting value"
	expectName     = "Expecting property name enclosed in double quotes"
	expectColon    = "Expecting ':' delimiter"
	expectComma    = "Expecting ',' delimiter"
	trailingObject = "Illegal trailing comma before end of object"
	trailingArray  = "Illegal trailing comma before end of array"
	unterminated   = "Unterminated string starting at"
	controlChar    = "Invalid control character at"
	badEscape      = "Invalid \\escape"
	badUnicode     = "Invalid \\uXXXX escape"
	loneSurrogate  = "Unpaired surrogate in \\uXXXX escape"
	badUTF8        = "Invalid UTF-8"
	extraData      = "Extra data"
	tooDeep        = "Nesting too deep"
)

// Peek skips white space and returns the next byte without consuming it, or 0
// at the end of the text.
func (s *Scanner) Peek() byte {
	if s.Pos < len(s.Data) {
		if c := s.Data[s.Pos]; c > ' ' {
			return c
		}
	}
	return s.peekSlow()
}

func (s *Scanner) peekSlow() byte {
	for i := s.Pos; i < len(s.Data); i++ {
		switch s.Data[i] {
		case ' ', '\t', '\n', '\r':
		default:
			s.Pos = i
			return s.Data[i]
		}
	}
	s.Pos = len(s.Data)
	return 0
}

// End skips white space and checks that nothing follows.
func (s *Scanner) End() bool {
	if s.Peek(); s.Pos < len(s.Data) {
		return s.Fail(s.Pos, extraData)
	}
	return s.reason == ""
}

// Enter consumes the bracket that opens an array or object. Call Leave after
// its closing bracket.
func (s *Scanner) Enter() bool {
	if s.depth++; s.depth > s.maxDepth {
		return s.Fail(s.Pos, tooDeep)
	}
	s.Pos++
	return true
}

// Leave ends what Enter began.
func (s *Scanner) Leave() { s.depth-- }

// More decides, after the first elements of an array or members of an object,
// whether another one follows. It consumes the comma, or the closing bracket
// (then more is false). The first call of a container passes first.
func (s *Scanner) More(closing byte, first bool) (more, ok bool) {
	c := s.Peek()
	if c == closing {
		s.Pos++
		return false, true
	}
	if first {
		return true, true
	}
	if c != ',' {
		return false, s.Fail(s.Pos, expectComma)
	}
	comma := s.Pos
	s.Pos++
	if s.Peek() == closing {
		if closing == '}' {
			return false, s.Fail(comma, trailingObject)
		}
		return false, s.Fail(comma, trailingArray)
	}
	return true, true
}

// Prefix consumes text if it comes next, and reports whether it did.
func (s *Scanner) Prefix(text string) bool {
	if end := s.Pos + len(text); end <= len(s.Data) && string(s.Data[s.Pos:end]) == text {
		s.Pos = end
		return true
	}
	return false
}

// Name consumes a member name and its colon and returns the name without
// escapes. The name is valid until the next call of Name.
func (s *Scanner) Name() ([]byte, bool) {
	if s.Peek() != '"' {
		return nil, s.Fail(s.Pos, expectName)
	}
	raw, kind, ok := s.String()
	if !ok {
		return nil, false
	}
	if kind == Escaped {
		s.scratch = AppendUnescaped(s.scratch[:0], raw)
		raw = s.scratch
	}
	if s.Peek() != ':' {
		return nil, s.Fail(s.Pos, expectColon)
	}
	s.Pos++
	return raw, true
}

// A StringKind tells what the bytes between the quotes of a string hold.
type StringKind uint8

// The kinds of strings.
const (
	ASCII   StringKind = iota // one byte a character, no escapes
	UTF8                      // valid UTF-8 beyond ASCII, no escapes
	Escaped                   // has escapes: see AppendUnescaped
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, in the high bit of each byte, the bytes of eight characters
// that end the fast path of String: controls, quote, backslash, beyond ASCII.
// A mark above a true one may be false (borrow), so only the lowest counts.
func special(w uint64) uint64 {
	quote := w ^ (ones * '"')
	slash := w ^ (ones * '\\')
	return (w | (w - ones*' ') | (quote - ones) | (slash - ones)) & highs
}

// String consumes the string literal at Pos, which must be its opening quote,
// and returns what stands between the quotes, checked: no control characters,
// well-formed escapes, paired surrogates, valid UTF-8.
func (s *Scanner) String() (raw []byte, kind StringKind, ok bool) {
	start := s.Pos + 1
	i := start
	data := s.Data
	for i+8 <= len(data) {
		if m := special(load64(data[i:])); m != 0 {
			i += bits.TrailingZeros64(m) / 8
			break
		}
		i += 8
	}
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			s.Pos = i + 1
			return data[start:i], ASCII, true
		case c == '\\' || c >= utf8.RuneSelf:
			return s.stringSlow(start, i)
		case c < ' ':
			return nil, 0, s.Fail(i, controlChar)
		}
	}
	return nil, 0, s.Fail(start-1, unterminated)
}

func (s *Scanner) stringSlow(start, i int) (raw []byte, kind StringKind, ok bool) {
	data := s.Data
	kind = UTF8
	for i < len(data) {
		switch c := data[i]; {
		case c == '"':
			s.Pos = i + 1
			return data[start:i], kind, true
		case c == '\\':
			kind = Escaped
			n := s.escape(i)
			if n == 0 {
				return nil, 0, false
			}
			i += n
		case c < ' ':
			return nil, 0, s.Fail(i, controlChar)
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				return nil, 0, s.Fail(i, badUTF8)
			}
			i += n
		}
	}
	return nil, 0, s.Fail(start-1, unterminated)
}

// escape checks the escape sequence at i and returns its length, 0 for a bad one.
func (s *Scanner) escape(i int) int {
	if i+1 >= len(s.Data) {
		s.Fail(i, badEscape)
		return 0
	}
	switch s.Data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
	default:
		s.Fail(i, badEscape)
		return 0
	}
	r := hex4(s.Data[i+2:])
	switch {
	case r < 0:
		s.Fail(i, badUnicode)
		return 0
	case r < 0xD800 || r > 0xDFFF:
		return 6
	}
	if rest := s.Data[i+6:]; r < 0xDC00 && len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		if low := hex4(rest[2:]); low >= 0xDC00 && low <= 0xDFFF {
			return 12
		}
	}
	s.Fail(i, loneSurrogate)
	return 0
}

// hex4 reads four hexadecimal digits, or returns -1.
func hex4(b []byte) rune {
	if len(b) < 4 {
		return -1
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// Number consumes the number at Pos and returns its text. Whole tells that it
// has neither fraction nor exponent.
func (s *Scanner) Number() (lit []byte, whole, ok bool) {
	data, start := s.Data, s.Pos
	i := start
	if i < len(data) && data[i] == '-' {
		i++
	}
	switch n := digits(data, i); {
	case n == 0, n > 1 && data[i] == '0':
		return nil, false, s.Fail(start, expectValue)
	default:
		i += n
	}
	whole = true
	if i < len(data) && data[i] == '.' {
		n := digits(data, i+1)
		if n == 0 {
			return nil, false, s.Fail(i, expectValue)
		}
		i += 1 + n
		whole = false
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		j := i + 1
		if j < len(data) && (data[j] == '+' || data[j] == '-') {
			j++
		}
		n := digits(data, j)
		if n == 0 {
			return nil, false, s.Fail(i, expectValue)
		}
		i = j + n
		whole = false
	}
	s.Pos = i
	return data[start:i], whole, true
}

func digits(data []byte, i int) int {
	n := 0
	for i+n < len(data) && data[i+n]-'0' <= 9 {
		n++
	}
	return n
}

// Literal consumes the given word (true, false, null) at Pos.
func (s *Scanner) Literal(word string) bool {
	if end := s.Pos + len(word); end <= len(s.Data) && string(s.Data[s.Pos:end]) == word {
		s.Pos = end
		return true
	}
	return s.Fail(s.Pos, expectValue)
}
