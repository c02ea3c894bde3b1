package tenon

import (
	"reflect"
	"slices"
)

// A part is a struct whose fields are fields of the input: the input, or one that it embeds.
type part struct {
	index         []int
	params, files [2]int // those that it has, from and to
	body          bool
}

// part begins a part that index leads to.
func (in *input) part(index []int) part {
	return part{index, [2]int{len(in.params)}, [2]int{len(in.files)}, in.body == nil}
}

// end completes a part with what in has by now.
func (p part) end(in *input) part {
	p.params[1], p.files[1], p.body = len(in.params), len(in.files), p.body && in.body != nil
	return p
}

// locate returns where the value that field points to came from: its own location, that of
// the parameter model or body that it is, or the source of all fields of an embedded struct. A
// struct with several sources is the request as a whole, which has an empty location.
func (in *input) locate(v, field any) ([]any, bool) {
	if t := reflect.TypeOf(v); t != reflect.PointerTo(in.typ) {
		return nil, false
	}
	for i := range in.params {
		if loc, ok := in.params[i].field.Find(v, field); ok {
			return loc, true
		}
	}
	for i := range in.files {
		if loc, ok := in.files[i].find(v, field); ok {
			return loc, true
		}
	}
	for _, m := range in.models {
		if loc, ok := m.Find(v, field); ok {
			return loc, true
		}
	}
	switch b := in.body; {
	case b == nil:
	case !b.streams():
		if loc, ok := b.field.Find(v, field); ok {
			return loc, true
		}
	case is(v, b.index, field):
		return []any{"body"}, true
	}
	for _, p := range in.parts {
		if is(v, p.index, field) {
			return in.sourceOf(p), true
		}
	}
	return nil, false
}

// is reports whether field points to the field of v that index leads to.
func is(v any, index []int, field any) bool {
	slot, p := reflect.ValueOf(v).Elem().FieldByIndex(index), reflect.ValueOf(field)
	return p.Kind() == reflect.Pointer && p.Type().Elem() == slot.Type() && p.Pointer() == slot.UnsafeAddr()
}

// sourceOf returns where all fields of a part come from, nothing for several places.
func (in *input) sourceOf(p part) []any {
	var all []any
	add := func(at any) {
		if !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	for i := p.params[0]; i < p.params[1]; i++ {
		add(in.params[i].at())
	}
	if p.files[0] < p.files[1] || p.body {
		add("body")
	}
	if len(all) > 1 {
		return nil
	}
	return all
}
