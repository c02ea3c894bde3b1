package riverjobs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"github.com/tenonapi/tenon/jobs"
)

// River has two states for what jobs call dead: it gave up, or was told to.
var dead = []rivertype.JobState{rivertype.JobStateCancelled, rivertype.JobStateDiscarded}

func payloadOf(row *rivertype.JobRow) (p payload, err error) {
	p.kind = row.Kind
	if err := json.Unmarshal(row.EncodedArgs, &p); err != nil {
		return p, fmt.Errorf("riverjobs: job %d is none of package jobs: %w", row.ID, err)
	}
	return p, nil
}

const maxLetters = 10_000 // River gives no more at a time

// DeadLetters implements jobs.Runner.
func (r *Runner[Tx]) DeadLetters(ctx context.Context, after int64, limit int) ([]jobs.DeadLetter, error) {
	if limit < 1 {
		return nil, nil
	}
	params := river.NewJobListParams().States(dead...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(min(limit, maxLetters))
	if after > 0 {
		params = params.Where("id < @after", river.NamedArgs{"after": after})
	}
	list, err := r.client.JobList(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("riverjobs: list dead letters: %w", err)
	}
	letters := make([]jobs.DeadLetter, len(list.Jobs))
	for i, row := range list.Jobs {
		letters[i] = letter(row)
	}
	return letters, nil
}

func letter(row *rivertype.JobRow) jobs.DeadLetter {
	p, err := payloadOf(row)
	l := jobs.DeadLetter{
		ID: p.ID, Kind: row.Kind, Queue: row.Queue, Args: []byte(p.Args), Attempts: row.Attempt,
		Enqueued: row.CreatedAt, Position: row.ID,
	}
	if row.FinalizedAt != nil {
		l.Died = *row.FinalizedAt
	}
	switch n := len(row.Errors); {
	case err != nil:
		l.Error = err.Error()
	case n > 0:
		l.Error = strings.TrimPrefix(row.Errors[n-1].Error, cancelPrefix)
	}
	return l
}

const cancelPrefix = "JobCancelError: " // what River puts before an error

// Replay implements jobs.Runner. It reads all dead letters to find one.
func (r *Runner[Tx]) Replay(ctx context.Context, id string) error {
	params := river.NewJobListParams().States(dead...).Where("args ->> 'id' = @job", river.NamedArgs{"job": id}).First(1)
	err := r.inTx(ctx, func(tx Tx) error {
		list, err := r.client.JobListTx(ctx, tx, params)
		if err != nil {
			return err
		}
		if len(list.Jobs) == 0 {
			return jobs.ErrNotFound
		}
		row := list.Jobs[0]
		p, err := payloadOf(row)
		if err != nil {
			return err
		}
		if p.Forever { // the dead one was it
			p.Unique, p.Forever = "", false
		}
		// River's JobDelete does not tell a job that somebody else has deleted meanwhile.
		deleted, err := r.client.JobDeleteManyTx(ctx, tx, river.NewJobDeleteManyParams().IDs(row.ID).States(dead...))
		if err != nil {
			return err
		}
		if len(deleted.Jobs) == 0 {
			return jobs.ErrNotFound
		}
		_, err = inserter[Tx]{r.client, tx}.Insert(ctx, jobs.Request{
			ID: p.ID, Kind: row.Kind, Queue: row.Queue, Args: []byte(p.Args),
			MaxAttempts: row.MaxAttempts, Unique: p.Unique, Forever: p.Forever,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("riverjobs: replay %s: %w", id, err)
	}
	return nil
}

// Counts implements jobs.Runner. It reads an index of all jobs.
func (r *Runner[Tx]) Counts(ctx context.Context) (map[jobs.State]int, error) {
	rows, err := r.driver.GetExecutor().JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{})
	if err != nil {
		return nil, fmt.Errorf("riverjobs: count jobs: %w", err)
	}
	counts := make(map[jobs.State]int)
	for state, n := range rows {
		counts[stateOf(state)] += n
	}
	return counts, nil
}

func stateOf(state rivertype.JobState) jobs.State {
	switch state {
	case rivertype.JobStateAvailable:
		return jobs.Waiting
	case rivertype.JobStateRunning:
		return jobs.Running
	case rivertype.JobStateCompleted:
		return jobs.Done
	case rivertype.JobStateCancelled, rivertype.JobStateDiscarded:
		return jobs.Dead
	}
	return jobs.Later
}
