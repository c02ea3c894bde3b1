package tenon

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/tenonapi/tenon/internal/jsonschema"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// Example shows a request of e and an answer to it in the document, under a name; either may be nil.
// [New] refuses a request that would be refused, and an answer that does not fit its type. A
// [Secret] is shown as stars. Files, streams and what other functions than the handler read are not
// shown. Examples are given while New runs, like all that a [Router] takes.
//
// Source: OpenAPI 3.1, section "Example Object".
func (e *Endpoint[In, Out]) Example(name, summary string, in *In, out *Out) {
	x := &namedExample{name: name, summary: summary, site: caller()}
	if in != nil {
		x.in = in
	}
	if out != nil {
		x.out = out
	}
	e.op.examples = append(e.op.examples, x)
}

// A namedExample is what Example says.
type namedExample struct {
	name, summary string
	in, out       any // pointers, nil for none
	site          string
}

// A shownExample is one as the document shows it.
type shownExample struct {
	*namedExample
	params  map[string]json.RawMessage // by source and name
	body    json.RawMessage            // nil for none
	status  string                     // of the answer
	content map[string]json.RawMessage // bodies of the answer, by media type
	headers map[string]json.RawMessage // of the answer
}

// compileExamples checks the examples of a compiled operation.
func (b *builder) compileExamples(op *operation) {
	seen := make(map[string]bool)
	for _, x := range op.examples {
		fail := func(err error) {
			for _, text := range flatten(err) {
				b.mistake(x.site, "%s %s: the example %q: %s", op.Method, op.Path, x.name, text)
			}
		}
		switch {
		case x.name == "" || seen[x.name]:
			fail(errors.New("want a name of its own"))
		case x.in == nil && x.out == nil:
			fail(errors.New("shows neither a request nor an answer"))
		}
		seen[x.name] = true
		s := &shownExample{namedExample: x, params: make(map[string]json.RawMessage), content: make(map[string]json.RawMessage), headers: make(map[string]json.RawMessage)}
		if x.in != nil {
			fail(s.request(op))
		}
		if x.out != nil {
			fail(s.answer(op))
		}
		op.shown = append(op.shown, s)
	}
}

// request checks and shows the request.
func (s *shownExample) request(op *operation) error {
	in := op.input
	d := op.router.app.app.set.Decoder(0)
	defer d.Release()
	read, zero := reflect.New(in.typ).Interface(), reflect.New(in.typ).Interface()
	for i := range in.params {
		p := &in.params[i]
		texts, err := p.texts(s.in)
		if err != nil {
			return err
		}
		if none, err := p.texts(zero); err == nil && !p.required() && slices.Equal(texts, none) {
			texts = nil // it is left out
		}
		if err := p.reread(d, s.in, read, texts); err != nil {
			return err
		}
		if p.closes != nil {
			p.closes.Validate(d, read)
		}
		if len(texts) == 0 {
			continue
		}
		if s.params[p.source+" "+p.name], err = p.field.AppendInput(nil, s.in, false); err != nil {
			return err
		}
	}
	if err := s.requestBody(in, d, read); err != nil {
		return err
	}
	return plain(d.Err())
}

// reread reads into the parameter struct read what is sent of v as texts.
func (p *param) reread(d *schema.Decoder, v, read any, texts []string) (err error) {
	switch {
	case p.object != nil:
		var members []schema.Pair
		for i := 0; i+1 < len(texts); i += 2 {
			members = append(members, schema.Pair{Name: texts[i], Value: texts[i+1]})
		}
		p.object.Texts(d, read, members)
		return nil
	case p.json && len(texts) == 1:
		p.field.JSONText(d, read, texts[0])
		return nil
	case p.split != "" && len(texts) > 0:
		if texts, err = p.field.AppendTexts(nil, v); err != nil {
			return err
		}
	}
	p.field.Text(d, read, texts...)
	return nil
}

// requestBody checks and shows a body that is JSON or text.
func (s *shownExample) requestBody(in *input, d *schema.Decoder, read any) error {
	b := in.body
	if b == nil || b.kind != jsonBody && b.kind != textBody {
		return nil
	}
	text, err := b.append(nil, s.in, true)
	switch {
	case err != nil:
		return err
	case !b.field.Required() && string(text) == "null":
		return nil
	case b.prints && b.kind == jsonBody:
		if err := fits(b.field, text); err != nil {
			return fmt.Errorf("the body: %w", err)
		}
	case b.kind == textBody:
		b.field.Text(d, read, *at[string](b, s.in))
	default:
		b.field.JSON(d, read, text)
	}
	s.body, err = b.append(nil, s.in, false)
	return err
}

// plain returns an error for each of the issues of err, which may be nil.
func plain(err error) error {
	e, ok := errors.AsType[*schema.Error](err)
	if !ok {
		return err
	}
	var errs []error
	for _, issue := range e.Issues {
		errs = append(errs, errors.New(issue.String()))
	}
	return errors.Join(errs...)
}

// answer checks and shows the answer.
func (s *shownExample) answer(op *operation) error {
	c := &call{op: op}
	if err := c.encode(s.out); err != nil {
		return err
	}
	s.status = fmt.Sprint(c.status)
	var errs []error
	for i := range op.output.headers {
		h := &op.output.headers[i]
		texts, err := h.field.AppendTexts(nil, s.out)
		if err != nil || len(texts) == 0 || texts[0] == "" {
			continue // it is not sent
		}
		if s.headers[h.name], err = h.field.AppendJSON(nil, s.out); err == nil {
			err = fits(h.field, s.headers[h.name])
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("the header %s: %w", h.name, err))
		}
	}
	if c.form == nil || c.form.stream != nil {
		return errors.Join(errs...)
	}
	for i, t := range c.form.types {
		text, err := c.form.append(nil, s.out, i)
		switch {
		case err != nil:
		case c.form.field != nil && isJSON(t):
			s.content[bare(t)], err = text, fits(c.form.field, text)
		default:
			s.content[bare(t)] = quoteText(text)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("the answer as %s: %w", t, err))
		}
	}
	return errors.Join(errs...)
}

// quoteText returns a text as JSON.
func quoteText(text []byte) json.RawMessage {
	quoted, _ := json.Marshal(string(text)) // of a string: it cannot fail
	return quoted
}

// fits returns how what f prints is not as the document says. The rules of an answer are not
// checked when it is sent, so that its plan is no judge.
func fits(f *schema.Field, text []byte) error {
	all := schema.NewSchemas(schemaPrefix)
	s := all.Output(f)
	components, err := all.Components()
	if err != nil {
		return err
	}
	const name = " of the example" // no type is called so
	components[name] = s
	doc, err := (&openapi.Document{Components: &openapi.Components{Schemas: components}}).JSON()
	if err != nil {
		return err
	}
	formats := jsonschema.StandardFormats()
	formats["password"] = jsonschema.Format{} // for people only
	judge, err := jsonschema.Parse(doc, formats)
	if err != nil {
		return err
	}
	compiled, err := judge.Compile(jsonschema.Pointer("components", "schemas", name))
	if err != nil {
		return err
	}
	return compiled.Validate(text)
}

// addExamples adds the examples of op to its description.
func (op *operation) addExamples(o *openapi.Operation) {
	for _, s := range op.shown {
		made := func(value json.RawMessage) *openapi.Example {
			return &openapi.Example{Summary: s.summary, Value: value}
		}
		for _, p := range o.Parameters {
			switch value := s.params[p.In+" "+p.Name]; {
			case value == nil:
			case p.Content == nil:
				put(&p.Examples, s.name, made(value))
			default:
				for _, m := range p.Content {
					put(&m.Examples, s.name, made(value))
				}
			}
		}
		if o.RequestBody != nil && s.body != nil {
			for _, t := range op.input.body.types {
				put(&o.RequestBody.Content[t].Examples, s.name, made(s.body))
			}
		}
		r := o.Responses[s.status]
		if r == nil {
			continue
		}
		for name, value := range s.headers {
			put(&r.Headers[http.CanonicalHeaderKey(name)].Examples, s.name, made(value))
		}
		for t, value := range s.content {
			put(&r.Content[t].Examples, s.name, made(value))
		}
	}
}

// put sets an entry of a map, which it makes if there is none.
func put[T any](m *map[string]T, name string, v T) {
	if *m == nil {
		*m = make(map[string]T)
	}
	(*m)[name] = v
}
