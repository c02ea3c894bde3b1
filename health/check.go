package health

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// A Result says whether a check passes.
type Result struct {
	Name   string `json:"name"`
	Status string `json:"status" check:"enum=ok|failing" doc:"Whether it passes"`
}

var (
	errLate    = errors.New("it has not returned in time")
	errRunning = errors.New("it has not returned since an earlier round")
)

// A check is a Check with what became of it.
type check struct {
	Check
	log     *slog.Logger
	running atomic.Bool // also when nobody waits any more
	failed  bool        // the last time
}

// result runs the check and logs when that is news. It returns in time whatever the
// check does.
func (c *check) result(ctx context.Context) Result {
	begin := time.Now()
	err := c.outcome(ctx)
	r := Result{Name: c.Name, Status: ok}
	if err != nil {
		r.Status = failing
	}
	if failed := err != nil; failed != c.failed {
		c.failed = failed
		level, text := slog.LevelInfo, "a health check passes again"
		attrs := []slog.Attr{slog.String("check", c.Name), slog.Float64("duration_ms", float64(time.Since(begin).Microseconds())/1000)}
		if failed {
			level, text = slog.LevelError, "a health check fails"
			attrs = append(attrs, slog.Any("error", err))
		}
		c.log.LogAttrs(ctx, level, text, attrs...)
	}
	return r
}

// outcome returns the error of the check, or that there is no result in time.
func (c *check) outcome(ctx context.Context) error {
	if !c.running.CompareAndSwap(false, true) {
		return errRunning
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		done <- c.run(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done: // at the same time: it says why
		return err
	default:
		return errLate
	}
}

// run runs the check. A panic is an error.
func (c *check) run(ctx context.Context) (err error) {
	defer func() {
		c.running.Store(false)
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return c.Run(ctx)
}
