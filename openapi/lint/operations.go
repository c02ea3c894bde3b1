package lint

import "strings"

// operationRules are about operations and what they name.
var operationRules = []rule{
	{Rule{"operation-id-unique", Error, "operations have IDs of their own", "OpenAPI, Operation Object"},
		"Operation", (*checker).operationIDUnique},
	{Rule{"tag-unique", Error, "tags differ in their names", "OpenAPI, OpenAPI Object"},
		"OpenAPI", (*checker).tagUnique},
	{Rule{"tag-parent", Error, "the parent of a tag is another tag, and none of its children", "OpenAPI, Tag Object"},
		"OpenAPI", (*checker).tagParent},
	{Rule{"security-scheme", Error, "a security requirement names security schemes of the document", "OpenAPI, Security Requirement Object"},
		"SecurityRequirement", (*checker).securityScheme},
	{Rule{"security-roles", Error, "only OAuth 2.0 and OpenID Connect have scopes in OpenAPI 3.0", "OpenAPI, Security Requirement Object"},
		"SecurityRequirement", (*checker).securityRoles},
	{Rule{"security-scope", Warning, "the scopes of a requirement are among those of its flows", "OpenAPI, OAuth Flow Object"},
		"SecurityRequirement", (*checker).securityScope},
	{Rule{"media-type", Error, "content is named by media types", "RFC 9110, section 8.3.1"},
		"RequestBody Response Parameter Header Encoding", (*checker).mediaType},
	{Rule{"encoding-property", Error, "an encoding is that of a property of the schema", "OpenAPI, Media Type Object"},
		"MediaType", (*checker).encodingProperty},
	{Rule{"content-ignored", Warning, "no content where HTTP has none: bodies of GET, HEAD and DELETE, answers with 1xx, 204, 205 and 304", "RFC 9110, sections 9.3 and 15"},
		"Operation", (*checker).contentIgnored},
}

func (c *checker) operationIDUnique(v *value) {
	id := v.get("operationId")
	if first := c.index.operationIDs[id.text()]; first != nil && first != v {
		c.add("operation-id-unique", id, "is the ID %s of another operation, too", quote(id.text()))
	}
}

func (c *checker) tagUnique(v *value) {
	seen := map[string]bool{}
	v.get("tags").each(func(_ string, tag *value) {
		name, ok := tag.get("name").str()
		if ok && seen[name] {
			c.add("tag-unique", tag, "is the second tag %s", quote(name))
		}
		seen[name] = true
	})
}

// Source: OpenAPI 3.2, section "Tag Object".
func (c *checker) tagParent(v *value) {
	tags := map[string]*value{}
	v.get("tags").each(func(_ string, tag *value) { tags[tag.get("name").text()] = tag })
	v.get("tags").each(func(_ string, tag *value) {
		if parent, ok := tag.get("parent").str(); ok && tags[parent] == nil {
			c.add("tag-parent", tag.get("parent"), "there is no tag %s", quote(parent))
		}
		// The states of tags are used by nothing else.
		chain := []*value{}
		for t := tag; t != nil && t.state != done; t = tags[t.get("parent").text()] {
			if t.state == open {
				c.add("tag-parent", t, "is a parent of itself")
				break
			}
			t.state = open
			chain = append(chain, t)
			if !t.has("parent") {
				break
			}
		}
		for _, t := range chain {
			t.state = done
		}
	})
}

// securityScheme judges the names of schemes. In OpenAPI 3.2 a name can also be the URI of one.
func (c *checker) securityScheme(v *value) {
	for _, name := range v.names {
		if c.index.schemes.has(name) || c.minor >= 2 && strings.ContainsAny(name, "/#:") {
			continue
		}
		c.add("security-scheme", v.members[name], "there is no security scheme %s", quote(name))
	}
}

func (c *checker) securityRoles(v *value) {
	for _, name := range v.names {
		scheme := c.resolve(c.index.schemes.get(name))
		kind, ok := scheme.get("type").str()
		if c.minor == 0 && ok && kind != "oauth2" && kind != "openIdConnect" && len(v.members[name].items) > 0 {
			c.add("security-roles", v.members[name], "has scopes, but %s is of type %s", quote(name), quote(kind))
		}
	}
}

func (c *checker) securityScope(v *value) {
	for _, name := range v.names {
		scheme := c.resolve(c.index.schemes.get(name))
		if scheme.get("type").text() != "oauth2" {
			continue
		}
		known := c.scopes(scheme)
		for _, scope := range v.members[name].items {
			if s, ok := scope.str(); ok && !known[s] {
				c.add("security-scope", scope, "no flow of %s has the scope %s", quote(name), quote(s))
			}
		}
	}
}

// scopes returns the scopes of all flows of a security scheme.
func (c *checker) scopes(scheme *value) map[string]bool {
	known := c.index.scopes[scheme]
	if known == nil {
		known = map[string]bool{}
		c.index.scopes[scheme] = known
		scheme.get("flows").each(func(_ string, flow *value) {
			flow.get("scopes").each(func(scope string, _ *value) { known[scope] = true })
		})
	}
	return known
}

func (c *checker) mediaType(v *value) {
	for _, name := range v.get("content").nameList() {
		if !isMediaType(name) {
			c.add("media-type", v.get("content").members[name], "is no media type: %s", quote(name))
		}
	}
	if list, ok := v.get("contentType").str(); ok && v.is("Encoding") {
		for name := range strings.SplitSeq(list, ",") {
			if !isMediaType(strings.Trim(name, " \t")) {
				c.add("media-type", v.get("contentType"), "is no media type: %s", quote(name))
			}
		}
	}
}

func (v *value) nameList() []string {
	if v == nil {
		return nil
	}
	return v.names
}

// encodingProperty judges schemas that list all their properties.
func (c *checker) encodingProperty(v *value) {
	schema := c.schema(v.get("schema"))
	if !schema.has("properties") {
		return
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf", "patternProperties", "additionalProperties", "$dynamicRef", "if"} {
		if schema.has(name) {
			return
		}
	}
	v.get("encoding").each(func(name string, encoding *value) {
		if !schema.get("properties").has(name) {
			c.add("encoding-property", encoding, "the schema has no property %s", quote(name))
		}
	})
}

func (c *checker) contentIgnored(v *value) {
	op := operationOf(v)
	switch op.method {
	case "GET", "HEAD", "DELETE", "TRACE":
		if v.has("requestBody") {
			c.add("content-ignored", v.get("requestBody"), "a body has no meaning in a %s request", op.method)
		}
	}
	v.get("responses").each(func(status string, response *value) {
		if !isStatus(status) || status[0] != '1' && status != "204" && status != "205" && status != "304" {
			return
		}
		if r := c.resolve(response); len(r.get("content").nameList()) > 0 {
			c.add("content-ignored", response, "an answer with %s has no content", status)
		}
	})
}
