package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// mapNode is the plan of a map. A nil map is written as {}. Keys are strings,
// or what reads and writes itself as text.
type mapNode struct {
	key, value node
	typ        reflect.Type
	length     lengths
}

func (c *compiler) mapOf(t reflect.Type, rs *rules) (node, error) {
	n := &mapNode{typ: t}
	var err error
	if n.length, err = takeLengths(rs, "minProperties", "maxProperties", dictLength); err != nil {
		return nil, err
	}
	keys, err := rs.sub("keys")
	if err != nil {
		return nil, err
	}
	values, err := rs.sub("values")
	if err != nil {
		return nil, err
	}
	if n.key, err = c.compile(t.Key(), keys); err != nil {
		return nil, fmt.Errorf("key of %s: %w", t, err)
	}
	if !isKeyNode(n.key) {
		return nil, fmt.Errorf("key of %s: want a string, an integer or a type with text methods", t)
	}
	if n.value, err = c.compile(t.Elem(), values); err != nil {
		return nil, fmt.Errorf("value of %s: %w", t, err)
	}
	return n, nil
}

// keySchema describes the names of members, or returns nil where all are allowed.
// Of a number it only says the form: no keyword bounds what is a string.
func keySchema(n node, g *generator) *openapi.Schema {
	if !n.textual() {
		return &openapi.Schema{Type: openapi.Types{"string"}, Pattern: `^-?[0-9]+$`}
	}
	s := n.schema(g)
	plain, err := json.Marshal(s)
	if err != nil || string(plain) == `{"type":"string"}` {
		return nil
	}
	return s
}

// isKeyNode reports whether the names of members can be values of n.
func isKeyNode(n node) bool {
	switch n := n.(type) {
	case *intNode[int64], *intNode[uint64]:
		return true
	case *enumNode:
		return isKeyNode(n.node)
	case *reportNode:
		return isKeyNode(n.node)
	case bytesNode, *quotedNode, *secretNode, *optNode, *nullNode, *pointerNode:
		return false
	}
	return n.textual()
}

func (n *mapNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '{' {
		return d.wrongType(dictType)
	}
	start := len(d.issues)
	m := reflect.MakeMap(n.typ)
	reflect.NewAt(n.typ, p).Elem().Set(m)
	key := reflect.New(n.typ.Key())
	value := reflect.New(n.typ.Elem())
	count := 0
	ok := d.members(func(raw []byte) bool {
		if count++; n.length.max >= 0 && count > n.length.max {
			_, _, ok := d.s.Skip()
			return ok
		}
		before := len(d.issues)
		name := d.string(raw)
		key.Elem().SetZero()
		n.readKey(d, name, key.UnsafePointer())
		if len(d.issues) > before {
			d.at(before, "[key]")
			d.at(before, name)
			_, _, ok := d.s.Skip()
			return ok && !d.full
		}
		if m.MapIndex(key.Elem()).IsValid() {
			return d.duplicate(name)
		}
		value.Elem().SetZero()
		ok := n.value.decode(d, value.UnsafePointer())
		if len(d.issues) > before {
			d.at(before, name)
		}
		m.SetMapIndex(key.Elem(), value.Elem())
		return ok
	})
	if !ok {
		return false
	}
	bad := n.length.check(count)
	if bad == nil || len(d.issues) > start {
		return true
	}
	return d.issue(bad, nil)
}

// readKey reads a name, which is a copy already, into the key at p.
func (n *mapNode) readKey(d *Decoder, name string, p unsafe.Pointer) {
	s, ok := n.key.(*stringNode)
	if !ok {
		n.key.text(d, name, p)
		return
	}
	value := name
	if s.rules.change != nil {
		value = s.rules.change(name)
	}
	if bad := s.rules.check(value, false); bad != nil {
		d.textIssue(bad, name)
		return
	}
	*(*string)(p) = value
}

func (n *mapNode) text(d *Decoder, s string, _ unsafe.Pointer) { d.textIssue(dictType, s) }

func (n *mapNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	m := reflect.NewAt(n.typ, p).Elem()
	entries := make(map[string]unsafe.Pointer, m.Len())
	key := reflect.New(n.typ.Key())
	for iter := m.MapRange(); iter.Next(); {
		key.Elem().Set(iter.Key())
		value := reflect.New(n.typ.Elem())
		value.Elem().Set(iter.Value())
		name := plain(e, n.key, key.UnsafePointer())
		if _, dup := entries[name]; dup {
			e.fail(errKeys)
		}
		entries[name] = value.UnsafePointer()
	}
	return appendSorted(e, dst, entries, func(dst []byte, v unsafe.Pointer) []byte {
		return n.value.append(e, dst, v)
	})
}

var errKeys = errors.New("two keys of a map have the same text")

func (n *mapNode) empty(p unsafe.Pointer) bool {
	return reflect.NewAt(n.typ, p).Elem().Len() == 0
}

func (n *mapNode) schema(g *generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"object"}, AdditionalProperties: n.value.schema(g)}
	n.length.describe(&s.MinProperties, &s.MaxProperties)
	if names := keySchema(n.key, g); names != nil {
		s.PropertyNames = names
	}
	return s
}

func (n *mapNode) textual() bool { return false }

// find does not look into maps: their values have no address.
func (n *mapNode) find(unsafe.Pointer, target) ([]any, bool) { return nil, false }
