// Package jsonschema judges JSON values by the schemas of a JSON Schema 2020-12 or OpenAPI 3.1
// document. It is the judge of what package schema emits and encodes, and shares no code with it.
//
// It knows the keywords $ref, $defs, type, enum, const, minimum, maximum, exclusiveMinimum,
// exclusiveMaximum, multipleOf, minLength, maxLength, pattern, format, items, prefixItems,
// minItems, maxItems, uniqueItems, properties, required, additionalProperties, propertyNames,
// minProperties, maxProperties, dependentRequired, allOf, anyOf, oneOf, not, contentSchema of JSON
// text, and boolean schemas. The annotations of
// JSON Schema and OpenAPI (discriminator is one) and names that begin with "x-" are ignored. Any
// other keyword is an error of [Document.Compile], a misspelt one included.
//
// Three things differ from the standard. A reference is "#" or "#/" and a JSON pointer: no other
// document is read and no anchor found, and $id may stand at the root of the document only. A
// pattern is written in the syntax of package regexp (RE2): it has no look-around, and \s, \d and
// \w mean ASCII. A name that an object has twice is an error, in schemas and in values.
//
// All work is bounded: text nests at most 1000 levels, a number has at most 10000 characters and
// an exponent between -10^15 and 10^15, and one validation applies at most 2^20 schemas and 16 for
// each byte of the value, at most 20000 within each other. What exceeds a bound is an error, never valid.
package jsonschema

import (
	"errors"
	"fmt"
	"strings"
)

// A Document is parsed JSON text that contains schemas. It is safe for concurrent use.
type Document struct {
	root    any
	formats Formats
	lenient bool // for schemas that this package does not know in full, see Lenient
}

// Parse reads a whole document, such as an OpenAPI document or a schema. Formats are what the
// keyword format asserts; nil means that it and contentSchema assert nothing. The caller does not change them afterwards.
func Parse(document []byte, formats Formats) (*Document, error) {
	root, err := Read(document)
	if err != nil {
		return nil, fmt.Errorf("jsonschema: read document: %w", err)
	}
	return &Document{root: root, formats: formats}, nil
}

// Compile returns the schema at pointer, a JSON pointer such as "/components/schemas/Order"; ""
// is the whole document. It compiles what this schema contains and refers to, and returns one
// error that joins everything wrong with that: unknown keywords and formats, keywords with a value
// that they cannot have, references that lead nowhere, and schemas that refer to themselves for
// the same value.
//
// Source: RFC 6901, section 3.
func (d *Document) Compile(pointer string) (*Schema, error) {
	value, at, err := d.lookup(pointer)
	if err != nil {
		return nil, fmt.Errorf("jsonschema: %w", err)
	}
	c := &compiler{doc: d, nodes: map[string]*node{}}
	top := c.schema(at, value)
	if c.findCycles(); len(c.errs) > 0 {
		return nil, fmt.Errorf("jsonschema: %w", errors.Join(c.errs...))
	}
	return &Schema{top: top}, nil
}

// A Schema judges JSON values. It is safe for concurrent use.
type Schema struct {
	top *node
}

// Validate judges one JSON value. It returns an [*InvalidError] for a value that the schema
// refuses, and another error for text that is not JSON or exceeds a bound of this package.
func (s *Schema) Validate(value []byte) error {
	v, err := Read(value)
	if err != nil {
		return fmt.Errorf("jsonschema: read value: %w", err)
	}
	left := maxApplied + maxAppliedPerByte*len(value)
	return s.Judge(v, &left)
}

// Judge is Validate for a value of [Read]. It takes what it costs from left, the number of schemas
// that may still be applied, which several calls can share.
func (s *Schema) Judge(value any, left *int) error {
	e := evaluation{left: left}
	valid := e.apply(s.top, value, nil)
	switch {
	case e.exceeded != nil:
		return fmt.Errorf("jsonschema: %w", e.exceeded)
	case !valid:
		return &InvalidError{Violations: e.violations}
	}
	return nil
}

// maxViolations is how many violations an InvalidError lists.
const maxViolations = 1000

// An InvalidError lists what a schema refuses in a value, up to 1000 violations. What each schema
// of anyOf or oneOf refuses stands after the violation of that keyword.
type InvalidError struct {
	Violations []Violation
}

// Error has a line for each violation.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Violations))
	for i, v := range e.Violations {
		lines[i] = v.String()
	}
	return strings.Join(lines, "\n")
}

// A Violation is one keyword that refuses one value.
type Violation struct {
	Value   string // JSON pointer in the value that was validated; "" is the whole of it
	Keyword string // JSON pointer of the keyword in the document, not of the references followed
	Message string // says what is and what should be
}

// String writes both pointers as URI fragments.
func (v Violation) String() string {
	return fmt.Sprintf("#%s %s (#%s)", v.Value, v.Message, v.Keyword)
}
