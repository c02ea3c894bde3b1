package jobstest

import (
	"context"
	"time"

	"github.com/tenonapi/tenon/jobs"
)

var schedules = []test{
	{"a job is not done before its time", func(s *suite) {
		s.start(jobs.Config{Workers: s.only(func(_ context.Context, j jobs.Job[note]) error {
			if d := time.Until(time.UnixMilli(j.Args.N)); d > time.Millisecond { // databases round
				s.Errorf("done %v before its time", d)
			}
			return nil
		})})
		s.work()
		s.must(s.InTx(s.Context(), func(ctx context.Context, q jobs.Queue) error {
			for _, in := range []time.Duration{time.Hour, -time.Hour, 2 * time.Second} {
				at := time.Now().Add(in)
				if _, err := writing.EnqueueAt(ctx, q, note{N: at.UnixMilli()}, at); err != nil {
					return err
				}
			}
			return nil
		}))
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
