package openapi

import (
	"maps"
	"slices"
	"strings"
)

// Downgrade returns the document in version 3.0.4, for tools that know no newer one, and what that
// version cannot say: each a pointer into d, a colon and a text. A schema of the result takes every
// value that it took before; where something was lost, it may take more. What was lost stays under its
// name with "x-", for those who can make use of it. d is not changed.
//
// A null that goes with a reference becomes allOf and nullable: generators read this as it is meant,
// whatever the letter of 3.0.4 says of nullable without a type.
//
// Source: OpenAPI Specification 3.0.4, https://spec.openapis.org/oas/v3.0.4.html.
func (d *Document) Downgrade() (old *Document, lost []string) {
	c := &downgrader{from: d}
	out := *d
	out.OpenAPI = "3.0.4"
	out.Extensions = maps.Clone(d.Extensions)
	out.Info = c.info(d.Info)
	if d.JSONSchemaDialect != "" {
		c.lose(&out.Extensions, "#", "jsonSchemaDialect", d.JSONSchemaDialect)
		out.JSONSchemaDialect = ""
	}
	if out.Paths = convert(c, "#/paths", d.Paths, c.path); out.Paths == nil {
		out.Paths = make(map[string]*PathItem) // required
	}
	if len(d.Webhooks) > 0 {
		c.lose(&out.Extensions, "#", "webhooks", convert(c, "#/webhooks", d.Webhooks, c.path))
		out.Webhooks = nil
	}
	out.Components = c.components(d.Components)
	out.Security = c.security("#/security", d.Security)
	return &out, c.lost
}

// A downgrader makes objects of version 3.0 of those of 3.1. The pointer at says where they are.
type downgrader struct {
	from *Document
	lost []string
}

// note says what was lost.
func (c *downgrader) note(at, text string) { c.lost = append(c.lost, at+": "+text) }

// lose notes that a member is lost, and keeps it as an extension. A value that is no JSON is an
// error of whoever encodes d, too.
func (c *downgrader) lose(ext *Extensions, at, name string, value any) {
	c.note(at, name)
	text, err := encode(value)
	if err != nil {
		return
	}
	*ext = maps.Clone(*ext)
	if *ext == nil {
		*ext = make(Extensions)
	}
	(*ext)["x-"+name] = text
}

// convert converts the values of a map.
func convert[T any](c *downgrader, at string, all map[string]T, one func(at string, v T) T) map[string]T {
	if all == nil {
		return nil
	}
	out := make(map[string]T, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out[name] = one(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), all[name])
	}
	return out
}

func (c *downgrader) info(i Info) Info {
	if i.Summary != "" {
		c.lose(&i.Extensions, "#/info", "summary", i.Summary)
		i.Summary = ""
	}
	if i.License == nil || i.License.Identifier == "" {
		return i
	}
	l := *i.License
	if l.URL == "" && !strings.ContainsAny(l.Identifier, " ()+:") { // one licence of the list
		l.URL = "https://spdx.org/licenses/" + l.Identifier + ".html"
	} else {
		c.lose(&l.Extensions, "#/info/license", "identifier", l.Identifier)
	}
	l.Identifier, i.License = "", &l
	return i
}

func (c *downgrader) components(from *Components) *Components {
	if from == nil {
		return nil
	}
	const at = "#/components/"
	out := *from
	out.Schemas = convert(c, at+"schemas", from.Schemas, c.schema)
	out.Responses = convert(c, at+"responses", from.Responses, c.response)
	out.Parameters = convert(c, at+"parameters", from.Parameters, c.parameter)
	out.Examples = convert(c, at+"examples", from.Examples, c.example)
	out.RequestBodies = convert(c, at+"requestBodies", from.RequestBodies, c.body)
	out.Headers = convert(c, at+"headers", from.Headers, c.header)
	out.Links = convert(c, at+"links", from.Links, c.link)
	out.Callbacks = convert(c, at+"callbacks", from.Callbacks, c.callback)
	out.PathItems = nil // each stands where it was referred to
	out.SecuritySchemes = maps.Clone(from.SecuritySchemes)
	for _, name := range slices.Sorted(maps.Keys(from.SecuritySchemes)) {
		if s := from.SecuritySchemes[name]; s != nil && s.Type == "mutualTLS" && s.Ref == "" {
			c.note(at+"securitySchemes/"+name, "mutualTLS")
			delete(out.SecuritySchemes, name)
		}
	}
	return &out
}

// security drops schemes that there are not: what is sent by HTTP is the same without certificates
// of clients. Only schemes with scopes of their own keep them.
func (c *downgrader) security(at string, all []SecurityRequirement) []SecurityRequirement {
	if all == nil {
		return nil
	}
	out := make([]SecurityRequirement, 0, len(all))
	for _, r := range all {
		made := make(SecurityRequirement)
		for _, name := range slices.Sorted(maps.Keys(r)) {
			switch scopes := r[name]; c.schemeType(name) {
			case "mutualTLS":
			case "oauth2", "openIdConnect":
				made[name] = scopes
			default:
				if made[name] = nil; len(scopes) > 0 {
					c.note(at, "roles "+strings.Join(scopes, ", ")+" of "+name)
				}
			}
		}
		out = append(out, made)
	}
	return out
}

// schemeType returns the type of a security scheme of the document.
func (c *downgrader) schemeType(name string) string {
	if c.from.Components == nil {
		return ""
	}
	s := c.from.Components.SecuritySchemes[name]
	for range maxHops {
		if s == nil || s.Ref == "" {
			break
		}
		s = c.from.Components.SecuritySchemes[strings.TrimPrefix(s.Ref, "#/components/securitySchemes/")]
	}
	if s == nil {
		return ""
	}
	return s.Type
}

// maxHops is how many references are followed to one object.
const maxHops = 16
