package tenon

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
)

const schemaPrefix = "#/components/schemas/"

// problemName is the name of the schema of errors.
const problemName = "Problem"

// describe writes the document and enters it into the tree.
func (a *App) describe() error {
	doc := &openapi.Document{
		Info:       openapi.Info{Title: a.cfg.Title, Version: a.cfg.Version, Description: a.cfg.Description},
		Paths:      make(map[string]*openapi.PathItem),
		Components: new(openapi.Components),
	}
	schemas := schema.NewSchemas(schemaPrefix, problemName)
	var errs []error
	ids := make(map[string]*operation)
	for _, op := range a.operations {
		if op.doc.Hidden {
			continue
		}
		if other := ids[op.ID]; other != nil {
			errs = append(errs, fmt.Errorf("%s: %s %s has the operation ID %q of %s %s at %s: choose another with Doc{ID: …}",
				op.site, op.Method, op.Path, op.ID, other.Method, other.Path, other.site))
		}
		ids[op.ID] = op
		item := doc.Paths[op.Path]
		if item == nil {
			item = new(openapi.PathItem)
			doc.Paths[op.Path] = item
		}
		if !item.SetOperation(op.Method, op.describe(schemas)) {
			errs = append(errs, fmt.Errorf("%s: OpenAPI 3.1 cannot describe the method %s: hide the operation with Doc{Hidden: true}", op.site, op.Method))
		}
	}
	components, err := schemas.Components()
	if err != nil {
		errs = append(errs, err)
	}
	if len(doc.Paths) > 0 {
		components[problemName] = problemSchema()
	}
	doc.Components.Schemas = components
	if err := errors.Join(errs...); err != nil {
		return err
	}
	a.document = doc
	return a.publish(doc)
}

// publish serves the document.
func (a *App) publish(doc *openapi.Document) error {
	if a.cfg.Document == "-" {
		return nil
	}
	text, err := doc.JSON()
	if err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	path, err := route.Parse(or(a.cfg.Document, "/openapi.json"))
	if err != nil {
		return fmt.Errorf("tenon: Config.Document: %w", err)
	}
	p := a.tree.At(path)
	if p.methods[http.MethodGet] != nil {
		return fmt.Errorf("tenon: Config.Document: an operation is registered for GET %s", path.Text)
	}
	p.raw = func(x transport.Exchange) { x.Send(http.StatusOK, "application/json", text) }
	if p.allow == "" {
		p.allow = "GET, HEAD, OPTIONS"
	}
	return nil
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
	r := &openapi.Response{Description: http.StatusText(code)}
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
	list := []*problem.Error{errInternal}
	for i := range op.errors {
		list = append(list, op.errors[i].problem(nil))
	}
	if op.input.body != nil {
		list = append(list, errMalformedBody, errBodyTooLarge, errMediaType)
	}
	if len(op.input.queries) > 0 {
		list = append(list, errMalformedTarget)
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
