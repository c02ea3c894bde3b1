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
type quotedNode struct {
	node
	form *form // nil for a bool
}

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
		case *laxNode:
			inner = outer.node
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
	case *laxNode: // which reads both forms
		q, err := quote(t, outer.node)
		return &laxNode{q, outer.bare, outer.lax}, err
	}
	return &quotedNode{n, formOf(n)}, nil
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
	switch {
	case failed:
		d.drop(before)
		return d.issue(invalidValue, d.s.Data[start:d.s.Pos])
	case ok && len(d.issues) == before && !n.form.allows(text):
		return d.issue(intParsing, d.s.Data[start:d.s.Pos])
	}
	for i := before; i < len(d.issues) && !d.full; i++ {
		d.issues[i].Input = d.echo(d.s.Data[start:d.s.Pos])
	}
	return ok
}

func (n *quotedNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	text := string(n.node.append(e, nil, p))
	dst, _ = wire.AppendString(dst, text)
	return dst
}

func (n *quotedNode) schema(g *generator) *openapi.Schema {
	if n.form != nil {
		return inString(n.node.schema(g), n.form)
	}
	s := &openapi.Schema{Type: openapi.Types{"string"}}
	if only := n.node.schema(g).Const; only != nil { // of a bool
		s.Const = quoted(string(only))
	} else {
		s.Enum = rawList([]string{"true", "false"}, true)
	}
	return s
}
