package jobstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

var outcomes = []test{
	{"a job that fails is tried again after the back-off", func(s *suite) {
		var at []time.Time
		const backoff = 400 * time.Millisecond
		s.start(jobs.Config{
			Backoff: func(failures int) time.Duration { return time.Duration(failures) * backoff },
			Workers: s.only(func(_ context.Context, j jobs.Job[note]) error {
				at = append(at, time.Now())
				if j.Attempt < 3 {
					return errBroken
				}
				return nil
			}),
		})
		s.work()
		id := s.enqueue(writing, note{Text: "a"})
		s.settled(map[jobs.State]int{jobs.Done: 1})
		for i, j := range s.attempts() {
			equal(s, j, jobs.Job[note]{ID: id, Args: note{Text: "a"}, Attempt: i + 1, MaxAttempts: 3}, "job")
		}
		if len(at) != 3 {
			s.Fatalf("tried %d times, want 3", len(at))
		}
		for i := 1; i < 3; i++ {
			if got, want := at[i].Sub(at[i-1]), time.Duration(i)*backoff*3/4; got < want {
				s.Errorf("attempt %d after %v, want at least %v", i+1, got, want)
			}
		}
		equal(s, s.reported().State, jobs.Done, "state of the last report")
	}},
	{"each attempt is reported", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(fail)})
		s.work()
		id := s.enqueue(writing, note{})
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		for i, want := range []jobs.State{jobs.Later, jobs.Later, jobs.Dead} {
			r := s.reports[i]
			if r.Wait < 0 || r.Took < 0 {
				s.Errorf("waited %v, took %v", r.Wait, r.Took)
			}
			r.Wait, r.Took = 0, 0
			equal(s, r, jobs.Report{ID: id, Kind: writing.Name, Queue: "default", Attempt: i + 1, State: want, Err: errBroken}, "report")
		}
	}},
	{"a panic is a failure", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(func(_ context.Context, j jobs.Job[note]) error {
			if j.Attempt == 1 {
				panic("the pen is broken")
			}
			return nil
		})})
		s.work()
		s.enqueue(writing, note{})
		s.settled(map[jobs.State]int{jobs.Done: 1})
		equal(s, len(s.attempts()), 2, "attempts")
	}},
	{"an attempt ends with its timeout", func(s *suite) {
		k := jobs.Kind[note]{Name: "note.slow", Timeout: 50 * time.Millisecond, MaxAttempts: 1}
		s.start(jobs.Config{Workers: []jobs.Worker{k.Work(func(ctx context.Context, _ jobs.Job[note]) error {
			<-ctx.Done()
			return ctx.Err()
		})}})
		s.work()
		s.enqueue(k, note{})
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		equal(s, s.dead(10)[0].Error, context.DeadlineExceeded.Error(), "error")
	}},
	{"a canceled job is dead at once", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(func(context.Context, jobs.Job[note]) error {
			return fmt.Errorf("write: %w", jobs.Cancel(errBroken))
		})})
		s.work()
		s.enqueue(writing, note{})
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		equal(s, len(s.attempts()), 1, "attempts")
		s.is(s.reported().Err, errBroken)
	}},
	{"a snoozed job is tried again, and that was no attempt", func(s *suite) {
		var n atomic.Int32
		var slept time.Time
		s.start(jobs.Config{Workers: s.only(func(context.Context, jobs.Job[note]) error {
			if n.Add(1) <= 5 { // more than there are attempts
				slept = time.Now()
				return jobs.Snooze(100 * time.Millisecond)
			}
			if d := time.Since(slept); d < 99*time.Millisecond { // rounded by databases
				s.Errorf("again after %v", d)
			}
			return nil
		})})
		s.work()
		s.enqueue(writing, note{})
		s.settled(map[jobs.State]int{jobs.Done: 1})
		for _, j := range s.attempts() {
			equal(s, j.Attempt, 1, "attempt")
		}
		equal(s, len(s.attempts()), 6, "times")
	}},
	{"a job whose args have become bad is a dead letter", func(s *suite) {
		k := jobs.Kind[moody]{Name: "mood.write"}
		var done atomic.Int32
		s.start(jobs.Config{Workers: []jobs.Worker{k.Work(func(context.Context, jobs.Job[moody]) error {
			done.Add(1)
			return nil
		})}})
		sulks := new(atomic.Bool)
		moods.Store(s.Name(), sulks)
		s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			_, err := k.Enqueue(ctx, q, moody{s.Name()})
			return err
		}))
		sulks.Store(true)
		s.work()
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		equal(s, done.Load(), 0, "done")
		sulks.Store(false) // as in the next version of the program
		s.must(s.Replay(s.Context(), s.dead(10)[0].ID))
		s.settled(map[jobs.State]int{jobs.Done: 1})
		equal(s, done.Load(), 1, "done")
	}},
	{"a job that nobody can do fails and is a dead letter", func(s *suite) {
		k := jobs.Kind[note]{Name: "note.foreign", MaxAttempts: 2}
		s.start(jobs.Config{Workers: append(s.only(succeed), k.Work(nil))})
		s.work()
		id := s.enqueue(k, note{Text: "a"})
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		letter := s.dead(10)[0]
		equal(s, letter.ID, id, "ID")
		equal(s, letter.Attempts, 2, "attempts")
		equal(s, string(letter.Args), `{"text":"a","n":0}`, "args")
		equal(s, s.reported().State, jobs.Dead, "reported state")
	}},
}

// A moody value can be read unless it sulks.
type moody struct{ name string }

// moods has an *atomic.Bool for each name, true while its value sulks: a type cannot know of a test.
var moods sync.Map

func (m moody) MarshalText() ([]byte, error) { return []byte(m.name), nil }

func (m *moody) UnmarshalText(text []byte) error {
	m.name = string(text)
	if sulks, ok := moods.Load(m.name); ok && sulks.(*atomic.Bool).Load() {
		return errors.New("not today")
	}
	return nil
}
