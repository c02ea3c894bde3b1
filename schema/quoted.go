package schema

import (
	"errors"
	"reflect"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// quotedNode is the plan of a number, bool or string with the json option
// string: its JSON stands in a JSON string. Source: encoding/json, Marshal.
type quotedNode struct{ node }

var errQuoted = errors.New("the json option string is for numbers, bools and strings")

// quote applies the json option string to a field of type t.
func quote(t reflect.Type, n node) (node, error) {
	inner := n
	for {
		switch outer := inner.(type) {
		case *pointerNode:
			inner = outer.inner
			continue
		case *optNode:
			inner = outer.inner
			continue
		}
		break
	}
	switch inner.(type) {
	case boolNode, *intNode[int64], *intNode[uint64], *floatNode, *stringNode:
	default:
		return nil, errQuoted
	}
	switch outer := n.(type) {
	case *pointerNode:
		q, err := quote(t, outer.inner)
		return &pointerNode{inner: q, memory: allocator{elem: outer.memory.elem}}, err
	case *optNode:
		q, err := quote(t, outer.inner)
		return &optNode{inner: q, ok: outer.ok}, err
	}
	return &quotedNode{n}, nil
}

func (n *quotedNode) textual() bool { return true }

func (n *quotedNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '"' {
		return d.wrongType(stringType)
	}
	start := d.s.Pos
	raw, kind, ok := d.s.String()
	if !ok {
		return false
	}
	text := raw
	if kind == wire.Escaped {
		text = wire.AppendUnescaped(nil, raw)
	}
	before := len(d.issues)
	place := d.s.Detour(text, 1)
	ok = n.node.decode(d, p) && d.s.End()
	failed := d.s.Err() != nil || text[0] <= ' ' || text[len(text)-1] <= ' '
	d.s.Return(place)
	if failed {
		d.drop(before)
		return d.issue(invalidValue, d.s.Data[start:d.s.Pos])
	}
	for i := before; i < len(d.issues) && !d.full; i++ {
		d.issues[i].Input = echo(d.s.Data[start:d.s.Pos])
	}
	return ok
}

func (n *quotedNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	text := string(n.node.append(e, nil, p))
	dst, _ = wire.AppendString(dst, text)
	return dst
}

func (n *quotedNode) schema(*generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"string"}}
	switch n.node.(type) {
	case boolNode:
		s.Enum = rawList([]string{"true", "false"}, true)
	case *intNode[int64], *intNode[uint64], *floatNode:
		s.Pattern = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`
	}
	return s
}
