// Package jobstest has the tests that every runner of package jobs must pass.
package jobstest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

// A Backend is a runner with everything that package jobs asks of one.
type Backend interface {
	jobs.Runner
	// InTx runs f in a transaction, which is committed when f returns nil and rolled back
	// otherwise. It returns the error of f as it is.
	InTx(ctx context.Context, f func(context.Context, jobs.Queue) error) error
}

// Run runs the tests, at once. Each opens a Backend of its own, which has no jobs; open registers what
// is to be closed with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T, cfg jobs.Config) Backend) {
	for _, tt := range slices.Concat(queues, outcomes, letters, schedules, stops) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.run(&suite{T: t, open: open})
		})
	}
}

type test struct {
	name string
	run  func(s *suite)
}

// A suite is one test with its runner.
type suite struct {
	*testing.T
	Backend
	open func(t *testing.T, cfg jobs.Config) Backend

	mu      sync.Mutex
	seen    []jobs.Job[note]
	reports []jobs.Report
}

// A note is what the jobs of the tests carry.
type note struct {
	Text string `json:"text" check:"maxLength=1000"`
	N    int64  `json:"n"`
}

var writing = jobs.Kind[note]{Name: "note.write", MaxAttempts: 3}

const patience = time.Minute

// start opens the backend. Failed attempts are repeated soon.
func (s *suite) start(cfg jobs.Config) {
	s.Helper()
	cfg.Logger = slog.New(slog.DiscardHandler)
	if cfg.Backoff == nil {
		cfg.Backoff = func(int) time.Duration { return 10 * time.Millisecond }
	}
	cfg.Observe = func(r jobs.Report) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reports = append(s.reports, r)
	}
	s.Backend = s.open(s.T, cfg)
}

// work runs the backend until stop is called, which waits for its end.
func (s *suite) work() (stop func()) {
	s.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Backend.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			s.Errorf("Run: %v", err)
		}
	})
	s.Cleanup(stop)
	return stop
}

// see notes a job, in the worker of it.
func (s *suite) see(j jobs.Job[note]) (attempt int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, j)
	return j.Attempt
}

// attempts returns the jobs that were seen.
func (s *suite) attempts() []jobs.Job[note] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// reported returns the last report.
func (s *suite) reported() jobs.Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.reports) == 0 {
		return jobs.Report{}
	}
	return s.reports[len(s.reports)-1]
}

// only sees its jobs and returns the error of f.
func (s *suite) only(f func(context.Context, jobs.Job[note]) error) []jobs.Worker {
	return []jobs.Worker{writing.Work(func(ctx context.Context, j jobs.Job[note]) error {
		s.see(j)
		return f(ctx, j)
	})}
}

func succeed(context.Context, jobs.Job[note]) error { return nil }

var errBroken = errors.New("the pen is broken")

func fail(context.Context, jobs.Job[note]) error { return errBroken }

// enqueue commits a job.
func (s *suite) enqueue(k jobs.Kind[note], n note) (id string) {
	s.Helper()
	s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) (err error) {
		id, err = k.Enqueue(ctx, q, n)
		return err
	}))
	return id
}

// eventually waits until ok holds.
func (s *suite) eventually(ok func() bool, what string) {
	s.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("it did not come to pass in %v: %s; %v", patience, what, s.counts())
		}
	}
}

// settled waits until the jobs are these.
func (s *suite) settled(want map[jobs.State]int) {
	s.Helper()
	s.eventually(func() bool { return fmt.Sprint(s.counts()) == fmt.Sprint(want) }, fmt.Sprint("jobs are ", want))
}

// counts returns those that are not 0.
func (s *suite) counts() map[jobs.State]int {
	s.Helper()
	counts, err := s.Counts(context.Background())
	s.must(err)
	for state, n := range counts {
		if n == 0 {
			delete(counts, state)
		}
	}
	return counts
}

// dead returns all dead letters, read in pages.
func (s *suite) dead(pageSize int) []jobs.DeadLetter {
	s.Helper()
	var all []jobs.DeadLetter
	after := int64(0)
	for {
		part, err := s.DeadLetters(s.Context(), after, pageSize)
		s.must(err)
		if len(part) == 0 {
			return all
		}
		if len(part) > pageSize {
			s.Fatalf("got a page of %d letters, want at most %d", len(part), pageSize)
		}
		all = append(all, part...)
		after = part[len(part)-1].Position
	}
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) is(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("got error %v, want %v", err, want)
	}
}

func equal[T comparable](s *suite, got, want T, what string) {
	s.Helper()
	if got != want {
		s.Errorf("%s: got %v, want %v", what, got, want)
	}
}
