package background

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tenonapi/tenon"
)

var (
	// ErrFull reports that as many tasks run and wait as may.
	ErrFull = errors.New("background: too many tasks")

	// ErrStopped reports that the runner stops, or that the request of a [Tasks] has ended.
	ErrStopped = errors.New("background: stopped")
)

// Config configures a [Runner].
type Config struct {
	Workers int           // tasks that run at once; 0 means 16
	Queue   int           // tasks that wait, those of requests that are not answered yet included; 0 means 1000
	Timeout time.Duration // of a task; 0 means 1 min
	Drain   time.Duration // for tasks that run and wait when the server stops; 0 means 5 s
	Logger  *slog.Logger  // for tasks of no request; nil means slog.Default
}

// A Runner runs tasks. It is made by [New], and safe for concurrent use.
type Runner struct {
	cfg   Config
	room  chan struct{} // has an element for each task that was taken
	queue chan task     // has room for all of them

	mu      sync.RWMutex
	stopped bool // queue is closed
}

// A task is what runs.
type task struct {
	ctx context.Context // has the values, and not the end, of the one that it was given
	log *slog.Logger
	do  func(context.Context) error
}

// New returns a Runner, or one error that joins everything wrong with cfg.
func New(cfg Config) (*Runner, error) {
	var errs []error
	for _, n := range []struct {
		name     string
		value    *int
		fallback int
	}{{"Workers", &cfg.Workers, 16}, {"Queue", &cfg.Queue, 1000}} {
		switch {
		case *n.value == 0:
			*n.value = n.fallback
		case *n.value < 0:
			errs = append(errs, fmt.Errorf("background.Config.%s is %d: want 1 or more", n.name, *n.value))
		}
	}
	for _, d := range []struct {
		name     string
		value    *time.Duration
		fallback time.Duration
	}{{"Timeout", &cfg.Timeout, time.Minute}, {"Drain", &cfg.Drain, 5 * time.Second}} {
		switch {
		case *d.value == 0:
			*d.value = d.fallback
		case *d.value < 0:
			errs = append(errs, fmt.Errorf("background.Config.%s is %v: want more than 0", d.name, *d.value))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	most := cfg.Workers + cfg.Queue
	return &Runner{cfg: cfg, room: make(chan struct{}, most), queue: make(chan task, most)}, nil
}

// Go runs fn soon, for what is no part of a request. fn gets the values of ctx, and a context that ends after
// [Config].Timeout. Go returns [ErrFull] or [ErrStopped].
func (r *Runner) Go(ctx context.Context, fn func(context.Context) error) error {
	if err := r.take(); err != nil {
		return err
	}
	r.start(task{context.WithoutCancel(ctx), r.cfg.Logger, fn})
	return nil
}

// take takes room for a task, which is for start or for free.
func (r *Runner) take() error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.stopped {
		return ErrStopped
	}
	select {
	case r.room <- struct{}{}:
		return nil
	default:
		return ErrFull
	}
}

func (r *Runner) free() { <-r.room }

// start puts a task, for which there is room, where Run finds it.
func (r *Runner) start(t task) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.stopped { // since there was room
		r.lose(t)
		return
	}
	r.queue <- t
}

func (r *Runner) lose(t task) {
	r.free()
	t.log.ErrorContext(t.ctx, "background: a task is lost, the server has stopped")
}

// hookGrace is for tasks to end when their context has.
const hookGrace = 2 * time.Second

// Hook returns what runs tasks beside the requests, for tenon.ServerConfig.Hooks: behind the
// hooks of what tasks need, which then are stopped later.
func (r *Runner) Hook() tenon.Hook {
	return tenon.Hook{Name: "background tasks", Run: r.Run, Timeout: r.cfg.Drain + hookGrace}
}

// Run runs tasks until ctx is done. Then it takes no more, and gives those that run and wait [Config].Drain; at its
// end the contexts of those that run end, and the others are lost, which is logged. Run owns
// the goroutines that it starts. It is called once, by a server as [Runner.Hook].
func (r *Runner) Run(ctx context.Context) error {
	all, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	var workers sync.WaitGroup
	defer workers.Wait()
	for range r.cfg.Workers {
		workers.Go(func() {
			for t := range r.queue {
				if all.Err() == nil {
					r.run(all, t)
				} else {
					r.lose(t)
				}
			}
		})
	}
	<-ctx.Done()
	r.mu.Lock()
	r.stopped = true
	close(r.queue)
	r.mu.Unlock()
	drain := time.AfterFunc(r.cfg.Drain, cutOff)
	defer drain.Stop()
	workers.Wait()
	return nil
}

// run runs a task, whose context ends with all at the latest.
func (r *Runner) run(all context.Context, t task) {
	defer r.free()
	ctx, cancel := context.WithTimeout(t.ctx, r.cfg.Timeout)
	defer cancel()
	defer context.AfterFunc(all, cancel)()
	if err := try(ctx, t.do); err != nil {
		t.log.ErrorContext(ctx, "background: a task failed", slog.Any("error", err))
	}
}

// try makes an error of a panic.
func try(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return do(ctx)
}
