package ratelimittest_test

import (
	"testing"

	"github.com/tenonapi/tenon/ratelimit"
	"github.com/tenonapi/tenon/ratelimit/ratelimittest"
)

func TestMemoryIsAStore(t *testing.T) {
	ratelimittest.Run(t, func(*testing.T) ratelimit.Store { return new(ratelimit.Memory) })
}
