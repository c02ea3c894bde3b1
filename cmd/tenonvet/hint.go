package main

import (
	"maps"
	"slices"
	"strings"
)

// elsewhere has what to write for the names that rules have in other libraries and in JSON Schema:
// the first that the value takes.
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

// unknownHint says what an unknown rule of a value that takes the rules names was meant to be.
func unknownHint(name string, names []string) string {
	for _, own := range elsewhere[name] {
		if rule, _, _ := strings.Cut(strings.TrimSuffix(own, "(…)"), "="); slices.Contains(names, rule) {
			return ", write " + own
		}
	}
	if hint := suggest(name, names); hint != "" {
		return hint
	}
	return suggest(name, slices.Sorted(maps.Keys(forms)))
}
