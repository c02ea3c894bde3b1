package schema

import (
	"strings"
	"unsafe"

	"github.com/tenonapi/tenon/openapi"
)

// A form is how a string must look that holds the JSON text of a value.
type form struct {
	pattern string
	fits    func(text string) bool // of JSON text of the value; nil for all
}

var (
	numberForm   = &form{pattern: `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`}
	stringForm   = &form{pattern: `^"([^"\\]|\\.)*"$`}
	signedForm   = &form{`^-?(0|[1-9][0-9]*)$`, func(s string) bool { return isWhole(strings.TrimPrefix(s, "-")) }}
	keyForm      = &form{`^(0|-?[1-9][0-9]*)$`, func(s string) bool { return signedForm.fits(s) && s != "-0" }}
	unsignedForm = &form{`^(0|[1-9][0-9]*)$`, isWhole}
)

// allows reports whether JSON text of a value has the form.
func (f *form) allows(text []byte) bool {
	return f == nil || f.fits == nil || f.fits(unsafe.String(unsafe.SliceData(text), len(text)))
}

// isWhole reports whether s is an integer without sign and zeros before it.
func isWhole(s string) bool { return isDigits(s) && (len(s) == 1 || s[0] != '0') }

// formOf returns the form of a number or string that stands in a string, or nil.
// Integers have neither fraction nor exponent there, as in encoding/json.
func formOf(n node) *form {
	switch n := n.(type) {
	case *intNode[int64]:
		return signedForm
	case *intNode[uint64]:
		return unsignedForm
	case *floatNode:
		return numberForm
	case *stringNode:
		return stringForm
	case *enumNode:
		return formOf(n.node)
	case *laxNode:
		return formOf(n.node)
	case *reportNode:
		return formOf(n.node)
	}
	return nil
}

// keyFormOf returns the form of an integer as the name of a member, or nil: each
// integer has one name, so that no two members are one key.
func keyFormOf(n node) *form {
	f := formOf(n)
	switch f {
	case signedForm:
		return keyForm
	case unsignedForm:
		return f
	}
	return nil
}

// inString is the schema of a string that holds JSON text for s. All readers of
// schemas know the pattern; what it cannot say, contentSchema does for those that
// look into strings. Source: JSON Schema 2020-12, Validation section 8.5.
func inString(s *openapi.Schema, f *form) *openapi.Schema {
	return &openapi.Schema{
		Type: openapi.Types{"string"}, Pattern: f.pattern, ContentMediaType: "application/json", ContentSchema: s,
	}
}
