package schema

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// A valueKind is a type of values that JSON writes as text, which the plan knows.
type valueKind[T any] struct {
	wrongType *violation
	parse     func(s string) (T, *violation) // may keep parts of s only if keeps is set
	keeps     bool
	lax       *laxKind[T]                           // nil for no lax form
	append    func(dst []byte, v T) ([]byte, error) // without quotes
	number    bool                                  // JSON has a number; text is read too
	zero      func(v T) bool                        // what omitempty leaves out, nil for nothing
	schema    func(output bool) *openapi.Schema

	compare func(a, b T) int                        // nil for a type without order
	now     func(time.Time) T                       // what the bound "now" is at a time, nil for none
	past    *violation                              // of a bound lt=now or le=now
	future  *violation                              // of a bound gt=now or ge=now
	numbers func(s *openapi.Schema) *openapi.Schema // what has keywords for bounds in s, nil where nothing does
	// extra takes rules of the kind's own and tells how numbers describes them; nil for none.
	extra func(rs *rules) (check func(T) *violation, describe func(*openapi.Schema), err error)
}

// valueNode is the plan of a value of a kind.
type valueNode[T any] struct {
	leaf
	kind     *valueKind[T]
	bounds   []valueBound[T]       // le, lt, ge, gt
	extra    func(T) *violation    // nil for no such rules
	describe func(*openapi.Schema) // of extra
}

type valueBound[T any] struct {
	name, text string
	value      T
	now        bool // value is the time at which it is asked
	fails      *violation
}

// order tells whether a value that compares to the bound as c obeys it.
func (b *valueBound[T]) order(c int) bool {
	switch b.name {
	case "le":
		return c <= 0
	case "lt":
		return c < 0
	case "ge":
		return c >= 0
	}
	return c > 0
}

func newValueNode[T any](kind *valueKind[T], rs *rules) (node, error) {
	n := &valueNode[T]{kind: kind}
	for _, name := range []string{"le", "lt", "ge", "gt"} {
		if kind.compare == nil {
			break
		}
		text, ok, err := rs.one(name)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		b := valueBound[T]{name: name, text: text, now: text == "now" && kind.now != nil}
		switch {
		case b.now && name[0] == 'l':
			b.fails = kind.past
		case b.now:
			b.fails = kind.future
		default:
			var bad *violation
			if b.value, bad = kind.parse(text); bad != nil {
				return nil, fmt.Errorf("rule %s=%s: want a value of the type: %s", name, text, bad.msg)
			}
			var ctx any = text
			if kind.number {
				ctx = json.Number(text)
			}
			b.fails = boundViolation(name, text, ctx)
		}
		n.bounds = append(n.bounds, b)
	}
	if noValue(n.bounds, kind.compare) {
		return nil, errNoValue
	}
	if kind.extra != nil {
		var err error
		if n.extra, n.describe, err = kind.extra(rs); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *valueNode[T]) textual() bool { return !n.kind.number }

func (n *valueNode[T]) decode(d *Decoder, p unsafe.Pointer) bool {
	c := d.s.Peek()
	start := d.s.Pos
	var raw []byte
	var kind wire.StringKind
	var ok bool
	switch {
	case c == '"':
		raw, kind, ok = d.s.String()
	case n.kind.number && (c == '-' || c-'0' <= 9):
		raw, _, ok = d.s.Number()
	default:
		return d.wrongType(n.kind.wrongType)
	}
	if !ok {
		return false
	}
	if kind == wire.Escaped {
		raw = d.scratch(raw, kind)
	}
	if bad := n.read(d, unsafe.String(unsafe.SliceData(raw), len(raw)), p); bad != nil {
		return d.issue(bad, d.s.Data[start:d.s.Pos])
	}
	return true
}

// read reads text, of which only a view exists, into p.
func (n *valueNode[T]) read(d *Decoder, text string, p unsafe.Pointer) *violation {
	if n.kind.keeps {
		text = d.copy(text)
	}
	v, bad := n.kind.parse(text)
	if bad != nil {
		return bad
	}
	return n.keep(d, v, p)
}

// keep stores v at p if it obeys the rules.
func (n *valueNode[T]) keep(d *Decoder, v T, p unsafe.Pointer) *violation {
	if n.extra != nil {
		if bad := n.extra(v); bad != nil {
			return bad
		}
	}
	for i := range n.bounds {
		b := &n.bounds[i]
		limit := b.value
		if b.now {
			limit = n.kind.now(d.set.cfg.Now())
		}
		if !b.order(n.kind.compare(v, limit)) {
			return b.fails
		}
	}
	*(*T)(p) = v
	return nil
}

func (n *valueNode[T]) text(d *Decoder, s string, p unsafe.Pointer) {
	if !d.validText(s) {
		return
	}
	if bad := n.read(d, s, p); bad != nil {
		d.textIssue(bad, s)
	}
}

// append escapes nothing: no kind writes a quote, a backslash or what is not ASCII.
func (n *valueNode[T]) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	if !n.kind.number {
		dst = append(dst, '"')
	}
	dst, err := n.kind.append(dst, *(*T)(p))
	switch {
	case err != nil:
		e.fail(err)
	case !n.kind.number:
		dst = append(dst, '"')
	}
	return dst
}

func (n *valueNode[T]) empty(p unsafe.Pointer) bool {
	return n.kind.zero != nil && n.kind.zero(*(*T)(p))
}

func (n *valueNode[T]) schema(g *generator) *openapi.Schema {
	s := n.kind.schema(g.output)
	if n.kind.numbers != nil {
		number := n.kind.numbers(s)
		for _, b := range n.bounds {
			*boundOf(number, b.name) = json.Number(b.text)
		}
		if n.describe != nil {
			n.describe(number)
		}
	}
	return s
}

var errNoValue = errors.New("the bounds leave no valid value")

// noValue reports that two bounds that do not depend on the clock exclude each other.
func noValue[T any](bounds []valueBound[T], compare func(a, b T) int) bool {
	for _, low := range bounds {
		for _, high := range bounds {
			if low.now || high.now || low.name[0] != 'g' || high.name[0] != 'l' {
				continue
			}
			if c := compare(low.value, high.value); c > 0 || c == 0 && low.name+high.name != "gele" {
				return true
			}
		}
	}
	return false
}

// compareMethod returns a function that compares two values of t through its
// method Compare or Cmp, or nil when it has none. The values must have
// addresses. It costs a call through reflection; the kinds above need none.
func compareMethod(t reflect.Type) func(a, b reflect.Value) int {
	for _, receiver := range []reflect.Type{t, reflect.PointerTo(t)} {
		m, ok := receiver.MethodByName("Compare")
		if !ok {
			m, ok = receiver.MethodByName("Cmp")
		}
		if !ok || m.Type.NumIn() != 2 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Int {
			continue
		}
		argument := m.Type.In(1)
		if argument != t && argument != reflect.PointerTo(t) {
			continue
		}
		return func(a, b reflect.Value) int {
			if receiver != t {
				a = a.Addr()
			}
			if argument != t {
				b = b.Addr()
			}
			return int(m.Func.Call([]reflect.Value{a, b})[0].Int())
		}
	}
	return nil
}

// takeTextBounds takes the bounds of a type that has the method Compare or Cmp.
func takeTextBounds(t reflect.Type, rs *rules) (bounds []valueBound[reflect.Value], compare func(a, b reflect.Value) int, err error) {
	if compare = compareMethod(t); compare == nil {
		return nil, nil, nil
	}
	for _, name := range []string{"le", "lt", "ge", "gt"} {
		text, ok, err := rs.one(name)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			continue
		}
		v := reflect.New(t)
		if u, ok := v.Interface().(encoding.TextUnmarshaler); !ok || u.UnmarshalText([]byte(text)) != nil {
			return nil, nil, fmt.Errorf("rule %s=%s: want a value of the type", name, text)
		}
		bounds = append(bounds, valueBound[reflect.Value]{
			name: name, text: text, value: v.Elem(), fails: boundViolation(name, text, text),
		})
	}
	if noValue(bounds, compare) {
		return nil, nil, errNoValue
	}
	return bounds, compare, nil
}

// boundViolation is the violation of a bound: name is that of its rule.
func boundViolation(name, text string, value any) *violation {
	words := boundWords[name]
	return violationOf(words[0], "Input should be "+words[1]+" "+text, name, value)
}
