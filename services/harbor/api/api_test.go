package api_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/api"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"
)

var start = time.Date(2026, 11, 20, 8, 0, 0, 123456789, time.UTC)

// service is the API over a store in memory, with a clock that moves a
// millisecond with each order.
type service struct {
	*tenontest.Client
	api   *api.API
	store *memory
	woken *atomic.Int64       // how often a dispatcher would have been
	jump  func(time.Duration) // sets the clock forward or back
}

func newService(t *testing.T) *service { return newGuarded(t, webhook.Guard{}) }

func newGuarded(t *testing.T, guard webhook.Guard) *service {
	t.Helper()
	store, woken := new(memory), new(atomic.Int64)
	var mu sync.Mutex
	now := start
	jump := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	a, err := api.New(api.Config{CursorKey: make([]byte, 32), Guard: guard, Wake: func() { woken.Add(1) }, Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}})
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) { r.Use(store.providers()) }, a.Routes)
	assert.NoError(t, err)
	return &service{tenontest.New(t, app), a, store, woken, jump}
}

const payload = `{"customer_id":"cus_1","amount_cents":1999,"currency":"EUR"}`

func (s *service) post(key, body string, headers ...string) *tenontest.Response {
	return s.Do(http.MethodPost, "/v1/orders", body, append(headers, "Idempotency-Key: "+key)...)
}

const umbrella = "X-Merchant: umbrella" // asks for another merchant than acme

func TestCreateAnswersTheOrder(t *testing.T) {
	s := newService(t)
	r := s.post("k", payload)
	assert.Equal(t, r.Status, http.StatusCreated)
	id := s.store.orders[0].ID
	assert.Equal(t, string(r.Body), fmt.Sprintf(
		`{"id":"%s","status":"pending","customer_id":"cus_1","amount_cents":1999,"currency":"EUR","created_at":"2026-11-20T08:00:00.124456Z"}`, id))
	assert.Equal(t, r.Header.Get("Location"), "/v1/orders/"+id.String())
	assert.Equal(t, r.Header.Values("Idempotency-Replayed"), nil)

	got := s.Do(http.MethodGet, r.Header.Get("Location"), "")
	assert.Equal(t, got.Status, http.StatusOK)
	assert.Equal(t, string(got.Body), string(r.Body))
}

func TestStaffFieldsNeverLeave(t *testing.T) {
	s := newService(t)
	r := s.post("k", payload)
	o := s.store.orders[0]
	if o.InternalNotes == "" || o.RiskScore == 0 {
		t.Fatalf("stored order %+v has nothing to leak", o)
	}
	for _, target := range []string{r.Header.Get("Location"), "/v1/customers/cus_1/orders"} {
		body := string(s.Do(http.MethodGet, target, "").Body) + string(r.Body)
		for _, secret := range []string{"risk", "notes", o.InternalNotes} {
			if strings.Contains(strings.ToLower(body), secret) {
				t.Errorf("%s: %q is in %s", target, secret, body)
			}
		}
	}
}

// CHECKLIST A2, A15: the stored answer, marked, with the status 200.
func TestReplayIsTheStoredAnswer(t *testing.T) {
	s := newService(t)
	first := s.post("k", payload)
	again := s.post("k", ` { "currency" : "EUR", "amount_cents" : 1999.0, "customer_id" : "cus\u005f1" } `)
	assert.Equal(t, again.Status, http.StatusOK)
	assert.Equal(t, string(again.Body), string(first.Body))
	assert.Equal(t, again.Header.Get("Location"), first.Header.Get("Location"))
	assert.Equal(t, again.Header.Get("Idempotency-Replayed"), "true")
	assert.Equal(t, len(s.store.orders), 1)
}

// CHECKLIST A3.
func TestOtherPayloadWithOneKeyIsRefused(t *testing.T) {
	s := newService(t)
	s.post("k", payload)
	r := s.post("k", strings.Replace(payload, "1999", "2000", 1))
	assert.Equal(t, r.Status, http.StatusUnprocessableEntity)
	assert.Equal(t, s.Problem(r).Code, "idempotency_key_reused")
	assert.Equal(t, len(s.store.orders), 1)
}

func TestKeyRecordedByAnotherProcessIsReplayed(t *testing.T) {
	s := newService(t)
	s.store.onCommit = func() error {
		s.store.onCommit = nil
		other := newService(t)
		other.post("k", payload)
		r, err := other.store.Find(t.Context(), "acme", "POST /v1/orders", "k")
		assert.NoError(t, err)
		s.store.orders = other.store.orders
		return s.store.Memory.Save(t.Context(), *r)
	}
	r := s.post("k", payload)
	assert.Equal(t, r.Status, http.StatusOK)
	assert.Equal(t, r.Header.Get("Idempotency-Replayed"), "true")
	assert.Equal(t, len(s.store.orders), 1)
}

// CHECKLIST A10, A11: what was refused, or failed, is not stored.
func TestFailuresAreNotStored(t *testing.T) {
	s := newService(t)
	assert.Equal(t, s.post("k", `{}`).Status, http.StatusUnprocessableEntity)
	s.ServerErrors = true
	s.store.onCommit = func() error { return errors.New("disk full at /var/secret") }
	r := s.post("k", payload)
	assert.Equal(t, r.Status, http.StatusInternalServerError)
	if strings.Contains(string(r.Body), "secret") {
		t.Errorf("the answer tells the error of the store: %s", r.Body)
	}
	s.store.onCommit = nil
	assert.Equal(t, s.post("k", payload).Status, http.StatusCreated)
}

func TestEveryViolationIsListed(t *testing.T) {
	s := newService(t)
	r := s.post("k", `{"customer_id":"","amount_cents":0,"currency":"eur"}`)
	assert.Equal(t, r.Status, http.StatusUnprocessableEntity)
	var got []string
	for _, i := range s.Problem(r).Issues {
		got = append(got, i.Type+" "+i.String())
	}
	assert.Equal(t, got, []string{
		"string_too_short body.customer_id: String should have at least 1 character",
		"greater_than body.amount_cents: Input should be greater than 0",
		"string_pattern_mismatch body.currency: String should match pattern '^[A-Z]{3}$'",
	})
}

func TestBoundsOfAnOrder(t *testing.T) {
	tests := []struct {
		name, member, value string
		status              int
	}{
		{"customer of 64 characters", "customer_id", `"` + strings.Repeat("é", 64) + `"`, 201},
		{"customer of 65 characters", "customer_id", `"` + strings.Repeat("é", 65) + `"`, 422},
		{"least amount", "amount_cents", `1`, 201},
		{"no amount", "amount_cents", `0`, 422},
		{"greatest amount", "amount_cents", `10000000`, 201},
		{"greater amount", "amount_cents", `10000001`, 422},
		{"fraction", "amount_cents", `1.5`, 422},
		{"beyond 64 bits", "amount_cents", `18446744073709551617`, 422},
		{"amount as text", "amount_cents", `"1"`, 422},
		{"null", "currency", `null`, 422},
		{"four letters", "currency", `"EURO"`, 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			var order map[string]json.RawMessage
			assert.NoError(t, json.Unmarshal([]byte(payload), &order))
			order[tt.member] = json.RawMessage(tt.value)
			body, err := json.Marshal(order)
			assert.NoError(t, err)
			if r := s.post("k", string(body)); r.Status != tt.status {
				t.Errorf("%s: got %d, want %d: %s", body, r.Status, tt.status, r.Body)
			}
		})
	}
}

func TestReadOneOrder(t *testing.T) {
	s := newService(t)
	tests := []struct {
		name, id, code string
		status         int
	}{
		{name: "unknown", id: "0b5ed1f0-6a3c-4f5f-9d0f-111111111111", status: 404, code: "order_not_found"},
		{name: "no UUID", id: "17", status: 422, code: "validation_failed"},
		{name: "UUID in braces", id: "%7B0b5ed1f0-6a3c-4f5f-9d0f-111111111111%7D", status: 422, code: "validation_failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.Do(http.MethodGet, "/v1/orders/"+tt.id, "")
			assert.Equal(t, r.Status, tt.status)
			assert.Equal(t, s.Problem(r).Code, tt.code)
		})
	}
}

// CHECKLIST H1, H4.
func TestWalkOverPages(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 7, 100} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			s := newService(t)
			for i := range 7 {
				s.post(fmt.Sprint(i), payload)
				s.post("other"+fmt.Sprint(i), strings.Replace(payload, "cus_1", "cus_2", 1))
			}
			var got []harbor.OrderID
			in := &api.ListOrders{CustomerID: "cus_1", Input: pagination.Input{Limit: limit}}
			for {
				page, err := tenontest.Call(s.Client, s.api.List, in)
				assert.NoError(t, err)
				for _, o := range page.Out.Body.Items {
					got = append(got, o.ID)
				}
				if page.Out.Body.NextCursor == nil {
					break
				}
				s.post("later "+*page.Out.Body.NextCursor, payload) // does not disturb
				in.Cursor = schema.Some(*page.Out.Body.NextCursor)
			}
			var want []harbor.OrderID
			for i := 6; i >= 0; i-- {
				want = append(want, s.store.orders[2*i].ID)
			}
			assert.Equal(t, got, want)
		})
	}
}

// CHECKLIST G9, H2.
func TestListRefusesBadParameters(t *testing.T) {
	s := newService(t)
	for i := range 3 {
		s.post(fmt.Sprint(i), payload)
	}
	page, err := tenontest.Call(s.Client, s.api.List, &api.ListOrders{CustomerID: "cus_1", Input: pagination.Input{Limit: 1}})
	assert.NoError(t, err)
	cursor := *page.Out.Body.NextCursor
	tests := []struct {
		name, target string
		status       int
	}{
		{"default limit", "/v1/customers/cus_1/orders", 200},
		{"limit 100", "/v1/customers/cus_1/orders?limit=100", 200},
		{"limit 101", "/v1/customers/cus_1/orders?limit=101", 422},
		{"limit 0", "/v1/customers/cus_1/orders?limit=0", 422},
		{"limit twice", "/v1/customers/cus_1/orders?limit=1&limit=2", 422},
		{"limit empty", "/v1/customers/cus_1/orders?limit=", 422},
		{"cursor", "/v1/customers/cus_1/orders?cursor=" + cursor, 200},
		{"cursor of another customer", "/v1/customers/cus_2/orders?cursor=" + cursor, 422},
		{"forged cursor", "/v1/customers/cus_1/orders?cursor=A" + cursor, 422},
		{"empty cursor", "/v1/customers/cus_1/orders?cursor=", 422},
		{"customer without orders", "/v1/customers/nobody/orders", 200},
		{"customer with U+0000", "/v1/customers/a%00/orders", 422},
		{"customer with U+0001", "/v1/customers/a%01/orders", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := s.Do(http.MethodGet, tt.target, ""); r.Status != tt.status {
				t.Errorf("%s: got %d, want %d: %s", tt.target, r.Status, tt.status, r.Body)
			}
		})
	}
}

// Not every database can store it, so no database does.
func TestCustomersWithU0000AreRefused(t *testing.T) {
	s := newService(t)
	for id, status := range map[string]int{`\u0000`: 422, `a\u0000b`: 422, `\u0001`: 201, "\U0001F600": 201} {
		assert.Equal(t, s.post(rand.Text(), strings.Replace(payload, "cus_1", id, 1)).Status, status, id)
	}
	assert.Equal(t, len(s.store.orders), 2)
}

// CHECKLIST A8: one key of two merchants names two orders.
func TestKeysBelongToTheirMerchant(t *testing.T) {
	s := newService(t)
	ours, theirs := s.post("k", payload), s.post("k", strings.Replace(payload, "1999", "2000", 1), umbrella)
	assert.Equal(t, fmt.Sprint(ours.Status, theirs.Status), "201 201")
	assert.Equal(t, string(s.post("k", payload).Body), string(ours.Body))
	assert.Equal(t, s.post("k", payload, umbrella).Status, http.StatusUnprocessableEntity)
	assert.Equal(t, len(s.store.orders), 2)
	assert.Equal(t, s.store.orders[0].Merchant, harbor.MerchantID("acme"))
	assert.Equal(t, s.store.orders[1].Merchant, harbor.MerchantID("umbrella"))
}

// CHECKLIST E10: what another merchant has does not exist, and is never listed.
func TestE10OrdersOfAnotherMerchantAreNotFound(t *testing.T) {
	s := newService(t)
	for i := range 3 {
		s.post(fmt.Sprint(i), payload)
	}
	theirs := s.post("k", payload, umbrella).Header.Get("Location")
	ours := s.Do(http.MethodGet, theirs, "")
	assert.Equal(t, ours.Status, http.StatusNotFound)
	assert.Equal(t, s.Do(http.MethodGet, theirs, "", umbrella).Status, http.StatusOK)

	// Nothing tells it from an order that nobody has.
	nobody := s.Do(http.MethodGet, "/v1/orders/0b5ed1f0-6a3c-4f5f-9d0f-111111111111", "")
	got, want := s.Problem(ours), s.Problem(nobody)
	assert.Equal(t, got, want)

	for merchant, number := range map[string]int{"acme": 3, "umbrella": 1, "nobody": 0} {
		var list pagination.List[api.OrderOut]
		r := s.Do(http.MethodGet, "/v1/customers/cus_1/orders", "", "X-Merchant: "+merchant)
		assert.NoError(t, json.Unmarshal(r.Body, &list))
		assert.Equal(t, len(list.Items), number, merchant)
	}
	page, err := tenontest.Call(s.Client, s.api.List, &api.ListOrders{CustomerID: "cus_1", Input: pagination.Input{Limit: 1}})
	assert.NoError(t, err)
	r := s.Do(http.MethodGet, "/v1/customers/cus_1/orders?cursor="+*page.Out.Body.NextCursor, "", umbrella)
	assert.Equal(t, r.Status, http.StatusUnprocessableEntity, "a cursor of another merchant")
}

func TestAShortCursorKeyIsRefused(t *testing.T) {
	_, err := api.New(api.Config{CursorKey: []byte("short")})
	assert.Contains(t, fmt.Sprint(err), "Key has 5 bytes")
}
