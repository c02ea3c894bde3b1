package jobs

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// Config configures a runner.
type Config struct {
	Workers  []Worker       // the kinds of jobs and what does them, see [Kind.Work]; required
	Queues   map[string]int // how many jobs of each queue run at once in this process, others do not; nil means 10 of each queue of the workers
	Periodic []Periodic     // see [Kind.Periodic]

	// Backoff is the time from a failure to the next attempt, ±25 %, after a number of
	// failures; nil means 1 s, then twice as long each time, up to 1 h.
	Backoff   func(failures int) time.Duration
	Drain     time.Duration // for jobs that run when the context of Run ends; 0 means 5 s
	Retention time.Duration // of dead letters; 0 means 90 days

	Schema  *schema.Set  // knows what is in args, such as unions; nil means a set with defaults
	Logger  *slog.Logger // nil means slog.Default
	Observe func(Report) // told of each attempt, for metrics, by many goroutines; nil means nobody is
}

// A Report tells of an attempt that has ended.
type Report struct {
	ID      string
	Kind    string
	Queue   string
	Attempt int           // from 1
	Wait    time.Duration // from when it was due
	Took    time.Duration
	State   State // Done, Dead, or Later for what will be tried again
	Err     error // of the attempt; nil also for a job that was given back or put off by [Snooze]
}

// Core is the part of a runner that knows no database: what jobs there are, how they are
// encoded and done, and what follows from an error. It is made by [NewCore], for
// runners, and is safe for concurrent use.
type Core struct {
	cfg     Config
	workers map[string]*Worker
}

const defaultQueue = "default"

// NewCore returns a Core, or one error that joins everything wrong with cfg.
func NewCore(cfg Config) (*Core, error) {
	orDefault(&cfg.Drain, 5*time.Second)
	orDefault(&cfg.Retention, 90*24*time.Hour)
	if cfg.Backoff == nil {
		cfg.Backoff = double
	}
	if cfg.Schema == nil {
		cfg.Schema = schema.NewSet(schema.Config{})
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	c := &Core{cfg: cfg, workers: make(map[string]*Worker)}
	errs := c.addWorkers()
	errs = append(errs, c.checkQueues()...)
	for i := range cfg.Periodic {
		if err := c.checkPeriodic(&cfg.Periodic[i]); err != nil {
			errs = append(errs, fmt.Errorf("jobs.Config.Periodic[%d]: %w", i, err))
		}
	}
	if cfg.Drain < 0 {
		errs = append(errs, fmt.Errorf("jobs.Config.Drain is %v: want more than 0", cfg.Drain))
	}
	if cfg.Retention < 0 {
		errs = append(errs, fmt.Errorf("jobs.Config.Retention is %v: want more than 0", cfg.Retention))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return c, nil
}

func orDefault[T comparable](v *T, def T) {
	if *v == *new(T) {
		*v = def
	}
}

var (
	kindName  = regexp.MustCompile(`^\w+(\.\w+)*$`)
	queueName = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
)

func (c *Core) addWorkers() (errs []error) {
	if len(c.cfg.Workers) == 0 {
		return []error{errors.New("jobs.Config.Workers is empty")}
	}
	for i := range c.cfg.Workers {
		w := c.cfg.Workers[i]
		if err := w.check(); err != nil {
			errs = append(errs, fmt.Errorf("jobs.Config.Workers[%d], kind %q: %w", i, w.kind, err))
			continue
		}
		var err error
		if w.codec, err = w.compile(c.cfg.Schema); err != nil {
			errs = append(errs, fmt.Errorf("jobs.Config.Workers[%d], kind %q: %w", i, w.kind, err))
			continue
		}
		if c.workers[w.kind] != nil {
			errs = append(errs, fmt.Errorf("jobs.Config.Workers[%d], kind %q: there is another", i, w.kind))
		}
		c.workers[w.kind] = &w
	}
	return errs
}

// check returns a mistake in what the kind says.
func (w *Worker) check() error {
	switch {
	case w.compile == nil:
		return errors.New("want what Kind.Work returns")
	case len(w.kind) < 2 || len(w.kind) > 100 || !kindName.MatchString(w.kind):
		return errors.New("want a name of words of letters, digits and underscores with full stops between them, 2 to 100 bytes")
	case len(w.queue) > 64 || !queueName.MatchString(w.queue):
		return fmt.Errorf("its queue is %q: want lower-case letters, digits and underscores, 64 bytes at most", w.queue)
	case w.timeout < 0:
		return fmt.Errorf("its timeout is %v: want more than 0", w.timeout)
	case w.attempts < 1 || w.attempts > 1000:
		return fmt.Errorf("its number of attempts is %d: want 1 to 1000", w.attempts)
	}
	return nil
}

func (c *Core) checkQueues() (errs []error) {
	known := make(map[string]int)
	for _, w := range c.workers {
		if w.work != nil {
			known[w.queue] = 10
		}
	}
	if c.cfg.Queues == nil {
		c.cfg.Queues = known
		return nil
	}
	c.cfg.Queues = maps.Clone(c.cfg.Queues)
	for _, name := range slices.Sorted(maps.Keys(c.cfg.Queues)) {
		n := c.cfg.Queues[name]
		if n < 1 || n > 10_000 {
			errs = append(errs, fmt.Errorf("jobs.Config.Queues[%q] is %d: want 1 to 10000", name, n))
		}
		if known[name] == 0 {
			errs = append(errs, fmt.Errorf("jobs.Config.Queues[%q]: no worker does its jobs", name))
		}
	}
	return errs
}

// Queues returns how many jobs of each queue run at once. None means that there is nothing to run.
func (c *Core) Queues() map[string]int { return maps.Clone(c.cfg.Queues) }

// Timeouts returns the timeout of an attempt of each kind that this process does.
func (c *Core) Timeouts() map[string]time.Duration {
	kinds := make(map[string]time.Duration)
	for kind, w := range c.workers {
		if w.work != nil {
			kinds[kind] = w.timeout
		}
	}
	return kinds
}

// Drain returns for how long jobs may run when the context of Run has ended.
func (c *Core) Drain() time.Duration { return c.cfg.Drain }

// Retention returns for how long dead letters are kept.
func (c *Core) Retention() time.Duration { return c.cfg.Retention }

// Logger returns where a runner logs.
func (c *Core) Logger() *slog.Logger { return c.cfg.Logger }
