package deadline_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/deadline"
)

type key struct{}

// TestContextBehavesLikeThatOfTheStandardLibrary does the same with both.
func TestContextBehavesLikeThatOfTheStandardLibrary(t *testing.T) {
	type made func(context.Context, time.Duration) (context.Context, func())
	both := map[string]made{
		"context": func(ctx context.Context, d time.Duration) (context.Context, func()) {
			return context.WithTimeout(ctx, d)
		},
		"deadline": func(ctx context.Context, d time.Duration) (context.Context, func()) {
			c := deadline.New(ctx, d)
			return c, c.Stop
		},
	}
	for name, with := range both {
		tests := map[string]func(t *testing.T, parent context.Context, cancel func()){
			"the time is over": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(parent, time.Second)
				defer stop()
				assert.ErrorIs(t, ctx.Err(), nil)
				time.Sleep(time.Second - 1)
				assert.ErrorIs(t, ctx.Err(), nil)
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				assert.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
				<-ctx.Done()
				stop()
				assert.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			},
			"somebody waits": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(parent, time.Second)
				defer stop()
				begin := time.Now()
				<-ctx.Done()
				assert.Equal(t, time.Since(begin), time.Second)
				assert.ErrorIs(t, context.Cause(ctx), context.DeadlineExceeded)
			},
			"stopped": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(parent, time.Second)
				stop()
				assert.ErrorIs(t, ctx.Err(), context.Canceled)
				<-ctx.Done()
				time.Sleep(2 * time.Second)
				assert.ErrorIs(t, ctx.Err(), context.Canceled)
			},
			"stopped while somebody waits": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(parent, time.Second)
				done := ctx.Done()
				stop()
				<-done
				assert.ErrorIs(t, ctx.Err(), context.Canceled)
			},
			"the parent ends": func(t *testing.T, parent context.Context, cancel func()) {
				ctx, stop := with(parent, time.Second)
				defer stop()
				cancel()
				assert.ErrorIs(t, ctx.Err(), context.Canceled)
				<-ctx.Done()
			},
			"the parent ends while somebody waits": func(t *testing.T, parent context.Context, cancel func()) {
				ctx, stop := with(parent, time.Second)
				defer stop()
				done := ctx.Done()
				cancel()
				<-done
				assert.ErrorIs(t, ctx.Err(), context.Canceled)
			},
			"the parent has less time": func(t *testing.T, parent context.Context, _ func()) {
				parent, cancel := context.WithTimeout(parent, time.Second)
				defer cancel()
				ctx, stop := with(parent, time.Minute)
				defer stop()
				at, ok := ctx.Deadline()
				assert.Equal(t, ok, true)
				assert.Equal(t, time.Until(at), time.Second)
				<-ctx.Done()
				assert.Equal(t, time.Until(at), 0)
				assert.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			},
			"children": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(context.WithValue(parent, key{}, "v"), time.Second)
				defer stop()
				assert.Equal(t, ctx.Value(key{}), any("v"))
				child, cancel := context.WithCancelCause(ctx)
				defer cancel(nil)
				grandchild := context.WithValue(child, key{}, "w")
				assert.Equal(t, ctx.Value(key{}), any("v"))
				ran := false
				context.AfterFunc(ctx, func() { ran = true })
				outlives := context.WithoutCancel(ctx)
				<-grandchild.Done()
				synctest.Wait()
				assert.Equal(t, ran, true)
				assert.ErrorIs(t, grandchild.Err(), context.DeadlineExceeded)
				assert.ErrorIs(t, context.Cause(child), context.DeadlineExceeded)
				assert.ErrorIs(t, outlives.Err(), nil)
			},
			"a child that is cancelled": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(parent, time.Second)
				defer stop()
				child, cancel := context.WithCancelCause(ctx)
				cancel(errors.New("why"))
				assert.Equal(t, context.Cause(child).Error(), "why")
				assert.ErrorIs(t, ctx.Err(), nil)
			},
			"no time": func(t *testing.T, parent context.Context, _ func()) {
				ctx, stop := with(parent, 0)
				defer stop()
				assert.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			},
			"no time, and the parent has ended": func(t *testing.T, parent context.Context, cancel func()) {
				cancel()
				ctx, stop := with(parent, 0)
				defer stop()
				assert.ErrorIs(t, ctx.Err(), context.Canceled)
			},
		}
		for what, test := range tests {
			t.Run(name+"/"+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					parent, cancel := context.WithCancel(t.Context())
					defer cancel()
					test(t, parent, cancel)
				})
			})
		}
	}
}

func TestContextIsSafeForConcurrentUse(t *testing.T) {
	for range 200 {
		ctx := deadline.New(t.Context(), time.Hour)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				switch i % 4 {
				case 0:
					<-ctx.Done()
				case 1:
					_ = ctx.Err()
				case 2:
					_, cancel := context.WithCancel(ctx)
					cancel()
				default:
					ctx.Stop()
				}
			})
		}
		wg.Wait()
		assert.ErrorIs(t, ctx.Err(), context.Canceled)
	}
}

func TestContextTakesOneAllocation(t *testing.T) {
	parent := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		ctx := deadline.New(parent, time.Hour)
		sink = ctx
		if ctx.Err() != nil {
			t.Error("the context has ended")
		}
		ctx.Stop()
	}); n > 1 {
		t.Errorf("%v allocations, want 1", n)
	}
}

var sink context.Context
