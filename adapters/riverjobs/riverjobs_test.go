package riverjobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/jobs"
	"github.com/tenonapi/tenon/tenontest"
)

func TestMigrationsAreCheckedAndTakenBack(t *testing.T) {
	both(t, func(t *testing.T) { migrations(t, postgres(t)) }, func(t *testing.T) { migrations(t, sqlite(t)) })
}

func migrations[Tx any](t *testing.T, s store[Tx]) {
	check := func(want error) {
		t.Helper()
		if err := s.Check(t.Context()); !errors.Is(err, want) {
			t.Errorf("Check: got %v, want %v", err, want)
		}
	}
	for range 2 {
		check(riverjobs.ErrPending)
		migrate(t, s)
		migrate(t, s)
		check(nil)
		if err := s.Drop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	check(riverjobs.ErrPending)
}

func TestProcessesThatMigrateAtOnceWaitForEachOther(t *testing.T) {
	t.Parallel()
	s := postgres(t)
	var all sync.WaitGroup
	for range 4 {
		other, pool, err := openPostgres(t.Context(), s.address, 2)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		all.Go(func() {
			if err := other.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// A provision is what handlers of the tests enqueue.
type provision struct {
	Device string `json:"device"`
}

var provisioning = jobs.Kind[provision]{Name: "device.provision"}

type register struct {
	Jobs jobs.Queue
	Body provision
}

var errTaken = errors.New("taken")

func registerDevice(ctx context.Context, in *register) (tenon.NoContent, error) {
	if _, err := provisioning.Enqueue(ctx, in.Jobs, in.Body); err != nil {
		return tenon.NoContent{}, err
	}
	if in.Body.Device == "taken" {
		return tenon.NoContent{}, errTaken
	}
	return tenon.NoContent{}, nil
}

// registry makes an application and returns the devices that jobs have provisioned.
func registry[From, Tx any](t *testing.T, s store[Tx], scope tenon.Option, in func(From) Tx) {
	t.Helper()
	done := make(chan string, 10)
	b := s.runner(t, riverjobs.Config{Config: jobs.Config{Workers: []jobs.Worker{
		provisioning.Work(func(_ context.Context, j jobs.Job[provision]) error {
			done <- j.Args.Device
			return nil
		}),
	}}})
	app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1"}, func(r *tenon.Router) {
		r.Use(scope, riverjobs.Provide(b.Runner, in), tenon.MapError(errTaken, http.StatusConflict, "taken", "Taken"))
		tenon.Post(r, "/devices", registerDevice, tenon.Errors(errTaken))
	})
	if err != nil {
		t.Fatal(err)
	}
	b.run(t)
	c := tenontest.New(t, app)
	for device, status := range map[string]int{"taken": http.StatusConflict, "free": http.StatusNoContent} {
		if r := c.Do("POST", "/devices", `{"device":"`+device+`"}`); r.Status != status {
			t.Errorf("%s: the answer is %d %s", device, r.Status, r.Body)
		}
	}
	if device := <-done; device != "free" {
		t.Errorf("provisioned %q", device)
	}
	eventually(t, func() bool { return b.count(t, jobs.Done) == 1 }, "the job is done")
	if n := b.count(t, jobs.Waiting) + b.count(t, jobs.Running); n > 0 {
		t.Errorf("%d jobs were rolled back and are there", n)
	}
}

func TestHandlersEnqueueInTheTransactionOfTheirRequest(t *testing.T) {
	both(t, func(t *testing.T) {
		s := migrate(t, postgres(t))
		requests, err := pgstore.Open(t.Context(), pgstore.Config{URL: s.address, MaxConns: 1, Isolation: pgx.Serializable})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := requests.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
		registry(t, s, requests.Providers(), func(tx *pgstore.Tx) pgx.Tx { return tx })
	}, func(t *testing.T) {
		requests, s := requests(t)
		registry(t, s, requests.Providers(), (*sqlitestore.Tx).SQL)
	})
}

func TestAJobOfANewerProgramIsNotLost(t *testing.T) {
	both(t, func(t *testing.T) { newer(t, migrate(t, postgres(t))) }, func(t *testing.T) { newer(t, migrate(t, sqlite(t))) })
}

func newer[Tx any](t *testing.T, s store[Tx]) {
	quiet := slog.New(slog.DiscardHandler)
	fresh := jobs.Kind[int]{Name: "number.fresh", MaxAttempts: 2}
	program := s.runner(t, riverjobs.Config{Config: jobs.Config{Logger: quiet, Workers: []jobs.Worker{
		fresh.Work(func(context.Context, jobs.Job[int]) error { return nil }),
	}}})
	old := s.runner(t, riverjobs.Config{Config: jobs.Config{
		Logger: quiet, Backoff: func(int) time.Duration { return 10 * time.Millisecond },
		Workers: []jobs.Worker{provisioning.Work(func(context.Context, jobs.Job[provision]) error { return nil })},
	}})
	id := enqueue(t, program, fresh, 1)[0]
	stop := old.run(t)
	eventually(t, func() bool { return old.count(t, jobs.Dead) == 1 }, "the job is dead")
	stop()
	letters, err := program.DeadLetters(t.Context(), 0, 10)
	if err != nil || len(letters) != 1 || letters[0].ID != id || letters[0].Attempts != 2 || string(letters[0].Args) != "1" {
		t.Fatalf("dead letters: %+v, %v", letters, err)
	}
	if err := program.Replay(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	program.run(t)
	eventually(t, func() bool { return program.count(t, jobs.Done) == 1 }, "the job is done")
}

func TestRunWaitsForADatabase(t *testing.T) {
	both(t, func(t *testing.T) { waits(t, postgres(t)) }, func(t *testing.T) { waits(t, sqlite(t)) })
}

// firstLine keeps the first line of a log.
type firstLine chan string

func (l firstLine) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

// waits runs without tables: what fails is tried again, and the log says what to do.
func waits[Tx any](t *testing.T, s store[Tx]) {
	said := make(firstLine, 1)
	b := s.runner(t, riverjobs.Config{Config: jobs.Config{Logger: slog.New(slog.NewTextHandler(said, nil)), Workers: []jobs.Worker{
		provisioning.Work(func(context.Context, jobs.Job[provision]) error { return nil }),
	}}})
	stop := b.run(t)
	if line := <-said; !strings.Contains(line, riverjobs.ErrPending.Error()) {
		t.Errorf("the log begins with %q", line)
	}
	migrate(t, s)
	enqueue(t, b, provisioning, provision{"a"})
	eventually(t, func() bool { return b.count(t, jobs.Done) == 1 }, "the job is done")
	stop()
}

func TestMistakesInAConfigAreOneError(t *testing.T) {
	_, err := riverjobs.New(sqlite(t).Database, riverjobs.Config{Poll: time.Millisecond, Rescue: -1})
	for _, want := range []string{"Workers is empty", "Poll is 1ms", "Rescue is -1ns"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("the error is %v, want %q in it", err, want)
		}
	}
}

func TestPostgreSQLGoesAwayAndComesBack(t *testing.T) {
	s := migrate(t, postgres(t))
	if !server.Own() {
		t.Skip("needs a server that the test has started: it is ended at once")
	}
	exec1(t, s, "CREATE TABLE effects (job text, attempt integer)")
	b := s.runner(t, having(s, func(string) {}))
	b.run(t)
	enqueue(t, b, effects, effect{})
	eventually(t, func() bool { return b.count(t, jobs.Done) == 1 }, "the first job is done")
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool {
		return b.InTx(t.Context(), func(ctx context.Context, q jobs.Queue) error {
			_, err := effects.Enqueue(ctx, q, effect{})
			return err
		}) == nil
	}, "a job is enqueued")
	eventually(t, func() bool {
		counts, err := b.Counts(t.Context())
		return err == nil && counts[jobs.Done] >= 2
	}, "the second job is done")
}
