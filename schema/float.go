package schema

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// floatNode is the plan of a float32 or float64.
type floatNode struct {
	leaf
	bits  int
	rules numberRules[float64]
}

func newFloatNode(t reflect.Type, rs *rules) (node, error) {
	n := &floatNode{bits: t.Bits()}
	var err error
	n.rules, err = takeNumberRules(rs, numberKind[float64]{
		lo: -math.MaxFloat64, hi: math.MaxFloat64,
		parse:    func(s string) (float64, error) { return strconv.ParseFloat(s, n.bits) },
		multiple: n.multiple,
	})
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
	if bad := n.readText(s, p); bad != nil {
		d.textIssue(bad, s)
	}
}

func (n *floatNode) readText(s string, p unsafe.Pointer) *violation {
	f, err := strconv.ParseFloat(s, n.bits)
	switch {
	case strings.ContainsAny(s, "_xXpP") || err != nil && !math.IsInf(f, 0):
		return floatParsing
	case math.IsInf(f, 0) || math.IsNaN(f):
		return finiteNumber
	}
	if bad := n.rules.check(f); bad != nil {
		return bad
	}
	n.store(p, f)
	return nil
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

// multiple makes the test for multiples of step. It decides by the shortest
// decimal forms, so that 0.3 is a multiple of 0.1.
func (n *floatNode) multiple(step float64) func(float64) bool {
	s := decimalOf(step, n.bits)
	return func(v float64) bool { return decimalOf(v, n.bits).isMultiple(s) }
}

// A decimal is the number digits × 10^exp, with at most 17 digits.
type decimal struct {
	digits uint64
	exp    int
}

// decimalOf returns the shortest decimal that a float of this many bits reads as |f|.
func decimalOf(f float64, bits int) (d decimal) {
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], math.Abs(f), 'e', -1, bits) // as in 1.25e-07
	mantissa, exp, _ := strings.Cut(string(text), "e")
	d.exp, _ = strconv.Atoi(exp)
	for i := range len(mantissa) {
		if mantissa[i] != '.' {
			d.digits = d.digits*10 + uint64(mantissa[i]-'0')
		}
		if i > 1 {
			d.exp--
		}
	}
	return d
}

// isMultiple reports whether d is a multiple of step, which is above 0.
func (d decimal) isMultiple(step decimal) bool {
	divisor := step.digits
	for ; step.exp > d.exp && divisor <= d.digits; step.exp-- {
		divisor *= 10
	}
	if step.exp > d.exp {
		return d.digits == 0
	}
	rest := d.digits % divisor
	for ; d.exp > step.exp && rest > 0; d.exp-- {
		rest = rest * 10 % divisor
	}
	return rest == 0
}
