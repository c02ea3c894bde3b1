package tenon

import (
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

// input is the compiled parameter struct of an operation.
type input struct {
	typ     reflect.Type
	params  []param // in the order of declaration
	queries []int   // which of params come from the query
	cookies []int
	body    *schema.Field // nil for none
}

// A param is one field of the input that is not the body.
type param struct {
	source string // "path", "query", "header" or "cookie"
	name   string // on the wire; a header name is canonical
	pos    int    // of a path parameter in the template
	status int    // of the answer when the field is missing or bad; 0 means 422
	field  *schema.Field
}

var sources = []string{"path", "query", "header", "cookie"}

// compileInput reads the fields of t. path is nil when it is not known.
func compileInput(set *schema.Set, t reflect.Type, path *route.Template) (*input, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("input %s: want a struct", typeName(t))
	}
	in := &input{typ: t}
	errs := in.fields(set, t, nil, path)
	if path != nil {
		for _, name := range path.Params {
			if !slices.ContainsFunc(in.params, func(p param) bool { return p.source == "path" && p.name == name }) {
				errs = append(errs, fmt.Errorf("path %s has the parameter %q, but no field of %s has the tag path:%q", path.Text, name, typeName(t), name))
			}
		}
	}
	for i, p := range in.params {
		switch p.source {
		case "query":
			in.queries = append(in.queries, i)
		case "cookie":
			in.cookies = append(in.cookies, i)
		}
	}
	return in, errors.Join(errs...)
}

// fields adds the fields of t, a struct that index leads to from the input.
func (in *input) fields(set *schema.Set, t reflect.Type, index []int, path *route.Template) (errs []error) {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(slices.Clone(index), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && sourceOf(f) == "" {
			errs = append(errs, in.fields(set, f.Type, at, path)...)
			continue
		}
		if err := in.field(set, f, at, path); err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", typeName(t), f.Name, err))
		}
	}
	return errs
}

// sourceOf returns the first source tag of f.
func sourceOf(f reflect.StructField) string {
	for _, s := range sources {
		if _, ok := f.Tag.Lookup(s); ok {
			return s
		}
	}
	return ""
}

func (in *input) field(set *schema.Set, f reflect.StructField, index []int, path *route.Template) (err error) {
	source := sourceOf(f)
	switch {
	case source != "" && f.Name == "_":
		return errors.New("a field called _ takes no parameter: give it a name")
	case source == "" && f.Name == "Body":
		return in.bodyField(set, f, index)
	case source == "":
		if slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(string(f.Tag), s+":") }) {
			if _, err := set.Field(in.typ, index); err != nil {
				return err // which says why the source is invisible
			}
		}
		return noSource(f)
	case !f.IsExported():
		return errors.New("a parameter needs an exported field")
	}
	for _, s := range sources {
		if _, ok := f.Tag.Lookup(s); ok && s != source {
			return fmt.Errorf("has the tags %s and %s: a field has one source", source, s)
		}
	}
	p := param{source: source, name: f.Tag.Get(source)}
	if err := p.locate(path); err != nil {
		return err
	}
	if slices.ContainsFunc(in.params, func(o param) bool { return o.source == p.source && o.name == p.name }) {
		return fmt.Errorf("the %s parameter %q is declared twice", source, p.name)
	}
	if status, ok := f.Tag.Lookup("status"); ok {
		p.status, err = strconv.Atoi(status)
		if err != nil || p.status < 400 || p.status > 499 {
			return fmt.Errorf("tag status:%q: want one status from 400 to 499", status)
		}
	}
	p.field, err = set.Field(in.typ, index, source, p.name)
	in.params = append(in.params, p) // also with a mistake: it is declared
	switch {
	case err != nil:
		return err
	case !fromText(schema.NewSchemas("").Input(p.field)):
		return fmt.Errorf("a %s cannot be read from the text of a parameter: use the body, or a type with UnmarshalText", f.Type)
	case source == "path" && !p.field.Required():
		return errors.New("a path parameter is always there: it can be neither optional nor have a default")
	}
	return nil
}

func (in *input) bodyField(set *schema.Set, f reflect.StructField, index []int) (err error) {
	for _, tag := range []string{"content", "form", "status"} {
		if _, ok := f.Tag.Lookup(tag); ok {
			return fmt.Errorf("the body does not take the tag %s: it is JSON, and 400 or 422 when it is bad", tag)
		}
	}
	if in.body != nil {
		return errors.New("the input has two fields Body")
	}
	in.body, err = set.Field(in.typ, index, "body")
	return err
}

// locate completes the place of a parameter that a tag names.
func (p *param) locate(path *route.Template) error {
	switch {
	case p.name == "" || p.name == "*":
		return fmt.Errorf("tag %s:%q: want the name of one parameter", p.source, p.name)
	case (p.source == "header" || p.source == "cookie") && !isToken(p.name):
		return fmt.Errorf("tag %s:%q: no %[1]s can have this name", p.source, p.name)
	case p.source == "header":
		p.name = http.CanonicalHeaderKey(p.name)
	case p.source == "path" && path != nil:
		if p.pos = slices.Index(path.Params, p.name); p.pos < 0 {
			return fmt.Errorf("tag path:%q: path %s has no such parameter, only %q", p.name, path.Text, path.Params)
		}
	}
	return nil
}

// fromText reports whether what a schema describes can come as text: an object cannot.
func fromText(s *openapi.Schema) bool {
	return s.Ref == "" && !slices.Contains(s.Type, "object") &&
		(s.Items == nil || fromText(s.Items)) && !slices.ContainsFunc(s.AnyOf, func(s *openapi.Schema) bool { return !fromText(s) })
}

// noSource explains why a field without a source tag cannot be filled.
func noSource(f reflect.StructField) error {
	t := f.Type
	switch {
	case f.Name == "_" && t.Kind() == reflect.Struct && t.NumField() == 0:
		return errors.New("rules about the whole input are not supported: put them on the field that they are about")
	case f.Anonymous && t.Kind() == reflect.Pointer:
		return fmt.Errorf("an embedded pointer cannot be filled: embed %s", t.Elem())
	case !f.IsExported() && f.Name != "_":
		return errors.New("an unexported field cannot be filled: export it and give it a source tag, or remove it")
	case t.PkgPath() == "" && t.Kind() != reflect.Pointer && t.Kind() != reflect.Struct:
		return fmt.Errorf("has no source: did you forget a tag such as query:%q?", strings.ToLower(f.Name))
	}
	return fmt.Errorf("no provider gives a %s: a parameter needs a tag such as query:%q", t, strings.ToLower(f.Name))
}

// locate returns where the value that field points to came from.
func (in *input) locate(v, field any) ([]any, bool) {
	if t := reflect.TypeOf(v); t != reflect.PointerTo(in.typ) {
		return nil, false
	}
	for i := range in.params {
		if loc, ok := in.params[i].field.Find(v, field); ok {
			return loc, true
		}
	}
	if in.body != nil {
		return in.body.Find(v, field)
	}
	return nil, false
}

// typeName is the name of t in error texts, where one without a name would
// print all its fields.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return "struct"
	}
	return t.String()
}
