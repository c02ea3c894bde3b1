package tenon

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/schema"
)

var errNotCompiled = errors.New("tenon: the endpoint belongs to no application: was there an error from New?")

// URL returns the path and query that in stands for, to link to the operation. It
// begins with Config.BasePath. It returns an error for values that have no form there,
// such as an empty path parameter.
func (e *Endpoint[In, Out]) URL(in *In) (string, error) {
	target, err := e.target(in)
	if err != nil {
		return "", err
	}
	return e.op.app.cfg.BasePath + target, nil
}

// target returns the path and query that in stands for, as the application sees them.
func (e *Endpoint[In, Out]) target(in *In) (string, error) {
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
		var err error
		if p.source == "query" {
			err = p.addValues(query, in)
		} else {
			values[p.pos], err = p.text(in)
		}
		if err != nil {
			return "", err
		}
	}
	target, err := e.op.path.Build(values)
	if err != nil {
		return "", fmt.Errorf("tenon: %w", err)
	}
	if e.op.router.callback != nil {
		target = e.op.Path // which may be empty, and is fixed
	}
	if q := query.Encode(); q != "" {
		target += "?" + q
	}
	return target, nil
}

// texts returns the values of the parameter in v, a pointer to the input, as they are sent; of an
// object the names of members too, each before its value.
func (p *param) texts(v any) (texts []string, err error) {
	switch {
	case p.object != nil:
		var members []schema.Pair
		members, err = p.object.AppendPairs(nil, v)
		for _, m := range members {
			texts = append(texts, m.Name, m.Value)
		}
	case p.json:
		var text []byte
		if text, err = p.field.AppendInput(nil, v, true); err == nil && (p.field.Required() || string(text) != "null") {
			texts = append(texts, string(text))
		}
	default:
		texts, err = p.field.AppendTexts(nil, v)
	}
	if err == nil && p.split != "" {
		texts, err = p.join(texts)
	}
	if err != nil {
		return nil, fmt.Errorf("tenon: the %s parameter %s: %w", p.source, p.name, err)
	}
	return texts, nil
}

// join makes one text of the items of a list.
func (p *param) join(items []string) ([]string, error) {
	for _, item := range items {
		if strings.Contains(item, p.split) || item == "" && len(items) == 1 {
			return nil, fmt.Errorf("%q cannot be an item of a list that is split at %q", item, p.split)
		}
	}
	if len(items) == 0 && !p.field.Required() {
		return nil, nil
	}
	return []string{strings.Join(items, p.split)}, nil
}

// text returns the one value of the parameter in v, "" for none.
func (p *param) text(v any) (string, error) {
	texts, err := p.texts(v)
	if err != nil || len(texts) == 0 {
		return "", err
	}
	return texts[0], nil
}

// addValues adds the values of the parameter in v to a query or form.
func (p *param) addValues(to url.Values, v any) error {
	texts, err := p.texts(v)
	if p.object == nil {
		to[p.name] = texts
		return err
	}
	for i := 0; i+1 < len(texts); i += 2 {
		to.Add(p.name+"["+texts[i]+"]", texts[i+1])
	}
	return err
}

// Request returns the request that in stands for. base is the address of the
// application, such as "https://api.example.com", with its Config.BasePath. It returns an error for values that
// have no form in a request. For a callback, base is the URL that it goes to.
func (e *Endpoint[In, Out]) Request(ctx context.Context, base string, in *In) (*http.Request, error) {
	target, err := e.target(in)
	if err != nil {
		return nil, err
	}
	body, contentType, err := e.op.encode(in)
	if err != nil {
		return nil, err
	}
	address := strings.TrimSuffix(base, "/") + target
	if e.op.router.callback != nil {
		address = callbackURL(base, target)
	}
	r, err := http.NewRequestWithContext(ctx, e.op.Method, address, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", contentType)
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

// encode returns the body of the request that v, the input, stands for, nil for none.
func (op *operation) encode(v any) (body io.Reader, contentType string, err error) {
	in := op.input
	form := make(url.Values)
	for i := range in.params {
		p := &in.params[i]
		if p.source != "form" {
			continue
		}
		if err := p.addValues(form, v); err != nil {
			return nil, "", err
		}
	}
	switch {
	case in.body != nil:
		body, err = in.body.encode(v)
		return body, in.body.types[0], err
	case len(in.files) > 0:
		return in.encodeFiles(v, form)
	case len(form) == 0:
		return nil, "", nil
	}
	return strings.NewReader(form.Encode()), formType, nil
}

// encodeFiles returns a form with files. Those of a stream are ranged over.
func (in *input) encodeFiles(v any, form url.Values) (io.Reader, string, error) {
	buf := new(bytes.Buffer)
	w := multipart.NewWriter(buf) // writing to a buffer does not fail
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, text := range form[name] {
			_ = w.WriteField(name, text)
		}
	}
	for i := range in.files {
		for file, err := range in.files[i].all(v) {
			if err != nil {
				return nil, "", err
			}
			header := make(textproto.MIMEHeader)
			header.Set("Content-Disposition", multipart.FileContentDisposition(in.files[i].name, file.Name))
			header.Set("Content-Type", cmp.Or(file.Type, bytesType))
			part, err := w.CreatePart(header)
			if err != nil {
				return nil, "", err
			}
			content, err := file.Open()
			if err == nil {
				_, err = io.Copy(part, content)
			}
			if err != nil {
				return nil, "", fmt.Errorf("tenon: the file %s: %w", in.files[i].name, err)
			}
		}
	}
	return buf, w.FormDataContentType(), w.Close()
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
	if !slices.Contains(out.statuses, r.StatusCode) && !(out.serves() && slices.Contains(servedStatuses, r.StatusCode)) &&
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
		if err := b.read(d, v, r.Header.Get("Content-Type"), body, e.op.router.callback != nil); err != nil {
			return *new(Out), err
		}
	}
	if err := d.Err(); err != nil {
		return *new(Out), err
	}
	return *v, nil
}
