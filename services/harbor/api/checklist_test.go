package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/api"
	"github.com/tenonapi/tenon/tenontest"
)

func TestA4AKeyInFlightIsRefusedWithRetryAfter(t *testing.T) {
	s := newService(t)
	running, finish := make(chan struct{}), make(chan struct{})
	s.store.onAdd = func() error { close(running); <-finish; return nil }
	first := make(chan int)
	go func() { first <- s.post("k", payload).Status }()
	<-running
	r := s.post("k", payload)
	assert.Equal(t, s.Problem(r).Code, "idempotency_key_in_use")
	assert.Equal(t, r.Status, http.StatusConflict)
	assert.Equal(t, r.Header.Get("Retry-After"), "1")
	close(finish)
	assert.Equal(t, <-first, http.StatusCreated)
	assert.Equal(t, s.post("k", payload).Status, http.StatusOK)
	assert.Equal(t, len(s.store.orders), 1)
}

func TestA17TheDocumentHasTheKeyAndItsAnswers(t *testing.T) {
	text, err := os.ReadFile("../openapi.json")
	assert.NoError(t, err)
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []map[string]any `json:"parameters"`
			Responses  map[string]struct {
				Ref string `json:"$ref"`
			} `json:"responses"`
		} `json:"paths"`
	}
	assert.NoError(t, json.Unmarshal(text, &doc))
	for _, path := range []string{"/v1/orders", "/v1/webhook-endpoints", "/v1/webhook-endpoints/{endpoint_id}/rotate"} {
		op := doc.Paths[path]["post"]
		named := slices.ContainsFunc(op.Parameters, func(p map[string]any) bool {
			return p["name"] == "Idempotency-Key" && p["required"] == true
		})
		assert.Equal(t, named, true, path)
		for status, code := range map[string]string{"400": "validation_failed", "409": "idempotency_key_in_use", "422": "idempotency_key_reused"} {
			assert.Contains(t, op.Responses[status].Ref, code, path)
		}
	}
}

func TestA16ReadsIgnoreKeys(t *testing.T) {
	s := newService(t)
	target := s.post("k", payload).Header.Get("Location")
	for _, key := range []string{"k", "", "not a key", strings.Repeat("k", 256)} {
		for _, target := range []string{target, "/v1/customers/cus_1/orders", "/v1/webhook-endpoints"} {
			r := s.Do(http.MethodGet, target, "", "Idempotency-Key: "+key)
			assert.Equal(t, r.Status, http.StatusOK, target, key)
			assert.Equal(t, r.Header.Get("Idempotency-Replayed"), "", target, key)
		}
	}
}

// An answer that is sent again is that of then, whatever the resource is now.
func TestA18AReplayHasTheStoredBytes(t *testing.T) {
	s := newService(t)
	create := func() *tenontest.Response {
		return s.Do(http.MethodPost, "/v1/webhook-endpoints", `{"url":"https://shop.example/hooks"}`, "Idempotency-Key: k")
	}
	first := create()
	assert.Equal(t, first.Status, http.StatusCreated)
	target := first.Header.Get("Location")
	assert.Equal(t, s.Do(http.MethodPatch, target, `{"url":"https://shop.example/elsewhere","enabled":false}`).Status, http.StatusOK)
	again := create()
	assert.Equal(t, again.Status, http.StatusOK)
	assert.Equal(t, string(again.Body), string(first.Body))
	if now := s.Do(http.MethodGet, target, ""); !bytes.Contains(now.Body, []byte("elsewhere")) {
		t.Errorf("the endpoint has not changed: %s", now.Body)
	}
}

// The clock is set an hour forward or back: keys are those of before until their time is over by the
// clock, cursors go on, and a walk still has each order once.
func TestJ9TheClockMayJump(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			s := newService(t)
			first := s.post("0", payload)
			s.post("1", payload)
			s.post("2", payload)
			list := func(in *api.ListOrders) (ids []harbor.OrderID, next *string) {
				page, err := tenontest.Call(s.Client, s.api.List, in)
				assert.NoError(t, err)
				for _, o := range page.Out.Body.Items {
					ids = append(ids, o.ID)
				}
				return ids, page.Out.Body.NextCursor
			}
			in := &api.ListOrders{CustomerID: "cus_1", Input: pagination.Input{Limit: 2}}
			begun, next := list(in)

			s.jump(jump)
			again := s.post("0", payload)
			assert.Equal(t, again.Status, http.StatusOK)
			assert.Equal(t, string(again.Body), string(first.Body))
			s.post("3", payload)
			s.post("4", payload)
			in.Cursor, in.Limit = schema.Some(*next), 100
			rest, _ := list(in)
			in.Cursor = schema.Opt[string]{}
			all, _ := list(in)
			assert.Equal(t, len(all), 5)
			walked := map[harbor.OrderID]int{}
			for _, id := range slices.Concat(begun, rest) {
				walked[id]++
			}
			for i, o := range s.store.orders {
				if n, old := walked[o.ID], i < 3; n > 1 || old && n == 0 {
					t.Errorf("order %d is seen %d times in a walk that had begun before", i, n)
				}
				assert.Equal(t, slices.Contains(all, o.ID), true)
			}

			s.jump(24*time.Hour - jump - time.Minute)
			assert.Equal(t, s.post("0", payload).Status, http.StatusOK, "before its time is over")
			s.jump(2 * time.Minute)
			assert.Equal(t, s.post("0", payload).Status, http.StatusCreated)
		})
	}
}
