package jobstest

import (
	"context"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

var schedules = []test{
	{"a job is not done before its time", func(s *suite) {
		at := time.Now().Add(2 * time.Second)
		early := make(chan time.Duration, 1)
		s.start(jobs.Config{Workers: s.only(func(context.Context, jobs.Job[note]) error {
			early <- time.Until(at)
			return nil
		})})
		s.work()
		s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			_, err := writing.EnqueueAt(ctx, q, note{}, time.Now().Add(time.Hour))
			s.must(err)
			_, err = writing.EnqueueAt(ctx, q, note{}, time.Now().Add(-time.Hour))
			s.must(err)
			_, err = writing.EnqueueAt(ctx, q, note{}, at)
			return err
		}))
		if d := <-early; d < 0 {
			s.Errorf("the job of an hour ago was done %v late", -d)
		}
		if d := <-early; d > time.Millisecond { // databases round
			s.Errorf("done %v before its time", d)
		}
		s.settled(map[jobs.State]int{jobs.Later: 1, jobs.Done: 2})
	}},
	{"a periodic job is done once at each time", func(s *suite) {
		begin := time.Now()
		next := jobs.Every(time.Second)
		s.start(jobs.Config{Workers: s.only(succeed), Periodic: []jobs.Periodic{writing.Periodic(next, note{Text: "a"}), writing.Periodic(next, note{Text: "b"})}})
		stop := s.work()
		s.eventually(func() bool { return len(s.attempts()) >= 6 }, "both were done three times")
		stop()
		seen := map[string]int{}
		for _, j := range s.attempts() {
			seen[j.Args.Text]++
		}
		most := int(time.Since(begin)/time.Second) + 1
		for text, n := range seen {
			if n > most {
				s.Errorf("job %s was done %d times in %v", text, n, time.Since(begin))
			}
		}
	}},
}
