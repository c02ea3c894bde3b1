package tenon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Hook is something that lives as long as the server: a connection, a cache that
// is filled first, a worker. [Serve] starts hooks in their order, before it listens,
// and stops them in reverse, when the last request is answered. If one does not
// start, those before it are stopped.
type Hook struct {
	Name string // in errors; required

	Start func(ctx context.Context) error // must return for requests to be served; may be nil
	Run   func(ctx context.Context) error // works until ctx is done, beside the requests; may be nil
	Stop  func(ctx context.Context) error // closes what Start opened, when Run has returned; may be nil

	Timeout time.Duration // for Start, and for Run to return and Stop together; 0 means 10 s
}

// check returns a mistake in h.
func (h *Hook) check() error {
	switch {
	case h.Name == "":
		return errors.New("needs a Name")
	case h.Start == nil && h.Run == nil && h.Stop == nil:
		return errors.New("has nothing to do")
	case h.Timeout < 0:
		return errors.New("has a negative Timeout")
	}
	return nil
}

// hooks runs the hooks of a server.
type hooks struct {
	all     []Hook
	started []startedHook
	failed  chan error // the first error of a Run
}

// A startedHook can be stopped.
type startedHook struct {
	*Hook
	cancel context.CancelFunc // ends Run
	done   chan struct{}      // closed when Run has returned
}

func newHooks(all []Hook) hooks {
	return hooks{all: slices.Clone(all), failed: make(chan error, 1)}
}

// start starts the hooks in their order, up to the first that fails.
func (hs *hooks) start(ctx context.Context) error {
	for i := range hs.all {
		h := &hs.all[i]
		if err := h.within(ctx, h.Start); err != nil {
			return fmt.Errorf("tenon: start %s: %w", h.Name, err)
		}
		hs.started = append(hs.started, hs.run(ctx, h))
	}
	return nil
}

// run begins what h does beside the requests. An error of it ends the server.
func (hs *hooks) run(ctx context.Context, h *Hook) startedHook {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it outlives the signal
	s := startedHook{h, cancel, make(chan struct{})}
	if h.Run == nil {
		close(s.done)
		return s
	}
	go func() {
		defer close(s.done)
		if err := h.Run(ctx); err != nil && ctx.Err() == nil {
			select {
			case hs.failed <- fmt.Errorf("tenon: run %s: %w", h.Name, err):
			default:
			}
		}
	}()
	return s
}

// stop stops the hooks that were started, in reverse, and returns their errors.
func (hs *hooks) stop(ctx context.Context) error {
	var errs []error
	for _, s := range slices.Backward(hs.started) {
		err := s.within(context.WithoutCancel(ctx), func(ctx context.Context) error {
			s.cancel()
			select {
			case <-s.done:
			case <-ctx.Done():
				return fmt.Errorf("has not returned from Run: %w", ctx.Err())
			}
			if s.Stop == nil {
				return nil
			}
			return s.Stop(ctx)
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("tenon: stop %s: %w", s.Name, err))
		}
	}
	return errors.Join(errs...)
}

// within calls f, which may be nil, and waits no longer than the hook's timeout.
func (h *Hook) within(ctx context.Context, f func(context.Context) error) error {
	if f == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(h.Timeout, 10*time.Second))
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace := time.NewTimer(hookGrace)
	defer grace.Stop()
	select {
	case err := <-done: // says more than that time is up
		return err
	case <-grace.C:
		return fmt.Errorf("has not returned: %w", ctx.Err())
	}
}

// hookGrace is for a hook to see that its time is up.
const hookGrace = 100 * time.Millisecond
