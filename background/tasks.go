package background

import (
	"context"
	"log/slog"
	"sync"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
)

// Tasks are what a request leaves to be done when it was answered. Handlers, providers and stages depend on *Tasks. It
// is safe for concurrent use.
type Tasks struct {
	runner *Runner
	log    *slog.Logger

	mu    sync.Mutex
	left  []task
	ended bool
}

// Providers gives operations their [Tasks].
func (r *Runner) Providers() tenon.Option {
	return tenon.Scoped(func(_ context.Context, in *struct{ Log *slog.Logger }) (*Tasks, tenon.Close, error) {
		t := &Tasks{runner: r, log: in.Log}
		return t, t.end, nil
	}, tenon.AfterAnswer())
}

// Go leaves fn to be run when the request was answered. It is not run when the request fails: after any
// error of the handler, a stage or the commit of a transaction. fn gets the values of ctx, which does not end with
// the request, but after [Config].Timeout. Go returns [ErrFull] at once if there is no room, or [ErrStopped].
//
// Errors and panics of fn are logged with the ID of the request and, where middleware.AccessLog
// knows it, the caller. The task is LOST when the process dies; what must not be lost is a job.
func (t *Tasks) Go(ctx context.Context, fn func(context.Context) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return ErrStopped
	}
	if err := t.runner.take(); err != nil {
		return err
	}
	t.left = append(t.left, task{context.WithoutCancel(ctx), t.log, fn})
	return nil
}

// end is a [tenon.Close], after the answer.
func (t *Tasks) end(ctx context.Context, outcome error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	log := t.log
	if caller := middleware.LoggedCaller(ctx); caller != "" {
		log = log.With(slog.String("caller", caller))
	}
	for _, left := range t.left {
		if outcome != nil {
			t.runner.free()
			continue
		}
		left.log = log
		t.runner.start(left)
	}
	return nil
}
