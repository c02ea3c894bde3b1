// Package deadline has contexts that end at a time, for operations that mostly end
// before: they take one allocation, and no timer until somebody waits for their end.
package deadline

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A Context ends at a time, or with its parent, or when it is stopped. It is safe for
// concurrent use.
type Context struct {
	parent context.Context
	at     time.Time

	timed atomic.Pointer[timed] // what it is once somebody waits
	mu    sync.Mutex            // of those that begin to
	over  bool                  // it was stopped before anybody did
}

// timed is a context with a timer.
type timed struct {
	context.Context
	cancel context.CancelFunc
}

// New returns a context that ends after d, or with parent. Call Stop when it is not
// needed any more.
func New(parent context.Context, d time.Duration) *Context {
	at := time.Now().Add(d)
	if earlier, ok := parent.Deadline(); ok && earlier.Before(at) {
		at = earlier
	}
	return &Context{parent: parent, at: at}
}

// Stop ends the context, if it has not ended. There is nothing to stop of nil.
func (c *Context) Stop() {
	if c == nil {
		return
	}
	if t := c.timed.Load(); t != nil {
		t.cancel()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.timed.Load(); t != nil {
		t.cancel()
		return
	}
	c.over = true
}

// Deadline implements [context.Context].
func (c *Context) Deadline() (time.Time, bool) { return c.at, true }

// Done implements [context.Context].
func (c *Context) Done() <-chan struct{} { return c.wait().Done() }

// Err implements [context.Context]. The end of the time is the end, whoever waits.
func (c *Context) Err() error {
	if t := c.timed.Load(); t == nil && time.Now().Before(c.at) {
		c.mu.Lock()
		over := c.over
		c.mu.Unlock()
		if !over {
			return c.parent.Err()
		}
	}
	return c.wait().Err()
}

// Value implements [context.Context].
func (c *Context) Value(key any) any {
	if t := c.timed.Load(); t != nil {
		return t.Value(key) // also what package context asks its own contexts for
	}
	return c.parent.Value(key)
}

// wait begins to wait for the end.
func (c *Context) wait() *timed {
	if t := c.timed.Load(); t != nil {
		return t
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.timed.Load(); t != nil {
		return t
	}
	t := new(timed)
	t.Context, t.cancel = context.WithDeadline(c.parent, c.at)
	if c.over {
		t.cancel()
	}
	c.timed.Store(t)
	return t
}
