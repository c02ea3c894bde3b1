package tenon

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/upload"
)

const multipartType = "multipart/form-data"

// The bodies of operations that have a form, with and without files.
var (
	urlencoded = &body{types: []string{formType, multipartType}}
	multiparts = &body{kind: readerBody, types: []string{multipartType}}
)

// A fileField is a field of an input that takes files of a form.
type fileField struct {
	name       string // of the form's field
	typ        reflect.Type
	index      []int    // in the input
	types      []string // media types and ranges that the files have, nil for any
	required   bool
	doc        string
	deprecated bool
	owner      int // number of the parameter struct
}

var (
	fileType   = reflect.TypeFor[upload.File]()
	fileTypes  = []reflect.Type{fileType, reflect.PointerTo(fileType), reflect.SliceOf(fileType), streamType}
	streamType = reflect.TypeFor[upload.Stream]()
)

// streams reports whether the files are read while the handler runs.
func (f *fileField) streams() bool { return f.typ == streamType }

// fileField adds a field that takes files.
func (in *input) fileField(f reflect.StructField, index []int) (err error) {
	file := fileField{
		name: f.Tag.Get("form"), typ: f.Type, index: index, doc: f.Tag.Get("doc"), deprecated: f.Tag.Get("deprecated") == "true",
		required: f.Type == fileType || f.Type.Kind() == reflect.Slice,
	}
	if def, ok := f.Tag.Lookup("default"); ok {
		if f.Type.Kind() != reflect.Slice || def != "[]" {
			return errors.New("a file has no default, but for a list of them []: an optional one is a *upload.File")
		}
		file.required = false
	}
	for _, tag := range []string{"check", "status"} {
		if _, ok := f.Tag.Lookup(tag); ok {
			return fmt.Errorf("a file does not take the tag %s: Limits and the tag content say what it may be", tag)
		}
	}
	if content, ok := f.Tag.Lookup("content"); ok {
		if file.types, err = ranges(content); err != nil {
			return err
		}
	}
	p := param{source: "form", name: file.name}
	if err := errors.Join(p.locate(nil), in.once(&p)); err != nil {
		return err
	}
	in.files = append(in.files, file)
	return nil
}

// addFiles adds the files of in, the parameter struct with the number owner.
func (r *reading) addFiles(in *input, owner int, seen []*input) (errs []error) {
	for _, f := range in.files {
		f.owner = owner
		for _, other := range seen {
			if slices.ContainsFunc(other.files, func(o fileField) bool { return o.name == f.name || o.streams() || f.streams() }) {
				errs = append(errs, fmt.Errorf("the file %q is taken by %s too, or one of them takes all that is left as a stream", f.name, typeName(other.typ)))
			}
		}
		r.files = append(r.files, f)
	}
	if slices.ContainsFunc(in.files, func(f fileField) bool { return f.streams() }) && len(in.files) > 1 {
		errs = append(errs, errors.New("a stream of files takes all files: there can be no other"))
	}
	return errs
}

// hasForm reports whether the reading takes a form.
func (r *reading) hasForm() bool { return len(r.form.params) > 0 || len(r.files) > 0 }

// streams reports whether something is read while the handler runs.
func (r *reading) streams() bool {
	return len(r.bodies) > 0 && r.bodies[0].streams() || slices.ContainsFunc(r.files, func(f fileField) bool { return f.streams() })
}

// describeForm returns the form of the operation, which has one, as the document shows it. form is the
// schema of its texts, to which it adds the files.
func (op *operation) describeForm(form *openapi.Schema) *openapi.RequestBody {
	m := &openapi.MediaType{Schema: form, Encoding: make(map[string]*openapi.Encoding)}
	for _, p := range op.parameters() {
		if style, explode := p.style(); p.source == "form" && (p.json || style != "") {
			m.Encoding[p.name] = &openapi.Encoding{ContentType: p.content, Style: style, Explode: explode}
		}
	}
	for i := range op.rest.files {
		f := &op.rest.files[i]
		form.Properties = append(form.Properties, openapi.Property{Name: f.name, Schema: f.describe()})
		if f.required {
			form.Required = append(form.Required, f.name)
		}
		if len(f.types) > 0 {
			m.Encoding[f.name] = &openapi.Encoding{ContentType: strings.Join(f.types, ", ")}
		}
	}
	r := &openapi.RequestBody{Required: len(form.Required) > 0, Content: make(map[string]*openapi.MediaType)}
	for _, t := range op.mediaTypes() {
		r.Content[t] = m
	}
	return r
}

// describe returns the schema of the files.
// Source: OpenAPI 3.1, section "Considerations for multipart Content".
func (f *fileField) describe() *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"string"}, ContentMediaType: bytesType}
	if len(f.types) == 1 && !strings.Contains(f.types[0], "*") {
		s.ContentMediaType = f.types[0]
	}
	if f.streams() || f.typ.Kind() == reflect.Slice {
		s = &openapi.Schema{Type: openapi.Types{"array"}, Items: s}
	}
	s.Description, s.Deprecated = f.doc, f.deprecated
	return s
}

// find returns where the file came from that field points to, in the parameter struct v.
func (f *fileField) find(v, field any) ([]any, bool) {
	slot := reflect.ValueOf(v).Elem().FieldByIndex(f.index)
	if slot.Addr().Interface() == field || f.typ.Kind() == reflect.Pointer && slot.Interface() == field {
		return []any{"body", f.name}, true
	}
	for i := 0; f.typ.Kind() == reflect.Slice && i < slot.Len(); i++ {
		if slot.Index(i).Addr().Interface() == field {
			return []any{"body", f.name, i}, true
		}
	}
	return nil, false
}

// all returns the files that the field has in v, a parameter struct.
func (f *fileField) all(v any) upload.Stream {
	return func(yield func(*upload.File, error) bool) {
		switch slot := reflect.ValueOf(v).Elem().FieldByIndex(f.index).Addr().Interface().(type) {
		case *upload.File:
			yield(slot, nil)
		case **upload.File:
			if *slot != nil {
				yield(*slot, nil)
			}
		case *[]upload.File:
			for i := range *slot {
				if !yield(&(*slot)[i], nil) {
					return
				}
			}
		case *upload.Stream:
			if *slot != nil {
				(*slot)(yield)
			}
		}
	}
}
