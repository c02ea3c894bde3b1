package jsonschema

import (
	"errors"
	"fmt"
)

// Bounds of one validation.
const (
	maxApplied        = 1 << 20 // schemas, and more for a long value:
	maxAppliedPerByte = 16
	maxWithin         = 20_000 // schemas applied within each other
)

// A test judges a value, reports what is wrong with it, and returns whether nothing is.
type test func(e *evaluation, value any, at *path) bool

// A node is a compiled schema.
type node struct {
	at      string // JSON pointer in the document
	tests   []test
	inPlace []*node // schemas that its tests apply to the same value
	uses    []*node // all schemas that its tests apply
	broken  bool    // something in it or in what it uses is wrong
}

// An evaluation is one validation of one value.
type evaluation struct {
	violations []Violation
	left       *int // schemas that may still be applied
	within     int
	exceeded   error // the bound that ended the evaluation
}

// perStep is how many members, items or bytes of a value cost as much as one schema that is applied to it.
const perStep = 16

// width is how many members, items or bytes a value has, without what is in them.
func width(value any) int {
	switch v := value.(type) {
	case string:
		return len(v)
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return 0
}

// canonical is the function of this name, which costs what the value is large.
func (e *evaluation) canonical(value any) string {
	text := canonical(value)
	*e.left -= len(text) / perStep
	return text
}

// apply reports whether value matches a schema.
func (e *evaluation) apply(n *node, value any, at *path) bool {
	if e.exceeded != nil {
		return false
	}
	if *e.left -= 1 + width(value)/perStep; *e.left < 0 {
		e.exceeded = errors.New("the value needs too many schemas")
		return false
	}
	if e.within++; e.within > maxWithin {
		e.exceeded = fmt.Errorf("the value needs more than %d schemas within each other", maxWithin)
		return false
	}
	valid := true
	for _, passes := range n.tests {
		if !passes(e, value, at) {
			valid = false
		}
	}
	e.within--
	return valid
}

// report adds a violation and returns false.
func (e *evaluation) report(at *path, keyword, format string, args ...any) bool {
	if len(e.violations) < maxViolations {
		e.violations = append(e.violations, Violation{
			Value: at.String(), Keyword: keyword, Message: fmt.Sprintf(format, args...),
		})
	}
	return false
}
