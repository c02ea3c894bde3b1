package schema

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A node is the plan of one value: a type together with the rules at one place.
// The pointers point to a value of that type.
type node interface {
	// decode reads the JSON value ahead into p. What is wrong with the value
	// becomes an issue; false means that decoding cannot go on.
	decode(d *Decoder, p unsafe.Pointer) bool
	// text reads s into p, which only has text where it comes from.
	text(d *Decoder, s string, p unsafe.Pointer)
	// append appends the value at p as JSON.
	append(e *encoder, dst []byte, p unsafe.Pointer) []byte
	// empty reports whether omitempty leaves the value out.
	empty(p unsafe.Pointer) bool
	// schema describes the value.
	schema(g *generator) *openapi.Schema
	// find returns the path from p to t, innermost segment first.
	find(p unsafe.Pointer, t target) ([]any, bool)
	// textual reports whether JSON writes the value as a string, so that a tag
	// holds it without quotes.
	textual() bool
}

// leaf has the methods of a node without parts and without a text form of its own.
type leaf struct{}

func (leaf) find(unsafe.Pointer, target) ([]any, bool) { return nil, false }
func (leaf) textual() bool                             { return false }

// A target is a value given by its address: together with the type, for a
// struct and its first field have the same one.
type target struct {
	p   unsafe.Pointer
	typ reflect.Type
}

func (t target) is(p unsafe.Pointer, typ reflect.Type) bool { return t.p == p && t.typ == typ }

var (
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	jsonMarshaler   = reflect.TypeFor[json.Marshaler]()
	jsonNumber      = reflect.TypeFor[json.Number]()
)

// compile returns the node of t under rs. Every rule must have been taken.
func (c *compiler) compile(t reflect.Type, rs *rules) (node, error) {
	if t.Kind() != reflect.Struct || t.Name() == "" {
		if slices.Contains(c.open, t) {
			return nil, fmt.Errorf("type %s contains itself: only a struct with a name may", t)
		}
		c.open = append(c.open, t)
		defer func() { c.open = c.open[:len(c.open)-1] }()
	}
	if err := promoted(t); err != nil {
		return nil, err
	}
	own, err := typeRules(t)
	if err != nil {
		return nil, err
	}
	if err := rs.merge(own); err != nil {
		return nil, fmt.Errorf("type %s: %w", t, err)
	}
	var soft []rule
	if !passes(t) { // else they are for the value inside
		soft = rs.reports()
	}
	defer func(outer bool) { c.lax = outer }(c.lax)
	n, err := c.plan(t, rs)
	if err != nil {
		return nil, err
	}
	if n, err = enumOf(t, n); err != nil {
		return nil, err
	}
	if _, ok := n.(*structNode); !ok && reflect.PointerTo(t).Implements(validatorType) {
		return nil, fmt.Errorf("%s.Validate would not run: it is for a struct that is read field by field", t)
	}
	if n, err = c.report(t, n, soft); err != nil {
		return nil, err
	}
	return n, rs.rest(t.String())
}

// plan returns the node of t under rs, in its lax form where that is wanted.
func (c *compiler) plan(t reflect.Type, rs *rules) (node, error) {
	n, err := c.kind(t, rs)
	if err != nil {
		return nil, err
	}
	return c.coerced(n, rs)
}

// kind chooses the node by what t is: a type of ours, a standard interface, a kind.
func (c *compiler) kind(t reflect.Type, rs *rules) (node, error) {
	if n, err := c.known(t, rs); n != nil || err != nil {
		return n, err
	}
	switch {
	case isGeneric(t, "Opt"):
		return c.opt(t, rs)
	case isGeneric(t, "Null"):
		return c.null(t, rs)
	case isGeneric(t, "Secret"):
		return c.secret(t, rs)
	case t.Kind() == reflect.Pointer:
		return c.pointer(t, rs)
	}
	ptr := reflect.PointerTo(t)
	switch {
	case ptr.Implements(jsonUnmarshaler) || ptr.Implements(jsonMarshaler):
		return newJSONNode(t)
	case ptr.Implements(textUnmarshaler) || ptr.Implements(textMarshaler):
		return newTextNode(t, rs)
	}
	switch t.Kind() {
	case reflect.Bool:
		return newBoolNode(rs)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return newIntNode[int64](t, rs)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return newIntNode[uint64](t, rs)
	case reflect.Float32, reflect.Float64:
		return newFloatNode(t, rs)
	case reflect.String:
		if t != jsonNumber { // which is a number on the wire, not this text
			return newStringNode(rs)
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 && t.Elem().PkgPath() == "" {
			return newBytesNode(rs)
		}
		return c.slice(t, rs)
	case reflect.Array:
		return c.array(t, rs)
	case reflect.Map:
		return c.mapOf(t, rs)
	case reflect.Struct:
		return c.structOf(t)
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return anyNode{}, nil
		}
		return c.union(t)
	}
	return nil, fmt.Errorf("type %s has no JSON form here", t)
}

// passes reports whether the rules of t are for the value inside.
func passes(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer || isGeneric(t, "Opt") || isGeneric(t, "Null") || isGeneric(t, "Secret")
}

var checkerType = reflect.TypeFor[interface{ Check() string }]()

// typeRules returns what the method Check of t says, or nil without one.
func typeRules(t reflect.Type) (*rules, error) {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface || !reflect.PointerTo(t).Implements(checkerType) {
		return nil, nil
	}
	rs, err := parseRules(reflect.New(t).Interface().(interface{ Check() string }).Check())
	if err != nil {
		return nil, fmt.Errorf("%s.Check: %w", t, err)
	}
	return rs, nil
}

// iface makes a value of the interface any from a type word and a pointer, as
// reflect.NewAt(t, p).Interface() does, without its cost on each call.
type iface struct{ typ, data unsafe.Pointer }

// typeWord is what the interface any holds for a *T, given the type T.
func typeWord(t reflect.Type) unsafe.Pointer {
	v := reflect.Zero(reflect.PointerTo(t)).Interface()
	return (*iface)(unsafe.Pointer(&v)).typ
}

// pointerTo returns the any that holds p, a pointer to the type of word.
func pointerTo(word, p unsafe.Pointer) (v any) {
	*(*iface)(unsafe.Pointer(&v)) = iface{word, p}
	return v
}

// shortName is the name of a type without its package path, also inside brackets.
func shortName(t reflect.Type) string {
	var b strings.Builder
	name := t.Name()
	for {
		i := strings.IndexAny(name, "[],")
		part := name
		if i >= 0 {
			part = name[:i]
		}
		if j := strings.LastIndexByte(part, '.'); j >= 0 {
			part = part[j+1:]
		}
		b.WriteString(part)
		if i < 0 {
			return strings.TrimRight(b.String(), "_")
		}
		b.WriteByte('_')
		name = name[i+1:]
	}
}
