package main

import (
	"crypto/sha256"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/ratelimit"
	"github.com/tenonapi/tenon/tenontest"
)

func newClient(t *testing.T) *tenontest.Client {
	t.Helper()
	keys := Keys{sha256.Sum256([]byte("a")): {Subject: "acme"}, sha256.Sum256([]byte("u")): {Subject: "umbrella"}}
	app, err := newApp(keys, new(ratelimit.Memory))
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func TestReportsHaveAQuotaOfTheirOwn(t *testing.T) {
	c := newClient(t)
	for _, want := range []int{200, 200, 429} {
		assert.Equal(t, c.Do("POST", "/reports", "", "X-API-Key: a").Status, want)
	}
	r := c.Do("POST", "/reports", "", "X-API-Key: a")
	assert.Equal(t, string(c.Problem(r).Data), `{"violated-policies":["reports"]}`)
	assert.Equal(t, r.Header.Get("Retry-After"), "1800")
	assert.Equal(t, r.Header.Get("RateLimit-Policy"), `"address";q=600;w=60, "default";q=100;w=60, "reports";q=2;w=3600`)
	assert.Equal(t, c.Do("GET", "/search", "", "X-API-Key: a").Status, 200)
	assert.Equal(t, c.Do("POST", "/reports", "", "X-API-Key: u").Status, 200)
}

func TestGuessesAreRefused(t *testing.T) {
	c := newClient(t)
	for range 10 {
		assert.Equal(t, c.Do("GET", "/search", "", "X-API-Key: guess").Status, 401)
	}
	assert.Equal(t, c.Do("GET", "/search", "", "X-API-Key: a").Status, 429)
}
