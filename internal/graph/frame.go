package graph

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"time"
)

// ErrTimeout is wrapped by the error of a provider that failed after its time
// was over.
var ErrTimeout = errors.New("provider took too long")

// A PanicError is what a function of the graph panicked with. It wraps nothing.
type PanicError struct {
	Value any    // nil when the goroutine was ended by runtime.Goexit
	Stack []byte // of the goroutine
}

// Error returns the value and the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.Value, e.Stack) }

// closeError is the outcome of a stage and why a scope failed to close after it.
type closeError struct{ outcome, closing error }

func (e *closeError) Error() string {
	return fmt.Sprintf("%v (and then, closing a scope: %v)", e.outcome, e.closing)
}

func (e *closeError) Unwrap() error { return e.outcome }

// A Frame is one run of a plan. It is used by one goroutine at a time and
// must not be used once it was freed.
type Frame struct {
	Env any // for providers made by Env, and for stages

	plan   *Plan
	nodes  []slot // of providers
	stages []slot
	at     int // the stage that runs
	open   []scope
	late   []scope // left open for the answer; the first is closed first
}

// A slot is a function of the plan in one frame.
type slot struct {
	cell
	node   *node // nil for a stage
	fills  []fill
	absent error // why there is no result
}

// A fill gives a field what a node gave.
type fill struct {
	from  *slot
	copy  func()
	clear func() // for a field that can do without, otherwise nil
}

type scope struct {
	ctx  context.Context
	end  Close
	late bool
}

// Frame returns a frame for one run, which Free gives back.
func (p *Plan) Frame(env any) *Frame {
	f := p.frames.Get().(*Frame)
	f.Env = env
	return f
}

// Free gives f back. It keeps nothing of the run, which has been finished.
func (f *Frame) Free() {
	for i := range f.nodes {
		s := &f.nodes[i]
		s.forget()
		s.absent = nil
	}
	for i := range f.stages {
		f.stages[i].forget()
	}
	f.Env = nil
	clear(f.open[:cap(f.open)])
	clear(f.late[:cap(f.late)])
	f.open, f.late = f.open[:0], f.late[:0]
	f.plan.frames.Put(f)
}

func (p *Plan) newFrame() *Frame {
	f := &Frame{plan: p, nodes: make([]slot, len(p.nodes)), stages: make([]slot, len(p.stages))}
	for i, n := range p.nodes {
		s := &f.nodes[i]
		s.cell, s.node = n.newCell(), n
		if call := s.call; n.Timeout > 0 && call != nil {
			s.call = func(ctx context.Context, f *Frame) (Close, error) { return f.within(ctx, n.Provider, call) }
		}
		s.fills = f.fills(n.uses, s.in)
	}
	for i := range p.stages {
		s := &f.stages[i]
		s.cell = p.stages[i].newCell()
		s.fills = f.fills(p.stages[i].uses, s.in)
	}
	return f
}

// fills finds the fields of in once for all runs of the frame.
func (f *Frame) fills(uses []use, in any) []fill {
	list := make([]fill, len(uses))
	for i, u := range uses {
		from := &f.nodes[u.node.slot]
		list[i] = fill{from: from, copy: func() {}}
		if u.optional {
			list[i].clear = func() {}
		}
		if u.need.Index == nil {
			continue
		}
		dst := reflect.ValueOf(in).Elem().FieldByIndex(u.need.Index).Addr().Interface()
		if u.optional {
			list[i].copy, list[i].clear = u.node.copyOpt(dst, from.out)
		} else {
			list[i].copy = u.node.copy(dst, from.out)
		}
	}
	return list
}

// Input returns the parameter struct number i: of each provider in the order in which
// they run, then of each stage. That of a value is nil.
func (f *Frame) Input(i int) any {
	if i < len(f.nodes) {
		return f.nodes[i].in
	}
	return f.stages[i-len(f.nodes)].in
}

// Run runs the plan. What its error wraps is the outcome.
func (f *Frame) Run(ctx context.Context) error { return f.run(ctx, 0) }

// Next runs the stages behind the one that runs.
func (f *Frame) Next(ctx context.Context) error { return f.run(ctx, f.at+1) }

// Finish closes the scopes that were left open for the answer, and returns the
// outcome with what went wrong.
func (f *Frame) Finish(outcome error) error {
	f.recall(0)
	return f.leave(0, 0, outcome)
}

// run runs stage k with everything behind it.
func (f *Frame) run(ctx context.Context, k int) (err error) {
	outer, open, done := f.at, len(f.open), false
	f.at = k
	defer func() {
		if !done { // a panic, or Goexit
			err = &PanicError{recover(), debug.Stack()}
		}
		if len(f.open) > open {
			err = f.leave(open, len(f.late), err)
		}
		f.at = outer
	}()
	if err = f.reach(ctx, k); err == nil {
		_, err = f.stages[k].call(ctx, f)
	}
	done = true
	return err
}

// reach resolves what stage k needs.
func (f *Frame) reach(ctx context.Context, k int) error {
	s := &f.plan.stages[k]
	nodes := f.nodes[s.from:s.to]
	for i := range nodes {
		s := &nodes[i]
		if s.call == nil {
			continue
		}
		s.absent = nil
		end, err := Close(nil), s.fill()
		if err == nil {
			end, err = s.call(ctx, f)
		}
		switch {
		case err == nil && end != nil:
			f.open = append(f.open, scope{ctx, end, s.node.AfterAnswer})
		case err == nil:
		case s.node.dispensable && errors.Is(err, ErrAbsent):
			s.absent = err
		default:
			return err
		}
	}
	return f.stages[k].fill()
}

// fill fills the fields of a parameter struct. It returns an error that wraps
// ErrAbsent when a field cannot be filled.
func (s *slot) fill() error {
	for i := range s.fills {
		f := &s.fills[i]
		switch {
		case f.from.absent == nil:
			f.copy()
		case f.clear != nil:
			f.clear()
		default:
			return f.from.absent
		}
	}
	return nil
}

// within calls a provider with a limit. The context that it gets ends at the limit while
// it runs, and otherwise with the stage: what it gives may keep the context.
func (f *Frame) within(ctx context.Context, p *Provider, call call) (Close, error) {
	limited, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(p.Timeout, func() { cancel(ErrTimeout) })
	f.open = append(f.open, scope{ctx, func(context.Context, error) error {
		cancel(nil)
		return nil
	}, p.AfterAnswer})
	end, err := call(limited, f)
	if inTime := timer.Stop(); err != nil && !inTime && ctx.Err() == nil {
		err = fmt.Errorf("%s: %w after %v: %w", p.Name, ErrTimeout, p.Timeout, err)
	}
	return end, err
}

// leave closes the scopes above the given number of open ones, the last first, with the outcome of
// their stage. While that is nil, late ones are left open, above the given number of those.
func (f *Frame) leave(open, late int, outcome error) error {
	done := false
	defer func() {
		if !done { // Goexit in a Close does not save the others from closing
			_ = f.leave(open, late, &PanicError{nil, debug.Stack()})
		}
	}()
	for {
		if outcome != nil {
			f.recall(late)
		}
		if len(f.open) == open {
			done = true
			return outcome
		}
		s := pop(&f.open)
		if s.late && outcome == nil {
			f.late = append(f.late, s)
		} else {
			outcome = s.close(outcome)
		}
	}
}

// recall makes the scopes that were left open, but for the given number, those to close next.
func (f *Frame) recall(late int) {
	for len(f.late) > late {
		s := pop(&f.late)
		s.late = false
		f.open = append(f.open, s)
	}
}

func pop(list *[]scope) scope {
	last := len(*list) - 1
	s := (*list)[last]
	*list = (*list)[:last]
	return s
}

// close closes a scope and returns the outcome to go on with.
func (s *scope) close(outcome error) (next error) {
	done := false
	defer func() {
		if !done {
			next = closed(outcome, &PanicError{recover(), debug.Stack()})
		}
	}()
	next = closed(outcome, s.end(context.WithoutCancel(s.ctx), outcome))
	done = true
	return next
}

// closed combines an outcome and what closing a scope with it returned.
func closed(outcome, err error) error {
	switch {
	case err == nil:
		return outcome
	case outcome == nil, errors.Is(err, outcome):
		return err
	}
	return &closeError{outcome, err}
}
