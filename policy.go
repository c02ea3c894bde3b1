package tenon

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// An ErrorPolicy decides how errors look, on the wire and in the document. Its
// methods are called concurrently.
type ErrorPolicy interface {
	// Answer returns the status and media type of the answer to e, and dst with its
	// body. A status that is not from 400 to 599 is answered as an internal error.
	Answer(dst []byte, e *problem.Error, requestID string) (status int, contentType string, body []byte)
	// Describe returns the schema of the bodies that Answer makes of errors like e, whose
	// Data is as the schema data says; nil for none. A name makes it a component,
	// which must be the same for each error with that name.
	Describe(e *problem.Error, data *openapi.Schema) (name string, s *openapi.Schema)
}

// policy returns the policy that counts.
func (c *Config) policy() ErrorPolicy {
	if c.Errors != nil {
		return c.Errors
	}
	return problems{c.ProblemTypes}
}

// problems is the default policy.
// Source: RFC 9457.
type problems struct{ types string }

const (
	schemaPrefix   = "#/components/schemas/"
	responsePrefix = "#/components/responses/"
	problemName    = "Problem"
)

// Answer implements [ErrorPolicy].
func (p problems) Answer(dst []byte, e *problem.Error, requestID string) (int, string, []byte) {
	return e.Status, problem.ContentType, e.AppendJSON(dst, p.types, requestID)
}

// Describe implements [ErrorPolicy].
func (p problems) Describe(_ *problem.Error, data *openapi.Schema) (string, *openapi.Schema) {
	if data == nil {
		return problemName, problemSchema()
	}
	return "", &openapi.Schema{AllOf: []*openapi.Schema{
		{Ref: schemaPrefix + problemName},
		{Type: openapi.Types{"object"}, Properties: openapi.Properties{{Name: "data", Schema: data}}, Required: []string{"data"}},
	}}
}

// errorDocs describes errors. Operations that answer the same ones share a response.
type errorDocs struct {
	policy    ErrorPolicy
	schemas   map[string]*openapi.Schema
	responses map[string]*openapi.Response
	texts     map[string]string // of the responses, to tell them apart
	names     map[string]string // of the responses, by what is answered
}

func newErrorDocs(policy ErrorPolicy) *errorDocs {
	e := &errorDocs{policy: policy, schemas: make(map[string]*openapi.Schema), responses: make(map[string]*openapi.Response), texts: make(map[string]string), names: make(map[string]string)}
	for _, p := range []*problem.Error{errInternal, errValidation} { // whose names no type may have
		e.schema(p, nil)
	}
	return e
}

// schema returns the schema of an error.
func (e *errorDocs) schema(p *problem.Error, data *openapi.Schema) *openapi.Schema {
	name, s := e.policy.Describe(p, data)
	if name == "" {
		return s
	}
	e.schemas[name] = s
	return &openapi.Schema{Ref: schemaPrefix + name}
}

// A shown error is one that an operation may answer, as clients see it.
type shown struct {
	*problem.Error
	data        *openapi.Schema // nil for none
	status      int
	contentType string
	body        []byte
}

// errors lists what an operation may answer, by status and code.
func (e *errorDocs) errors(op *operation, schemas *schema.Schemas) (list []shown) {
	for _, p := range op.problems() {
		list = append(list, shown{Error: p})
	}
	for i := range op.errors {
		s := shown{Error: op.errors[i].problem(nil)}
		if d := op.errors[i].data; d != nil {
			s.data = schemas.Output(d.field)
		}
		list = append(list, s)
	}
	for i := range list {
		s := &list[i]
		if s.Code == errValidation.Code {
			s.Error = withIssues(s.Error, s.Status, exampleIssues)
		}
		s.status, s.contentType, s.body = e.policy.Answer(nil, s.Error, "example")
	}
	slices.SortStableFunc(list, func(a, b shown) int {
		return cmp.Or(cmp.Compare(a.status, b.status), strings.Compare(a.Code, b.Code))
	})
	return slices.CompactFunc(list, func(a, b shown) bool { return a.status == b.status && a.Code == b.Code && sameSchema(a.data, b.data) })
}

// sameSchema reports whether a and b, either of which may be nil, say the same.
func sameSchema(a, b *openapi.Schema) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, errX := a.MarshalJSON()
	y, errY := b.MarshalJSON()
	return errX == nil && errY == nil && string(x) == string(y)
}

var exampleIssues = []problem.Issue{{Type: "missing", Loc: []any{"body", "name"}, Msg: "Field required"}}

// describe adds the errors of op to responses.
func (e *errorDocs) describe(op *operation, responses map[string]*openapi.Response, schemas *schema.Schemas) {
	list := e.errors(op, schemas)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].status == list[0].status {
			n++
		}
		code := strconv.Itoa(list[0].status)
		responses[code] = e.share(code, list[:n], op.headersOf(list[0].status))
		list = list[n:]
	}
}

// used returns the responses that operations of doc refer to: some were described in their own words.
func (e *errorDocs) used(doc *openapi.Document) map[string]*openapi.Response {
	used := make(map[string]*openapi.Response)
	for _, item := range doc.Paths {
		for _, op := range item.Operations() {
			for _, r := range op.Responses {
				if name, ok := strings.CutPrefix(r.Ref, responsePrefix); ok {
					used[name] = e.responses[name]
				}
			}
		}
	}
	return used
}

// share returns a reference to the response that stands for errors with one status.
func (e *errorDocs) share(status string, list []shown, headers map[string]*openapi.Header) *openapi.Response {
	answered := answered(list, headers)
	if name := e.names[answered]; name != "" {
		return &openapi.Response{Ref: responsePrefix + name}
	}
	r := &openapi.Response{Headers: headers, Content: make(map[string]*openapi.MediaType)}
	name, lines := status, []string{}
	schemas := make(map[string][]*openapi.Schema) // by media type
	for _, s := range list {
		name += "." + s.Code
		lines = append(lines, s.Title+" (`"+s.Code+"`)")
		m := r.Content[s.contentType]
		if m == nil {
			m = &openapi.MediaType{Examples: make(map[string]*openapi.Example)}
			r.Content[s.contentType] = m
		}
		schemas[s.contentType] = append(schemas[s.contentType], e.schema(s.Error, s.data))
		if s.data == nil || s.Data != nil {
			m.Examples[s.Code] = &openapi.Example{Summary: s.Title, Value: example(s.contentType, s.body)}
		}
	}
	for t, m := range r.Content {
		m.Schema = anyOf(schemas[t])
	}
	r.Description = strings.Join(lines, "; ")
	text, _ := r.MarshalJSON() // an error will come from the whole document, too
	for n := 2; e.responses[name] != nil && e.texts[name] != string(text); n++ {
		name = strings.TrimSuffix(name, "-"+strconv.Itoa(n-1)) + "-" + strconv.Itoa(n)
	}
	e.responses[name], e.texts[name] = r, string(text)
	if answered != "" {
		e.names[answered] = name
	}
	return &openapi.Response{Ref: responsePrefix + name}
}

// answered tells errors with one status apart by what clients see of them, without describing it.
// It is empty where that is not enough: headers and data have schemas.
func answered(list []shown, headers map[string]*openapi.Header) string {
	if len(headers) > 0 || slices.ContainsFunc(list, func(s shown) bool { return s.data != nil }) {
		return ""
	}
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "%d %q %q %q %s\n", s.status, s.Code, s.Title, s.contentType, s.body)
	}
	return b.String()
}

// example returns a body as JSON: itself, or its text.
func example(contentType string, body []byte) json.RawMessage {
	if t, _, err := mime.ParseMediaType(contentType); err == nil && strings.HasSuffix(t, "json") {
		return body
	}
	text, _ := json.Marshal(string(body)) // of a string: it cannot fail
	return text
}

// any describes errors of which only the status is known.
func (e *errorDocs) any(status int, schemas *schema.Schemas) *openapi.Response {
	p := problem.New(status, "", "")
	_, contentType, _ := e.policy.Answer(nil, p, "example")
	return &openapi.Response{Content: map[string]*openapi.MediaType{contentType: {Schema: e.schema(p, nil)}}}
}

// anyOf returns a schema for what fits one of list, nil if one of these is nil, which anything fits.
func anyOf(list []*openapi.Schema) *openapi.Schema {
	var different []*openapi.Schema
	for _, s := range list {
		switch {
		case s == nil:
			return nil
		case s.Ref == "" || !slices.ContainsFunc(different, func(o *openapi.Schema) bool { return o.Ref == s.Ref }):
			different = append(different, s)
		}
	}
	if len(different) == 1 {
		return different[0]
	}
	return &openapi.Schema{AnyOf: different}
}

// problemSchema describes what answer sends.
func problemSchema() *openapi.Schema {
	text := func(doc string) *openapi.Schema {
		return &openapi.Schema{Type: openapi.Types{"string"}, Description: doc}
	}
	anything := new(openapi.Schema)
	issue := &openapi.Schema{
		Type: openapi.Types{"object"},
		Properties: openapi.Properties{
			{Name: "type", Schema: text("What is wrong, for programs")},
			{Name: "loc", Schema: &openapi.Schema{
				Type: openapi.Types{"array"}, Description: "Where: the source, then member names and indexes",
				Items: &openapi.Schema{Type: openapi.Types{"string", "integer"}},
			}},
			{Name: "msg", Schema: text("What is wrong, for people")},
			{Name: "input", Schema: &openapi.Schema{Description: "The value, when it is a scalar that may be repeated"}},
			{Name: "ctx", Schema: &openapi.Schema{
				Type: openapi.Types{"object"}, Description: "The numbers and words in msg", AdditionalProperties: anything,
			}},
		},
		Required: []string{"type", "loc", "msg"},
	}
	return &openapi.Schema{
		Type: openapi.Types{"object"}, Description: "A problem as in RFC 9457",
		Properties: openapi.Properties{
			{Name: "type", Schema: &openapi.Schema{Type: openapi.Types{"string"}, Format: "uri-reference", Description: "Identifies the kind of problem"}},
			{Name: "title", Schema: text("The kind of problem in a few words")},
			{Name: "status", Schema: &openapi.Schema{Type: openapi.Types{"integer"}, Description: "The HTTP status"}},
			{Name: "detail", Schema: text("What happened this time")},
			{Name: "code", Schema: text("The kind of problem, for programs")},
			{Name: "request_id", Schema: text("Names the request in logs")},
			{Name: "data", Schema: &openapi.Schema{Description: "Facts for programs, of a form that the code decides"}},
			{Name: "errors", Schema: &openapi.Schema{Type: openapi.Types{"array"}, Description: "Everything wrong with the input", Items: issue}},
		},
		Required: []string{"type", "title", "status", "code", "request_id"},
	}
}
