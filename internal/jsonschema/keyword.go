package jsonschema

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// one compiles a value that is a schema.
func (k *keyword) one() *node { return k.schema(k.at, k.value) }

// list compiles a value that is an array of schemas. It returns nil for another one.
func (k *keyword) list() []*node {
	values, ok := k.value.([]any)
	if !ok || len(values) == 0 {
		k.wrong("an array of one schema or more")
		return nil
	}
	nodes := make([]*node, len(values))
	for i, value := range values {
		nodes[i] = k.schema(k.at+Pointer(strconv.Itoa(i)), value)
	}
	return nodes
}

// schemas compiles a value that is an object of schemas. It returns nil for another one.
func (k *keyword) schemas() map[string]*node {
	values, ok := k.value.(map[string]any)
	if !ok {
		k.wrong("an object of schemas")
		return nil
	}
	nodes := make(map[string]*node, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		nodes[name] = k.schema(k.at+Pointer(name), values[name])
	}
	return nodes
}

// names returns a value that is an array of strings.
func (k *keyword) names() (names []string, ok bool) {
	values, ok := k.value.([]any)
	for _, value := range values {
		name, isString := value.(string)
		names, ok = append(names, name), ok && isString
	}
	if !ok {
		k.wrong("an array of strings")
	}
	return names, ok
}

// limit compiles a bound on how many there are of something. The first letters of name say which bound.
func (k *keyword) limit(name, unit string, size func(value any) (n int, applies bool)) test {
	d, _ := k.value.(Number)
	bound, ok := d.count()
	if !ok || d.text == "" {
		k.wrong("an integer of 0 or more")
		return nil
	}
	least := strings.HasPrefix(name, "min")
	return func(e *evaluation, value any, at *path) bool {
		n, applies := size(value)
		switch {
		case !applies:
		case least && n < bound:
			return e.report(at, k.at, "has %d %s, want %d or more", n, unit, bound)
		case !least && n > bound:
			return e.report(at, k.at, "has %d %s, want %d or less", n, unit, bound)
		}
		return true
	}
}

// generalTest compiles the keywords for values of every type.
//
// Source: JSON Schema 2020-12, Validation section 6.1.
func (k *keyword) generalTest(name string) test {
	values := []any{k.value} // const is an enum of one value
	switch name {
	case "type":
		return k.types()
	case "enum":
		var ok bool
		if values, ok = k.value.([]any); !ok {
			k.wrong("an array")
			return nil
		}
	}
	known := make(map[string]bool, len(values))
	shown := make([]string, len(values))
	for i, value := range values {
		known[canonical(value)], shown[i] = true, show(value)
	}
	want := strings.Join(shown[:min(len(shown), 10)], ", ")
	return func(e *evaluation, value any, at *path) bool {
		return known[e.canonical(value)] || e.report(at, k.at, "is %s, want one of %d: %s", show(value), len(values), want)
	}
}

func (k *keyword) types() test {
	if name, ok := k.value.(string); ok {
		k.value = []any{name}
	}
	names, ok := k.names()
	if !ok {
		return nil
	}
	for _, name := range names {
		if !slices.Contains([]string{"null", "boolean", "object", "array", "number", "string", "integer"}, name) {
			k.fail(k.at, "unknown type %q", name)
		}
	}
	integer := slices.Contains(names, "integer")
	return func(e *evaluation, value any, at *path) bool {
		if d, ok := value.(Number); ok && integer && d.Integer() {
			return true
		}
		return slices.Contains(names, kind(value)) || e.report(at, k.at, "is %s, want type %s", show(value), strings.Join(names, " or "))
	}
}

// numberTest compiles the keywords for numbers.
//
// Source: JSON Schema 2020-12, Validation section 6.2.
func (k *keyword) numberTest(name string) test {
	bound, ok := k.value.(Number)
	if !ok {
		k.wrong("a number")
		return nil
	}
	if name == "multipleOf" && bound.Sign() <= 0 {
		k.wrong("a number greater than 0")
		return nil
	}
	return func(e *evaluation, value any, at *path) bool {
		d, ok := value.(Number)
		if !ok {
			return true
		}
		valid, want := false, ""
		switch name {
		case "minimum":
			valid, want = d.Compare(bound) >= 0, "at least"
		case "maximum":
			valid, want = d.Compare(bound) <= 0, "at most"
		case "exclusiveMinimum":
			valid, want = d.Compare(bound) > 0, "more than"
		case "exclusiveMaximum":
			valid, want = d.Compare(bound) < 0, "less than"
		default:
			valid, want = d.multipleOf(bound), "a multiple of"
		}
		return valid || e.report(at, k.at, "is %s, want %s %s", show(d), want, show(bound))
	}
}

// stringTest compiles the keywords for strings.
//
// Source: JSON Schema 2020-12, Validation section 6.3.
func (k *keyword) stringTest(name string) test {
	if name != "pattern" {
		return k.limit(name, "characters", func(value any) (int, bool) {
			s, ok := value.(string)
			return utf8.RuneCountInString(s), ok
		})
	}
	pattern, ok := k.value.(string)
	if !ok {
		k.wrong("a string")
		return nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		k.fail(k.at, "%w", err)
		return nil
	}
	return func(e *evaluation, value any, at *path) bool {
		s, ok := value.(string)
		return !ok || re.MatchString(s) || e.report(at, k.at, "is %s, want a match of %s", show(s), show(pattern))
	}
}
