package lint

import (
	"errors"
	"strings"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

// Bounds of judging examples.
const (
	maxApplied        = 1 << 14 // schemas to values, and more for a long document:
	maxAppliedPerByte = 4
	maxPointer        = 4096 // bytes of the pointer of a schema
)

// An example is a value that a schema describes.
type example struct {
	rule          string
	value, schema *value
}

// exampleValid judges all examples and defaults of the document, as far as package jsonschema knows their schemas.
func (c *checker) exampleValid(v *value) {
	examples := c.examples()
	if len(examples) == 0 || c.index.longest > maxPointer {
		return // pointers of schemas are written for each schema
	}
	if c.minor == 0 {
		c.modernise()
	}
	pointers := make([]string, len(examples))
	for i, e := range examples {
		pointers[i] = e.schema.pointer()
	}
	schemas := jsonschema.Lenient(v.raw, c.formats).CompileAll(pointers)
	left := maxApplied + maxAppliedPerByte*c.size
	for i, e := range examples {
		schema := schemas[pointers[i]]
		if schema == nil {
			continue
		}
		invalid, ok := errors.AsType[*jsonschema.InvalidError](schema.Judge(e.value.raw, &left))
		if left <= 0 {
			return
		}
		if ok {
			first := invalid.Violations[0]
			place := ""
			if first.Value != "" {
				place = "#" + short(first.Value) + " "
			}
			c.add(e.rule, e.value, "does not match its schema: %s%s", place, first.Message)
		}
	}
}

// examples returns all values of the document for which there is a schema.
func (c *checker) examples() []example {
	var all []example
	add := func(rule string, value, schema *value) {
		if value != nil && schema != nil && !schema.opaque {
			all = append(all, example{rule, value, schema})
		}
	}
	for _, schema := range c.found["Schema"] {
		add("example-valid", schema.get("example"), schema)
		add("example-valid", schema.get("default"), schema)
		schema.get("examples").each(func(_ string, value *value) { add("example-valid", value, schema) })
	}
	described := func(v *value) {
		schema := c.resolve(v.get("schema"))
		if !schema.is("Schema") {
			return
		}
		add("example-valid", v.get("example"), schema)
		v.get("examples").each(func(_ string, item *value) {
			item = c.resolve(item)
			add("example-valid", item.get("value"), schema)
			add("example-data", item.get("dataValue"), schema)
		})
	}
	for _, name := range []string{"Parameter", "Header"} {
		for _, v := range c.found[name] {
			described(v)
		}
	}
	for _, v := range c.found["MediaType"] {
		if isJSON(v.name) {
			described(v)
		}
	}
	return all
}

// isJSON reports whether content of a media type is one JSON text.
//
// Source: RFC 6839, section 3.1.
func isJSON(mediaType string) bool {
	essence, _, _ := strings.Cut(mediaType, ";")
	essence = strings.ToLower(strings.TrimSpace(essence))
	return essence == "application/json" || strings.HasSuffix(essence, "+json")
}

// modernise rewrites the schemas of OpenAPI 3.0 as JSON Schema says the same. Only what judges
// examples reads them afterwards.
//
// Source: OpenAPI 3.0.4, section "Schema Object".
func (c *checker) modernise() {
	for _, v := range c.found["Reference"] {
		if raw, ok := v.raw.(map[string]any); ok && v.want.name == "Schema" {
			for _, name := range v.names {
				if name != "$ref" {
					delete(raw, name)
				}
			}
		}
	}
	for _, v := range c.found["Schema"] {
		raw, _ := v.raw.(map[string]any)
		if v.get("nullable").isTrue() && v.has("type") {
			raw["type"] = []any{raw["type"], "null"}
		}
		delete(raw, "nullable")
		for exclusive, inclusive := range map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"} {
			if v.get(exclusive).isTrue() && v.has(inclusive) {
				raw[exclusive] = raw[inclusive]
				delete(raw, inclusive)
			} else {
				delete(raw, exclusive)
			}
		}
	}
}
