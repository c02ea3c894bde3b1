package jobs

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tenonapi/tenon"
)

// Memory is a [Runner] that forgets everything with the process: for tests, where nothing else
// is committed either. It is made by [NewMemory].
type Memory struct {
	core *Core
	wake chan struct{}

	mu      sync.Mutex
	jobs    []*job // that are not done, in the order in which they were enqueued
	last    int64  // position that was given
	done    int
	forever map[string]string // IDs by Request.Unique that nobody else gets
}

var _ Runner = (*Memory)(nil)

// A job is what Memory knows of one.
type job struct {
	Request
	state    State
	due      time.Time
	attempts int
	letter   DeadLetter
}

// NewMemory returns a Memory, or one error that joins everything wrong with cfg.
func NewMemory(cfg Config) (*Memory, error) {
	core, err := NewCore(cfg)
	if err != nil {
		return nil, err
	}
	return &Memory{core: core, wake: make(chan struct{}, 1), forever: make(map[string]string)}, nil
}

// Providers gives operations a [MemoryTx] and, bound to it, a [Queue].
func (m *Memory) Providers() tenon.Option {
	return tenon.Options(
		tenon.Scoped(func(context.Context, *struct{}) (*MemoryTx, tenon.Close, error) {
			tx := m.Begin()
			return tx, func(_ context.Context, outcome error) error {
				if outcome == nil {
					tx.Commit()
				}
				return nil
			}, nil
		}),
		tenon.Provide(func(_ context.Context, in *struct{ Tx *MemoryTx }) (Queue, error) { return in.Tx.Queue(), nil }),
	)
}

// Begin returns a transaction, which is rolled back unless it is committed.
func (m *Memory) Begin() *MemoryTx { return &MemoryTx{memory: m} }

// A MemoryTx takes jobs, which are there when it is committed. It is for one goroutine.
type MemoryTx struct {
	memory *Memory
	jobs   []Request
}

// Queue returns the Queue of the transaction.
func (tx *MemoryTx) Queue() Queue { return tx.memory.core.Queue(tx) }

// Insert implements [Inserter].
func (tx *MemoryTx) Insert(_ context.Context, r Request) (string, error) {
	m := tx.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if id := m.holder(&r); id != "" {
		return id, nil
	}
	for i := range tx.jobs {
		if r.Unique != "" && tx.jobs[i].Kind == r.Kind && tx.jobs[i].Unique == r.Unique {
			return tx.jobs[i].ID, nil
		}
	}
	tx.jobs = append(tx.jobs, r)
	return r.ID, nil
}

// Commit saves the jobs.
func (tx *MemoryTx) Commit() {
	for _, r := range tx.jobs {
		tx.memory.add(r, time.Now())
	}
	tx.jobs = nil
}

// holder returns the ID of the job that holds r.Unique, or nothing.
func (m *Memory) holder(r *Request) string {
	if r.Unique == "" {
		return ""
	}
	for _, j := range m.jobs {
		if j.Kind == r.Kind && j.Unique == r.Unique && j.state != Dead {
			return j.ID
		}
	}
	return m.forever[r.Kind+" "+r.Unique]
}

func (m *Memory) add(r Request, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holder(&r) != "" {
		return
	}
	if r.Forever {
		m.forever[r.Kind+" "+r.Unique] = r.ID
	}
	m.last++
	j := &job{Request: r, state: Later, due: r.At}
	if r.At.IsZero() {
		j.due = now
	}
	j.letter = DeadLetter{ID: r.ID, Kind: r.Kind, Queue: r.Queue, Args: r.Args, Enqueued: now, Position: m.last}
	m.jobs = append(m.jobs, j)
	m.look()
}

// look makes Run look for work.
func (m *Memory) look() {
	select {
	case m.wake <- struct{}{}:
	default: // it is about to look
	}
}

// DeadLetters implements [Runner].
func (m *Memory) DeadLetters(_ context.Context, after int64, limit int) ([]DeadLetter, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var letters []DeadLetter
	for _, j := range slices.Backward(m.jobs) {
		if j.state == Dead && (after == 0 || j.letter.Position < after) && len(letters) < limit {
			letters = append(letters, j.letter)
		}
	}
	return letters, nil
}

// Replay implements [Runner].
func (m *Memory) Replay(_ context.Context, id string) error {
	m.mu.Lock()
	i := slices.IndexFunc(m.jobs, func(j *job) bool { return j.ID == id && j.state == Dead })
	if i < 0 {
		m.mu.Unlock()
		return ErrNotFound
	}
	r := m.jobs[i].Request
	m.jobs = slices.Delete(m.jobs, i, i+1)
	m.mu.Unlock()
	r.At = time.Time{}
	if r.Forever { // the dead one was it
		r.Unique, r.Forever = "", false
	}
	m.add(r, time.Now())
	return nil
}

// Counts implements [Runner].
func (m *Memory) Counts(context.Context) (map[State]int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[State]int{Done: m.done}
	now := time.Now()
	for _, j := range m.jobs {
		if j.state == Later && !j.due.After(now) {
			counts[Waiting]++
		} else {
			counts[j.state]++
		}
	}
	return counts, nil
}

// next returns the jobs that are due and for which there is room, which it marks as running, and the time
// until the next one is due.
func (m *Memory) next(running map[string]int) (due []*job, wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, wait := time.Now(), time.Hour
	order := slices.Clone(m.jobs)
	slices.SortStableFunc(order, func(a, b *job) int { return a.due.Compare(b.due) })
	for _, j := range order {
		switch limit := m.core.cfg.Queues[j.Queue]; {
		case j.state != Later || running[j.Queue] >= limit:
		case j.due.After(now):
			wait = min(wait, j.due.Sub(now))
		default:
			j.state = Running
			j.attempts++
			running[j.Queue]++
			due = append(due, j)
		}
	}
	return due, wait
}

// settle notes what has come of a job.
func (m *Memory) settle(j *job, o Outcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j.state, j.due = o.State, time.Now().Add(o.After)
	switch {
	case o.State == Done:
		m.done++
		m.jobs = slices.DeleteFunc(m.jobs, func(other *job) bool { return other == j })
	case o.Err == nil:
		j.attempts-- // this one does not count
	default:
		j.letter.Attempts, j.letter.Died, j.letter.Error = j.attempts, time.Now(), o.Err.Error()
	}
}

// Run implements [Runner]. It waits for jobs that go on when they are cut off.
func (m *Memory) Run(ctx context.Context) error {
	if len(m.core.cfg.Queues) == 0 {
		return ErrNothingToRun
	}
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() {
		m.core.Periodic(ctx, func(_ context.Context, r Request) error {
			m.add(r, time.Now())
			return nil
		})
	})
	work, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	l := memoryLoop{Memory: m, running: make(map[string]int), ended: make(chan *job)}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return l.drain(cutOff)
		case j := <-l.ended:
			l.running[j.Queue]--
		case <-timer.C:
		case <-m.wake:
		}
		timer.Reset(l.start(work))
	}
}

// A memoryLoop is what Run knows.
type memoryLoop struct {
	*Memory
	running map[string]int // jobs by queue
	ended   chan *job
}

// start starts what is due, and returns the time until the next job is due.
func (l *memoryLoop) start(ctx context.Context) time.Duration {
	due, wait := l.next(l.running)
	for _, j := range due {
		a := Attempt{ID: j.ID, Kind: j.Kind, Queue: j.Queue, Args: j.Args, Number: j.attempts, Max: j.MaxAttempts, Due: j.due}
		go func() {
			l.settle(j, l.core.Do(ctx, a))
			l.ended <- j
		}()
	}
	return wait
}

// drain waits for what runs: until it is done, or until it was cut off.
func (l *memoryLoop) drain(cutOff func()) error {
	giveUp := time.AfterFunc(l.core.cfg.Drain, cutOff)
	defer giveUp.Stop()
	n := 0
	for _, running := range l.running {
		n += running
	}
	for ; n > 0; n-- {
		<-l.ended
	}
	return nil
}
