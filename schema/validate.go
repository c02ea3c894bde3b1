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
	path, ok := []any(nil), t.is(is.p, is.n.typ)
	if !ok && t.typ != nil {
		path, ok = is.n.find(is.p, t)
	}
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

// A check is a method Validate of a struct or of one embedded in it.
type check struct {
	word  unsafe.Pointer // of the pointer to the type
	place place
}

// checksOf returns the methods Validate that t and the structs embedded in it
// declare, innermost first. A promoted method is not run a second time.
func checksOf(t reflect.Type, at place) (checks []check) {
	for i := range t.NumField() {
		f := t.Field(i)
		inner := at.behind(f.Offset)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			checks = append(checks, checksOf(f.Type, inner)...)
		case f.Anonymous && f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct:
			checks = append(checks, checksOf(f.Type.Elem(), inner.through(f.Type.Elem()))...)
		}
	}
	if reflect.PointerTo(t).Implements(validatorType) && validateMethod.declaredBy(t) {
		checks = append(checks, check{typeWord(t), at})
	}
	return checks
}

// validate runs the checks of a struct that has no issues yet.
func (n *structNode) validate(d *Decoder, p unsafe.Pointer) bool {
	for _, c := range n.checks {
		if at := c.place.in(p); at != nil {
			pointerTo(c.word, at).(Validator).Validate(&Issues{d, n, p})
		}
	}
	return !d.full
}
