package schema

import (
	"bytes"
	"cmp"
	"reflect"
	"slices"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// structNode is the plan of a struct. Fields of embedded structs are its own.
type structNode struct {
	typ    reflect.Type
	fields []member       // that are read, in the order of declaration
	prints []member       // that are printed
	index  map[string]int // the fields by name, when they are not few
	folded map[string]int // by name without regard to case
	all    uint64         // the set of all fields, when there are up to 64
	closed bool           // members that are no field are refused
	says   bool           // closed by a rule of its own
	parts  []part         // the embedded structs and this one, innermost first
	checks bool           // some of them declare Validate
	sealed bool           // has room for a Secret: issues do not repeat it
	back   *structNode    // reads what is printed; nil where that is what is read
}

// seen is the set of fields that a text has named. Up to 64 need no allocation.
type seen struct {
	one  uint64
	more []uint64
}

func (s *seen) add(i int) (again bool) {
	word := &s.one
	if i >= 64 {
		for len(s.more) < i/64 {
			s.more = append(s.more, 0)
		}
		word = &s.more[i/64-1]
	}
	bit := uint64(1) << (i & 63)
	again = *word&bit != 0
	*word |= bit
	return again
}

func (s *seen) has(i int) bool {
	if i < 64 {
		return s.one>>i&1 != 0
	}
	return i/64 <= len(s.more) && s.more[i/64-1]>>(i&63)&1 != 0
}

func (n *structNode) decode(d *Decoder, p unsafe.Pointer) bool { return n.decodeTagged(d, p, "") }

// decodeTagged decodes a variant of a union; the member called tag, unless that
// is empty, only tells the variant and is no unknown member.
func (n *structNode) decodeTagged(d *Decoder, p unsafe.Pointer, tag string) bool {
	if d.back && n.back != nil {
		n = n.back
	}
	if d.s.Peek() != '{' {
		return d.wrongType(modelType)
	}
	open := d.s.Pos
	if !d.s.Enter() {
		return false
	}
	start := len(d.issues)
	var got seen
	var names wire.NameMark // of the unknown members, once there are some
	unknown := false
	next := 0
	for first := true; ; first = false {
		more, ok := d.s.More('}', first)
		if !ok {
			return false
		}
		if !more {
			break
		}
		i, name := next, []byte(nil)
		// Most texts have the members in the order of the fields, without white space:
		// comparing the whole `"name":` makes an order take 213 ns in place of 253.
		if i >= len(n.fields) || !d.s.Prefix(n.fields[i].key[1:]) {
			if name, ok = d.s.Name(); !ok {
				return false
			}
			i, ok = n.field(view(name))
		}
		switch {
		case !ok:
			if !unknown {
				names, unknown = d.s.OpenNames(), true
			}
			if fresh := d.s.AddName(names, name); fresh && tag != "" && string(name) == tag {
				_, _, ok = d.s.Skip()
			} else {
				ok = n.unknown(d, name, fresh, tag)
			}
		case got.add(i):
			ok = n.fields[i].again(d, p, start)
		default:
			ok = n.fields[i].decode(d, p)
			next = i + 1
		}
		if !ok {
			return false
		}
	}
	if unknown {
		d.s.CloseNames(names)
	}
	d.s.Leave()
	complete := len(n.fields) <= 64 && got.one == n.all
	ok := complete || n.absent(d, p, &got, open)
	if len(d.issues) > start {
		n.sort(d, start)
	} else if n.checks {
		return ok && n.validate(d, p)
	}
	return ok
}

// absent gives the fields that were not named their defaults, or reports them missing
// in the object that began at open.
func (n *structNode) absent(d *Decoder, p unsafe.Pointer, got *seen, open int) bool {
	var object []byte
	if d.set.cfg.EchoAll && !n.sealed {
		object = d.s.Data[open:d.s.Pos]
	}
	for i := range n.fields {
		f := &n.fields[i]
		if got.has(i) {
			continue
		}
		before := len(d.issues)
		fp := f.place.in(p)
		if fp == nil {
			continue // of an embedded pointer that no member needed
		}
		ok := f.absent(d, fp, object)
		d.at(before, f.segment)
		if !ok {
			return false
		}
	}
	return true
}

// unknown deals with a member that is no field: it must not be repeated, nor be
// a field in the wrong case, nor be there at all when the struct is closed.
func (n *structNode) unknown(d *Decoder, name []byte, fresh bool, tag string) bool {
	bad := duplicateMember
	switch {
	case fresh && tag != "" && !d.set.cfg.LooseNames && bytes.EqualFold(name, []byte(tag)):
		bad = memberCase(tag)
	case fresh:
		bad = n.verdict(d, name)
	case d.set.cfg.LooseNames:
		bad = nil
	}
	var key string
	if c := d.s.Peek(); bad != nil || c == '{' || c == '[' {
		key = string(name) // the view ends with the next name
	}
	before := len(d.issues)
	raw, dup, ok := d.s.Skip()
	switch {
	case !ok:
		return false
	case bad == nil && (!dup || d.set.cfg.LooseNames):
		return true
	case bad == nil || bad == duplicateMember:
		bad, raw = duplicateMember, nil
	}
	ok = d.issue(bad, raw)
	d.at(before, key)
	return ok
}

// verdict returns what is wrong with the mere presence of an unknown member, or nil.
func (n *structNode) verdict(d *Decoder, name []byte) *violation {
	if !d.set.cfg.LooseNames {
		if i, ok := n.similar(d, name); ok {
			return memberCase(n.fields[i].name)
		}
	}
	if n.closed {
		return extraForbidden
	}
	return nil
}

// sort puts the issues found since start in the order of the fields.
func (n *structNode) sort(d *Decoder, start int) {
	if len(d.issues)-start < 2 || d.full {
		return
	}
	slices.SortStableFunc(d.issues[start:], func(a, b problem.Issue) int {
		return cmp.Compare(n.order(a), n.order(b))
	})
}

// order is the place of the field that an issue is about, while its location
// ends with the name of the field.
func (n *structNode) order(issue problem.Issue) int {
	if name, ok := issue.Loc[len(issue.Loc)-1].(string); ok {
		if i, ok := n.field(name); ok {
			return i
		}
	}
	return len(n.fields)
}

func (n *structNode) text(d *Decoder, s string, _ unsafe.Pointer) { d.textIssue(modelType, s) }

func (n *structNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	start, members := len(dst), n.prints
	if e.whole {
		members = n.fields
	}
	for i := range members {
		f := &members[i]
		fp := f.place.in(p)
		if (f.omits || fp == nil) && f.omitted(fp) {
			continue
		}
		dst = append(dst, f.key...) // begins with a comma
		dst = f.node.append(e, dst, fp)
	}
	if len(dst) == start {
		return append(dst, "{}"...)
	}
	dst[start] = '{' // in place of the first comma
	return append(dst, '}')
}

func (n *structNode) empty(unsafe.Pointer) bool { return false }

func (n *structNode) schema(g *generator) *openapi.Schema { return g.structRef(n) }

// body is the schema of the struct itself, to which schema may only refer.
func (n *structNode) body(g *generator) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"object"}}
	members := n.fields
	if g.output {
		members = n.prints
	}
	for i := range members {
		f := &members[i]
		s.Properties = append(s.Properties, openapi.Property{Name: f.name, Schema: f.schema(g)})
		if f.place.hops == nil && (g.output && !f.omits || !g.output && f.required) {
			s.Required = append(s.Required, f.name)
		}
	}
	s.DependentRequired = companions(members, g.output)
	if n.says || n.closed && !g.text {
		s.AdditionalProperties = &openapi.Schema{Never: true}
	}
	return s
}

// companions returns, by name, the members that must be there with a member of an
// embedded pointer: those of its struct, and of the ones around that.
func companions(members []member, output bool) map[string][]string {
	var needs map[string][]string
	for i := range members {
		f := &members[i]
		for k := 0; len(f.place.hops) > 0 && k < len(members); k++ {
			other, depth := &members[k], len(members[k].place.hops)
			if i == k || depth == 0 || depth > len(f.place.hops) || !slices.Equal(f.place.hops[:depth], other.place.hops) {
				continue
			}
			if !other.required || output && other.omits {
				continue
			}
			if needs == nil {
				needs = make(map[string][]string)
			}
			needs[f.name] = append(needs[f.name], other.name)
		}
	}
	return needs
}

func (n *structNode) textual() bool { return false }

// find takes an embedded struct for the struct itself.
func (n *structNode) find(p unsafe.Pointer, t target) ([]any, bool) {
	for i := range n.parts {
		if t.is(n.parts[i].place.in(p), n.parts[i].typ) {
			return nil, t.p != nil
		}
	}
	for _, members := range [][]member{n.fields, n.prints} {
		for i := range members {
			f := &members[i]
			fp := f.place.in(p)
			if fp == nil {
				continue
			}
			if t.is(fp, f.typ) {
				return []any{f.segment}, true
			}
			if path, ok := f.node.find(fp, t); ok {
				return append(path, f.segment), true
			}
		}
	}
	return nil, false
}
