package main

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A place is where mistakes are reported.
type place struct {
	pos   token.Pos
	about string // stands before the text, for what is not at pos itself
}

// A checker checks one package.
type checker struct {
	pass  *analysis.Pass
	user  bool                      // the package imports Tenon
	where map[*types.Func]token.Pos // of methods Check and Enum of the package
	found []analysis.Diagnostic

	open    []types.Type        // types around the one at hand
	deep    bool                // look into structs of other packages
	pending []structType        // structs to check
	seen    map[any]bool        // structs that were pending
	told    map[*types.Var]bool // fields that were checked

	flow flow
}

// A structType is a struct to check.
type structType struct {
	typ  types.Type
	role role
	at   place // where to report what is wrong with fields of other packages
}

// key is the same for what is checked once. Structs without a name are never the same, not even
// identical ones: their fields stand in different places.
func (s structType) key() any {
	if n, ok := s.typ.(*types.Named); ok {
		return [...]any{s.role, n.Obj(), types.TypeString(n, nil)}
	}
	return [...]any{s.role, s.typ}
}

// report notes a mistake, once.
func (c *checker) report(at place, format string, args ...any) {
	d := analysis.Diagnostic{Pos: at.pos, Message: at.about + fmt.Sprintf(format, args...)}
	same := func(o analysis.Diagnostic) bool { return o.Pos == d.Pos && o.Message == d.Message }
	if !slices.ContainsFunc(c.found, same) {
		c.found = append(c.found, d)
	}
}

// flush reports what was found, in the order of the source.
func (c *checker) flush() {
	slices.SortStableFunc(c.found, func(a, b analysis.Diagnostic) int { return int(a.Pos - b.Pos) })
	for _, d := range c.found {
		c.pass.Report(d)
	}
}

// name is the name of a type in messages, where one without a name would print all its fields.
func (c *checker) name(t types.Type) string {
	if _, ok := t.(*types.Struct); ok {
		return "struct"
	}
	return types.TypeString(t, func(p *types.Package) string {
		if p == c.pass.Pkg {
			return ""
		}
		return p.Name()
	})
}

func (c *checker) enqueue(t types.Type, r role, at place) {
	c.pending = append(c.pending, structType{types.Unalias(t), r, at})
}

// drain checks the pending structs and those that they lead to.
func (c *checker) drain() {
	for len(c.pending) > 0 {
		next := c.pending[0]
		c.pending = c.pending[1:]
		if key := next.key(); !c.seen[key] {
			c.seen[key] = true
			c.structType(next)
		}
	}
}

// structType checks the fields of a struct.
func (c *checker) structType(s structType) {
	t, ok := s.typ.Underlying().(*types.Struct)
	if !ok {
		return // a mistake of its own, or a type parameter
	}
	if c.foreign(s.typ) && (!c.deep || c.checkedElsewhere(s.typ, t)) {
		return
	}
	for i := range t.NumFields() {
		f := t.Field(i)
		at := c.fieldPlace(s, f)
		if c.deep || !c.told[f.Origin()] {
			c.told[f.Origin()] = true
			c.field(s, f, t.Tag(i), at)
		}
	}
}

// fieldPlace is where mistakes in the field f of s are reported: at the field if it is in this package.
func (c *checker) fieldPlace(s structType, f *types.Var) place {
	if f.Pkg() != c.pass.Pkg {
		return place{s.at.pos, c.name(s.typ) + "." + f.Name() + ": "}
	}
	return place{pos: f.Pos()}
}

// foreign reports whether t is a type of another package.
func (c *checker) foreign(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != c.pass.Pkg
}

// checkedElsewhere reports whether the fields of t are checked with the package that declares it.
func (c *checker) checkedElsewhere(t types.Type, s *types.Struct) bool {
	n, ok := t.(*types.Named)
	return ok && n.TypeArgs().Len() == 0 && hasCheckTag(s) && c.isUser(n.Obj().Pkg())
}

// hasCheckTag reports whether a field has the text of a tag check, if only an invisible one.
func hasCheckTag(s *types.Struct) bool {
	for i := range s.NumFields() {
		if strings.Contains(s.Tag(i), "check:") {
			return true
		}
	}
	return false
}

func isEnvelope(s *types.Struct) bool {
	for i := range s.NumFields() {
		tag := reflect.StructTag(s.Tag(i))
		for _, key := range []string{"status", "header", "cookie", "content"} {
			if _, ok := tag.Lookup(key); ok {
				return true
			}
		}
		if inner, ok := s.Field(i).Type().Underlying().(*types.Struct); ok && s.Field(i).Embedded() && isEnvelope(inner) {
			return true
		}
	}
	return false
}

// field checks one field of s.
func (c *checker) field(s structType, f *types.Var, text string, at place) {
	if err := checkTag(text); err != nil {
		c.report(at, "%v", err)
		return
	}
	tag := reflect.StructTag(text)
	switch {
	case s.role == roleInput && sourceOf(tag) != "":
		c.parameter(f, tag, at)
	case s.role == roleOutput:
		c.envelope(tag, at)
	}
	switch s.part(f, tag) {
	case partPolicy:
		c.policy(tag, at)
	case partEmbedded:
		c.enqueue(deref(f.Type()), s.role, at)
	case partValue:
		_, options, _ := strings.Cut(tag.Get("json"), ",")
		c.member(f, tag, options, at)
		readOnly, _ := strconv.ParseBool(tag.Get("readOnly"))
		writeOnly, _ := strconv.ParseBool(tag.Get("writeOnly"))
		if s.role != roleValue && (readOnly || writeOnly) {
			c.report(at, "readOnly and writeOnly are for the members of a body: this field goes one way as it is")
		}
	}
}

// A part is what a field is for its struct.
type part int

const (
	partNone     part = iota // nothing, or a dependency
	partPolicy               // rules about the struct
	partEmbedded             // its fields are those of the struct
	partValue                // a parameter, a body, a member
)

// part returns what the field f of s is.
func (s structType) part(f *types.Var, tag reflect.StructTag) part {
	name, _, _ := strings.Cut(tag.Get("json"), ",")
	_, isStruct := f.Type().Underlying().(*types.Struct)
	_, pointsToStruct := deref(f.Type()).Underlying().(*types.Struct)
	embedded := f.Embedded() && (isStruct || s.role == roleValue && pointsToStruct)
	switch {
	case f.Name() == "_":
		if isStruct {
			return partPolicy
		}
	case s.role == roleValue && tag.Get("json") == "-":
	case s.role == roleValue && embedded && name == "", s.role != roleValue && embedded && sourceOf(tag) == "":
		return partEmbedded
	case !f.Exported() && !embedded:
	case s.role == roleInput && sourceOf(tag) == "" && f.Name() != "Body": // a dependency
	default:
		return partValue
	}
	return partNone
}

// sourceOf returns the first source key of a tag, or "".
func sourceOf(tag reflect.StructTag) string {
	for _, s := range sources {
		if _, ok := tag.Lookup(s); ok {
			return s
		}
	}
	return ""
}

// policy checks a field _ struct{}, whose rules are about the struct.
func (c *checker) policy(tag reflect.StructTag, at place) {
	rules, err := parseRules(tag.Get("check"), at)
	if err != nil {
		c.report(at, "%v", err)
	}
	for _, r := range rules {
		switch {
		case !slices.Contains(policyRules, r.name):
			c.report(at, "rule %s does not apply to a struct: its rules are %s%s", r.text, strings.Join(policyRules, ", "), suggest(r.name, policyRules))
		case r.name != policyRule && (r.nested || r.values != nil):
			c.report(at, "rule %s: takes no value", r.text)
		case r.name == policyRule && (r.nested || !slices.Equal(r.values, []string{"false"})):
			c.report(at, "rule %s: want %s=false", r.text, policyRule)
		}
	}
	if err := (&value{rules: rules}).excluded(); err != nil {
		c.report(at, "%v", err)
	}
}

// member checks the tags of a field that has a value.
func (c *checker) member(f *types.Var, tag reflect.StructTag, options string, at place) {
	quoted := false // JSON in a JSON string
	for option := range strings.SplitSeq(options, ",") {
		quoted = quoted || option == "string"
		if option != "" && !slices.Contains(jsonOptions, option) {
			c.report(at, "unknown json option %q%s", option, suggest(option, jsonOptions))
		}
	}
	c.flags(tag, at)
	rules, err := parseRules(tag.Get("check"), at)
	if err != nil {
		c.report(at, "%v", err)
	}
	before := len(c.found)
	v := c.value(f.Type(), rules, at)
	if quoted {
		switch v.kind {
		case kindUnknown, kindBool, kindInt, kindUint, kindFloat:
		case kindString:
			return // its literals stand in quotes of their own
		default:
			c.report(at, "the json option string is for numbers, bools and strings, not for %s", c.name(v.typ))
		}
	}
	if err != nil || len(c.found) > before {
		return // of what has mistakes nobody knows what fits it
	}
	for _, key := range []string{"default", "example", "examples"} {
		text, ok := tag.Lookup(key)
		if !ok {
			continue
		}
		if key != "default" && isSchemaType(types.Unalias(f.Type()), secretWrapper) {
			c.report(at, "a secret has no example")
			continue
		}
		texts := []string{text}
		if key == "examples" {
			texts = strings.Split(text, "|")
		}
		for _, text := range texts {
			if err := v.literal(text); err != nil {
				c.report(at, "the %s %q does not fit the field: %v", strings.TrimSuffix(key, "s"), text, err)
			}
		}
	}
}

// flags checks the tags that are true or false.
func (c *checker) flags(tag reflect.StructTag, at place) {
	set := map[string]bool{}
	for _, flag := range flags {
		text, ok := tag.Lookup(flag)
		value, err := strconv.ParseBool(text)
		if ok && err != nil {
			c.report(at, "%s:%q: want true or false", flag, text)
		}
		set[flag] = value
	}
	_, hasDefault := tag.Lookup("default")
	switch {
	case set["readOnly"] && set["writeOnly"]:
		c.report(at, "readOnly and writeOnly exclude each other")
	case set["readOnly"] && hasDefault:
		c.report(at, "a readOnly field is not read: it has no default")
	}
}
