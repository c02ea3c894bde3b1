package lint

import (
	"strings"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

// walk judges v by a type of the table and notes what each object in it is.
func (c *checker) walk(v *value, t *typ) {
	for ; t.or != nil && !t.takes(v); t = t.or {
	}
	switch t.kind {
	case "object":
		c.walkObject(v, t)
	case "array":
		if v.items == nil {
			c.add("member-type", v, "is %s, want an array", v.show())
			return
		}
		if len(v.items) < t.least {
			c.add("member-type", v, "has no items, want one or more")
		}
		if t.unique {
			c.unique(v)
		}
		for _, item := range v.items {
			c.walk(item, t.elem)
		}
	case "map":
		if !v.isObject() {
			c.add("member-type", v, "is %s, want an object", v.show())
			return
		}
		if t.exact > 0 && len(v.members) != t.exact {
			c.add("member-type", v, "has %d members, want %d", len(v.members), t.exact)
		}
		for _, name := range v.names {
			if t.names && !isComponentName(name) {
				c.add("component-name", v.members[name], "the name %s has characters other than letters, digits, dots, hyphens and underscores", quote(name))
			}
			c.walk(v.members[name], t.elem)
		}
	default:
		c.scalar(v, t)
	}
}

// takes reports whether v has the JSON type that t wants.
func (t *typ) takes(v *value) bool {
	switch t.kind {
	case "object":
		_, ok := v.raw.(bool)
		return v.isObject() || ok && t.object.boolean
	case "map":
		return v.isObject()
	case "array":
		return v.items != nil
	case "bool":
		_, ok := v.raw.(bool)
		return ok
	}
	_, ok := v.str()
	return ok
}

// unique judges an array of strings, of which all must differ.
func (c *checker) unique(v *value) {
	seen := make(map[string]bool, len(v.items))
	for _, item := range v.items {
		s, ok := item.str()
		if ok && seen[s] {
			c.add("member-type", item, "%s is listed twice", quote(s))
		}
		seen[s] = true
	}
}

func (c *checker) walkObject(v *value, t *typ) {
	o := t.object
	if t.ref && v.has("$ref") {
		v.want = o
		o = c.objects["Reference"]
	}
	if _, ok := v.raw.(bool); ok && o.boolean {
		return
	}
	if !v.isObject() {
		c.add("member-type", v, "is %s, want an object (%s)", v.show(), o.title)
		return
	}
	v.as = o
	c.found[o.name] = append(c.found[o.name], v)
	if o.name == "Schema" && !c.readable(v) {
		if v.has("$schema") {
			c.walkMember(v, o, "$schema")
		}
		return
	}
	for _, name := range v.names {
		c.walkMember(v, o, name)
	}
	for _, name := range o.required {
		if !v.has(name) {
			if m := o.member(v, name); m != nil && m.required {
				c.add("member-required", v, "lacks %s%s", name, m.reason())
			}
		}
	}
	for _, condition := range o.conditions {
		c.judge(v, condition)
	}
}

func (c *checker) walkMember(v *value, o *object, name string) {
	in := v.members[name]
	if m := o.member(v, name); m != nil {
		c.walk(in, m.typ)
		return
	}
	switch {
	case strings.HasPrefix(name, "x-") && !o.closed, o.open:
	case len(o.members[name]) > 0:
		reasons := make([]string, len(o.members[name]))
		for i, m := range o.members[name] {
			reasons[i] = m.reason()
		}
		c.add("member-unknown", in, "%s is not allowed here, only%s", name, strings.Join(reasons, ", or"))
	case o.name == "Schema" && c.minor > 0:
		c.add("keyword-unknown", in, "%s is no keyword of JSON Schema 2020-12 or OpenAPI, so it has no effect", quote(name))
	default:
		c.add("member-unknown", in, "the %s has no member %s", o.title, quote(name))
	}
}

// member returns the line of the table for a member of v, or nil.
func (o *object) member(v *value, name string) *member {
	for _, m := range o.members[name] {
		if m.fits(v) {
			return m
		}
	}
	if len(o.members[name]) > 0 {
		return nil
	}
	for _, m := range o.patterns {
		switch m.name {
		case "*":
			return m
		case "###":
			if isStatus(name) {
				return m
			}
		default:
			if strings.HasPrefix(name, strings.TrimSuffix(m.name, "*")) {
				return m
			}
		}
	}
	return nil
}

// fits reports whether the conditions of a line of the table hold in an object.
func (m *member) fits(v *value) bool {
	for _, when := range m.when {
		positive, negated := strings.CutPrefix(when, "!")
		name, text, compared := strings.Cut(positive, "=")
		folded := false
		if !compared {
			name, text, folded = strings.Cut(positive, "~")
		}
		holds := v.has(name)
		switch {
		case compared:
			holds = holds && v.get(name).text() == text
		case folded:
			holds = holds && strings.EqualFold(v.get(name).text(), text)
		}
		if holds == negated {
			return false
		}
	}
	return true
}

// reason says under which conditions a line of the table is so.
func (m *member) reason() string {
	var text strings.Builder
	for i, when := range m.when {
		positive, negated := strings.CutPrefix(when, "!")
		text.WriteString([]string{" with ", " and "}[min(i, 1)])
		if negated {
			text.WriteString("no ")
		}
		text.WriteString(strings.NewReplacer("=", " ", "~", " ").Replace(positive))
	}
	return text.String()
}

// judge checks a condition on several members of an object.
func (c *checker) judge(v *value, condition condition) {
	var present []string
	for _, name := range condition.names {
		for _, has := range v.names {
			if has == name || name == "###" && isStatus(has) {
				present = append(present, has)
				break
			}
		}
	}
	switch {
	case condition.kind != "not" && len(present) == 0:
		all := strings.ReplaceAll(strings.Join(condition.names, " or "), "###", "a status code")
		c.add("member-choice", v, "lacks %s", all)
	case condition.kind != "any" && len(present) > 1:
		c.add("member-choice", v, "has both %s, of which it may have one", strings.Join(present, " and "))
	}
}

// isStatus reports whether name is a status code or a range of them.
//
// Source: OpenAPI 3.1, section "Responses Object", patterned fields.
func isStatus(name string) bool {
	if len(name) != 3 || name[0] < '1' || name[0] > '5' {
		return false
	}
	return name[1:] == "XX" || isDigit(name[1]) && isDigit(name[2])
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// isComponentName reports whether name is one of a component.
//
// Source: OpenAPI 3.1, section "Components Object".
func isComponentName(name string) bool {
	for i := range len(name) {
		if b := name[i]; !isLetter(b) && !isDigit(b) && !strings.ContainsRune("._-", rune(b)) {
			return false
		}
	}
	return name != ""
}

// vocabulary judges the URIs that a meta-schema uses.
//
// Source: JSON Schema 2020-12, Core section 8.1.2.
func (c *checker) vocabulary(v *value) {
	c.walk(v, &typ{kind: "map", elem: &typ{kind: "bool"}})
	for _, name := range v.names {
		if !c.isFormat("uri", name) {
			c.add("member-syntax", v.members[name], "its name is %s, want a URI that is not relative", quote(name))
		}
	}
}

// scalar judges a value that is not an object, an array or a map of the table.
func (c *checker) scalar(v *value, t *typ) {
	switch t.kind {
	case "any":
		return
	case "vocabulary":
		c.vocabulary(v)
		return
	case "bool":
		if _, ok := v.raw.(bool); !ok {
			c.add("member-type", v, "is %s, want true or false", v.show())
		}
		return
	case "true":
		if !v.isTrue() {
			c.add("member-type", v, "is %s, want true", v.show())
		}
		return
	case "number", "count", "positive":
		n, ok := v.raw.(jsonschema.Number)
		if !ok || t.kind == "count" && (!n.Integer() || n.Sign() < 0) || t.kind == "positive" && n.Sign() <= 0 {
			c.add("member-type", v, "is %s, want %s", v.show(),
				map[string]string{"number": "a number", "count": "an integer of 0 or more", "positive": "a number greater than 0"}[t.kind])
		}
		return
	}
	s, ok := v.str()
	switch {
	case !ok:
		c.add("member-type", v, "is %s, want a string", v.show())
	case t.kind == "enum":
		for _, value := range t.values {
			if s == value {
				return
			}
		}
		c.add("member-type", v, "is %s, want %s", v.show(), strings.Join(t.values, ", "))
	default:
		c.syntax(v, s, t.kind)
	}
}
