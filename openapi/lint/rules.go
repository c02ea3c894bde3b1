package lint

import "slices"

// A Rule is something that [Check] looks for.
type Rule struct {
	ID       string
	Severity Severity
	Summary  string // what documents should be like
	Source   string // what demands it; "OpenAPI, " stands for the version of the document
}

// Rules returns all rules in a new slice: of what single objects look like, of how they fit together, and advice.
func Rules() []Rule {
	all := make([]Rule, len(rules))
	for i, r := range rules {
		all[i] = r.Rule
	}
	return all
}

// A rule is one with the function that applies it to each object of some kinds. The rules that the
// walk applies have none.
type rule struct {
	Rule
	on    string // names of objects in the table
	check func(c *checker, v *value)
}

var rules = slices.Concat(structureRules, referenceRules, pathRules, operationRules, serverRules, schemaRules, adviceRules)

// nearest stands for the section about the object that a finding is in.
const nearest = "section of the object"

// structureRules are applied by the walk: they compare the document with the table of objects.
var structureRules = []rule{
	{Rule: Rule{"version", Error, "the document says which version of OpenAPI 3 it is written for", "OpenAPI, OpenAPI Object"}},
	{Rule: Rule{"member-required", Error, "an object has its required members", "OpenAPI, " + nearest}},
	{Rule: Rule{"member-unknown", Error, "an object has no members but those of the specification and extensions (x-)", "OpenAPI, " + nearest}},
	{Rule: Rule{"member-type", Error, "a member has a value that the specification allows", "OpenAPI, " + nearest}},
	{Rule: Rule{"member-syntax", Error, "URIs, email addresses and names have their syntax", "OpenAPI, " + nearest}},
	{Rule: Rule{"member-choice", Error, "of members that exclude each other an object has one", "OpenAPI, " + nearest}},
	{Rule: Rule{"component-name", Error, "names of components are made of letters, digits, dots, hyphens and underscores", "OpenAPI, Components Object"}},
	{Rule: Rule{"pattern-syntax", Error, "a pattern is a regular expression", "JSON Schema 2020-12, Validation section 6.3.3"}},
	{Rule: Rule{"pattern-portable", Warning, "a pattern is read by engines of linear time (RE2), too", "JSON Schema 2020-12, Core section 6.4"}},
	{Rule: Rule{"keyword-unknown", Warning, "a schema has no keywords that nobody knows", "JSON Schema 2020-12, Core section 6.5"}},
}
