package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A value is one value of a plan: a type together with the rules at one place.
type value struct {
	typ      types.Type
	kind     kind
	bits     int  // of an integer or a float
	ordered  bool // has a method Compare or Cmp
	nullable bool
	rules    []rule // of the type, then of the tag
	enum     *enumFact
	elem     *value // of a list or map, nil otherwise
}

// value checks the rules for a value of type t and those of its type, and notes the structs that
// it leads to. at is where mistakes are reported that are not in a rule.
func (c *checker) value(t types.Type, rules []rule, at place) *value {
	t = types.Unalias(t)
	if inner, nullable := wrapped(t); inner != nil {
		v := c.value(inner, rules, at)
		v.nullable = v.nullable || nullable
		return v
	}
	v := &value{typ: t, rules: rules}
	if slices.ContainsFunc(c.open, func(o types.Type) bool { return types.Identical(o, t) }) {
		return v
	}
	c.open = append(c.open, t)
	defer func() { c.open = c.open[:len(c.open)-1] }()
	if _, ok := t.Underlying().(*types.Interface); !ok {
		c.promoted(t, at)
		v.rules = c.withOwn(t, rules, at)
		v.ordered = hasMethod(t, "Compare", 1, 1) || hasMethod(t, "Cmp", 1, 1)
	}
	v.kind, v.bits = kindOf(t)
	if v.kind != kindStruct && v.kind != kindJSON {
		v.enum = c.enumOf(t, at)
	}
	for _, r := range v.rules {
		c.rule(v, r)
	}
	if err := v.contradiction(); err != nil {
		c.report(at, "%v", err)
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		v.elem = c.part(v, kindList, u.Elem(), at, "each")
	case *types.Array:
		v.elem = c.part(v, kindArray, u.Elem(), at, "each")
	case *types.Map:
		c.part(v, kindMap, u.Key(), at, "keys")
		v.elem = c.part(v, kindMap, u.Elem(), at, "values")
	case *types.Struct:
		if v.kind == kindStruct {
			c.enqueue(t, roleValue, at)
		}
	}
	return v
}

// wrapped returns what a pointer points to or what a wrapper of package schema holds, or nil, and
// whether JSON may have null in its place.
func wrapped(t types.Type) (inner types.Type, nullable bool) {
	if p, ok := t.(*types.Pointer); ok {
		return p.Elem(), true
	}
	if isSchemaType(t, optWrapper, nullWrapper, secretWrapper) {
		return t.(*types.Named).TypeArgs().At(0), isSchemaType(t, nullWrapper)
	}
	return nil, false
}

// isSchemaType reports whether t is one of the types of package schema with these names.
func isSchemaType(t types.Type, names ...string) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == schemaPath && slices.Contains(names, n.Obj().Name())
}

// part checks the elements, keys or values of v, which is of a kind, with the rules that v gives
// them under a name.
func (c *checker) part(v *value, of kind, t types.Type, at place, name string) *value {
	if v.kind != of {
		return nil
	}
	return c.value(t, c.within(v, name), at)
}

// within returns the rules that v gives to its elements, keys or values under a name.
func (c *checker) within(v *value, name string) (rules []rule) {
	for _, r := range v.rules {
		if r.name == name && r.nested {
			inner, err := parseRules(r.inner, r.at)
			if err != nil {
				c.report(r.at, "rule %s: %v", r.name, err)
			}
			rules = append(rules, inner...)
		}
	}
	return rules
}

// withOwn puts the rules that t states with a method Check before those of the tag.
func (c *checker) withOwn(t types.Type, rules []rule, at place) []rule {
	text, where, ok := c.checkOf(t, at)
	if !ok {
		return rules
	}
	own, err := parseRules(text, where)
	if err != nil {
		c.report(where, "%v", err)
		return rules
	}
	for _, r := range rules {
		if slices.ContainsFunc(own, func(o rule) bool { return o.name == r.name }) {
			c.report(r.at, "rule %s is given by the type %s and by the tag", r.name, c.name(t))
		}
	}
	return append(own, rules...)
}

// kindOf returns what t is for the rules, and how many bits a number has.
func kindOf(t types.Type) (kind, int) {
	switch t := t.(type) {
	case *types.TypeParam:
		return kindUnknown, 0
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil {
			if k, ok := kindsOf[pkg.Path()+"."+t.Obj().Name()]; ok || pkg.Path() == schemaPath {
				return k, 0
			}
		}
	}
	switch {
	case hasMethod(t, "UnmarshalJSON", 1, 1) || hasMethod(t, "MarshalJSON", 0, 2):
		return kindJSON, 0
	case hasMethod(t, "UnmarshalText", 1, 1) || hasMethod(t, "MarshalText", 0, 2):
		return kindText, 0
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicKind(u)
	case *types.Slice:
		if types.Identical(types.Unalias(u.Elem()), types.Typ[types.Uint8]) {
			return kindBytes, 0
		}
		return kindList, 0
	case *types.Array:
		return kindArray, 0
	case *types.Map:
		return kindMap, 0
	case *types.Struct:
		return kindStruct, 0
	case *types.Interface:
		return kindJSON, 0
	}
	return kindUnknown, 0 // has no JSON form: New says so
}

var basicBits = map[types.BasicKind]int{
	types.Int8: 8, types.Int16: 16, types.Int32: 32, types.Int: 64, types.Int64: 64,
	types.Uint8: 8, types.Uint16: 16, types.Uint32: 32, types.Uint: 64, types.Uint64: 64,
	types.Float32: 32, types.Float64: 64,
}

func basicKind(b *types.Basic) (kind, int) {
	bits := basicBits[b.Kind()]
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return kindBool, 0
	case info&types.IsString != 0:
		return kindString, 0
	case bits > 0 && info&types.IsFloat != 0:
		return kindFloat, bits
	case bits > 0 && info&types.IsUnsigned != 0:
		return kindUint, bits
	case bits > 0:
		return kindInt, bits
	}
	return kindUnknown, 0
}

// rulesFor returns the rules that v takes; all is true when that is not known.
func (v *value) rulesFor() (names []string, all bool) {
	names = rulesOf[v.kind]
	if v.ordered && !slices.Contains(names, bounds[0]) {
		names = slices.Concat(bounds, names)
	}
	return names, v.kind == kindUnknown
}

// rule checks that r exists, applies to v and has the right form.
func (c *checker) rule(v *value, r rule) {
	names, all := v.rulesFor()
	form, known := forms[r.name]
	switch {
	case r.name == policyRule:
		c.report(r.at, "rule %s is about a struct: put it on a field _ struct{}", r.text)
	case !known:
		c.report(r.at, "unknown rule %q%s", r.name, unknownHint(r.name, names))
	case !all && !slices.Contains(names, r.name):
		hint := "it has no rules"
		if len(names) > 0 {
			hint = "its rules are " + strings.Join(names, ", ")
		}
		c.report(r.at, "rule %s does not apply to %s: %s", r.text, c.name(v.typ), hint)
	default:
		if err := v.form(r, form); err != nil {
			c.report(r.at, "rule %s: %v", r.text, err)
		}
	}
}

// form returns what is wrong with what stands behind the name of a rule.
func (v *value) form(r rule, f form) error {
	switch n := len(r.values); {
	case f == ruleList && !r.nested:
		return errors.New("want rules in parentheses")
	case f == ruleList:
		return nil
	case f == noValue && (n > 0 || r.nested):
		return errors.New("takes no value")
	case f == noValue:
		return nil
	case r.nested || n == 0:
		return errors.New("want a value after =")
	case f != someValues && n > 1:
		return errors.New("want one value")
	}
	switch text := r.values[0]; f {
	case wholeValue:
		if n, err := strconv.Atoi(text); err != nil || n < 0 {
			return errors.New("want a whole number of 0 or more")
		}
	case expression:
		return checkPattern(text)
	case formatName:
		if !slices.Contains(formats, text) {
			return fmt.Errorf("unknown format%s (there are %s)", suggest(text, formats), strings.Join(formats, ", "))
		}
	case stepValue:
		n, ok := rational(text)
		if err := v.operand("multipleOf", text); err != nil {
			return err
		} else if !ok || n.Sign() <= 0 {
			return errors.New("want a number above 0")
		}
	case oneValue, someValues:
		for _, text := range r.values {
			if err := v.operand(r.name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// operand returns what is wrong with the value text of a rule of v.
func (v *value) operand(name, text string) error {
	var err error
	switch v.kind {
	case kindBool:
		if text != "true" && text != "false" {
			return errors.New("want true or false")
		}
	case kindInt:
		_, err = strconv.ParseInt(text, 10, v.bits)
	case kindUint:
		_, err = strconv.ParseUint(text, 10, v.bits)
	case kindFloat:
		_, err = strconv.ParseFloat(text, v.bits)
	default:
		now := text == "now" && (v.kind == kindTime || v.kind == kindDate)
		if slices.Contains(bounds, name) && !now {
			return v.parse(text)
		}
		return nil
	}
	if err != nil || v.kind != kindBool && !json.Valid([]byte(text)) {
		return fmt.Errorf("%s is no %s", text, v.typ.Underlying())
	}
	return nil
}

// parse returns why text is not the text of a value of v, as far as the table knows its form.
func (v *value) parse(text string) error {
	ok, form := true, ""
	switch v.kind {
	case kindTime:
		_, err := time.Parse(time.RFC3339, text)
		ok, form = err == nil, "a time such as 2026-01-31T10:00:00Z"
	case kindDate:
		_, err := time.Parse(time.DateOnly, text)
		ok, form = err == nil, "a date such as 2026-01-31"
	case kindTimeOfDay:
		ok, form = timeOfDay.MatchString(text), "a time of day such as 17:30"
	case kindDuration:
		ok, form = duration.MatchString(text), "an ISO 8601 duration such as PT1H30M"
	case kindDecimal:
		_, ok = rational(strings.TrimPrefix(text, "+"))
		ok, form = ok || len(text) > 50, "a decimal number"
	case kindAddr:
		a, err := netip.ParseAddr(text)
		ok, form = err == nil && a.Zone() == "", "an IP address"
	case kindPrefix:
		_, err := netip.ParsePrefix(text)
		ok, form = err == nil, "an IP network such as 10.0.0.0/8"
	}
	if !ok {
		return fmt.Errorf("%q is not %s", text, form)
	}
	return nil
}

var (
	timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?$`)
	duration  = regexp.MustCompile(`^[-+]?P(?:[0-9]+W)?(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?$`)
)

// rational reads a number as JSON has it, unless it is too long to be worth it.
func rational(text string) (*big.Rat, bool) {
	if len(text) > 50 || !json.Valid([]byte(text)) || strings.ContainsAny(text, `"tfn[{`) {
		return nil, false
	}
	if _, exp, ok := strings.Cut(strings.ToLower(text), "e"); ok {
		if n, err := strconv.Atoi(exp); err != nil || n < -400 || n > 400 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

// contradiction returns an error for bounds that no value obeys.
func (v *value) contradiction() error {
	pairs := [][2]string{{"minLength", "maxLength"}, {"minItems", "maxItems"}, {"minProperties", "maxProperties"}}
	if v.kind == kindInt || v.kind == kindUint || v.kind == kindFloat {
		pairs = [][2]string{{"ge", "le"}, {"gt", "le"}, {"ge", "lt"}, {"gt", "lt"}}
	}
	for _, pair := range pairs {
		low, lowOK := v.number(pair[0])
		high, highOK := v.number(pair[1])
		if !lowOK || !highOK {
			continue
		}
		room := new(big.Rat).Sub(high, low)
		need := new(big.Rat) // between the two
		for _, name := range pair {
			if name == "gt" || name == "lt" {
				need.Add(need, big.NewRat(1, 1))
			}
		}
		if room.Cmp(need) < 0 && (v.kind != kindFloat || room.Sign() < 0 || room.Sign() == 0 && need.Sign() > 0) {
			return fmt.Errorf("rules %s=%s and %s=%s leave no valid value", pair[0], low.RatString(), pair[1], high.RatString())
		}
	}
	return v.excluded()
}

// excluded returns an error for rules that exclude each other.
func (v *value) excluded() error {
	for _, pair := range [][2]string{{"enum", "const"}, {"strict", "lax"}} {
		_, one := v.find(pair[0])
		_, other := v.find(pair[1])
		if one && other {
			return fmt.Errorf("rules %s and %s exclude each other", pair[0], pair[1])
		}
	}
	return nil
}

// find returns the rule called name that is not on trial.
func (v *value) find(name string) (rule, bool) {
	i := slices.IndexFunc(v.rules, func(r rule) bool { return r.name == name && !r.trial })
	if i < 0 {
		return rule{}, false
	}
	return v.rules[i], true
}

// number returns the single value of the rule called name.
func (v *value) number(name string) (*big.Rat, bool) {
	r, ok := v.find(name)
	if !ok || len(r.values) != 1 {
		return nil, false
	}
	return rational(r.values[0])
}
