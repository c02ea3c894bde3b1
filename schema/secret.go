package schema

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A Secret is a value that must not be shown: as text, in JSON, in logs and in
// errors it is a row of stars. It can be part of an input; an output that would
// contain one is a mistake in its type. The zero value holds a zero T.
type Secret[T any] struct{ value T }

// NewSecret returns a Secret that holds v.
func NewSecret[T any](v T) Secret[T] { return Secret[T]{v} }

// Reveal returns the value.
func (s Secret[T]) Reveal() T { return s.value }

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

// secretNode is the plan of a Secret. It is read like the value inside, whose
// text no issue repeats, and written as stars.
type secretNode struct {
	leaf
	inner node
}

func (c *compiler) secret(t reflect.Type, rs *rules) (node, error) {
	inner, err := c.compile(t.Field(0).Type, rs)
	return &secretNode{inner: inner}, err
}

func (n *secretNode) textual() bool { return n.inner.textual() }

func (n *secretNode) decode(d *Decoder, p unsafe.Pointer) bool {
	before := len(d.issues)
	ok := n.inner.decode(d, p)
	d.hide(before)
	return ok
}

func (n *secretNode) text(d *Decoder, s string, p unsafe.Pointer) {
	before := len(d.issues)
	n.inner.text(d, s, p)
	d.hide(before)
}

// hide takes the values out of the issues from n on.
func (d *Decoder) hide(n int) {
	for i := n; i < len(d.issues); i++ {
		d.issues[i].Input = nil
	}
}

func (n *secretNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	if e.reveal {
		return n.inner.append(e, dst, p)
	}
	return append(append(append(dst, '"'), redacted...), '"')
}

func (n *secretNode) empty(p unsafe.Pointer) bool { return n.inner.empty(p) }

func (n *secretNode) schema(g *generator) *openapi.Schema {
	s := n.inner.schema(g)
	s.WriteOnly = true
	if len(s.Type) == 1 && s.Type[0] == "string" && s.Format == "" {
		s.Format = "password"
	}
	return s
}

var errSecret = errors.New("an output must not contain a schema.Secret")

// Output returns an error if the field cannot be part of an answer, because a
// [Secret] is in it.
func (f *Field) Output() error {
	if hasSecret(f.m.node, make(map[node]bool)) {
		return errSecret
	}
	return nil
}

func hasSecret(n node, seen map[node]bool) bool {
	if seen[n] {
		return false
	}
	switch n := n.(type) {
	case *secretNode:
		return true
	case *reportNode:
		return hasSecret(n.node, seen)
	case *optNode:
		return hasSecret(n.inner, seen)
	case *nullNode:
		return hasSecret(n.inner, seen)
	case *pointerNode:
		return hasSecret(n.inner, seen)
	case *sliceNode:
		return hasSecret(n.elem, seen)
	case *arrayNode:
		return hasSecret(n.elem, seen)
	case *enumNode:
		return hasSecret(n.node, seen)
	case *mapNode:
		return hasSecret(n.value, seen)
	case *unionNode:
		seen[n] = true
		for i := range n.variants {
			if hasSecret(n.variants[i].node, seen) {
				return true
			}
		}
	case *structNode:
		seen[n] = true
		for i := range n.prints {
			if hasSecret(n.prints[i].node, seen) {
				return true
			}
		}
	}
	return false
}
