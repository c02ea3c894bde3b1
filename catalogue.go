package tenon

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// A mapping is how some errors are shown to clients.
type mapping struct {
	is          func(error) bool
	status      int
	code, title string
	sample      *problem.Error // shown as it is, in place of the above
	data        *data          // nil for none
}

// data are facts in one application.
type data struct {
	*facts
	site  string        // where they were given
	field *schema.Field // of the box; nil when it has no plan, which is a mistake

	example json.RawMessage // nil when the empty box has no JSON form
}

// problem returns what is shown of cause, which is nil in the document.
func (m *mapping) problem(cause error) *problem.Error {
	if m.sample != nil {
		return m.sample
	}
	p := problem.New(m.status, m.code, m.title)
	p.Cause = cause
	if m.data == nil || m.data.field == nil {
		return p
	}
	if cause == nil {
		p.Data = m.data.example
		return p
	}
	var err error
	if p.Data, err = m.data.field.AppendJSON(nil, m.data.of(cause)); err != nil {
		return errInternal.With(fmt.Errorf("encode the data of the error %s: %w (of %w)", m.code, err, cause))
	}
	return p
}

// Errors declares errors that an operation may answer besides those of the
// framework, or those of a provider or stage and so of each operation that it runs
// for: errors known to a [MapError] or, as in new(DeclinedError), to a
// [MapErrorAs] in scope, and a [*problem.Error] as it is shown. Any other error is
// answered with an opaque 500 and logged. A [*problem.Error] is always shown, but
// tests fail when it was not declared.
func Errors(errs ...error) Option {
	errs = slices.Clone(errs)
	return option(func(s *settings) { s.errors = append(s.errors, errs...) })
}

// MapError tells how the error err, compared with errors.Is, is shown to
// clients: with a status from 400 to 599, a code for programs, made of letters,
// digits and underscores, and a title for people. Where several match, the one
// in the innermost place counts, and in one place the last. An operation must
// declare err with [Errors] to answer it.
func MapError(err error, status int, code, title string) Option {
	return option(func(s *settings) {
		subject := fmt.Sprintf("MapError(%v, %d, %q, %q)", err, status, code, title)
		if err == nil {
			s.mistake("%s: the error is nil", subject)
			return
		}
		s.mapError(subject, mapping{is: func(e error) bool { return errors.Is(e, err) }, status: status, code: code, title: title})
	})
}

// MapErrorAs is [MapError] for errors of the type E, found with errors.As, that
// carry facts: data makes of one what clients see of it, in the member data of the
// problem. D is described in the document like any output.
func MapErrorAs[E error, D any](status int, code, title string, data func(E) D) Option {
	type box struct {
		Data D `json:"data"`
	}
	f := &facts{
		mapping: mapping{
			is:     func(e error) bool { _, ok := errors.AsType[E](e); return ok },
			status: status, code: code, title: title,
		},
		subject: fmt.Sprintf("MapErrorAs(%d, %q, %q)", status, code, title),
		box:     reflect.TypeFor[box](), empty: new(box),
	}
	if data != nil {
		f.of = func(err error) any {
			e, _ := errors.AsType[E](err)
			return &box{data(e)}
		}
	}
	return f
}

// facts is the option that [MapErrorAs] returns.
type facts struct {
	mapping // without data, which is that of an application
	subject string
	box     reflect.Type    // struct with one field
	empty   any             // pointer to an empty box
	of      func(error) any // pointer to a box; nil when there is no function
}

func (f *facts) apply(s *settings) {
	if f.of == nil {
		s.mistake("%s: the function is nil", f.subject)
		return
	}
	m := f.mapping
	m.data = s.app.data(f, s.site)
	s.mapError(f.subject, m)
}

// data returns what f is in this application.
func (b *builder) data(f *facts, site string) *data {
	i := slices.IndexFunc(b.facts, func(d *data) bool { return d.facts == f })
	if i < 0 {
		i, b.facts = len(b.facts), append(b.facts, &data{facts: f, site: site})
	}
	return b.facts[i]
}

// compileFacts makes the plans of what errors carry, when all unions are known.
func (b *builder) compileFacts() {
	for _, d := range b.facts {
		var err error
		d.field, err = printed(b.app.set, d.box, []int{0})
		if err == nil {
			if zero, zeroErr := d.field.AppendJSON(nil, d.empty); zeroErr == nil {
				d.example, err = sample(d.field, zero)
			}
		}
		for _, text := range flatten(err) {
			b.mistake(d.site, "%s: %s", d.subject, text)
		}
	}
}

func (s *settings) mapError(subject string, m mapping) {
	if m.status < 400 || m.status > 599 || !isCode(m.code) || m.title == "" {
		s.mistake("%s: want a status from 400 to 599, a code of letters, digits and underscores, and a title", subject)
	}
	s.mapped = slices.Insert(s.mapped, 0, m)
}

// declare gathers the errors that an operation may answer: its own, and those of
// the providers and stages that run for it.
func (b *builder) declare(op *operation, s *settings) error {
	op.scope = s.mapped
	facts := []*settings{s}
	for _, p := range op.providers {
		facts = append(facts, p.facts)
	}
	for _, stage := range op.stages {
		facts = append(facts, stage.facts)
	}
	var errs []error
	for _, f := range facts {
		known := s.mapped
		if f != s {
			known = append(slices.Clone(f.mapped), known...)
		}
		for _, e := range f.errors {
			d, err := declaring(known, e)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			op.errors = append(op.errors, d)
		}
	}
	slices.SortStableFunc(op.errors, func(x, y declaration) int { return x.rank - y.rank })
	op.documented, op.described, op.headers = op.problems(), s.described, s.headers
	for i := range op.errors {
		op.documented = append(op.documented, op.errors[i].problem(nil))
	}
	return errors.Join(errs...)
}

// A declaration is a mapping of one declared error, and how far inside it was found.
type declaration struct {
	mapping
	rank int
}

// declaring returns how e is shown.
func declaring(known []mapping, e error) (declaration, error) {
	if p, ok := e.(*problem.Error); ok && p != nil { //nolint:errorlint // it is declared itself
		if p.Status < 400 || p.Status > 599 {
			return declaration{}, fmt.Errorf("declares the problem %w: want a status from 400 to 599, not %d", p, p.Status)
		}
		named, filled := *p, problem.New(p.Status, p.Code, p.Title)
		named.Code, named.Title = filled.Code, filled.Title
		return declaration{mapping{is: func(err error) bool { return errors.Is(err, e) }, sample: &named}, -1}, nil
	}
	if v := reflect.ValueOf(e); e == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return declaration{}, errors.New("option Errors: an error is nil")
	}
	i := slices.IndexFunc(known, func(m mapping) bool { return m.is(e) })
	if i < 0 {
		return declaration{}, fmt.Errorf("declares the error %v%s, but no MapError in scope says how it is shown", e, kind(e))
	}
	d := declaration{known[i], i}
	if d.data == nil {
		d.is = func(err error) bool { return errors.Is(err, e) } // rather than all that the mapping stands for
	}
	return d, nil
}

// kind tells the type of an error that is compared by it.
func kind(e error) string {
	if t := fmt.Sprintf("%T", e); t != "*errors.errorString" && !strings.HasPrefix(t, "*fmt.") {
		return " (" + t + ")"
	}
	return ""
}
