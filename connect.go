package tenon

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/graph"
)

var operationType = reflect.TypeFor[*Operation]()

// bundle returns what l is in this application.
func (b *builder) bundle(l *optionList) *bundle {
	if b.bundles[l] == nil {
		b.bundles[l] = new(bundle)
	}
	return b.bundles[l]
}

// connect decides what runs for an operation and what each function reads.
func (b *builder) connect(op *operation, s *settings) (err error) {
	if op.input, err = compileInput(b.app.set, op.in, op.path); err != nil {
		op.inputs = []*input{op.input}
		return errors.Join(err, op.read(0), unnamed(op))
	}
	stages := []*graph.Stage{request(op)}
	for _, stage := range s.stages {
		stages = append(stages, stage.Stage)
	}
	op.stages = s.stages
	stages = append(stages, op.last)
	inputs := map[reflect.Type]*input{op.in: op.input}
	plan, err := graph.Compile(graph.Config{
		Stages: stages,
		Scopes: lookup(s.scopes),
		First:  func(p *graph.Provider) bool { return b.provided[p].facts.secured != nil },
		Needs: func(t reflect.Type) ([]graph.Need, error) {
			in, ok := inputs[t]
			if !ok {
				if in, err = compileInput(b.app.set, t, op.path); err != nil {
					return nil, err
				}
				inputs[t] = in
			}
			return in.needs, nil
		},
	})
	if err != nil {
		return err
	}
	early := 0 // how many of the inputs are read first
	for stage, p := range plan.Providers {
		op.providers = append(op.providers, b.provided[p])
		op.inputs = append(op.inputs, inputs[p.In])
		b.provided[p].bundle.used = true
		if stage == 0 {
			early++
		}
	}
	for _, stage := range stages {
		op.inputs = append(op.inputs, inputs[stage.In])
	}
	if err := errors.Join(op.read(early), unnamed(op)); err != nil {
		return err
	}
	if len(op.providers) > 0 || len(stages) > 2 {
		op.plan = plan
	}
	return nil
}

// lookup returns the providers of scopes, the innermost first.
func lookup(scopes [][]*provider) [][]*graph.Provider {
	list := make([][]*graph.Provider, 0, len(scopes))
	for _, scope := range slices.Backward(scopes) {
		providers := make([]*graph.Provider, len(scope))
		for i, p := range scope {
			providers[i] = p.Provider
		}
		list = append(list, providers)
	}
	return list
}

// read decides what is read in which step. So many of the inputs are read first.
func (op *operation) read(early int) error {
	var errs []error
	for i, in := range op.inputs {
		if in == nil {
			continue // of a value
		}
		r := &op.rest
		if i < early {
			r = &op.first
			if in.body != nil || len(in.files) > 0 || slices.ContainsFunc(in.params, func(p param) bool { return p.source == "path" || p.source == "form" }) {
				errs = append(errs, fmt.Errorf("%s runs before the operation is read: it may read headers, cookies and the query only", op.providers[i].Name))
			}
		}
		seen := slices.DeleteFunc(slices.Clone(op.inputs[:i]), func(in *input) bool { return in == nil })
		if err := r.add(in, i, seen); err != nil {
			errs = append(errs, err)
		}
	}
	if len(op.rest.bodies) > 0 && op.rest.hasForm() {
		errs = append(errs, errors.New("reads both a Body and a form: a request has one body"))
	}
	op.close()
	last := len(op.inputs) - 1
	if err := op.again.add(op.input, last, nil); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// close tells the listings that are closed what the operation takes from their source.
func (op *operation) close() {
	for _, r := range []*reading{&op.first, &op.rest} {
		for _, p := range slices.Concat(op.first.params, op.rest.params) {
			if l := r.listing(p.source); l != nil && l.closed {
				l.known = append(l.known, p.name)
				if p.object != nil {
					l.known = append(l.known, p.name+"[") // of its members
				}
			}
		}
		for i := range r.files {
			r.form.known = append(r.form.known, r.files[i].name)
		}
	}
}

// unnamed returns an error for each parameter of the path that nothing reads.
func unnamed(op *operation) error {
	if op.path == nil {
		return nil
	}
	var errs []error
	for _, name := range op.path.Params {
		reads := func(p param) bool { return p.source == "path" && p.name == name }
		if !slices.ContainsFunc(op.rest.params, reads) && !slices.ContainsFunc(op.first.params, reads) {
			errs = append(errs, fmt.Errorf("path %s has the parameter %q, but no field of %s has the tag path:%q", op.path.Text, name, typeName(op.in), name))
		}
	}
	return errors.Join(errs...)
}

// checkUse notes providers that no operation needs. In an application that With has made,
// only those are expected to be needed that it replaces others by.
func (b *builder) checkUse() {
	var unused []string
	for spec, p := range b.providers {
		if p.bundle.used || b.overrides != nil && !slices.Contains(b.replacing, p) {
			continue
		}
		unused = append(unused, fmt.Sprintf("%s: no operation needs what %s provides, a %s", p.Site, p.Name, spec.out))
	}
	slices.Sort(unused)
	for _, text := range unused {
		site, text, _ := strings.Cut(text, ": ")
		b.mistake(site, "%s", text)
	}
}
