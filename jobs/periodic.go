package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// A Periodic makes a job again and again. It is made by [Kind.Periodic].
type Periodic struct {
	kind string
	args any
	next func(time.Time) time.Time
}

// Periodic makes a job with args at each time that next gives, for [Config].Periodic. next returns the
// first time after t, and depends on nothing else, so that all processes agree: see [Every].
//
// Each time there is one job, however many processes there are. The next one is saved in advance:
// when no process runs at its time, it is done once when one does, and those behind it are left out.
func (k Kind[Args]) Periodic(next func(t time.Time) time.Time, args Args) Periodic {
	return Periodic{kind: k.Name, args: args, next: next}
}

// Every returns the multiples of a time since midnight UTC, January 1 of year 1, for [Kind.Periodic]:
// each full hour, or each midnight.
func Every(d time.Duration) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Truncate(d).Add(d) }
}

func (c *Core) checkPeriodic(p *Periodic) error {
	if p.next == nil {
		return errors.New("want what Kind.Periodic returns, with a function of times")
	}
	if _, err := c.request(p.kind, p.args); err != nil {
		return fmt.Errorf("kind %q: %w", p.kind, err)
	}
	if now := time.Now(); !p.next(now).After(now) {
		return fmt.Errorf("kind %q: the time after %v is %v", p.kind, now, p.next(now))
	}
	return nil
}

const (
	periodicRetry = 5 * time.Second // after an error of the database
	periodicLook  = time.Minute     // at most, so that a clock that was set is seen
)

// Periodic saves the jobs of [Config].Periodic, each before it is due, until ctx is done. insert saves one in a
// transaction of its own.
func (c *Core) Periodic(ctx context.Context, insert func(context.Context, Request) error) {
	saved := make([]time.Time, len(c.cfg.Periodic)) // the time of the last job
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		wait := periodicLook
		for i := range c.cfg.Periodic {
			p, now := &c.cfg.Periodic[i], time.Now()
			if !now.Before(saved[i]) {
				at := p.next(now)
				if err := c.insertPeriodic(ctx, p, at, insert); err != nil {
					c.cfg.Logger.ErrorContext(ctx, "jobs: save a periodic job", slog.String("kind", p.kind), slog.Any("error", err))
					wait = min(wait, periodicRetry)
					continue
				}
				saved[i] = at
			}
			wait = min(wait, saved[i].Sub(now))
		}
		timer.Reset(wait)
	}
}

func (c *Core) insertPeriodic(ctx context.Context, p *Periodic, at time.Time, insert func(context.Context, Request) error) error {
	r, err := c.request(p.kind, p.args)
	if err != nil {
		return err
	}
	r.At, r.Unique, r.Forever = at, "at "+at.UTC().Format(time.RFC3339Nano)+" args "+string(r.Args), true
	return insert(ctx, r)
}
