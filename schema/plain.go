package schema

import (
	"reflect"
	"strings"
	"time"
)

// A plainKey is all that decides the plan of a plain value.
type plainKey struct {
	typ   reflect.Type
	rules string
	lax   bool
}

// value returns the node of a field's value. Fields of a plain type that have the same rules share
// one: most fields of an API have none, or those of many others.
func (c *compiler) value(f *candidate) (node, error) {
	key := plainKey{f.Type, f.tags.check, c.lax}
	if n := c.set.plain[key]; n != nil {
		return n, nil
	}
	rs, err := parseRules(f.tags.check)
	if err != nil {
		return nil, err
	}
	shared := isPlain(f.Type) && !strings.Contains(f.tags.check, "?") // a rule that only counts belongs to its field
	n, err := c.compile(f.Type, rs)
	if shared && err == nil {
		c.set.plain[key] = n
	}
	return n, err
}

// isPlain reports whether t consists of predeclared types, which have no methods, and times.
func isPlain(t reflect.Type) bool {
	switch k := t.Kind(); {
	case t == reflect.TypeFor[time.Time]():
		return true
	case reflect.Bool <= k && k <= reflect.Float64, k == reflect.String:
		return t.PkgPath() == ""
	case t.Name() != "":
		return false
	case k == reflect.Pointer, k == reflect.Slice:
		return isPlain(t.Elem())
	case k == reflect.Map:
		return isPlain(t.Key()) && isPlain(t.Elem())
	}
	return false
}
