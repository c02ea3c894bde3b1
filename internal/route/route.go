// Package route finds what is registered for a path: a tree over the segments of
// path templates such as /orders/{order_id}.
//
// A fixed segment comes before a parameter whatever the order of registration,
// and the time of a look-up depends on the length of the path, not on the number
// of templates. Segments are separated as the path was sent, percent-encoded, and
// each is decoded once then: an encoded slash separates nothing. A segment . or
// .. matches nothing, encoded or not, nor does an empty one match a parameter.
package route

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/transport"
)

// A Template is a parsed path template.
type Template struct {
	Text     string
	Params   []string // names, in order
	segments []segment
}

type segment struct {
	text  string // fixed text, or the name of the parameter
	param bool
	rest  bool // a parameter that takes this segment and all behind it
}

// unescaped are the characters of a segment that need no percent-encoding.
// Source: RFC 3986, section 3.3.
const unescaped = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@"

// Parse reads a template: segments separated by slashes, each fixed text or one
// parameter in braces, of which the last may end with three dots.
func Parse(text string) (*Template, error) {
	t := &Template{Text: text}
	if text == "" || text[0] != '/' {
		return nil, fmt.Errorf("path %q: want a slash at the beginning", text)
	}
	if strings.Trim(text, unescaped+"/{}") != "" {
		return nil, fmt.Errorf("path %q: want ASCII letters, digits and punctuation, but no query, no fragment and nothing percent-encoded", text)
	}
	if strings.Contains(text, "//") {
		return nil, fmt.Errorf("path %q: has an empty segment", text)
	}
	for s := range strings.SplitSeq(text[1:], "/") {
		name, param := strings.CutPrefix(s, "{")
		if !param {
			if strings.ContainsAny(s, "{}") {
				return nil, fmt.Errorf("path %q: a parameter is a whole segment, as in /orders/{id}", text)
			}
			if isDot(s) {
				return nil, fmt.Errorf("path %q: segment %q is resolved away by clients", text, s)
			}
			t.segments = append(t.segments, segment{text: s})
			continue
		}
		name, closed := strings.CutSuffix(name, "}")
		name, rest := strings.CutSuffix(name, "...")
		if rest && !strings.HasSuffix(text, "/"+s) {
			return nil, fmt.Errorf("path %q: %q takes the rest of the path: it can only be the last segment", text, s)
		}
		if !closed || name == "" || strings.ContainsAny(name, "{}:*.") {
			return nil, fmt.Errorf("path %q: %q is no parameter: want a name in braces", text, s)
		}
		if slices.Contains(t.Params, name) {
			return nil, fmt.Errorf("path %q: parameter %q occurs twice", text, name)
		}
		t.Params = append(t.Params, name)
		t.segments = append(t.segments, segment{name, true, rest})
	}
	if len(t.Params) > transport.MaxParams {
		return nil, fmt.Errorf("path %q: has %d parameters, at most %d are possible", text, len(t.Params), transport.MaxParams)
	}
	return t, nil
}

// Documented returns the template as OpenAPI writes it, which has no form of its own
// for a parameter that takes the rest of a path.
func (t *Template) Documented() string { return strings.ReplaceAll(t.Text, "...}", "}") }

// Build returns the path of t with the values of its parameters, percent-encoded.
// It returns an error for a value that no path leads to: an empty one, or a dot
// segment, which clients resolve away.
// Source: RFC 3986, section 5.2.4.
func (t *Template) Build(values []string) (string, error) {
	var b strings.Builder
	n := 0
	for _, s := range t.segments {
		b.WriteByte('/')
		if !s.param {
			b.WriteString(s.text)
			continue
		}
		v := values[n]
		n++
		if s.rest && !hasDots(v) {
			b.WriteString(strings.ReplaceAll(url.PathEscape(v), "%2F", "/"))
			continue
		}
		if v == "" || isDot(v) || s.rest {
			return "", fmt.Errorf("the path parameter %s is %q, which no path can hold", s.text, v)
		}
		b.WriteString(url.PathEscape(v))
	}
	return b.String(), nil
}

// isDot reports whether a segment is resolved away.
func isDot(s string) bool { return s == "." || s == ".." }

// hasDots reports whether some segment of a path is resolved away.
func hasDots(path string) bool {
	for s := range strings.SplitSeq(path, "/") {
		if isDot(s) {
			return true
		}
	}
	return false
}

// A Tree maps templates to values. The zero value is empty. It may be searched
// concurrently once nothing is added any more.
type Tree[T any] struct{ root node[T] }

type node[T any] struct {
	fixed []child[T]          // by text, while they are few
	many  map[string]*node[T] // all of fixed, when they are more
	param *node[T]
	tail  *node[T] // for a parameter that takes the rest of the path
	leaf  *T
	rest  *T // for this path and all below it
}

type child[T any] struct {
	text string
	node *node[T]
}

// few is up to how many fixed segments are compared one by one. Measured on a
// path of two segments: 19 ns, with maps 29 ns.
const few = 8

// next returns the child for fixed text, or nil.
func (n *node[T]) next(text string) *node[T] {
	if n.many != nil {
		return n.many[text]
	}
	for i := range n.fixed {
		if n.fixed[i].text == text {
			return n.fixed[i].node
		}
	}
	return nil
}

// At returns the place of t in the tree, a zero T when it is new. Templates that
// differ only in the names of their parameters have one place.
func (tr *Tree[T]) At(t *Template) *T {
	n := &tr.root
	for _, s := range t.segments {
		n = n.child(s)
	}
	if n.leaf == nil {
		n.leaf = new(T)
	}
	return n.leaf
}

// Below returns the place of t and of all paths below it, which a template that
// fits better takes precedence over.
func (tr *Tree[T]) Below(t *Template) *T {
	n := &tr.root
	for i, s := range t.segments {
		if last := i == len(t.segments)-1; last && s.text == "" {
			break
		}
		n = n.child(s)
	}
	if n.rest == nil {
		n.rest = new(T)
	}
	return n.rest
}

// Rest returns the place of the parameter that takes all that is below t, or nil.
func (tr *Tree[T]) Rest(t *Template) *T {
	n := &tr.root
	for i, s := range t.segments {
		switch last := i == len(t.segments)-1; {
		case last && s.text == "":
		case s.param:
			n = n.param
		default:
			n = n.next(s.text)
		}
		if n == nil {
			return nil
		}
	}
	if n.tail == nil {
		return nil
	}
	return n.tail.leaf
}

func (n *node[T]) child(s segment) *node[T] {
	if s.rest {
		if n.tail == nil {
			n.tail = new(node[T])
		}
		return n.tail
	}
	if s.param {
		if n.param == nil {
			n.param = new(node[T])
		}
		return n.param
	}
	next := n.next(s.text)
	if next != nil {
		return next
	}
	next = new(node[T])
	n.fixed = append(n.fixed, child[T]{s.text, next})
	switch {
	case n.many != nil:
		n.many[s.text] = next
	case len(n.fixed) > few:
		n.many = make(map[string]*node[T])
		for _, c := range n.fixed {
			n.many[c.text] = c.node
		}
	}
	return next
}

// ErrEscape reports a path that is not properly percent-encoded.
var ErrEscape = errors.New("route: bad percent-encoding in path")

// Find returns the place for a percent-encoded path, or nil, and puts the
// decoded values of the parameters into params.
func (tr *Tree[T]) Find(path string, params *transport.Params) (*T, error) {
	params.Reset()
	if path == "" || path[0] != '/' {
		return nil, nil
	}
	escaped := strings.IndexByte(path, '%') >= 0
	if escaped {
		if _, err := url.PathUnescape(path); err != nil {
			return nil, ErrEscape
		}
	}
	return tr.root.find(path[1:], escaped, params), nil
}

func (n *node[T]) find(path string, escaped bool, params *transport.Params) *T {
	s, rest, more := path, "", false
	if i := strings.IndexByte(path, '/'); i >= 0 {
		s, rest, more = path[:i], path[i+1:], true
	}
	if escaped {
		s, _ = url.PathUnescape(s) // Find has checked it
	}
	if next := n.next(s); next != nil {
		if t := next.under(rest, more, escaped, params); t != nil {
			return t
		}
	}
	if n.param != nil && s != "" && !isDot(s) {
		mark := params.Len()
		params.Push(s)
		if t := n.param.under(rest, more, escaped, params); t != nil {
			return t
		}
		params.Truncate(mark)
	}
	if n.tail != nil {
		if escaped {
			path, _ = url.PathUnescape(path)
		}
		if !hasDots(path) { // also behind an encoded slash, which is one in the value
			params.Push(path)
			return n.tail.leaf
		}
	}
	return n.rest
}

func (n *node[T]) under(rest string, more, escaped bool, params *transport.Params) *T {
	if more {
		return n.find(rest, escaped, params)
	}
	if n.leaf != nil {
		return n.leaf
	}
	return n.rest
}
