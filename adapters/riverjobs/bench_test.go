package riverjobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/jobs"
)

// BenchmarkRunner does jobs that do nothing, which are all there when it begins.
func BenchmarkRunner(b *testing.B) {
	for _, limit := range []int{10, 100} {
		b.Run(fmt.Sprint("PostgreSQL/limit=", limit), func(b *testing.B) { throughput(b, migrate(b, postgres(b)), limit) })
		b.Run(fmt.Sprint("SQLite/limit=", limit), func(b *testing.B) {
			_, s := requests(b)
			throughput(b, s, limit)
		})
	}
}

func throughput[Tx any](b *testing.B, s store[Tx], limit int) {
	k := jobs.Kind[int]{Name: "number.count"}
	done := make(chan struct{}, b.N)
	r := s.runner(b, riverjobs.Config{Config: jobs.Config{
		Logger: slog.New(slog.DiscardHandler), Queues: map[string]int{"default": limit},
		Workers: []jobs.Worker{k.Work(func(context.Context, jobs.Job[int]) error { done <- struct{}{}; return nil })},
	}})
	enqueue(b, r, k, make([]int, b.N)...)
	b.ResetTimer()
	begin := time.Now()
	stop := r.run(b)
	for range b.N {
		<-done
	}
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "jobs/s")
	b.StopTimer()
	stop()
}

// BenchmarkEnqueue adds a job to a transaction and commits it.
func BenchmarkEnqueue(b *testing.B) {
	b.Run("PostgreSQL", func(b *testing.B) { enqueuing(b, migrate(b, postgres(b))) })
	b.Run("SQLite", func(b *testing.B) {
		_, s := requests(b)
		enqueuing(b, s)
	})
}

func enqueuing[Tx any](b *testing.B, s store[Tx]) {
	k := jobs.Kind[int]{Name: "number.count"}
	r := s.runner(b, riverjobs.Config{Config: jobs.Config{Workers: []jobs.Worker{k.Work(nil)}}})
	for b.Loop() {
		enqueue(b, r, k, 1)
	}
}
