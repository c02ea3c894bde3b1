package riverjobs_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/jobs"
)

// childVariable has the address of the database for a test binary that is to do jobs instead of testing.
const childVariable = "RIVERJOBS_TEST_CHILD"

// An effect is what a job has in its database: a row of the table effects.
type effect struct{}

var (
	effects = jobs.Kind[effect]{Name: "effect.have"}
	hanging = jobs.Kind[effect]{Name: "effect.hang", Timeout: 2 * time.Second} // whose first attempt never ends
)

// having returns the configuration of a runner that says which jobs have had their effect.
func having[Tx any](s store[Tx], say func(id string)) riverjobs.Config {
	have := func(ctx context.Context, j jobs.Job[effect]) error {
		tx, err := s.begin(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = s.abandon(ctx, tx) }() // an error after a commit
		if err := s.exec(ctx, tx, fmt.Sprintf("INSERT INTO effects (job, attempt) VALUES ('%s', %d)", j.ID, j.Attempt)); err != nil {
			return err
		}
		if err := s.commit(ctx, tx); err != nil {
			return err
		}
		say(j.ID)
		return nil
	}
	hang := func(ctx context.Context, j jobs.Job[effect]) error {
		if err := have(ctx, j); err != nil || j.Attempt > 1 {
			return err
		}
		select {}
	}
	return riverjobs.Config{Config: jobs.Config{
		Logger: slog.New(slog.DiscardHandler), Workers: []jobs.Worker{effects.Work(have), hanging.Work(hang)},
	}}
}

// child does jobs until it is told to stop.
func child() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	address := os.Getenv(childVariable)
	var err error
	if strings.HasPrefix(address, "file:") {
		s, db, openErr := openSQLite(address)
		if err = openErr; err == nil {
			defer db.Close()
			err = work(ctx, s)
		}
	} else {
		s, pool, openErr := openPostgres(ctx, address, 4)
		if err = openErr; err == nil {
			defer pool.Close()
			err = work(ctx, s)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func work[Tx any](ctx context.Context, s store[Tx]) error {
	r, err := riverjobs.New(s.Database, having(s, func(id string) { fmt.Println(id) }))
	if err != nil {
		return err
	}
	return r.Run(ctx)
}

// A process is a child.
type process struct {
	*os.Process
	done <-chan string // IDs of jobs, until the process ends
}

func start(t *testing.T, address string) process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+address)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1000)
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			done <- lines.Text()
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // an error says that it has ended
		for range done {       // until then
		}
		_ = cmd.Wait()
	})
	return process{cmd.Process, done}
}

func (p process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.Signal(s); err != nil {
		t.Fatal(err)
	}
}
