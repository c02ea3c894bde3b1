package tenon

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

const schemaPrefix = "#/components/schemas/"

// problemName is the name of the schema of errors.
const problemName = "Problem"

// describe writes the document.
func (a *App) describe() (err error) {
	doc := &openapi.Document{
		Info:       openapi.Info{Title: a.cfg.Title, Version: a.cfg.Version, Description: a.cfg.Description},
		Paths:      make(map[string]*openapi.PathItem),
		Components: new(openapi.Components),
	}
	schemas := schema.NewSchemas(schemaPrefix, problemName)
	for _, op := range a.operations {
		if op.doc.Hidden {
			continue
		}
		if doc.Paths[op.Path] == nil {
			doc.Paths[op.Path] = new(openapi.PathItem)
		}
		doc.Paths[op.Path].SetOperation(op.Method, op.describe(schemas))
	}
	if doc.Components.Schemas, err = schemas.Components(); err != nil {
		return err
	}
	if len(doc.Paths) > 0 {
		doc.Components.Schemas[problemName] = problemSchema()
	}
	a.document = doc
	a.text, err = doc.JSON()
	return err
}

// operationID is the ID of an operation that has no other: getV1OrdersByOrderId.
func operationID(method string, path *route.Template) string {
	var b strings.Builder
	b.WriteString(strings.ToLower(method))
	for s := range strings.SplitSeq(path.Text, "/") {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			b.WriteString("By")
			s = strings.TrimSuffix(name, "}")
		}
		for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == '~' }) {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// describe returns the operation as the document shows it.
func (op *operation) describe(schemas *schema.Schemas) *openapi.Operation {
	o := &openapi.Operation{
		OperationID: op.ID, Summary: op.doc.Summary, Description: op.doc.Description, Tags: op.tags,
		Responses: make(map[string]*openapi.Response),
	}
	for i := range op.input.params {
		p := &op.input.params[i]
		s := schemas.Input(p.field)
		s.Description, s.Deprecated = "", false // the parameter says it
		o.Parameters = append(o.Parameters, &openapi.Parameter{
			Name: p.name, In: p.source, Description: p.field.Doc(), Deprecated: p.field.Deprecated(),
			Required: p.field.Required(), Schema: s,
		})
	}
	if body := op.input.body; body != nil {
		o.RequestBody = &openapi.RequestBody{
			Description: body.Doc(), Required: body.Required(),
			Content: map[string]*openapi.MediaType{"application/json": {Schema: schemas.Input(body)}},
		}
	}
	for _, code := range op.output.statuses {
		o.Responses[strconv.Itoa(code)] = op.output.describe(code, schemas)
	}
	for _, p := range op.problems() {
		o.Responses[strconv.Itoa(p.Status)] = describeProblem(o.Responses[strconv.Itoa(p.Status)], p)
	}
	return o
}

func (out *output) describe(code int, schemas *schema.Schemas) *openapi.Response {
	r := &openapi.Response{Description: or(http.StatusText(code), "Success")}
	if out.body != nil {
		r.Content = map[string]*openapi.MediaType{"application/json": {Schema: schemas.Output(out.body)}}
	}
	for _, h := range out.headers {
		if r.Headers == nil {
			r.Headers = make(map[string]*openapi.Header)
		}
		s := schemas.Output(h.field)
		s.Description = ""
		r.Headers[h.name] = &openapi.Header{Description: h.field.Doc(), Schema: s}
	}
	return r
}

// problems lists the errors that the operation can answer.
func (op *operation) problems() []*problem.Error {
	list := []*problem.Error{errInternal, errMalformedTarget}
	for i := range op.errors {
		list = append(list, op.errors[i].problem(nil))
	}
	if op.input.body != nil {
		list = append(list, errMalformedBody, errUnreadableBody, errBodyTooLarge, errMediaType, errEncoding)
	}
	if len(op.input.params) > 0 || op.input.body != nil {
		list = append(list, errValidation)
	}
	for _, p := range op.input.params {
		if p.status != 0 {
			list = append(list, withIssues(errValidation, p.status, nil))
		}
	}
	slices.SortStableFunc(list, func(a, b *problem.Error) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// describeProblem adds p to the response for its status, which may be nil.
func describeProblem(r *openapi.Response, p *problem.Error) *openapi.Response {
	line := p.Title + " (`" + p.Code + "`)"
	switch {
	case r == nil:
		return &openapi.Response{
			Description: line,
			Content: map[string]*openapi.MediaType{
				problem.ContentType: {Schema: &openapi.Schema{Ref: schemaPrefix + problemName}},
			},
		}
	case !strings.Contains(r.Description, "`"+p.Code+"`"):
		r.Description += "; " + line
	}
	return r
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
			{Name: "errors", Schema: &openapi.Schema{Type: openapi.Types{"array"}, Description: "Everything wrong with the input", Items: issue}},
		},
		Required: []string{"type", "title", "status", "code", "request_id"},
	}
}
