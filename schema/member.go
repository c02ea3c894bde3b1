package schema

import (
	"encoding/json"
	"reflect"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A member is a field of a struct.
type member struct {
	node     node
	place    place
	name     string // on the wire
	segment  any    // name, for locations
	key      string // `,"name":`
	typ      reflect.Type
	tags     fieldTags
	def      json.RawMessage // nil for none
	examples []json.RawMessage
	zero     func(unsafe.Pointer) bool // omitzero, nil without
	required bool                      // in the input
	empty    bool                      // Opt or omitempty
	omits    bool                      // left out of the output when empty or zero
	secret   bool                      // its default must not be shown
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

// absent gives a field its default, or reports that it is missing.
func (f *member) absent(d *Decoder, p unsafe.Pointer) bool {
	if f.required {
		return d.issue(missing, nil)
	}
	if f.def == nil {
		return true
	}
	place := d.s.Detour(f.def, d.set.cfg.MaxDepth)
	ok := f.node.decode(d, p)
	d.s.Return(place)
	return ok
}

// omitted reports whether a value, at fp, is left out of the output. A nil fp is
// behind an embedded pointer that is nil.
func (f *member) omitted(fp unsafe.Pointer) bool {
	return fp == nil || f.empty && f.node.empty(fp) || f.zero != nil && f.zero(fp)
}

// schema is the schema of the field's value with what the tags say of the field.
func (f *member) schema(g *generator) *openapi.Schema {
	s := f.node.schema(g)
	s.Description = f.tags.doc
	s.Deprecated = f.tags.deprecated
	if !g.output && !f.secret {
		s.Default = f.def
	}
	s.Title = f.tags.title
	s.Examples = f.examples
	s.ReadOnly = f.tags.readOnly
	s.WriteOnly = s.WriteOnly || f.tags.writeOnly
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
