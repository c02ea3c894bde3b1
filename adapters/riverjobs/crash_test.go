package riverjobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/jobs"
)

// run runs a runner until stop is called.
func (b backend[Tx]) run(t testing.TB) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func enqueue[Args, Tx any](t testing.TB, b backend[Tx], k jobs.Kind[Args], args ...Args) (ids []string) {
	t.Helper()
	err := b.InTx(t.Context(), func(ctx context.Context, q jobs.Queue) error {
		for _, a := range args {
			id, err := k.Enqueue(ctx, q, a)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func (b backend[Tx]) count(t testing.TB, state jobs.State) int {
	t.Helper()
	counts, err := b.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts[state]
}

func exec1[Tx any](t testing.TB, s store[Tx], statement string) {
	t.Helper()
	tx, err := s.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.exec(t.Context(), tx, statement); err != nil {
		t.Fatal(err)
	}
	if err := s.commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
}

// both runs a test on both databases at once.
func both(t *testing.T, onPostgres, onSQLite func(*testing.T)) {
	t.Parallel()
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		onPostgres(t)
	})
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		onSQLite(t)
	})
}

func TestAKilledProcessLosesNoJob(t *testing.T) {
	both(t, func(t *testing.T) { killed(t, migrate(t, postgres(t))) }, func(t *testing.T) { killed(t, migrate(t, sqlite(t))) })
}

func killed[Tx any](t *testing.T, s store[Tx]) {
	exec1(t, s, "CREATE TABLE effects (job text, attempt integer)")
	done := make(chan string, 10)
	cfg := having(s, func(id string) { done <- id })
	cfg.Rescue = time.Second
	other := s.runner(t, cfg)
	id := enqueue(t, other, hanging, effect{})[0]
	p := start(t, s.address)
	if got := <-p.done; got != id {
		t.Fatalf("the child does %q, want %q", got, id)
	}
	p.signal(t, syscall.SIGKILL)
	began := time.Now()
	other.run(t)
	if got := <-done; got != id {
		t.Errorf("the other process does %q, want %q", got, id)
	}
	t.Logf("taken over after %v, timeout and Rescue are %v", time.Since(began).Round(time.Second), hanging.Timeout+cfg.Rescue)
	eventually(t, func() bool { return other.count(t, jobs.Done) == 1 }, "the job is done")
}

func TestJ5AProcessThatIsStoppedForSecondsDoesNothingTwice(t *testing.T) {
	both(t, func(t *testing.T) { stopped(t, migrate(t, postgres(t))) }, func(t *testing.T) { stopped(t, migrate(t, sqlite(t))) })
}

func stopped[Tx any](t *testing.T, s store[Tx]) {
	exec1(t, s, "CREATE TABLE effects (job text PRIMARY KEY, attempt integer)") // what is done twice fails
	var here atomic.Int32
	other := s.runner(t, having(s, func(string) { here.Add(1) }))
	const n = 300
	p := start(t, s.address)
	enqueue(t, other, effects, make([]effect, n)...)
	<-p.done
	p.signal(t, syscall.SIGSTOP)
	pause := time.NewTimer(3 * time.Second)
	stop := other.run(t)
	<-pause.C
	stop() // what the child has taken is its own
	p.signal(t, syscall.SIGCONT)
	eventually(t, func() bool { return other.count(t, jobs.Done) == n }, fmt.Sprint(n, " jobs are done"))
	p.signal(t, syscall.SIGTERM)
	there := 1
	for range p.done {
		there++
	}
	if here := int(here.Load()); here+there != n {
		t.Errorf("did %d jobs here and %d in the process that was stopped, want %d in all", here, there, n)
	}
}

func TestTwoRunnersShareADatabase(t *testing.T) {
	both(t, func(t *testing.T) { shared(t, migrate(t, postgres(t))) }, func(t *testing.T) { shared(t, migrate(t, sqlite(t))) })
}

func shared[Tx any](t *testing.T, s store[Tx]) {
	exec1(t, s, "CREATE TABLE effects (job text PRIMARY KEY, attempt integer)") // what is done twice fails
	const n = 300
	var did [2]atomic.Int32
	var runners []backend[Tx]
	for i := range did {
		runners = append(runners, s.runner(t, having(s, func(string) { did[i].Add(1) })))
		runners[i].run(t)
	}
	enqueue(t, runners[0], effects, make([]effect, n)...)
	eventually(t, func() bool { return runners[0].count(t, jobs.Done) == n }, fmt.Sprint(n, " jobs are done"))
	if a, b := did[0].Load(), did[1].Load(); a+b != n || a == 0 || b == 0 {
		t.Errorf("they did %d and %d jobs, want %d in all", a, b, n)
	}
}

// What is documented for a process that stands still for longer than timeout and Rescue.
func TestALateWorkerThatFailsCostsAnotherAttempt(t *testing.T) {
	both(t, func(t *testing.T) { late(t, migrate(t, postgres(t))) }, func(t *testing.T) { late(t, migrate(t, sqlite(t))) })
}

func late[Tx any](t *testing.T, s store[Tx]) {
	k := jobs.Kind[int]{Name: "number.count", Timeout: 100 * time.Millisecond, MaxAttempts: 3}
	second, third := make(chan struct{}), make(chan struct{})
	b := s.runner(t, riverjobs.Config{Rescue: 100 * time.Millisecond, Config: jobs.Config{
		Logger:  slog.New(slog.DiscardHandler),
		Backoff: func(int) time.Duration { return 10 * time.Millisecond },
		Workers: []jobs.Worker{k.Work(func(ctx context.Context, j jobs.Job[int]) error {
			switch j.Attempt {
			case 1:
				<-second // deaf to ctx, as a process is that stands still
				return ctx.Err()
			case 2:
				close(second)
				<-third
			case 3:
				close(third)
			}
			return nil
		})},
	}})
	b.run(t)
	enqueue(t, b, k, 1)
	eventually(t, func() bool { return b.count(t, jobs.Done) == 1 }, "the job is done")
	select {
	case <-third:
	default:
		t.Error("there was no third attempt")
	}
}
