package lint

import (
	"maps"
	"slices"
	"strings"
)

// pathRules are about templates of paths and their parameters.
var pathRules = []rule{
	{Rule{"path-template", Error, "the braces of a path are around names, each of which it has once", "OpenAPI, Path Templating"},
		"Paths", (*checker).pathTemplate},
	{Rule{"path-unique", Error, "paths differ in more than the names of their parameters", "OpenAPI, Paths Object"},
		"Paths", (*checker).pathUnique},
	{Rule{"path-parameter", Error, "the parameters of a path are those in its template", "OpenAPI, Path Templating"},
		"Operation PathItem", (*checker).pathParameter},
	{Rule{"parameter-unique", Error, "parameters of one place differ in their names", "OpenAPI, Operation Object"},
		"Operation PathItem", (*checker).parameterUnique},
	{Rule{"parameter-querystring", Error, "a query is one parameter as a whole or several by their names", "OpenAPI, Parameter Object"},
		"Operation PathItem", (*checker).parameterQuerystring},
	{Rule{"header-ignored", Warning, "Accept, Content-Type and Authorization are no header parameters, and Content-Type is no header of an answer", "OpenAPI, Parameter Object"},
		"Parameter Response", (*checker).headerIgnored},
	{Rule{"callback-expression", Error, "expressions in the URL of a callback have their syntax", "OpenAPI, Runtime Expressions"},
		"Callback", (*checker).callbackExpression},
}

// template returns the names in braces of a template, and the template without them.
func template(path string) (names []string, shape string, ok bool) {
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(path, "{")
		b.WriteString(before)
		if strings.Contains(before, "}") {
			return names, "", false
		}
		if !opened {
			return names, b.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.Contains(name, "{") {
			return names, "", false
		}
		names, path = append(names, name), after
		b.WriteString("{}")
	}
}

func (c *checker) pathTemplate(v *value) {
	for _, path := range v.names {
		names, _, ok := template(path)
		if !ok {
			c.add("path-template", v.members[path], "its braces do not match or are empty: %s", quote(path))
		}
		seen := map[string]bool{}
		for _, name := range names {
			if seen[name] {
				c.add("path-template", v.members[path], "it has the parameter %s twice", quote(name))
			}
			seen[name] = true
		}
	}
}

func (c *checker) pathUnique(v *value) {
	seen := map[string]string{}
	for _, path := range v.names {
		_, shape, ok := template(path)
		if other, twice := seen[shape]; ok && twice && strings.HasPrefix(path, "/") {
			c.add("path-unique", v.members[path], "is the same path as %s", quote(other))
		}
		seen[shape] = path
	}
}

// A pathItem is what the operations of a Path Item Object share.
type pathItem struct {
	names          map[string]bool // in the template
	undeclared     []string        // of them, those that the Path Item Object does not declare
	readable       bool            // the template has its syntax, and all parameters are known
	whole, several int             // parameters in querystring and in query
}

// pathItem returns what is known of a Path Item Object, which is found out once.
func (c *checker) pathItem(item *value) *pathItem {
	if p := c.index.items[item]; p != nil {
		return p
	}
	p := &pathItem{names: map[string]bool{}}
	c.index.items[item] = p
	parameters, all := c.parameters(item.get("parameters"))
	p.whole, p.several = inQuery(parameters)
	declared := pathNames(parameters)
	names, _, ok := template(item.name)
	p.readable = item.parent.is("Paths") && ok && all && !item.has("$ref")
	for _, name := range names {
		if p.names[name] = true; !declared[name] {
			p.undeclared = append(p.undeclared, name)
		}
	}
	return p
}

// pathNames returns the names of the path parameters among parameters.
func pathNames(parameters []*value) map[string]bool {
	names := map[string]bool{}
	for _, p := range parameters {
		if name, ok := p.get("name").str(); ok && p.get("in").text() == "path" {
			names[name] = true
		}
	}
	return names
}

// pathParameter judges the parameters of a path or an operation by the template, and the template by each operation.
func (c *checker) pathParameter(v *value) {
	item := v
	if v.is("Operation") {
		item = operationOf(v).item
	}
	if _, _, ok := template(item.name); !item.parent.is("Paths") || !ok {
		return
	}
	p := c.pathItem(item)
	parameters, all := c.parameters(v.get("parameters"))
	declared := pathNames(parameters)
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if !p.names[name] {
			c.add("path-parameter", v, "the path %s has no parameter %s", quote(item.name), quote(name))
		}
	}
	if v == item || !all || !p.readable {
		return
	}
	for _, name := range p.undeclared {
		if c.full() {
			return
		}
		if !declared[name] {
			c.add("path-parameter", v, "declares no parameter %s of the path", quote(name))
		}
	}
}

func (c *checker) parameterUnique(v *value) {
	type key struct{ in, name string }
	seen := map[key]bool{}
	v.get("parameters").each(func(_ string, item *value) {
		p := c.resolve(item)
		if !p.is("Parameter") {
			return
		}
		k := key{p.get("in").text(), p.get("name").text()}
		if k.in == "header" {
			k.name = strings.ToLower(k.name)
		}
		if seen[k] && k.name != "" {
			c.add("parameter-unique", item, "is the second parameter %s in %s", quote(p.get("name").text()), k.in)
		}
		seen[k] = true
	})
}

// inQuery counts the parameters that are a query as a whole, and those that are a part of it.
func inQuery(parameters []*value) (whole, several int) {
	for _, p := range parameters {
		switch p.get("in").text() {
		case "querystring":
			whole++
		case "query":
			several++
		}
	}
	return whole, several
}

// Source: OpenAPI 3.2, section "Parameter Object", "Parameter Locations".
func (c *checker) parameterQuerystring(v *value) {
	parameters, _ := c.parameters(v.get("parameters"))
	whole, several := inQuery(parameters)
	if v.is("Operation") {
		item := c.pathItem(operationOf(v).item)
		whole, several = whole+item.whole, several+item.several
	}
	if whole > 1 || whole == 1 && several > 0 {
		c.add("parameter-querystring", v, "has %d parameters in querystring and %d in query", whole, several)
	}
}

func (c *checker) headerIgnored(v *value) {
	if v.is("Parameter") {
		name := v.get("name").text()
		if v.get("in").text() == "header" && (strings.EqualFold(name, "Accept") || strings.EqualFold(name, "Content-Type") || strings.EqualFold(name, "Authorization")) {
			c.add("header-ignored", v, "a parameter called %s is ignored: contents and security say what it is", name)
		}
		return
	}
	v.get("headers").each(func(name string, header *value) {
		if strings.EqualFold(name, "Content-Type") {
			c.add("header-ignored", header, "a header called %s is ignored: content says what it is", name)
		}
	})
}

func (c *checker) callbackExpression(v *value) {
	for _, key := range v.names {
		if strings.HasPrefix(key, "x-") {
			continue
		}
		expressions, _, ok := template(key)
		if strings.HasPrefix(key, "$") {
			expressions, ok = []string{key}, true
		}
		if !ok {
			c.add("callback-expression", v.members[key], "its braces do not match or are empty: %s", quote(key))
		}
		for _, expression := range expressions {
			if !isExpression(expression) {
				c.add("callback-expression", v.members[key], "is no runtime expression: %s", quote(expression))
			}
		}
	}
}

// isExpression reports whether s is a runtime expression.
//
// Source: OpenAPI 3.1, section "Runtime Expressions".
func isExpression(s string) bool {
	switch s {
	case "$url", "$method", "$statusCode":
		return true
	}
	rest, ok := strings.CutPrefix(s, "$request.")
	if !ok {
		rest, ok = strings.CutPrefix(s, "$response.")
	}
	source, name, _ := strings.Cut(rest, ".")
	switch {
	case !ok:
		return false
	case source == "header":
		return isToken(name)
	case source == "query" || source == "path":
		return name != ""
	}
	pointer, ok := strings.CutPrefix(rest, "body")
	return ok && (pointer == "" || pointer == "#" || strings.HasPrefix(pointer, "#/"))
}
