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
	if l.hops == nil { // as nearly always: this much is inlined
		return unsafe.Add(p, l.offset)
	}
	return l.follow(p, false)
}

// make returns the place in the struct at p and allocates what is behind nil pointers.
func (l *place) make(p unsafe.Pointer) unsafe.Pointer {
	if l.hops == nil {
		return unsafe.Add(p, l.offset)
	}
	return l.follow(p, true)
}

// follow goes through the pointers on the way.
func (l *place) follow(p unsafe.Pointer, allocate bool) unsafe.Pointer {
	for _, h := range l.hops {
		next := (*unsafe.Pointer)(unsafe.Add(p, h.offset))
		switch {
		case *next != nil:
		case allocate:
			*next = reflect.New(h.elem).UnsafePointer()
		default:
			return nil
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

var zeroer = reflect.TypeFor[interface{ IsZero() bool }]()

// zeroOf returns a function that reports whether a value of t is zero: by its
// method IsZero if it has one. Source: encoding/json, option omitzero.
func zeroOf(t reflect.Type) func(p unsafe.Pointer) bool {
	isZero := func(word, p unsafe.Pointer) bool { return pointerTo(word, p).(interface{ IsZero() bool }).IsZero() }
	switch {
	case t.Kind() == reflect.Pointer && t.Implements(zeroer):
		word := typeWord(t.Elem())
		return func(p unsafe.Pointer) bool {
			v := *(*unsafe.Pointer)(p)
			return v == nil || isZero(word, v)
		}
	case t.Kind() == reflect.Interface && t.Implements(zeroer):
		return func(p unsafe.Pointer) bool {
			v := reflect.NewAt(t, p).Elem()
			return v.IsNil() || v.Elem().Kind() == reflect.Pointer && v.Elem().IsNil() ||
				v.Interface().(interface{ IsZero() bool }).IsZero()
		}
	case reflect.PointerTo(t).Implements(zeroer):
		word := typeWord(t)
		return func(p unsafe.Pointer) bool { return isZero(word, p) }
	}
	return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().IsZero() }
}
