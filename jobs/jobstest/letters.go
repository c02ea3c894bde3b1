package jobstest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

var letters = []test{
	{"a job without attempts left is a dead letter, which can be replayed", func(s *suite) {
		var healed atomic.Bool
		s.start(jobs.Config{Workers: s.only(func(_ context.Context, j jobs.Job[note]) error {
			if healed.Load() && j.Attempt == 2 {
				return nil
			}
			return errBroken
		})})
		s.work()
		before := time.Now().Add(-time.Second)
		id := s.enqueue(writing, note{Text: "a"})
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		letter := s.dead(10)[0]
		if letter.Enqueued.Before(before) || letter.Died.Before(letter.Enqueued) || letter.Died.After(time.Now().Add(time.Second)) || letter.Position <= 0 {
			s.Errorf("enqueued at %v, died at %v, position %d", letter.Enqueued, letter.Died, letter.Position)
		}
		got := fmt.Sprint(letter.ID, letter.Kind, letter.Queue, string(letter.Args), letter.Attempts, letter.Error)
		equal(s, got, fmt.Sprint(id, writing.Name, "default", `{"text":"a","n":0}`, 3, errBroken.Error()), "letter")

		healed.Store(true)
		s.must(s.Replay(s.Context(), id))
		s.settled(map[jobs.State]int{jobs.Done: 1})
		seen := s.attempts()
		equal(s, len(seen), 5, "attempts in all")
		equal(s, seen[3], jobs.Job[note]{ID: id, Args: note{Text: "a"}, Attempt: 1, MaxAttempts: 3}, "first attempt of the replay")
		equal(s, len(s.dead(10)), 0, "letters")
	}},
	{"only a dead letter is replayed, once", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(fail)})
		waiting := s.enqueue(writing, note{})
		s.is(s.Replay(s.Context(), waiting), jobs.ErrNotFound)
		s.is(s.Replay(s.Context(), "job_unknown"), jobs.ErrNotFound)
		stop := s.work()
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		stop()
		var replayed atomic.Int32
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := s.Replay(s.Context(), waiting); err == nil {
					replayed.Add(1)
				} else {
					s.is(err, jobs.ErrNotFound)
				}
			})
		}
		all.Wait()
		equal(s, replayed.Load(), 1, "replays")
		equal(s, s.counts()[jobs.Waiting], 1, "jobs that wait")
	}},
	{"a replay leaves the unique job alone that has taken its place", func(s *suite) {
		k := jobs.Kind[note]{Name: "note.unique", Unique: true, MaxAttempts: 1}
		s.start(jobs.Config{Workers: []jobs.Worker{k.Work(fail)}})
		dead := s.enqueue(k, note{})
		stop := s.work()
		s.settled(map[jobs.State]int{jobs.Dead: 1})
		stop()
		next := s.enqueue(k, note{})
		s.must(s.Replay(s.Context(), dead))
		equal(s, len(s.dead(10)), 0, "letters")
		equal(s, s.counts()[jobs.Waiting], 1, "jobs that wait")
		equal(s, s.enqueue(k, note{}), next, "ID")
	}},
	{"dead letters are listed in pages, the newest first", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(func(context.Context, jobs.Job[note]) error { return jobs.Cancel(errBroken) })})
		var want []string
		for range 7 {
			want = append([]string{s.enqueue(writing, note{})}, want...)
		}
		s.work()
		s.settled(map[jobs.State]int{jobs.Dead: 7})
		for _, pageSize := range []int{1, 3, 7, 100} {
			var got []string
			for _, letter := range s.dead(pageSize) {
				got = append(got, letter.ID)
			}
			equal(s, fmt.Sprint(got), fmt.Sprint(want), fmt.Sprint("in pages of ", pageSize))
		}
	}},
}
