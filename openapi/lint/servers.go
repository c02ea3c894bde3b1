package lint

import "slices"

// serverRules are about servers.
var serverRules = []rule{
	{Rule{"server-variable", Error, "the variables in the URL of a server are declared and there once", "OpenAPI, Server Object"},
		"Server", (*checker).serverVariable},
	{Rule{"server-default", Error, "the default of a server variable is one of its values", "OpenAPI, Server Variable Object"},
		"ServerVariable", (*checker).serverDefault},
}

func (c *checker) serverVariable(v *value) {
	names, _, ok := template(v.get("url").text())
	if !ok {
		c.add("server-variable", v.get("url"), "its braces do not match or are empty: %s", v.get("url").show())
		return
	}
	seen := map[string]bool{}
	for _, name := range names {
		if !v.get("variables").has(name) {
			c.add("server-variable", v.get("url"), "there is no variable %s", quote(name))
		}
		if c.minor >= 2 && seen[name] {
			c.add("server-variable", v.get("url"), "it has the variable %s twice", quote(name))
		}
		seen[name] = true
	}
}

// serverDefault is a rule since OpenAPI 3.1.
func (c *checker) serverDefault(v *value) {
	values, fallback := v.get("enum"), v.get("default")
	text, ok := fallback.str()
	if c.minor == 0 || !ok || values == nil || len(values.items) == 0 {
		return
	}
	if !slices.ContainsFunc(values.items, func(item *value) bool { s, ok := item.str(); return ok && s == text }) {
		c.add("server-default", fallback, "is %s, want one of the values in enum", fallback.show())
	}
}
