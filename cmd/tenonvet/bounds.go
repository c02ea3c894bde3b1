package main

import (
	"errors"
	"flag"
	"fmt"
	"go/types"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
)

const boundsFlag = "bounds"

func flagSet() (set flag.FlagSet) {
	set.Bool(boundsFlag, false, "also report strings, lists and maps of inputs that have no bound of their own")
	return set
}

// limits reports what inputs may hold without a bound of its own. Source: OWASP API Security Top
// 10 of 2023, API4: maximum length for strings, maximum number of elements in arrays.
func (c *checker) limits() {
	l := limiter{c: c, seen: map[any]bool{}}
	for root := range c.roots() {
		switch root.role {
		case roleInput:
			l.fields(root)
		case roleValue:
			l.value(root.typ, nil, root.at, "%s")
		}
	}
}

// A limiter looks for what has no bound.
type limiter struct {
	c    *checker
	seen map[any]bool
	open []types.Type // types around the one at hand
}

// fields looks at the fields of a struct that are read.
func (l *limiter) fields(s structType) {
	t, ok := s.typ.Underlying().(*types.Struct)
	if key := s.key(); !ok || l.seen[key] {
		return
	}
	l.seen[s.key()] = true
	for i := range t.NumFields() {
		f, tag, at := t.Field(i), reflect.StructTag(t.Tag(i)), l.c.fieldPlace(s, t.Field(i))
		readOnly, _ := strconv.ParseBool(tag.Get("readOnly"))
		rules, err := parseRules(tag.Get("check"), at)
		if readOnly || err != nil || checkTag(t.Tag(i)) != nil {
			continue
		}
		switch s.part(f, tag) {
		case partEmbedded:
			l.fields(structType{types.Unalias(deref(f.Type())), s.role, at})
		case partValue:
			l.value(f.Type(), rules, at, "%s")
		}
	}
}

// value looks at a value of type t. The rules that it wants are put into form.
func (l *limiter) value(t types.Type, rules []rule, at place, form string) {
	t = types.Unalias(t)
	if inner, _ := wrapped(t); inner != nil {
		l.value(inner, rules, at, form)
		return
	}
	if slices.ContainsFunc(l.open, func(o types.Type) bool { return types.Identical(o, t) }) || methodOf(t, "Enum", 0, 1) != nil {
		return
	}
	if _, _, ok := l.c.checkOf(t, at); !ok && methodOf(t, "Check", 0, 1) != nil {
		return // who knows what it says
	}
	l.open = append(l.open, t)
	defer func() { l.open = l.open[:len(l.open)-1] }()
	v := &value{typ: t, rules: rules}
	if !types.IsInterface(t) {
		v.rules = l.c.withOwn(t, rules, at)
	}
	v.kind, _ = kindOf(t)
	switch v.kind {
	case kindString:
		if !v.short() {
			l.want(v, "maxLength", at, form)
		}
	case kindBytes, kindRawText:
		l.want(v, "maxLength", at, form)
	case kindList:
		l.want(v, "maxItems", at, form)
		l.value(t.Underlying().(*types.Slice).Elem(), l.c.within(v, "each"), at, within(form, "each"))
	case kindArray:
		l.value(t.Underlying().(*types.Array).Elem(), l.c.within(v, "each"), at, within(form, "each"))
	case kindMap:
		l.want(v, "maxProperties", at, form)
		l.value(t.Underlying().(*types.Map).Key(), l.c.within(v, "keys"), at, within(form, "keys"))
		l.value(t.Underlying().(*types.Map).Elem(), l.c.within(v, "values"), at, within(form, "values"))
	case kindStruct:
		l.fields(structType{t, roleValue, at})
	case kindJSON:
		if i, ok := t.Underlying().(*types.Interface); ok && i.Empty() {
			l.c.report(at, "unbounded input: want a type in place of %s", l.c.name(t))
		}
	}
}

// within is the form of rules that are put into another one under a name.
func within(form, name string) string { return fmt.Sprintf(form, name+"(%s)") }

// want reports that v has no rule called name.
func (l *limiter) want(v *value, name string, at place, form string) {
	if _, ok := v.find(name); !ok {
		l.c.report(at, "unbounded input: want "+form, name+"=…")
	}
}

// short reports whether a rule other than maxLength bounds the length of a string.
func (v *value) short() bool {
	for _, name := range []string{"enum", "const"} {
		if _, ok := v.find(name); ok {
			return true
		}
	}
	if r, ok := v.find("format"); ok && len(r.values) == 1 && slices.Contains(shortFormats, r.values[0]) {
		return true
	}
	r, ok := v.find("pattern")
	if !ok || len(r.values) != 1 {
		return false
	}
	re, err := syntax.Parse(r.values[0], syntax.Perl)
	return err == nil && whole(re) && !repeats(re)
}

// whole reports whether a pattern matches whole texts only.
func whole(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpConcat:
		return re.Sub[0].Op == syntax.OpBeginText && re.Sub[len(re.Sub)-1].Op == syntax.OpEndText
	case syntax.OpCapture:
		return whole(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !whole(sub) })
	}
	return false
}

// repeats reports whether a pattern matches texts of any length.
func repeats(re *syntax.Regexp) bool {
	return re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Max < 0 || slices.ContainsFunc(re.Sub, repeats)
}

// checkPattern returns what is wrong with a pattern.
func checkPattern(text string) error {
	if _, err := regexp.Compile(text); err != nil {
		return err
	}
	if re, err := syntax.Parse(text, syntax.Perl); err == nil && hasLines(re) {
		return errors.New("(?m) cannot be said in JSON Schema: check the lines in a method Validate")
	}
	return nil
}

// hasLines reports whether a pattern looks for the ends of lines.
func hasLines(re *syntax.Regexp) bool {
	return re.Op == syntax.OpBeginLine || re.Op == syntax.OpEndLine || slices.ContainsFunc(re.Sub, hasLines)
}
