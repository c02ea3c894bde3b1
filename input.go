package tenon

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// input is a compiled parameter struct: of a handler, a provider or a stage.
type input struct {
	typ    reflect.Type
	params []param      // in the order of declaration
	files  []fileField  // of a form
	closed []string     // sources of which nothing else may be given
	body   *body        // nil for none
	needs  []graph.Need // filled by providers
}

// A param is one field of an input that is read from the request but the body.
type param struct {
	source   string // one of sources
	name     string // on the wire; a header name is canonical
	pos      int    // of a path parameter in the template
	status   int    // of the answer when the field is missing or bad; 0 means 422
	field    *schema.Field
	typ      reflect.Type
	tag      string // what decides what the field takes
	owner    int    // number of the parameter struct
	repeated bool   // read for another parameter struct already
	list     bool   // takes several values

	member bool          // is part of a parameter model
	opens  bool          // is the first of it
	closes *schema.Field // the model that it is the last of, nil for none
}

// A reading is what is read from a request in one step.
type reading struct {
	params  []param
	query   listing
	cookies listing
	form    listing
	files   []fileField
	bodies  []bodyRead
}

// A listing is what a reading takes from a source of names and values.
type listing struct {
	params []int    // of the reading
	closed bool     // other names are refused
	known  []string // names that the operation takes from a closed source
}

// listing returns that of a source, nil for one that is no list of names and values.
func (r *reading) listing(source string) *listing {
	switch source {
	case "query":
		return &r.query
	case "cookie":
		return &r.cookies
	case "form":
		return &r.form
	}
	return nil
}

type bodyRead struct {
	*body
	owner    int
	repeated bool
}

// add adds what in, the parameter struct with the number owner, takes. seen are the
// inputs whose parameters are read before. It returns an error for a parameter that
// they declare otherwise.
func (r *reading) add(in *input, owner int, seen []*input) error {
	var errs []error
	for _, p := range in.params {
		p.owner = owner
		for _, other := range seen {
			i := slices.IndexFunc(other.params, func(o param) bool { return o.source == p.source && o.name == p.name })
			if i < 0 {
				continue
			}
			p.repeated = true
			if o := other.params[i]; o.typ != p.typ || o.tag != p.tag {
				errs = append(errs, fmt.Errorf("the %s parameter %q is declared differently by %s and %s: type, rules and default must be the same",
					p.source, p.name, typeName(other.typ), typeName(in.typ)))
			}
		}
		if l := r.listing(p.source); l != nil {
			l.params = append(l.params, len(r.params))
		}
		r.params = append(r.params, p)
	}
	errs = append(errs, r.addFiles(in, owner, seen)...)
	for _, source := range in.closed {
		r.listing(source).closed = true
	}
	if in.body == nil {
		return errors.Join(errs...)
	}
	b := bodyRead{body: in.body, owner: owner}
	for _, other := range seen {
		if other.body == nil {
			continue
		}
		b.repeated = true
		switch {
		case other.body.tag != in.body.tag:
			errs = append(errs, fmt.Errorf("the body is declared differently by %s and %s: type and rules must be the same", typeName(other.typ), typeName(in.typ)))
		case in.body.streams():
			errs = append(errs, fmt.Errorf("the body is a stream, which only one of %s and %s can read", typeName(other.typ), typeName(in.typ)))
		}
	}
	r.bodies = append(r.bodies, b)
	return errors.Join(errs...)
}

// decides returns the tags of f that say which values it takes.
func decides(f reflect.StructField) string {
	return fmt.Sprint(f.Tag.Get("check"), "\n", f.Tag.Get("default"), "\n", f.Tag.Get("status"))
}

var sources = []string{"path", "query", "header", "cookie", "form"}

// compileInput reads the fields of t. path is nil when it is not known.
func compileInput(set *schema.Set, t reflect.Type, path *route.Template) (*input, error) {
	if t.Kind() != reflect.Struct {
		return &input{typ: t}, fmt.Errorf("input %s: want a struct", typeName(t))
	}
	in := &input{typ: t}
	errs := in.fields(set, t, nil, path)
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
		return in.dependency(f, index)
	case !f.IsExported():
		return errors.New("a parameter needs an exported field")
	}
	for _, s := range sources {
		if _, ok := f.Tag.Lookup(s); ok && s != source {
			return fmt.Errorf("has the tags %s and %s: a field has one source", source, s)
		}
	}
	if source == "form" && slices.Contains(fileTypes, f.Type) {
		return in.fileField(f, index)
	}
	p := param{source: source, name: f.Tag.Get(source), typ: f.Type, tag: decides(f)}
	if status, ok := f.Tag.Lookup("status"); ok {
		p.status, err = strconv.Atoi(status)
		if err != nil || p.status < 400 || p.status > 499 {
			return fmt.Errorf("tag status:%q: want one status from 400 to 499", status)
		}
	}
	if p.name == "*" {
		return in.model(set, index, p, path)
	}
	if err := p.locate(path); err != nil {
		return err
	}
	if err := in.once(&p); err != nil {
		return err
	}
	if p.field, err = set.Field(in.typ, index, p.at(), p.name); err == nil {
		err = p.check()
	}
	in.params = append(in.params, p) // also with a mistake: it is declared
	return err
}

// model adds the members of a struct that all come from the source of p.
func (in *input) model(set *schema.Set, index []int, p param, path *route.Template) error {
	whole, err := set.Field(in.typ, index, p.at())
	if err != nil {
		return err
	}
	members, err := whole.Members(p.wireName)
	if err != nil {
		return fmt.Errorf("tag %s:%q: %w", p.source, p.name, err)
	}
	switch {
	case !whole.Closed() || p.source == "path": // where nothing else can be given
	case p.source == "header":
		return errors.New("headers cannot be closed: clients and proxies add their own")
	default:
		in.closed = append(in.closed, p.source)
	}
	p.tag = p.typ.PkgPath() + p.typ.String()
	var errs []error
	for i, m := range members {
		p.field, p.name = m, m.Name()
		p.member, p.opens, p.closes = true, i == 0, nil
		if i == len(members)-1 {
			p.closes = whole
		}
		err := p.locate(path)
		if err == nil {
			err = in.once(&p)
		}
		if err == nil {
			err = p.check()
			in.params = append(in.params, p)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.Name(), err))
		}
	}
	return errors.Join(errs...)
}

func (in *input) bodyField(set *schema.Set, f reflect.StructField, index []int) (err error) {
	for _, tag := range []string{"form", "status"} {
		if _, ok := f.Tag.Lookup(tag); ok {
			return fmt.Errorf("the body does not take the tag %s: it is 400 or 422 when it is bad", tag)
		}
	}
	if in.body != nil {
		return errors.New("the input has two fields Body")
	}
	b, err := compileBody(set, in.typ, f, index)
	if err == nil {
		in.body = b
	}
	return err
}

// at is the first segment of the location of what the parameter is given.
func (p *param) at() string {
	if p.source == "form" {
		return "body"
	}
	return p.source
}

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
	if slices.ContainsFunc(in.params, func(o param) bool { return o.source == p.source && o.name == p.name }) ||
		p.source == "form" && slices.ContainsFunc(in.files, func(f fileField) bool { return f.name == p.name }) {
		return fmt.Errorf("the %s parameter %q is declared twice", p.source, p.name)
	}
	return nil
}

// check looks at what the parameter takes and returns what is wrong with that.
func (p *param) check() error {
	s := schema.NewSchemas("").Input(p.field)
	p.list = isList(s)
	switch {
	case !fromText(s):
		return fmt.Errorf("a %s cannot be read from the text of a parameter: use the body, or a type with UnmarshalText", p.field.Type())
	case p.source == "path" && !p.field.Required():
		return errors.New("a path parameter is always there: it can be neither optional nor have a default")
	}
	return nil
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

// fromText reports whether what a schema describes can come as text: an object cannot.
func fromText(s *openapi.Schema) bool {
	return s.Ref == "" && !slices.Contains(s.Type, "object") &&
		(s.Items == nil || fromText(s.Items)) && !slices.ContainsFunc(s.AnyOf, func(s *openapi.Schema) bool { return !fromText(s) })
}

// dependency adds a field that a provider fills, if it can be one.
func (in *input) dependency(f reflect.StructField, index []int) error {
	t := f.Type
	switch {
	case f.Name == "_" && t.Name() == "" && t.Kind() == reflect.Struct && t.NumField() == 0:
		return errors.New("rules about the whole input are not supported: put them on the field that they are about")
	case f.Anonymous && t.Kind() == reflect.Pointer:
		return fmt.Errorf("an embedded pointer cannot be filled: embed %s", t.Elem())
	case !f.IsExported() && f.Name != "_":
		return errors.New("an unexported field cannot be filled: export it and give it a source tag, or remove it")
	case isNameless(t):
		return fmt.Errorf("has no source: did you forget a tag such as query:%q?", strings.ToLower(f.Name))
	}
	need := graph.Need{Name: f.Name, Type: t, Hint: hint(f)}
	if f.Name != "_" {
		need.Index = index
	}
	in.needs = append(in.needs, need)
	return nil
}

// hint says what a field that no provider fills may have been meant to be.
func hint(f reflect.StructField) string {
	const text = ": give one with Provide or Value"
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case f.Name == "_", t.Kind() == reflect.Interface, t.Kind() == reflect.Func, t.Kind() == reflect.Chan:
		return text
	case t.Kind() == reflect.Struct && t.PkgPath() != "time" && t.PkgPath() != schemaPath:
		return text + ", or call the field Body if it is the body"
	}
	return fmt.Sprintf("%s, or give the field a tag such as query:%q if it is a parameter", text, strings.ToLower(f.Name))
}

var schemaPath = reflect.TypeFor[schema.Date]().PkgPath()

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
	for i := range in.files {
		if loc, ok := in.files[i].find(v, field); ok {
			return loc, true
		}
	}
	if in.body != nil && !in.body.streams() {
		return in.body.field.Find(v, field)
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
