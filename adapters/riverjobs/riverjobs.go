// Package riverjobs keeps the jobs of package jobs in PostgreSQL or SQLite, by River
// (riverqueue.com).
//
// [Runner] is a jobs.Runner, and [Provide] gives operations a jobs.Queue in the transaction of
// their request, whatever begins that.
//
// Who fetches a job marks it as running. A process that dies leaves the mark; when the job has
// been running for longer than its timeout and [Config].Rescue, another process, or the same one started
// again, takes it over. A process that stands still for as long (SIGSTOP, a machine that
// sleeps) finds its jobs taken over when it goes on: both may do a job at the same time. What
// counts then is who ends first: after a success the job is done, after a failure it is tried once more. None
// is lost. A shorter pause changes nothing.
//
// What a transaction must wait for is one insert. Jobs are fetched in batches, at most every 20 ms for each queue and
// process, of as many as the queue has room for: 50 times that number are done in a second at most.
package riverjobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/jobs"
)

// Config configures a [Runner].
type Config struct {
	jobs.Config

	// Rescue is the time after its timeout when a job that is marked as running is taken for that
	// of a dead process, and tried again; 0 means 1 min. It may take up to 45 s more.
	Rescue time.Duration

	Poll   time.Duration // how often the database is asked for jobs; 0 means 1 s on PostgreSQL, which tells of new ones, and 100 ms on SQLite
	NoTell bool          // PostgreSQL does not tell of new jobs, as behind a pooler that gives connections to transactions: Poll finds them
}

// A Runner does the jobs of a [Database]. It is made by [New], and safe for concurrent use.
type Runner[Tx any] struct {
	core   *jobs.Core
	driver riverdriver.Driver[Tx]
	check  func(context.Context) error // of the tables
	cfg    *river.Config
	client *river.Client[Tx] // is never started
}

var _ jobs.Runner = (*Runner[struct{}])(nil)

const (
	cooldown  = 20 * time.Millisecond // between two fetches of a queue
	retention = 24 * time.Hour        // of jobs that are done
	restart   = time.Second           // between attempts to start without a database
	cutOff    = 2 * time.Second       // for jobs to end when their context has
)

// New returns a Runner, or one error that joins everything wrong with cfg. It does not ask the
// database, whose tables are those of [Database.Migrate].
func New[Tx any](db Database[Tx], cfg Config) (*Runner[Tx], error) {
	core, err := jobs.NewCore(cfg.Config)
	if cfg.Rescue < 0 {
		err = errors.Join(err, fmt.Errorf("riverjobs.Config.Rescue is %v: want more than 0", cfg.Rescue))
	}
	if cfg.Poll != 0 && cfg.Poll < cooldown {
		err = errors.Join(err, fmt.Errorf("riverjobs.Config.Poll is %v: want %v or more", cfg.Poll, cooldown))
	}
	if err != nil {
		return nil, err
	}
	if cfg.Rescue == 0 {
		cfg.Rescue = time.Minute
	}
	if cfg.Poll == 0 {
		cfg.Poll = db.poll
	}
	r := &Runner[Tx]{core: core, driver: db.driver, check: db.Check}
	r.cfg = r.config(&cfg)
	if r.client, err = river.NewClient(db.driver, r.cfg); err != nil {
		return nil, fmt.Errorf("riverjobs: %w", err)
	}
	return r, nil
}

// config returns what River is told.
func (r *Runner[Tx]) config(cfg *Config) *river.Config {
	c := &river.Config{
		Queues: make(map[string]river.QueueConfig), Workers: river.NewWorkers(), ErrorHandler: unknown{r.core}, RetryPolicy: policy{r.core},
		JobTimeout: -1, FetchCooldown: cooldown, FetchPollInterval: cfg.Poll, PollOnly: cfg.NoTell, SkipUnknownJobCheck: true,
		CompletedJobRetentionPeriod: retention, CancelledJobRetentionPeriod: r.core.Retention(), DiscardedJobRetentionPeriod: r.core.Retention(),
		Logger: slog.New(errorsOnly{r.core.Logger().Handler()}),
	}
	for name, n := range r.core.Queues() {
		c.Queues[name] = river.QueueConfig{MaxWorkers: n}
	}
	for kind, timeout := range r.core.Timeouts() {
		rescue := timeout + cfg.Rescue
		if c.RescueStuckJobsAfter == 0 || rescue < c.RescueStuckJobsAfter {
			c.RescueStuckJobsAfter = rescue
		}
		river.AddWorkerArgs(c.Workers, payload{kind: kind}, worker{core: r.core, rescue: rescue}) // panics for one that is there
	}
	return c
}

// Queue returns a jobs.Queue for a transaction.
func (r *Runner[Tx]) Queue(tx Tx) jobs.Queue { return r.core.Queue(inserter[Tx]{r.client, tx}) }

// Provide gives operations a jobs.Queue in the transaction that they depend on. in returns the one of
// the database:
//
//	riverjobs.Provide(runner, func(tx *pgstore.Tx) pgx.Tx { return tx })
//	riverjobs.Provide(runner, (*sqlitestore.Tx).SQL)
func Provide[From, Tx any](r *Runner[Tx], in func(From) Tx) tenon.Option {
	return tenon.Provide(func(_ context.Context, scope *struct{ Tx From }) (jobs.Queue, error) {
		return r.Queue(in(scope.Tx)), nil
	})
}

// inTx runs f in a transaction of its own.
func (r *Runner[Tx]) inTx(ctx context.Context, f func(Tx) error) error {
	tx, err := r.driver.GetExecutor().Begin(ctx)
	if err != nil {
		return err
	}
	if err := f(r.driver.UnwrapTx(tx)); err != nil {
		return errors.Join(err, tx.Rollback(context.WithoutCancel(ctx)))
	}
	return tx.Commit(ctx)
}

// Run implements jobs.Runner. It waits for a database that is not there yet, or has not all tables.
func (r *Runner[Tx]) Run(ctx context.Context) error {
	if len(r.core.Queues()) == 0 {
		return jobs.ErrNothingToRun
	}
	client := r.start(ctx)
	if client == nil {
		return nil
	}
	r.core.Periodic(ctx, func(ctx context.Context, job jobs.Request) error { // until ctx is done
		return r.inTx(ctx, func(tx Tx) error {
			_, err := inserter[Tx]{r.client, tx}.Insert(ctx, job)
			return err
		})
	})
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.core.Drain())
	defer cancel()
	if client.Stop(stop) == nil {
		return nil
	}
	stop, cancel = context.WithTimeout(context.WithoutCancel(ctx), cutOff)
	defer cancel()
	if err := client.StopAndCancel(stop); err != nil {
		err = fmt.Errorf("riverjobs: jobs go on although they were cut off: %w", err)
		r.core.Logger().ErrorContext(ctx, err.Error()) // which a server that stops does not
		return err
	}
	return nil
}

// start starts a client of River, unless ctx is done before there is a database. One that
// could not start, or was stopped, is of no use any more.
func (r *Runner[Tx]) start(ctx context.Context) *river.Client[Tx] {
	for ctx.Err() == nil {
		var client *river.Client[Tx]
		err := r.check(ctx) // River would tell of each table that is missing, and not what to do
		if err == nil {
			client, err = river.NewClient(r.driver, r.cfg)
		}
		if err == nil {
			err = client.Start(context.WithoutCancel(ctx)) // which ends by Stop, not with ctx
		}
		if err == nil {
			return client
		}
		r.core.Logger().ErrorContext(ctx, "riverjobs: start", slog.Any("error", err))
		select {
		case <-ctx.Done():
		case <-time.After(restart):
		}
	}
	return nil
}

// errorsOnly leaves out what River says about single jobs, which jobs.Core logs.
type errorsOnly struct{ slog.Handler }

func (h errorsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h errorsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return errorsOnly{h.Handler.WithAttrs(attrs)}
}

func (h errorsOnly) WithGroup(name string) slog.Handler { return errorsOnly{h.Handler.WithGroup(name)} }
