package tenon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/schema"
)

var errNotCompiled = errors.New("tenon: the endpoint belongs to no application: was there an error from New?")

// URL returns the path and query that in stands for, to link to the operation.
// It returns an error for values that have no form there, such as an empty path
// parameter.
func (e *Endpoint[In, Out]) URL(in *In) (string, error) {
	if e.op.app == nil {
		return "", errNotCompiled
	}
	values := make([]string, len(e.op.path.Params))
	query := make(url.Values)
	for i := range e.op.input.params {
		p := &e.op.input.params[i]
		if p.source != "path" && p.source != "query" {
			continue
		}
		texts, err := p.texts(in)
		if err != nil {
			return "", err
		}
		if p.source == "query" {
			query[p.name] = texts
		} else if len(texts) > 0 {
			values[p.pos] = texts[0]
		}
	}
	target, err := e.op.path.Build(values)
	if err != nil {
		return "", fmt.Errorf("tenon: %w", err)
	}
	if q := query.Encode(); q != "" {
		target += "?" + q
	}
	return target, nil
}

// texts returns the values of the parameter in v, a pointer to the input.
func (p *param) texts(v any) ([]string, error) {
	texts, err := p.field.AppendTexts(nil, v)
	if err != nil {
		return nil, fmt.Errorf("tenon: the %s parameter %s: %w", p.source, p.name, err)
	}
	return texts, nil
}

// Request returns the request that in stands for. base is the address of the
// server, such as "https://api.example.com". It returns an error for values that
// have no form in a request.
func (e *Endpoint[In, Out]) Request(ctx context.Context, base string, in *In) (*http.Request, error) {
	target, err := e.URL(in)
	if err != nil {
		return nil, err
	}
	body, err := e.op.input.encode(in)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, e.op.Method, strings.TrimSuffix(base, "/")+target, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", e.op.mediaTypes()[0])
	}
	for i := range e.op.input.params {
		p := &e.op.input.params[i]
		if p.source != "header" && p.source != "cookie" {
			continue
		}
		texts, err := p.texts(in)
		if err != nil {
			return nil, err
		}
		for _, text := range texts {
			if err := p.addTo(r, text); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// encode returns the body of the request that v stands for, nil for none.
func (in *input) encode(v any) (io.Reader, error) {
	form := make(url.Values)
	for i := range in.params {
		p := &in.params[i]
		if p.source != "form" {
			continue
		}
		texts, err := p.texts(v)
		if err != nil {
			return nil, err
		}
		form[p.name] = texts
	}
	if in.body == nil {
		if len(form) == 0 {
			return nil, nil
		}
		return strings.NewReader(form.Encode()), nil
	}
	return in.body.encode(v)
}

// addTo adds a value of a header or cookie to r.
func (p *param) addTo(r *http.Request, text string) error {
	if p.source == "header" {
		if item, rest := cutItem(text); p.list && (item == "" || item != text || rest != "") {
			return fmt.Errorf("tenon: the header %s: %q cannot be an item of a list", p.name, text)
		}
		r.Header.Add(p.name, text)
		return nil
	}
	c := &http.Cookie{Name: p.name, Value: text}
	if err := c.Valid(); err != nil { // else AddCookie would drop what does not fit
		return fmt.Errorf("tenon: the cookie %s: %w", p.name, err)
	}
	r.AddCookie(c)
	return nil
}

// Response reads a successful answer of the operation: status and headers where
// Out has fields for them, and body. It returns an error for a status that the
// operation does not declare, and a [*schema.Error] for a body that does not fit
// Out. body is what was read from r.Body; an answer to HEAD has none.
func (e *Endpoint[In, Out]) Response(r *http.Response, body []byte) (Out, error) {
	v := new(Out)
	if e.op.app == nil {
		return *v, errNotCompiled
	}
	out := e.op.output
	if !slices.Contains(out.statuses, r.StatusCode) &&
		(r.StatusCode >= 400 || !slices.ContainsFunc(e.op.described, func(d description) bool { return d.status == r.StatusCode })) {
		return *v, fmt.Errorf("tenon: %s %s answered the undeclared status %d", e.op.Method, e.op.Path, r.StatusCode)
	}
	if out.status != nil {
		*schema.At[int](out.status, v) = r.StatusCode
	}
	if out.more != nil {
		*schema.At[http.Header](out.more, v) = r.Header
	}
	d := e.op.app.set.Decoder(len(body))
	defer d.Release()
	for _, h := range out.headers {
		if values := r.Header.Values(h.name); len(values) > 0 {
			h.field.Text(d, v, values...)
		}
	}
	for _, k := range out.cookies {
		k.read(r, v)
	}
	if b := out.body(r.StatusCode); b != nil && e.op.Method != http.MethodHead {
		if err := b.read(d, v, r.Header.Get("Content-Type"), body); err != nil {
			return *new(Out), err
		}
	}
	if err := d.Err(); err != nil {
		return *new(Out), err
	}
	return *v, nil
}
