package graph_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/graph"
)

// What random graphs are about.
type (
	T0 struct{ ID int }
	T1 struct{ ID int }
	T2 struct{ ID int }
	T3 struct{ ID int }
	T4 struct{ ID int }
	T5 struct{ ID int }
	T6 struct{ ID int }
	T7 struct{ ID int }
)

type opt[T any] struct{ V T }

// Optionals are the optional fields of a parameter struct.
type Optionals struct {
	O0 opt[T0]
	O1 opt[T1]
	O2 opt[T2]
	O3 opt[T3]
	O4 opt[T4]
	O5 opt[T5]
	O6 opt[T6]
	O7 opt[T7]
}

// params is the parameter struct of function number N, where M is [N]int. Which
// fields are filled is up to its spec.
type params[M any] struct {
	F0, G0 T0
	F1, G1 T1
	F2, G2 T2
	F3, G3 T3
	F4, G4 T4
	F5, G5 T5
	F6, G6 T6
	F7, G7 T7
	Optionals
	Param int // the run; put there before the plan runs
}

func (p *params[M]) ids() ids {
	return ids{
		p.F0.ID, p.F1.ID, p.F2.ID, p.F3.ID, p.F4.ID, p.F5.ID, p.F6.ID, p.F7.ID,
		p.G0.ID, p.G1.ID, p.G2.ID, p.G3.ID, p.G4.ID, p.G5.ID, p.G6.ID, p.G7.ID,
		p.O0.V.ID, p.O1.V.ID, p.O2.V.ID, p.O3.V.ID, p.O4.V.ID, p.O5.V.ID, p.O6.V.ID, p.O7.V.ID,
	}
}

// begin reports whether nothing of another run is there.
func (p *params[M]) begin(run int) bool {
	clean := *p == params[M]{}
	p.Param = run
	return clean
}

// A kit makes functions that have the same parameter struct.
type kit struct {
	in        reflect.Type
	providers [types]func(*rig, *function) *graph.Provider // by what they give
	stage     func(*rig, *function) *graph.Stage
}

func kitOf[M any]() kit {
	return kit{
		in: reflect.TypeFor[params[M]](),
		providers: [types]func(*rig, *function) *graph.Provider{
			provider[M, T0], provider[M, T1], provider[M, T2], provider[M, T3],
			provider[M, T4], provider[M, T5], provider[M, T6], provider[M, T7],
		},
		stage: func(r *rig, f *function) *graph.Stage {
			return graph.StageOf(name(f), "stages.go:1", func(ctx context.Context, frame *graph.Frame, in *params[M]) error {
				return r.stage(ctx, f, frame, in.ids(), in.Param)
			})
		},
	}
}

var kits = [functions]kit{
	kitOf[[0]int](), kitOf[[1]int](), kitOf[[2]int](), kitOf[[3]int](), kitOf[[4]int](),
	kitOf[[5]int](), kitOf[[6]int](), kitOf[[7]int](), kitOf[[8]int](), kitOf[[9]int](),
	kitOf[[10]int](), kitOf[[11]int](), kitOf[[12]int](), kitOf[[13]int](), kitOf[[14]int](),
	kitOf[[15]int](), kitOf[[16]int](), kitOf[[17]int](), kitOf[[18]int](), kitOf[[19]int](),
}

func name(f *function) string { return fmt.Sprint("f", f.id) }

func provider[M any, T ~struct{ ID int }](r *rig, f *function) (p *graph.Provider) {
	give := func(id int) T { return T(struct{ ID int }{id}) }
	switch f.kind {
	case plain:
		p = graph.Provide(func(ctx context.Context, in *params[M]) (T, error) {
			id, err := r.call(ctx, f, in.ids(), in.Param)
			return give(id), err
		})
	case scoped:
		p = graph.Scoped(func(ctx context.Context, in *params[M]) (T, graph.Close, error) {
			id, err := r.call(ctx, f, in.ids(), in.Param)
			return give(id), func(ctx context.Context, outcome error) error { return r.close(ctx, f, outcome) }, err
		})
	case value:
		p = graph.Value(give(valueOf(f)))
	default:
		p = graph.Env(func(env any) T { return give(env.(int)) })
	}
	if f.optional {
		graph.Optional(p, func(v T) opt[T] { return opt[T]{v} })
	}
	p.Name, p.Site, p.Fresh, p.AfterAnswer = name(f), "providers.go:1", f.fresh, f.late
	if f.limited {
		p.Timeout = time.Hour
	}
	return p
}

// A rig is the plan of a spec, whose functions follow a script.
type rig struct {
	*script
	plan      *graph.Plan
	providers map[*graph.Provider]*function
	dirty     bool // a parameter struct had something of an earlier run
}

func newRig(s *spec) (*rig, error) {
	r := &rig{providers: make(map[*graph.Provider]*function)}
	made := make(map[*function]*graph.Provider)
	cfg := graph.Config{
		First: func(p *graph.Provider) bool { return r.providers[p].first },
		Needs: func(in reflect.Type) ([]graph.Need, error) {
			i := slices.IndexFunc(kits[:], func(k kit) bool { return k.in == in })
			return needsOf(in, s.all[i].needs), nil
		},
	}
	for _, list := range s.scopes {
		var scope []*graph.Provider
		for _, f := range list {
			if made[f] == nil {
				made[f] = kits[f.id].providers[f.gives](r, f)
				r.providers[made[f]] = f
			}
			scope = append(scope, made[f])
		}
		cfg.Scopes = append(cfg.Scopes, scope)
	}
	for _, f := range s.stages {
		cfg.Stages = append(cfg.Stages, kits[f.id].stage(r, f))
	}
	plan, err := graph.Compile(cfg)
	r.plan = plan
	return r, err
}

func needsOf(in reflect.Type, needs []need) (list []graph.Need) {
	for _, n := range needs {
		name := fmt.Sprintf("%c%d", "FG"[n.field], n.typ)
		if n.optional {
			name = fmt.Sprintf("O%d", n.typ)
		}
		field, _ := in.FieldByName(name)
		if n.unkept {
			field.Index = nil
		}
		list = append(list, graph.Need{Name: name, Type: field.Type, Index: field.Index})
	}
	return list
}

type ctxKey struct{}

func ctxOf(ctx context.Context) int {
	id, _ := ctx.Value(ctxKey{}).(int)
	return id
}

func (r *rig) call(ctx context.Context, f *function, in ids, param int) (int, error) {
	r.log(event{what: "call", id: f.id, ids: in, ctx: ctxOf(ctx), param: param})
	if err := r.happens(nil); err != nil {
		return -1, err
	}
	return r.id(), nil
}

func (r *rig) close(ctx context.Context, f *function, outcome error) error {
	e := event{what: "close", id: f.id, ctx: ctxOf(ctx), outcome: textOf(outcome)}
	if ctx.Err() != nil {
		e.what = "close with a context that is done"
	}
	r.log(e)
	return r.happens(outcome)
}

func (r *rig) stage(ctx context.Context, f *function, frame *graph.Frame, in ids, param int) (err error) {
	r.log(event{what: "reach", id: f.id, ids: in, ctx: ctxOf(ctx), param: param})
	if err := r.happens(nil); err != nil {
		return err
	}
	for range f.tries {
		err = frame.Next(context.WithValue(ctx, ctxKey{}, r.id()))
		r.log(event{what: "next", id: f.id, outcome: textOf(err)})
		if err := r.happens(nil); err != nil {
			return err
		}
		if err == nil && !f.always {
			break
		}
	}
	switch {
	case f.after == returnNil:
		return nil
	case f.after == returnOwn && err != nil:
		return &failure{fmt.Sprint("own", f.id), err}
	}
	return err
}

// A failure is the error of a function.
type failure struct {
	name string
	of   error // what it wraps
}

func (f *failure) Error() string { return textOf(f) }
func (f *failure) Unwrap() error { return f.of }

// textOf is an error as it is written down.
func textOf(err error) string {
	switch e := err.(type) { //nolint:errorlint // each level is written down
	case nil:
		return ""
	case *failure:
		if e.of == nil || e.of == graph.ErrAbsent { //nolint:errorlint // nor this
			return e.name
		}
		return e.name + "(" + textOf(e.of) + ")"
	case *graph.PanicError:
		if e.Value == nil {
			return exited
		}
		return fmt.Sprint(e.Value)
	}
	if !strings.Contains(err.Error(), "and then, closing a scope: ") {
		return "unknown: " + err.Error()
	}
	return textOf(errors.Unwrap(err)) + "+"
}

// happens does what goes wrong at a point, where the outcome so far is given.
func (r *rig) happens(outcome error) error {
	kind, point := r.next()
	switch kind {
	case none:
		return nil
	case absent:
		return &failure{fmt.Sprint("absent", point), graph.ErrAbsent}
	case panics:
		panic(fmt.Sprint("panic", point))
	case aborts:
		panic(&failure{name: fmt.Sprint("abort", point)})
	case exits:
		runtime.Goexit()
	case wraps:
		if outcome != nil {
			return &failure{fmt.Sprint("wrap", point), outcome}
		}
	case same:
		if outcome != nil {
			return outcome
		}
	}
	return &failure{name: fmt.Sprint("fail", point)}
}

// follow runs the plan by a script.
func (r *rig) follow(run *script) {
	r.script = run
	ended := make(chan struct{})
	go func() { // it may be told to exit
		defer close(ended)
		f := r.plan.Frame(run.run)
		defer f.Free()
		for in := range f.Inputs {
			if p, ok := in.(interface{ begin(int) bool }); ok && !p.begin(run.run) {
				r.dirty = true
			}
		}
		err, returned := error(new(graph.PanicError)), false
		defer func() {
			if !returned {
				_ = f.Finish(err)
			}
		}()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if run.run%2 == 0 {
			cancel()
		}
		err = f.Run(ctx)
		r.log(event{what: "run", outcome: textOf(err)})
		err = f.Finish(err)
		r.log(event{what: "finish", outcome: textOf(err)})
		returned = true
	}()
	<-ended
}

// A trial runs one graph with many scripts.
type trial struct {
	t    testing.TB
	seed uint64
	spec *spec
	*rig
	model *model
	runs  int
}

// run compares a run of the plan with what the model says, and returns how many points it has.
func (t *trial) run(faults map[int]fault) int {
	t.runs++
	want, got := &script{run: t.runs, faults: faults}, &script{run: t.runs, faults: faults}
	t.model.simulate(want)
	t.follow(got)
	if !slices.Equal(got.events, want.events) || t.dirty {
		t.t.Fatalf("seed %d, run %d, faults by point %v; parameter structs were dirty: %t\n%s\n%s",
			t.seed, t.runs, faults, t.dirty, t.spec, compare(got.events, want.events))
	}
	return got.point
}

// compare shows what happened up to where it should not have.
func compare(got, want []event) string {
	var b strings.Builder
	for i := range max(len(got), len(want)) {
		if i < len(got) && i < len(want) && got[i] == want[i] {
			fmt.Fprintf(&b, "      %v\n", got[i])
			continue
		}
		if i < len(got) {
			fmt.Fprintf(&b, "got:  %v\n", got[i])
		}
		if i < len(want) {
			fmt.Fprintf(&b, "want: %v\n", want[i])
		}
		break
	}
	return b.String()
}

// tryGraph makes the graph of a seed and lets everything go wrong that can.
func tryGraph(t testing.TB, seed uint64) (runs int) {
	random := rand.New(rand.NewPCG(seed, 0))
	s := randomSpec(random, seed%8 == 0)
	r, err := newRig(s)
	if (err == nil) != s.valid() {
		t.Fatalf("seed %d: valid is %t, but Compile says %v\n%s", seed, s.valid(), err, s)
	}
	if err != nil {
		return 0
	}
	tt := &trial{t: t, seed: seed, spec: s, rig: r, model: newModel(s)}
	points := tt.run(nil)
	for point := range min(points, 40) {
		tt.run(map[int]fault{point + 1: fault(1 + random.IntN(int(faults)-1))})
	}
	for range 8 {
		several := make(map[int]fault)
		for range 2 + random.IntN(4) {
			several[1+random.IntN(points+4)] = fault(1 + random.IntN(int(faults)-1))
		}
		tt.run(several)
	}
	return tt.runs
}

func TestRandomGraphsBehaveLikeTheModel(t *testing.T) {
	runs := 0
	for seed := range uint64(600) {
		runs += tryGraph(t, seed)
	}
	t.Logf("%d runs", runs)
}

func FuzzPlans(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { tryGraph(t, seed) })
}
