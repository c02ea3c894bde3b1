package riverjobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/tenonapi/tenon/jobs"
)

// A payload is what River keeps of a job as its args. Those of the job are a string in it, so that no
// database changes them, and its ID is ours: SQLite gives numbers of rows again.
type payload struct {
	kind    string
	ID      string `json:"id"`
	Args    string `json:"args"`
	Unique  string `json:"unique,omitempty" river:"unique"`
	Forever bool   `json:"forever,omitempty"`
}

// Kind implements river.JobArgs.
func (p payload) Kind() string { return p.kind }

// An inserter is a jobs.Inserter for a transaction.
type inserter[Tx any] struct {
	client *river.Client[Tx]
	tx     Tx
}

// live are the states of jobs that are neither done nor dead.
var live = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// Insert implements jobs.Inserter.
func (i inserter[Tx]) Insert(ctx context.Context, r jobs.Request) (string, error) {
	opts := &river.InsertOpts{MaxAttempts: r.MaxAttempts, Queue: r.Queue, ScheduledAt: r.At}
	if !r.At.After(time.Now()) {
		opts.ScheduledAt = time.Time{} // River would look for it every 5 s only
	}
	if r.Unique != "" {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: live}
		if r.Forever {
			opts.UniqueOpts.ByState = rivertype.JobStates()
		}
	}
	args := payload{kind: r.Kind, ID: r.ID, Args: string(r.Args), Unique: r.Unique, Forever: r.Forever}
	res, err := i.client.InsertTx(ctx, i.tx, args, opts)
	if err != nil {
		return "", err
	}
	if !res.UniqueSkippedAsDuplicate {
		return r.ID, nil
	}
	held, err := payloadOf(res.Job)
	return held.ID, err
}

// A worker does jobs of one kind for River.
type worker struct {
	river.WorkerDefaults[payload]
	core   *jobs.Core
	rescue time.Duration // from the begin of a job to its rescue
}

// Timeout is for the rescuer: jobs.Core has ended the job long before.
func (w worker) Timeout(*river.Job[payload]) time.Duration { return w.rescue }

// Work implements river.Worker.
func (w worker) Work(ctx context.Context, job *river.Job[payload]) error {
	switch o := w.core.Do(ctx, attempt(job.JobRow, &job.Args)); {
	case o.State == jobs.Dead:
		return river.JobCancel(o.Err)
	case o.State == jobs.Later && o.Err == nil:
		return river.JobSnooze(o.After)
	default:
		return o.Err // policy says when, as it does for jobs that were rescued
	}
}

func attempt(row *rivertype.JobRow, p *payload) jobs.Attempt {
	return jobs.Attempt{
		ID: p.ID, Kind: row.Kind, Queue: row.Queue, Args: []byte(p.Args),
		Number: row.Attempt, Max: row.MaxAttempts, Due: row.ScheduledAt,
	}
}

// policy is the river.ClientRetryPolicy.
type policy struct{ *jobs.Core }

// NextRetry implements river.ClientRetryPolicy.
func (p policy) NextRetry(row *rivertype.JobRow) time.Time {
	return time.Now().Add(p.Delay(max(row.Attempt, 1)))
}

// unknown judges jobs that River has no worker for as jobs.Core judges them.
type unknown struct{ *jobs.Core }

// HandleError implements river.ErrorHandler.
func (u unknown) HandleError(ctx context.Context, row *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	if _, ok := errors.AsType[*rivertype.UnknownJobKindError](err); !ok {
		return nil
	}
	p, _ := payloadOf(row) // without which there is not even an ID
	o := u.Do(ctx, attempt(row, &p))
	return &river.ErrorHandlerResult{SetCancelled: o.State == jobs.Dead}
}

// HandlePanic implements river.ErrorHandler. Panics of jobs do not come here.
func (unknown) HandlePanic(context.Context, *rivertype.JobRow, any, string) *river.ErrorHandlerResult {
	return nil
}
