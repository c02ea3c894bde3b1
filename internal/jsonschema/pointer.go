package jsonschema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

var (
	escapes   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapes = strings.NewReplacer("~1", "/", "~0", "~")
)

// Pointer returns the JSON pointer that follows names from the root of a document: an item of an
// array is named by its position. Without names it is "", the root.
//
// Source: RFC 6901, section 3.
func Pointer(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteByte('/')
		b.WriteString(escapes.Replace(name))
	}
	return b.String()
}

// lookup returns what pointer leads to, and the pointer in the one form that Pointer writes.
//
// Source: RFC 6901, section 4.
func (d *Document) lookup(pointer string) (value any, at string, err error) {
	value = d.root
	if pointer == "" {
		return value, "", nil
	}
	if pointer[0] != '/' {
		return nil, "", fmt.Errorf("pointer %q does not begin with a slash", pointer)
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		name := unescapes.Replace(token)
		if strings.Count(token, "~") != strings.Count(token, "~0")+strings.Count(token, "~1") {
			return nil, "", fmt.Errorf("pointer %q has a ~ that is neither ~0 nor ~1", pointer)
		}
		var ok bool
		if value, ok = member(value, name); !ok {
			return nil, "", fmt.Errorf("pointer %q: nothing at %q in %q", pointer, name, at)
		}
		at += Pointer(name)
		if object, ok := value.(map[string]any); ok {
			if _, ok := object["$id"].(string); ok {
				return nil, "", fmt.Errorf("pointer %q: %q has an $id, which is known at the root only", pointer, at)
			}
		}
	}
	return value, at, nil
}

// member returns the member of an object or the item of an array called name.
func member(value any, name string) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		found, ok := v[name]
		return found, ok
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(v) || strconv.Itoa(i) != name {
			return nil, false
		}
		return v[i], true
	}
	return nil, false
}

// A path is a place in the value that is validated; nil is the root. It is written only for violations.
type path struct {
	parent *path
	name   string
}

func (p *path) child(name string) *path { return &path{parent: p, name: name} }

func (p *path) item(i int) *path { return p.child(strconv.Itoa(i)) }

func (p *path) String() string {
	var names []string
	for ; p != nil; p = p.parent {
		names = append(names, p.name)
	}
	slices.Reverse(names)
	return Pointer(names...)
}
