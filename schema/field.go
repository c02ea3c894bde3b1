package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// A Field is one field of a struct that is filled on its own, from text or from
// a JSON text of its own: a parameter, a header, a setting, a body. It is safe
// for concurrent use.
//
// Its methods take the struct as v, a pointer to it, and panic on any other type.
type Field struct {
	m      member
	name   string         // on the wire, of one of several members
	word   unsafe.Pointer // of the pointer to the struct
	owner  reflect.Type
	prefix []any
	set    *Set
}

// Field compiles the field of the struct t that index leads to, through embedded
// structs only. What is wrong with its value will be located at the segments at.
func (s *Set) Field(t reflect.Type, index []int, at ...any) (*Field, error) {
	f := &Field{word: typeWord(t), owner: t, prefix: at, set: s}
	err := s.do(func(c *compiler) error {
		sf := reflect.StructField{Type: t}
		var at place
		for _, i := range index {
			around, err := policyOf(sf.Type, c.lax)
			if err != nil {
				return err
			}
			c.lax = around.lax
			sf = sf.Type.Field(i)
			at = at.behind(sf.Offset)
		}
		tags, err := parseTags(sf)
		switch {
		case err != nil:
			return err
		case tags.readOnly || tags.writeOnly:
			return errOneWay
		}
		before := len(s.found)
		s.found = append(s.found, candidate{StructField: sf, place: at, owner: t, tags: tags})
		defer func() { s.found = s.found[:before] }()
		m, err := c.member(&s.found[before])
		if err != nil {
			return err
		}
		f.m = m
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

var errOneWay = errors.New("readOnly and writeOnly are for the members of a body: this field goes one way as it is")

func (f *Field) at(v any) unsafe.Pointer {
	i := (*iface)(unsafe.Pointer(&v))
	if i.typ != f.word || i.data == nil {
		panic(fmt.Sprintf("schema: a field of %s was given a %T", f.owner, v))
	}
	return f.m.place.in(i.data)
}

// At returns the field of v, which must be a T.
func At[T any](f *Field, v any) *T {
	if f.m.typ != reflect.TypeFor[T]() {
		panic(fmt.Sprintf("schema: a field of type %s was asked for as a %s", f.m.typ, reflect.TypeFor[T]()))
	}
	return (*T)(f.at(v))
}

// Refs returns a function that returns the address of the field of v, a *T for one of type T; for a
// pointer it returns that pointer, and nil where that is nil. It needs no package reflect.
func (f *Field) Refs() func(v any) any {
	t, follow := f.m.typ, f.m.typ.Kind() == reflect.Pointer
	if follow {
		t = t.Elem()
	}
	word := typeWord(t)
	return func(v any) any {
		p := f.at(v)
		if follow {
			p = *(*unsafe.Pointer)(p)
		}
		if p == nil {
			return nil
		}
		return pointerTo(word, p)
	}
}

// MayBeAbsent reports whether the field is an Opt.
func (f *Field) MayBeAbsent() bool {
	_, ok := f.m.node.(*optNode)
	return ok
}

// IsAbsent reports whether the field of v is an Opt without a value.
func (f *Field) IsAbsent(v any) bool {
	n, ok := f.m.node.(*optNode)
	return ok && n.empty(f.at(v))
}

// Type returns the type of the field.
func (f *Field) Type() reflect.Type { return f.m.typ }

// Tag returns what the tag of the field has for key, see [reflect.StructTag.Lookup].
func (f *Field) Tag(key string) (string, bool) { return f.m.tag.Lookup(key) }

// Required reports whether the field must be given.
func (f *Field) Required() bool { return f.m.required }

// Doc returns what the tag doc says.
func (f *Field) Doc() string { return f.m.doc }

// Deprecated returns what the tag deprecated says.
func (f *Field) Deprecated() bool { return f.m.deprecated }

// Text sets the field of v to texts. Without any it gets its default or is
// missing; only a list takes more than one, of which [Config.LooseNames] takes the last for
// any other type. What is wrong becomes an issue of d.
func (f *Field) Text(d *Decoder, v any, texts ...string) {
	p := f.at(v)
	before := len(d.issues)
	switch {
	case len(texts) == 0:
		f.m.absent(d, p, d.nothing())
	case len(texts) == 1:
		f.m.node.text(d, texts[0], p)
	default:
		readTexts(d, f.m.node, texts, p)
	}
	if len(d.issues) > before {
		d.finish(before, f.prefix)
	}
}

// readTexts reads several texts, which only a list takes.
func readTexts(d *Decoder, n node, texts []string, p unsafe.Pointer) {
	for {
		switch outer := n.(type) {
		case *optNode:
			n, p = outer.inner, outer.fill(p)
		case *pointerNode:
			n, p = outer.inner, outer.fill(d, p)
		case *nullNode:
			n, p = outer.inner, outer.fill(p)
		case *secretNode:
			outer.fill(d, p, func(v unsafe.Pointer) { readTexts(d, outer.inner, texts, v) })
			return
		case *reportNode:
			outer.texts(d, texts, p)
			return
		case *sliceNode:
			outer.texts(d, texts, p)
			return
		case *arrayNode:
			outer.texts(d, texts, p)
			return
		default:
			if d.set.cfg.LooseNames {
				n.text(d, texts[len(texts)-1], p)
			} else {
				d.issue(multipleValues, nil)
			}
			return
		}
	}
}

// JSON sets the field of v to the value of the JSON text data. What is wrong
// becomes an issue of d.
func (f *Field) JSON(d *Decoder, v any, data []byte) {
	d.run(f.m.node, data, f.at(v), f.prefix)
}

// JSONBack is [Field.JSON] for who receives what [Field.AppendJSON] has printed: with the members that
// are only printed, and without those that are only read.
func (f *Field) JSONBack(d *Decoder, v any, data []byte) {
	d.back = true
	f.JSON(d, v, data)
	d.back = false
}

// JSONText is [Field.JSON] for text that came inside of another one, such as a parameter: one that is no
// JSON is an issue of the field, and does not make the input malformed.
func (f *Field) JSONText(d *Decoder, v any, text string) {
	broken := d.broken
	d.broken = false
	d.run(f.m.node, []byte(text), f.at(v), f.prefix)
	if d.broken { // its last segment is a position in text, which is not the input
		issue := &d.issues[len(d.issues)-1]
		issue.Loc = issue.Loc[:len(issue.Loc)-1]
	}
	d.broken = broken
}

// Absent gives the field of v its default, or reports that it is missing.
func (f *Field) Absent(d *Decoder, v any) { f.Text(d, v) }

// Malformed reports whether a text given to JSON was no JSON text.
func (d *Decoder) Malformed() bool { return d.broken }

// AppendJSON appends the field of v as JSON, as it is sent: a [Secret] is written
// as it is. For errors see [Type.Append].
func (f *Field) AppendJSON(dst []byte, v any) ([]byte, error) {
	return f.set.encode(f.m.node, dst, f.at(v), true)
}

// AppendInput is [Field.AppendJSON] for who sends what the field reads: with the members that are only
// read, and without those that are only printed. A [Secret] is written as it is if reveal says so,
// else as stars.
func (f *Field) AppendInput(dst []byte, v any, reveal bool) ([]byte, error) {
	e := encoders.Get().(*encoder)
	e.reveal, e.whole = reveal, true
	dst = f.m.node.append(e, dst, f.at(v))
	return dst, e.free()
}

// AppendTexts appends the field of v as texts, one for each item of a list and
// none for an absent value or a nil pointer; for errors see [Type.Append]. It also
// returns an error for a list that is empty but not nil where its absence means something
// else.
func (f *Field) AppendTexts(dst []string, v any) ([]string, error) {
	n, p := present(f.m.node, f.at(v))
	if n == nil {
		return dst, nil
	}
	if s, ok := n.(*stringNode); ok && !s.rules.closed {
		if s := *(*string)(p); utf8.ValidString(s) {
			return append(dst, s), nil
		}
	}
	e := encoders.Get().(*encoder)
	e.reveal = true
	if _, ok := n.(*sliceNode); ok {
		if s := (*slice)(p); s.len == 0 && s.data != nil && f.m.absenceDiffers() {
			e.fail(errEmpty)
		}
	}
	dst = appendTexts(e, dst, n, p)
	return dst, e.free()
}

// appendTexts appends the value of n at p as texts, see [Field.AppendTexts].
func appendTexts(e *encoder, dst []string, n node, p unsafe.Pointer) []string {
	n, p = present(n, p)
	switch list := n.(type) {
	case nil:
	case *sliceNode:
		for i := range (*slice)(p).len {
			dst = append(dst, plain(e, list.elem, list.item(p, i)))
		}
	case *arrayNode:
		for i := range list.typ.Len() {
			dst = append(dst, plain(e, list.elem, list.item(p, i)))
		}
	default:
		dst = append(dst, plain(e, n, p))
	}
	return dst
}

// Find returns the location of the value that target points to, if it is the
// field of v or a part of it.
func (f *Field) Find(v, target any) (loc []any, ok bool) {
	p := f.at(v)
	t := targetOf(target)
	if t.typ == nil {
		return nil, false
	}
	path, ok := []any(nil), t.is(p, f.m.typ)
	if !ok {
		path, ok = f.m.node.find(p, t)
	}
	for i := len(path) - 1; ok && i >= 0; i-- {
		loc = append(loc, path[i])
	}
	return append(f.prefix[:len(f.prefix):len(f.prefix)], loc...), ok
}

func targetOf(v any) target {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Pointer {
		return target{}
	}
	return target{reflect.ValueOf(v).UnsafePointer(), t.Elem()}
}

// Examples returns the JSON of the tags example and examples.
func (f *Field) Examples() []json.RawMessage { return f.m.examples }
