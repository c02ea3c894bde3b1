package schema

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// stringNode is the plan of a string.
type stringNode struct {
	leaf
	rules stringRules
}

func newStringNode(rs *rules) (node, error) {
	r, err := takeStringRules(rs)
	return &stringNode{rules: r}, err
}

func (n *stringNode) textual() bool { return true }

func (n *stringNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '"' {
		if n.rules.uuid {
			return d.wrongType(uuidType)
		}
		return d.wrongType(stringType)
	}
	start := d.s.Pos
	raw, kind, ok := d.s.String()
	if !ok {
		return false
	}
	var s string
	if kind == wire.Escaped {
		s = d.unescaped(raw)
	} else {
		s = d.string(raw)
	}
	if n.rules.any {
		if bad := n.rules.check(s, kind == wire.ASCII); bad != nil {
			return d.issue(bad, d.s.Data[start:d.s.Pos])
		}
	}
	*(*string)(p) = s
	return true
}

func (n *stringNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if !utf8.ValidString(s) {
		d.issue(stringType, nil)
		return
	}
	if bad := n.rules.check(s, false); bad != nil {
		d.textIssue(bad, s)
		return
	}
	*(*string)(p) = d.copy(s)
}

func (n *stringNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	out, ok := wire.AppendString(dst, *(*string)(p))
	if !ok {
		e.fail(errUTF8)
	}
	return out
}

func (n *stringNode) empty(p unsafe.Pointer) bool { return *(*string)(p) == "" }
func (n *stringNode) schema(*generator) *openapi.Schema {
	return n.rules.describe(&openapi.Schema{Type: openapi.Types{"string"}})
}

// stringRules are the rules of a string.
type stringRules struct {
	any       bool // there is at least one
	length    lengths
	match     func(string) bool // nil for no pattern
	pattern   string
	mismatch  *violation
	uuid      bool
	choices   []string
	notChosen *violation
}

func takeStringRules(rs *rules) (r stringRules, err error) {
	if r.length, err = takeLengths(rs, "minLength", "maxLength", stringLength); err != nil {
		return r, err
	}
	pattern, ok, err := rs.one("pattern")
	if err != nil {
		return r, err
	}
	if ok {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return r, fmt.Errorf("rule pattern: %w", err)
		}
		r.pattern = pattern
		if r.match = compilePattern(pattern); r.match == nil {
			r.match = re.MatchString
		}
		r.mismatch = &violation{
			typ: "string_pattern_mismatch", msg: "String should match pattern '" + pattern + "'",
			ctx: []problem.Attr{{Name: "pattern", Value: pattern}},
		}
	}
	if r.choices, err = rs.many("enum"); err != nil {
		return r, err
	}
	r.notChosen = literalError(r.choices, true)
	format, ok, err := rs.one("format")
	switch {
	case err != nil:
		return r, err
	case ok && format != "uuid":
		return r, fmt.Errorf("rule format=%s: the formats are uuid", format)
	}
	r.uuid = ok
	r.any = !r.length.free() || r.match != nil || r.choices != nil || r.uuid
	return r, nil
}

// check returns what is wrong with s, or nil. ascii tells that s has one byte a character.
func (r *stringRules) check(s string, ascii bool) *violation {
	if !r.length.free() {
		n := len(s)
		if !ascii {
			n = utf8.RuneCountInString(s)
		}
		if v := r.length.check(n); v != nil {
			return v
		}
	}
	if r.match != nil && !r.match(s) {
		return r.mismatch
	}
	if r.uuid {
		if v := checkUUID(s); v != nil {
			return v
		}
	}
	if r.choices != nil && !slices.Contains(r.choices, s) {
		return r.notChosen
	}
	return nil
}

func (r *stringRules) describe(s *openapi.Schema) *openapi.Schema {
	r.length.describe(&s.MinLength, &s.MaxLength)
	s.Pattern = r.pattern
	s.Enum = rawList(r.choices, true)
	if r.uuid {
		s.Format = "uuid"
	}
	return s
}

// checkUUID accepts the canonical form 8-4-4-4-12 in either case.
// Source: RFC 9562, section 4.
func checkUUID(s string) *violation {
	if len(s) != 36 {
		return uuidParsing(fmt.Sprintf("invalid length: expected 36 characters, found %d", utf8.RuneCountInString(s)))
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return uuidParsing(fmt.Sprintf("invalid group: expected - at %d", i+1))
			}
		default:
			if c-'0' > 9 && c|0x20-'a' > 5 {
				return uuidParsing(fmt.Sprintf("invalid character: expected [0-9a-fA-F] at %d", i+1))
			}
		}
	}
	return nil
}

func uuidParsing(reason string) *violation {
	return withReason("uuid_parsing", "Input should be a valid UUID, ", reason)
}
