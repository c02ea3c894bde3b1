package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// figures are the results: job, then contender.
type figures map[string]map[string]figure

// A figure is what one operation costs.
type figure struct {
	NsPerOp     float64 `json:"ns_per_op"`
	BytesPerOp  uint64  `json:"bytes_per_op"`
	AllocsPerOp uint64  `json:"allocs_per_op"`

	spread float64 // slowest minus fastest round, as a part of the median
}

// measureAll measures the entries on one processor. The entries take turns
// within a round, each round begins with another one, and the median of the
// rounds counts: a disturbance of the machine then meets all of them.
func measureAll(ctx context.Context, entries []entry, cfg config) (figures, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	all := make(figures)
	for _, j := range cfg.jobs {
		doing := slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return e.jobs[j.name] == nil })
		rounds := make(map[string][]figure)
		for round := range cfg.rounds {
			for i := range doing {
				if err := ctx.Err(); err != nil {
					return nil, fmt.Errorf("measure %s: %w", j.name, err)
				}
				e := doing[(round+i)%len(doing)]
				f, err := measure(newSender(e.jobs[j.name], j.timed), cfg.time)
				if err != nil {
					return nil, fmt.Errorf("measure %s on %s: %w", e.name, j.name, err)
				}
				rounds[e.name] = append(rounds[e.name], f)
			}
		}
		all[j.name] = make(map[string]figure)
		for name, measured := range rounds {
			all[j.name][name] = median(measured)
		}
	}
	return all, nil
}

// measure sends requests for d, after as many as it takes to find a batch that
// is long compared with reading the clock. Time and allocations of the garbage
// collector's work are part of the figure.
func measure(s *sender, d time.Duration) (figure, error) {
	batch := 1
	for {
		start := time.Now()
		s.sendBatch(batch)
		if took := time.Since(start); took >= d/100 || took >= time.Millisecond {
			break
		}
		batch *= 2
	}
	runtime.GC()

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	var took time.Duration
	sent := 0
	for took < d {
		s.sendBatch(batch)
		sent += batch
		took = time.Since(start)
	}
	runtime.ReadMemStats(&after)

	if s.wrong > 0 {
		return figure{}, fmt.Errorf("%d answers differ in status or length from the first, %d and %d bytes", s.wrong, s.status, s.size)
	}
	return figure{
		NsPerOp:     float64(took.Nanoseconds()) / float64(sent),
		BytesPerOp:  (after.TotalAlloc - before.TotalAlloc) / uint64(sent),
		AllocsPerOp: (after.Mallocs - before.Mallocs) / uint64(sent),
	}, nil
}

// median returns the middle of each figure by itself.
func median(measured []figure) figure {
	ns := middle(measured, func(f figure) float64 { return f.NsPerOp })
	least := slices.MinFunc(measured, func(a, b figure) int { return cmp.Compare(a.NsPerOp, b.NsPerOp) })
	most := slices.MaxFunc(measured, func(a, b figure) int { return cmp.Compare(a.NsPerOp, b.NsPerOp) })
	return figure{
		NsPerOp:     ns,
		BytesPerOp:  middle(measured, func(f figure) uint64 { return f.BytesPerOp }),
		AllocsPerOp: middle(measured, func(f figure) uint64 { return f.AllocsPerOp }),
		spread:      (most.NsPerOp - least.NsPerOp) / ns,
	}
}

// middle returns the median, of an even number the mean of the middle two.
func middle[T uint64 | float64](measured []figure, of func(figure) T) T {
	values := make([]T, len(measured))
	for i, f := range measured {
		values[i] = of(f)
	}
	slices.Sort(values)
	half := len(values) / 2
	if len(values)%2 == 1 {
		return values[half]
	}
	return (values[half-1] + values[half]) / 2
}

// A sender sends one request again and again. It belongs to one goroutine.
type sender struct {
	repeat func() (status, size int)

	status int // of the first answer
	size   int // of the first answer, in bytes
	wrong  int // answers that differ from the first
}

// newSender returns a sender that has sent the request of r once. If r states a
// status, an answer with another one is wrong.
func newSender(e entrance, r rule) *sender {
	s := &sender{repeat: e.repeat(r.request)}
	s.status, s.size = s.repeat()
	if r.status != 0 {
		s.status = r.status
	}
	return s
}

func (s *sender) send() {
	if status, size := s.repeat(); status != s.status || size != s.size {
		s.wrong++
	}
}

func (s *sender) sendBatch(n int) {
	for range n {
		s.send()
	}
}
