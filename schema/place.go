package schema

import (
	"reflect"
	"unsafe"
)

// A place is where a value lies, seen from the struct around it: at an offset
// and, for a field of an embedded pointer, behind pointers.
type place struct {
	hops   []hop
	offset uintptr
}

// A hop is an embedded pointer on the way.
type hop struct {
	offset uintptr
	elem   reflect.Type
}

// in returns the place in the struct at p, or nil behind a nil pointer.
func (l *place) in(p unsafe.Pointer) unsafe.Pointer {
	for _, h := range l.hops {
		if p = *(*unsafe.Pointer)(unsafe.Add(p, h.offset)); p == nil {
			return nil
		}
	}
	return unsafe.Add(p, l.offset)
}

// make returns the place in the struct at p and allocates what is behind nil pointers.
func (l *place) make(p unsafe.Pointer) unsafe.Pointer {
	for _, h := range l.hops {
		next := (*unsafe.Pointer)(unsafe.Add(p, h.offset))
		if *next == nil {
			*next = reflect.New(h.elem).UnsafePointer()
		}
		p = *next
	}
	return unsafe.Add(p, l.offset)
}

// behind returns the place of a field at offset in a struct at l.
func (l place) behind(offset uintptr) place {
	return place{l.hops, l.offset + offset}
}

// through returns the place of what a pointer at l points to.
func (l place) through(elem reflect.Type) place {
	hops := append(l.hops[:len(l.hops):len(l.hops)], hop{l.offset, elem})
	return place{hops: hops}
}

// zeroOf returns a function that reports whether a value of t is zero: by its
// method IsZero if it has one. Source: encoding/json, option omitzero.
func zeroOf(t reflect.Type) func(p unsafe.Pointer) bool {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[interface{ IsZero() bool }]()) && t.Kind() != reflect.Pointer {
		word := typeWord(t)
		return func(p unsafe.Pointer) bool { return pointerTo(word, p).(interface{ IsZero() bool }).IsZero() }
	}
	switch t.Kind() {
	case reflect.String:
		return func(p unsafe.Pointer) bool { return *(*string)(p) == "" }
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		return func(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }
	case reflect.Struct:
		var parts []func(unsafe.Pointer) bool
		for i := range t.NumField() {
			f, zero := t.Field(i), zeroOf(t.Field(i).Type)
			parts = append(parts, func(p unsafe.Pointer) bool { return zero(unsafe.Add(p, f.Offset)) })
		}
		return func(p unsafe.Pointer) bool {
			for _, zero := range parts {
				if !zero(p) {
					return false
				}
			}
			return true
		}
	case reflect.Array:
		zero, size := zeroOf(t.Elem()), t.Elem().Size()
		return func(p unsafe.Pointer) bool {
			for i := range t.Len() {
				if !zero(unsafe.Add(p, uintptr(i)*size)) {
					return false
				}
			}
			return true
		}
	}
	size := t.Size() // bools and numbers
	return func(p unsafe.Pointer) bool {
		for _, b := range unsafe.Slice((*byte)(p), size) {
			if b != 0 {
				return false
			}
		}
		return true
	}
}
