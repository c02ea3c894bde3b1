package schema

import (
	"encoding/json"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A member is a field of a struct. What decoding needs comes first.
type member struct {
	node     node
	place    place
	key      string                    // `,"name":`
	segment  any                       // name, for locations
	def      json.RawMessage           // nil for none
	zero     func(unsafe.Pointer) bool // omitzero, nil without
	required bool                      // in the input, where the embedded struct that has it is there
	empty    bool                      // Opt or omitempty
	omits    bool                      // left out of the output when empty or zero
	secret   bool                      // its default must not be shown
	name     string                    // on the wire
	typ      reflect.Type
	tag      reflect.StructTag
	examples []json.RawMessage
	notes
}

// decode reads the value ahead into the field of the struct at p.
func (f *member) decode(d *Decoder, p unsafe.Pointer) bool {
	before := len(d.issues)
	ok := f.node.decode(d, f.place.make(p))
	if len(d.issues) > before {
		d.at(before, f.segment)
	}
	return ok
}

// again deals with a member that was given before: it is refused or, with loose
// names, read into the field of the struct at p as if that were untouched. The
// issues of the struct begin at start.
func (f *member) again(d *Decoder, p unsafe.Pointer, start int) bool {
	if !d.set.cfg.LooseNames {
		return d.duplicate(f.segment)
	}
	d.forget(start, f.segment)
	reflect.NewAt(f.typ, f.place.make(p)).Elem().SetZero()
	return f.decode(d, p)
}

// absent gives a field its default, or reports that it is missing in object, which is nil
// where issues do not repeat it.
func (f *member) absent(d *Decoder, p unsafe.Pointer, object []byte) bool {
	if f.required {
		return d.issue(missing, object)
	}
	if f.def == nil {
		return true
	}
	place := d.s.Detour(f.def, d.set.cfg.MaxDepth)
	ok := f.node.decode(d, p)
	d.s.Return(place)
	return ok
}

// absenceDiffers reports whether a list that is not given is another one than an empty list:
// a default, or the absent value of an Opt or a pointer.
func (f *member) absenceDiffers() bool {
	if f.def == nil {
		return !f.required
	}
	return strings.Trim(string(f.def), "[] \t\r\n") != ""
}

// omitted reports whether a value, at fp, is left out of the output. A nil fp is
// behind an embedded pointer that is nil.
func (f *member) omitted(fp unsafe.Pointer) bool {
	return fp == nil || f.empty && f.node.empty(fp) || f.zero != nil && f.zero(fp)
}

// schema is the schema of the field's value with what the tags say of the field.
func (f *member) schema(g *generator) *openapi.Schema {
	s := f.node.schema(g)
	s.Description = f.doc
	s.Deprecated = f.deprecated
	if !g.output && !f.secret && !(g.text && string(f.def) == "null") {
		s.Default = f.def
	}
	s.Title = f.title
	s.Examples = f.examples
	s.Extensions = f.extensions
	s.ReadOnly = f.readOnly
	s.WriteOnly = s.WriteOnly || f.writeOnly
	return s
}

// fold returns the form that all spellings of a name have in common which differ
// in case only: of each character the smallest that is equal under simple case
// folding. Source: Unicode, CaseFolding.txt, status C and S.
func fold(dst, name []byte) []byte {
	for len(name) > 0 {
		r, n := utf8.DecodeRune(name)
		name = name[n:]
		for {
			next := unicode.SimpleFold(r)
			if next <= r { // the orbit begins again
				r = next
				break
			}
			r = next
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}
