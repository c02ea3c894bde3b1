package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
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
		return d.wrongType(n.rules.wrongType())
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
	if n.rules.change != nil {
		s, kind = n.rules.change(s), wire.UTF8
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
	value := s
	if n.rules.change != nil {
		value = n.rules.change(s)
	}
	if bad := n.rules.check(value, false); bad != nil {
		d.textIssue(bad, s)
		return
	}
	*(*string)(p) = d.copy(value)
}

func (n *stringNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	s := *(*string)(p)
	if n.rules.closed && !slices.Contains(n.rules.choices, s) {
		e.fail(errEnum)
	}
	out, ok := wire.AppendString(dst, s)
	if !ok {
		e.fail(errUTF8)
	}
	return out
}

func (n *stringNode) empty(p unsafe.Pointer) bool { return *(*string)(p) == "" }
func (n *stringNode) schema(g *generator) *openapi.Schema {
	return n.rules.describe(g)
}

// stringRules are the rules of a string.
type stringRules struct {
	any       bool                // there is at least one check
	change    func(string) string // what comes before the checks, nil for nothing
	trims     bool                // change may make a text shorter
	length    lengths
	match     func(string) bool // nil for no pattern
	pattern   string            // as JSON Schema writes it
	mismatch  *violation
	format    string
	form      func(string) *violation // nil for no format
	choices   []string
	constant  bool // there is one choice
	closed    bool // the choices are those of the type: an answer has no other
	notChosen *violation
}

// compileMatch returns what matches a pattern as package regexp does.
func compileMatch(pattern string) (func(string) bool, error) {
	match, whole := compilePattern(pattern)
	if whole {
		return match, nil
	}
	re, err := regexp.Compile(pattern)
	switch {
	case err != nil:
		return nil, err
	case match == nil:
		return re.MatchString, nil
	}
	return func(s string) bool { return match(s) || re.MatchString(s) }, nil
}

func takeStringRules(rs *rules) (r stringRules, err error) {
	if r.change, r.trims, err = takeChange(rs); err != nil {
		return r, err
	}
	if r.length, err = takeLengths(rs, "minLength", "maxLength", stringLength); err != nil {
		return r, err
	}
	pattern, ok, err := rs.one("pattern")
	if err != nil {
		return r, err
	}
	if ok {
		if r.match, err = compileMatch(pattern); err != nil {
			return r, fmt.Errorf("rule pattern: %w", err)
		}
		if r.pattern, err = portable(pattern); err != nil {
			return r, fmt.Errorf("rule pattern: %w", err)
		}
		r.mismatch = violationOf("string_pattern_mismatch", "String should match pattern '"+pattern+"'", "pattern", pattern)
	}
	if r.choices, r.constant, err = rs.choices(); err != nil {
		return r, err
	}
	r.notChosen = literalError(r.choices, true)
	format, ok, err := rs.one("format")
	if err != nil {
		return r, err
	}
	if ok {
		if r.form = formats[format]; r.form == nil {
			names := slices.Sorted(maps.Keys(formats))
			return r, fmt.Errorf("rule format=%s: the formats are %s", format, strings.Join(names, ", "))
		}
		r.format = format
	}
	r.any = !r.length.free() || r.match != nil || r.choices != nil || r.form != nil
	return r, nil
}

// choices takes the rule enum or const and returns its values.
func (rs *rules) choices() (values []string, constant bool, err error) {
	if values, err = rs.many("enum"); err != nil {
		return nil, false, err
	}
	value, constant, err := rs.one("const")
	switch {
	case err != nil:
		return nil, false, err
	case constant && values != nil:
		return nil, false, errors.New("rules enum and const exclude each other")
	case constant:
		return []string{value}, true, nil
	}
	return values, false, nil
}

// takeChange takes the rules that change a string before it is checked.
func takeChange(rs *rules) (change func(string) string, trims bool, err error) {
	var steps []func(string) string
	cases := 0 // of the rules lower and upper
	for _, step := range []struct {
		name string
		do   func(string) string
	}{{"trim", strings.TrimSpace}, {"lower", strings.ToLower}, {"upper", strings.ToUpper}} {
		ok, err := rs.flag(step.name)
		if err != nil {
			return nil, false, err
		}
		if ok {
			steps = append(steps, step.do)
			if step.name == "trim" {
				trims = true
			} else {
				cases++
			}
		}
	}
	switch {
	case steps == nil:
		return nil, false, nil
	case cases == 2:
		return nil, false, errors.New("rules lower and upper exclude each other")
	}
	return func(s string) string {
		for _, do := range steps {
			s = do(s)
		}
		return s
	}, trims, nil
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
	if r.form != nil {
		if v := r.form(s); v != nil {
			return v
		}
	}
	if r.choices != nil && !slices.Contains(r.choices, s) {
		return r.notChosen
	}
	return nil
}

// wrongType is what is said of a value that is no string.
func (r *stringRules) wrongType() *violation {
	switch r.format {
	case "uuid":
		return uuidType
	case "uri":
		return urlType
	}
	return stringType
}

// describe leaves out of the schema of an input what holds only after a change:
// trim makes a text shorter, lower and upper keep its length.
func (r *stringRules) describe(g *generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"string"}}
	r.length.describe(&s.MinLength, &s.MaxLength)
	if r.change != nil && !g.output {
		if r.trims {
			s.MaxLength = nil
		}
		return s
	}
	s.Pattern = r.pattern
	s.Format = r.format
	if r.format == "byte" {
		s.Format, s.ContentEncoding = "", "base64"
	}
	describeChoices(s, rawList(r.choices, true), r.constant)
	return s
}

func describeChoices(s *openapi.Schema, values []json.RawMessage, constant bool) {
	if constant {
		s.Const = values[0]
	} else {
		s.Enum = values
	}
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
