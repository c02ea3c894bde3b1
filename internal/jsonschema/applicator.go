package jsonschema

import (
	"maps"
	"slices"
	"strconv"
)

// arrayTest compiles the keywords for arrays.
//
// Source: JSON Schema 2020-12, Core section 10.3.1, Validation section 6.4.
func (k *keyword) arrayTest(name string) test {
	switch name {
	case "items":
		return k.items(k.one())
	case "prefixItems":
		prefix := k.list()
		return onArray(func(e *evaluation, items []any, at *path) bool {
			valid := true
			for i := range min(len(prefix), len(items)) {
				valid = e.apply(prefix[i], items[i], at.item(i)) && valid
			}
			return valid
		})
	case "uniqueItems":
		return k.uniqueItems()
	}
	return k.limit(name, "items", func(value any) (int, bool) {
		items, ok := value.([]any)
		return len(items), ok
	})
}

func (k *keyword) items(schema *node) test {
	prefix, _ := k.siblings["prefixItems"].([]any)
	return onArray(func(e *evaluation, items []any, at *path) bool {
		valid := true
		for i := len(prefix); i < len(items); i++ {
			valid = e.apply(schema, items[i], at.item(i)) && valid
		}
		return valid
	})
}

func (k *keyword) uniqueItems() test {
	unique, ok := k.value.(bool)
	if !ok {
		k.wrong("a boolean")
	}
	if !unique {
		return nil
	}
	return onArray(func(e *evaluation, items []any, at *path) bool {
		first := make(map[string]int, len(items))
		for i, item := range items {
			text := e.canonical(item)
			if j, ok := first[text]; ok {
				return e.report(at, k.at, "has item %d equal to item %d", i, j)
			}
			first[text] = i
		}
		return true
	})
}

// objectTest compiles the keywords for objects.
//
// Source: JSON Schema 2020-12, Core section 10.3.2, Validation section 6.5.
func (k *keyword) objectTest(name string) test {
	switch name {
	case "properties":
		properties := k.schemas()
		return onMembers(func(e *evaluation, name string, value any, at *path) bool {
			schema, ok := properties[name]
			return !ok || e.apply(schema, value, at.child(name))
		})
	case "additionalProperties":
		schema := k.one()
		properties, _ := k.siblings["properties"].(map[string]any)
		return onMembers(func(e *evaluation, name string, value any, at *path) bool {
			_, ok := properties[name]
			return ok || e.apply(schema, value, at.child(name))
		})
	case "propertyNames":
		schema := k.one()
		return onMembers(func(e *evaluation, name string, _ any, at *path) bool {
			return e.apply(schema, name, at.child(name))
		})
	case "required":
		return k.required()
	case "dependentRequired":
		return k.dependentRequired()
	}
	return k.limit(name, "properties", func(value any) (int, bool) {
		members, ok := value.(map[string]any)
		return len(members), ok
	})
}

func (k *keyword) required() test {
	names, ok := k.names()
	if !ok {
		return nil
	}
	return func(e *evaluation, value any, at *path) bool {
		members, ok := value.(map[string]any)
		return !ok || k.lacksNone(e, members, names, at)
	}
}

// lacksNone reports each name that is not one of members.
func (k *keyword) lacksNone(e *evaluation, members map[string]any, names []string, at *path) bool {
	valid := true
	for _, name := range names {
		if _, ok := members[name]; !ok {
			valid = e.report(at, k.at, "lacks the property %s", strconv.Quote(name))
		}
	}
	return valid
}

// dependentRequired compiles the members that others need.
//
// Source: JSON Schema 2020-12, Validation section 6.5.4.
func (k *keyword) dependentRequired() test {
	lists, ok := k.value.(map[string]any)
	if !ok {
		k.wrong("an object of arrays of strings")
		return nil
	}
	needs := make(map[string][]string, len(lists))
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		list := &keyword{compiler: k.compiler, owner: k.owner, at: k.at + Pointer(name), value: lists[name]}
		needs[name], _ = list.names()
	}
	return func(e *evaluation, value any, at *path) bool {
		members, _ := value.(map[string]any)
		valid := true
		for _, name := range slices.Sorted(maps.Keys(members)) {
			valid = k.lacksNone(e, members, needs[name], at) && valid
		}
		return valid
	}
}

func onArray(judge func(e *evaluation, items []any, at *path) bool) test {
	return func(e *evaluation, value any, at *path) bool {
		items, ok := value.([]any)
		return !ok || judge(e, items, at)
	}
}

// onMembers judges the members of an object in the order of their names.
func onMembers(judge func(e *evaluation, name string, value any, at *path) bool) test {
	return func(e *evaluation, value any, at *path) bool {
		members, _ := value.(map[string]any)
		valid := true
		for _, name := range slices.Sorted(maps.Keys(members)) {
			valid = judge(e, name, members[name], at) && valid
		}
		return valid
	}
}

// combination compiles the keywords that apply schemas to the same value.
//
// Source: JSON Schema 2020-12, Core section 10.2.1.
func (k *keyword) combination(name string) test {
	if name == "not" {
		schema := k.one()
		k.owner.inPlace = append(k.owner.inPlace, schema)
		return func(e *evaluation, value any, at *path) bool {
			before := len(e.violations)
			valid := e.apply(schema, value, at)
			e.violations = e.violations[:before]
			return !valid || e.report(at, k.at, "is what must not be")
		}
	}
	schemas := k.list()
	k.owner.inPlace = append(k.owner.inPlace, schemas...)
	if name == "allOf" {
		return func(e *evaluation, value any, at *path) bool {
			valid := true
			for _, schema := range schemas {
				valid = e.apply(schema, value, at) && valid
			}
			return valid
		}
	}
	return k.choice(name == "oneOf", schemas)
}

// choice compiles anyOf, and oneOf if only one schema may match.
func (k *keyword) choice(exactlyOne bool, schemas []*node) test {
	return func(e *evaluation, value any, at *path) bool {
		before := len(e.violations)
		e.report(at, k.at, "matches none of %d schemas", len(schemas)) // stands before what the schemas report
		var matching []int
		for i, schema := range schemas {
			if e.apply(schema, value, at) {
				matching = append(matching, i)
			}
		}
		if len(matching) == 0 {
			return false
		}
		e.violations = e.violations[:before]
		if exactlyOne && len(matching) > 1 {
			return e.report(at, k.at, "matches %d schemas, %d and %d among them, want one", len(matching), matching[0], matching[1])
		}
		return true
	}
}
