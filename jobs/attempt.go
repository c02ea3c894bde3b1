package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// Cancel returns an error for a job that is not worth another attempt: it is a dead letter at
// once, because of err.
func Cancel(err error) error { return &cancelError{err} }

// Snooze returns an error that is none: the job is tried again after a delay, and the attempt does
// not count.
func Snooze(delay time.Duration) error { return snoozeError(max(delay, 0)) }

type cancelError struct{ error }

func (e *cancelError) Unwrap() error { return e.error }

type snoozeError time.Duration

func (e snoozeError) Error() string { return fmt.Sprintf("again in %v", time.Duration(e)) }

// An Attempt is what a runner knows of a job that it has taken.
type Attempt struct {
	ID     string
	Kind   string
	Queue  string
	Args   []byte
	Number int // from 1; those that did not count are left out
	Max    int
	Due    time.Time // since when it could run
}

// An Outcome is what follows from an attempt.
type Outcome struct {
	State State         // Done, Dead, or Later
	After time.Duration // until the next attempt, if State is Later
	Err   error         // of the attempt; nil if State is Later and the attempt does not count
}

// Do makes an attempt and says what follows from it. When ctx is canceled, the job ends and is given
// back. A job of a kind that nobody here does fails as others do: a newer
// version of the program may know it.
func (c *Core) Do(ctx context.Context, a Attempt) Outcome {
	start := time.Now()
	o := c.outcome(ctx, &a, c.try(ctx, a))
	r := Report{
		ID: a.ID, Kind: a.Kind, Queue: a.Queue, Attempt: a.Number,
		Wait: start.Sub(a.Due), Took: time.Since(start), State: o.State, Err: o.Err,
	}
	c.log(ctx, &r)
	if c.cfg.Observe != nil {
		c.cfg.Observe(r)
	}
	return o
}

var errNoWorker = errors.New("nobody here does jobs of this kind")

// try does the job. A panic is an error.
func (c *Core) try(ctx context.Context, a Attempt) (err error) {
	w := c.workers[a.Kind]
	if w == nil || w.work == nil {
		return errNoWorker
	}
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return w.work(ctx, a)
}

func (c *Core) outcome(ctx context.Context, a *Attempt, err error) Outcome {
	var snooze snoozeError
	switch _, canceled := errors.AsType[*cancelError](err); {
	case err == nil:
		return Outcome{State: Done}
	case canceled:
		return Outcome{State: Dead, Err: err}
	case errors.As(err, &snooze):
		return Outcome{State: Later, After: time.Duration(snooze)}
	case errors.Is(ctx.Err(), context.Canceled): // it was cut off
		return Outcome{State: Later}
	case a.Number >= a.Max:
		return Outcome{State: Dead, Err: err}
	}
	return Outcome{State: Later, After: c.Delay(a.Number), Err: err}
}

func (c *Core) log(ctx context.Context, r *Report) {
	level, text := slog.LevelDebug, "jobs: done"
	switch {
	case r.State == Dead:
		level, text = slog.LevelError, "jobs: gave up a job"
	case r.Err != nil:
		level, text = slog.LevelWarn, "jobs: attempt failed"
	case r.State == Later:
		text = "jobs: put off"
	}
	attrs := []slog.Attr{
		slog.String("job", r.ID), slog.String("kind", r.Kind), slog.String("queue", r.Queue),
		slog.Int("attempt", r.Attempt), slog.Duration("wait", r.Wait), slog.Duration("took", r.Took),
	}
	if r.Err != nil {
		attrs = append(attrs, slog.Any("error", r.Err))
	}
	c.cfg.Logger.LogAttrs(ctx, level, text, attrs...)
}

const jitter = 0.25 // of a delay, up or down, so that what failed together is not tried together

// Delay returns the time from a failure to the next attempt, after a number of failures.
func (c *Core) Delay(failures int) time.Duration {
	delay := float64(c.cfg.Backoff(failures)) * (1 - jitter + 2*jitter*rand.Float64()) //nolint:gosec // no secret
	return time.Duration(max(delay, 0))
}

// double is the default of Config.Backoff.
func double(failures int) time.Duration {
	return min(time.Second<<min(failures-1, 12), time.Hour)
}
