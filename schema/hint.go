package schema

import (
	"errors"
	"slices"
	"strings"
)

// elsewhere has what to write here for the names that rules have in other
// libraries and in JSON Schema: the first that the value takes.
var elsewhere = map[string][]string{
	"min": {"ge", "minLength", "minItems", "minProperties"},
	"max": {"le", "maxLength", "maxItems", "maxProperties"},
	"len": {"minLength=n,maxLength=n", "minItems=n,maxItems=n", "minProperties=n,maxProperties=n"},
	"gte": {"ge"}, "lte": {"le"}, "minimum": {"ge"}, "maximum": {"le"}, "exclusiveMinimum": {"gt"}, "exclusiveMaximum": {"lt"},
	"eq": {"const"}, "oneof": {"enum=a|b"}, "unique": {"uniqueItems"}, "dive": {"each(…)", "values(…)"}, "items": {"each(…)"},
	"regex": {"pattern='…'"}, "regexp": {"pattern='…'"}, "lowercase": {"lower"}, "uppercase": {"upper"},
	"email": {"format=email"}, "uuid": {"format=uuid"}, "url": {"format=uri"}, "uri": {"format=uri"}, "hostname": {"format=hostname"},
	"date": {"format=date"}, "datetime": {"format=date-time"},
}

// hint says what to do about a rule that does not apply to a value, which takes
// the rules known.
func hint(name string, known []string) string {
	switch name {
	case "required", "notnull", "nonempty":
		return "a field must be given, and not be null, unless it is an Opt, a pointer or has a default"
	case "optional", "omitempty", "nullable":
		return "a field that may be absent is an Opt or a pointer"
	}
	for _, text := range elsewhere[name] {
		rule, _, _ := strings.Cut(strings.TrimSuffix(text, "(…)"), "=")
		if slices.Contains(known, rule) {
			return "write " + text
		}
	}
	if near := nearest(name, allRules); near != name && near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) > 0 {
		return "its rules are " + strings.Join(known, ", ")
	}
	return "it has no rules"
}

var errBars = errors.New("values are separated by bars: enum=a|b")

// isValue reports whether r, which follows the rule before, must be a value of
// an enum that is separated by a comma.
func isValue(before, r rule) bool {
	return before.name == "enum" && r.values == nil && !r.nested && !slices.Contains(allRules, r.name)
}
