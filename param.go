package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// A param is one field of an input that is read from the request but the body.
type param struct {
	source   string // one of sources
	name     string // on the wire; a header name is canonical
	pos      int    // of a path parameter in the template
	status   int    // of the answer when the field is missing or bad; 0 means 422
	field    *schema.Field
	typ      reflect.Type
	tag      string         // what decides what the field takes
	owner    int            // number of the parameter struct
	repeated bool           // read for another parameter struct already
	list     bool           // takes several values
	split    string         // what separates them in one text; "" for a text for each
	json     bool           // its text is JSON
	content  string         // the media type of that
	object   *schema.Object // whose members have texts of their own, nil for none

	member bool          // is part of a parameter model
	opens  bool          // is the first of it
	closes *schema.Field // the model that it is the last of, nil for none
}

// at is the first segment of the location of what the parameter is given.
func (p *param) at() string {
	if p.source == "form" {
		return "body"
	}
	return p.source
}

// options reads the tags of a field that say how the parameter is read.
func (p *param) options(tag func(key string) (string, bool)) (err error) {
	if status, ok := tag("status"); ok {
		p.status, err = strconv.Atoi(status)
		if err != nil || p.status < 400 || p.status > 499 {
			return fmt.Errorf("tag status:%q: want one status from 400 to 499", status)
		}
	}
	if split, ok := tag("split"); ok {
		switch {
		case p.source == "header" || p.source == "path":
			return fmt.Errorf("tag split:%q: a list in a %s is separated by commas as it is", split, p.source)
		case p.source == "cookie" && split != ",", !slices.Contains(separators, split):
			return fmt.Errorf("tag split:%q: want a comma, or in a query or form a | or a space", split)
		}
		p.split = split
	}
	if content, ok := tag("content"); ok {
		p.content = content
		if p.json = isJSON(content); !p.json || strings.ContainsAny(content, ",; ") {
			return fmt.Errorf("tag content:%q: a parameter is text or, with content:\"application/json\", JSON", content)
		}
	}
	return nil
}

// separators are what a list in one text may be split at.
// Source: OpenAPI 3.1, section "Style Values".
var separators = []string{",", "|", " "}

// wireName is the name of a member of a parameter model. Names of headers are
// written with hyphens; some proxies drop those with underscores.
func (p *param) wireName(name string) string {
	if p.source == "header" {
		return http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
	}
	return name
}

// once returns an error for a parameter that the input has already.
func (in *input) once(p *param) error {
	same := func(o param) bool { return o.source == p.source && (o.asks(p.name) || p.asks(o.name)) }
	if slices.ContainsFunc(in.params, same) ||
		p.source == "form" && slices.ContainsFunc(in.files, func(f fileField) bool { return p.asks(f.name) }) {
		return fmt.Errorf("the %s parameter %q is declared twice", p.source, p.name)
	}
	return nil
}

// check looks at what the parameter takes and returns what is wrong with that.
func (p *param) check() (err error) {
	switch {
	case p.source == "path" && !p.field.Required():
		return errors.New("a path parameter is always there: it can be neither optional nor have a default")
	case p.json && p.split != "":
		return errors.New("JSON is not split: take one of the tags split and content away")
	case p.json:
		return nil
	case p.split == "" && isWord(p.field.Type()):
		return nil // as for most, which need no schema to tell
	}
	if p.object, err = p.field.Object(); err != nil {
		return err
	}
	p.list = p.object == nil && isList(schema.NewSchemas("").Input(p.field))
	switch {
	case p.object != nil && p.source != "query" && p.source != "form", p.object == nil && !p.field.FromText():
		return fmt.Errorf("a %s cannot be read from the text of a parameter: use the body, the tag content:\"application/json\", or a type with UnmarshalText", p.field.Type())
	case p.split != "" && !p.list:
		return fmt.Errorf("tag split:%q: is for lists", p.split)
	case p.list && p.source == "path":
		p.split = ","
	}
	return nil
}

// isWord reports whether t is a predeclared type with one value, which can come as text.
func isWord(t reflect.Type) bool {
	k := t.Kind()
	return t.PkgPath() == "" && (reflect.Bool <= k && k <= reflect.Float64 || k == reflect.String)
}

// style returns how several values are sent, as the document says it; "" for as usual.
// Source: OpenAPI 3.1, section "Style Values".
func (p *param) style() (style string, explode *bool) {
	switch {
	case p.object != nil:
		return "deepObject", new(true)
	case p.split == "|":
		return "pipeDelimited", new(false)
	case p.split == " ":
		return "spaceDelimited", new(false)
	case p.split != "" && p.source != "path":
		return "form", new(false)
	}
	return "", nil
}

// describe returns the parameter as the document shows it.
func (p *param) describe(schemas *schema.Schemas) *openapi.Parameter {
	o := &openapi.Parameter{
		Name: p.name, In: p.source, Description: p.field.Doc(), Deprecated: p.field.Deprecated(), Required: p.required(),
	}
	s := p.schema(schemas)
	s.Description, s.Deprecated = "", false // the parameter says it
	if p.json {
		o.Content = map[string]*openapi.MediaType{p.content: {Schema: s}}
		return o
	}
	o.Schema = s
	o.Style, o.Explode = p.style()
	return o
}

// schema returns the schema of what the parameter takes.
func (p *param) schema(schemas *schema.Schemas) *openapi.Schema {
	if p.json {
		return schemas.Input(p.field)
	}
	return schemas.Text(p.field)
}

// required reports whether something of the parameter must be given.
func (p *param) required() bool {
	if p.object != nil {
		return p.object.Required()
	}
	return p.field.Required()
}

// locate completes the place of a parameter that a tag names.
func (p *param) locate(path *route.Template) error {
	switch {
	case p.name == "":
		return fmt.Errorf("tag %s:%q: want the name of one parameter, or * for a struct of them", p.source, p.name)
	case strings.Contains(p.name, ","):
		return fmt.Errorf("tag %s:%q: want a name without options, which are other tags: default, check", p.source, p.name)
	case (p.source == "header" || p.source == "cookie") && !isToken(p.name):
		return fmt.Errorf("tag %s:%q: no %[1]s can have this name", p.source, p.name)
	case p.source == "header":
		p.name = http.CanonicalHeaderKey(p.name)
	case p.source == "path" && path != nil:
		if p.pos = slices.Index(path.Params, p.name); p.pos < 0 {
			if len(path.Params) == 0 {
				return fmt.Errorf("tag path:%q: path %s has no parameters: write one as {%[1]s}", p.name, path.Text)
			}
			return fmt.Errorf("tag path:%q: path %s has no such parameter, only %q", p.name, path.Text, path.Params)
		}
	}
	return nil
}

// isList reports whether what a schema describes may be several values.
func isList(s *openapi.Schema) bool {
	return slices.Contains(s.Type, "array") || slices.ContainsFunc(s.AnyOf, isList)
}

// wireNames is wireName for the members of the struct of p, of which some have a name of their own for
// the source: Tag []string `json:"tags" header:"X_Tag"`.
func (p *param) wireNames() func(name string) string {
	if p.typ.Kind() != reflect.Struct {
		return p.wireName
	}
	own := make(map[string]string)
	for _, f := range reflect.VisibleFields(p.typ) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag, ok := f.Tag.Lookup(p.source); ok {
			own[cmp.Or(name, f.Name)] = tag
		}
	}
	return func(name string) string {
		if tag, ok := own[name]; ok && p.source == "header" {
			return http.CanonicalHeaderKey(tag)
		} else if ok {
			return tag
		}
		return p.wireName(name)
	}
}
