package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// A Queue takes jobs in the transaction to which it is bound: nobody does what was rolled
// back, and nothing is lost that was committed. Handlers depend on it.
type Queue interface {
	// Enqueue is what [Kind.Enqueue] and [Kind.EnqueueAt] call. A zero time means at once.
	Enqueue(ctx context.Context, kind string, args any, at time.Time) (id string, err error)

	// Transactional does nothing: it makes New refuse what no scope gives, see [tenon.Scoped].
	Transactional()
}

// An Inserter saves jobs in a transaction. Runners implement it.
type Inserter interface {
	// Insert saves a job and returns its ID. If another job holds r.Unique, Insert saves
	// nothing and returns the ID of that.
	Insert(ctx context.Context, r Request) (id string, err error)
}

// A Request is a job to be saved.
type Request struct {
	ID          string // unique
	Kind        string
	Queue       string
	Args        []byte    // JSON, up to [MaxArgs] bytes
	At          time.Time // when it is due; zero means at once
	MaxAttempts int

	// Unique is held by one job of the kind at a time, until that is done or dead; empty
	// means by none. Forever means also after that, for a day at least.
	Unique  string
	Forever bool
}

// Queue returns a Queue for the transaction of to.
func (c *Core) Queue(to Inserter) Queue { return queue{c, to} }

type queue struct {
	*Core
	to Inserter
}

// Transactional implements [Queue].
func (queue) Transactional() {}

// Enqueue implements [Queue].
func (q queue) Enqueue(ctx context.Context, kind string, args any, at time.Time) (string, error) {
	r, err := q.request(kind, args)
	if err != nil {
		return "", fmt.Errorf("jobs: enqueue %q: %w", kind, err)
	}
	r.At = at
	id, err := q.to.Insert(ctx, r)
	if err != nil {
		return "", fmt.Errorf("jobs: enqueue %s: %w", kind, err)
	}
	return id, nil
}

// request makes a job of args.
func (c *Core) request(kind string, args any) (Request, error) {
	w := c.workers[kind]
	if w == nil {
		return Request{}, errors.New("it is none of Config.Workers")
	}
	data, err := w.encode(args)
	if err != nil {
		return Request{}, err
	}
	r := Request{ID: "job_" + rand.Text(), Kind: kind, Queue: w.queue, Args: data, MaxAttempts: w.attempts}
	if w.unique {
		r.Unique = "args " + string(data)
	}
	return r, nil
}
