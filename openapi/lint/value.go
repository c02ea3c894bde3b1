package lint

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

// A value is one JSON value of a document. Its methods may be called on nil, which is what a
// member that is not there is.
type value struct {
	raw    any // nil, bool, jsonschema.Number, string, []any or map[string]any
	parent *value
	name   string // in parent; the position in an array
	length int    // of the pointer, about

	members map[string]*value
	names   []string // of members, sorted
	items   []*value

	as   *object // what the specification takes it for; nil for everything but objects of the table
	want *object // of a Reference Object: what it must lead to

	opaque bool  // a schema of another dialect
	used   bool  // something refers to it, or to a part of it
	state  state // of the search for cycles
}

// A state is that of a value in a search through the graph of references.
type state byte

const (
	open state = iota + 1 // the search is below it
	done
)

// tree returns raw and everything in it.
func tree(raw any, parent *value, name string) *value {
	v := &value{raw: raw, parent: parent, name: name}
	if parent != nil {
		v.length = parent.length + 1 + len(name)
	}
	switch raw := raw.(type) {
	case map[string]any:
		v.members = make(map[string]*value, len(raw))
		v.names = slices.Sorted(maps.Keys(raw))
		for _, name := range v.names {
			v.members[name] = tree(raw[name], v, name)
		}
	case []any:
		v.items = make([]*value, len(raw))
		for i, item := range raw {
			v.items[i] = tree(item, v, strconv.Itoa(i))
		}
	}
	return v
}

// get returns the member called name, or nil.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	return v.members[name]
}

func (v *value) has(name string) bool { return v.get(name) != nil }

// text returns a string, and "" for everything else.
func (v *value) text() string {
	s, _ := v.str()
	return s
}

func (v *value) str() (s string, ok bool) {
	if v == nil {
		return "", false
	}
	s, ok = v.raw.(string)
	return s, ok
}

func (v *value) isTrue() bool { return v != nil && v.raw == true }

func (v *value) isObject() bool { return v != nil && v.members != nil }

// each calls do for the members of an object, by name, and for the items of an array.
func (v *value) each(do func(name string, member *value)) {
	if v == nil {
		return
	}
	for _, name := range v.names {
		do(name, v.members[name])
	}
	for i, item := range v.items {
		do(strconv.Itoa(i), item)
	}
}

// is reports whether the walk took v for the object called name.
func (v *value) is(name string) bool { return v != nil && v.as != nil && v.as.name == name }

// pointer returns where v is.
//
// Source: RFC 6901, section 3.
func (v *value) pointer() string {
	var names []string
	for ; v.parent != nil; v = v.parent {
		names = append(names, v.name)
	}
	slices.Reverse(names)
	return jsonschema.Pointer(names...)
}

// at returns the value that a pointer leads to from v.
//
// Source: RFC 6901, section 4.
func (v *value) at(pointer string) *value {
	if pointer == "" {
		return v
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil
	}
	for token := range strings.SplitSeq(rest, "/") {
		if strings.Contains(token, "~") {
			token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		}
		switch {
		case v == nil:
			return nil
		case v.items != nil:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v.items) || strconv.Itoa(i) != token {
				return nil
			}
			v = v.items[i]
		default:
			v = v.get(token)
		}
	}
	return v
}

// kind says what JSON type a value has, with an article.
func (v *value) kind() string {
	switch v.raw.(type) {
	case bool:
		return "a boolean"
	case jsonschema.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return "null"
}

// show writes a value for a message, in few words.
func (v *value) show() string {
	switch raw := v.raw.(type) {
	case bool:
		return strconv.FormatBool(raw)
	case jsonschema.Number:
		return short(raw.String())
	case string:
		return quote(raw)
	}
	return v.kind()
}

// quote writes text for a message.
func quote(s string) string { return strconv.Quote(short(s)) }

func short(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
