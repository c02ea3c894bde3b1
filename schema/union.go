package schema

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// A Variant is one of the types that a union may hold. Make one with [As].
type Variant struct {
	typ  reflect.Type
	name string // value of the discriminator
}

// As returns the variant T, told apart by name. T is a struct that implements
// the interface of the union, itself or through its pointer.
func As[T any](name string) Variant { return Variant{reflect.TypeFor[T](), name} }

// A Union is a set of variants for an interface: an object whose member called
// Discriminator tells which one it is.
type Union struct {
	Interface     reflect.Type
	Discriminator string
	Variants      []Variant
}

// UnionOf returns the union of variants for the interface I.
func UnionOf[I any](discriminator string, variants ...Variant) Union {
	return Union{reflect.TypeFor[I](), discriminator, variants}
}

// Add makes u known to s, before the types that contain its interface are
// compiled. It returns one error that joins everything wrong with u.
func (s *Set) Add(u Union) error {
	var errs []error
	t := u.Interface
	if t == nil {
		return errors.New("schema: union without an interface: make it with UnionOf")
	}
	switch {
	case t.Kind() != reflect.Interface || t.NumMethod() == 0:
		errs = append(errs, errors.New("want an interface with a method"))
	case u.Discriminator == "":
		errs = append(errs, errors.New("want the name of a discriminator"))
	case len(u.Variants) == 0:
		errs = append(errs, errors.New("want variants"))
	}
	names, types := make(map[string]bool), make(map[reflect.Type]bool)
	for _, v := range u.Variants {
		switch {
		case v.typ == nil:
			errs = append(errs, errors.New("variant without a type: make it with As"))
		case v.typ.Kind() != reflect.Struct || v.typ.Name() == "":
			errs = append(errs, fmt.Errorf("variant %s: want a struct with a name", v.typ))
		case t.Kind() == reflect.Interface && !v.typ.Implements(t) && !reflect.PointerTo(v.typ).Implements(t):
			errs = append(errs, fmt.Errorf("variant %s does not implement the interface", v.typ))
		case v.name == "" || names[v.name] || types[v.typ]:
			errs = append(errs, fmt.Errorf("variant %s as %q: want a type and a name of its own", v.typ, v.name))
		}
		names[v.name], types[v.typ] = true, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.unions[t]; ok {
		errs = append(errs, errors.New("the union is given twice"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schema: union %s: %w", t, err)
	}
	u.Variants = slices.Clone(u.Variants)
	s.unions[t] = u
	return nil
}

// unionNode is the plan of an interface of a union.
type unionNode struct {
	typ      reflect.Type
	tag      string // name of the discriminator
	variants []variant
	missing  *violation // no discriminator
	known    []string   // its values
}

// A variant is one type of a union.
type variant struct {
	name   string
	node   *structNode
	prints *structNode // node without a member for the discriminator
	typ    reflect.Type
	word   unsafe.Pointer // first word of an interface that holds it: method table and type
	direct bool           // the second word is the value itself, which is one pointer
	ptr    unsafe.Pointer // word of an interface that holds a pointer to it, which is printed too
	head   string         // `{"type":"card"`
}

func (c *compiler) union(t reflect.Type) (node, error) {
	u, ok := c.set.unions[t]
	if !ok {
		return nil, fmt.Errorf("interface %s has no JSON form: declare its variants as a union", t)
	}
	if n := c.set.unionNodes[t]; n != nil {
		return n, nil
	}
	n := &unionNode{typ: t, tag: u.Discriminator}
	c.set.unionNodes[t] = n // before its variants, which may contain it
	c.fresh = append(c.fresh, t)
	quotedTag := "'" + n.tag + "'"
	n.missing = violationOf("union_tag_not_found", "Unable to extract tag using discriminator "+quotedTag, "discriminator", quotedTag)
	var errs []error
	for _, v := range u.Variants {
		made, err := c.variant(n, v)
		if err != nil {
			errs = append(errs, fmt.Errorf("variant %s: %w", v.typ, err))
			continue
		}
		n.variants = append(n.variants, made)
		n.known = append(n.known, "'"+v.name+"'")
	}
	return n, errors.Join(errs...)
}

// variant compiles one variant.
func (c *compiler) variant(u *unionNode, v Variant) (variant, error) {
	inner, err := c.compile(v.typ, new(rules))
	if err != nil {
		return variant{}, err
	}
	n, ok := inner.(*structNode)
	if !ok {
		return variant{}, errors.New("its JSON is not made of its fields")
	}
	word, direct := interfaceWord(u.typ, v.typ)
	ptr, _ := interfaceWord(u.typ, reflect.PointerTo(v.typ))
	made := variant{
		name: v.name, node: n, prints: new(structNode), typ: v.typ, word: word, direct: direct, ptr: ptr,
		head: "{" + string(quoted(u.tag)) + ":" + string(quoted(v.name)),
	}
	// n may be under way, if the variant contains the union. Before the other
	// checks, for they may print a value.
	c.later = slices.Insert(c.later, 0, func() error { return made.own(u.tag) })
	return made, nil
}

// own deals with a member for the discriminator that the struct declares: it is a
// string, and is printed as the name of the variant, whatever it holds.
func (v *variant) own(tag string) error {
	for _, m := range slices.Concat(v.node.fields, v.node.prints) {
		if _, ok := m.node.(*stringNode); m.name == tag && (!ok || m.readOnly) {
			return fmt.Errorf("variant %s: member %q is the discriminator: want a string that is read", v.typ, tag)
		}
	}
	*v.prints = *v.node
	v.prints.prints = slices.DeleteFunc(slices.Clone(v.node.prints), func(m member) bool { return m.name == tag })
	return nil
}

// interfaceWord returns the first word of a value of the interface t that holds
// a v, or a *v when only that implements t. Direct tells that the second word is
// then the value, a single pointer: for a zero value it is nil.
func interfaceWord(t, v reflect.Type) (word unsafe.Pointer, direct bool) {
	holder := reflect.New(t)
	value := reflect.New(v)
	if v.Implements(t) {
		value = value.Elem()
	}
	holder.Elem().Set(value)
	words := *(*[2]unsafe.Pointer)(holder.UnsafePointer())
	return words[0], words[1] == nil
}

func (n *unionNode) decode(d *Decoder, p unsafe.Pointer) bool {
	if d.s.Peek() != '{' {
		return d.wrongType(modelType)
	}
	name, found, ok := n.peekTag(d)
	if !ok {
		return false
	}
	if !found {
		return n.untagged(d)
	}
	for i := range n.variants {
		v := &n.variants[i]
		if v.name != name {
			continue
		}
		before := len(d.issues)
		value := reflect.New(v.typ)
		ok := v.node.decodeTagged(d, value.UnsafePointer(), n.tag)
		if len(d.issues) > before {
			d.at(before, v.name)
		}
		if v.direct { // cannot be filled through a pointer
			reflect.NewAt(n.typ, p).Elem().Set(value.Elem())
		} else {
			*(*[2]unsafe.Pointer)(p) = [2]unsafe.Pointer{v.word, value.UnsafePointer()}
		}
		return ok
	}
	_, _, ok = d.s.Skip()
	return ok && d.issue(n.unknown(name), nil)
}

// peekTag reads the discriminator of the object ahead and goes back to its
// beginning. With loose names the last one counts, else the first: a second one
// will be refused.
func (n *unionNode) peekTag(d *Decoder) (name string, found, ok bool) {
	mark := d.s.Mark()
	defer d.s.Back(mark)
	if !d.s.Enter() {
		return "", false, false
	}
	for first := true; ; first = false {
		more, ok := d.s.More('}', first)
		if !ok || !more {
			return name, found, ok
		}
		key, ok := d.s.Name()
		if !ok {
			return "", false, false
		}
		tag := string(key) == n.tag
		if tag && d.s.Peek() == '"' {
			raw, kind, ok := d.s.String()
			if !ok {
				return "", false, false
			}
			name, found = string(d.scratch(raw, kind)), true
		} else if _, _, ok := d.s.Skip(); !ok {
			return "", false, false
		} else if tag {
			name, found = "", false
		}
		if tag && !d.set.cfg.LooseNames {
			return name, found, true
		}
	}
}

// untagged skips the object ahead, which has no discriminator, or one in the wrong case.
func (n *unionNode) untagged(d *Decoder) bool {
	var near string
	exact := false // the value is no string
	ok := d.members(func(name []byte) bool {
		switch {
		case string(name) == n.tag:
			exact = true
		case bytes.EqualFold(name, []byte(n.tag)):
			near = string(name)
		}
		_, _, ok := d.s.Skip()
		return ok
	})
	if !ok || exact || near == "" || d.set.cfg.LooseNames {
		return ok && d.issue(n.missing, nil)
	}
	before := len(d.issues)
	ok = d.issue(memberCase(n.tag), nil)
	d.at(before, near)
	return ok
}

func (n *unionNode) unknown(tag string) *violation {
	quotedTag, known := "'"+n.tag+"'", strings.Join(n.known, ", ")
	if len(tag) > maxEcho {
		tag = strings.ToValidUTF8(tag[:maxEcho], "")
	}
	return &violation{
		typ: "union_tag_invalid",
		msg: fmt.Sprintf("Input tag '%s' found using %s does not match any of the expected tags: %s", tag, quotedTag, known),
		ctx: []problem.Attr{
			{Name: "discriminator", Value: quotedTag}, {Name: "tag", Value: tag}, {Name: "expected_tags", Value: known},
		},
	}
}

func (n *unionNode) text(d *Decoder, s string, _ unsafe.Pointer) { d.textIssue(modelType, s) }

// held returns the variant in the interface at p and its place, or nil.
func (n *unionNode) held(p unsafe.Pointer) (*variant, unsafe.Pointer) {
	value := *(*[2]unsafe.Pointer)(p)
	for i := range n.variants {
		switch v := &n.variants[i]; {
		case v.word == value[0] && v.direct:
			return v, unsafe.Add(p, unsafe.Sizeof(value[0]))
		case v.word == value[0] || v.ptr == value[0]:
			return v, value[1]
		}
	}
	return nil, nil
}

// errHeld reports an interface at p that holds none of the variants.
func (n *unionNode) errHeld(p unsafe.Pointer) error {
	v, what := reflect.NewAt(n.typ, p).Elem().Elem(), "nil"
	switch {
	case v.IsValid() && v.Kind() == reflect.Pointer && v.IsNil():
		what = "a nil " + v.Type().String()
	case v.IsValid():
		what = "a " + v.Type().String()
	}
	return fmt.Errorf("a %s holds %s, which is no variant of its union", n.typ, what)
}

func (n *unionNode) append(e *encoder, dst []byte, p unsafe.Pointer) []byte {
	v, at := n.held(p)
	if v == nil || at == nil {
		e.fail(n.errHeld(p))
		return dst
	}
	if !e.enter() {
		return dst
	}
	defer func() { e.depth-- }()
	dst = append(dst, v.head...)
	start := len(dst)
	dst = v.prints.append(e, dst, at)
	if len(dst) == start+len("{}") {
		return append(dst[:start], '}')
	}
	if len(dst) > start {
		dst[start] = ','
	}
	return dst
}

func (n *unionNode) empty(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }

func (n *unionNode) schema(g *generator) *openapi.Schema {
	s := &openapi.Schema{Discriminator: &openapi.Discriminator{PropertyName: n.tag, Mapping: make(map[string]string)}}
	for i := range n.variants {
		v := &n.variants[i]
		ref := g.variantRef(n, v)
		s.OneOf = append(s.OneOf, ref)
		g.all.maps = append(g.all.maps, mapping{s.Discriminator, v.name, ref})
	}
	return s
}

func (n *unionNode) textual() bool { return false }

func (n *unionNode) find(p unsafe.Pointer, t target) ([]any, bool) {
	v, at := n.held(p)
	if v == nil || at == nil {
		return nil, false
	}
	if t.is(at, v.typ) {
		return []any{v.name}, true
	}
	path, ok := v.node.find(at, t)
	return append(path, v.name), ok
}
