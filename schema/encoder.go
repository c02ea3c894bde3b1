package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
)

// An encoder is one run of a plan over a value; it keeps the first error.
type encoder struct {
	err    error
	reveal bool // write what is secret
	whole  bool // write what is read, to compare values, in place of what is printed
	depth  int  // of pointers, slices and maps: through them a value may contain itself
	entries
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// encode appends the value of n at p to dst.
func encode(n node, dst []byte, p unsafe.Pointer, reveal bool) ([]byte, error) {
	e := encoders.Get().(*encoder)
	e.reveal = reveal
	dst = n.append(e, dst, p)
	return dst, e.free()
}

// encode is encode as the policy of s wants it.
func (s *Set) encode(n node, dst []byte, p unsafe.Pointer, reveal bool) ([]byte, error) {
	start := len(dst)
	dst, err := encode(n, dst, p, reveal)
	if s.cfg.EscapeHTML {
		dst = wire.EscapeHTML(dst, start)
	}
	return dst, err
}

// free gives e back for reuse and returns its error.
func (e *encoder) free() error {
	err := e.err
	e.err, e.reveal, e.whole, e.depth = nil, false, false, 0
	e.trim()
	encoders.Put(e)
	return err
}

// maxEncodeDepth is where a value is taken for one that contains itself.
const maxEncodeDepth = 1000

func (e *encoder) enter() bool {
	if e.depth++; e.depth > maxEncodeDepth {
		e.fail(errDepth)
	}
	return e.err == nil
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

var (
	errFloat = errors.New("a number is NaN or infinite")
	errDepth = errors.New("a value is nested too deep, or contains itself")
	errEnum  = errors.New("a value is none of those its type allows")
	errUTF8  = errors.New("a string is not valid UTF-8")

	errNoText = errors.New("a list of texts has an item without a value")
	errEmpty  = errors.New("an empty list has no texts, and none at all means something else")
)

// errMarshal reports a value whose own method gave no usable text.
func errMarshal(method string, v any, err error) error {
	return fmt.Errorf("%s of %T: %w", method, v, err)
}

// quoted is text as JSON. It comes from the program, or was found to be UTF-8.
func quoted(text string) json.RawMessage {
	b, _ := wire.AppendString(nil, strings.ToValidUTF8(text, "\uFFFD"))
	return b
}

// present looks through Opt and pointers: it returns the plan of the value
// inside and its place, or a nil plan when there is no value.
func present(n node, p unsafe.Pointer) (node, unsafe.Pointer) {
	switch outer := n.(type) {
	case *optNode:
		if outer.empty(p) {
			return nil, nil
		}
		return present(outer.inner, p)
	case *pointerNode:
		if outer.empty(p) {
			return nil, nil
		}
		return present(outer.inner, *(*unsafe.Pointer)(p))
	case *nullNode:
		if outer.empty(p) {
			return nil, nil
		}
		return present(outer.inner, p)
	case *secretNode:
		return present(outer.inner, outer.held(p))
	case *reportNode:
		return present(outer.node, p)
	case *quotedNode:
		return present(outer.node, p)
	case *laxNode:
		return present(outer.node, p)
	}
	return n, p
}

// plain returns a value as text: its JSON, of a string what is between the
// quotes. Parameters, headers and keys of maps are written so.
func plain(e *encoder, n node, p unsafe.Pointer) string {
	n, p = present(n, p)
	if n == nil {
		e.fail(errNoText)
		return ""
	}
	if s, ok := n.(*stringNode); ok && !s.rules.closed {
		s := *(*string)(p)
		if !utf8.ValidString(s) {
			e.fail(errUTF8)
		}
		return s
	}
	text := n.append(e, nil, p)
	switch {
	case e.err != nil:
		return ""
	case text[0] == '"':
		text = wire.AppendUnescaped(nil, text[1:len(text)-1])
	}
	return string(text)
}
