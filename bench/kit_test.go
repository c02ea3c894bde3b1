package main

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// TestKitTakesFewerAllocationsThanTheUsualMiddleware compares what each kit adds to
// the API that it is around.
func TestKitTakesFewerAllocationsThanTheUsualMiddleware(t *testing.T) {
	entries, err := enter(contenders(), []job{postOrder()})
	if err != nil {
		t.Fatal(err)
	}
	allocs := make(map[string]float64)
	for _, e := range entries {
		s := newSender(e.jobs["post-order"], postOrder().timed)
		allocs[e.name] = testing.AllocsPerRun(200, s.send)
		for range 16 { // a collection empties pools, which are then filled again
			allocs[e.name] = min(allocs[e.name], testing.AllocsPerRun(200, s.send))
		}
	}
	kit, usual := allocs["tenon+kit"]-allocs["tenon"], allocs["encoding-json+chi"]-allocs[encodingJSON]
	if kit <= 0 || kit >= usual || kit > 11 && !assert.Race {
		t.Errorf("the kit adds %.0f allocations, the usual middleware %.0f; want at most 11", kit, usual)
	}
}
