//go:build !race

package graph_test

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// Under the race detector a pool forgets on purpose.
func TestARunAllocatesNothing(t *testing.T) {
	var got int
	plan := chainByPlan(t, &got)
	allocs := testing.AllocsPerRun(1000, func() {
		f := plan.Frame(nil)
		if err := f.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.Free()
	})
	assert.Equal(t, allocs, 0)
	assert.Equal(t, got, 5)
}
