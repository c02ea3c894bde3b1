package graph_test

import (
	"context"
	"testing"

	"github.com/tenonapi/tenon/internal/graph"
)

// Five providers, each of which needs the one before it.
type (
	link0 struct{ ID int }
	link1 struct{ ID int }
	link2 struct{ ID int }
	link3 struct{ ID int }
	link4 struct{ ID int }

	needs0 struct{ Seed int }
	needs1 struct{ Link link0 }
	needs2 struct{ Link link1 }
	needs3 struct{ Link link2 }
	needs4 struct{ Link link3 }
	needs5 struct{ Link link4 }
)

// Nothing is inlined: real providers are too large.

//go:noinline
func makeLink0(_ context.Context, in *needs0) (link0, error) { return link0{in.Seed + 1}, nil }

//go:noinline
func makeLink1(_ context.Context, in *needs1) (link1, error) { return link1{in.Link.ID + 1}, nil }

//go:noinline
func makeLink2(_ context.Context, in *needs2) (link2, error) { return link2{in.Link.ID + 1}, nil }

//go:noinline
func makeLink3(_ context.Context, in *needs3) (link3, error) { return link3{in.Link.ID + 1}, nil }

//go:noinline
func makeLink4(_ context.Context, in *needs4) (link4, error) { return link4{in.Link.ID + 1}, nil }

// chainByHand calls what the plan calls.
func chainByHand(ctx context.Context) (int, error) {
	v0, err := makeLink0(ctx, &needs0{})
	if err != nil {
		return 0, err
	}
	v1, err := makeLink1(ctx, &needs1{v0})
	if err != nil {
		return 0, err
	}
	v2, err := makeLink2(ctx, &needs2{v1})
	if err != nil {
		return 0, err
	}
	v3, err := makeLink3(ctx, &needs3{v2})
	if err != nil {
		return 0, err
	}
	v4, err := makeLink4(ctx, &needs4{v3})
	return v4.ID, err
}

// chainByPlan is a plan whose handler puts the end of the chain into got.
func chainByPlan(t testing.TB, got *int) *graph.Plan {
	return mustCompile(t, places([]*graph.Provider{
		graph.Provide(makeLink0), graph.Provide(makeLink1), graph.Provide(makeLink2), graph.Provide(makeLink3), graph.Provide(makeLink4),
	}), graph.StageOf("handler", "handler.go:1", func(_ context.Context, _ *graph.Frame, in *needs5) error {
		*got = in.Link.ID
		return nil
	}))
}

func BenchmarkChainOfFive(b *testing.B) {
	var got int
	ctx := b.Context()
	b.Run("by plan", func(b *testing.B) {
		plan := chainByPlan(b, &got)
		b.ReportAllocs()
		for b.Loop() {
			f := plan.Frame(nil)
			if err := f.Run(ctx); err != nil {
				b.Fatal(err)
			}
			f.Free()
		}
	})
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var err error
			if got, err = chainByHand(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}
