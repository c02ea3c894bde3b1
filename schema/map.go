package schema

import (
	"encoding/json"
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
	list       reflect.Type // a slice of the values
	layout     mapLayout
	length     lengths
	form       *form // of the names if they are integers that are not coerced, else nil
}

// A mapLayout is a Go type that a map can be ranged over as, for it has the same
// kinds of keys and values. Three entries are printed in 130 ns and without an
// allocation, through package reflect in 385 ns and with 3.
type mapLayout byte

const (
	mapOfOthers mapLayout = iota
	mapOfStrings
	mapOfAnys
)

// layoutOf returns the layout of t, whose keys have the plan key.
func layoutOf(t reflect.Type, key node) mapLayout {
	elem := t.Elem()
	s, ok := key.(*stringNode)
	switch {
	case !ok || s.rules.closed: // the keys are not all the strings there are
	case elem.Kind() == reflect.String:
		return mapOfStrings
	case elem.Kind() == reflect.Interface && elem.NumMethod() == 0:
		return mapOfAnys
	}
	return mapOfOthers
}

func (c *compiler) mapOf(t reflect.Type, rs *rules) (node, error) {
	n := &mapNode{typ: t, list: reflect.SliceOf(t.Elem())}
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
	if !isLax(n.key) {
		n.form = keyFormOf(n.key)
	}
	if n.value, err = c.compile(t.Elem(), values); err != nil {
		return nil, fmt.Errorf("value of %s: %w", t, err)
	}
	n.layout = layoutOf(t, n.key)
	return n, nil
}

// keySchema describes the names of members, or returns nil where all are allowed.
func keySchema(n node, g *generator) *openapi.Schema {
	if !n.textual() {
		return inString(n.schema(g), keyFormOf(n))
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
	case *laxNode:
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
	loose := d.set.cfg.LooseNames
	names := d.s.OpenNames() // with loose names, to count each once
	ok := d.members(func(raw []byte) bool {
		if !loose || d.s.AddName(names, raw) {
			count++
		}
		if n.length.max >= 0 && count > n.length.max {
			_, _, ok := d.s.Skip()
			return ok
		}
		name := d.string(raw)
		if loose {
			d.forget(start, name)
		}
		before := len(d.issues)
		key.Elem().SetZero()
		n.readKey(d, name, key.UnsafePointer())
		good := len(d.issues) == before
		if good && !loose && m.MapIndex(key.Elem()).IsValid() {
			return d.duplicate(name)
		}
		d.at(before, "[key]")
		value.Elem().SetZero()
		ok := !d.full && n.value.decode(d, value.UnsafePointer())
		if len(d.issues) > before {
			d.at(before, name)
		}
		if good {
			m.SetMapIndex(key.Elem(), value.Elem())
		}
		return ok
	})
	if !ok {
		return false
	}
	d.s.CloseNames(names)
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
		if f := n.form; f != nil && !f.fits(name) { // 7 has no other name: not 07, 7.0 or +7
			d.textIssue(intParsing, name)
			return
		}
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
	switch n.layout {
	case mapOfStrings:
		return appendMap(e, dst, &e.strings, *(*map[string]string)(p), n.value)
	case mapOfAnys:
		return appendMap(e, dst, &e.anys, *(*map[string]any)(p), n.value)
	}
	return n.appendOther(e, dst, reflect.NewAt(n.typ, p).Elem())
}

// appendOther appends a map that has no layout.
func (n *mapNode) appendOther(e *encoder, dst []byte, m reflect.Value) []byte {
	if !e.enter() {
		return dst
	}
	start := len(e.others)
	key := reflect.New(n.typ.Key())
	values := reflect.MakeSlice(n.list, m.Len(), m.Len())
	iter := m.MapRange()
	for i := 0; iter.Next(); i++ {
		key.Elem().SetIterKey(iter)
		value := values.Index(i)
		value.SetIterValue(iter)
		e.others = append(e.others, entry[unsafe.Pointer]{plain(e, n.key, key.UnsafePointer()), value.Addr().UnsafePointer()})
	}
	return appendEntries(e, dst, &e.others, start, func(dst []byte, v *unsafe.Pointer) []byte {
		return n.value.append(e, dst, *v)
	})
}

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
