package jsonschema

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// annotations are the keywords that assert nothing. Names that begin with "x-" are others.
//
// Source: JSON Schema 2020-12, Core section 8.3, Validation sections 8 and 9; OpenAPI 3.1, section "Schema Object".
var annotations = map[string]bool{
	"$comment": true, "title": true, "description": true, "default": true, "examples": true,
	"deprecated": true, "readOnly": true, "writeOnly": true,
	"contentEncoding": true, "contentMediaType": true,
	"discriminator": true, "xml": true, "externalDocs": true, "example": true,
}

// dialects are the values of $schema under which the keywords mean what this package takes them for.
var dialects = []string{
	"https://json-schema.org/draft/2020-12/schema",
	"https://spec.openapis.org/oas/3.1/dialect/base",
}

// A compiler compiles one schema and all that it refers to.
type compiler struct {
	doc   *Document
	nodes map[string]*node // by pointer; a node is here before its tests are compiled
	errs  []error
}

func (c *compiler) fail(n *node, at, format string, args ...any) {
	n.broken = true
	if c.doc.lenient {
		return
	}
	c.errs = append(c.errs, fmt.Errorf("#%s: %w", at, fmt.Errorf(format, args...)))
}

// schema compiles the schema at a pointer, once.
func (c *compiler) schema(at string, value any) *node {
	if n, ok := c.nodes[at]; ok {
		return n
	}
	n := &node{at: at}
	c.nodes[at] = n
	switch v := value.(type) {
	case bool:
		if !v {
			n.tests = []test{func(e *evaluation, _ any, place *path) bool {
				return e.report(place, at, "is not allowed")
			}}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			k := &keyword{compiler: c, owner: n, siblings: v, at: at + Pointer(name), value: v[name]}
			if t := k.compile(name); t != nil {
				n.tests = append(n.tests, t)
			}
		}
	default:
		c.fail(n, at, "is %s, want a schema: an object or a boolean", show(value))
	}
	return n
}

// findCycles reports each schema that is applied to the same value again and again.
//
// Source: JSON Schema 2020-12, Core section 9.4.1.
func (c *compiler) findCycles() {
	const open, done = 1, 2
	state := map[*node]int{}
	var visit func(n *node)
	visit = func(n *node) {
		state[n] = open
		for _, next := range n.inPlace {
			switch state[next] {
			case open:
				c.fail(next, next.at, "refers to itself for the same value")
			case done:
			default:
				visit(next)
			}
		}
		state[n] = done
	}
	for _, at := range slices.Sorted(maps.Keys(c.nodes)) {
		if n := c.nodes[at]; state[n] == 0 {
			visit(n)
		}
	}
}

// A keyword is one member of a schema that is being compiled.
type keyword struct {
	*compiler
	owner    *node
	siblings map[string]any // all members of the schema
	at       string
	value    any
}

func (k *keyword) fail(at, format string, args ...any) {
	k.compiler.fail(k.owner, at, format, args...)
}

// schema compiles a schema that the keyword applies.
func (k *keyword) schema(at string, value any) *node {
	n := k.compiler.schema(at, value)
	k.owner.uses = append(k.owner.uses, n)
	return n
}

func (k *keyword) wrong(want string) { k.fail(k.at, "is %s, want %s", show(k.value), want) }

// compile returns the test of the keyword, or nil if it has none or is wrong.
func (k *keyword) compile(name string) test {
	switch name {
	case "$ref":
		return k.ref()
	case "$defs":
		k.schemas()
	case "$id":
		if k.owner.at != "" {
			k.fail(k.at, "unknown keyword %q below the root of the document", name)
		}
	case "$schema":
		if s, _ := k.value.(string); !slices.Contains(dialects, strings.TrimSuffix(s, "#")) {
			k.wrong("the dialect 2020-12 or that of OpenAPI 3.1")
		}
	case "type", "enum", "const":
		return k.generalTest(name)
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		return k.numberTest(name)
	case "minLength", "maxLength", "pattern":
		return k.stringTest(name)
	case "format":
		return k.formatTest()
	case "contentSchema":
		return k.contentTest()
	case "items", "prefixItems", "minItems", "maxItems", "uniqueItems":
		return k.arrayTest(name)
	case "properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired":
		return k.objectTest(name)
	case "allOf", "anyOf", "oneOf", "not":
		return k.combination(name)
	default:
		if !annotations[name] && !strings.HasPrefix(name, "x-") && (!k.doc.lenient || assertions[name]) {
			k.fail(k.at, "unknown keyword %q", name)
		}
	}
	return nil
}

// ref compiles a reference to a schema of the same document.
func (k *keyword) ref() test {
	s, ok := k.value.(string)
	if !ok {
		k.wrong("a string")
		return nil
	}
	fragment, ok := strings.CutPrefix(s, "#")
	if !ok || (fragment != "" && fragment[0] != '/') {
		k.fail(k.at, `reference %q is neither "#" nor "#/" and a JSON pointer`, s)
		return nil
	}
	pointer, err := url.PathUnescape(fragment)
	if err != nil {
		k.fail(k.at, "reference %q: %w", s, err)
		return nil
	}
	value, at, err := k.doc.lookup(pointer)
	if err != nil {
		k.fail(k.at, "reference %q: %w", s, err)
		return nil
	}
	target := k.schema(at, value)
	k.owner.inPlace = append(k.owner.inPlace, target)
	return func(e *evaluation, value any, at *path) bool { return e.apply(target, value, at) }
}
