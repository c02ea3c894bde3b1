package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

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
	k := numberKind[T]{multiple: func(step T) func(T) bool {
		return func(v T) bool { return v%step == 0 }
	}}
	if n.signed() {
		k.hi = T(uint64(1)<<(bits-1) - 1)
		k.lo = -k.hi - 1
		k.parse = func(s string) (T, error) { v, err := strconv.ParseInt(s, 10, bits); return T(v), err }
		n.format = "int"
	} else {
		k.hi = (T(0) - 1) >> (64 - bits)
		k.parse = func(s string) (T, error) { v, err := strconv.ParseUint(s, 10, bits); return T(v), err }
		n.format = "uint"
	}
	n.format += strconv.Itoa(bits)
	r, err := takeNumberRules(rs, k)
	if err != nil {
		return nil, err
	}
	n.rules = r
	n.rules.typeRange(k.lo, k.hi, bits == 64)
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

// signed reports whether T is int64. The compiler knows.
func (*intNode[T]) signed() bool { return T(0)-1 < 0 }

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
		if !n.signed() && u > 0 {
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
	switch {
	case errors.Is(err, wire.ErrFraction):
		return intFromFloat
	case neg && (err != nil || !n.signed() && u > 0 || u > 1<<63):
		return n.tooSmall
	case err != nil || n.signed() && !neg && u > 1<<63-1:
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
	if bad := n.readText(s, p); bad != nil {
		d.textIssue(bad, s)
	}
}

func (n *intNode[T]) readText(s string, p unsafe.Pointer) *violation {
	digits, neg := strings.CutPrefix(s, "-")
	u, err := strconv.ParseUint(digits, 10, 64)
	if err != nil && !isDigits(digits) {
		return intParsing
	}
	return n.accept(p, neg, u, err)
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
	signed := n.signed()
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
