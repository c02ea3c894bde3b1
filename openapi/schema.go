package openapi

import (
	"encoding/json"
	"fmt"
)

// A Schema says which JSON values are valid and what they mean. The zero Schema allows every
// value. It may refer to another schema and have keywords of its own at the same time.
//
// Source: JSON Schema 2020-12, Core sections 8 to 10, Validation sections 6 to 9; OpenAPI 3.1,
// section "Schema Object".
type Schema struct {
	// Never is the schema that no value matches. It is written as false and all other fields
	// are ignored: AdditionalProperties: &Schema{Never: true} closes an object.
	Never bool `json:"-"`

	Ref         string `json:"$ref,omitempty"` // URI of another schema
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"` // CommonMark
	Type        Types  `json:"type,omitempty"`        // none means every type
	Format      string `json:"format,omitempty"`

	Enum  []json.RawMessage `json:"enum,omitempty"`
	Const json.RawMessage   `json:"const,omitempty"` // "null" is the constant null; nil is no constant

	// Of numbers.
	MultipleOf       json.Number `json:"multipleOf,omitempty"`
	Minimum          json.Number `json:"minimum,omitempty"`
	ExclusiveMinimum json.Number `json:"exclusiveMinimum,omitempty"`
	Maximum          json.Number `json:"maximum,omitempty"`
	ExclusiveMaximum json.Number `json:"exclusiveMaximum,omitempty"`

	// Of strings.
	MinLength        *int   `json:"minLength,omitempty"`        // in Unicode code points
	MaxLength        *int   `json:"maxLength,omitempty"`        // in Unicode code points
	Pattern          string `json:"pattern,omitempty"`          // ECMA-262 regular expression, not anchored
	ContentEncoding  string `json:"contentEncoding,omitempty"`  // such as "base64"
	ContentMediaType string `json:"contentMediaType,omitempty"` // of the string after decoding

	ContentSchema *Schema `json:"contentSchema,omitempty"` // of the value that the string stands for, with ContentMediaType

	// Of arrays.
	PrefixItems []*Schema `json:"prefixItems,omitempty"` // of the first items, by position
	Items       *Schema   `json:"items,omitempty"`       // of all items after PrefixItems
	MinItems    *int      `json:"minItems,omitempty"`
	MaxItems    *int      `json:"maxItems,omitempty"`
	UniqueItems bool      `json:"uniqueItems,omitempty"`

	// Of objects.
	Properties           Properties `json:"properties,omitempty"`
	Required             []string   `json:"required,omitempty"`
	AdditionalProperties *Schema    `json:"additionalProperties,omitempty"` // of the members that Properties does not name
	PropertyNames        *Schema    `json:"propertyNames,omitempty"`
	MinProperties        *int       `json:"minProperties,omitempty"`
	MaxProperties        *int       `json:"maxProperties,omitempty"`
	// DependentRequired has the members that must be there too, by the name of the member that needs them.
	DependentRequired map[string][]string `json:"dependentRequired,omitempty"`

	// Of combinations.
	AllOf         []*Schema      `json:"allOf,omitempty"`
	AnyOf         []*Schema      `json:"anyOf,omitempty"`
	OneOf         []*Schema      `json:"oneOf,omitempty"`
	Not           *Schema        `json:"not,omitempty"`
	Discriminator *Discriminator `json:"discriminator,omitempty"` // with OneOf or AnyOf

	// Of documentation: they validate nothing.
	Default    json.RawMessage   `json:"default,omitempty"` // "null" is the default null; nil is no default
	Examples   []json.RawMessage `json:"examples,omitempty"`
	Deprecated bool              `json:"deprecated,omitempty"`
	ReadOnly   bool              `json:"readOnly,omitempty"`
	WriteOnly  bool              `json:"writeOnly,omitempty"`

	Defs       map[string]*Schema `json:"$defs,omitempty"`
	Extensions Extensions         `json:"-"`

	only []member // that only version 3.0 has
}

// MarshalJSON implements [json.Marshaler].
func (s Schema) MarshalJSON() ([]byte, error) {
	if s.Never {
		return []byte("false"), nil
	}
	type plain Schema
	return encodeObject(plain(s), s.Extensions, s.only...)
}

// Types are the names of JSON types: "null", "boolean", "object", "array", "number", "string" and
// "integer". One is written as a string, more as a list.
//
// Source: JSON Schema 2020-12, Validation section 6.1.1.
type Types []string

// MarshalJSON implements [json.Marshaler].
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return encode(t[0])
	}
	return encode([]string(t))
}

// Properties are the members of an object and their schemas, written in the order of the list.
//
// Source: JSON Schema 2020-12, Core section 10.3.2.1.
type Properties []Property

// A Property is a member of an object.
type Property struct {
	Name   string
	Schema *Schema
}

// Get returns the schema of the property called name, or nil.
func (p Properties) Get(name string) *Schema {
	for _, prop := range p {
		if prop.Name == name {
			return prop.Schema
		}
	}
	return nil
}

// MarshalJSON implements [json.Marshaler]. A name that occurs twice is an error.
func (p Properties) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	seen := make(map[string]bool, len(p))
	for _, prop := range p {
		if seen[prop.Name] {
			return nil, fmt.Errorf("openapi: property %q is listed twice", prop.Name)
		}
		seen[prop.Name] = true
		var err error
		if out, err = appendMember(out, prop.Name, prop.Schema); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// A Discriminator names the property whose value tells which schema of OneOf or AnyOf applies.
//
// Source: OpenAPI 3.1, section "Discriminator Object".
type Discriminator struct {
	PropertyName string            `json:"propertyName"`      // required
	Mapping      map[string]string `json:"mapping,omitempty"` // reference to a schema, by value of the property
	Extensions   Extensions        `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (d Discriminator) MarshalJSON() ([]byte, error) {
	type plain Discriminator
	return encodeObject(plain(d), d.Extensions)
}
