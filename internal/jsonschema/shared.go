package jsonschema

import (
	"maps"
	"slices"
)

// assertions are the keywords of JSON Schema that this package does not know and that cannot be
// ignored: what stands beside them is refused or allowed by them, too.
//
// Source: JSON Schema 2020-12, Core sections 8, 10 and 11; Validation section 6.4.
var assertions = map[string]bool{
	"$id": true, "$anchor": true, "$dynamicRef": true, "$dynamicAnchor": true, "$vocabulary": true,
	"$recursiveRef": true, "$recursiveAnchor": true,
	"patternProperties": true, "dependentSchemas": true, "dependencies": true,
	"if": true, "then": true, "else": true,
	"contains": true, "minContains": true, "maxContains": true,
	"unevaluatedItems": true, "unevaluatedProperties": true,
}

// Lenient returns the document that root, a value of [Read], is, for schemas that somebody else
// has written: keywords that no standard knows and unknown formats are ignored. The caller does
// not change root and formats afterwards.
func Lenient(root any, formats Formats) *Document {
	return &Document{root: root, formats: formats, lenient: true}
}

// CompileAll compiles the schemas at pointers together: what they share is compiled once. A
// pointer of which [Document.Compile] would return an error has no schema in the result.
func (d *Document) CompileAll(pointers []string) map[string]*Schema {
	c := &compiler{doc: d, nodes: map[string]*node{}}
	tops := make(map[string]*node, len(pointers))
	for _, pointer := range pointers {
		if value, at, err := d.lookup(pointer); err == nil {
			tops[pointer] = c.schema(at, value)
		}
	}
	c.findCycles()
	c.spreadBroken()
	schemas := make(map[string]*Schema, len(tops))
	for pointer, top := range tops {
		if !top.broken {
			schemas[pointer] = &Schema{top: top}
		}
	}
	return schemas
}

// spreadBroken marks each schema that uses a broken one, directly or not.
func (c *compiler) spreadBroken() {
	usedBy := map[*node][]*node{}
	for _, n := range c.nodes {
		for _, used := range n.uses {
			usedBy[used] = append(usedBy[used], n)
		}
	}
	broken := slices.DeleteFunc(slices.Collect(maps.Values(c.nodes)), func(n *node) bool { return !n.broken })
	for len(broken) > 0 {
		n := broken[len(broken)-1]
		broken = broken[:len(broken)-1]
		for _, user := range usedBy[n] {
			if !user.broken {
				user.broken = true
				broken = append(broken, user)
			}
		}
	}
}
