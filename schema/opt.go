package schema

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// Opt is a value that may be absent. As a member of an object it is left out
// when absent; Opt[*T] tells absent, null and a value apart. The zero value is absent.
type Opt[T any] struct {
	value T
	ok    bool
}

// Some returns an Opt that holds v.
func Some[T any](v T) Opt[T] { return Opt[T]{value: v, ok: true} }

// Get returns the value, and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.ok }

// Or returns the value, or def when it is absent.
func (o Opt[T]) Or(def T) T {
	if o.ok {
		return o.value
	}
	return def
}

// Apply sets *dst to the value, if there is one.
func (o Opt[T]) Apply(dst *T) {
	if o.ok {
		*dst = o.value
	}
}

// Null is a value that must be given and may be null. The zero value is null.
type Null[T any] struct {
	value T
	ok    bool
}

// NotNull returns a Null that holds v.
func NotNull[T any](v T) Null[T] { return Null[T]{value: v, ok: true} }

// Get returns the value, and whether it is not null.
func (n Null[T]) Get() (T, bool) { return n.value, n.ok }

// Or returns the value, or def when it is null.
func (n Null[T]) Or(def T) T {
	if n.ok {
		return n.value
	}
	return def
}

var ownPackage = reflect.TypeFor[Opt[int]]().PkgPath()

// isGeneric reports whether t is the generic type called name of this package.
func isGeneric(t reflect.Type, name string) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == ownPackage && strings.HasPrefix(t.Name(), name+"[")
}

// optNode is the plan of an Opt, of which the value comes first.
type optNode struct {
	inner node
	ok    uintptr // offset of the field ok
}

func (c *compiler) opt(t reflect.Type, rs *rules) (node, error) {
	inner, err := c.compile(t.Field(0).Type, rs)
	return &optNode{inner: inner, ok: t.Field(1).Offset}, err
}

// fill makes the Opt at p hold a value and returns the place of that.
func (n *optNode) fill(p unsafe.Pointer) unsafe.Pointer {
	*(*bool)(unsafe.Add(p, n.ok)) = true
	return p
}

func (n *optNode) decode(d *Decoder, p unsafe.Pointer) bool { return n.inner.decode(d, n.fill(p)) }

func (n *optNode) text(d *Decoder, s string, p unsafe.Pointer) { n.inner.text(d, s, n.fill(p)) }

// append is not asked for an absent member: its struct leaves it out.
func (n *optNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	if n.empty(p) {
		return append(dst, "null"...)
	}
	return n.inner.append(e, dst, p)
}

func (n *optNode) empty(p unsafe.Pointer) bool         { return !*(*bool)(unsafe.Add(p, n.ok)) }
func (n *optNode) schema(g *generator) *openapi.Schema { return n.inner.schema(g) }
func (n *optNode) textual() bool                       { return n.inner.textual() }
func (n *optNode) find(p unsafe.Pointer, t target) ([]any, bool) {
	return n.inner.find(p, t)
}

// nullNode is the plan of a Null, of which the value comes first.
type nullNode struct{ optNode }

func (c *compiler) null(t reflect.Type, rs *rules) (node, error) {
	inner, err := c.compile(t.Field(0).Type, rs)
	return &nullNode{optNode{inner: inner, ok: t.Field(1).Offset}}, err
}

func (n *nullNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() == 'n' {
		*(*bool)(unsafe.Add(p, n.ok)) = false
		return d.s.Literal("null")
	}
	return n.optNode.decode(d, p)
}

func (n *nullNode) schema(g *generator) *openapi.Schema { return g.nullable(n.inner.schema(g)) }

// nullable is the schema of a value that s describes, or null, which text has not.
func (g *generator) nullable(s *openapi.Schema) *openapi.Schema {
	if g.text {
		return s
	}
	return &openapi.Schema{AnyOf: []*openapi.Schema{s, {Type: openapi.Types{"null"}}}}
}

// pointerNode is the plan of a pointer: null is nil.
type pointerNode struct {
	inner  node
	memory allocator
}

func (c *compiler) pointer(t reflect.Type, rs *rules) (node, error) {
	if t.Elem().Kind() == reflect.Pointer {
		return nil, errPointers
	}
	inner, err := c.compile(t.Elem(), rs)
	return &pointerNode{inner: inner, memory: allocator{elem: t.Elem()}}, err
}

// fill makes the pointer at p point to a new value and returns the place of that.
func (n *pointerNode) fill(d *Decoder, p unsafe.Pointer) unsafe.Pointer {
	v := d.take(&n.memory, 0)
	*(*unsafe.Pointer)(p) = v
	return v
}

func (n *pointerNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() == 'n' {
		*(*unsafe.Pointer)(p) = nil
		return d.s.Literal("null")
	}
	return n.inner.decode(d, n.fill(d, p))
}

func (n *pointerNode) text(d *Decoder, s string, p unsafe.Pointer) { n.inner.text(d, s, n.fill(d, p)) }

func (n *pointerNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	v := *(*unsafe.Pointer)(p)
	if v == nil {
		return append(dst, "null"...)
	}
	if !e.enter() {
		return dst
	}
	dst = n.inner.append(e, dst, v)
	e.depth--
	return dst
}

func (n *pointerNode) empty(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }
func (n *pointerNode) schema(g *generator) *openapi.Schema {
	return g.nullable(n.inner.schema(g))
}
func (n *pointerNode) textual() bool { return n.inner.textual() }
func (n *pointerNode) find(p unsafe.Pointer, t target) ([]any, bool) {
	v := *(*unsafe.Pointer)(p)
	if v == nil {
		return nil, false
	}
	if t.is(v, n.memory.elem) {
		return nil, true
	}
	return n.inner.find(v, t)
}
