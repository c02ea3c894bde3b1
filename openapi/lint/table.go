package lint

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// An object is what one minor version of OpenAPI says about an object.
type object struct {
	name, title           string
	closed, open, boolean bool
	members               map[string][]*member // several of a name differ in their conditions
	patterns              []*member            // of names
	required              []string             // members that are so, under conditions or not
	conditions            []condition
}

// A member is a line of the table.
type member struct {
	name     string
	required bool
	typ      *typ
	when     []string // conditions
}

// A condition is a line of the table that begins with "-".
type condition struct {
	kind  string // "one", "any" or "not"
	names []string
}

// A typ is a type of the table.
type typ struct {
	kind   string // "object", "array", "map" or the name of a type of JSON or text
	object *object
	ref    bool     // a Reference Object may stand for the object
	elem   *typ     // of an array or a map
	least  int      // items
	exact  int      // members of a map; 0 means any number
	unique bool     // items
	names  bool     // of a map are those of components
	values []string // a string may have
	or     *typ
}

// versions are the minor versions of OpenAPI 3 that this package knows.
const versions = 3

// tables has the objects of each minor version.
var tables = sync.OnceValue(func() (all [versions]map[string]*object) {
	for minor := range all {
		all[minor] = readTable(objectTable, minor)
	}
	return all
})

// readTable reads what the table says about one minor version.
func readTable(text string, minor int) map[string]*object {
	t := tableReader{minor: minor, objects: map[string]*object{}}
	var o *object
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case line[0] != '\t':
			o = t.object(fields[0])
			_, rest, _ := strings.Cut(line, `"`)
			o.title, rest, _ = strings.Cut(rest, `"`)
			for _, word := range strings.Fields(rest) {
				o.closed = o.closed || word == "closed"
				o.open = o.open || word == "open"
				o.boolean = o.boolean || word == "bool" && minor > 0
			}
		case fields[0] == "-":
			if names, ok := t.fits(fields[2:]); ok {
				o.conditions = append(o.conditions, condition{fields[1], names})
			}
		default:
			if when, ok := t.fits(fields[2:]); ok {
				name, required := strings.CutSuffix(fields[0], "!")
				o.add(&member{name, required, t.typ(fields[1]), when})
			}
		}
	}
	return t.objects
}

func (o *object) add(m *member) {
	switch {
	case strings.Contains(m.name, "*") || m.name == "###":
		o.patterns = append(o.patterns, m)
	default:
		o.members[m.name] = append(o.members[m.name], m)
	}
	if m.required && !slices.Contains(o.required, m.name) {
		o.required = append(o.required, m.name)
	}
}

type tableReader struct {
	minor   int
	objects map[string]*object
}

// object returns the object of a name, which may be described further below.
func (t *tableReader) object(name string) *object {
	o := t.objects[name]
	if o == nil {
		o = &object{name: name, members: map[string][]*member{}}
		t.objects[name] = o
	}
	return o
}

// fits reports whether the versions among words include the reader's, and returns the other words.
func (t *tableReader) fits(words []string) (others []string, ok bool) {
	ok = true
	for _, word := range words {
		first, isVersion := strings.CutSuffix(word, "+")
		first, last, isRange := strings.Cut(first, "-")
		low, err := strconv.Atoi(first)
		if err != nil {
			others = append(others, word)
			continue
		}
		high := low
		if isRange {
			high, _ = strconv.Atoi(last)
		} else if isVersion {
			high = versions
		}
		ok = ok && low <= t.minor && t.minor <= high
	}
	return others, ok
}

// typ reads a type.
func (t *tableReader) typ(text string) *typ {
	if !strings.HasPrefix(text, "=") || strings.Contains(text, "|") {
		if i := alternative(text); i > 0 {
			first := t.typ(text[:i])
			first.or = t.typ(text[i+1:])
			return first
		}
	}
	inner, bounds, _ := strings.Cut(text[1:max(len(text)-1, 1)], ";")
	number, _ := strconv.Atoi(strings.TrimSuffix(bounds, "u"))
	switch text[0] {
	case '=':
		return &typ{kind: "enum", values: strings.Split(text[1:], ",")}
	case '[':
		return &typ{kind: "array", elem: t.typ(inner), least: number, unique: strings.HasSuffix(bounds, "u")}
	case '{':
		return &typ{kind: "map", elem: t.typ(inner), exact: number}
	case '<':
		return &typ{kind: "map", elem: t.typ(inner), names: true}
	}
	if name, ref := strings.CutSuffix(text, "?"); ref || name[0] >= 'A' && name[0] <= 'Z' {
		// A $ref in a Schema Object of JSON Schema is one of its members.
		ref = ref && (name != "Schema" || t.minor == 0) && (name != "MediaType" || t.minor >= 2)
		return &typ{kind: "object", object: t.object(name), ref: ref}
	}
	return &typ{kind: text}
}

// alternative returns where the "|" outside of brackets is, or -1.
func alternative(text string) int {
	depth := 0
	for i, c := range text {
		switch c {
		case '[', '{', '<':
			depth++
		case ']', '}', '>':
			depth--
		case '|':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}
