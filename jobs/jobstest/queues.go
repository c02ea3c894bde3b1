package jobstest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/jobs"
	"github.com/tenonapi/tenon/schema"
)

var queues = []test{
	{"a job is done once when its transaction was committed, and never otherwise", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(succeed)})
		s.work()
		failure := errors.New("rolled back")
		s.is(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			_, err := writing.Enqueue(ctx, q, note{Text: "never"})
			s.must(err)
			return failure
		}), failure)
		want := note{Text: "<é\x00\"\U0001f30d>", N: 1<<63 - 1}
		id := s.enqueue(writing, want)
		s.settled(map[jobs.State]int{jobs.Done: 1})
		seen := s.attempts()
		if len(seen) != 1 {
			s.Fatalf("seen %d times, want 1", len(seen))
		}
		equal(s, seen[0], jobs.Job[note]{ID: id, Args: want, Attempt: 1, MaxAttempts: 3}, "job")
	}},
	{"the largest args come back as they were", func(s *suite) {
		type text string
		k := jobs.Kind[text]{Name: "text.write"}
		large := text(strings.Repeat("é", jobs.MaxArgs/2-1))
		var got atomic.Value
		s.start(jobs.Config{Workers: []jobs.Worker{k.Work(func(_ context.Context, j jobs.Job[text]) error {
			got.Store(j.Args)
			return nil
		})}})
		s.work()
		s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			_, err := k.Enqueue(ctx, q, large)
			return err
		}))
		s.settled(map[jobs.State]int{jobs.Done: 1})
		equal(s, got.Load() == large, true, "same args")
	}},
	{"what cannot be done is not enqueued", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(succeed)})
		s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			_, err := writing.Enqueue(ctx, q, note{Text: strings.Repeat("a", 1001)})
			if _, ok := errors.AsType[*schema.Error](err); !ok {
				s.Errorf("args that break their rule: got error %v", err)
			}
			_, err = writing.Enqueue(ctx, q, note{Text: strings.Repeat("a", jobs.MaxArgs)})
			s.is(err, jobs.ErrTooLarge)
			if _, err := (jobs.Kind[note]{Name: "note.burn"}).Enqueue(ctx, q, note{}); err == nil {
				s.Error("an unknown kind: got no error")
			}
			if _, err := (jobs.Kind[string]{Name: writing.Name}).Enqueue(ctx, q, ""); err == nil {
				s.Error("other args: got no error")
			}
			return nil
		}))
		equal(s, len(s.counts()), 0, "jobs")
	}},
	{"a queue has a limit, and does not delay others", func(s *suite) {
		slow, fast := jobs.Kind[note]{Name: "note.slow", Queue: "slow"}, jobs.Kind[note]{Name: "note.fast"}
		var running, most atomic.Int32
		release := make(chan struct{})
		s.start(jobs.Config{Queues: map[string]int{"slow": 2, "default": 1}, Workers: []jobs.Worker{
			slow.Work(func(context.Context, jobs.Job[note]) error {
				for n := running.Add(1); ; {
					if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
						break
					}
				}
				<-release
				running.Add(-1)
				return nil
			}),
			fast.Work(succeed),
		}})
		stop := s.work()
		defer stop()
		free := sync.OnceFunc(func() { close(release) })
		defer free()
		for range 5 {
			s.enqueue(slow, note{})
		}
		s.eventually(func() bool { return running.Load() == 2 }, "the queue is full")
		s.enqueue(fast, note{})
		s.settled(map[jobs.State]int{jobs.Waiting: 3, jobs.Running: 2, jobs.Done: 1})
		free()
		s.settled(map[jobs.State]int{jobs.Done: 6})
		equal(s, most.Load(), 2, "jobs at once")
	}},
	{"there is one unique job with the same args until it is done or dead", func(s *suite) {
		k := jobs.Kind[note]{Name: "note.unique", Unique: true, MaxAttempts: 1}
		release := make(chan error)
		s.start(jobs.Config{Workers: []jobs.Worker{k.Work(func(context.Context, jobs.Job[note]) error { return <-release })}})
		first := s.enqueue(k, note{Text: "a"})
		equal(s, s.enqueue(k, note{Text: "a"}), first, "ID while it waits")
		other := s.enqueue(k, note{Text: "b"})
		if other == first {
			s.Error("other args have the same ID")
		}
		s.work()
		s.settled(map[jobs.State]int{jobs.Running: 2})
		equal(s, s.enqueue(k, note{Text: "a"}), first, "ID while it runs")
		release <- nil
		release <- errBroken
		s.settled(map[jobs.State]int{jobs.Done: 1, jobs.Dead: 1})
		for _, text := range []string{"a", "b"} {
			if id := s.enqueue(k, note{Text: text}); id == first || id == other {
				s.Error("the job that has ended is in the way")
			}
		}
		release <- nil
		release <- nil
		s.settled(map[jobs.State]int{jobs.Done: 3, jobs.Dead: 1})
	}},
	{"two unique jobs in one transaction are one", func(s *suite) {
		k := jobs.Kind[note]{Name: "note.unique", Unique: true}
		s.start(jobs.Config{Workers: []jobs.Worker{k.Work(succeed)}})
		s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			first, err := k.Enqueue(ctx, q, note{})
			s.must(err)
			second, err := k.EnqueueAt(ctx, q, note{}, time.Now().Add(time.Hour))
			equal(s, second, first, "ID")
			return err
		}))
		s.work()
		s.settled(map[jobs.State]int{jobs.Done: 1})
	}},
}
