package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/schema"
)

// input is a compiled parameter struct: of a handler, a provider or a stage.
type input struct {
	typ    reflect.Type
	params []param         // in the order of declaration
	models []*schema.Field // structs whose fields are parameters
	parts  []part          // the struct itself and those that it embeds
	files  []fileField     // of a form
	closed []string        // sources of which nothing else may be given
	body   *body           // nil for none
	needs  []graph.Need    // filled by providers
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
	return strings.Join([]string{f.Tag.Get("check"), f.Tag.Get("default"), f.Tag.Get("status")}, "\n")
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
	p := in.part(index)
	defer func() { in.parts = append(in.parts, p.end(in)) }()
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
	p := param{source: source, name: f.Tag.Get(source), typ: f.Type, tag: strings.Join([]string{decides(f), f.Tag.Get("split"), f.Tag.Get("content")}, "\n")}
	if err := p.options(f.Tag.Lookup); err != nil {
		return err
	}
	if p.name == "*" {
		return in.model(set, index, p, path)
	}
	if err := p.locate(path); err != nil {
		return err
	}
	if p.field, err = set.Field(in.typ, index, p.at(), p.name); err == nil {
		err = p.check()
	}
	if again := in.once(&p); again != nil {
		return again
	}
	in.params = append(in.params, p) // also with a mistake: it is declared
	return err
}

// model adds the members of a struct that all come from the source of p.
func (in *input) model(set *schema.Set, index []int, p param, path *route.Template) error {
	if p.split != "" || p.json {
		return fmt.Errorf("tag %s:%q: the tags split and content are for one parameter", p.source, p.name)
	}
	whole, err := set.Field(in.typ, index, p.at())
	if err != nil {
		return err
	}
	in.models = append(in.models, whole)
	members, err := whole.Members(p.wireNames())
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
		p := p
		p.field, p.name = m, m.Name()
		p.member, p.opens = true, i == 0
		if i == len(members)-1 {
			p.closes = whole
		}
		err := errors.Join(p.options(m.Tag), p.locate(path))
		if err == nil {
			err = cmp.Or(p.check(), in.once(&p))
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

// typeName is the name of t in error texts, where one without a name would
// print all its fields.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return "struct"
	}
	return t.String()
}
