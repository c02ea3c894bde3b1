package jsonschema_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

// Whatever the document and the value: no panic, an end, and a schema and its negation that disagree.
func FuzzValidate(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"type":["integer","null"],"minimum":1e3,"multipleOf":0.25,"format":"int8"}`, `1e999999999999`},
		{`{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"items":{"$ref":"#"},"uniqueItems":true,"maxItems":2}}}`, `[[],[[]]]`},
		{`{"properties":{"a":{"pattern":"^a*$","minLength":1}},"required":["a"],"additionalProperties":false}`, `{"a":"b","c":1}`},
		{`{"oneOf":[{"const":{"a":[1.0]}},{"enum":[{},"a"]},{"not":{"prefixItems":[true,false]}}]}`, `{"a":[1]}`},
		{`{"propertyNames":{"format":"uri"},"minProperties":1,"anyOf":[{"format":"email"},{"format":"date-time"}]}`, `{"a:b":"\u0000"}`},
		{`{"allOf":[{"$ref":"#"}]}`, `1`},
		{`{"if":true,"minLength":-1,"type":"x","$ref":"#/~3"}`, `null`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	formats := jsonschema.StandardFormats()
	f.Fuzz(func(t *testing.T, document, value []byte) {
		schema, err := compile(string(document), "", formats)
		if err != nil {
			return
		}
		err = schema.Validate(value)
		invalid, refused := errors.AsType[*jsonschema.InvalidError](err)
		if refused && len(invalid.Violations) == 0 {
			t.Error("refused without a violation")
		}
		if err != nil && !refused || bytes.ContainsAny(document, `#\`) {
			return // not JSON, beyond a bound, or with references that another document would lead elsewhere
		}
		negation, err := compile(`{"not":`+string(document)+`}`, "", formats)
		if err != nil {
			return // $id below the root, or nested too deep
		}
		err = negation.Validate(value)
		_, refusedToo := errors.AsType[*jsonschema.InvalidError](err)
		if err != nil && !refusedToo {
			return // beyond a bound
		}
		if refused == refusedToo {
			t.Errorf("refused: %v, by the negation: %v", refused, refusedToo)
		}
	})
}
