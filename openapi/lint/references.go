package lint

import "strings"

// referenceRules are about $ref, and about names that stand for a component.
var referenceRules = []rule{
	{Rule{"reference-target", Error, "a reference into the document leads to something", "OpenAPI, Reference Object"},
		"Reference PathItem Schema", (*checker).referenceTarget},
	{Rule{"reference-kind", Error, "a reference leads to an object of the kind that it stands for", "OpenAPI, Reference Object"},
		"Reference PathItem Schema", (*checker).referenceKind},
	{Rule{"reference-cycle", Error, "references and composed schemas do not lead back to themselves", "JSON Schema 2020-12, Core section 9.4.1"},
		"Reference PathItem Schema", (*checker).referenceCycle},
	{Rule{"reference-siblings", Warning, "beside a $ref there is nothing that is ignored", "OpenAPI, Reference Object"},
		"Reference", (*checker).referenceSiblings},
	{Rule{"discriminator-mapping", Error, "a mapping leads to a schema", "OpenAPI, Discriminator Object"},
		"Discriminator", (*checker).discriminatorMapping},
	{Rule{"link-target", Error, "a link leads to an operation of the document", "OpenAPI, Link Object"},
		"Link", (*checker).linkTarget},
	{Rule{"component-unused", Warning, "something refers to each component", "OpenAPI, Components Object"},
		"Components", (*checker).componentUnused},
}

func (c *checker) referenceTarget(v *value) {
	ref := v.get("$ref").text()
	if target, local := c.target(v, ref); local && target == nil {
		c.add("reference-target", v.get("$ref"), "leads to nothing: %s", quote(ref))
	}
}

func (c *checker) referenceKind(v *value) {
	target, _ := c.target(v, v.get("$ref").text())
	want := v.want
	if want == nil {
		want = v.as
	}
	if target == nil || target.as == nil || target.as == want || target.want == want {
		return
	}
	c.add("reference-kind", v.get("$ref"), "leads to %s %s, want %s", article(target.as.title), target.as.title, want.title)
}

func article(noun string) string {
	if strings.ContainsRune("AEIOU", rune(noun[0])) {
		return "an"
	}
	return "a"
}

// referenceCycle searches through what stands for v, or is applied to the same value as it.
func (c *checker) referenceCycle(v *value) {
	if v.state == done {
		return
	}
	v.state = open
	step := func(from, next *value) {
		switch {
		case next == nil || next.as == nil || next.state == done:
		case next.state == open:
			c.add("reference-cycle", from, "leads back to itself")
		default:
			c.referenceCycle(next)
		}
	}
	if ref := v.get("$ref"); ref != nil {
		target, _ := c.target(v, ref.text())
		step(ref, target)
	}
	if v.is("Schema") {
		for _, name := range []string{"allOf", "anyOf", "oneOf"} {
			v.get(name).each(func(_ string, schema *value) { step(schema, schema) })
		}
		if not := v.get("not"); not != nil {
			step(not, not)
		}
	}
	v.state = done
}

func (c *checker) referenceSiblings(v *value) {
	for _, name := range v.names {
		if name == "$ref" || c.minor > 0 && (name == "summary" || name == "description") {
			continue
		}
		c.add("reference-siblings", v.members[name], "is ignored, because it stands beside a $ref")
	}
}

// discriminatorMapping judges the values of a mapping. One that could be the name of a component or
// of a file is taken for the name if it has no dot and no slash.
func (c *checker) discriminatorMapping(v *value) {
	if fallback := v.get("defaultMapping"); fallback != nil {
		c.mapping(v, fallback)
	}
	v.get("mapping").each(func(_ string, target *value) { c.mapping(v, target) })
}

func (c *checker) mapping(v, entry *value) {
	s := entry.text()
	schema, local := c.mapped(v, s)
	switch {
	case s == "" || !local:
	case schema == nil:
		c.add("discriminator-mapping", entry, "leads to nothing: %s", quote(s))
	case schema.as != nil && !schema.is("Schema") && (schema.want == nil || schema.want.name != "Schema"):
		c.add("discriminator-mapping", entry, "leads to %s %s, want Schema Object", article(schema.as.title), schema.as.title)
	}
}

// mapped returns the schema that an entry of a mapping names.
func (c *checker) mapped(v *value, s string) (schema *value, local bool) {
	if isComponentName(s) {
		if schema = c.root.get("components").get("schemas").get(s); schema != nil || !strings.Contains(s, ".") {
			return schema, true
		}
	}
	return c.target(v, s)
}

func (c *checker) linkTarget(v *value) {
	if id, ok := v.get("operationId").str(); ok && c.index.operationIDs[id] == nil {
		c.add("link-target", v.get("operationId"), "no operation has the ID %s", quote(id))
	}
	ref := v.get("operationRef")
	target, local := c.target(v, ref.text())
	switch {
	case !local:
	case target == nil:
		c.add("link-target", ref, "leads to nothing: %s", quote(ref.text()))
	case !target.is("Operation"):
		c.add("link-target", ref, "leads to no operation: %s", quote(ref.text()))
	}
}

// componentUnused judges a document that has operations: one that has none is there for others.
func (c *checker) componentUnused(v *value) {
	if len(c.index.operations) == 0 {
		return
	}
	for _, d := range c.found["Discriminator"] {
		d.get("mapping").each(func(_ string, entry *value) {
			if schema, _ := c.mapped(d, entry.text()); schema != nil {
				use(d, schema)
			}
		})
	}
	for _, requirement := range c.found["SecurityRequirement"] {
		for _, name := range requirement.names {
			if scheme := c.index.schemes.get(name); scheme != nil {
				scheme.used = true
			}
		}
	}
	for _, kind := range v.names {
		for _, name := range v.members[kind].names {
			component := v.members[kind].members[name]
			if !component.used && !strings.HasPrefix(kind, "x-") && !c.isVariant(component) {
				c.add("component-unused", component, "nothing refers to it")
			}
		}
	}
}

// isVariant reports whether a schema is made of one with a discriminator, which names it by its value.
func (c *checker) isVariant(schema *value) bool {
	found := false
	schema.get("allOf").each(func(_ string, base *value) {
		found = found || c.schema(base).has("discriminator")
	})
	return found
}
