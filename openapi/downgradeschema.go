package openapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// schema converts a schema.
func (c *downgrader) schema(at string, from *Schema) *Schema {
	if from == nil {
		return nil
	}
	if from.Never {
		return &Schema{Not: new(Schema)}
	}
	out := *from
	if c.children(at, &out); out.Ref != "" {
		if out.Ref = ""; out.isEmpty() {
			return &Schema{Ref: from.Ref}
		}
		out.AllOf = append([]*Schema{{Ref: from.Ref}}, out.AllOf...)
	}
	if out.Const != nil {
		out.Enum, out.Const = []json.RawMessage{out.Const}, nil
	}
	out.exclusive("exclusiveMinimum", &out.Minimum, &out.ExclusiveMinimum, 1)
	out.exclusive("exclusiveMaximum", &out.Maximum, &out.ExclusiveMaximum, -1)
	if len(out.Examples) > 0 {
		out.only = append(out.only, member{"example", out.Examples[0]})
		if len(out.Examples) > 1 {
			c.lose(&out.Extensions, at, "examples", out.Examples)
		}
		out.Examples = nil
	}
	c.content(at, &out)
	c.tuple(at, &out)
	c.keywords(at, &out)
	out.types()
	return out.nullOr()
}

// isEmpty reports whether s says nothing.
func (s *Schema) isEmpty() bool {
	text, err := s.MarshalJSON()
	return err == nil && string(text) == "{}"
}

// children converts the schemas in s.
func (c *downgrader) children(at string, s *Schema) {
	list := func(name string, all []*Schema) (out []*Schema) {
		for i, one := range all {
			out = append(out, c.schema(fmt.Sprint(at, "/", name, "/", i), one))
		}
		return out
	}
	s.AllOf, s.AnyOf, s.OneOf = list("allOf", s.AllOf), list("anyOf", s.AnyOf), list("oneOf", s.OneOf)
	s.PrefixItems = list("prefixItems", s.PrefixItems)
	s.Not = c.schema(at+"/not", s.Not)
	if s.Items == nil || !s.Items.Never || len(s.PrefixItems) == 0 {
		s.Items = c.schema(at+"/items", s.Items)
	}
	if s.AdditionalProperties == nil || !s.AdditionalProperties.Never { // here it may be false
		s.AdditionalProperties = c.schema(at+"/additionalProperties", s.AdditionalProperties)
	}
	s.PropertyNames = c.schema(at+"/propertyNames", s.PropertyNames)
	s.ContentSchema = c.schema(at+"/contentSchema", s.ContentSchema)
	s.Defs = convert(c, at+"/$defs", s.Defs, c.schema)
	s.Properties = slices.Clone(s.Properties)
	for i, p := range s.Properties {
		s.Properties[i].Schema = c.schema(at+"/properties/"+p.Name, p.Schema)
	}
}

// exclusive makes of an exclusive bound the bound and a flag. sign is 1 for one from below.
func (s *Schema) exclusive(name string, bound, exclusive *json.Number, sign int) {
	if *exclusive == "" {
		return
	}
	if *bound == "" || compareNumbers(*bound, *exclusive)*sign <= 0 {
		*bound = *exclusive
		s.only = append(s.only, member{name, true})
	}
	*exclusive = ""
}

// compareNumbers compares two numbers. One that is none is an error of whoever encodes it.
func compareNumbers(a, b json.Number) int {
	x, _, errX := big.ParseFloat(a.String(), 10, 1<<10, big.ToNearestEven)
	y, _, errY := big.ParseFloat(b.String(), 10, 1<<10, big.ToNearestEven)
	if errX != nil || errY != nil {
		return 0
	}
	return x.Cmp(y)
}

// content makes formats of what is in a string, where 3.0 has one.
func (c *downgrader) content(at string, s *Schema) {
	switch {
	case s.Format != "":
	case s.ContentEncoding == "base64" && s.ContentSchema == nil:
		s.Format, s.ContentEncoding = "byte", ""
	case s.ContentEncoding == "" && s.ContentMediaType == "application/octet-stream":
		s.Format, s.ContentMediaType = "binary", ""
	}
	if s.ContentEncoding != "" {
		c.lose(&s.Extensions, at, "contentEncoding", s.ContentEncoding)
	}
	if s.ContentMediaType != "" {
		c.lose(&s.Extensions, at, "contentMediaType", s.ContentMediaType)
	}
	if s.ContentSchema != nil {
		c.lose(&s.Extensions, at, "contentSchema", s.ContentSchema)
	}
	s.ContentEncoding, s.ContentMediaType, s.ContentSchema = "", "", nil
}

// tuple makes of schemas by position one for any position.
func (c *downgrader) tuple(at string, s *Schema) {
	if len(s.PrefixItems) == 0 {
		return
	}
	c.lose(&s.Extensions, at, "prefixItems", s.PrefixItems)
	switch n := len(s.PrefixItems); {
	case s.Items == nil:
		s.Items = new(Schema)
	case s.Items.Never:
		if s.MaxItems == nil || *s.MaxItems > n {
			s.MaxItems = &n
		}
		s.Items = &Schema{AnyOf: s.PrefixItems}
	default:
		s.Items = &Schema{AnyOf: append(slices.Clone(s.PrefixItems), s.Items)}
	}
	s.PrefixItems = nil
}

// keywords drops those that 3.0 does not have.
func (c *downgrader) keywords(at string, s *Schema) {
	if s.PropertyNames != nil {
		c.lose(&s.Extensions, at, "propertyNames", s.PropertyNames)
	}
	if s.DependentRequired != nil {
		c.lose(&s.Extensions, at, "dependentRequired", s.DependentRequired)
	}
	if s.Defs != nil {
		c.lose(&s.Extensions, at, "$defs", s.Defs)
	}
	s.PropertyNames, s.DependentRequired, s.Defs = nil, nil, nil
	if s.Discriminator != nil && s.Discriminator.Extensions != nil {
		d := *s.Discriminator
		c.note(at+"/discriminator", "extensions")
		d.Extensions, s.Discriminator = nil, &d
	}
}

// types leaves s one type at most, beside null.
func (s *Schema) types() {
	if len(s.Type) == 0 {
		return
	}
	var list Types
	for _, t := range s.Type {
		if t != "null" {
			list = append(list, t)
		}
	}
	nullable := len(list) < len(s.Type)
	s.Type = list
	switch {
	case len(list) == 0:
		if s.Enum == nil {
			s.Enum = []json.RawMessage{json.RawMessage("null")}
		}
	case len(list) > 1:
		var either []*Schema
		for _, t := range list {
			one := &Schema{Type: Types{t}}
			if t == "array" {
				one.Items = new(Schema)
			}
			either = append(either, one)
		}
		if s.Type = nil; s.AnyOf == nil {
			s.AnyOf = either
		} else {
			s.AllOf = append(slices.Clone(s.AllOf), &Schema{AnyOf: either})
		}
	case list[0] == "array" && s.Items == nil:
		s.Items = new(Schema) // required
	}
	if nullable {
		s.only = append(s.only, member{"nullable", true})
	}
}

// nullable reports whether s takes null besides what it says.
func (s *Schema) nullable() bool {
	return slices.ContainsFunc(s.only, func(m member) bool { return m.name == "nullable" })
}

// isNull reports whether null is the only value of s, and nothing else is said of it.
func (s *Schema) isNull() bool {
	return len(s.Enum) == 1 && string(s.Enum[0]) == "null" && s.nullable() && s.Description == "" && s.Title == ""
}

// nullOr makes of a choice between null and something else that, or null.
func (s *Schema) nullOr() *Schema {
	choice := &s.AnyOf
	if len(s.AnyOf) == 0 {
		choice = &s.OneOf
	}
	rest := slices.DeleteFunc(slices.Clone(*choice), (*Schema).isNull)
	if len(rest) == len(*choice) || len(rest) == 0 {
		return s
	}
	*choice = rest
	if len(rest) == 1 {
		*choice = nil
		if one := rest[0]; one.Ref == "" && s.isNote() {
			s = s.noteOn(one)
		} else {
			s.AllOf = append(slices.Clone(s.AllOf), one)
		}
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(v json.RawMessage) bool { return string(v) == "null" }) {
		s.Enum = append(slices.Clone(s.Enum), json.RawMessage("null"))
	}
	if !s.nullable() {
		s.only = append(s.only, member{"nullable", true})
	}
	return s
}

// isNote reports whether s validates nothing.
func (s *Schema) isNote() bool {
	bare := Schema{Default: s.Default, Title: s.Title, Description: s.Description, Deprecated: s.Deprecated, ReadOnly: s.ReadOnly, WriteOnly: s.WriteOnly, Extensions: s.Extensions}
	bare.only = slices.DeleteFunc(slices.Clone(s.only), func(m member) bool { return m.name != "example" })
	a, errA := s.MarshalJSON()
	b, errB := bare.MarshalJSON()
	return errA == nil && errB == nil && string(a) == string(b)
}

// noteOn returns one with what the note s says, which comes first.
func (s *Schema) noteOn(one *Schema) *Schema {
	out := *one
	out.Title, out.Description = cmp.Or(s.Title, one.Title), cmp.Or(s.Description, one.Description)
	if s.Default != nil {
		out.Default = s.Default
	}
	out.Deprecated, out.ReadOnly, out.WriteOnly = s.Deprecated || one.Deprecated, s.ReadOnly || one.ReadOnly, s.WriteOnly || one.WriteOnly
	out.only = slices.Clone(s.only)
	for _, m := range one.only {
		if !slices.ContainsFunc(s.only, func(other member) bool { return other.name == m.name }) {
			out.only = append(out.only, m)
		}
	}
	if out.Extensions = maps.Clone(one.Extensions); len(s.Extensions) > 0 {
		if out.Extensions == nil {
			out.Extensions = make(Extensions)
		}
		maps.Copy(out.Extensions, s.Extensions)
	}
	return &out
}
