package tenon

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// servers says where the API is, seen from the document at path: its address is then
// right behind any prefix that a proxy or a mux takes away. Without it, or for a
// document that nobody serves, readers take the root of the host.
// Source: OpenAPI 3.1, section "Server Object".
func servers(path string) []openapi.Server {
	if path == "" {
		return nil
	}
	up := strings.Repeat("../", strings.Count(path, "/")-1)
	return []openapi.Server{{URL: cmp.Or(strings.TrimSuffix(up, "/"), ".")}} // a path is added to it, which has a slash
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
func (op *operation) describe(schemas *schema.Schemas, e *errorDocs) *openapi.Operation {
	o := &openapi.Operation{
		Summary: op.doc.Summary, Description: op.doc.Description, Tags: slices.Clone(op.tags),
		ExternalDocs: op.doc.ExternalDocs, Extensions: maps.Clone(op.doc.Extensions), // for there are several documents
		Responses: make(map[string]*openapi.Response), Security: op.security,
	}
	op.describeRequest(o, schemas)
	codes := op.output.statuses
	if op.output.serves() {
		codes = slices.Concat(codes, servedStatuses)
	}
	for _, code := range codes {
		o.Responses[strconv.Itoa(code)] = op.success(code, schemas)
	}
	e.describe(op, o.Responses, schemas)
	for _, d := range op.described {
		code := strconv.Itoa(d.status)
		r := o.Responses[code]
		switch {
		case r == nil && d.status < 400:
			r = op.success(d.status, schemas)
		case r == nil:
			r = e.any(d.status, schemas)
			r.Headers = op.headersOf(d.status)
		case r.Ref != "":
			shared := *e.responses[strings.TrimPrefix(r.Ref, responsePrefix)]
			r = &shared
		}
		r.Description = d.text
		o.Responses[code] = r
	}
	if op.retires != nil {
		op.retires.describe(o)
	}
	op.addExamples(o)
	return o
}

// describeRequest adds what the operation reads to its description.
func (op *operation) describeRequest(o *openapi.Operation, schemas *schema.Schemas) {
	form := &openapi.Schema{Type: openapi.Types{"object"}}
	for _, p := range op.parameters() {
		switch {
		case op.isCredential(p.source, p.name):
			continue
		case p.source != "form":
			o.Parameters = append(o.Parameters, p.describe(schemas))
			continue
		}
		form.Properties = append(form.Properties, openapi.Property{Name: p.name, Schema: p.schema(schemas)})
		if p.required() {
			form.Required = append(form.Required, p.name)
		}
	}
	if op.rest.form.closed {
		form.AdditionalProperties = &openapi.Schema{Never: true}
	}
	switch body := op.body(); {
	case op.rest.hasForm():
		o.RequestBody = op.describeForm(form)
	case body != nil:
		o.RequestBody = body.describe(schemas, schemas.Input)
		if op.router.app.app.cfg.Loose && body.several && !body.needed {
			o.RequestBody.Required = false
		}
	}
}

// success describes answers of the handler with one status.
func (op *operation) success(code int, schemas *schema.Schemas) *openapi.Response {
	r := op.output.describe(code, schemas, schemas.Output)
	for name, h := range op.headersOf(code) {
		if r.Headers == nil {
			r.Headers = make(map[string]*openapi.Header)
		}
		if r.Headers[http.CanonicalHeaderKey(name)] == nil { // the handler's own says more
			r.Headers[name] = h
		}
	}
	return r
}

func (out *output) describe(code int, schemas *schema.Schemas, of func(*schema.Field) *openapi.Schema) *openapi.Response {
	r := &openapi.Response{Description: cmp.Or(http.StatusText(code), "Success")}
	if b := out.body(code); b != nil && hasContent(code) && !b.mayLack(code) {
		r.Content = b.describe(schemas, of)
	}
	if len(out.cookies) > 0 {
		r.Headers = map[string]*openapi.Header{"Set-Cookie": out.describeCookies()}
	}
	for _, h := range out.headers {
		if r.Headers == nil {
			r.Headers = make(map[string]*openapi.Header)
		}
		s := of(h.field)
		s.Description = ""
		r.Headers[h.name] = &openapi.Header{Description: h.field.Doc(), Schema: s}
	}
	return r
}

// isCredential reports whether the document speaks of a parameter elsewhere: as a security scheme of
// the operation, or as one of the headers that are no parameters in it.
// Source: OpenAPI 3.1, section "Parameter Object".
func (op *operation) isCredential(source, name string) bool {
	if source == "header" && slices.Contains([]string{"Accept", "Authorization", "Content-Type"}, name) {
		return true
	}
	for _, way := range op.security {
		for scheme := range way {
			s := op.router.app.app.schemes[scheme]
			if s.Type == "apiKey" && s.In == source && (s.Name == name || source == "header" && http.CanonicalHeaderKey(s.Name) == name) {
				return true
			}
		}
	}
	return false
}

// parameters returns the parameters of all functions that run, each once.
func (op *operation) parameters() (list []param) {
	for _, r := range []*reading{&op.first, &op.rest} {
		for _, p := range r.params {
			if !p.repeated {
				list = append(list, p)
			}
		}
	}
	return list
}

// body returns the body of the operation, nil for none.
func (op *operation) body() *body {
	switch {
	case len(op.rest.bodies) > 0:
		return op.rest.bodies[0].body
	case len(op.rest.files) > 0:
		return multiparts
	case len(op.rest.form.params) > 0:
		return urlencoded
	}
	return nil
}

// problems lists the errors of the framework that the operation can answer.
func (op *operation) problems() []*problem.Error {
	list := []*problem.Error{errInternal, errMalformedTarget}
	if op.Deprecated != nil && op.Deprecated.Gone {
		list = append(list, errGone)
	}
	body := op.body()
	switch {
	case op.rest.hasForm():
		list = append(list, errMalformedForm, errUnreadableBody, errBodyTooLarge, errMediaType, errEncoding)
	case body != nil:
		list = append(list, errMalformedBody, errUnreadableBody, errBodyTooLarge, errMediaType, errEncoding)
	}
	if op.router.app.app.cfg.Loose && body != nil && (body.kind == jsonBody || op.rest.hasForm()) {
		list = slices.DeleteFunc(list, func(p *problem.Error) bool { return p == errMediaType })
	}
	params := op.parameters()
	if op.validates(params) {
		list = append(list, errValidation)
	}
	for _, p := range params {
		if p.status != 0 {
			list = append(list, withIssues(errValidation, p.status, nil))
		}
	}
	if op.output.serves() {
		list = append(list, errPrecondition, errRange)
	}
	if op.output.negotiates() {
		list = append(list, errNotAcceptable)
	}
	if op.limits.Timeout > 0 || slices.ContainsFunc(op.providers, func(p *provider) bool { return p.Timeout > 0 }) {
		list = append(list, errOverdue)
	}
	if op.limits.Concurrent > 0 {
		list = append(list, errOverloaded)
	}
	return list
}

// validates reports whether what is wrong with a request can be answered by 422: not if each of its
// params, which are all, has a status of its own and there is nothing else to be wrong.
func (op *operation) validates(params []param) bool {
	for _, r := range []*reading{&op.first, &op.rest} {
		if r.query.closed || r.cookies.closed || r.form.closed {
			return true
		}
	}
	return op.body() != nil || slices.ContainsFunc(params, func(p param) bool { return p.status == 0 })
}
