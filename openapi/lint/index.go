package lint

import (
	"net/url"
	"slices"
	"strings"
)

// An index is what several rules look for in a document.
type index struct {
	base         string // the document's own URI, if it says so
	anchors      map[string]*value
	operations   []operation
	operationIDs map[string]*value
	schemes      *value                     // security schemes, by name
	scopes       map[*value]map[string]bool // of security schemes
	items        map[*value]*pathItem
	tags         map[string]bool
	longest      int // pointer of a schema
}

// An operation is one with what is around it.
type operation struct {
	*value
	method string // in upper case
	path   string // template; "" for callbacks, webhooks and components
	item   *value // Path Item Object
}

func (c *checker) makeIndex() {
	x := &c.index
	x.base = c.root.get("$self").text()
	x.schemes = c.root.get("components").get("securitySchemes")
	x.operationIDs = map[string]*value{}
	x.scopes = map[*value]map[string]bool{}
	x.items = map[*value]*pathItem{}
	for _, op := range c.found["Operation"] {
		if id := op.get("operationId").text(); id != "" && x.operationIDs[id] == nil {
			x.operationIDs[id] = op
		}
		x.operations = append(x.operations, operationOf(op))
	}
	x.anchors = map[string]*value{}
	for _, schema := range c.found["Schema"] {
		x.longest = max(x.longest, schema.length)
		for _, name := range []string{"$anchor", "$dynamicAnchor"} {
			if anchor := schema.get(name).text(); anchor != "" {
				x.anchors[anchor] = schema
			}
		}
	}
	for _, name := range []string{"Reference", "PathItem", "Schema"} {
		for _, v := range c.found[name] {
			if target, _ := c.target(v, v.get("$ref").text()); target != nil {
				use(v, target)
			}
		}
	}
}

// operationOf returns what is around an operation.
func operationOf(op *value) operation {
	o := operation{value: op, method: strings.ToUpper(op.name), item: op.parent}
	if op.parent.name == "additionalOperations" {
		o.method, o.item = op.name, op.parent.parent
	}
	if o.item.parent.is("Paths") {
		o.path = o.item.name
	}
	return o
}

// use notes that from refers to target. What refers to a part of itself does not use itself.
func use(from, target *value) {
	for v := target; v != nil; v = v.parent {
		if v.parent == nil || v.parent.parent == nil || !v.parent.parent.is("Components") {
			continue
		}
		for ; from != nil; from = from.parent {
			if from == v {
				return
			}
		}
		v.used = true
		return
	}
}

// target returns what a reference in v leads to, or nil. It is local if it leads into this document
// and to a place that this package can find.
//
// Source: RFC 6901, section 6; JSON Schema 2020-12, Core section 8.2.
func (c *checker) target(v *value, ref string) (target *value, local bool) {
	if ref == "" {
		return nil, false
	}
	if c.index.base != "" {
		ref = strings.TrimPrefix(ref, c.index.base)
	}
	fragment, ok := strings.CutPrefix(ref, "#")
	if !ok || inResource(v) {
		return nil, false
	}
	fragment, err := url.PathUnescape(fragment)
	if err != nil {
		return nil, true
	}
	if fragment != "" && fragment[0] != '/' {
		return c.index.anchors[fragment], true
	}
	return c.root.at(fragment), true
}

// inResource reports whether a schema around v, or v itself, has a URI of its own, to which references are relative.
func inResource(v *value) bool {
	for ; v != nil; v = v.parent {
		if v.is("Schema") && v.has("$id") {
			return true
		}
	}
	return false
}

// maxHops is how many references are followed from one place.
const maxHops = 32

// resolve follows the references that stand for v. It returns nil if they lead nowhere, or out of the document.
func (c *checker) resolve(v *value) *value {
	for range maxHops {
		if !v.isObject() || !v.is("Reference") {
			return v
		}
		v, _ = c.target(v, v.get("$ref").text())
	}
	return nil
}

// schema is resolve for a schema, which may also consist of a $ref.
func (c *checker) schema(v *value) *value {
	for range maxHops {
		if v = c.resolve(v); !v.is("Schema") || !v.has("$ref") {
			return v
		}
		v, _ = c.target(v, v.get("$ref").text())
	}
	return nil
}

// parameters returns the Parameter Objects of a list, and false if one of them is not in this document.
func (c *checker) parameters(list *value) (parameters []*value, all bool) {
	all = true
	list.each(func(_ string, item *value) {
		if p := c.resolve(item); p.is("Parameter") {
			parameters = append(parameters, p)
		} else {
			all = false
		}
	})
	return parameters, all
}

// readable reports whether this package knows the dialect of a schema, and marks it otherwise.
//
// Source: OpenAPI 3.1, section "Specifying Schema Dialects".
func (c *checker) readable(schema *value) bool {
	dialect, ok := schema.get("$schema").str()
	if !ok {
		if dialect, ok = c.root.get("jsonSchemaDialect").str(); !ok {
			return true
		}
	}
	dialect = strings.TrimSuffix(dialect, "#")
	schema.opaque = !slices.ContainsFunc([]string{
		"https://json-schema.org/draft/2020-12/schema",
		"https://spec.openapis.org/oas/3.1/dialect/base",
		"https://spec.openapis.org/oas/3.1/dialect/2024-10-25",
		"https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
		"https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
	}, func(known string) bool { return dialect == known })
	return !schema.opaque
}
