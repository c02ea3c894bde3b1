package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// Schemas collects the JSON Schemas of one document. Named structs are written
// once and referred to. A struct has one schema for both directions, unless what
// it accepts and what it prints differ: then the first is named with the suffix
// Input. Call Components last. It is not safe for concurrent use.
type Schemas struct {
	prefix string
	used   []string // names that are taken by others
	bodies map[bodyKey]*body
	order  []bodyKey
	refs   []ref
	maps   []mapping
}

// A mapping is an entry of a discriminator, which names a schema.
type mapping struct {
	to    *openapi.Discriminator
	value string
	ref   *openapi.Schema
}

// inputSuffix ends the name of what a struct accepts, where that is not what it prints.
const inputSuffix = "Input"

// A bodyID is a struct, or a struct as a variant of a union, which has the
// discriminator as a further member.
type bodyID struct {
	n     *structNode
	union *unionNode
}

// short is the name that the body has unless another has it too.
func (id bodyID) short() string {
	short := exportedName(shortName(id.n.typ))
	if id.union != nil {
		short = exportedName(shortName(id.union.typ)) + short
	}
	return short
}

type bodyKey struct {
	bodyID
	output bool
}

type body struct {
	schema *openapi.Schema
	needs  []bodyID
}

// A ref is a schema that will refer to a body once that has a name.
type ref struct {
	schema *openapi.Schema
	to     bodyKey
}

// NewSchemas returns an empty collection, whose schemas are referred to as
// prefix and their name, such as "#/components/schemas/". They are given other
// names than those in used.
func NewSchemas(prefix string, used ...string) *Schemas {
	return &Schemas{prefix: prefix, used: used, bodies: make(map[bodyKey]*body)}
}

// Input returns the schema of what the field accepts.
func (c *Schemas) Input(f *Field) *openapi.Schema { return f.m.schema(&generator{all: c}) }

// Text returns the schema of what the field accepts as text, which has no null.
func (c *Schemas) Text(f *Field) *openapi.Schema { return f.m.schema(&generator{all: c, text: true}) }

// Output returns the schema of what the field prints.
func (c *Schemas) Output(f *Field) *openapi.Schema {
	return f.m.schema(&generator{all: c, output: true})
}

// InputSchema returns the schema of what t accepts.
func (t *Type[T]) InputSchema(c *Schemas) *openapi.Schema {
	return t.n.schema(&generator{all: c})
}

// OutputSchema returns the schema of what t prints.
func (t *Type[T]) OutputSchema(c *Schemas) *openapi.Schema {
	return t.n.schema(&generator{all: c, output: true})
}

// A generator makes schemas in one direction.
type generator struct {
	all    *Schemas
	output bool
	text   bool     // the value comes as text
	needs  []bodyID // what is referred to
}

// structRef returns a reference to the schema of a struct; that of a struct
// without a name stands in its place.
func (g *generator) structRef(n *structNode) *openapi.Schema {
	if n.typ.Name() == "" || g.text { // which says less than JSON
		return n.body(g)
	}
	return g.ref(bodyID{n: n}, n.body)
}

// variantRef returns a reference to the schema of a variant of a union, which
// is that of the struct if that tells the value of the discriminator itself.
func (g *generator) variantRef(u *unionNode, v *variant) *openapi.Schema {
	same := func(m member) bool {
		return m.name == u.tag && m.required && m.place.hops == nil && bytes.Equal(m.node.schema(g).Const, quoted(v.name))
	}
	if slices.ContainsFunc(v.node.fields, same) && slices.ContainsFunc(v.node.prints, same) {
		return g.structRef(v.node)
	}
	return g.ref(bodyID{v.node, u}, func(g *generator) *openapi.Schema {
		s := v.node.body(g)
		tag := openapi.Property{Name: u.tag, Schema: &openapi.Schema{Type: openapi.Types{"string"}, Const: quoted(v.name)}}
		named := func(p openapi.Property) bool { return p.Name == u.tag }
		s.Properties = slices.Insert(slices.DeleteFunc(s.Properties, named), 0, tag)
		s.Required = slices.Insert(slices.DeleteFunc(s.Required, func(name string) bool { return name == u.tag }), 0, u.tag)
		return s
	})
}

func (g *generator) ref(id bodyID, make func(*generator) *openapi.Schema) *openapi.Schema {
	key := bodyKey{id, g.output}
	g.needs = append(g.needs, id)
	if g.all.bodies[key] == nil {
		b := new(body)
		g.all.bodies[key] = b // before its fields, which may refer to it
		g.all.order = append(g.all.order, key)
		inner := &generator{all: g.all, output: g.output}
		b.schema = make(inner)
		b.needs = inner.needs
	}
	// Until names are known both directions refer to a struct in the same way,
	// so that their bodies can be compared.
	s := &openapi.Schema{Ref: fmt.Sprintf("%p %p", id.n, id.union)}
	g.all.refs = append(g.all.refs, ref{s, key})
	return s
}

// Components names the structs and returns their schemas. All schemas returned
// before refer to these names from now on.
func (c *Schemas) Components() (map[string]*openapi.Schema, error) {
	differ, err := c.differing()
	if err != nil {
		return nil, err
	}
	names := c.names(differ)
	name := func(k bodyKey) string {
		if !k.output && differ[k.bodyID] {
			return names[k.bodyID] + inputSuffix
		}
		return names[k.bodyID]
	}
	for _, r := range c.refs {
		r.schema.Ref = c.prefix + name(r.to)
	}
	for _, m := range c.maps {
		m.to.Mapping[m.value] = m.ref.Ref
	}
	out := make(map[string]*openapi.Schema)
	for _, k := range c.order {
		out[name(k)] = c.bodies[k].schema
	}
	return out, nil
}

// differing returns the structs whose two directions differ, in themselves or in
// a struct they need.
func (c *Schemas) differing() (map[bodyID]bool, error) {
	differ := make(map[bodyID]bool)
	for k, out := range c.bodies {
		in := c.bodies[bodyKey{k.bodyID, false}]
		if !k.output || in == nil {
			continue
		}
		a, err := json.Marshal(in.schema)
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(out.schema)
		if err != nil {
			return nil, err
		}
		differ[k.bodyID] = !bytes.Equal(a, b)
	}
	for changed := true; changed; {
		changed = false
		for k, b := range c.bodies {
			both := c.bodies[bodyKey{k.bodyID, !k.output}] != nil
			if both && !differ[k.bodyID] && slices.ContainsFunc(b.needs, func(id bodyID) bool { return differ[id] }) {
				differ[k.bodyID], changed = true, true
			}
		}
	}
	return differ, nil
}

// names gives each struct a name of its own, and with the suffix Input if it is
// among those that differ: that of its type, where several would have it with
// the package before it, and a number where that is not enough.
func (c *Schemas) names(differ map[bodyID]bool) map[bodyID]string {
	byShort := make(map[string][]bodyID)
	for _, k := range c.order {
		if short := k.short(); !slices.Contains(byShort[short], k.bodyID) {
			byShort[short] = append(byShort[short], k.bodyID)
		}
	}
	names := make(map[bodyID]string)
	taken := make(map[string]bool)
	for _, name := range c.used {
		taken[name] = true
	}
	take := func(n bodyID, name string) bool {
		if taken[name] || differ[n] && taken[name+inputSuffix] {
			return false
		}
		names[n], taken[name] = name, true
		taken[name+inputSuffix] = taken[name+inputSuffix] || differ[n]
		return true
	}
	shorts := slices.Sorted(maps.Keys(byShort))
	for _, two := range []bool{false, true} { // a type called XInput goes before the second name of X
		for _, short := range shorts {
			if nodes := byShort[short]; len(nodes) == 1 && differ[nodes[0]] == two {
				take(nodes[0], short)
			}
		}
	}
	for _, short := range shorts {
		nodes := byShort[short]
		slices.SortStableFunc(nodes, func(a, b bodyID) int { return strings.Compare(fullName(a.n.typ), fullName(b.n.typ)) })
		for _, n := range nodes {
			if names[n] != "" {
				continue
			}
			base := exportedName(path.Base(n.n.typ.PkgPath())) + short
			for name, i := base, 2; !take(n, name); i++ {
				name = fmt.Sprintf("%s%d", base, i)
			}
		}
	}
	return names
}

func fullName(t reflect.Type) string { return t.PkgPath() + "." + t.Name() }

// exportedName makes s begin with a capital and keeps to the characters that
// OpenAPI allows in the name of a component.
func exportedName(s string) string {
	s = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "Schema"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
