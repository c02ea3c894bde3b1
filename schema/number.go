package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/tenonapi/tenon/openapi"
)

// number is how the plan holds a number while it checks it.
type number interface{ int64 | uint64 | float64 }

// A bound is one limit of a number.
type bound[T number] struct {
	name  string // of the rule
	text  string // as written
	value T
	fails *violation
	// implied bounds come from a type of 64 bits; its format says them already.
	implied bool
}

func (b *bound[T]) holds(v T) bool {
	switch b.name {
	case "le":
		return v <= b.value
	case "lt":
		return v < b.value
	case "ge":
		return v >= b.value
	}
	return v > b.value
}

var boundWords = map[string][2]string{
	"le": {"less_than_equal", "less than or equal to"},
	"lt": {"less_than", "less than"},
	"ge": {"greater_than_equal", "greater than or equal to"},
	"gt": {"greater_than", "greater than"},
}

func newBound[T number](name, text string, value T) bound[T] {
	return bound[T]{name: name, text: text, value: value, fails: boundViolation(name, text, json.Number(text))}
}

// numberRules are the rules of a number. A value from lo to hi has passed all
// bounds; only outside is it asked which one it broke.
type numberRules[T number] struct {
	lo, hi     T
	bounds     []bound[T]   // in the order in which they are reported: le, lt, ge, gt
	isMultiple func(T) bool // nil for no such rule
	multipleOf string
	odd        *violation // of a number that is no multiple
	choice     []T
	choices    []string
	constant   bool // there is one choice
	notChosen  *violation
}

// A numberKind is what the rules need to know of a type of numbers.
type numberKind[T number] struct {
	lo, hi   T // the range of the type
	parse    func(string) (T, error)
	multiple func(step T) func(T) bool // makes the test for multiples of step, which is above 0
}

// takeNumberRules takes the rules of a number.
func takeNumberRules[T number](rs *rules, k numberKind[T]) (numberRules[T], error) {
	r := numberRules[T]{lo: k.lo, hi: k.hi}
	empty := false // no value can pass: told apart here, for before and after may wrap round
	for _, name := range []string{"le", "lt", "ge", "gt"} {
		text, ok, err := rs.one(name)
		if err != nil {
			return r, err
		}
		if !ok {
			continue
		}
		v, err := k.read(text)
		if err != nil {
			return r, fmt.Errorf("rule %s=%s: want a number of the type", name, text)
		}
		b := newBound(name, text, v)
		r.bounds = append(r.bounds, b)
		switch name {
		case "le":
			r.hi = min(r.hi, v)
		case "lt":
			empty = empty || v <= k.lo
			r.hi = min(r.hi, before(v))
		case "ge":
			r.lo = max(r.lo, v)
		case "gt":
			empty = empty || v >= k.hi
			r.lo = max(r.lo, after(v))
		}
	}
	if empty || r.lo > r.hi {
		return r, errNoValue
	}
	if text, ok, err := rs.one("multipleOf"); err != nil {
		return r, err
	} else if ok {
		v, err := k.read(text)
		if err != nil || v <= 0 {
			return r, fmt.Errorf("rule multipleOf=%s: want a number above 0", text)
		}
		r.isMultiple, r.multipleOf = k.multiple(v), text
		r.odd = violationOf("multiple_of", "Input should be a multiple of "+text, "multiple_of", json.Number(text))
	}
	choices, constant, err := rs.choices()
	if err != nil {
		return r, err
	}
	name := "enum"
	if constant {
		name = "const"
	}
	for _, text := range choices {
		v, err := k.read(text)
		if err != nil {
			return r, fmt.Errorf("rule %s: %q is no number of the type", name, text)
		}
		r.choice = append(r.choice, v)
	}
	r.choices, r.constant, r.notChosen = choices, constant, literalError(choices, false)
	return r, nil
}

// read reads the value of a rule: a number as JSON has it, in the range of the type.
func (k *numberKind[T]) read(text string) (T, error) {
	if !json.Valid([]byte(text)) {
		return 0, strconv.ErrSyntax
	}
	return k.parse(text)
}

// before and after return the neighbour of v.
func before[T number](v T) T {
	if f, ok := any(v).(float64); ok {
		return T(math.Nextafter(f, math.Inf(-1)))
	}
	return v - 1
}

func after[T number](v T) T {
	if f, ok := any(v).(float64); ok {
		return T(math.Nextafter(f, math.Inf(1)))
	}
	return v + 1
}

// check returns what is wrong with v, or nil.
func (r *numberRules[T]) check(v T) *violation {
	if r.isMultiple != nil && !r.isMultiple(v) {
		return r.odd
	}
	if v < r.lo || v > r.hi {
		for i := range r.bounds {
			if !r.bounds[i].holds(v) {
				return r.bounds[i].fails
			}
		}
	}
	if r.choice != nil && !slices.Contains(r.choice, v) {
		return r.notChosen
	}
	return nil
}

// describe gives the rules to the keywords of a schema.
func (r *numberRules[T]) describe(s *openapi.Schema) *openapi.Schema {
	for _, b := range r.bounds {
		if b.implied {
			continue
		}
		*boundOf(s, b.name) = json.Number(b.text)
	}
	s.MultipleOf = json.Number(r.multipleOf)
	describeChoices(s, rawList(r.choices, false), r.constant)
	return s
}

// boundOf returns the keyword of the bound called name.
func boundOf(s *openapi.Schema, name string) *json.Number {
	switch name {
	case "le":
		return &s.Maximum
	case "lt":
		return &s.ExclusiveMaximum
	case "ge":
		return &s.Minimum
	}
	return &s.ExclusiveMinimum
}

// literalError is the violation of an enum rule.
func literalError(values []string, quote bool) *violation {
	if values == nil {
		return nil
	}
	words := slices.Clone(values)
	if quote {
		for i, v := range words {
			words[i] = "'" + v + "'"
		}
	}
	expected := oneOf(words)
	return violationOf("literal_error", "Input should be "+expected, "expected", expected)
}
