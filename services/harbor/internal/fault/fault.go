// Package fault makes calls of a database fail, for tests.
package fault

import (
	"math"
	"sync/atomic"
)

// A Plan says which of the calls that it counts fail. The zero value lets none fail after
// [Plan.Clear]; it is safe for concurrent use.
type Plan struct {
	left, calls atomic.Int64
	width       atomic.Int64
}

// Fail makes the n-th call from now on fail, and those behind it: width calls in a row.
func (p *Plan) Fail(n, width int64) {
	p.width.Store(width)
	p.left.Store(n)
}

// Clear lets all calls pass from now on. It reports whether one has failed since [Plan.Fail].
func (p *Plan) Clear() (reached bool) { return p.left.Swap(math.MaxInt64) <= 0 }

// Calls returns how many there were.
func (p *Plan) Calls() int64 { return p.calls.Load() }

// next counts a call and reports whether it fails.
func (p *Plan) next() bool {
	p.calls.Add(1)
	left := p.left.Add(-1)
	return left <= 0 && left > -p.width.Load()
}
