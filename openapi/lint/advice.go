package lint

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// adviceRules are about what the specification leaves open.
var adviceRules = []rule{
	{Rule{"operation-summary", Warning, "an operation says what it does", "OpenAPI, Operation Object"},
		"Operation", (*checker).operationSummary},
	{Rule{"operation-id", Warning, "an operation has an ID, of which generated clients make a name", "OpenAPI, Operation Object"},
		"Operation", (*checker).operationID},
	{Rule{"operation-error", Warning, "an operation says how it fails: it has an answer with 4xx or a default", "OpenAPI, Responses Object"},
		"Operation", (*checker).operationError},
	{Rule{"tag-declared", Warning, "tags of operations are among the tags of the document, if it has some", "OpenAPI, Tag Object"},
		"Operation", (*checker).tagDeclared},
	{Rule{"input-unbounded", Warning, "strings and arrays of requests have an upper bound", "OWASP API Security Top 10, API4:2023"},
		"OpenAPI", (*checker).inputUnbounded},
	{Rule{"server-https", Warning, "servers are called by HTTPS", "OWASP API Security Top 10, API8:2023"},
		"Server", (*checker).serverHTTPS},
	{Rule{"secret-in-query", Warning, "a URL has no secrets: it is kept in logs and histories", "OWASP API Security Top 10, API2:2023"},
		"Parameter SecurityScheme", (*checker).secretInQuery},
	{Rule{"oauth-flow", Warning, "OAuth flows are not those that give tokens or passwords away", "RFC 9700, sections 2.1.2 and 2.4"},
		"OAuthFlows", (*checker).oauthFlow},
}

func (c *checker) operationSummary(v *value) {
	if v.get("summary").text() == "" && v.get("description").text() == "" {
		c.add("operation-summary", v, "lacks a summary or a description")
	}
}

func (c *checker) operationID(v *value) {
	if !v.has("operationId") && operationOf(v).path != "" {
		c.add("operation-id", v, "lacks operationId")
	}
}

func (c *checker) operationError(v *value) {
	responses := v.get("responses")
	if operationOf(v).path == "" || len(responses.nameList()) == 0 || responses.has("default") {
		return
	}
	if !slices.ContainsFunc(responses.names, func(status string) bool { return strings.HasPrefix(status, "4") }) {
		c.add("operation-error", responses, "has neither an answer with 4xx nor a default")
	}
}

func (c *checker) tagDeclared(v *value) {
	declared := c.tags()
	if len(declared) == 0 {
		return
	}
	v.get("tags").each(func(_ string, tag *value) {
		if name, ok := tag.str(); ok && !declared[name] {
			c.add("tag-declared", tag, "the document has no tag %s", quote(name))
		}
	})
}

// tags returns the names of the tags that the document describes.
func (c *checker) tags() map[string]bool {
	if c.index.tags == nil {
		c.index.tags = map[string]bool{}
		c.root.get("tags").each(func(_ string, tag *value) { c.index.tags[tag.get("name").text()] = true })
	}
	return c.index.tags
}

// inputUnbounded searches the schemas of parameters and request bodies.
func (c *checker) inputUnbounded(*value) {
	seen := map[*value]bool{}
	for _, op := range c.index.operations {
		if op.path == "" {
			continue
		}
		lists := []*value{op.get("parameters"), op.item.get("parameters")}
		for _, list := range lists {
			if list == nil || seen[list] {
				continue
			}
			seen[list] = true
			parameters, _ := c.parameters(list)
			for _, p := range parameters {
				c.bounded(p.get("schema"), seen)
				c.boundedContent(p, seen)
			}
		}
		c.boundedContent(c.resolve(op.get("requestBody")), seen)
	}
}

func (c *checker) boundedContent(v *value, seen map[*value]bool) {
	v.get("content").each(func(_ string, content *value) {
		content = c.resolve(content)
		c.bounded(content.get("schema"), seen)
		c.bounded(content.get("itemSchema"), seen)
	})
}

// bounded judges a schema and those within it.
func (c *checker) bounded(v *value, seen map[*value]bool) {
	if v = c.resolve(v); !v.is("Schema") || seen[v] {
		return
	}
	seen[v] = true
	target, _ := c.target(v, v.get("$ref").text())
	c.bounded(target, seen)
	types := v.types()
	fixed := v.has("enum") || v.has("const") || v.get("readOnly").isTrue()
	if slices.Contains(types, "string") && !fixed && !v.has("maxLength") && !boundedFormat(v.get("format").text()) && !boundedPattern(v.get("pattern").text()) {
		c.add("input-unbounded", v, "a string without maxLength can have any length")
	}
	if slices.Contains(types, "array") && !fixed && !v.has("maxItems") {
		c.add("input-unbounded", v, "an array without maxItems can have any number of items")
	}
	for _, name := range []string{"items", "contains", "additionalProperties"} {
		if name != "contains" || !v.has("items") {
			c.bounded(v.get(name), seen)
		}
	}
	for _, name := range []string{"properties", "patternProperties", "prefixItems", "anyOf", "oneOf"} {
		v.get(name).each(func(_ string, schema *value) { c.bounded(schema, seen) })
	}
	if !v.has("maxLength") && !v.has("maxItems") {
		v.get("allOf").each(func(_ string, schema *value) { c.bounded(schema, seen) })
	}
}

// boundedFormat reports whether texts of a format are short.
func boundedFormat(format string) bool {
	switch format {
	case "date", "time", "date-time", "duration", "uuid", "ipv4", "ipv6", "email", "hostname":
		return true
	}
	return false
}

// boundedPattern reports whether a pattern is about the whole text and matches short ones only.
func boundedPattern(pattern string) bool {
	const most = 10_000
	if pattern == "" || len(pattern) > most {
		return false
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && anchored(re, syntax.OpBeginText, 0) && anchored(re, syntax.OpEndText, -1) && finite(re)
}

// anchored reports whether every match of re begins (at is 0) or ends (-1) with an anchor.
func anchored(re *syntax.Regexp, anchor syntax.Op, at int) bool {
	switch re.Op {
	case anchor:
		return true
	case syntax.OpCapture:
		return anchored(re.Sub[0], anchor, at)
	case syntax.OpConcat:
		return anchored(re.Sub[(len(re.Sub)+at)%len(re.Sub)], anchor, at)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !anchored(sub, anchor, at) })
	}
	return false
}

func finite(re *syntax.Regexp) bool {
	if re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Max < 0 {
		return false
	}
	return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !finite(sub) })
}

func (c *checker) serverHTTPS(v *value) {
	rest, plain := strings.CutPrefix(strings.ToLower(v.get("url").text()), "http://")
	host := rest
	if i := strings.IndexAny(host, ":/?#"); i >= 0 && host[0] != '[' {
		host = host[:i]
	}
	if plain && host != "localhost" && !strings.HasSuffix(host, ".localhost") && !strings.HasPrefix(host, "127.") && !strings.HasPrefix(host, "[::1]") {
		c.add("server-https", v.get("url"), "is called by HTTP, so that everybody between can read and change what is sent")
	}
}

func (c *checker) secretInQuery(v *value) {
	if v.get("in").text() != "query" {
		return
	}
	if v.is("SecurityScheme") {
		c.add("secret-in-query", v.get("in"), "a key in the URL is kept in logs and histories")
		return
	}
	name := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(v.get("name").text()))
	switch name {
	case "apikey", "accesstoken", "authtoken", "refreshtoken", "token", "password", "passwd", "secret", "clientsecret", "sessionid":
		c.add("secret-in-query", v, "%s in the URL is kept in logs and histories", quote(v.get("name").text()))
	}
}

func (c *checker) oauthFlow(v *value) {
	if flow := v.get("implicit"); flow != nil {
		c.add("oauth-flow", flow, "the implicit flow gives the token away in a URL; authorizationCode with PKCE does not")
	}
	if flow := v.get("password"); flow != nil {
		c.add("oauth-flow", flow, "the password flow gives the password to the client; authorizationCode does not")
	}
}
