package schema

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// anyNode is the plan of an any: it holds what encoding/json would put there,
// map[string]any, []any, string, bool, float64 and nil, and a [json.Number]
// where a float64 would lose digits of an integer.
type anyNode struct{ leaf }

func (anyNode) decode(d *Decoder, p unsafe.Pointer) bool {
	v, ok := d.any()
	*(*any)(p) = v
	return ok
}

func (d *Decoder) any() (any, bool) {
	switch c := d.s.Peek(); c {
	case '{':
		return d.anyObject()
	case '[':
		return d.anyArray()
	case '"':
		raw, kind, ok := d.s.String()
		if kind == wire.Escaped {
			return d.unescaped(raw), ok
		}
		return d.string(raw), ok
	case 't':
		return true, d.s.Literal("true")
	case 'f':
		return false, d.s.Literal("false")
	case 'n':
		return nil, d.s.Literal("null")
	}
	lit, whole, ok := d.s.Number()
	if !ok {
		return nil, false
	}
	f, ok := wire.Float(lit, 64)
	switch {
	case whole && (!ok || math.Abs(f) >= 1<<53): // 2^53 itself may be 2^53+1 rounded
		return json.Number(d.string(lit)), true
	case !ok:
		return nil, d.issue(finiteNumber, lit)
	}
	return f, true
}

func (d *Decoder) anyObject() (any, bool) {
	m := make(map[string]any)
	start := len(d.issues)
	ok := d.members(func(name []byte) bool {
		key := d.string(name)
		if _, dup := m[key]; dup {
			if !d.set.cfg.LooseNames {
				return d.duplicate(key)
			}
			d.forget(start, key)
		}
		before := len(d.issues)
		v, ok := d.any()
		if len(d.issues) > before {
			d.at(before, key)
		}
		m[key] = v
		return ok
	})
	return m, ok
}

func (d *Decoder) anyArray() (any, bool) {
	list := []any{}
	if !d.s.Enter() {
		return nil, false
	}
	for first := true; ; first = false {
		more, ok := d.s.More(']', first)
		if !ok {
			return nil, false
		}
		if !more {
			d.s.Leave()
			return list, true
		}
		before := len(d.issues)
		v, ok := d.any()
		if len(d.issues) > before {
			d.at(before, len(list))
		}
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
}

// members calls member for each member of the object ahead, to decode the value.
// The name is valid until the next name is read.
func (d *Decoder) members(member func(name []byte) bool) bool {
	if !d.s.Enter() {
		return false
	}
	for first := true; ; first = false {
		more, ok := d.s.More('}', first)
		if !ok {
			return false
		}
		if !more {
			d.s.Leave()
			return true
		}
		name, ok := d.s.Name()
		if !ok || !member(name) {
			return false
		}
	}
}

// duplicate adds the issue of a repeated member and skips its value.
func (d *Decoder) duplicate(name any) bool {
	before := len(d.issues)
	_, _, ok := d.s.Skip()
	ok = ok && d.issue(duplicateMember, nil)
	d.at(before, name)
	return ok
}

// forget takes back the issues since start that are about the member segment,
// which is given again.
func (d *Decoder) forget(start int, segment any) {
	about := func(i problem.Issue) bool { return len(i.Loc) > 0 && i.Loc[len(i.Loc)-1] == segment }
	d.issues = append(d.issues[:start], slices.DeleteFunc(d.issues[start:], about)...)
}

func (anyNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if d.validText(s) {
		*(*any)(p) = d.copy(s)
	}
}

func (anyNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	return appendAny(e, dst, *(*any)(p))
}

// appendAny appends what decode makes; for other values it asks encoding/json.
func appendAny(e *encoder, dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case string:
		out, ok := wire.AppendString(dst, v)
		if !ok {
			e.fail(errUTF8)
		}
		return out
	case float64:
		out, ok := wire.AppendFloat(dst, v, 64)
		if !ok {
			e.fail(errFloat)
		}
		return out
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case []any:
		if !e.enter() {
			return dst
		}
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendAny(e, dst, item)
		}
		e.depth--
		return append(dst, ']')
	case map[string]any:
		return appendMap(e, dst, &e.anys, v, anyNode{})
	}
	return appendForeign(e, dst, v)
}

func (anyNode) empty(p unsafe.Pointer) bool       { return *(*any)(p) == nil }
func (anyNode) schema(*generator) *openapi.Schema { return new(openapi.Schema) }
