package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// A Kind is what jobs of one kind have in common. It is a value of the program, such as
//
//	var provision = jobs.Kind[Provision]{Name: "device.provision", Timeout: time.Minute}
//
// Args are saved as JSON by their plan (see package schema), and so have no field of a Secret.
// Jobs outlive the version of the program that enqueued them: change Args as you would
// change what an API accepts.
type Kind[Args any] struct {
	Name        string        // words of letters, digits and underscores with full stops between them, 2 to 100 bytes; required
	Queue       string        // whose jobs share a limit: lower-case letters, digits and underscores, up to 64 bytes; empty means default
	Timeout     time.Duration // of an attempt; 0 means 1 min
	MaxAttempts int           // before a job is a dead letter, up to 1000; 0 means 25

	// Unique says that there is one job of the kind with the same Args at most, until that is done or
	// dead: Enqueue returns its ID instead of adding another. One that runs already
	// may not see what has changed since it began.
	Unique bool
}

// A Job is what a worker gets.
type Job[Args any] struct {
	ID          string // the same in each attempt, also after a replay
	Args        Args
	Attempt     int // from 1
	MaxAttempts int
}

// Enqueue adds a job that is due at once, when the transaction of q is committed, and
// returns its ID. It returns [ErrTooLarge], an error that wraps a [*schema.Error] for args that
// break their own rules, and others when q does not know the kind or cannot take it.
func (k Kind[Args]) Enqueue(ctx context.Context, q Queue, args Args) (id string, err error) {
	return q.Enqueue(ctx, k.Name, args, time.Time{})
}

// EnqueueAt is [Kind.Enqueue] for a job that is not due before a time.
func (k Kind[Args]) EnqueueAt(ctx context.Context, q Queue, args Args, at time.Time) (id string, err error) {
	return q.Enqueue(ctx, k.Name, args, at)
}

// Work says what does the jobs of this kind, for [Config].Workers. ctx ends with the timeout, or
// when the runner stops and has waited for [Config].Drain: then the job is given back.
//
// A job whose fn returns an error, or panics, is tried again after a while; see [Cancel] and
// [Snooze] for other errors. fn may be nil in a program that only enqueues.
func (k Kind[Args]) Work(fn func(ctx context.Context, job Job[Args]) error) Worker {
	w := Worker{
		kind: k.Name, queue: cmp.Or(k.Queue, defaultQueue), unique: k.Unique,
		timeout: cmp.Or(k.Timeout, time.Minute), attempts: cmp.Or(k.MaxAttempts, 25),
	}
	w.compile = func(set *schema.Set) (codec, error) {
		plan, err := newPlan[Args](set)
		if err != nil {
			return codec{}, err
		}
		c := codec{encode: plan.encode}
		if fn != nil {
			c.work = func(ctx context.Context, a Attempt) error {
				args, err := plan.decode(a.Args)
				if err != nil {
					return Cancel(fmt.Errorf("its args are bad: %w", err))
				}
				return fn(ctx, Job[Args]{ID: a.ID, Args: args, Attempt: a.Number, MaxAttempts: a.Max})
			}
		}
		return c, nil
	}
	return w
}

// A Worker is a kind of jobs and what does them. It is made by [Kind.Work].
type Worker struct {
	kind, queue string
	unique      bool
	timeout     time.Duration
	attempts    int
	compile     func(*schema.Set) (codec, error)
	codec       // once compiled
}

// A codec knows the type of the args.
type codec struct {
	encode func(args any) ([]byte, error)
	work   func(ctx context.Context, a Attempt) error // nil for one that only enqueues
}

// A plan is that of Args, as the field of a struct.
type plan[Args any] struct {
	set   *schema.Set
	field *schema.Field
}

type holder[Args any] struct{ Args Args }

func newPlan[Args any](set *schema.Set) (*plan[Args], error) {
	field, err := set.Field(reflect.TypeFor[holder[Args]](), []int{0})
	if err != nil {
		return nil, err
	}
	return &plan[Args]{set, field}, field.Output()
}

// MaxArgs is the largest size of the args of a job, as JSON, in bytes: put what is larger where the
// job finds it.
const MaxArgs = 256 << 10

// ErrTooLarge reports args of more than [MaxArgs] bytes.
var ErrTooLarge = errors.New("jobs: the args are too large")

// encode returns args as JSON, which can be decoded: what cannot must not wait to be a dead letter.
func (p *plan[Args]) encode(args any) ([]byte, error) {
	own, ok := args.(Args)
	if !ok {
		return nil, fmt.Errorf("its args are %v, not %T", reflect.TypeFor[Args](), args)
	}
	data, err := p.field.AppendJSON(nil, &holder[Args]{own})
	if err != nil {
		return nil, err
	}
	if len(data) > MaxArgs {
		return nil, ErrTooLarge
	}
	_, err = p.decode(data)
	return data, err
}

func (p *plan[Args]) decode(data []byte) (Args, error) {
	d := p.set.Decoder(len(data))
	defer d.Release()
	var h holder[Args]
	p.field.JSON(d, &h, data)
	return h.Args, d.Err()
}
