package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/tenonapi/tenon/internal/wire"
	"github.com/tenonapi/tenon/problem"
)

// Config is the policy of a [Set].
type Config struct {
	ForbidUnknown bool // refuse members that are no field; false ignores them
	MaxDepth      int  // nesting of arrays and objects; 0 means 100
	MaxIssues     int  // issues listed for one input; 0 means 100
	// Lax reads numbers, bools, times, dates and durations from text and from each
	// other, as Pydantic does in its lax mode; false reads their own JSON alone. A
	// rule strict or lax of a struct, a type or a field has the last word.
	Lax bool
	// LooseNames lets a member be given several times, of which the last counts,
	// and takes one in the wrong case for an unknown one; false refuses both.
	// It also lets several texts be given for one value, of which the last counts.
	LooseNames bool
	// EchoAll makes issues repeat every value up to 16 KiB, also objects and lists, and for
	// a missing member the object that lacks it, as Pydantic does; false repeats short
	// scalars alone. Nothing that has room for a [Secret] is repeated. Offsets in
	// malformed JSON then count characters, not bytes.
	EchoAll bool

	EscapeHTML bool // write <, > and & as escapes, for JSON that stands in HTML

	Now func() time.Time // clock of the bound "now"; nil means time.Now
	// Message words an issue in another language: it returns what takes the place
	// of Msg, from Type and Ctx, or "" to leave it. nil leaves all.
	Message func(problem.Issue) string
}

// A Set compiles types and keeps their plans. It is safe for concurrent use.
type Set struct {
	cfg Config

	mu      sync.Mutex
	structs map[reflect.Type]*structNode
	plain   map[plainKey]node
	found   []candidate // of the structs that are being compiled, the innermost last

	counters []*counter // of rules in report-only mode

	unions     map[reflect.Type]Union // by interface
	unionNodes map[reflect.Type]*unionNode
}

// NewSet returns an empty set with the policy cfg.
func NewSet(cfg Config) *Set {
	if cfg.MaxDepth <= 0 {
		cfg.MaxDepth = wire.DefaultDepth
	}
	if cfg.MaxIssues <= 0 {
		cfg.MaxIssues = 100
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Set{cfg: cfg, structs: make(map[reflect.Type]*structNode), plain: make(map[plainKey]node),
		unions: make(map[reflect.Type]Union), unionNodes: make(map[reflect.Type]*unionNode)}
}

// A compiler is one call of Compile or Field.
type compiler struct {
	set   *Set
	open  []reflect.Type // types around the one at hand, from the innermost struct with a name on
	field *candidate     // that is being compiled, for reports; nil for a type alone
	fresh []reflect.Type // structs that this call has added to the set
	later []func() error // checks for which all plans must stand
	lax   bool           // coercion is on for what is compiled
}

// do runs fn with a compiler; plans of types that have mistakes are not kept.
func (s *Set) do(fn func(*compiler) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &compiler{set: s, lax: s.cfg.Lax}
	err := fn(c)
	if err == nil {
		var errs []error
		for _, check := range c.later {
			errs = append(errs, check())
		}
		err = errors.Join(errs...)
	}
	if err != nil {
		for _, t := range c.fresh {
			delete(s.structs, t)
			delete(s.unionNodes, t)
		}
	}
	return err
}

// structOf returns the plan of a struct, made once for each type.
func (c *compiler) structOf(t reflect.Type) (*structNode, error) {
	if n := c.set.structs[t]; n != nil {
		return n, nil
	}
	n := &structNode{typ: t}
	c.set.structs[t] = n // before its fields, which may refer to it
	c.fresh = append(c.fresh, t)
	if t.Name() != "" {
		defer func(open []reflect.Type) { c.open = open }(c.open)
		c.open = nil
	}
	defer func(outer bool) { c.lax = outer }(c.lax)
	before := len(c.set.found)
	found, parts, closed, err := visible(c.set.found[before:], t, c.set.cfg.Lax)
	c.set.found = append(c.set.found, found...)
	defer func() { c.set.found = c.set.found[:before] }()
	errs := []error{err}
	n.says, n.closed, n.parts = closed, closed || c.set.cfg.ForbidUnknown, parts
	n.checks = slices.ContainsFunc(parts, func(p part) bool { return p.check })
	members := make([]member, 0, len(found))
	for i := range found {
		f := &found[i]
		c.lax = f.lax
		m, err := c.member(f)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", typeName(f.owner), f.Name, err))
			continue
		}
		members = append(members, m)
	}
	n.setMembers(members)
	if c.set.cfg.EchoAll {
		c.later = append(c.later, func() error { n.sealed = n.takesSecret(); return nil })
	}
	return n, errors.Join(errs...)
}

// setMembers sorts out which members are read and which are printed.
func (n *structNode) setMembers(members []member) {
	n.prints = members
	if slices.ContainsFunc(members, func(m member) bool { return m.readOnly || m.writeOnly }) {
		n.prints = slices.DeleteFunc(slices.Clone(members), func(m member) bool { return m.writeOnly })
		back := *n
		back.setFields(n.prints)
		n.back = &back
		members = slices.DeleteFunc(members, func(m member) bool { return m.readOnly })
	}
	n.setFields(members)
}

// setFields sets the members that are read.
func (n *structNode) setFields(fields []member) {
	n.fields = fields
	if len(fields) > fewFields {
		n.indexFields()
	}
	if k := len(fields); k > 0 && k <= 64 {
		n.all = ^uint64(0) >> (64 - k)
	}
}

// A candidate is a field that may become a member.
type candidate struct {
	reflect.StructField
	place place        // in the outermost struct
	owner reflect.Type // the struct that declares it
	tags  fieldTags
	depth int
	lax   bool // as the structs around it say
}

func (f *candidate) wireName() string {
	if f.tags.name != "" {
		return f.tags.name
	}
	return f.Name
}

// visible returns the members of t in the order of declaration, those of
// embedded structs in their place, and these structs. As in encoding/json the outer one of two of
// the same name counts; on one level that is a mistake here. lax is what holds
// for a struct that does not say it. room is where the members may be put.
func visible(room []candidate, t reflect.Type, lax bool) (found []candidate, parts []part, closed bool, err error) {
	var errs []error
	var walk func(t reflect.Type, at place, depth int, lax bool)
	walk = func(t reflect.Type, at place, depth int, lax bool) {
		own, err := policyOf(t, lax)
		closed, lax = closed || own.closed, own.lax
		errs = append(errs, err)
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Name == "_" || !f.IsExported() && !f.Anonymous {
				continue
			}
			tags, err := parseTags(f)
			inner := at.behind(f.Offset)
			switch {
			case err != nil:
				errs = append(errs, wrapField(t, f, err))
			case tags.hidden:
			case f.Anonymous && tags.name == "" && f.Type.Kind() == reflect.Struct:
				walk(f.Type, inner, depth+1, lax)
			case f.Anonymous && tags.name == "" && f.Type.Kind() == reflect.Pointer:
				elem := f.Type.Elem()
				err := embeddable(f, slices.ContainsFunc(inner.hops, func(h hop) bool { return h.elem == elem }) || elem == t)
				if err == nil {
					walk(elem, inner.through(elem), depth+1, lax)
				}
				errs = append(errs, wrapField(t, f, err))
			case f.IsExported() || f.Type.Kind() == reflect.Struct: // embedded with a name, it is an ordinary field
				found = append(found, candidate{f, inner, t, tags, depth, lax})
			}
		}
		part, err := partOf(t, at)
		parts, errs = append(parts, part), append(errs, err)
	}
	found = slices.Grow(room, t.NumField())
	walk(t, place{}, 0, lax)
	outer := make(map[string]int, len(found)) // the field that has a name, by its place in found
	for i := range found {
		k, ok := outer[found[i].wireName()]
		if !ok || found[i].depth < found[k].depth {
			outer[found[i].wireName()] = i
		}
	}
	if len(outer) == len(found) { // no name is given twice
		return found, parts, closed, errors.Join(errs...)
	}
	members := make([]candidate, 0, len(outer))
	for i, f := range found {
		k := outer[f.wireName()]
		switch {
		case i == k:
			members = append(members, f)
		case f.depth == found[k].depth:
			errs = append(errs, fmt.Errorf("%s: fields %s and %s have one name, %q", typeName(t), found[k].Name, f.Name, f.wireName()))
		}
	}
	return members, parts, closed, errors.Join(errs...)
}

// embeddable tells whether the fields of an embedded pointer can be reached.
func embeddable(f reflect.StructField, again bool) error {
	switch {
	case f.Type.Elem().Kind() != reflect.Struct:
		return errors.New("an embedded pointer points to a struct")
	case !f.IsExported():
		return errors.New("an embedded pointer to an unexported struct cannot be set: embed the struct")
	case again:
		return errors.New("a struct embeds itself")
	}
	return nil
}

// typeName is the name of t in error texts, where one without a name would
// print all its fields.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return "struct"
	}
	return t.String()
}

func wrapField(t reflect.Type, f reflect.StructField, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s.%s: %w", typeName(t), f.Name, err)
}

// member compiles one field.
func (c *compiler) member(f *candidate) (m member, err error) {
	defer func(outer *candidate) { c.field = outer }(c.field)
	c.field = f
	n, err := c.value(f)
	if err != nil {
		return m, err
	}
	if f.tags.quoted {
		if n, err = quote(f.Type, n); err != nil {
			return m, err
		}
	}
	secret := (f.tags.examples != nil || f.tags.hasDef) && hasSecret(n)
	if secret && f.tags.examples != nil {
		return m, errors.New("a secret has no example: the document would show it")
	}
	name := f.wireName()
	m = member{
		node: n, place: f.place, name: name, segment: name, key: "," + string(quoted(name)) + ":",
		typ: f.Type, tag: f.Tag, notes: f.tags.notes, secret: secret,
	}
	_, opt := n.(*optNode)
	_, pointer := n.(*pointerNode)
	m.required = !opt && !pointer && !f.tags.hasDef
	m.omits = opt || f.tags.omitEmpty || f.tags.omitZero
	m.empty = opt || f.tags.omitEmpty
	if f.tags.omitZero && !opt {
		m.zero = zeroOf(f.Type)
	}
	if f.tags.hasDef {
		m.def = c.literal(f, n, "default", f.tags.def)
	}
	for _, text := range f.tags.examples {
		m.examples = append(m.examples, c.literal(f, n, "example", text))
	}
	return m, nil
}

// literal returns the value in a tag as JSON, which is tried once all plans stand.
func (c *compiler) literal(f *candidate, n node, key, text string) json.RawMessage {
	raw := json.RawMessage(text)
	if n.textual() {
		raw = quoted(text)
	}
	field := *f // of which c has only lent the place
	c.later = append(c.later, func() error { return c.tryLiteral(&field, n, key, raw) })
	return raw
}

var errNoJSON = errors.New(`want JSON, such as 5, true or ["a"]`)

// tryLiteral checks that the value of a tag obeys the rules of its field.
func (c *compiler) tryLiteral(f *candidate, n node, key string, text json.RawMessage) error {
	d := c.set.Decoder(len(text))
	defer d.Release()
	d.strict = true // for the document shows the text
	v := reflect.New(f.Type)
	d.run(n, text, v.UnsafePointer(), nil)
	err := d.Err()
	if err == nil {
		return nil
	}
	if d.Malformed() {
		err = errNoJSON
	}
	return fmt.Errorf("%s.%s: the %s %s does not fit the field: %w", typeName(f.owner), f.Name, key, text, err)
}

// A Type is the plan of T. It is safe for concurrent use.
type Type[T any] struct {
	set *Set
	n   node
}

// Compile returns the plan of T, or one error that joins all mistakes in the
// tags of T and of the types in it.
func Compile[T any](s *Set) (*Type[T], error) {
	t := &Type[T]{set: s}
	err := s.do(func(c *compiler) (err error) {
		t.n, err = c.compile(reflect.TypeFor[T](), new(rules))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("schema: compile %s: %w", typeName(reflect.TypeFor[T]()), err)
	}
	return t, nil
}

// Decode returns the value that the JSON text data stands for, or an [*Error]
// with everything wrong with it. The value keeps nothing of data; its strings
// share blocks of memory, up to 2 KiB each.
func (t *Type[T]) Decode(data []byte) (T, error) {
	v := new(T)
	d := t.set.Decoder(len(data))
	defer d.Release()
	d.run(t.n, data, unsafe.Pointer(v), nil)
	if err := d.Err(); err != nil {
		var none T
		return none, err
	}
	return *v, nil
}

// Append appends *v as JSON, a [Secret] as stars. It returns an error for a value that has no JSON
// form: a float that is not finite, a string that is not UTF-8, a failing
// MarshalJSON or MarshalText, a value that contains itself.
func (t *Type[T]) Append(dst []byte, v *T) ([]byte, error) {
	return t.set.encode(t.n, dst, unsafe.Pointer(v), false)
}
