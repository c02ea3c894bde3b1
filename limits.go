package tenon

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/internal/deadline"
	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/upload"
)

// Limits bounds what the requests for an operation may cost. A zero field leaves
// what an outer place says. Given to a router, each field holds for every one of
// its operations by itself: Concurrent: 100 on a group of three operations lets
// 300 requests run. Security providers run before a request is read, and so before it
// has a place; while all places are taken they are not asked.
type Limits struct {
	BodyBytes  int64         // of the request; 0 everywhere means 1 MiB, beyond it the answer is 413
	Form       upload.Limits // of forms with files, beside BodyBytes, which bounds the whole
	Timeout    time.Duration // of the context that everything behind the decoding gets; 0 means none, beyond it the answer is 504
	Concurrent int           // requests that run at once, from when they have been read to the end of their answer; 0 means any number, beyond it the answer is 503 at once, with Retry-After
}

// defaultBodyBytes is the limit of a body where nobody sets one.
const defaultBodyBytes = 1 << 20

func (l Limits) apply(s *settings) {
	switch {
	case l.BodyBytes < 0:
		s.mistake("Limits.BodyBytes is %d: want 0 or more", l.BodyBytes)
	case l.Form.Parts < 0, l.Form.TextBytes < 0, l.Form.FileBytes < 0, l.Form.Memory < 0:
		s.mistake("Limits.Form is %+v: want 0 or more", l.Form)
	case l.Timeout < 0:
		s.mistake("Limits.Timeout is %v: want 0 or more", l.Timeout)
	case l.Concurrent < 0:
		s.mistake("Limits.Concurrent is %d: want 0 or more", l.Concurrent)
	}
	if l.BodyBytes > 0 {
		s.limits.BodyBytes = l.BodyBytes
	}
	form := &s.limits.Form
	form.Parts = cmp.Or(l.Form.Parts, form.Parts)
	form.TextBytes = cmp.Or(l.Form.TextBytes, form.TextBytes)
	form.FileBytes = cmp.Or(l.Form.FileBytes, form.FileBytes)
	form.Memory = cmp.Or(l.Form.Memory, form.Memory)
	if l.Timeout > 0 {
		s.limits.Timeout = l.Timeout
	}
	if l.Concurrent > 0 {
		s.limits.Concurrent = l.Concurrent
	}
}

// explain lists the limits for people.
func (l Limits) explain() string {
	text := "body of " + strconv.FormatInt(l.BodyBytes, 10) + " bytes"
	if l.Timeout > 0 {
		text += ", " + l.Timeout.String()
	}
	if l.Concurrent > 0 {
		text += ", " + strconv.Itoa(l.Concurrent) + " at once"
	}
	return text
}

// context returns the context of the request, with the limit of the operation if it
// has one, which is nil without.
func (c *call) context() (context.Context, *deadline.Context) {
	ctx := c.x.Context()
	if c.op.limits.Timeout == 0 {
		return ctx, nil
	}
	limit := deadline.New(ctx, c.op.limits.Timeout)
	return limit, limit
}

// overdue returns err, or 504 in its place when it came after the deadline of ctx
// and is nothing that clients may see. What it says does not count: drivers have
// words of their own for a context that ended.
func (op *operation) overdue(ctx context.Context, err error) error {
	if err == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err
	}
	if _, ok := errors.AsType[*graph.PanicError](err); ok {
		return err
	}
	if p, _ := op.problemOf(err); p.Code != errInternal.Code {
		return err
	}
	return errOverdue.With(err)
}

// A gate lets a limited number of requests in at once.
type gate struct{ inside atomic.Int64 }

// full reports whether limit requests are in, so that another need not be read. A limit of 0
// is none.
func (g *gate) full(limit int) bool { return limit > 0 && g.inside.Load() >= int64(limit) }

// enter lets a request in, unless limit others are. Whoever was let in leaves.
func (g *gate) enter(limit int) bool {
	for {
		n := g.inside.Load()
		if n >= int64(limit) {
			return false
		}
		if g.inside.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (g *gate) leave() { g.inside.Add(-1) }

// retryAfter adds to p when to try again.
// Source: RFC 9110, section 10.2.3.
func retryAfter(p *problem.Error, seconds int) *problem.Error {
	p.Header = map[string][]string{"Retry-After": {strconv.Itoa(seconds)}}
	return p
}
