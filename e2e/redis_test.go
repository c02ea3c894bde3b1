package e2e_test

import (
	"net"
	"net/http"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// A service whose quotas are in a Redis that is away goes on, says so once for each
// policy, and writes nothing else between the lines of its log.
func TestHarborGoesOnWhileRedisIsAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	assert.NoError(t, l.Close())
	h := start(t, t.TempDir(), "HARBOR_API_KEY="+apiKey, "HARBOR_RATE_LIMIT=1", "HARBOR_REDIS_URL=redis://:secret@"+l.Addr().String())
	c := newClient(t, h.url)
	for range 3 {
		assert.Equal(t, c.do("GET", "/v1/customers/a/orders", nil).status, http.StatusOK)
	}
	h.terminate(t)
	said := make(map[any]int)
	for _, line := range h.logs.lines(t) {
		if line["msg"] == "the store of a rate limit fails" {
			said[line["policy"]]++
		}
	}
	assert.Equal(t, said, map[any]int{"merchant": 1, "authentication": 1})
}
