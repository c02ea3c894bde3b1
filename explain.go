package tenon

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// Explain returns, for each operation in the order of [App.Operations], a text
// for people that says what it reads with which rules, what runs for it in which
// order and is closed afterwards, its limits, and the errors it may answer.
func (a *App) Explain() []string {
	list := make([]string, len(a.operations))
	for i, op := range a.operations {
		list[i] = op.explain()
	}
	return list
}

func (op *operation) explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s), registered at %s\n", op.Method, op.Path, op.ID, op.site)
	section := func(name string, lines []string) {
		for _, line := range lines {
			fmt.Fprintf(&b, "  %-9s %s\n", name, line)
			name = ""
		}
	}
	if op.Version != "" {
		section("version", []string{op.Version})
	}
	if op.retires != nil {
		section("retires", []string{op.retires.summary()})
	}
	section("limits", []string{op.limits.explain()})
	section("callers", explainSecurity(op.security))
	section("reads", op.explainReading())
	runs, closes := op.explainRuns()
	section("runs", runs)
	section("closes", closes)
	section("errors", op.explainErrors())
	return b.String()
}

func explainSecurity(security []openapi.SecurityRequirement) (lines []string) {
	for _, way := range security {
		var schemes []string
		for name, scopes := range way {
			if len(scopes) > 0 {
				name += " with " + strings.Join(scopes, " ")
			}
			schemes = append(schemes, name)
		}
		slices.Sort(schemes)
		if len(schemes) == 0 {
			schemes = []string{"anybody"}
		}
		lines = append(lines, strings.Join(schemes, " and "))
	}
	return lines
}

// explainReading lists parameters, the body, and the types that these refer to.
func (op *operation) explainReading() (lines []string) {
	schemas := schema.NewSchemas("#")
	type part struct {
		name string
		*openapi.Schema
		required bool
	}
	var parts []part
	for _, p := range op.parameters() {
		parts = append(parts, part{p.source + " " + p.name, p.schema(schemas), p.required()})
	}
	for i := range op.rest.files {
		f := &op.rest.files[i]
		parts = append(parts, part{"form " + f.name, f.describe(), f.required})
	}
	if body := op.body(); body != nil && !op.rest.hasForm() {
		s := new(openapi.Schema) // of bytes
		if body.field != nil && body.kind != rawBody {
			s = schemas.Input(body.field)
		}
		parts = append(parts, part{"body", s, body.required()})
	}
	components, err := schemas.Components() // references have their names now
	if err != nil {
		return []string{err.Error()}
	}
	for _, name := range slices.Sorted(maps.Keys(components)) {
		parts = append(parts, part{"#" + name, components[name], false})
	}
	for _, p := range parts {
		text, err := json.Marshal(p.Schema)
		if err != nil {
			return []string{err.Error()}
		}
		line := p.name + ": "
		if p.required {
			line += "required, "
		}
		lines = append(lines, line+string(text))
	}
	return lines
}

// explainRuns lists what runs and what is closed, in order.
func (op *operation) explainRuns() (runs, closes []string) {
	if op.plan == nil {
		return []string{"the handler"}, nil
	}
	resolved := make([][]*provider, len(op.stages)+2)
	i := 0
	for stage := range op.plan.Providers {
		resolved[stage] = append(resolved[stage], op.providers[i])
		i++
	}
	var late []string
	for k, providers := range resolved {
		for _, p := range providers {
			if p.Site != frameworkSite {
				runs = append(runs, p.explain())
			}
			switch {
			case p.AfterAnswer:
				late = slices.Insert(late, 0, p.Out.String()+", after the answer")
			case p.Scoped:
				closes = slices.Insert(closes, 0, p.Out.String())
			}
		}
		switch {
		case k == 0:
			runs = append(runs, "the request is read")
		case k <= len(op.stages):
			runs = append(runs, op.stages[k-1].Name)
		default:
			runs = append(runs, "the handler")
		}
	}
	return runs, append(closes, late...)
}

func (p *provider) explain() string {
	text := p.Out.String() + " from " + p.Name + " at " + p.Site
	for _, note := range []struct {
		is   bool
		text string
	}{
		{p.facts.secured != nil, "proves the caller"}, {p.Scoped, "opens a scope"}, {p.Fresh, "for each use"},
		{p.Timeout > 0, "within " + p.Timeout.String()},
	} {
		if note.is {
			text += ", " + note.text
		}
	}
	return text
}

func (op *operation) explainErrors() (lines []string) {
	for _, p := range op.documented {
		lines = append(lines, strconv.Itoa(p.Status)+" "+p.Code)
	}
	for _, d := range op.described {
		if d.status >= 400 {
			lines = append(lines, strconv.Itoa(d.status)+" (any)")
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}
