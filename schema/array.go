package schema

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// arrayNode is the plan of an array: a list of exactly so many items.
type arrayNode struct {
	elem   node
	typ    reflect.Type
	size   uintptr // of an element
	length lengths
}

func (c *compiler) array(t reflect.Type, rs *rules) (node, error) {
	n := &arrayNode{typ: t, size: t.Elem().Size(), length: lengths{min: t.Len(), max: t.Len(), words: listLength}}
	each, err := rs.sub("each")
	if err != nil {
		return nil, err
	}
	if n.elem, err = c.compile(t.Elem(), each); err != nil {
		return nil, fmt.Errorf("element of %s: %w", t, err)
	}
	return n, nil
}

func (n *arrayNode) item(p unsafe.Pointer, i int) unsafe.Pointer {
	return unsafe.Add(p, uintptr(i)*n.size)
}

func (n *arrayNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '[' {
		return d.wrongType(listType)
	}
	if !d.s.Enter() {
		return false
	}
	start, count := len(d.issues), 0
	for first := true; ; first = false {
		more, ok := d.s.More(']', first)
		if !ok {
			return false
		}
		if !more {
			break
		}
		if count++; count > n.length.max {
			if _, _, ok := d.s.Skip(); !ok {
				return false
			}
			continue
		}
		before := len(d.issues)
		ok = n.elem.decode(d, n.item(p, count-1))
		if len(d.issues) > before {
			d.at(before, count-1)
		}
		if !ok {
			return false
		}
	}
	d.s.Leave()
	return d.checkLength(&n.length, start, count)
}

func (n *arrayNode) text(d *Decoder, s string, p unsafe.Pointer) { n.texts(d, []string{s}, p) }

// texts reads an array that comes as several texts.
func (n *arrayNode) texts(d *Decoder, values []string, p unsafe.Pointer) {
	start := len(d.issues)
	if bad := n.length.check(len(values)); bad != nil && len(values) > n.length.max {
		d.issue(bad, nil)
		return
	}
	for i, s := range values {
		before := len(d.issues)
		n.elem.text(d, s, n.item(p, i))
		d.at(before, i)
	}
	d.checkLength(&n.length, start, len(values))
}

func (n *arrayNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	return appendItems(e, dst, n.elem, n.size, p, n.typ.Len())
}

func (n *arrayNode) empty(unsafe.Pointer) bool { return n.typ.Len() == 0 }

func (n *arrayNode) schema(g *generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"array"}, Items: n.elem.schema(g)}
	n.length.describe(&s.MinItems, &s.MaxItems)
	return s
}

func (n *arrayNode) textual() bool { return false }

func (n *arrayNode) find(p unsafe.Pointer, t target) ([]any, bool) {
	return findItem(n.elem, n.typ.Elem(), p, n.typ.Len(), t)
}
