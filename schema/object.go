package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A Pair is a text with the name of the member that it is for. A name with "][" in it leads to
// a member of a member, which no [Object] has.
type Pair struct{ Name, Value string }

// An Object is a [Field] whose members come as texts, each with its name: as in the query
// price[ge]=1&price[le]=5. It is a struct or a map, as it is, in an [Opt] or behind a pointer. Its
// members are no objects. It is safe for concurrent use.
type Object struct {
	f     *Field
	inner *structNode // of a struct that is there even if nothing of it is given, else nil
}

var errNested = errors.New("texts have members on one level only: take the inner object out, or say content:\"application/json\"")

// FromText reports whether the field can be read from text, as [Field.Text] does: an object
// cannot.
func (f *Field) FromText() bool { return fromText(f.m.node) }

// fromText tells by the schema: one of an object refers to it, or says its type.
func fromText(n node) bool { return isText(n.schema(&generator{all: NewSchemas("")})) }

func isText(s *openapi.Schema) bool {
	return s.Ref == "" && !slices.Contains(s.Type, "object") &&
		(s.Items == nil || isText(s.Items)) && !slices.ContainsFunc(s.AnyOf, func(s *openapi.Schema) bool { return !isText(s) })
}

// Object returns the field as an object, nil if it is none. It returns an error for an object
// with members that cannot be read from text.
func (f *Field) Object() (*Object, error) {
	o := &Object{f: f}
	for n := f.m.node; ; {
		switch outer := n.(type) {
		case *optNode:
			n = outer.inner
		case *pointerNode:
			n = outer.inner
		case *reportNode:
			n = outer.node
		case *structNode:
			for i := range outer.fields {
				if m := &outer.fields[i]; !fromText(m.node) {
					return nil, fmt.Errorf("the member %q is a %s: %w", m.name, m.typ, errNested)
				}
			}
			if n == f.m.node && f.m.def == nil {
				o.inner = outer
			}
			return o, nil
		case *mapNode:
			if !fromText(outer.value) {
				return nil, fmt.Errorf("the values of %s: %w", outer.typ, errNested)
			}
			return o, nil
		default:
			return nil, nil
		}
	}
}

// Required reports whether something of the object must be given.
func (o *Object) Required() bool {
	if o.inner == nil {
		return o.f.Required()
	}
	return slices.ContainsFunc(o.inner.fields, func(m member) bool { return m.required && m.place.hops == nil })
}

// Texts sets the object in v to what texts say. Without any it gets its default, or its
// members do. What is wrong becomes an issue of d.
func (o *Object) Texts(d *Decoder, v any, texts []Pair) {
	p := o.f.at(v)
	before := len(d.issues)
	if len(texts) == 0 && o.inner == nil {
		o.f.m.absent(d, p, d.nothing())
	} else {
		readPairs(d, o.f.m.node, texts, p)
	}
	if len(d.issues) > before {
		d.finish(before, o.f.prefix)
	}
}

// readPairs reads an object from texts with names.
func readPairs(d *Decoder, n node, texts []Pair, p unsafe.Pointer) {
	switch n := n.(type) {
	case *optNode:
		readPairs(d, n.inner, texts, n.fill(p))
	case *pointerNode:
		readPairs(d, n.inner, texts, n.fill(d, p))
	case *reportNode:
		before := len(d.issues)
		readPairs(d, n.node, texts, p)
		if len(d.issues) == before {
			n.try(func(d *Decoder, p unsafe.Pointer) { readPairs(d, n.shadow, texts, p) })
		}
	case *structNode:
		n.pairs(d, texts, p)
	case *mapNode:
		n.pairs(d, texts, p)
	}
}

// readText reads a value from one text, or a list from several.
func readText(d *Decoder, n node, texts []string, p unsafe.Pointer) {
	if len(texts) == 1 {
		n.text(d, texts[0], p)
	} else {
		readTexts(d, n, texts, p)
	}
}

func (n *structNode) pairs(d *Decoder, texts []Pair, p unsafe.Pointer) {
	start := len(d.issues)
	var got seen
	var values []string
	for i := range n.fields {
		f := &n.fields[i]
		values = values[:0]
		for _, t := range texts {
			if t.Name == f.name {
				values = append(values, t.Value)
			}
		}
		if len(values) == 0 {
			continue
		}
		got.add(i)
		before := len(d.issues)
		readText(d, f.node, values, f.place.make(p))
		d.at(before, f.segment)
	}
	if !n.absent(d, p, &got, d.s.Pos) { // there is no text of the whole to repeat
		return
	}
	n.sort(d, start)
	n.strangers(d, texts)
	if len(d.issues) == start && n.checks {
		n.validate(d, p)
	}
}

// strangers reports texts for which there is no member: all if the struct says that it has no others, and
// those of a member that has no members itself.
func (n *structNode) strangers(d *Decoder, texts []Pair) {
	var told []string
	for _, t := range texts {
		if _, ok := n.field(t.Name); ok {
			continue
		}
		path := strings.Split(t.Name, "][")
		if _, ok := n.field(path[0]); !ok && !n.says || slices.Contains(told, t.Name) {
			continue
		}
		told = append(told, t.Name)
		before := len(d.issues)
		if !d.textIssue(extraForbidden, t.Value) {
			return
		}
		for _, segment := range slices.Backward(path) {
			d.at(before, segment)
		}
	}
}

func (n *mapNode) pairs(d *Decoder, texts []Pair, p unsafe.Pointer) {
	start := len(d.issues)
	var names []string
	values := make(map[string][]string)
	for _, t := range texts {
		if values[t.Name] == nil {
			names = append(names, t.Name)
		}
		values[t.Name] = append(values[t.Name], t.Value)
	}
	if bad := n.length.check(len(names)); bad != nil {
		d.issue(bad, nil)
		return
	}
	m := reflect.MakeMap(n.typ)
	reflect.NewAt(n.typ, p).Elem().Set(m)
	key, value := reflect.New(n.typ.Key()), reflect.New(n.typ.Elem())
	for _, name := range names {
		if d.full {
			return
		}
		before := len(d.issues)
		key.Elem().SetZero()
		value.Elem().SetZero()
		name = d.copy(name)
		if d.validText(name) {
			n.readKey(d, name, key.UnsafePointer())
		}
		d.at(before, "[key]")
		readText(d, n.value, values[name], value.UnsafePointer())
		d.at(before, name)
		if len(d.issues) == start && m.MapIndex(key.Elem()).IsValid() {
			d.issue(duplicateMember, nil)
			d.at(len(d.issues)-1, name)
		}
		m.SetMapIndex(key.Elem(), value.Elem())
	}
}

var errNoMembers = errors.New("an object of which nothing is given cannot be told from one that is absent")

// AppendPairs appends the texts of the object in v, none for an absent one; for errors see [Type.Append].
func (o *Object) AppendPairs(dst []Pair, v any) ([]Pair, error) {
	n, p := present(o.f.m.node, o.f.at(v))
	if n == nil {
		return dst, nil
	}
	e := encoders.Get().(*encoder)
	e.reveal = true
	start := len(dst)
	switch n := n.(type) {
	case *structNode:
		for i := range n.fields {
			f := &n.fields[i]
			if fp := f.place.in(p); fp != nil {
				dst = appendPairs(e, dst, f.name, f.node, fp)
			}
		}
	case *mapNode:
		iter := reflect.NewAt(n.typ, p).Elem().MapRange()
		for iter.Next() {
			key, value := reflect.New(n.typ.Key()), reflect.New(n.typ.Elem())
			key.Elem().SetIterKey(iter)
			value.Elem().SetIterValue(iter)
			name := plain(e, n.key, key.UnsafePointer())
			if strings.ContainsAny(name, "[]") {
				e.fail(fmt.Errorf("the key %q has a bracket", name))
			}
			dst = appendPairs(e, dst, name, n.value, value.UnsafePointer())
		}
		slices.SortFunc(dst[start:], func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
	}
	if len(dst) == start && o.inner == nil && o.f.m.def == nil {
		e.fail(errNoMembers)
	}
	return dst, e.free()
}

// appendPairs appends the texts of a member.
func appendPairs(e *encoder, dst []Pair, name string, n node, p unsafe.Pointer) []Pair {
	for _, text := range appendTexts(e, nil, n, p) {
		dst = append(dst, Pair{name, text})
	}
	return dst
}
