package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
	"github.com/tenonapi/tenon/internal/assert"

	"github.com/tenonapi/tenon/services/harbor/api"
)

// CHECKLIST J6, on the whole service: while PostgreSQL is away requests are answered 503 in
// bounded time and the service is not ready; when it is back all goes on by itself, webhooks
// too, and what is repeated is done once.
func TestJ6ARestartOfPostgreSQLIsSurvived(t *testing.T) {
	own, err := pgtest.StartOwn(t.Context())
	if err != nil {
		pgtest.Missing(t, err)
	}
	t.Cleanup(func() { assert.NoError(t, own.Close()) })
	db, _, err := own.Database(t.Context())
	assert.NoError(t, err)
	s := start(t, db, local("TIMEOUT=2s"))
	shop := newShop(t)
	shop.trust(s.register(t, shop.URL).Secret)
	key := "Bearer " + s.key
	assert.Equal(t, s.status(t, "POST", "/v1/orders", key), "201")
	shop.messages(t, 1)

	assert.NoError(t, own.Crash())
	create := func(key string) (*http.Response, string) {
		return s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", key)
	}
	for i := range 12 { // more than there are connections
		began := time.Now()
		resp, body := create(fmt.Sprint(i))
		assert.Equal(t, resp.StatusCode, http.StatusServiceUnavailable, body)
		assert.Equal(t, resp.Header.Get("Retry-After"), "1")
		assert.Equal(t, s.status(t, "GET", list, key), "503 database_unavailable")
		assert.Equal(t, time.Since(began) < patience, true)
	}
	assert.Equal(t, s.status(t, "GET", "/livez", ""), "200")
	assert.Equal(t, s.status(t, "GET", "/readyz", ""), "503 not_ready")

	assert.NoError(t, own.Restart(t.Context()))
	eventually(t, "ready service", func() bool { return s.status(t, "GET", "/readyz", "") == "200" })
	var first, again api.OrderOut
	eventually(t, "order", func() bool {
		resp, body := create("0")
		if resp.StatusCode == http.StatusServiceUnavailable { // a connection of before
			return false
		}
		assert.Equal(t, resp.StatusCode, http.StatusCreated, body)
		assert.NoError(t, json.Unmarshal([]byte(body), &first))
		return true
	})
	resp, body := create("0")
	assert.Equal(t, resp.StatusCode, http.StatusOK, body)
	assert.NoError(t, json.Unmarshal([]byte(body), &again))
	assert.Equal(t, again, first)
	assert.NoError(t, shop.messages(t, 2)[1].genuine)
	assert.NoError(t, s.stop())
}
