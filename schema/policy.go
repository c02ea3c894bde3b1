package schema

import (
	"errors"
	"fmt"
	"reflect"
)

// A policy is what the rules of fields _ struct{} say about their struct.
type policy struct {
	closed bool // members that are no field are refused
	lax    bool // fields are coerced
}

// policyOf returns the policy of t. lax is that around it.
func policyOf(t reflect.Type, lax bool) (policy, error) {
	p := policy{lax: lax}
	var errs []error
	for i := range t.NumField() {
		if f := t.Field(i); f.Name == "_" {
			errs = append(errs, wrapField(t, f, p.read(f)))
		}
	}
	return p, errors.Join(errs...)
}

// read reads a field _ struct{}.
func (p *policy) read(f reflect.StructField) error {
	tags, err := parseTags(f)
	if err != nil {
		return err
	}
	rs, err := parseRules(tags.check)
	if err != nil {
		return err
	}
	v, ok, err := rs.one("additionalProperties")
	switch {
	case err != nil:
		return err
	case ok && v != "false":
		return fmt.Errorf("rule additionalProperties=%s: want false", v)
	}
	p.closed = p.closed || ok
	lax, given, err := rs.coercion()
	if given {
		p.lax = lax
	}
	return errors.Join(err, rs.rest("a struct"))
}
