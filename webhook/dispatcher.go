package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"
)

// Config configures a [Dispatcher].
type Config struct {
	Store Store // required
	Guard Guard // to whom is sent; the zero value means public addresses by https

	Schedule    []time.Duration // from each failure to the next attempt; nil means 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h
	Timeout     time.Duration   // of an attempt, up to 30 s; 0 means 20 s. Standard Webhooks advises 15 s to 30 s
	Concurrency int             // attempts that run at once; 0 means 64
	PerEndpoint int             // attempts that run at once for one endpoint, in all processes; 0 means 4
	Lease       time.Duration   // after which others take over what a dead process was doing, longer than Timeout; 0 means Timeout and 30 s
	Poll        time.Duration   // how often the store is asked; 0 means 1 s
	Drain       time.Duration   // for attempts that run when the context of Run ends; 0 means 5 s, which is less than a [tenon.Hook] has
	Retention   time.Duration   // of deliveries, longer than the schedule; 0 means 30 days

	Resolver *net.Resolver    // of names; nil means that of the system
	TLS      *tls.Config      // such as the roots of a private authority; nil means defaults
	Now      func() time.Time // clock; nil means time.Now
	Logger   *slog.Logger     // nil means slog.Default
	Observe  func(Report)     // told of each attempt, for metrics, by the goroutine of Run; nil means nobody is
}

// A Report tells of an attempt that was settled.
type Report struct {
	Endpoint string // ID
	Delivery string // ID
	Event    string // ID
	Type     string // of the event
	Attempt  Attempt
	State    State // of the delivery since
	Disabled bool  // the endpoint gets nothing any more
}

// A Dispatcher sends what is due in a [Store]. It is made by [NewDispatcher].
type Dispatcher struct {
	cfg       Config
	transport http.RoundTripper
	wake      chan struct{}
}

// NewDispatcher returns a Dispatcher, or one error that joins everything wrong with cfg.
func NewDispatcher(cfg Config) (*Dispatcher, error) {
	if cfg.Schedule == nil {
		cfg.Schedule = defaultSchedule
	}
	cfg.Schedule = slices.Clone(cfg.Schedule)
	cfg.Guard = Guard{Allow: slices.Clone(cfg.Guard.Allow), Ports: slices.Clone(cfg.Guard.Ports)}
	orDefault(&cfg.Timeout, 20*time.Second)
	orDefault(&cfg.Concurrency, 64)
	orDefault(&cfg.PerEndpoint, 4)
	orDefault(&cfg.Lease, cfg.Timeout+30*time.Second)
	orDefault(&cfg.Poll, time.Second)
	orDefault(&cfg.Drain, 5*time.Second)
	orDefault(&cfg.Retention, 30*24*time.Hour)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return &Dispatcher{cfg: cfg, transport: transport(&cfg), wake: make(chan struct{}, 1)}, nil
}

func orDefault[T comparable](v *T, def T) {
	if *v == *new(T) {
		*v = def
	}
}

// maxTimeout is the longest time for an attempt. Source: Standard Webhooks, section "Request timeouts".
const maxTimeout = 30 * time.Second

func (c *Config) check() error {
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("webhook.Config."+format, args...))
		}
	}
	var span time.Duration
	for i, delay := range c.Schedule {
		wrong(delay <= 0, "Schedule[%d] is %v: want more than 0", i, delay)
		span += delay
	}
	wrong(c.Store == nil, "Store is nil")
	wrong(c.Timeout < 0 || c.Timeout > maxTimeout, "Timeout is %v: want up to %v", c.Timeout, maxTimeout)
	wrong(c.Concurrency < 0, "Concurrency is %d: want 1 or more", c.Concurrency)
	wrong(c.PerEndpoint < 0, "PerEndpoint is %d: want 1 or more", c.PerEndpoint)
	wrong(c.Lease <= c.Timeout, "Lease is %v: want more than Timeout, which is %v", c.Lease, c.Timeout)
	wrong(c.Poll < 0, "Poll is %v: want more than 0", c.Poll)
	wrong(c.Drain < 0, "Drain is %v: want more than 0", c.Drain)
	wrong(c.Retention <= span, "Retention is %v: want more than the schedule, which is %v", c.Retention, span)
	return errors.Join(errs...)
}

// gap is how long Run leaves between a look for work and one that Wake asks for. What many
// commits ask for at a time is one look.
const gap = 20 * time.Millisecond

// Wake makes Run look for work, such as after a commit: at once, or 20 ms after it has looked before.
// Without it, Run looks every Config.Poll.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default: // it is about to look
	}
}

// Run sends what is due until ctx is done, and returns nil. Then it claims nothing more, gives
// what is under way Config.Drain to finish, and gives back the rest. It owns the goroutines
// that it starts and returns after them. An error of the store is logged, and what
// failed is tried again. Run must not be called twice at a time.
func (d *Dispatcher) Run(ctx context.Context) error {
	attempts, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	l := &loop{Dispatcher: d, done: make(chan finished, d.cfg.Concurrency), purged: d.cfg.Now()}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var looked time.Time
	wake := d.wake
	for {
		select {
		case <-ctx.Done():
			l.drain(ctx, cancel)
			return nil
		case f := <-l.done:
			l.collect(f)
		case <-timer.C:
		case <-wake:
			if rest := min(gap, d.cfg.Poll) - time.Since(looked); rest > 0 {
				timer.Reset(rest)
				wake = nil // others change nothing now
				continue
			}
		}
		if ctx.Err() == nil {
			l.settle(ctx)
			l.claim(attempts)
			l.purge(ctx)
			looked, wake = time.Now(), d.wake
			timer.Reset(d.cfg.Poll)
		}
	}
}
