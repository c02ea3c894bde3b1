package graph_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/graph"
)

// needsByType says that every field is needed whose type is not of the language. One without
// a name is not kept.
func needsByType(in reflect.Type) (list []graph.Need, err error) {
	for f := range in.Fields() {
		n := graph.Need{Name: f.Name, Type: f.Type, Index: f.Index}
		switch {
		case f.Type == reflect.TypeFor[error]():
			return nil, fmt.Errorf("field %s: errors are not to be had", f.Name)
		case f.Type.PkgPath() == "" && f.Type.Kind() != reflect.Pointer:
			continue
		case f.Name == "_":
			n.Index = nil
		}
		list = append(list, n)
	}
	return list, nil
}

// nothing is a parameter struct without fields.
type nothing = struct{}

// called names a provider.
func called(name string, p *graph.Provider) *graph.Provider {
	p.Name, p.Site = name, name+".go:1"
	return p
}

// optionally lets it fill optional fields.
func optionally[T any](p *graph.Provider) *graph.Provider {
	graph.Optional(p, func(v T) opt[T] { return opt[T]{v} })
	return p
}

// give returns a function that gives v, whatever it needs.
func give[In, Out any](v Out) func(context.Context, *In) (Out, error) {
	return func(context.Context, *In) (Out, error) { return v, nil }
}

// through is a stage that keeps what it got in got, if that is not nil, and calls Next.
func through[In any](name string, got *In) *graph.Stage {
	return graph.StageOf(name, name+".go:1", func(ctx context.Context, f *graph.Frame, in *In) error {
		if got != nil {
			*got = *in
		}
		return f.Next(ctx)
	})
}

// handler is a last stage that keeps what it got in got, if that is not nil.
func handler[In any](got *In) *graph.Stage {
	return graph.StageOf("handler", "handler.go:1", func(_ context.Context, _ *graph.Frame, in *In) error {
		if got != nil {
			*got = *in
		}
		return nil
	})
}

func places(list ...[]*graph.Provider) [][]*graph.Provider { return list }

func compile(scopes [][]*graph.Provider, stages ...*graph.Stage) (*graph.Plan, error) {
	return graph.Compile(graph.Config{Stages: stages, Scopes: scopes, Needs: needsByType})
}

func mustCompile(t testing.TB, scopes [][]*graph.Provider, stages ...*graph.Stage) *graph.Plan {
	t.Helper()
	plan, err := compile(scopes, stages...)
	assert.NoError(t, err)
	return plan
}

// do runs a plan once.
func do(plan *graph.Plan) error {
	f := plan.Frame(nil)
	defer f.Free()
	return f.Finish(f.Run(context.Background()))
}

type (
	namer    interface{ Name() string }
	anything interface{}
)

// Name makes a T2 a namer.
func (T2) Name() string { return "" }

func TestMistakesNameThePathThatLeadsToThem(t *testing.T) {
	type list = []*graph.Provider
	tests := []struct {
		name   string
		scopes [][]*graph.Provider
		stages []*graph.Stage
		want   string
	}{
		{
			name:   "missing",
			stages: []*graph.Stage{handler[struct{ A T1 }](nil)},
			want:   "handler: field A: no provider in scope gives a graph_test.T1",
		},
		{
			name:   "missing for a provider",
			scopes: places(list{called("one", graph.Provide(give[struct{ B T2 }](T1{})))}),
			stages: []*graph.Stage{handler[struct{ A T1 }](nil)},
			want:   "handler: needs one at one.go:1: field B: no provider in scope gives a graph_test.T2",
		},
		{
			name:   "missing, but there is a pointer",
			scopes: places(list{called("one", graph.Value(&T1{}))}),
			stages: []*graph.Stage{handler[struct{ A T1 }](nil)},
			want:   "handler: field A: no provider in scope gives a graph_test.T1, but one at one.go:1 gives a *graph_test.T1: types must be the same",
		},
		{
			name:   "missing, but there is what it points to",
			scopes: places(nil, list{called("zero", graph.Value(T0{})), called("one", graph.Value(T1{}))}),
			stages: []*graph.Stage{handler[struct{ A *T1 }](nil)},
			want:   "handler: field A: no provider in scope gives a *graph_test.T1, but one at one.go:1 gives a graph_test.T1: types must be the same",
		},
		{
			name:   "missing, but there is what implements it",
			scopes: places(list{called("one", graph.Value(T1{})), called("two", graph.Value(T2{}))}),
			stages: []*graph.Stage{handler[struct{ A namer }](nil)},
			want:   "handler: field A: no provider in scope gives a graph_test.namer, but two at two.go:1 gives a graph_test.T2: types must be the same, as with Value[graph_test.namer]",
		},
		{
			name:   "missing, and everything implements it",
			scopes: places(list{called("one", graph.Value(T1{}))}),
			stages: []*graph.Stage{handler[struct{ A anything }](nil)},
			want:   "handler: field A: no provider in scope gives a graph_test.anything",
		},
		{
			name:   "optional from a provider that has no such type",
			scopes: places(list{called("one", graph.Value(T1{}))}),
			stages: []*graph.Stage{handler[struct{ A opt[T1] }](nil)},
			want:   "handler: field A: no provider in scope gives a graph_test.opt[github.com/tenonapi/tenon/internal/graph_test.T1]",
		},
		{
			name:   "itself",
			scopes: places(list{called("one", graph.Provide(give[struct{ A T1 }](T1{})))}),
			stages: []*graph.Stage{handler[struct{ A T1 }](nil)},
			want:   "handler: needs one at one.go:1: needs one at one.go:1, which needs itself",
		},
		{
			name: "a cycle, behind what is not part of it",
			scopes: places(
				list{called("zero", graph.Provide(give[struct{ A T1 }](T0{})))},
				list{called("one", graph.Provide(give[struct{ B T2 }](T1{}))), called("two", graph.Provide(give[struct{ A T1 }](T2{})))},
			),
			stages: []*graph.Stage{through[nothing]("guard", nil), handler[struct{ A T0 }](nil)},
			want:   "handler: needs zero at zero.go:1: needs one at one.go:1: needs two at two.go:1: needs one at one.go:1, which needs itself",
		},
		{
			name:   "two in one place",
			scopes: places(nil, list{called("one", graph.Value(T1{})), called("other", graph.Value(T1{}))}),
			stages: []*graph.Stage{handler[struct{ A T1 }](nil)},
			want:   "handler: field A: two providers in the same place give a graph_test.T1: one at one.go:1 and other at other.go:1",
		},
		{
			name:   "a parameter struct that is no good",
			scopes: places(list{called("one", graph.Provide(give[struct{ Err error }](T1{})))}),
			stages: []*graph.Stage{handler[struct{ A T1 }](nil)},
			want:   "handler: needs one at one.go:1: field Err: errors are not to be had",
		},
		{
			name:   "several, each once",
			scopes: places(list{called("one", graph.Provide(give[struct{ B T2 }](T1{})))}),
			stages: []*graph.Stage{through[struct{ A, B T1 }]("guard", nil), handler[struct{ A, C T3 }](nil), handler[struct{ A T3 }](nil)},
			want: "guard: needs one at one.go:1: field B: no provider in scope gives a graph_test.T2\n" +
				"handler: field A: no provider in scope gives a graph_test.T3\n" +
				"handler: field C: no provider in scope gives a graph_test.T3",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := compile(tt.scopes, tt.stages...)
			if plan != nil || err == nil {
				t.Fatal("got a plan")
			}
			assert.Equal(t, err.Error(), tt.want)
		})
	}
}

func TestAMistakeWrapsWhatWasWrongWithTheStruct(t *testing.T) {
	mistake := errors.New("no good")
	_, err := graph.Compile(graph.Config{
		Stages: []*graph.Stage{handler[nothing](nil)},
		Needs:  func(reflect.Type) ([]graph.Need, error) { return nil, mistake },
	})
	assert.ErrorIs(t, err, mistake)
}

func TestInnerPlacesHideOuterOnes(t *testing.T) {
	type needs struct {
		A T0
		B T1
		C opt[T2]
	}
	outer := []*graph.Provider{
		graph.Provide(give[nothing](T0{1})),
		graph.Provide(func(_ context.Context, in *struct{ A T0 }) (T1, error) { return T1{10 + in.A.ID}, nil }),
		optionally[T2](graph.Value(T2{100})),
	}
	inner := []*graph.Provider{graph.Provide(give[nothing](T0{2})), graph.Value(T2{200})}
	var got needs
	assert.NoError(t, do(mustCompile(t, places(outer), handler(&got))))
	assert.Equal(t, got, needs{T0{1}, T1{11}, opt[T2]{T2{100}}})

	// What an outer provider needs is hidden as well. One that cannot fill a field hides none.
	assert.NoError(t, do(mustCompile(t, places(inner, outer), handler(&got))))
	assert.Equal(t, got, needs{T0{2}, T1{12}, opt[T2]{T2{100}}})
}

func TestAProviderListedTwiceIsOne(t *testing.T) {
	p := graph.Value(T1{1})
	var got struct{ A T1 }
	assert.NoError(t, do(mustCompile(t, places([]*graph.Provider{p, p}, []*graph.Provider{p}), handler(&got))))
	assert.Equal(t, got.A.ID, 1)
}

func TestPlansSayWhatRuns(t *testing.T) {
	var (
		zero   = called("zero", graph.Value(T0{}))
		one    = called("one", graph.Provide(give[struct{ A T0 }](T1{})))
		two    = called("two", optionally[T2](graph.Provide(give[struct{ B T1 }](T2{}))))
		three  = called("three", graph.Provide(give[nothing](T3{})))
		four   = called("four", optionally[T4](graph.Provide(give[struct{ D T3 }](T4{}))))
		five   = called("five", graph.Provide(give[nothing](T5{})))
		unused = called("unused", graph.Provide(give[struct{ A T5 }](T6{})))
		first  = called("first", graph.Provide(give[struct{ F T5 }](T7{})))
	)
	three.Fresh = true
	plan, err := graph.Compile(graph.Config{
		Stages: []*graph.Stage{
			handler[nothing](nil),
			handler[struct {
				B opt[T2]
				_ T3
			}](nil),
			handler[struct {
				D opt[T4]
				_ T7
				B T2
			}](nil),
		},
		Scopes: places([]*graph.Provider{zero, one, two, three, four, five, unused, first}),
		First:  func(p *graph.Provider) bool { return p == first },
		Needs:  needsByType,
	})
	assert.NoError(t, err)

	var got []string
	for stage, p := range plan.Providers {
		got = append(got, fmt.Sprint(stage, " ", p.Name))
	}
	assert.Equal(t, got, []string{"0 five", "0 first", "1 zero", "1 one", "1 two", "1 three", "2 three", "2 four"})
	for stage, p := range plan.Providers {
		assert.Equal(t, fmt.Sprint(stage, p.Name), "0five")
		break
	}

	all := []*graph.Provider{zero, one, two, three, four, five, unused, first}
	which := func(has func(*graph.Provider) bool) (names []string) {
		for _, p := range all {
			if has(p) {
				names = append(names, p.Name)
			}
		}
		return names
	}
	assert.Equal(t, which(plan.Uses), []string{"zero", "one", "two", "three", "four", "five", "first"})
	assert.Equal(t, which(plan.Requires), []string{"zero", "one", "two", "three", "five", "first"})
	reached := func(from *graph.Provider) []string {
		return which(func(to *graph.Provider) bool {
			return plan.Reaches(from, func(p *graph.Provider) bool { return p == to })
		})
	}
	assert.Equal(t, reached(two), []string{"zero", "one", "two"})
	assert.Equal(t, reached(four), []string{"three", "four"})
	assert.Equal(t, reached(five), []string{"five"})
	assert.Equal(t, reached(unused), nil)
}

func TestNothingIsRequiredThatOnlyOptionalFieldsNeed(t *testing.T) {
	one := graph.Provide(give[nothing](T1{}))
	two := optionally[T2](graph.Provide(give[struct{ A T1 }](T2{})))
	plan := mustCompile(t, places([]*graph.Provider{one, two}), handler[struct{ B opt[T2] }](nil))
	assert.Equal(t, plan.Requires(one), false)
	assert.Equal(t, plan.Requires(two), false)
}

// Each type needs all that come before it: there are 2⁷ ways from the last to the first.
func TestEveryNodeIsVisitedOnce(t *testing.T) {
	s := new(spec)
	list := make([]*function, types)
	for i := range list {
		list[i] = s.add(&function{gives: i})
		for before := range i {
			list[i].needs = append(list[i].needs, need{typ: before})
		}
	}
	s.scopes = [][]*function{list}
	s.stages = []*function{s.add(&function{kind: stageKind, needs: []need{{typ: types - 1}}})}
	r, err := newRig(s)
	assert.NoError(t, err)
	var visited []string
	for _, p := range r.plan.Providers {
		visited = visited[:0]
		r.plan.Reaches(p, func(p *graph.Provider) bool {
			visited = append(visited, p.Name)
			return false
		})
	}
	slices.Sort(visited)
	assert.Equal(t, visited, []string{"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7"})
}
