package graph_test

import (
	"fmt"
	"slices"
	"strings"
)

// A model says what a run of a graph does. It follows docs/adr/0009-stages-and-scopes.md
// word by word, knows nothing of plans and decides everything while it runs.
type model struct {
	*spec
	*script

	without map[string]bool    // whether something can do without a node
	must    map[int]bool       // whether a stage fails without what a function gives
	known   map[string][]place // what places returned
	had     []map[string]given // by the stages that have begun, what their nodes gave
	open    [][]*opened        // by stage
	later   []*opened
}

// given is what a node gave, or why it gave nothing.
type given struct {
	id     int
	absent string
}

type opened struct {
	f   *function
	ctx int
}

// An end is how something ended: with an error, which is "" for none, and maybe
// because the goroutine ends.
type end struct {
	err  string
	exit bool
}

const exited = "exit"

// A place is where a value is needed: the node that gives it has its key.
type place struct {
	need
	f   *function
	key string
}

// places returns where f, whose key is given, needs something.
func (m *model) places(f *function, key string) []place {
	list, ok := m.known[key]
	if ok {
		return list
	}
	for i, n := range f.needs {
		p := place{need: n, f: m.lookup(n)[0]}
		p.key = fmt.Sprint(p.f.id)
		if p.f.fresh { // one node for each place
			p.key = fmt.Sprintf("%s/%d:%d", key, i, p.f.id)
		}
		list = append(list, p)
	}
	m.known[key] = list
	return list
}

// keyOf is the key of a stage.
func keyOf(f *function) string { return fmt.Sprint("s", f.id) }

func newModel(s *spec) *model {
	m := &model{spec: s, without: make(map[string]bool), must: make(map[int]bool), known: make(map[string][]place)}
	for _, f := range s.stages {
		m.spare(f, keyOf(f), false)
	}
	for _, f := range s.stages {
		m.insist(f, keyOf(f))
	}
	for _, list := range m.known {
		for _, p := range list {
			if p.f.first && m.must[p.f.id] {
				m.without[p.key] = false
			}
		}
	}
	return m
}

// insist notes the functions that a stage needs and cannot do without.
func (m *model) insist(f *function, key string) {
	for _, p := range m.places(f, key) {
		if !p.optional {
			m.must[p.f.id] = true
			m.insist(p.f, p.key)
		}
	}
}

// spare notes the nodes that something can do without: optional ones, and what these need.
func (m *model) spare(f *function, key string, spared bool) {
	for _, p := range m.places(f, key) {
		spared := spared || p.optional
		if was, seen := m.without[p.key]; seen && (was || !spared) {
			continue
		}
		m.without[p.key] = spared
		m.spare(p.f, p.key, spared)
	}
}

// simulate runs the graph.
func (m *model) simulate(run *script) {
	m.script, m.had, m.open, m.later = run, nil, nil, nil
	e := m.stage(0, 0)
	if e.exit {
		e.err = exited // nobody was told more
	} else {
		m.log(event{what: "run", outcome: e.err})
	}
	for _, o := range m.later {
		closed := m.close(o, e.err)
		e = end{closed.err, e.exit || closed.exit}
	}
	if !e.exit {
		m.log(event{what: "finish", outcome: e.err})
	}
}

// stage runs stage k with all behind it, and closes what it opened.
func (m *model) stage(k, ctx int) end {
	m.had = append(m.had, make(map[string]given))
	m.open = append(m.open, nil)
	e := m.body(k, ctx)
	if e.exit {
		e.err = exited
	}
	var spared []*opened // left open while all is well, the last opened first
	closeOne := func(o *opened) {
		end := m.close(o, e.err)
		e.err, e.exit = end.err, e.exit || end.exit
	}
	for _, o := range slices.Backward(m.open[k]) {
		if o.f.late && e.err == "" {
			spared = append(spared, o)
			continue
		}
		closeOne(o)
		for ; e.err != "" && len(spared) > 0; spared = spared[1:] {
			closeOne(spared[0])
		}
	}
	m.later = append(m.later, spared...)
	m.had, m.open = m.had[:k], m.open[:k]
	return e
}

// body is what happens in stage k before its scopes are closed.
func (m *model) body(k, ctx int) end {
	f := m.stages[k]
	if k == 0 {
		if e := m.first(ctx); e.err != "" || e.exit {
			return e
		}
	}
	in, missing, e := m.inputs(f, keyOf(f), ctx)
	switch {
	case e.err != "" || e.exit:
		return e
	case missing != "":
		return end{err: missing}
	}
	m.log(event{what: "reach", id: f.id, ids: in, ctx: ctx, param: m.run})
	if e := m.happens(""); e.err != "" || e.exit {
		return e
	}
	last := end{}
	for range f.tries {
		last = m.stage(k+1, m.id())
		if last.exit {
			return last
		}
		m.log(event{what: "next", id: f.id, outcome: last.err})
		if e := m.happens(""); e.err != "" || e.exit {
			return e
		}
		if last.err == "" && !f.always {
			break
		}
	}
	switch {
	case f.after == returnNil || last.err == "":
		return end{}
	case f.after == returnOwn:
		return end{err: fmt.Sprintf("own%d(%s)", f.id, last.err)}
	}
	return last
}

// happens is what goes wrong at a point, where the outcome so far is given.
func (m *model) happens(outcome string) end {
	kind, point := m.next()
	switch kind {
	case none:
		return end{}
	case absent:
		return end{err: fmt.Sprint("absent", point)}
	case panics:
		return end{err: fmt.Sprint("panic", point)}
	case aborts:
		return end{err: fmt.Sprint("abort", point)}
	case exits:
		return end{err: exited, exit: true}
	case wraps:
		if outcome != "" {
			return end{err: fmt.Sprintf("wrap%d(%s)", point, outcome)}
		}
	case same:
		if outcome != "" {
			return end{err: outcome}
		}
	}
	return end{err: fmt.Sprint("fail", point)}
}

// first resolves the providers that run first whoever needs them, in the order in which
// the stages lead to them.
func (m *model) first(ctx int) end {
	seen := make(map[string]bool)
	var walk func(f *function, key string) end
	walk = func(f *function, key string) end {
		for _, p := range m.places(f, key) {
			if seen[p.key] {
				continue
			}
			seen[p.key] = true
			if e := walk(p.f, p.key); e.err != "" || e.exit {
				return e
			}
			if p.f.first {
				if _, e := m.node(p, ctx); e.err != "" || e.exit {
					return e
				}
			}
		}
		return end{}
	}
	for _, f := range m.stages {
		if e := walk(f, keyOf(f)); e.err != "" || e.exit {
			return e
		}
	}
	return end{}
}

// inputs resolves what f needs, and returns it, or why it cannot be had.
func (m *model) inputs(f *function, key string, ctx int) (in ids, missing string, e end) {
	places := m.places(f, key)
	var got []given
	for _, p := range places {
		g, e := m.node(p, ctx)
		if e.err != "" || e.exit {
			return in, "", e
		}
		got = append(got, g)
	}
	for i, p := range places {
		switch {
		case got[i].absent != "" && !p.optional:
			return in, got[i].absent, end{}
		case !p.unkept:
			in[p.slot()] = got[i].id
		}
	}
	return in, "", end{}
}

// node returns what the node at a place gives, in this stage or an outer one.
func (m *model) node(p place, ctx int) (g given, e end) {
	for _, had := range m.had {
		if g, ok := had[p.key]; ok {
			return g, end{}
		}
	}
	defer func() {
		if e.err == "" {
			m.had[len(m.had)-1][p.key] = g
		}
	}()
	switch p.f.kind {
	case value:
		return given{id: valueOf(p.f)}, end{}
	case env:
		return given{id: m.run}, end{}
	}
	in, err, e := m.inputs(p.f, p.key, ctx)
	if e.err != "" || e.exit {
		return g, e
	}
	if err == "" {
		m.log(event{what: "call", id: p.f.id, ids: in, ctx: ctx, param: m.run})
		if e = m.happens(""); e.exit {
			return g, e
		}
		err = e.err
	}
	switch {
	case err == "":
	case strings.HasPrefix(err, "absent") && m.without[p.key]:
		return given{absent: err}, end{}
	default:
		return g, end{err: err}
	}
	if p.f.kind == scoped {
		stage := len(m.open) - 1
		m.open[stage] = append(m.open[stage], &opened{p.f, ctx})
	}
	return given{id: m.id()}, end{}
}

// close closes a scope with an outcome and returns the outcome to go on with.
func (m *model) close(o *opened, outcome string) end {
	m.log(event{what: "close", id: o.f.id, ctx: o.ctx, outcome: outcome})
	e := m.happens(outcome)
	switch {
	case e.exit || outcome == "":
		return e
	case e.err == "" || e.err == outcome:
		return end{err: outcome}
	case strings.HasPrefix(e.err, "wrap"):
		return e
	}
	return end{err: outcome + "+"}
}

// valueOf is what the provider of a value gives.
func valueOf(f *function) int { return -1 - f.id }
