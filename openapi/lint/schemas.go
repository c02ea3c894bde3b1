package lint

import (
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

// schemaRules are about schemas that say what they cannot mean, and about the examples of them.
var schemaRules = []rule{
	{Rule{"schema-bounds", Warning, "a lower bound is not above the upper one", "JSON Schema 2020-12, Validation section 6"},
		"Schema", (*checker).schemaBounds},
	{Rule{"schema-keyword", Warning, "a keyword is one for the type that the schema has", "JSON Schema 2020-12, Validation section 6"},
		"Schema", (*checker).schemaKeyword},
	{Rule{"schema-required", Warning, "a required property is one of the properties", "JSON Schema 2020-12, Validation section 6.5.3"},
		"Schema", (*checker).schemaRequired},
	{Rule{"example-valid", Warning, "examples and defaults match their schema", "OpenAPI, Working with Examples"},
		"OpenAPI", (*checker).exampleValid},
	{Rule{"example-data", Error, "the data of an example match their schema", "OpenAPI, Example Object"},
		"", nil},
}

// schemaBounds compares bounds that exclude each other.
func (c *checker) schemaBounds(v *value) {
	for _, pair := range [][2]string{
		{"minimum", "maximum"}, {"exclusiveMinimum", "maximum"}, {"minimum", "exclusiveMaximum"}, {"exclusiveMinimum", "exclusiveMaximum"},
		{"minLength", "maxLength"}, {"minItems", "maxItems"}, {"minProperties", "maxProperties"}, {"minContains", "maxContains"},
	} {
		low, high := v.get(pair[0]), v.get(pair[1])
		if low == nil || high == nil {
			continue
		}
		least, ok1 := low.raw.(jsonschema.Number)
		most, ok2 := high.raw.(jsonschema.Number)
		exclusive := strings.HasPrefix(pair[0], "ex") || strings.HasPrefix(pair[1], "ex")
		if d := least.Compare(most); ok1 && ok2 && (d > 0 || d == 0 && exclusive) {
			c.add("schema-bounds", low, "nothing matches %s %s and %s %s", pair[0], least, pair[1], most)
		}
	}
}

// keywords are those that say something about one type only.
var keywords = map[string][]string{
	"string": {"maxLength", "minLength", "pattern", "contentEncoding", "contentMediaType", "contentSchema"},
	"number": {"multipleOf", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"},
	"array":  {"items", "prefixItems", "contains", "maxContains", "minContains", "unevaluatedItems", "maxItems", "minItems", "uniqueItems"},
	"object": {"properties", "patternProperties", "additionalProperties", "propertyNames", "unevaluatedProperties", "dependentSchemas",
		"dependentRequired", "maxProperties", "minProperties", "required"},
}

// types returns the types that a schema allows, none if it does not say.
func (v *value) types() []string {
	if s, ok := v.get("type").str(); ok {
		return []string{s}
	}
	var names []string
	v.get("type").each(func(_ string, item *value) { names = append(names, item.text()) })
	return names
}

func (c *checker) schemaKeyword(v *value) {
	types := v.types()
	if len(types) == 0 || len(types) > 7 {
		return
	}
	for _, kind := range []string{"string", "number", "array", "object"} {
		if slices.Contains(types, kind) || kind == "number" && slices.Contains(types, "integer") {
			continue
		}
		for _, name := range keywords[kind] {
			if v.has(name) {
				c.add("schema-keyword", v.get(name), "has no effect on type %s", strings.Join(types, " or "))
			}
		}
	}
}

// schemaRequired judges schemas that list their properties themselves.
func (c *checker) schemaRequired(v *value) {
	if !v.has("properties") {
		return
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf", "$ref", "$dynamicRef", "if", "patternProperties"} {
		if v.has(name) {
			return
		}
	}
	if parent := v.parent.parent; parent.is("Schema") && (v.parent.name == "allOf" || v.parent.name == "anyOf" || v.parent.name == "oneOf") {
		return // its properties may be those of its siblings
	}
	v.get("required").each(func(_ string, item *value) {
		if name, ok := item.str(); ok && !v.get("properties").has(name) {
			c.add("schema-required", item, "there is no property %s", quote(name))
		}
	})
}
