package schema

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A Secret is a value that must not be shown: as text, in JSON, in logs and in
// errors it is a row of stars. It can be part of an input; an output that would
// contain one is a mistake in its type. The zero value holds a zero T.
//
// Secrets do not compare with ==: compare what Reveal returns, as with
// [crypto/subtle.ConstantTimeCompare]. A value is one allocation.
type Secret[T any] struct {
	_ [0]func(cell[T]) // == would compare addresses
	// Of an unexported field that holds a Secret package fmt asks no method. It
	// follows one pointer for a verb that does not suit it, and never two.
	value **T // nil for a zero T, else the field at of a cell
}

// A cell is what a Secret points to.
type cell[T any] struct {
	at    *T // to value
	value T
}

// NewSecret returns a Secret that holds v.
func NewSecret[T any](v T) Secret[T] {
	if reflect.ValueOf(&v).Elem().IsZero() {
		return Secret[T]{}
	}
	c := &cell[T]{value: v}
	c.at = &c.value
	return Secret[T]{value: &c.at}
}

// Reveal returns the value.
func (s Secret[T]) Reveal() T {
	if s.value == nil {
		return *new(T)
	}
	return **s.value
}

const redacted = "**********"

// String returns stars.
func (Secret[T]) String() string { return redacted }

// Format prints stars for every verb. It implements [fmt.Formatter].
func (Secret[T]) Format(s fmt.State, _ rune) {
	io.WriteString(s, redacted) //nolint:errcheck // as in package fmt, whose state reports none
}

// MarshalText returns stars. It implements [encoding.TextMarshaler].
func (Secret[T]) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns stars. It implements [slog.LogValuer].
func (Secret[T]) LogValue() slog.Value { return slog.StringValue(redacted) }

// secretNode is the plan of a Secret, a pointer. It is read like the value
// inside, whose text no issue repeats, and written as stars.
type secretNode struct {
	leaf
	inner node
	typ   reflect.Type // of the value
	cells allocator
	value uintptr        // offset in a cell
	zero  unsafe.Pointer // to a value that is never written to
}

func (c *compiler) secret(t reflect.Type, rs *rules) (node, error) {
	cell := t.Field(0).Type.Elem().In(0)
	value := cell.Field(1)
	inner, err := c.compile(value.Type, rs)
	return &secretNode{
		inner: inner, typ: value.Type, cells: allocator{elem: cell}, value: value.Offset, zero: reflect.New(value.Type).UnsafePointer(),
	}, err
}

func (n *secretNode) textual() bool { return n.inner.textual() }

func (n *secretNode) decode(d *Decoder, p unsafe.Pointer) (ok bool) {
	n.fill(d, p, func(v unsafe.Pointer) { ok = n.inner.decode(d, v) })
	return ok
}

func (n *secretNode) text(d *Decoder, s string, p unsafe.Pointer) {
	n.fill(d, p, func(v unsafe.Pointer) { n.inner.text(d, s, v) })
}

// fill makes the Secret at p hold what read reads into a new value.
func (n *secretNode) fill(d *Decoder, p unsafe.Pointer, read func(unsafe.Pointer)) {
	before, cell := len(d.issues), d.take(&n.cells, 0)
	v := unsafe.Add(cell, n.value)
	read(v)
	d.hide(before)
	if reflect.NewAt(n.typ, v).Elem().IsZero() {
		cell = nil
	} else {
		*(*unsafe.Pointer)(cell) = v
	}
	*(*unsafe.Pointer)(p) = cell
}

// held returns the place of the value in the Secret at p.
func (n *secretNode) held(p unsafe.Pointer) unsafe.Pointer {
	if cell := *(*unsafe.Pointer)(p); cell != nil {
		return unsafe.Add(cell, n.value)
	}
	return n.zero
}

// hide takes the values out of the issues from n on.
func (d *Decoder) hide(n int) {
	for i := n; i < len(d.issues); i++ {
		d.issues[i].Input = nil
	}
}

func (n *secretNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	if e.reveal {
		return n.inner.append(e, dst, n.held(p))
	}
	return append(append(append(dst, '"'), redacted...), '"')
}

func (n *secretNode) empty(p unsafe.Pointer) bool { return n.inner.empty(n.held(p)) }

func (n *secretNode) schema(g *generator) *openapi.Schema {
	s := n.inner.schema(g)
	s.WriteOnly = true
	if len(s.Type) == 1 && s.Type[0] == "string" && s.Format == "" {
		s.Format = "password"
	}
	return s
}

// Output returns an error if the field cannot be part of an answer, because a
// [Secret] is in it.
func (f *Field) Output() error {
	at, ok := secretIn(f.m.node, make(map[node]bool), printed)
	if !ok {
		return nil
	}
	where := typeName(f.m.typ) + " is one"
	if at.owner != nil {
		where = fmt.Sprintf("%s has one at %s, a field of %s", typeName(f.m.typ), strings.TrimPrefix(at.path, "."), typeName(at.owner))
	} else if at.path != "" {
		where = typeName(f.m.typ) + " has one"
	}
	return errors.New("an output must not contain a schema.Secret: " + where)
}

// A secretPlace tells where a Secret is.
type secretPlace struct {
	path  string       // such as .keys[].password
	owner reflect.Type // the struct that has it as a field, nil for none
}

// behind is the place seen from outside: path leads to n, which owner has.
func (at secretPlace) behind(path string, owner reflect.Type) secretPlace {
	if at.owner == nil {
		at.owner = owner
	}
	at.path = path + at.path
	return at
}

func hasSecret(n node) bool {
	_, ok := secretIn(n, make(map[node]bool), printed)
	return ok
}

// takesSecret reports whether what is read into n has room for a Secret.
func (n *structNode) takesSecret() bool {
	_, ok := secretIn(n, make(map[node]bool), read)
	return ok
}

func printed(n *structNode) []member { return n.prints }
func read(n *structNode) []member    { return n.fields }

// secretIn finds a Secret in n, in those members of structs that are asked for.
func secretIn(n node, seen map[node]bool, members func(*structNode) []member) (at secretPlace, ok bool) {
	if seen[n] {
		return at, false
	}
	switch n := n.(type) {
	case *secretNode:
		return at, true
	case *reportNode:
		return secretIn(n.node, seen, members)
	case *optNode:
		return secretIn(n.inner, seen, members)
	case *nullNode:
		return secretIn(n.inner, seen, members)
	case *pointerNode:
		return secretIn(n.inner, seen, members)
	case *enumNode:
		return secretIn(n.node, seen, members)
	case *sliceNode:
		at, ok = secretIn(n.elem, seen, members)
		return at.behind("[]", nil), ok
	case *arrayNode:
		at, ok = secretIn(n.elem, seen, members)
		return at.behind("[]", nil), ok
	case *mapNode:
		at, ok = secretIn(n.value, seen, members)
		return at.behind("{}", nil), ok
	case *unionNode:
		seen[n] = true
		for i := range n.variants {
			if at, ok = secretIn(n.variants[i].node, seen, members); ok {
				return at.behind("."+n.variants[i].name, nil), true
			}
		}
	case *structNode:
		seen[n] = true
		list := members(n)
		for i := range list {
			if at, ok = secretIn(list[i].node, seen, members); ok {
				return at.behind("."+list[i].name, n.typ), true
			}
		}
	}
	return at, false
}
