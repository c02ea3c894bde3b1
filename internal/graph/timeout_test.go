package graph_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/graph"
)

// limited gives the provider called "one" a second.
func limited(p *graph.Provider) [][]*graph.Provider {
	p.Timeout = time.Second
	return places([]*graph.Provider{called("one", p)})
}

// wait returns after d, or when ctx is done, with the cause.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func TestAProviderThatFailsAfterItsTimeIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		err := do(mustCompile(t, limited(graph.Provide(func(ctx context.Context, _ *nothing) (T1, error) {
			assert.ErrorIs(t, wait(ctx, time.Hour), graph.ErrTimeout)
			return T1{}, errBroken
		})), handler[struct{ A T1 }](nil)))
		assert.Equal(t, time.Since(start), time.Second)
		assert.ErrorIs(t, err, graph.ErrTimeout)
		assert.ErrorIs(t, err, errBroken)
		assert.Equal(t, err.Error(), "one: provider took too long after 1s: broken")
	})
}

func TestAProviderThatFailsInTimeIsNotLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := do(mustCompile(t, limited(graph.Provide(func(ctx context.Context, _ *nothing) (T1, error) {
			assert.NoError(t, wait(ctx, time.Second-1))
			return T1{}, errBroken
		})), handler[struct{ A T1 }](nil)))
		assert.Equal(t, err, errBroken)
	})
}

func TestAProviderIsNotLateWhenTheRequestIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := mustCompile(t, limited(graph.Provide(func(ctx context.Context, _ *nothing) (T1, error) {
			err := wait(ctx, time.Hour)
			time.Sleep(time.Hour) // of the bubble: its own time is over as well
			return T1{}, err
		})), handler[struct{ A T1 }](nil))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		err := plan.Frame(nil).Run(ctx)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, errors.Is(err, graph.ErrTimeout), false)
	})
}

func TestALateSuccessCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := 0
		var got struct{ A T1 }
		assert.NoError(t, do(mustCompile(t, limited(graph.Scoped(func(context.Context, *nothing) (T1, graph.Close, error) {
			time.Sleep(time.Minute) // of the bubble
			return T1{1}, func(ctx context.Context, outcome error) error {
				closed++
				assert.NoError(t, outcome)
				return ctx.Err()
			}, nil
		})), handler(&got))))
		assert.Equal(t, got.A.ID, 1)
		assert.Equal(t, closed, 1)
	})
}

func TestTheContextOfALimitedProviderLastsAsLongAsItsStage(t *testing.T) {
	type held struct{ ctx context.Context }
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := graph.Scoped(func(ctx context.Context, _ *nothing) (held, graph.Close, error) {
				return held{ctx}, func(context.Context, error) error { return ctx.Err() }, nil
			})
			p.AfterAnswer = late
			var kept context.Context
			f := mustCompile(t, limited(p), graph.StageOf("handler", "", func(_ context.Context, _ *graph.Frame, in *struct{ A held }) error {
				kept = in.A.ctx
				time.Sleep(time.Hour) // of the bubble
				return kept.Err()
			})).Frame(nil)
			assert.NoError(t, f.Run(t.Context()))
			assert.Equal(t, kept.Err() == nil, late)
			assert.NoError(t, f.Finish(nil))
			assert.ErrorIs(t, kept.Err(), context.Canceled)
		})
	}
}

func TestTheContextOfALimitedProviderEndsWithoutAScope(t *testing.T) {
	ends := map[string]func() (T1, error){
		"with a result": func() (T1, error) { return T1{}, nil },
		"with an error": func() (T1, error) { return T1{}, errBroken },
		"with a panic":  func() (T1, error) { panic("boom") },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var kept context.Context
				start := time.Now()
				_ = do(mustCompile(t, limited(graph.Provide(func(ctx context.Context, _ *nothing) (T1, error) {
					kept = ctx
					return end()
				})), handler[struct{ A T1 }](nil)))
				assert.Equal(t, context.Cause(kept), context.Canceled)
				assert.Equal(t, time.Since(start), 0)
			})
		})
	}
}
