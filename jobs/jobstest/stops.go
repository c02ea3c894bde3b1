package jobstest

import (
	"context"
	"errors"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

var stops = []test{
	{"a runner that stops lets jobs finish and takes no more", func(s *suite) {
		started, release := make(chan struct{}, 2), make(chan struct{})
		s.start(jobs.Config{Queues: map[string]int{"default": 1}, Drain: patience, Workers: s.only(func(ctx context.Context, _ jobs.Job[note]) error {
			started <- struct{}{}
			<-release
			return ctx.Err()
		})})
		stop := s.work()
		s.enqueue(writing, note{})
		s.enqueue(writing, note{})
		<-started
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			stop()
		}()
		select {
		case <-stopped:
			s.Error("stopped while a job was running")
		case <-time.After(300 * time.Millisecond):
		}
		close(release)
		<-stopped
		s.settled(map[jobs.State]int{jobs.Waiting: 1, jobs.Done: 1})
		equal(s, len(started), 0, "jobs that began after the stop")
	}},
	{"a job that takes too long is given back, and that was no attempt", func(s *suite) {
		started := make(chan int, 2)
		s.start(jobs.Config{Drain: 100 * time.Millisecond, Workers: s.only(func(ctx context.Context, j jobs.Job[note]) error {
			started <- j.Attempt
			if len(s.attempts()) > 1 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})})
		stop := s.work()
		s.enqueue(writing, note{})
		<-started
		stop()
		s.settled(map[jobs.State]int{jobs.Waiting: 1})
		s.work()
		s.settled(map[jobs.State]int{jobs.Done: 1})
		equal(s, <-started, 1, "attempt")
	}},
	{"a runner that only enqueues does not run", func(s *suite) {
		s.start(jobs.Config{Workers: []jobs.Worker{writing.Work(nil)}})
		s.enqueue(writing, note{})
		if err := s.Backend.Run(s.Context()); !errors.Is(err, jobs.ErrNothingToRun) {
			s.Errorf("Run: %v", err)
		}
		s.settled(map[jobs.State]int{jobs.Waiting: 1})
	}},
}
