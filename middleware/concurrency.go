package middleware

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tenonapi/tenon/problem"
)

// ConcurrencyConfig configures [Concurrency].
type ConcurrencyConfig struct {
	Running    int           // requests that run at once, at least 1; required
	Queue      int           // requests that wait for their turn; 0 means none
	Wait       time.Duration // longest wait; 0 means 1 s
	RetryAfter time.Duration // after which refused clients may try again, rounded up to seconds; 0 means 1 s
}

// Concurrency lets so many requests run at once, has some more wait, first come
// first served, and refuses the rest at once: 503 with Retry-After. A request that
// waits too long, or whose context ends meanwhile, is refused, too. So under any load
// an admitted request takes at most Wait longer than without.
//
// All handlers that the result wraps share the limit. Requests that last, such as
// streams of events, hold their place: give them a limit of their own. Operations of
// a Tenon application may say tenon.Limits, which is documented and has no queue.
func Concurrency(cfg ConcurrencyConfig) (func(http.Handler) http.Handler, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	places := &places{free: cfg.Running, queue: cfg.Queue, wait: orDefault(cfg.Wait, time.Second)}
	after := (orDefault(cfg.RetryAfter, time.Second) + time.Second - 1) / time.Second
	overloaded := problem.New(http.StatusServiceUnavailable, "overloaded", "Too many requests at once")
	overloaded.Header = http.Header{"Retry-After": {strconv.FormatInt(int64(after), 10)}}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !places.take(r.Context()) {
				problem.Write(w, r, overloaded)
				return
			}
			defer places.giveBack()
			next.ServeHTTP(w, r)
		})
	}, nil
}

func (c *ConcurrencyConfig) check() error {
	var errs []error
	if c.Running < 1 {
		errs = append(errs, fmt.Errorf("middleware: ConcurrencyConfig.Running is %d, want 1 or more", c.Running))
	}
	if c.Queue < 0 {
		errs = append(errs, fmt.Errorf("middleware: ConcurrencyConfig.Queue is %d, want 0 or more", c.Queue))
	}
	if c.Wait < 0 {
		errs = append(errs, fmt.Errorf("middleware: ConcurrencyConfig.Wait is %v, want 0 or more", c.Wait))
	}
	if c.RetryAfter < 0 {
		errs = append(errs, fmt.Errorf("middleware: ConcurrencyConfig.RetryAfter is %v, want 0 or more", c.RetryAfter))
	}
	return errors.Join(errs...)
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// places are what requests need to run. Whenever some wait, none is free.
type places struct {
	queue int           // that may wait
	wait  time.Duration // at most

	mu      sync.Mutex
	free    int
	waiting list.List // of chan struct{}, closed when the place is theirs; the longest wait first
}

// take waits for a place and reports whether it got one.
func (p *places) take(ctx context.Context) bool {
	p.mu.Lock()
	if p.free > 0 {
		p.free--
		p.mu.Unlock()
		return true
	}
	if p.waiting.Len() >= p.queue {
		p.mu.Unlock()
		return false
	}
	turn := make(chan struct{})
	e := p.waiting.PushBack(turn)
	p.mu.Unlock()

	timer := time.NewTimer(p.wait)
	defer timer.Stop()
	select {
	case <-turn:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return !p.leave(e, turn)
}

// leave gives up waiting, unless the place has come meanwhile.
func (p *places) leave(e *list.Element, turn <-chan struct{}) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-turn:
		return false
	default:
		p.waiting.Remove(e)
		return true
	}
}

// giveBack passes a place on to the request that waits longest.
func (p *places) giveBack() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.waiting.Front(); e != nil {
		close(p.waiting.Remove(e).(chan struct{}))
		return
	}
	p.free++
}
