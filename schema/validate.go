package schema

import (
	"fmt"
	"reflect"
	"unsafe"
)

// A Validator is a struct with a rule about several of its fields. Validate runs
// once all fields are valid, those of an embedded struct before those of the
// struct around it. It is called on the pointer and must not keep is.
type Validator interface{ Validate(is *Issues) }

// Issues collects what a [Validator] finds.
type Issues struct {
	d *Decoder
	n *structNode
	p unsafe.Pointer
}

// Add reports that the field that field points to, or a part of it, is wrong:
// typ is for programs, msg a sentence for people. A pointer to the struct itself
// is about the struct. It panics for an address outside of the struct.
func (is *Issues) Add(field any, typ, msg string) {
	t := targetOf(field)
	path, ok := is.n.find(is.p, t)
	if !ok {
		panic(fmt.Sprintf("schema: Issues.Add of %s was given a %T that points to no field of it", is.n.typ, field))
	}
	before := len(is.d.issues)
	if is.d.issue(&violation{typ: typ, msg: msg}, nil) {
		is.d.issues[before].Loc = append([]any(nil), path...)
	}
}

var validatorType = reflect.TypeFor[Validator]()

var validateMethod = wireMethod{"Validate", func(t reflect.Type) (reflect.Method, bool) { return t.MethodByName("Validate") }}

// A part is a struct: the one at hand or one embedded in it.
type part struct {
	typ   reflect.Type
	word  unsafe.Pointer // of the pointer to it
	place place
	check bool // it declares Validate
}

// partOf returns t at a place. A promoted Validate is that of another part.
func partOf(t reflect.Type, at place) (part, error) {
	check := reflect.PointerTo(t).Implements(validatorType) && validateMethod.declaredBy(t)
	if check && t.Implements(validatorType) {
		return part{}, fmt.Errorf("%s.Validate is called on a copy, in which no address is that of a field: declare it on the pointer", typeName(t))
	}
	return part{t, typeWord(t), at, check}, nil
}

// validate runs the checks of a struct that has no issues yet.
func (n *structNode) validate(d *Decoder, p unsafe.Pointer) bool {
	for _, c := range n.parts {
		if at := c.place.in(p); at != nil && c.check {
			pointerTo(c.word, at).(Validator).Validate(&Issues{d, n, p})
		}
	}
	return !d.full
}
