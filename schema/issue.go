package schema

import (
	"strings"

	"github.com/tenonapi/tenon/problem"
)

// An Error lists everything wrong with an input.
type Error struct {
	// Malformed tells that the input is no JSON text at all, which Issues[0] explains.
	Malformed bool
	Issues    []problem.Issue
}

// Error returns the issues, one a line.
func (e *Error) Error() string {
	var b strings.Builder
	for i, issue := range e.Issues {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(issue.String())
	}
	return b.String()
}

// A violation is what is wrong with a value, without where and with which
// value: the part of an issue that is made when the plan is compiled. Types and
// messages are Pydantic's, where it has them.
type violation struct {
	typ, msg string
	ctx      []problem.Attr
}

var (
	missing         = &violation{typ: "missing", msg: "Field required"}
	duplicateMember = &violation{typ: "duplicate_member", msg: "Member should be given once"}
	multipleValues  = &violation{typ: "multiple_values", msg: "Input should be given once"}
	extraForbidden  = &violation{typ: "extra_forbidden", msg: "Extra inputs are not permitted"}
	tooManyIssues   = &violation{typ: "too_many_errors", msg: "Too many errors, the rest is not listed"}

	modelType  = &violation{typ: "model_attributes_type", msg: "Input should be a valid dictionary or object to extract fields from"}
	dictType   = &violation{typ: "dict_type", msg: "Input should be a valid dictionary"}
	listType   = &violation{typ: "list_type", msg: "Input should be a valid list"}
	stringType = &violation{typ: "string_type", msg: "Input should be a valid string"}
	intType    = &violation{typ: "int_type", msg: "Input should be a valid integer"}
	floatType  = &violation{typ: "float_type", msg: "Input should be a valid number"}
	boolType   = &violation{typ: "bool_type", msg: "Input should be a valid boolean"}
	bytesType  = &violation{typ: "bytes_type", msg: "Input should be a valid bytes"}
	timeType   = &violation{typ: "datetime_type", msg: "Input should be a valid datetime"}
	uuidType   = &violation{typ: "uuid_type", msg: "UUID input should be a string, bytes or UUID object"}

	intParsing   = &violation{typ: "int_parsing", msg: "Input should be a valid integer, unable to parse string as an integer"}
	intFromFloat = &violation{typ: "int_from_float", msg: "Input should be a valid integer, got a number with a fractional part"}
	floatParsing = &violation{typ: "float_parsing", msg: "Input should be a valid number, unable to parse string as a number"}
	finiteNumber = &violation{typ: "finite_number", msg: "Input should be a finite number"}
	boolParsing  = &violation{typ: "bool_parsing", msg: "Input should be a valid boolean, unable to interpret input"}
	timeParsing  = withReason("datetime_parsing", "Input should be a valid datetime, ", "expected the form 2006-01-02T15:04:05Z of RFC 3339")
	base64Decode = withReason("base64_decode", "Base64 decoding error: ", "expected the standard alphabet with padding")
	invalidValue = withReason("value_error", "Value error, ", "the value is not valid")
)

// violationOf is a violation with one fact in ctx.
func violationOf(typ, msg, name string, value any) *violation {
	v := &struct { // one allocation in place of two
		violation
		fact [1]problem.Attr
	}{violation{typ: typ, msg: msg}, [1]problem.Attr{{Name: name, Value: value}}}
	v.ctx = v.fact[:]
	return &v.violation
}

// withReason is a violation whose message ends with a reason that is in ctx too.
func withReason(typ, msg, reason string) *violation {
	return violationOf(typ, msg+reason, "error", reason)
}

// memberCase is the violation of a member whose name is expected in another case.
func memberCase(expected string) *violation {
	return violationOf("member_case", "Member should be written '"+expected+"'", "expected", expected)
}

// oneOf words a choice as Pydantic does: 'a', 'b' or 'c'.
func oneOf(quoted []string) string {
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// plural is the ending of a noun that n counts.
func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
