package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// number is how the plan holds a number while it checks it.
type number interface{ int64 | uint64 | float64 }

// A bound is one limit of a number.
type bound[T number] struct {
	name  string // of the rule
	text  string // as written
	value T
	fails *violation
	// implied bounds come from a type of 64 bits; its format says them already.
	implied bool
}

func (b *bound[T]) holds(v T) bool {
	switch b.name {
	case "le":
		return v <= b.value
	case "lt":
		return v < b.value
	case "ge":
		return v >= b.value
	}
	return v > b.value
}

var boundWords = map[string][2]string{
	"le": {"less_than_equal", "less than or equal to"},
	"lt": {"less_than", "less than"},
	"ge": {"greater_than_equal", "greater than or equal to"},
	"gt": {"greater_than", "greater than"},
}

func newBound[T number](name, text string, value T) bound[T] {
	w := boundWords[name]
	return bound[T]{name: name, text: text, value: value, fails: &violation{
		typ: w[0], msg: "Input should be " + w[1] + " " + text,
		ctx: []problem.Attr{{Name: name, Value: json.Number(text)}},
	}}
}

// numberRules are the rules of a number. A value from lo to hi has passed all
// bounds; only outside is it asked which one it broke.
type numberRules[T number] struct {
	lo, hi     T
	bounds     []bound[T] // in the order in which they are reported: le, lt, ge, gt
	multiple   *violation // nil for none
	multipleOf T
	multText   string
	choice     []T
	choices    []string
	notChosen  *violation
}

// takeNumberRules takes the rules of a number whose type reaches from lo to hi.
func takeNumberRules[T number](rs *rules, lo, hi T, parse func(string) (T, error)) (numberRules[T], error) {
	r := numberRules[T]{lo: lo, hi: hi}
	empty := false // no value can pass: told apart here, for before and after may wrap round
	for _, name := range []string{"le", "lt", "ge", "gt"} {
		text, ok, err := rs.one(name)
		if err != nil {
			return r, err
		}
		if !ok {
			continue
		}
		v, err := parse(text)
		if err != nil || !json.Valid([]byte(text)) {
			return r, fmt.Errorf("rule %s=%s: want a number of the type", name, text)
		}
		b := newBound(name, text, v)
		r.bounds = append(r.bounds, b)
		switch name {
		case "le":
			r.hi = min(r.hi, v)
		case "lt":
			empty = empty || v <= lo
			r.hi = min(r.hi, before(v))
		case "ge":
			r.lo = max(r.lo, v)
		case "gt":
			empty = empty || v >= hi
			r.lo = max(r.lo, after(v))
		}
	}
	if empty || r.lo > r.hi {
		return r, errors.New("the bounds leave no valid value")
	}
	if text, ok, err := rs.one("multipleOf"); err != nil {
		return r, err
	} else if ok {
		v, err := parse(text)
		if err != nil || v <= 0 || !json.Valid([]byte(text)) {
			return r, fmt.Errorf("rule multipleOf=%s: want a number above 0", text)
		}
		r.multipleOf, r.multText = v, text
		r.multiple = &violation{
			typ: "multiple_of", msg: "Input should be a multiple of " + text,
			ctx: []problem.Attr{{Name: "multiple_of", Value: json.Number(text)}},
		}
	}
	if e, ok := rs.take("enum"); ok {
		for _, text := range e.values {
			v, err := parse(text)
			if err != nil || !json.Valid([]byte(text)) {
				return r, fmt.Errorf("rule enum: %q is no number of the type", text)
			}
			r.choice = append(r.choice, v)
		}
		r.choices = e.values
		r.notChosen = literalError(e.values, false)
	}
	return r, nil
}

// before and after return the neighbour of v.
func before[T number](v T) T {
	if f, ok := any(v).(float64); ok {
		return T(math.Nextafter(f, math.Inf(-1)))
	}
	return v - 1
}

func after[T number](v T) T {
	if f, ok := any(v).(float64); ok {
		return T(math.Nextafter(f, math.Inf(1)))
	}
	return v + 1
}

// check returns what is wrong with v, or nil.
func (r *numberRules[T]) check(v T) *violation {
	if r.multiple != nil && !r.isMultiple(v) {
		return r.multiple
	}
	if v < r.lo || v > r.hi {
		for i := range r.bounds {
			if !r.bounds[i].holds(v) {
				return r.bounds[i].fails
			}
		}
	}
	if r.choice != nil && !slices.Contains(r.choice, v) {
		return r.notChosen
	}
	return nil
}

func (r *numberRules[T]) isMultiple(v T) bool {
	switch m := any(r.multipleOf).(type) {
	case int64:
		return any(v).(int64)%m == 0
	case uint64:
		return any(v).(uint64)%m == 0
	default:
		return floatMultiple(float64(v), float64(r.multipleOf))
	}
}

// floatMultiple decides by the shortest decimal forms, so that 0.3 is a
// multiple of 0.1.
func floatMultiple(v, m float64) bool {
	const exact = 1 << 53
	if math.Abs(v) < exact && m < exact && v == math.Trunc(v) && m == math.Trunc(m) {
		return math.Mod(v, m) == 0
	}
	a, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'e', -1, 64))
	b, _ := new(big.Rat).SetString(strconv.FormatFloat(m, 'e', -1, 64))
	return a.Quo(a, b).IsInt()
}

// describe gives the rules to the keywords of a schema.
func (r *numberRules[T]) describe(s *openapi.Schema) *openapi.Schema {
	for _, b := range r.bounds {
		if b.implied {
			continue
		}
		*map[string]*json.Number{
			"le": &s.Maximum, "lt": &s.ExclusiveMaximum, "ge": &s.Minimum, "gt": &s.ExclusiveMinimum,
		}[b.name] = json.Number(b.text)
	}
	s.MultipleOf = json.Number(r.multText)
	s.Enum = rawList(r.choices, false)
	return s
}

// literalError is the violation of an enum rule.
func literalError(values []string, quote bool) *violation {
	words := slices.Clone(values)
	if quote {
		for i, v := range words {
			words[i] = "'" + v + "'"
		}
	}
	expected := oneOf(words)
	return &violation{
		typ: "literal_error", msg: "Input should be " + expected,
		ctx: []problem.Attr{{Name: "expected", Value: expected}},
	}
}

// intNode is the plan of an integer of up to 64 bits: T is int64 or uint64.
type intNode[T int64 | uint64] struct {
	leaf
	size  uintptr // in bytes
	rules numberRules[T]
	// What is said of numbers beyond the type, which T cannot hold.
	tooSmall, tooLarge *violation
	format             string
}

func newIntNode[T int64 | uint64](t reflect.Type, rs *rules) (node, error) {
	bits := t.Bits()
	n := &intNode[T]{size: t.Size()}
	var lo, hi T
	var parse func(string) (T, error)
	if hi--; hi > 0 { // unsigned: wrapped round
		hi >>= 64 - bits
		parse = func(s string) (T, error) { v, err := strconv.ParseUint(s, 10, bits); return T(v), err }
		n.format = "uint"
	} else {
		hi = T(uint64(1)<<(bits-1) - 1)
		lo = -hi - 1
		parse = func(s string) (T, error) { v, err := strconv.ParseInt(s, 10, bits); return T(v), err }
		n.format = "int"
	}
	n.format += strconv.Itoa(bits)
	r, err := takeNumberRules(rs, lo, hi, parse)
	if err != nil {
		return nil, err
	}
	n.rules = r
	n.rules.typeRange(lo, hi, bits == 64)
	for i := range n.rules.bounds {
		b := &n.rules.bounds[i]
		switch b.name[0] {
		case 'l':
			n.tooLarge = firstViolation(n.tooLarge, b.fails)
		default:
			n.tooSmall = firstViolation(n.tooSmall, b.fails)
		}
	}
	return n, nil
}

func firstViolation(a, b *violation) *violation {
	if a != nil {
		return a
	}
	return b
}

// typeRange adds the range of the type where no rule is narrower, so that the
// schema says all that the plan refuses.
func (r *numberRules[T]) typeRange(lo, hi T, wide bool) {
	has := func(names ...string) bool {
		return slices.ContainsFunc(r.bounds, func(b bound[T]) bool { return slices.Contains(names, b.name) })
	}
	if !has("le", "lt") {
		r.bounds = slices.Insert(r.bounds, 0, newBound("le", fmt.Sprint(hi), hi))
		r.bounds[0].implied = wide
	}
	if !has("ge", "gt") {
		b := newBound("ge", fmt.Sprint(lo), lo)
		b.implied = wide && lo != 0
		r.bounds = append(r.bounds, b)
	}
}

func (n *intNode[T]) decode(d *Decoder, p unsafe.Pointer) bool {
	c := d.s.Peek()
	if c-'0' > 9 && c != '-' {
		return d.wrongType(intType)
	}
	data, start := d.s.Data, d.s.Pos
	i := start
	if c == '-' {
		i++
	}
	first := i
	var u uint64
	for i < len(data) && data[i]-'0' <= 9 {
		u = u*10 + uint64(data[i]-'0')
		i++
	}
	whole := i == len(data) || data[i] != '.' && data[i]|0x20 != 'e'
	if !whole || i == first || i-first > 18 || data[first] == '0' && i-first > 1 {
		return n.decodeSlow(d, p)
	}
	d.s.Pos = i
	v := T(u)
	if c == '-' {
		if T(0)-1 > 0 && u > 0 {
			return d.issue(n.tooSmall, data[start:i])
		}
		v = -v
	}
	if bad := n.rules.check(v); bad != nil {
		return d.issue(bad, data[start:i])
	}
	n.store(p, v)
	return true
}

// decodeSlow reads what is long, has a fraction or an exponent, or is malformed.
// A number such as 1.0 or 1e2 is an integer, as in JSON Schema.
func (n *intNode[T]) decodeSlow(d *Decoder, p unsafe.Pointer) bool {
	lit, _, ok := d.s.Number()
	if !ok {
		return false
	}
	neg, u, err := wire.Integer(lit)
	bad := n.accept(p, neg, u, err)
	if bad == nil {
		return true
	}
	return d.issue(bad, lit)
}

// accept stores an integer given by sign and magnitude, or says what is wrong with it.
func (n *intNode[T]) accept(p unsafe.Pointer, neg bool, u uint64, err error) *violation {
	signed := T(0)-1 < 0
	switch {
	case err == wire.ErrFraction:
		return intFromFloat
	case neg && (err != nil || !signed && u > 0 || u > 1<<63):
		return n.tooSmall
	case err != nil || signed && !neg && u > 1<<63-1:
		return n.tooLarge
	}
	v := T(u)
	if neg {
		v = -v
	}
	if bad := n.rules.check(v); bad != nil {
		return bad
	}
	n.store(p, v)
	return nil
}

func (n *intNode[T]) text(d *Decoder, s string, p unsafe.Pointer) {
	digits, neg := strings.CutPrefix(s, "-")
	u, err := strconv.ParseUint(digits, 10, 64)
	if err != nil && !isDigits(digits) {
		d.textIssue(intParsing, s)
		return
	}
	if bad := n.accept(p, neg, u, err); bad != nil {
		d.textIssue(bad, s)
	}
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (n *intNode[T]) store(p unsafe.Pointer, v T) {
	switch n.size {
	case 1:
		*(*uint8)(p) = uint8(v)
	case 2:
		*(*uint16)(p) = uint16(v)
	case 4:
		*(*uint32)(p) = uint32(v)
	default:
		*(*uint64)(p) = uint64(v)
	}
}

func (n *intNode[T]) load(p unsafe.Pointer) T {
	signed := T(0)-1 < 0
	switch {
	case n.size == 1 && signed:
		return T(*(*int8)(p))
	case n.size == 1:
		return T(*(*uint8)(p))
	case n.size == 2 && signed:
		return T(*(*int16)(p))
	case n.size == 2:
		return T(*(*uint16)(p))
	case n.size == 4 && signed:
		return T(*(*int32)(p))
	case n.size == 4:
		return T(*(*uint32)(p))
	}
	return *(*T)(p)
}

func (n *intNode[T]) append(_ *encoder, dst []byte, p unsafe.Pointer) []byte {
	v := n.load(p)
	if v < 0 {
		return strconv.AppendInt(dst, int64(v), 10)
	}
	return strconv.AppendUint(dst, uint64(v), 10)
}

func (n *intNode[T]) empty(p unsafe.Pointer) bool { return n.load(p) == 0 }
func (n *intNode[T]) schema(*generator) *openapi.Schema {
	return n.rules.describe(&openapi.Schema{Type: openapi.Types{"integer"}, Format: n.format})
}

// floatNode is the plan of a float32 or float64.
type floatNode struct {
	leaf
	bits  int
	rules numberRules[float64]
}

func newFloatNode(t reflect.Type, rs *rules) (node, error) {
	n := &floatNode{bits: t.Bits()}
	parse := func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
	r, err := takeNumberRules(rs, -math.MaxFloat64, math.MaxFloat64, parse)
	n.rules = r
	return n, err
}

func (n *floatNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if c := d.s.Peek(); c-'0' > 9 && c != '-' {
		return d.wrongType(floatType)
	}
	lit, _, ok := d.s.Number()
	if !ok {
		return false
	}
	f, ok := wire.Float(lit, n.bits)
	if !ok {
		return d.issue(finiteNumber, lit)
	}
	if bad := n.rules.check(f); bad != nil {
		return d.issue(bad, lit)
	}
	n.store(p, f)
	return true
}

func (n *floatNode) text(d *Decoder, s string, p unsafe.Pointer) {
	f, err := strconv.ParseFloat(s, n.bits)
	switch {
	case strings.ContainsAny(s, "_xXpP") || err != nil && !math.IsInf(f, 0):
		d.textIssue(floatParsing, s)
		return
	case math.IsInf(f, 0) || math.IsNaN(f):
		d.textIssue(finiteNumber, s)
		return
	}
	if bad := n.rules.check(f); bad != nil {
		d.textIssue(bad, s)
		return
	}
	n.store(p, f)
}

func (n *floatNode) store(p unsafe.Pointer, f float64) {
	if n.bits == 32 {
		*(*float32)(p) = float32(f)
	} else {
		*(*float64)(p) = f
	}
}

func (n *floatNode) load(p unsafe.Pointer) float64 {
	if n.bits == 32 {
		return float64(*(*float32)(p))
	}
	return *(*float64)(p)
}

func (n *floatNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	out, ok := wire.AppendFloat(dst, n.load(p), n.bits)
	if !ok {
		e.fail(errFloat)
	}
	return out
}

func (n *floatNode) empty(p unsafe.Pointer) bool { return n.load(p) == 0 }
func (n *floatNode) schema(*generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"number"}, Format: "double"}
	if n.bits == 32 {
		s.Format = "float"
	}
	return n.rules.describe(s)
}
