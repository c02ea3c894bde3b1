package tenon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// A body is the compiled field Body of an input.
type body struct {
	kind   bodyKind
	prints bool          // it is one that we send
	types  []string      // media types and ranges that it has
	field  *schema.Field // of a value, and of the items of a stream; nil for a reader
	index  []int         // of the field in the input
	tag    string        // what decides what it takes

	several bool     // it is a struct without a name: the members are values of their own
	members []string // their names
	needed  bool     // one of them is required
}

// A bodyKind is what becomes of the bytes of a body.
type bodyKind int

const (
	jsonBody   bodyKind = iota // a value, by its plan
	textBody                   // a string
	rawBody                    // a []byte
	readerBody                 // an io.Reader that reads them from the connection
	linesBody                  // Lines that read JSON values from it
)

const (
	jsonType  = "application/json"
	formType  = "application/x-www-form-urlencoded"
	bytesType = "application/octet-stream"
	linesType = "application/jsonl"
)

// streams reports whether the body is read while the handler runs.
func (b *body) streams() bool { return b.kind >= readerBody }

// required reports whether there must be a body.
func (b *body) required() bool { return b.streams() || b.field.Required() }

// compileBody compiles the field Body of an input of type in.
func compileBody(set *schema.Set, in reflect.Type, f reflect.StructField, index []int) (b *body, err error) {
	content, tagged := f.Tag.Lookup("content")
	b = &body{index: index, tag: fmt.Sprint(f.Type.PkgPath(), f.Type, "\n", content, "\n", decides(f))}
	if tagged {
		if b.types, err = ranges(content); err != nil {
			return b, err
		}
	}
	asJSON := !slices.ContainsFunc(b.types, func(t string) bool { return !isJSON(t) })
	lines, isLines := reflect.New(f.Type).Interface().(lined)
	switch {
	case isLines, f.Type == reflect.TypeFor[io.Reader]():
		if decides(f) != decides(reflect.StructField{}) {
			return b, errors.New("a stream is not checked as a whole: it takes no check, default or status")
		}
		if !isLines {
			b.kind, b.types = readerBody, otherwise(b.types, bytesType)
			return b, nil
		}
		b.kind, b.types = linesBody, otherwise(b.types, linesType, "application/x-ndjson")
		b.field, err = lines.item(set)
		return b, err
	case asJSON && f.Type.Kind() == reflect.Struct && f.Type.Name() == "":
		b.several = true
	case tagged && !asJSON && f.Type == reflect.TypeFor[string]():
		b.kind = textBody
	case tagged && !asJSON && f.Type == reflect.TypeFor[[]byte]():
		b.kind = rawBody
		if f.Tag.Get("check") != "" {
			return b, errors.New("bytes of a body as it is take no rules: Limits.BodyBytes bounds them")
		}
	case !asJSON:
		return b, fmt.Errorf("tag content:%q: a %s is read from JSON: want application/json or a type that ends with +json, or a string, a []byte or an io.Reader", content, f.Type)
	}
	b.types = otherwise(b.types, jsonType)
	b.field, err = set.Field(in, index, "body")
	if err == nil && b.several {
		b.separate()
	}
	return b, err
}

// separate notes the members of a struct without a name.
func (b *body) separate() {
	members, err := b.field.Members(func(name string) string { return name })
	for _, m := range members {
		b.members, b.needed = append(b.members, m.Name()), b.needed || m.Required()
	}
	b.several = err == nil && len(members) > 0
}

// otherwise returns the media types that a tag names, or else the default.
func otherwise(types []string, defaults ...string) []string {
	if types == nil {
		return defaults
	}
	return types
}

// ranges reads a list of media types and ranges: "image/png,text/*".
func ranges(tag string) (list []string, err error) {
	for s := range strings.SplitSeq(tag, ",") {
		name, params, err := mime.ParseMediaType(s)
		if err != nil || len(params) > 0 || strings.Count(name, "/") != 1 || strings.HasPrefix(name, "*/") && name != "*/*" {
			return nil, fmt.Errorf("tag content:%q: want media types without parameters, separated by commas", tag)
		}
		list = append(list, name)
	}
	return list, nil
}

// takes reports whether a body with the header contentType is one of b.
func (b *body) takes(contentType string) bool {
	if contentType == b.types[0] {
		return true
	}
	if contentType == "" {
		return slices.Contains(b.types, "*/*")
	}
	name, params, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	if charset := strings.ToLower(params["charset"]); b.kind == textBody && charset != "" && charset != "utf-8" && charset != "us-ascii" {
		return false
	}
	return inRanges(b.types, name) || b.kind == jsonBody && b.types[0] == jsonType && isKindOfJSON(name)
}

// isKindOfJSON reports whether a media type is JSON under another name. A patch is none:
// its members do not mean what they say.
// Source: RFC 6839, section 3.1.
func isKindOfJSON(name string) bool {
	return strings.HasPrefix(name, "application/") && strings.HasSuffix(name, "+json") && !strings.HasSuffix(name, "-patch+json")
}

// inRanges reports whether a media type is in a list of types and ranges.
func inRanges(list []string, name string) bool {
	return slices.ContainsFunc(list, func(want string) bool {
		prefix, ok := strings.CutSuffix(want, "*")
		return want == name || want == "*/*" || ok && strings.HasPrefix(name, prefix)
	})
}

// describe returns the body as the document shows it.
func (b *body) describe(schemas *schema.Schemas, of func(*schema.Field) *openapi.Schema) *openapi.RequestBody {
	r := &openapi.RequestBody{Required: b.required(), Content: make(map[string]*openapi.MediaType)}
	m := new(openapi.MediaType) // of bytes: OpenAPI 3.1, section "Considerations for File Uploads"
	switch b.kind {
	case jsonBody:
		m.Schema, r.Description = of(b.field), b.field.Doc()
	case textBody:
		m.Schema, r.Description = schemas.Text(b.field), b.field.Doc()
	case rawBody:
		r.Description = b.field.Doc()
	case linesBody:
		m.ItemSchema = of(b.field)
	}
	for _, t := range b.types {
		r.Content[t] = m
	}
	return r
}

// fill gives v, a parameter struct, the body, of which text is what was read.
func (c *call) fill(b *body, v any, text []byte) {
	d := &c.d
	if b.several && c.op.app.cfg.Loose {
		c.fillSeveral(b, v, text)
		return
	}
	switch {
	case b.kind == readerBody:
		*at[io.Reader](b, v) = newBodyReader(c.x, c.op.limits.BodyBytes)
	case b.kind == linesBody:
		b.lines(v).open(&lineSource{set: c.op.app.set, field: b.field, body: newBodyReader(c.x, c.op.limits.BodyBytes)})
	case len(text) == 0:
		b.field.Absent(d, v)
	case b.kind == jsonBody:
		b.field.JSON(d, v, text)
	case b.kind == textBody:
		b.field.Text(d, v, string(text))
	case b.kind == rawBody:
		*at[[]byte](b, v) = bytes.Clone(text)
	}
}

// at returns the field Body of v, which is a T.
func at[T any](b *body, v any) *T {
	p, _ := reflect.ValueOf(v).Elem().FieldByIndex(b.index).Addr().Interface().(*T)
	return p
}

// lines returns the field Body of v, which is Lines.
func (b *body) lines(v any) lined {
	l, _ := reflect.ValueOf(v).Elem().FieldByIndex(b.index).Addr().Interface().(lined)
	return l
}

// encode returns the body in v as it is sent, nil for none.
func (b *body) encode(v any) (io.Reader, error) {
	switch b.kind {
	case readerBody:
		return *at[io.Reader](b, v), nil
	case rawBody:
		return bytes.NewReader(*at[[]byte](b, v)), nil
	case textBody:
		return strings.NewReader(*at[string](b, v)), nil
	case linesBody:
		text, err := b.lines(v).texts(func(dst []byte, item any) ([]byte, error) { return b.append(dst, item, true) })
		return bytes.NewReader(text), err
	}
	text, err := b.append(nil, v, true)
	switch {
	case err != nil:
		return nil, fmt.Errorf("tenon: encode the body: %w", err)
	case !b.field.Required() && string(text) == "null": // an absent one is not sent
		return nil, nil
	}
	return bytes.NewReader(text), nil
}

// append appends the body in v, or an item of a stream, as it is sent: by a client, or by us in a
// callback. A [Secret] is written as stars unless reveal says otherwise.
func (b *body) append(dst []byte, v any, reveal bool) ([]byte, error) {
	if b.prints {
		return b.field.AppendJSON(dst, v)
	}
	return b.field.AppendInput(dst, v, reveal)
}
