package tenon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/tenonapi/tenon/schema"
)

var errNotCompiled = errors.New("tenon: the endpoint belongs to no application: was there an error from New?")

// URL returns the path and query that in stands for, to link to the operation.
func (e *Endpoint[In, Out]) URL(in *In) (string, error) {
	if e.op.app == nil {
		return "", errNotCompiled
	}
	values := make([]string, len(e.op.path.Params))
	query := make(url.Values)
	for i := range e.op.input.params {
		p := &e.op.input.params[i]
		texts, err := p.field.AppendTexts(nil, in)
		if err != nil {
			return "", fmt.Errorf("tenon: the %s parameter %s: %w", p.source, p.name, err)
		}
		switch {
		case p.source == "path" && (len(texts) == 0 || texts[0] == ""):
			return "", fmt.Errorf("tenon: the path parameter %s is empty", p.name)
		case p.source == "path":
			values[p.pos] = texts[0]
		case p.source == "query":
			query[p.name] = texts
		}
	}
	target := e.op.path.Build(values)
	if q := query.Encode(); q != "" {
		target += "?" + q
	}
	return target, nil
}

// Request returns the request that in stands for. base is the address of the
// server, such as "https://api.example.com".
func (e *Endpoint[In, Out]) Request(ctx context.Context, base string, in *In) (*http.Request, error) {
	target, err := e.URL(in)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if e.op.input.body != nil {
		text, err := e.op.input.body.AppendJSON(nil, in)
		if err != nil {
			return nil, fmt.Errorf("tenon: encode the body: %w", err)
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, e.op.Method, strings.TrimSuffix(base, "/")+target, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := range e.op.input.params {
		p := &e.op.input.params[i]
		if p.source != "header" && p.source != "cookie" {
			continue
		}
		texts, err := p.field.AppendTexts(nil, in)
		if err != nil {
			return nil, fmt.Errorf("tenon: the %s %s: %w", p.source, p.name, err)
		}
		for _, text := range texts {
			if p.source == "header" {
				r.Header.Add(p.name, text)
			} else {
				r.AddCookie(&http.Cookie{Name: p.name, Value: text})
			}
		}
	}
	return r, nil
}

// Response reads a successful answer of the operation: status and headers where
// Out has fields for them, and body. It returns an error for a status that the
// operation does not declare, and a [*schema.Error] for a body that does not fit
// Out. body is what was read from r.Body.
func (e *Endpoint[In, Out]) Response(r *http.Response, body []byte) (Out, error) {
	v := new(Out)
	if e.op.app == nil {
		return *v, errNotCompiled
	}
	out := e.op.output
	declared := false
	for _, code := range out.statuses {
		declared = declared || code == r.StatusCode
	}
	if !declared {
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
	if out.body != nil {
		out.body.JSON(d, v, body)
	}
	if err := d.Err(); err != nil {
		return *new(Out), err
	}
	return *v, nil
}
