package schema

import (
	"errors"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
)

// A reading makes the value at p of a text, of which only a view exists, or says
// what is wrong with it.
type reading = func(d *Decoder, s string, p unsafe.Pointer) *violation

// A coercion is how a value is read from what is not its own JSON, as Pydantic
// does in its lax mode.
type coercion struct {
	text   reading // of text, in a JSON string or from elsewhere
	number reading // of a JSON number, nil where the node itself says enough of them
	truth  reading // of true and false, which are the numbers 1 and 0; nil for none
}

// A coercible is a node that has a lax form. One of a kind may return nil all the same.
type coercible interface{ coercion() *coercion }

// laxNode is the plan of a value that is coerced. In all but reading it is the
// node inside.
type laxNode struct {
	node
	bare node // node without the json option string
	lax  *coercion
}

var errLax = errors.New("rules strict and lax exclude each other")

// coerced puts n into its lax form if its rules, or else the struct or the set
// around it, say so.
func (c *compiler) coerced(n node, rs *rules) (node, error) {
	from, ok := n.(coercible)
	if !ok {
		return n, nil
	}
	lax := from.coercion()
	if lax == nil {
		return n, nil
	}
	mode, given, err := rs.coercion()
	if err != nil {
		return nil, err
	}
	if given {
		c.lax = mode
	}
	if !c.lax {
		return n, nil
	}
	return &laxNode{n, n, lax}, nil
}

// coercion takes the rules strict and lax.
func (rs *rules) coercion() (lax, given bool, err error) {
	strict, err := rs.flag("strict")
	if err != nil {
		return false, false, err
	}
	lax, err = rs.flag("lax")
	switch {
	case err != nil:
		return false, false, err
	case strict && lax:
		return false, false, errLax
	}
	return lax, lax || strict, nil
}

// isLax reports whether values of n are coerced.
func isLax(n node) bool {
	switch n := n.(type) {
	case *enumNode:
		return isLax(n.node)
	case *reportNode:
		return isLax(n.node)
	}
	_, ok := n.(*laxNode)
	return ok
}

func (n *laxNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.strict {
		return n.node.decode(d, p)
	}
	c := d.s.Peek()
	start := d.s.Pos
	var bad *violation
	switch {
	case c == '"':
		raw, kind, ok := d.s.String()
		if !ok {
			return false
		}
		if kind == wire.Escaped {
			raw = d.scratch(raw, kind)
		}
		bad = n.lax.text(d, unsafe.String(unsafe.SliceData(raw), len(raw)), p)
	case n.lax.number != nil && (c == '-' || c-'0' <= 9):
		raw, _, ok := d.s.Number()
		if !ok {
			return false
		}
		bad = n.lax.number(d, unsafe.String(unsafe.SliceData(raw), len(raw)), p)
	case n.lax.truth != nil && (c == 't' || c == 'f'):
		word, number := "true", "1"
		if c == 'f' {
			word, number = "false", "0"
		}
		if !d.s.Literal(word) {
			return false
		}
		bad = n.lax.truth(d, number, p)
	default:
		return n.bare.decode(d, p)
	}
	return bad == nil || d.issue(bad, d.s.Data[start:d.s.Pos])
}

func (n *laxNode) text(d *Decoder, s string, p unsafe.Pointer) {
	if !d.validText(s) {
		return
	}
	if bad := n.lax.text(d, s, p); bad != nil {
		d.textIssue(bad, s)
	}
}

func (n boolNode) coercion() *coercion {
	return &coercion{
		text: func(_ *Decoder, s string, p unsafe.Pointer) *violation { return n.readText(s, p) },
		number: func(_ *Decoder, s string, p unsafe.Pointer) *violation {
			neg, u, err := wire.Integer(unsafe.Slice(unsafe.StringData(s), len(s)))
			switch {
			case err != nil || u > 1<<63 || u == 1<<63 && !neg: // no integer of Pydantic either
				return boolType
			case u > 1 || neg && u > 0:
				return boolParsing
			}
			return n.keep(u == 1, p)
		},
	}
}

func (n *intNode[T]) coercion() *coercion {
	read := func(_ *Decoder, s string, p unsafe.Pointer) *violation {
		s, ok := plainInteger(s)
		if !ok {
			return intParsing
		}
		return n.readText(s, p)
	}
	return &coercion{text: read, truth: read}
}

// plainInteger returns the form with digits only of an integer: without white
// space around it, a plus, underscores between digits, zeros after a point.
func plainInteger(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "+"); ok && !strings.HasPrefix(rest, "-") {
		s = rest
	}
	if whole, zeros, point := strings.Cut(s, "."); point {
		if zeros == "" || strings.Trim(zeros, "0") != "" {
			return "", false
		}
		s = whole
	}
	return withoutUnderscores(s)
}

// withoutUnderscores drops underscores, each of which stands between two digits.
func withoutUnderscores(s string) (string, bool) {
	if strings.IndexByte(s, '_') < 0 {
		return s, true
	}
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i]-'0' <= 9 }
	for i := range len(s) {
		if s[i] == '_' && (!digit(i-1) || !digit(i+1)) {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}

func (n *floatNode) coercion() *coercion {
	read := func(_ *Decoder, s string, p unsafe.Pointer) *violation {
		s, ok := withoutUnderscores(strings.TrimSpace(s))
		if !ok {
			return floatParsing
		}
		return n.readText(s, p)
	}
	return &coercion{text: read, truth: read}
}

// A laxKind is how values of a kind are read from what is not their own JSON.
type laxKind[T any] struct {
	text   func(s string) (T, *violation)
	number func(s string) (T, *violation) // nil where the kind says enough of numbers
	truth  bool                           // true and false are the numbers 1 and 0
}

func (n *valueNode[T]) coercion() *coercion {
	lax := n.kind.lax
	if lax == nil {
		return nil
	}
	reads := func(parse func(s string) (T, *violation)) reading {
		return func(d *Decoder, s string, p unsafe.Pointer) *violation {
			v, bad := parse(s)
			if bad != nil {
				return bad
			}
			return n.keep(d, v, p)
		}
	}
	c := &coercion{text: reads(lax.text)}
	if lax.number != nil {
		c.number = reads(lax.number)
	}
	if lax.truth {
		c.truth = c.number
	}
	return c
}
