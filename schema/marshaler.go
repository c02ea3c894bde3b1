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
	word          unsafe.Pointer // of the pointer to the type
	typ           reflect.Type
	reads, writes bool
	appends       bool // writes with AppendText, without an allocation
	rules         stringRules
}

func newTextNode(t reflect.Type, rs *rules) (node, error) {
	r, err := takeStringRules(rs)
	if err != nil {
		return nil, err
	}
	ptr := reflect.PointerTo(t)
	return &textNode{
		word: typeWord(t), typ: t, rules: r,
		reads: ptr.Implements(textUnmarshaler), writes: ptr.Implements(textMarshaler),
		appends: ptr.Implements(reflect.TypeFor[encoding.TextAppender]()),
	}, nil
}

func (n *textNode) textual() bool { return true }

func (n *textNode) decode(d *Decoder, p unsafe.Pointer) bool {
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
	if kind == wire.Escaped {
		raw = wire.AppendUnescaped(nil, raw)
	}
	if bad := n.read(raw, p); bad != nil {
		return d.issue(bad, d.s.Data[start:d.s.Pos])
	}
	return true
}

func (n *textNode) read(raw []byte, p unsafe.Pointer) *violation {
	if n.rules.any {
		if bad := n.rules.check(unsafe.String(unsafe.SliceData(raw), len(raw)), false); bad != nil {
			return bad
		}
	}
	u, ok := pointerTo(n.word, p).(encoding.TextUnmarshaler)
	if !ok || u.UnmarshalText(raw) != nil {
		return invalidValue
	}
	return nil
}

func (n *textNode) text(d *Decoder, s string, p unsafe.Pointer) {
	// UnmarshalText must copy what it keeps, and must not write to its argument.
	if bad := n.read(unsafe.Slice(unsafe.StringData(s), len(s)), p); bad != nil {
		d.textIssue(bad, s)
	}
}

func (n *textNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	start := len(dst)
	dst = append(dst, '"')
	dst = n.appendText(e, dst, p)
	for _, c := range dst[start+1:] {
		if c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			text := string(dst[start+1:])
			out, ok := wire.AppendString(dst[:start], text)
			if !ok {
				e.fail(errUTF8)
			}
			return out
		}
	}
	return append(dst, '"')
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

func (n *textNode) empty(unsafe.Pointer) bool { return false }
func (n *textNode) schema(*generator) *openapi.Schema {
	return n.rules.describe(&openapi.Schema{Type: openapi.Types{"string"}})
}

// jsonNode is the plan of a type that reads and writes its JSON itself. Nothing
// is known of that JSON, so its schema allows everything and it takes no rules.
type jsonNode struct {
	leaf
	word unsafe.Pointer
}

func newJSONNode(t reflect.Type) (node, error) { return &jsonNode{word: typeWord(t)}, nil }

func (n *jsonNode) decode(d *Decoder, p unsafe.Pointer) bool {
	raw, dup, ok := d.s.Skip()
	if !ok {
		return false
	}
	if dup {
		return d.issue(duplicateMember, nil)
	}
	u, ok := pointerTo(n.word, p).(json.Unmarshaler)
	if !ok || u.UnmarshalJSON(raw) != nil {
		return d.issue(invalidValue, raw)
	}
	return true
}

func (n *jsonNode) text(d *Decoder, s string, p unsafe.Pointer) {
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

func (n *jsonNode) empty(unsafe.Pointer) bool         { return false }
func (n *jsonNode) schema(*generator) *openapi.Schema { return new(openapi.Schema) }
