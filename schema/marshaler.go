package schema

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// textNode is the plan of a type that reads and writes itself as text. Rules on
// the text apply before the type sees it.
type textNode struct {
	leaf
	word    unsafe.Pointer // of the pointer to the type
	typ     reflect.Type
	appends bool // writes with AppendText, without an allocation
	rules   stringRules
	bounds  []valueBound[reflect.Value]
	compare func(a, b reflect.Value) int // of the bounds
}

func newTextNode(t reflect.Type, rs *rules) (node, error) {
	r, err := takeStringRules(rs)
	if err != nil {
		return nil, err
	}
	bounds, compare, err := takeTextBounds(t, rs)
	if err != nil {
		return nil, err
	}
	appends := reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextAppender]())
	return &textNode{word: typeWord(t), typ: t, appends: appends, rules: r, bounds: bounds, compare: compare}, nil
}

func (n *textNode) textual() bool { return true }

func (n *textNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '"' {
		return d.wrongType(n.rules.wrongType())
	}
	start := d.s.Pos
	raw, kind, ok := d.s.String()
	if !ok {
		return false
	}
	// UnmarshalText may write to its argument.
	if bad := n.read(d.scratch(raw, kind), p); bad != nil {
		return d.issue(bad, d.s.Data[start:d.s.Pos])
	}
	return true
}

func (n *textNode) read(raw []byte, p unsafe.Pointer) *violation {
	if n.rules.change != nil {
		raw = []byte(n.rules.change(string(raw)))
	}
	if n.rules.any {
		if bad := n.rules.check(unsafe.String(unsafe.SliceData(raw), len(raw)), false); bad != nil {
			return bad
		}
	}
	u, ok := pointerTo(n.word, p).(encoding.TextUnmarshaler)
	if !ok || u.UnmarshalText(raw) != nil {
		return invalidValue
	}
	for i := range n.bounds {
		b := &n.bounds[i]
		if !b.order(n.compare(reflect.NewAt(n.typ, p).Elem(), b.value)) {
			return b.fails
		}
	}
	return nil
}

func (n *textNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if !d.validText(s) {
		return
	}
	if bad := n.read(d.scratch([]byte(s), wire.UTF8), p); bad != nil {
		d.textIssue(bad, s)
	}
}

func (n *textNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	start := len(dst)
	dst = append(dst, '"')
	dst = n.appendText(e, dst, p)
	if wire.Plain(dst[start+1:]) {
		return append(dst, '"')
	}
	text := string(dst[start+1:])
	out, ok := wire.AppendString(dst[:start], text)
	if !ok {
		e.fail(errUTF8)
	}
	return out
}

// appendText appends the text of the value without quotes.
func (n *textNode) appendText(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	v := pointerTo(n.word, p)
	var err error
	if n.appends {
		out, appendErr := v.(encoding.TextAppender).AppendText(dst)
		if appendErr == nil {
			return out
		}
		err = appendErr
	} else if m, ok := v.(encoding.TextMarshaler); ok {
		text, marshalErr := m.MarshalText()
		if marshalErr == nil {
			return append(dst, text...)
		}
		err = marshalErr
	} else {
		err = errors.New("the type has no such method")
	}
	e.fail(errMarshal("MarshalText", v, err))
	return dst
}

func (n *textNode) empty(p unsafe.Pointer) bool { return isEmpty(n.typ, p) }
func (n *textNode) schema(g *generator) *openapi.Schema {
	return n.rules.describe(g)
}

// jsonNode is the plan of a type that reads and writes its JSON itself. Nothing
// is known of that JSON, so its schema allows everything and it takes no rules.
type jsonNode struct {
	leaf
	word unsafe.Pointer
	typ  reflect.Type
}

func newJSONNode(t reflect.Type) (node, error) { return &jsonNode{word: typeWord(t), typ: t}, nil }

func (n *jsonNode) decode(d *Decoder, p unsafe.Pointer) bool {
	raw, dup, ok := d.s.Skip()
	if !ok {
		return false
	}
	if dup && !d.set.cfg.LooseNames {
		return d.issue(duplicateMember, nil)
	}
	u, ok := pointerTo(n.word, p).(json.Unmarshaler)
	if !ok || u.UnmarshalJSON(raw) != nil {
		return d.issue(invalidValue, raw)
	}
	return true
}

func (n *jsonNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if !d.validText(s) {
		return
	}
	u, ok := pointerTo(n.word, p).(json.Unmarshaler)
	if !ok || u.UnmarshalJSON(quoted(s)) != nil {
		d.textIssue(invalidValue, s)
	}
}

func (n *jsonNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	v := pointerTo(n.word, p)
	m, ok := v.(json.Marshaler)
	if !ok {
		e.fail(errMarshal("MarshalJSON", v, errors.New("the type has no such method")))
		return dst
	}
	text, err := m.MarshalJSON()
	if err == nil && !wire.Valid(text) {
		err = errors.New("the result is not valid JSON")
	}
	if err != nil {
		e.fail(errMarshal("MarshalJSON", v, err))
		return dst
	}
	return wire.AppendCompact(dst, text)
}

func (n *jsonNode) empty(p unsafe.Pointer) bool       { return isEmpty(n.typ, p) }
func (n *jsonNode) schema(*generator) *openapi.Schema { return new(openapi.Schema) }

// isEmpty reports whether omitempty leaves out the value of type t at p, which
// depends on its kind alone, as in encoding/json.
func isEmpty(t reflect.Type, p unsafe.Pointer) bool {
	switch v := reflect.NewAt(t, p).Elem(); t.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}
