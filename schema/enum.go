package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
)

// enumOf returns the node of t with the values that its method Enum() []T
// returns as the only ones, or n itself when it has no such method.
func enumOf(t reflect.Type, n node) (node, error) {
	values, err := enumValues(t, n)
	if err != nil || !values.IsValid() {
		return n, err
	}
	e := &enumNode{node: n}
	var words []string
	for i := range values.Len() {
		v := reflect.New(t)
		v.Elem().Set(values.Index(i))
		text, err := encode(n, nil, v.UnsafePointer(), true)
		if err != nil {
			return nil, fmt.Errorf("%s.Enum: %w", t, err)
		}
		if slices.Contains(e.values, string(text)) {
			return nil, fmt.Errorf("%s.Enum returns %s twice", t, text)
		}
		e.values = append(e.values, string(text))
		e.equal = append(e.equal, string(wire.AppendCanonical(nil, text)))
		if text[0] == '"' {
			text = fmt.Appendf(nil, "'%s'", wire.AppendUnescaped(nil, text[1:len(text)-1]))
		}
		words = append(words, string(text))
	}
	expected := oneOf(words)
	e.wrong = violationOf("enum", "Input should be "+expected, "expected", expected)
	switch inner := n.(type) {
	case *stringNode:
		if inner.rules.choices == nil && inner.rules.change == nil {
			return inner.close(values, e.wrong), nil
		}
	}
	return e, nil
}

// enumValues returns what the method Enum of t returns, or a zero value if there
// is none. The plan of a struct takes none: its fields have theirs.
func enumValues(t reflect.Type, n node) (values reflect.Value, err error) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		return values, nil
	case reflect.Struct:
		_, text := n.(*textNode)
		if _, own := n.(*jsonNode); !text && !own {
			return values, nil
		}
	}
	m, ok := reflect.PointerTo(t).MethodByName("Enum")
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Slice {
		return values, nil
	}
	if out := m.Type.Out(0); out.Elem() != t {
		if t.Kind() == reflect.Struct { // of an embedded type
			return values, nil
		}
		return values, fmt.Errorf("%s.Enum returns %s, want []%s", t, out, t)
	}
	values = m.Func.Call([]reflect.Value{reflect.New(t)})[0]
	if values.Len() == 0 {
		return values, fmt.Errorf("%s.Enum returns no values", t)
	}
	return values, nil
}

// close makes the values of an enum the choices of a string.
func (n *stringNode) close(values reflect.Value, wrong *violation) node {
	for i := range values.Len() {
		n.rules.choices = append(n.rules.choices, values.Index(i).String())
	}
	n.rules.any, n.rules.closed, n.rules.notChosen = true, true, wrong
	return n
}

// enumNode is the plan of a value of a type with the method Enum. Values are
// compared by their JSON.
type enumNode struct {
	node
	values []string
	equal  []string // values in the form that all texts of an equal value have
	wrong  *violation
}

// has reports whether JSON text is that of one of the values.
func (n *enumNode) has(text []byte) bool {
	return slices.Contains(n.values, string(text)) || slices.Contains(n.equal, string(wire.AppendCanonical(nil, text)))
}

func (n *enumNode) allows(p unsafe.Pointer) bool {
	var buf [64]byte
	text, err := encode(n.node, buf[:0], p, true)
	return err == nil && n.has(text)
}

func (n *enumNode) decode(d *Decoder, p unsafe.Pointer) bool {
	d.s.Peek()
	before, start := len(d.issues), d.s.Pos
	if !n.node.decode(d, p) {
		return false
	}
	if len(d.issues) > before || n.allows(p) {
		return true
	}
	return d.issue(n.wrong, d.s.Data[start:d.s.Pos])
}

func (n *enumNode) text(d *Decoder, s string, p unsafe.Pointer) {
	before := len(d.issues)
	n.node.text(d, s, p)
	if len(d.issues) == before && !n.allows(p) {
		d.textIssue(n.wrong, s)
	}
}

func (n *enumNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	start := len(dst)
	dst = n.node.append(e, dst, p)
	if e.err == nil && !n.has(dst[start:]) {
		e.fail(errEnum)
	}
	return dst
}

func (n *enumNode) schema(g *generator) *openapi.Schema {
	s := n.node.schema(g)
	if text, ok := n.node.(*stringNode); ok && text.rules.change != nil && !g.output {
		return s // the values are those after the change
	}
	own := rawList(n.values, false)
	if s.Enum != nil { // a rule leaves fewer
		own = slices.DeleteFunc(s.Enum, func(v json.RawMessage) bool { return !slices.Contains(n.values, string(v)) })
	}
	s.Enum = own
	return s
}
