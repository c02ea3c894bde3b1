package jobs

import (
	"context"
	"errors"
	"time"
)

var (
	// ErrNotFound reports a dead letter that does not exist, or was replayed.
	ErrNotFound = errors.New("jobs: not found")

	// ErrNothingToRun reports a runner whose workers only enqueue.
	ErrNothingToRun = errors.New("jobs: there is nothing to run")
)

// A Runner does jobs. Several runners, in several processes, may share one database. It is safe
// for concurrent use.
type Runner interface {
	// Run does what is due until ctx is done. Then it takes no more jobs, lets those that run
	// finish within [Config].Drain, cuts off the rest and gives them back, and returns nil.
	// It returns an error when jobs go on nevertheless, and [ErrNothingToRun]. An error of the database is logged, and what failed is tried again. Run owns the
	// goroutines that it starts. It must not be called twice at a time.
	//
	// It is made for the Run of a tenon.Hook, whose Timeout must be longer than Drain.
	Run(ctx context.Context) error

	// DeadLetters returns up to limit dead letters, those first that were enqueued last, from
	// behind a position; 0 means from the first.
	DeadLetters(ctx context.Context, after int64, limit int) ([]DeadLetter, error)

	// Replay makes a dead letter a job again, with its ID, due at once, with all attempts
	// before it. If it is Unique and another job holds its place, that other one is left
	// alone. It returns [ErrNotFound].
	Replay(ctx context.Context, id string) error

	// Counts returns how many jobs there are in each state, for metrics.
	Counts(ctx context.Context) (map[State]int, error)
}

// A State says where a job is.
type State string

// States of jobs. Jobs that are done are forgotten after a day.
const (
	Waiting State = "waiting" // due, or within seconds
	Later   State = "later"   // due at a time
	Running State = "running"
	Done    State = "done"
	Dead    State = "dead" // it is a dead letter
)

// A DeadLetter is a job that was given up.
type DeadLetter struct {
	ID       string
	Kind     string
	Queue    string
	Args     []byte // JSON
	Attempts int
	Enqueued time.Time
	Died     time.Time
	Error    string // of the last attempt
	Position int64  // in the list, more than 0
}
