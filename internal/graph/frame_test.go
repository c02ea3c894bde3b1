package graph_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"weak"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/graph"
)

// count returns a provider of a T that gives the number of its calls.
func count[In any, T ~struct{ ID int }](calls *int) *graph.Provider {
	return graph.Provide(func(context.Context, *In) (T, error) {
		*calls++
		return T(struct{ ID int }{*calls}), nil
	})
}

// A diary notes what scopes see.
type diary []string

func (d *diary) note(format string, args ...any) { *d = append(*d, fmt.Sprintf(format, args...)) }

// scope returns a provider of a T whose Close notes its outcome and returns end(outcome), or nil
// without end.
func scope[In any, T ~struct{ ID int }](d *diary, name string, end func(outcome error) error) *graph.Provider {
	return called(name, graph.Scoped(func(context.Context, *In) (t T, _ graph.Close, _ error) {
		d.note("open %s", name)
		return t, func(_ context.Context, outcome error) error {
			d.note("close %s: %v", name, outcome)
			if end == nil {
				return nil
			}
			return end(outcome)
		}, nil
	}))
}

// failing is a last stage that returns err.
func failing[In any](err error) *graph.Stage {
	return graph.StageOf("handler", "handler.go:1", func(context.Context, *graph.Frame, *In) error { return err })
}

func late(p *graph.Provider) *graph.Provider {
	p.AfterAnswer = true
	return p
}

var errBroken = errors.New("broken")

func TestResultsAreSharedButThoseOfFreshProviders(t *testing.T) {
	var shared, fresh int
	one, two := count[nothing, T1](&shared), count[nothing, T2](&fresh)
	two.Fresh = true
	type needs struct {
		A, B T1
		C, D T2
	}
	var outer, inner needs
	assert.NoError(t, do(mustCompile(t, places([]*graph.Provider{one, two}), through("guard", &outer), handler(&inner))))
	assert.Equal(t, outer, needs{T1{1}, T1{1}, T2{1}, T2{2}})
	assert.Equal(t, inner, needs{T1{1}, T1{1}, T2{3}, T2{4}})
}

func TestEveryNextResolvesWhatIsBehindItAnew(t *testing.T) {
	var outer, inner int
	var got struct {
		A T1
		B T2
	}
	retry := graph.StageOf("retry", "", func(ctx context.Context, f *graph.Frame, _ *struct{ A T1 }) error {
		for want := range 3 {
			assert.NoError(t, f.Next(ctx))
			assert.Equal(t, got.A.ID, 1)
			assert.Equal(t, got.B.ID, want+1)
		}
		return nil
	})
	plan := mustCompile(t, places([]*graph.Provider{count[nothing, T1](&outer), count[nothing, T2](&inner)}), retry, handler(&got))
	assert.NoError(t, do(plan))
}

func TestAnErrorThatIsNotAbsenceFailsTheStage(t *testing.T) {
	one := optionally[T1](graph.Provide(func(context.Context, *nothing) (T1, error) { return T1{}, errBroken }))
	var calls int
	plan := mustCompile(t, places([]*graph.Provider{one, count[nothing, T2](&calls)}), handler[struct {
		A opt[T1]
		B T2
	}](nil))
	assert.ErrorIs(t, do(plan), errBroken)
	assert.Equal(t, calls, 0)
}

// One gives nothing when asked so, and two needs it.
func absence(gone *error) []*graph.Provider {
	return []*graph.Provider{
		optionally[T1](graph.Provide(func(context.Context, *nothing) (T1, error) { return T1{1}, *gone })),
		optionally[T2](graph.Provide(func(_ context.Context, in *struct{ A T1 }) (T2, error) { return T2{in.A.ID + 1}, nil })),
	}
}

func TestWhatIsAbsentMakesAbsentWhatNeedsIt(t *testing.T) {
	gone := fmt.Errorf("no key: %w", graph.ErrAbsent)
	type needs struct {
		A opt[T1]
		B opt[T2]
	}
	got := needs{opt[T1]{T1{7}}, opt[T2]{T2{7}}}
	assert.NoError(t, do(mustCompile(t, places(absence(&gone)), handler(&got))))
	assert.Equal(t, got, needs{})
	gone = nil
	assert.NoError(t, do(mustCompile(t, places(absence(&gone)), handler(&got))))
	assert.Equal(t, got, needs{opt[T1]{T1{1}}, opt[T2]{T2{2}}})
}

func TestAStageThatNeedsWhatIsAbsentFailsWithItsError(t *testing.T) {
	gone := fmt.Errorf("no key: %w", graph.ErrAbsent)
	err := do(mustCompile(t, places(absence(&gone)), through[struct{ A opt[T1] }]("log", nil), handler[struct{ B T2 }](nil)))
	if err != gone { //nolint:errorlint // it is not wrapped
		t.Errorf("got %v, want %v", err, gone)
	}
}

func TestAnOptionalFieldForgetsWhatAnEarlierNextGave(t *testing.T) {
	var gone error
	var got struct {
		A opt[T1]
		_ opt[T1]
	}
	retry := graph.StageOf("retry", "", func(ctx context.Context, f *graph.Frame, _ *nothing) error {
		assert.NoError(t, f.Next(ctx))
		assert.Equal(t, got.A.V.ID, 1)
		gone = graph.ErrAbsent
		return f.Next(ctx)
	})
	assert.NoError(t, do(mustCompile(t, places(absence(&gone)), retry, handler(&got))))
	assert.Equal(t, got.A.V.ID, 0)
}

func TestScopesCloseInReverseOrderWithTheOutcomeOfTheirStage(t *testing.T) {
	var d diary
	providers := []*graph.Provider{
		scope[nothing, T1](&d, "one", nil), scope[struct{ A T1 }, T2](&d, "two", nil), scope[nothing, T3](&d, "three", nil),
	}
	guard := graph.StageOf("guard", "", func(ctx context.Context, f *graph.Frame, _ *struct{ A T1 }) error {
		d.note("next: %v", f.Next(ctx))
		return nil
	})
	f := mustCompile(t, places(providers), guard, failing[struct {
		B T2
		C T3
	}](errBroken)).Frame(nil)
	assert.NoError(t, f.Run(t.Context()))
	assert.Equal(t, d, diary{
		"open one", "open two", "open three", "close three: broken", "close two: broken", "next: broken", "close one: <nil>",
	})
}

func TestAScopeThatDidNotOpenIsNotClosed(t *testing.T) {
	var d diary
	nilClose := graph.Scoped(func(context.Context, *nothing) (T1, graph.Close, error) { return T1{}, nil, nil })
	failed := graph.Scoped(func(context.Context, *struct{ A T1 }) (T2, graph.Close, error) {
		return T2{}, func(context.Context, error) error {
			t.Error("closed")
			return nil
		}, errBroken
	})
	plan := mustCompile(t, places([]*graph.Provider{nilClose, failed, scope[nothing, T3](&d, "three", nil)}), handler[struct {
		C T3
		B T2
	}](nil))
	assert.ErrorIs(t, do(plan), errBroken)
	assert.Equal(t, d, diary{"open three", "close three: broken"})
}

func TestErrorsOfCloseMeetTheOutcome(t *testing.T) {
	closing := errors.New("connection lost")
	tests := []struct {
		name    string
		outcome error
		close   func(error) error
		want    string
		is, not error
	}{
		{"replaces none", nil, func(error) error { return closing }, "connection lost", closing, nil},
		{"replaces what it wraps", errBroken, func(err error) error { return fmt.Errorf("rolled back: %w", err) }, "rolled back: broken", errBroken, nil},
		{"is what it was given", errBroken, func(err error) error { return err }, "broken", errBroken, nil},
		{
			"is kept beside another", errBroken, func(error) error { return closing },
			"broken (and then, closing a scope: connection lost)", errBroken, closing,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d diary
			one, two := scope[nothing, T1](&d, "outer", nil), scope[nothing, T2](&d, "inner", tt.close)
			err := do(mustCompile(t, places([]*graph.Provider{one, two}), failing[struct {
				A T1
				B T2
			}](tt.outcome)))
			assert.Equal(t, err.Error(), tt.want)
			assert.ErrorIs(t, err, tt.is)
			assert.Equal(t, tt.not != nil && errors.Is(err, tt.not), false)
			assert.Equal(t, d[3], "close outer: "+tt.want)
		})
	}
}

func TestScopesThatWaitForTheAnswer(t *testing.T) {
	type needs struct {
		A T1
		B T2
		C T3
	}
	lost := errors.New("lost")
	tests := []struct {
		name    string
		outcome error
		close   error
		want    diary
	}{
		{"all is well", nil, nil, diary{"close two: <nil>", "ran: <nil>", "close three: <nil>", "close one: <nil>", "finished: <nil>"}},
		{"the stage failed", errBroken, nil, diary{"close three: broken", "close two: broken", "close one: broken", "ran: broken", "finished: broken"}},
		{"the stage failed while it closed another", nil, lost, diary{"close two: <nil>", "close three: lost", "close one: lost", "ran: lost", "finished: lost"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d diary
			f := mustCompile(t, places([]*graph.Provider{
				late(scope[nothing, T1](&d, "one", nil)),
				scope[nothing, T2](&d, "two", func(error) error { return tt.close }),
				late(scope[nothing, T3](&d, "three", nil)),
			}), failing[needs](tt.outcome)).Frame(nil)
			err := f.Run(t.Context())
			d.note("ran: %v", err)
			d.note("finished: %v", f.Finish(err))
			assert.Equal(t, d[3:], tt.want)
		})
	}
}

func TestAScopeThatWaitsHearsOfTheAnswer(t *testing.T) {
	var d diary
	closing := errors.New("lost")
	f := mustCompile(t, places([]*graph.Provider{late(scope[nothing, T1](&d, "one", func(error) error { return closing }))}),
		handler[struct{ A T1 }](nil)).Frame(nil)
	assert.NoError(t, f.Run(t.Context()))
	err := f.Finish(errBroken)
	assert.ErrorIs(t, err, errBroken)
	assert.Contains(t, err.Error(), "lost")
	assert.NoError(t, f.Finish(nil))
	assert.Equal(t, d, diary{"open one", "close one: broken"})
}

func TestCloseGetsAContextThatIsNotDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), ctxKey{}, 7))
	closed := false
	one := graph.Scoped(func(context.Context, *nothing) (T1, graph.Close, error) {
		return T1{}, func(ctx context.Context, outcome error) error {
			closed = true
			assert.ErrorIs(t, outcome, context.Canceled)
			assert.NoError(t, ctx.Err())
			assert.Equal(t, ctxOf(ctx), 7)
			_, limited := ctx.Deadline()
			assert.Equal(t, limited, false)
			return nil
		}, nil
	})
	f := mustCompile(t, places([]*graph.Provider{one}), graph.StageOf("handler", "", func(ctx context.Context, _ *graph.Frame, _ *struct{ A T1 }) error {
		cancel()
		return ctx.Err()
	})).Frame(nil)
	assert.ErrorIs(t, f.Run(ctx), context.Canceled)
	assert.Equal(t, closed, true)
}

func TestAScopeMayUseItsParametersUntilItHasClosed(t *testing.T) {
	var seen int
	one := graph.Value(T1{7})
	two := graph.Scoped(func(_ context.Context, in *struct{ A T1 }) (T2, graph.Close, error) {
		return T2{}, func(context.Context, error) error {
			seen = in.A.ID
			return nil
		}, nil
	})
	assert.NoError(t, do(mustCompile(t, places([]*graph.Provider{one, late(two)}), handler[struct{ B T2 }](nil))))
	assert.Equal(t, seen, 7)
}

func TestAPanicIsAnErrorOfItsStage(t *testing.T) {
	abort := errors.New("abort")
	boom := func() error { panic(abort) }
	var d diary
	one := scope[nothing, T1](&d, "one", nil)
	two := scope[nothing, T2](&d, "two", func(error) error { return boom() })
	three := graph.Provide(func(context.Context, *nothing) (T3, error) { return T3{}, boom() })
	tests := []struct {
		name  string
		last  *graph.Stage
		wants string // part of the text of the outcome
	}{
		{"in a stage", graph.StageOf("handler", "", func(context.Context, *graph.Frame, *nothing) error { return boom() }), "panic: abort"},
		{"in a provider", handler[struct{ C T3 }](nil), "panic: abort"},
		{"in a Close", handler[struct{ B T2 }](nil), "panic: abort"},
		{"in a Close after one in a stage", graph.StageOf("handler", "", func(context.Context, *graph.Frame, *struct{ B T2 }) error { return boom() }), "(and then, closing a scope: panic: abort"},
		{"in a Close after another error", failing[struct{ B T2 }](errBroken), "broken (and then, closing a scope: panic: abort"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d = d[:0]
			var inner error
			guard := graph.StageOf("guard", "", func(ctx context.Context, f *graph.Frame, _ *struct{ A T1 }) error {
				inner = f.Next(ctx)
				return nil
			})
			assert.NoError(t, do(mustCompile(t, places([]*graph.Provider{one, two, three}), guard, tt.last)))
			assert.Contains(t, inner.Error(), tt.wants)
			assert.Contains(t, inner.Error(), "TestAPanicIsAnErrorOfItsStage") // the stack
			assert.Equal(t, errors.Is(inner, abort), false)
			if p, ok := errors.AsType[*graph.PanicError](inner); ok {
				assert.Equal(t, p.Value, any(abort))
			}
			assert.Equal(t, d[len(d)-1], "close one: <nil>")
		})
	}
}

func TestGoexitClosesEveryScope(t *testing.T) {
	exit := func(error) error {
		runtime.Goexit()
		return nil
	}
	type needs struct {
		A T1
		B T2
		C T3
	}
	tests := []struct {
		name string
		last func(error) error
		end  func(error) error
	}{
		{"in a stage", exit, nil},
		{"in a Close", func(error) error { return nil }, exit},
		{"in a Close after it in a stage", exit, exit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d diary
			var outcomes []error
			keep := func(err error) error {
				outcomes = append(outcomes, err)
				return nil
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				f := mustCompile(t, places([]*graph.Provider{
					scope[nothing, T1](&d, "one", keep), late(scope[nothing, T2](&d, "two", keep)), scope[nothing, T3](&d, "three", tt.end),
				}), graph.StageOf("handler", "", func(context.Context, *graph.Frame, *needs) error { return tt.last(nil) })).Frame(nil)
				defer f.Free()
				_ = f.Run(t.Context())
				t.Error("Goexit was stopped")
			})
			wg.Wait()
			assert.Equal(t, len(outcomes), 2)
			for _, err := range outcomes {
				p, ok := errors.AsType[*graph.PanicError](err)
				assert.Equal(t, ok && p.Value == nil, true)
			}
		})
	}
}

func TestEnvironmentIsThatOfTheFrame(t *testing.T) {
	var got struct{ A T1 }
	plan := mustCompile(t, places([]*graph.Provider{graph.Env(func(env any) T1 { return T1{env.(int)} })}), handler(&got))
	for run := range 2 {
		f := plan.Frame(run)
		assert.NoError(t, f.Run(t.Context()))
		assert.Equal(t, got.A.ID, run)
		f.Free()
	}
}

func TestParameterStructsAreNumbered(t *testing.T) {
	type (
		one   struct{ A T1 }
		outer struct{ B T2 }
		inner struct{ Param int }
	)
	plan := mustCompile(t, places([]*graph.Provider{graph.Value(T1{}), graph.Provide(give[one](T2{}))}), through[outer]("guard", nil), handler[inner](nil))
	f := plan.Frame(nil)
	var got []string
	for in := range f.Inputs {
		assert.Equal(t, in == f.Input(len(got)), true)
		got = append(got, fmt.Sprintf("%T", in))
	}
	assert.Equal(t, strings.Join(got, " "), "<nil> *graph_test.one *graph_test.outer *graph_test.inner")
	for in := range f.Inputs {
		assert.Equal(t, in, nil)
		break
	}
}

func TestAStageForgetsItsParameters(t *testing.T) {
	in := struct{ A T1 }{T1{7}}
	through("guard", &in).Forget(&in)
	assert.Equal(t, in.A.ID, 0)
}

// A heavy error keeps something.
type heavy[T any] struct {
	error
	load T
}

func (h heavy[T]) Unwrap() error { return h.error }

func TestAFreedFrameKeepsNothing(t *testing.T) {
	type big struct{ _ [1 << 10]byte }
	type gift struct{ p *big }
	var refs []weak.Pointer[big]
	hold := func() *big {
		p := new(big)
		refs = append(refs, weak.Make(p))
		return p
	}
	one := graph.Scoped(func(ctx context.Context, _ *nothing) (gift, graph.Close, error) {
		p := hold()
		return gift{hold()}, func(context.Context, error) error {
			runtime.KeepAlive(p)
			return nil
		}, nil
	})
	two := graph.Provide(func(context.Context, *struct{ In gift }) (T2, error) {
		return T2{}, heavy[*big]{graph.ErrAbsent, hold()}
	})
	for _, boom := range []bool{false, true} {
		f := mustCompile(t, places([]*graph.Provider{late(one), optionally[T2](two)}), graph.StageOf("handler", "", func(context.Context, *graph.Frame, *struct {
			In gift
			B  opt[T2]
		}) error {
			if boom {
				panic("boom")
			}
			return nil
		})).Frame(hold())
		err := f.Run(context.WithValue(t.Context(), ctxKey{}, hold()))
		assert.Equal(t, err != nil, boom)
		_ = f.Finish(err)
		f.Free()
		runtime.GC()
		for i, ref := range refs {
			assert.Equal(t, ref.Value() == nil, true, "after a panic: ", boom, ", number ", i)
		}
		runtime.KeepAlive(f)
	}
}

func TestOnePlanServesManyGoroutines(t *testing.T) {
	plan := mustCompile(t, places([]*graph.Provider{
		graph.Env(func(env any) T0 { return T0{env.(int)} }),
		graph.Provide(func(_ context.Context, in *struct{ A T0 }) (T1, error) { return T1{in.A.ID + 1}, nil }),
	}), through[struct{ A T0 }]("guard", nil), graph.StageOf("handler", "", func(_ context.Context, f *graph.Frame, in *struct{ A T1 }) error {
		if in.A.ID != f.Env.(int)+1 {
			return errBroken
		}
		return nil
	}))
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 500 {
				f := plan.Frame(1000*g + i)
				if err := f.Run(t.Context()); err != nil {
					t.Error(err)
				}
				f.Free()
			}
		})
	}
	wg.Wait()
}
