package pgstore

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A line is where questions wait while as many round trips as may be begun at once are under
// way. Those that wait go together in the next.
type line struct {
	send func([]*question) // asks all of them

	trips    int           // that may be under way, but for slow ones
	most     int           // with slow ones
	patience time.Duration // after which a trip is a slow one

	mu      sync.Mutex
	current int       // trips under way
	began   time.Time // the last one
	watched bool      // look will be called
	waiting []*question
}

// maxTogether bounds what goes in one round trip.
const maxTogether = 64

// A question is a query for those who wait for its answer.
type question struct {
	query  string
	args   []any
	read   func(pgx.Rows) error // keeps the answer
	forget func()               // called with line.mu held, when nobody can join any more

	askers int           // who wait, guarded by line.mu
	done   chan struct{} // closed when there is an answer, which is what read has kept, or
	err    error
	panic  *panicError
}

// enter begins a trip for one question that needs not wait, and mu is held. Its caller ends it.
func (l *line) enter() bool {
	if l.current >= l.trips {
		return false
	}
	l.current++
	l.began = time.Now()
	return true
}

// end ends such a trip: who has waited meanwhile goes.
func (l *line) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) > 0 {
		go l.serve()
		return
	}
	l.current--
}

// wait puts a question into the line, and mu is held.
func (l *line) wait(q *question) {
	l.waiting = append(l.waiting, q)
	l.overtake()
}

// overtake begins another trip for those that wait behind slow ones, now or when the last one has become slow, and
// mu is held.
func (l *line) overtake() {
	if len(l.waiting) == 0 || l.current >= l.most { // the next trip that ends takes them
		return
	}
	if left := l.patience - time.Since(l.began); left > 0 {
		if !l.watched {
			l.watched = true
			time.AfterFunc(left, l.look)
		}
		return
	}
	l.current++
	l.began = time.Now()
	go l.serve()
}

// look is called when the last trip may have become slow.
func (l *line) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watched = false
	l.overtake()
}

// serve makes trips until nobody waits.
func (l *line) serve() {
	for {
		together := l.take()
		if together == nil {
			return
		}
		l.send(together)
		for _, q := range together {
			close(q.done)
		}
	}
}

// take returns those who go together, or nil when nobody waits, and the caller's trip has ended.
func (l *line) take() (together []*question) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) > 0 && len(together) < maxTogether {
		q := l.waiting[0]
		l.waiting = l.waiting[1:]
		if q.forget(); q.askers > 0 {
			together = append(together, q)
		}
	}
	if together == nil {
		l.current--
	}
	l.began = time.Now()
	return together
}

// A panicError is what a function has panicked with on another goroutine than that of who waits for it.
type panicError struct {
	cause any
	stack []byte
}

// Error implements error.
func (p *panicError) Error() string { return fmt.Sprintf("%v\n\n%s", p.cause, p.stack) }

// caught calls fn and returns what it panics with, or nil.
func caught(fn func()) (p *panicError) {
	defer func() {
		if cause := recover(); cause != nil {
			p = &panicError{cause, debug.Stack()}
		}
	}()
	fn()
	return nil
}
