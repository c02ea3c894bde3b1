package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A spec describes a graph: what the random graphs are made from, what the model
// interprets and what the plan is compiled from.
type spec struct {
	stages []*function
	scopes [][]*function // providers, the innermost first
	all    []*function   // providers and stages by ID
}

type kind int

const (
	plain kind = iota
	scoped
	value
	env
	stageKind
)

// A function is a provider or a stage.
type function struct {
	id    int
	kind  kind
	gives int // type
	needs []need

	// Of a provider.
	fresh, late, first, limited, optional bool

	// Of a stage.
	tries  int  // how often it calls Next
	always bool // and not only until one succeeds
	after  int  // what it returns then: the error of the last Next, nil or its own
}

const (
	returnLast = iota
	returnNil
	returnOwn
	returns
)

// A need is a field: of type number typ, or of its optional type.
type need struct {
	typ      int
	optional bool
	field    int // 0 or 1 when not optional: there are two fields of a type
	unkept   bool
}

const (
	types     = 8
	functions = 20
)

// randomSpec returns a graph that is well-formed, unless it is wild.
func randomSpec(r *rand.Rand, wild bool) *spec {
	s := new(spec)
	used := 1 + r.IntN(types)
	places := 1 + r.IntN(3)
	for place := range places {
		var list []*function
		for typ := range used {
			if place < places-1 && r.IntN(4) > 0 || len(s.all) >= functions-5 {
				continue // shadows only some, but the outermost place has all
			}
			list = append(list, s.add(randomProvider(r, typ)))
		}
		if wild && r.IntN(4) == 0 && len(list) > 0 && len(s.all) < functions-5 {
			list = append(list, s.add(randomProvider(r, list[0].gives)))
		}
		if len(list) > 0 && r.IntN(8) == 0 {
			list = append(list, list[0])
		}
		s.scopes = append(s.scopes, list)
	}
	for range 1 + r.IntN(5) {
		f := s.add(&function{kind: stageKind, tries: []int{0, 1, 1, 1, 2, 3}[r.IntN(6)], always: r.IntN(3) == 0, after: r.IntN(returns)})
		s.stages = append(s.stages, f)
	}
	s.stages[len(s.stages)-1].tries = 0
	for _, f := range s.all {
		if f.kind == value || f.kind == env {
			continue
		}
		below := used
		if f.kind != stageKind {
			below = f.gives
		}
		if wild && r.IntN(3) == 0 {
			below = types
		}
		s.addNeeds(r, f, below, wild)
	}
	return s
}

func (s *spec) add(f *function) *function {
	f.id = len(s.all)
	s.all = append(s.all, f)
	return f
}

func randomProvider(r *rand.Rand, typ int) *function {
	f := &function{
		kind: []kind{plain, plain, scoped, scoped, value, env}[r.IntN(6)], gives: typ, fresh: r.IntN(4) == 0,
		first: r.IntN(8) == 0, limited: r.IntN(6) == 0, optional: r.IntN(8) > 0,
	}
	f.late = f.kind == scoped && r.IntN(3) == 0
	return f
}

// addNeeds adds needs of types below a number to f, at most one for each field.
func (s *spec) addNeeds(r *rand.Rand, f *function, below int, wild bool) {
	seen := make(map[need]bool)
	for range r.IntN(4) {
		if below == 0 {
			return
		}
		n := need{typ: r.IntN(below), optional: r.IntN(3) == 0, field: r.IntN(2)}
		if n.optional {
			n.field = 0
		}
		if seen[n] {
			continue
		}
		seen[n] = true
		n.unkept = r.IntN(8) == 0
		if given := s.lookup(n); len(given) == 1 || wild {
			f.needs = append(f.needs, n)
		}
	}
}

// lookup returns the providers for a need in the innermost place that has one.
func (s *spec) lookup(n need) (found []*function) {
	for _, place := range s.scopes {
		for i, f := range place {
			if f.gives == n.typ && (f.optional || !n.optional) && (i == 0 || f != place[0]) {
				found = append(found, f)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// valid reports whether every need, of a stage or of what it leads to, has one provider
// that does not need itself.
func (s *spec) valid() bool {
	fine := make(map[*function]bool)
	var check func(f *function, path []*function) bool
	check = func(f *function, path []*function) bool {
		if fine[f] || slices.Contains(path, f) {
			return fine[f]
		}
		for _, n := range f.needs {
			given := s.lookup(n)
			if len(given) != 1 || !check(given[0], append(path[:len(path):len(path)], f)) {
				return false
			}
		}
		fine[f] = true
		return true
	}
	for _, f := range s.stages {
		if !check(f, nil) {
			return false
		}
	}
	return true
}

// String draws the graph for the reader of a failure.
func (s *spec) String() string {
	var b strings.Builder
	for i, place := range s.scopes {
		fmt.Fprintf(&b, "place %d (0 is the innermost):\n", i)
		for _, f := range place {
			fmt.Fprintf(&b, "  f%d %s gives T%d", f.id, [...]string{"plain", "scoped", "value", "env"}[f.kind], f.gives)
			for i, set := range []bool{f.fresh, f.late, f.first, f.limited, f.optional} {
				if set {
					b.WriteString([...]string{" fresh", " late", " first", " limited", " optional"}[i])
				}
			}
			fmt.Fprintf(&b, " needs %v\n", f.needs)
		}
	}
	for k, f := range s.stages {
		fmt.Fprintf(&b, "stage %d: f%d calls Next %d times (always: %t), then returns %s, needs %v\n",
			k, f.id, f.tries, f.always, [...]string{"the last error", "nil", "its own error"}[f.after], f.needs)
	}
	return b.String()
}

func (n need) String() string {
	name := fmt.Sprintf("%c%d", 'F'+rune(n.field), n.typ)
	if n.optional {
		name = fmt.Sprintf("O%d", n.typ)
	}
	if n.unkept {
		name = "(" + name + ")"
	}
	return name
}

// slot is the place of the field among those of a parameter struct.
func (n need) slot() int {
	if n.optional {
		return 2*types + n.typ
	}
	return n.field*types + n.typ
}

// ids are the values of all fields of a parameter struct, 0 for nothing.
type ids [3 * types]int

// A fault is what a function does in place of its work.
type fault int

const (
	none   fault = iota
	fail         // returns an error
	absent       // returns an error that wraps ErrAbsent
	panics       // panics with a text
	aborts       // panics with an error
	exits        // calls runtime.Goexit
	wraps        // a Close returns an error that wraps the outcome, others fail
	same         // a Close returns the outcome, others fail
	faults
)

// An event is something that a function has seen or done. Errors are written
// down as texts: nothing, or the name of what went wrong and where.
type event struct {
	what    string
	id      int // of the function
	ids     ids // what it got
	ctx     int // which context it got
	param   int // which run its parameters are of
	outcome string
}

func (e event) String() string {
	text := fmt.Sprintf("%s f%d ctx=%d param=%d outcome=%q", e.what, e.id, e.ctx, e.param, e.outcome)
	for i, id := range e.ids {
		if id != 0 {
			text += fmt.Sprintf(" %c%d=%d", "FGO"[i/types], i%types, id)
		}
	}
	return text
}

// A script is one run: it numbers the points where something may go wrong, says what
// does, and keeps what happened.
type script struct {
	run    int
	faults map[int]fault
	point  int
	serial int
	events []event
}

// next returns what happens at the next point, and its number.
func (s *script) next() (fault, int) {
	s.point++
	return s.faults[s.point], s.point
}

// id returns a number that no value had before.
func (s *script) id() int {
	s.serial++
	return s.run*10_000 + s.serial
}

func (s *script) log(e event) { s.events = append(s.events, e) }
