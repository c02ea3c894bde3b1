// Package health answers the probes of orchestrators and load balancers: liveness,
// which depends on nothing, and readiness, which runs named checks.
//
// However many probes come, a check runs once in a while, at most once at a time, and
// within a time. A client sees the names of checks and whether they pass; why one
// fails is in the log only.
package health

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon"
)

// Config configures [New].
type Config struct {
	Checks   []Check       // of readiness; without one, the service is ready
	Timeout  time.Duration // for all checks together; 0 means 1 s
	MaxAge   time.Duration // for which results are used again; 0 means 1 s
	Starting bool          // the service is not ready before [Health.Started] is called
	Logger   *slog.Logger  // told when a check begins to fail and to pass; nil means slog.Default
}

// A Check finds out whether something that requests need works.
type Check struct {
	Name    string                          // which clients see: letters, digits, "-", "_" and "."
	Run     func(ctx context.Context) error // nil means that it works; it should return when ctx is done
	Timeout time.Duration                   // 0 means that of all checks
}

// Health is the state of one service. It is safe for concurrent use.
type Health struct {
	checks   []*check
	timeout  time.Duration
	maxAge   time.Duration
	log      *slog.Logger
	starting atomic.Bool
	draining atomic.Bool

	mu     sync.Mutex
	last   []Result // of a round that has ended at the time at; nil before the first
	at     time.Time
	ending chan struct{} // closed when the running round ends; nil when none runs
}

// New returns a Health, or one error that joins everything wrong with cfg.
func New(cfg Config) (*Health, error) {
	h := &Health{timeout: cmp.Or(cfg.Timeout, time.Second), maxAge: cmp.Or(cfg.MaxAge, time.Second), log: cmp.Or(cfg.Logger, slog.Default())}
	h.starting.Store(cfg.Starting)
	var errs []error
	if cfg.Timeout < 0 || cfg.MaxAge < 0 {
		errs = append(errs, fmt.Errorf("health.Config: Timeout is %v and MaxAge %v: want 0 or more", cfg.Timeout, cfg.MaxAge))
	}
	seen := make(map[string]bool)
	for i, c := range cfg.Checks {
		switch {
		case c.Name == "" || strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "":
			errs = append(errs, fmt.Errorf("health.Config.Checks[%d]: the name %q needs letters, digits, dashes, underscores and dots", i, c.Name))
		case seen[c.Name]:
			errs = append(errs, fmt.Errorf("health.Config.Checks[%d]: there are two called %q", i, c.Name))
		case c.Run == nil:
			errs = append(errs, fmt.Errorf("health.Config.Checks[%d]: %q has no Run", i, c.Name))
		case c.Timeout < 0 || c.Timeout > h.timeout:
			errs = append(errs, fmt.Errorf("health.Config.Checks[%d]: Timeout of %q is %v: want 0 to %v, that of all checks", i, c.Name, c.Timeout, h.timeout))
		}
		seen[c.Name] = true
		c.Timeout = cmp.Or(c.Timeout, h.timeout)
		h.checks = append(h.checks, &check{Check: c, log: h.log})
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return h, nil
}

// Started says that the service has started: readiness depends on the checks now.
func (h *Health) Started() { h.starting.Store(false) }

// Drain makes readiness fail, so that no new requests are sent here. It is for
// servers other than [tenon.Serve], which needs no word: see [tenon.Draining].
func (h *Health) Drain() { h.draining.Store(true) }

// The states of a service.
const (
	ok       = "ok"
	starting = "starting"
	draining = "draining"
	failing  = "failing"
)

// state returns the state, and the results of the checks if they count.
func (h *Health) state(ctx context.Context) (string, []Result, error) {
	select {
	case <-tenon.Draining(ctx):
		return draining, nil, nil
	default:
	}
	switch {
	case h.draining.Load():
		return draining, nil, nil
	case h.starting.Load():
		return starting, nil, nil
	}
	results, err := h.results(ctx)
	for _, r := range results {
		if r.Status != ok {
			return failing, results, err
		}
	}
	return ok, results, err
}

// results returns the results of a round that ended at most MaxAge ago. It takes part
// in the round that runs or starts one.
func (h *Health) results(ctx context.Context) ([]Result, error) {
	if len(h.checks) == 0 {
		return nil, nil
	}
	h.mu.Lock()
	if h.last != nil && h.ending == nil && time.Since(h.at) <= h.maxAge {
		defer h.mu.Unlock()
		return h.last, nil
	}
	ending := h.ending
	if ending == nil {
		ending = make(chan struct{})
		h.ending = ending
		go h.round(ending) // for all who wait: the client that began may leave
	}
	h.mu.Unlock()
	select {
	case <-ending:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last, nil
}

// round runs all checks once.
func (h *Health) round(ending chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), h.timeout)
	defer cancel()
	results := make([]Result, len(h.checks))
	var running sync.WaitGroup
	for i, c := range h.checks {
		running.Go(func() { results[i] = c.result(ctx) })
	}
	running.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last, h.at, h.ending = results, time.Now(), nil
	close(ending)
}
