package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// Callback returns a router for requests that the application sends because of a request of e, to the
// URL in the field of that request whose address the function to returns. Operations of the router are
// in the document, beside e, and are not served: they have no handler. Their endpoints make the requests and read
// the answers:
//
//	paid := create.Callback("paid", func(in *createOrder) any { return &in.Body.CallbackURL })
//	a.paid = tenon.Post[orderPaid, tenon.NoContent](paid, "", nil)
//
//	r, err := a.paid.Request(ctx, order.CallbackURL, &orderPaid{Body: order})
//
// Their inputs are what is sent, and described like answers; what they read are the answers of the other
// side. A path, without parameters, is added to the URL as it is; what a query has is added to that of the URL. Options
// are [Tags], [Status], [Doc] and [Describe]. Whoever sends to addresses that others choose must guard against those of
// the own network, see package webhook. Callbacks are registered while New runs.
//
// Source: OpenAPI 3.1, section "Callback Object".
func (e *Endpoint[In, Out]) Callback(name string, to func(in *In) any) *Router {
	cb := &callback{name: name, of: e.op, site: caller()}
	if to != nil {
		in := new(In)
		cb.in, cb.to = in, to(in)
	}
	r := &Router{app: e.op.router.app, callback: cb}
	r.app.routers = append(r.app.routers, r)
	return r
}

// A callback is what Callback says.
type callback struct {
	name   string
	of     *operation // as it was registered
	in, to any        // a request of it, and the address of the field with the URL
	site   string
}

// compileCallbacks checks the callbacks, once the operations are compiled that they belong to.
func (b *builder) compileCallbacks(all []*settings) {
	for i, op := range b.callbacks {
		cb := op.router.callback
		fail := func(err error) {
			for _, text := range flatten(err) {
				b.mistake(op.site, "callback %q: %s", cb.name, text)
			}
		}
		at := slices.IndexFunc(b.operations, func(o *operation) bool { return o.Method == cb.of.Method && o.Path == cb.of.Path })
		if at < 0 || cb.of.router.callback != nil {
			fail(errors.New("a callback belongs to an operation that is served"))
			continue
		}
		if err := b.compileCallback(op, b.operations[at], all[i]); err != nil {
			fail(err)
			continue
		}
		b.compileExamples(op)
	}
}

// compileCallback compiles a request that is sent because of one of the operation of.
func (b *builder) compileCallback(op, of *operation, s *settings) error {
	s.checkCallback()
	cb := op.router.callback
	op.doc, op.tags, op.Version, op.described = s.doc, s.tags, of.Version, s.described
	var errs []error
	if cb.name == "" || strings.Trim(cb.name, alphanumeric+"._-") != "" {
		errs = append(errs, errors.New("want a name of letters, digits, dots, dashes and underscores"))
	}
	if len(op.links) > 0 {
		errs = append(errs, errors.New("has a Link, which is for answers that we send"))
	}
	if !new(openapi.PathItem).SetOperation(op.Method, nil) {
		errs = append(errs, fmt.Errorf("OpenAPI 3.1 cannot describe the method %q", op.Method))
	}
	var err error
	if op.path, err = route.Parse(cmp.Or(op.Path, "/")); err == nil && len(op.path.Params) > 0 {
		err = errors.New("its path has parameters: send them in the query, in headers or in the body")
	}
	errs = append(errs, err)
	if op.input, err = compileInput(b.app.set, op.in, op.path); err == nil {
		err = op.checkSent()
	}
	op.inputs = []*input{op.input}
	errs = append(errs, err, op.read(0))
	op.output, err = compileOutput(b.app.set, op.out, s.statuses)
	errs = append(errs, err)
	expression, err := cb.expression(of)
	op.expression = expression + op.Path
	errs = append(errs, err)
	op.ID = cmp.Or(op.doc.ID, of.ID+words(cb.name)+words(op.Path))
	if err == nil && !of.doc.Hidden && !op.doc.Hidden {
		errs = append(errs, b.identify(op))
		for _, other := range of.callbacks {
			if other.expression == op.expression && other.Method == op.Method && other.router.callback.name == cb.name {
				errs = append(errs, fmt.Errorf("%s is registered already, at %s", op.Method, other.site))
			}
		}
		of.callbacks = append(of.callbacks, op)
	}
	return errors.Join(errs...)
}

// checkCallback notes options that say nothing about a request that is sent.
func (s *settings) checkCallback() {
	at := s.subject
	s.subject = "a callback"
	if s.errors != nil || s.needScopes != nil {
		s.mistake("options Errors and Scopes say nothing about a callback")
	}
	kept := *s
	s.tags, s.statuses, s.doc, s.described = nil, nil, Doc{}, nil
	s.middleware = append(s.middleware, s.outer...)
	s.scopes = slices.Concat([][]*provider{slices.Concat(s.scopes[1:]...)}, s.scopes)
	s.checkSubject(false)
	*s = kept
	s.subject = at
}

// checkSent returns what cannot be sent, and marks the body as one that is printed.
func (op *operation) checkSent() error {
	in := op.input
	var errs []error
	for _, need := range in.needs {
		errs = append(errs, fmt.Errorf("%s.%s: no provider fills what is sent", typeName(in.typ), need.Name))
	}
	for i := range in.params {
		p := &in.params[i]
		if p.source == "form" {
			return errors.New("forms are not sent: use a Body")
		}
		if err := p.field.Output(); err != nil {
			errs = append(errs, fmt.Errorf("the %s parameter %s: %w", p.source, p.name, err))
		}
	}
	switch b := in.body; {
	case len(in.files) > 0:
		errs = append(errs, errors.New("files are not sent: use a Body"))
	case b != nil && b.field != nil:
		b.prints = true
		errs = append(errs, b.field.Output())
	}
	return errors.Join(errs...)
}

// expression returns where requests go, as a runtime expression.
func (cb *callback) expression(of *operation) (string, error) {
	if cb.to == nil || of.input == nil {
		return "", errors.New("want the address of the field that has the URL")
	}
	loc, ok := of.input.locate(cb.in, cb.to)
	if !ok {
		return "", fmt.Errorf("a %T is no address of a field of the request to %s %s", cb.to, of.Method, of.Path)
	}
	text, err := requestExpression(loc)
	return "{" + text + "}", err
}

// words returns a name or a path as part of an operation ID.
func words(text string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("/-_.~", r) }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// addCallbacks adds the callbacks of op to its description.
func (op *operation) addCallbacks(o *openapi.Operation, schemas *schema.Schemas, id func(*operation) string) {
	for _, cb := range op.callbacks {
		name := cb.router.callback.name
		if o.Callbacks[name] == nil {
			put(&o.Callbacks, name, make(openapi.Callback))
		}
		item := o.Callbacks[name][cb.expression]
		if item == nil {
			item = new(openapi.PathItem)
			o.Callbacks[name][cb.expression] = item
		}
		sent := cb.describeSent(schemas)
		sent.OperationID = id(cb)
		item.SetOperation(cb.Method, sent)
	}
}

// describeSent returns a callback as the document shows it: what is sent is printed, and what is
// answered is read.
func (op *operation) describeSent(schemas *schema.Schemas) *openapi.Operation {
	o := &openapi.Operation{
		Summary: op.doc.Summary, Description: op.doc.Description, Tags: slices.Clone(op.tags), ExternalDocs: op.doc.ExternalDocs,
		Extensions: maps.Clone(op.doc.Extensions), Responses: make(map[string]*openapi.Response),
	}
	for i := range op.input.params {
		o.Parameters = append(o.Parameters, op.input.params[i].describe(schemas))
	}
	if b := op.input.body; b != nil {
		o.RequestBody = b.describe(schemas, schemas.Output)
	}
	for _, code := range op.output.statuses {
		o.Responses[strconv.Itoa(code)] = op.output.describe(code, schemas, schemas.Input)
	}
	for _, d := range op.described {
		code := strconv.Itoa(d.status)
		if o.Responses[code] == nil {
			o.Responses[code] = new(openapi.Response)
		}
		o.Responses[code].Description = d.text
	}
	op.addExamples(o)
	return o
}

// callbackURL returns where a callback to the URL base goes. target is its path and query.
func callbackURL(base, target string) string {
	if query, ok := strings.CutPrefix(target, "?"); ok && strings.Contains(base, "?") {
		return base + "&" + query
	}
	return base + target
}
