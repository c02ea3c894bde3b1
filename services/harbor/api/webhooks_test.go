package api_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor/api"
)

const (
	hooks    = "/v1/webhook-endpoints"
	receiver = "https://receiver.example/hooks"
)

// register adds an endpoint of acme.
func (s *service) register(t *testing.T, types ...api.EventType) api.EndpointSecret {
	t.Helper()
	s.Header.Set("Idempotency-Key", rand.Text())
	defer s.Header.Del("Idempotency-Key")
	r, err := tenontest.Call(s.Client, s.api.CreateEndpoint, &api.CreateEndpoint{Body: api.EndpointCreate{URL: receiver, Types: types}})
	assert.NoError(t, err)
	return r.Out.Body
}

func (s *service) read(t *testing.T, id string) api.EndpointOut {
	t.Helper()
	r, err := tenontest.Call(s.Client, s.api.Endpoint, &api.GetEndpoint{ID: id})
	assert.NoError(t, err)
	return r.Out
}

// due takes what a dispatcher would send now.
func (s *service) due(t *testing.T) []webhook.Claimed {
	t.Helper()
	now := start.Add(time.Hour)
	claimed, err := s.store.hooks.Claim(t.Context(), webhook.Claim{Token: rand.Text(), Now: now, Until: now.Add(time.Minute), Limit: 100, PerEndpoint: 100})
	assert.NoError(t, err)
	return claimed
}

// settle says what has come of a delivery.
func (s *service) settle(t *testing.T, c webhook.Claimed, r webhook.Result) {
	t.Helper()
	r.Lease, r.Attempt.Number, r.Attempt.At = c.Lease, c.Attempts+1, start.Add(time.Hour)
	lost, err := s.store.hooks.Settle(t.Context(), []webhook.Result{r})
	assert.NoError(t, err)
	assert.Equal(t, lost, 0)
}

// CHECKLIST I1, I2, I3: an event is committed with its order, once.
func TestAnOrderIsPublishedInItsTransaction(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	s.Do(http.MethodPost, hooks, `{"url":"https://umbrella.example"}`, "Idempotency-Key: k", umbrella)
	s.ServerErrors = true
	s.store.onCommit = func() error { return errors.New("disk full") }
	assert.Equal(t, s.post("k", payload).Status, http.StatusInternalServerError)
	s.store.onCommit = nil
	assert.Equal(t, len(s.due(t)), 0, "the order was rolled back")
	assert.Equal(t, s.woken.Load(), int64(0))

	order := s.post("k", payload)
	assert.Equal(t, s.woken.Load(), int64(1), "after the commit")
	s.post("k", payload)
	got := s.due(t)
	assert.Equal(t, len(got), 1, "one event for acme, none for umbrella")
	assert.Equal(t, got[0].Endpoint.ID, e.ID)
	assert.Equal(t, string(got[0].Event.Body), fmt.Sprintf(`{"type":"order.created","timestamp":"2026-11-20T08:00:00.132456Z","data":%s}`, order.Body))
}

func TestAnEndpointIsAddedOnceWithItsSecret(t *testing.T) {
	s := newService(t)
	ask := func(body string) *tenontest.Response { return s.Do(http.MethodPost, hooks, body, "Idempotency-Key: k") }
	r := ask(`{"url":"` + receiver + `","types":["order.created"]}`)
	assert.Equal(t, r.Status, http.StatusCreated)
	var e api.EndpointSecret
	assert.NoError(t, json.Unmarshal(r.Body, &e))
	assert.Equal(t, r.Header.Get("Location"), hooks+"/"+e.ID)
	assert.Equal(t, e.EndpointOut, api.EndpointOut{
		ID: e.ID, URL: receiver, Types: []api.EventType{"order.created"}, Enabled: true, CreatedAt: start.Add(time.Millisecond).Truncate(time.Microsecond),
	})
	stored, err := s.store.hooks.Endpoint(t.Context(), "acme", e.ID)
	assert.NoError(t, err)
	assert.Equal(t, e.Secret, stored.Secret.Reveal())

	again := ask(`{"types":["order.created"],"url":"` + receiver + `"}`)
	assert.Equal(t, again.Status, http.StatusOK)
	assert.Equal(t, string(again.Body), string(r.Body), "whoever lost the answer gets the secret")
	assert.Equal(t, ask(`{"url":"`+receiver+`"}`).Status, http.StatusUnprocessableEntity)
	list, err := tenontest.Call(s.Client, s.api.ListEndpoints, &api.ListEndpoints{})
	assert.NoError(t, err)
	assert.Equal(t, list.Out.Items, []api.EndpointOut{e.EndpointOut})
	assert.Equal(t, s.read(t, e.ID), e.EndpointOut)
	for _, body := range [][]byte{list.Body, s.Do(http.MethodGet, hooks+"/"+e.ID, "").Body, s.Do(http.MethodPatch, hooks+"/"+e.ID, `{}`).Body} {
		assert.Equal(t, strings.Contains(string(body), "whsec_"), false, "only the first answer has the secret")
	}
}

func TestAnEndpointIsCommittedWithTheAnswer(t *testing.T) {
	s := newService(t)
	s.ServerErrors = true
	s.store.onCommit = func() error { return errors.New("disk full") }
	assert.Equal(t, s.Do(http.MethodPost, hooks, `{"url":"`+receiver+`"}`, "Idempotency-Key: k").Status, http.StatusInternalServerError)
	s.store.onCommit = nil
	assert.Equal(t, string(s.Do(http.MethodGet, hooks, "").Body), `{"items":[]}`)
}

// CHECKLIST I8.
func TestURLsThatTheGuardRefusesArePointedAt(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	tests := []struct{ url, reason string }{
		{"http://receiver.example", "does not begin with https://"},
		{"https://127.0.0.1/hooks", "the address is not public"},
		{"https://169.254.169.254/latest", "the address is not public"},
		{"https://[::ffff:10.0.0.1]/", "the address is not public"},
		{"https://receiver.example:22", "port 22 is not allowed"},
		{"https://ann:secret@receiver.example", "the URL has a user"},
		{"https://", "the URL has no host"},
		{"nowhere", "does not begin with https://"},
	}
	for _, tt := range tests {
		body := `{"url":"` + tt.url + `"}`
		for _, r := range []*tenontest.Response{
			s.Do(http.MethodPost, hooks, body, "Idempotency-Key: "+rand.Text()), s.Do(http.MethodPatch, hooks+"/"+e.ID, body),
		} {
			assert.Equal(t, r.Status, http.StatusUnprocessableEntity, tt.url)
			issue := s.Problem(r).Issues[0]
			assert.Equal(t, issue.Type, "url_blocked")
			assert.Contains(t, issue.String(), "body.url: Nothing can be sent to this URL: ", tt.url)
			assert.Contains(t, issue.Msg, tt.reason, tt.url)
		}
	}
	assert.Equal(t, s.read(t, e.ID).URL, receiver)
	open := newGuarded(t, webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	assert.Equal(t, open.Do(http.MethodPost, hooks, `{"url":"http://127.0.0.1:9/"}`, "Idempotency-Key: k").Status, http.StatusCreated)
}

func TestWebhookRequestsAreChecked(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	one := hooks + "/" + e.ID
	tests := []struct {
		name, method, target, body string
		status                     int
		want                       string
	}{
		{"no URL", "POST", hooks, `{}`, 422, "missing body.url"},
		{"unknown type", "POST", hooks, `{"url":"` + receiver + `","types":["order.lost"]}`, 422, "enum body.types.0"},
		{"type twice", "POST", hooks, `{"url":"` + receiver + `","types":["order.created","order.created"]}`, 422, "unique_items body.types"},
		{"long URL", "POST", hooks, `{"url":"https://` + strings.Repeat("a", 2048) + `"}`, 422, "string_too_long body.url"},
		{"null", "PATCH", one, `{"url":null}`, 422, "string_type body.url"},
		{"unknown member", "PATCH", one, `{"secret":"whsec_"}`, 422, "extra_forbidden body.secret"},
		{"overlap of more than a week", "POST", one + "/rotate", `{"overlap_seconds":604801}`, 422, "less_than_equal body.overlap_seconds"},
		{"negative overlap", "POST", one + "/rotate", `{"overlap_seconds":-1}`, 422, "greater_than_equal body.overlap_seconds"},
		{"forged cursor", "GET", one + "/deliveries?cursor=a", "", 422, "cursor_invalid query.cursor"},
		{"page of 101", "GET", one + "/deliveries?limit=101", "", 422, "less_than_equal query.limit"},
		{"unknown endpoint", "GET", hooks + "/ep_1", "", 404, "webhook_endpoint_not_found"},
		{"change an unknown endpoint", "PATCH", hooks + "/ep_1", `{"enabled":false}`, 404, "webhook_endpoint_not_found"},
		{"rotate for an unknown endpoint", "POST", hooks + "/ep_1/rotate", `{}`, 404, "webhook_endpoint_not_found"},
		{"deliveries to an unknown endpoint", "GET", hooks + "/ep_1/deliveries", "", 404, "webhook_endpoint_not_found"},
		{"replay an unknown delivery", "POST", "/v1/webhook-deliveries/dlv_1/replay", "", 404, "webhook_delivery_not_found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.Do(tt.method, tt.target, tt.body, "Idempotency-Key: "+rand.Text())
			assert.Equal(t, r.Status, tt.status, string(r.Body))
			p := s.Problem(r)
			got := p.Code
			if len(p.Issues) > 0 {
				got = p.Issues[0].Type + " " + p.Issues[0].String()
			}
			assert.Contains(t, got, tt.want)
		})
	}
	for _, target := range []string{hooks, one + "/rotate"} {
		assert.Equal(t, s.Do(http.MethodPost, target, `{"url":"`+receiver+`"}`).Status, http.StatusBadRequest, "without a key")
	}
}

func TestAMerchantHasALimitedNumberOfEndpoints(t *testing.T) {
	s := newService(t)
	for range webhook.MaxEndpoints {
		s.register(t)
	}
	r := s.Do(http.MethodPost, hooks, `{"url":"`+receiver+`"}`, "Idempotency-Key: k")
	assert.Equal(t, r.Status, http.StatusConflict)
	assert.Equal(t, s.Problem(r).Code, "too_many_webhook_endpoints")
}

func TestAnEndpointIsChangedDisabledAndEnabled(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	patch := func(p api.EndpointPatch) api.EndpointOut {
		t.Helper()
		r, err := tenontest.Call(s.Client, s.api.PatchEndpoint, &api.PatchEndpoint{GetEndpoint: api.GetEndpoint{ID: e.ID}, Body: p})
		assert.NoError(t, err)
		assert.Equal(t, s.read(t, e.ID), r.Out)
		return r.Out
	}
	want := e.EndpointOut
	assert.Equal(t, patch(api.EndpointPatch{}), want)
	want.URL, want.Types = "https://other.example/", []api.EventType{"order.created"}
	assert.Equal(t, patch(api.EndpointPatch{URL: schema.Some(want.URL), Types: schema.Some(want.Types)}), want)

	s.post("before", payload)
	owner := webhook.DisabledByOwner
	want.Enabled, want.DisabledReason = false, &owner
	assert.Equal(t, patch(api.EndpointPatch{Enabled: schema.Some(false)}), want)
	s.post("while", payload)
	assert.Equal(t, len(s.due(t)), 0, "nothing is sent")
	want.Enabled, want.DisabledReason = true, nil
	woken := s.woken.Load()
	assert.Equal(t, patch(api.EndpointPatch{Enabled: schema.Some(true)}), want)
	assert.Equal(t, s.woken.Load(), woken+1)
	got := s.due(t)
	assert.Equal(t, len(got), 1, "what waited, but not what happened meanwhile")

	s.settle(t, got[0], webhook.Result{State: webhook.Exhausted, Disable: true, Attempt: webhook.Attempt{Status: 410, Failure: webhook.FailGone}})
	gone := webhook.DisabledGone
	want.Enabled, want.DisabledReason = false, &gone
	assert.Equal(t, patch(api.EndpointPatch{Enabled: schema.Some(false)}), want, "who has disabled it counts")
}

// CHECKLIST I5: both secrets sign for a bounded time.
func TestASecretIsRotatedOnceForEachKey(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	rotate := func(key, body string) (out api.EndpointSecret, status int) {
		t.Helper()
		r := s.Do(http.MethodPost, hooks+"/"+e.ID+"/rotate", body, "Idempotency-Key: "+key)
		assert.NoError(t, json.Unmarshal(r.Body, &out), string(r.Body))
		assert.Equal(t, out.EndpointOut, e.EndpointOut)
		return out, r.Status
	}
	stored := func() webhook.Endpoint {
		t.Helper()
		stored, err := s.store.hooks.Endpoint(t.Context(), "acme", e.ID)
		assert.NoError(t, err)
		return stored
	}
	first, status := rotate("k", "")
	assert.Equal(t, status, http.StatusOK)
	got := stored()
	assert.Equal(t, []string{got.Secret.Reveal(), got.Previous.Reveal()}, []string{first.Secret, e.Secret})
	assert.Equal(t, got.PreviousUntil.Sub(start).Truncate(time.Hour), 24*time.Hour)

	again, _ := rotate("k", `{"overlap_seconds":86400}`)
	assert.Equal(t, again.Secret, first.Secret)
	assert.Equal(t, stored().Previous.Reveal(), e.Secret, "the repetition did not rotate again")

	second, _ := rotate("l", `{"overlap_seconds":60}`)
	assert.Equal(t, stored().Previous.Reveal(), first.Secret)
	third, _ := rotate("m", `{"overlap_seconds":0}`)
	assert.Equal(t, stored().Secret.Reveal(), third.Secret)
	assert.Equal(t, stored().Previous.IsZero(), true, "taken away at once")
	assert.Equal(t, second.Secret != third.Secret, true)
}

func TestDeliveriesAreListedNewestFirst(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	for i := range 5 {
		s.post(fmt.Sprint(i), payload)
	}
	due := s.due(t)
	s.settle(t, due[0], webhook.Result{State: webhook.Delivered, Attempt: webhook.Attempt{Status: 204, Latency: 1500 * time.Microsecond}})
	next := start.Add(2 * time.Hour).Truncate(time.Microsecond)
	s.settle(t, due[1], webhook.Result{State: webhook.Pending, Due: next, Attempt: webhook.Attempt{Failure: webhook.FailTimeout, Latency: 20 * time.Second}})

	var all []api.DeliveryOut
	in := &api.ListDeliveries{GetEndpoint: api.GetEndpoint{ID: e.ID}, Input: pagination.Input{Limit: 2}}
	for {
		page, err := tenontest.Call(s.Client, s.api.ListDeliveries, in)
		assert.NoError(t, err)
		all = append(all, page.Out.Body.Items...)
		if page.Out.Body.NextCursor == nil {
			break
		}
		in.Cursor = schema.Some(*page.Out.Body.NextCursor)
		s.post("later "+*page.Out.Body.NextCursor, payload) // does not disturb
	}
	assert.Equal(t, len(all), 5)
	slices.Reverse(all)
	for i, d := range all {
		assert.Equal(t, []string{d.EventID, d.ID}, []string{due[i].Event.ID, due[i].Lease.Delivery})
	}
	at, status, failure := start.Add(time.Hour), 204, webhook.FailTimeout
	assert.Equal(t, all[0], api.DeliveryOut{
		ID: due[0].Lease.Delivery, EventID: due[0].Event.ID, Type: "order.created", State: webhook.Delivered, CreatedAt: due[0].Event.At,
		Attempts: []api.AttemptOut{{Number: 1, At: at, Latency: 1.5, Status: &status}},
	})
	assert.Equal(t, all[1].NextAt, &next)
	assert.Equal(t, all[1].Attempts, []api.AttemptOut{{Number: 1, At: at, Latency: 20000, Failure: &failure}})
	assert.Equal(t, all[2].Attempts, []api.AttemptOut{})

	other := s.register(t)
	r := s.Do(http.MethodGet, hooks+"/"+other.ID+"/deliveries?cursor="+in.Cursor.Or(""), "")
	assert.Equal(t, r.Status, http.StatusUnprocessableEntity, "a cursor of another endpoint")
}

// CHECKLIST I9.
func TestADeliveryIsReplayed(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	s.post("k", payload)
	first := s.due(t)[0]
	s.settle(t, first, webhook.Result{State: webhook.Exhausted, Attempt: webhook.Attempt{Status: 500, Failure: webhook.FailStatus}})
	assert.Equal(t, len(s.due(t)), 0)
	replay := func(headers ...string) *tenontest.Response {
		return s.Do(http.MethodPost, "/v1/webhook-deliveries/"+first.Lease.Delivery+"/replay", "", headers...)
	}
	woken := s.woken.Load()
	assert.Equal(t, replay(umbrella).Status, http.StatusNotFound)
	r := replay()
	assert.Equal(t, r.Status, http.StatusAccepted)
	assert.Equal(t, string(r.Body), "")
	assert.Equal(t, s.woken.Load(), woken+1)
	again := s.due(t)[0]
	assert.Equal(t, again.Event, first.Event)

	s.Do(http.MethodPatch, hooks+"/"+e.ID, `{"enabled":false}`)
	r = replay()
	assert.Equal(t, r.Status, http.StatusConflict)
	assert.Equal(t, s.Problem(r).Code, "webhook_endpoint_disabled")
}

// CHECKLIST E10: endpoints, secrets and deliveries of another merchant do not exist.
func TestE10WebhooksOfAnotherMerchantAreNotFound(t *testing.T) {
	s := newService(t)
	e := s.register(t)
	s.post("k", payload)
	delivery := s.due(t)[0].Lease.Delivery
	tests := []struct{ method, target, body string }{
		{"GET", hooks + "/", ""},
		{"PATCH", hooks + "/", `{"enabled":false}`},
		{"POST", hooks + "/%s/rotate", `{}`},
		{"GET", hooks + "/%s/deliveries", ""},
	}
	for _, tt := range tests {
		target := func(id string) string {
			if strings.HasSuffix(tt.target, "/") {
				return tt.target + id
			}
			return fmt.Sprintf(tt.target, id)
		}
		theirs := s.Do(tt.method, target(e.ID), tt.body, umbrella, "Idempotency-Key: "+rand.Text())
		nobodys := s.Do(tt.method, target("ep_1"), tt.body, umbrella, "Idempotency-Key: "+rand.Text())
		assert.Equal(t, theirs.Status, http.StatusNotFound, tt.target)
		got, want := s.Problem(theirs), s.Problem(nobodys)
		assert.Equal(t, got, want, "nothing tells them apart")
	}
	assert.Equal(t, s.Do(http.MethodPost, "/v1/webhook-deliveries/"+delivery+"/replay", "", umbrella).Status, http.StatusNotFound)
	assert.Equal(t, string(s.Do(http.MethodGet, hooks, "", umbrella).Body), `{"items":[]}`)
	assert.Equal(t, s.read(t, e.ID), e.EndpointOut, "nothing has changed")
}

func TestWebhooksHaveScopesOfTheirOwn(t *testing.T) {
	a := newService(t).api
	for _, op := range []*tenon.Operation{a.Endpoint.Operation(), a.ListEndpoints.Operation(), a.ListDeliveries.Operation()} {
		assert.Equal(t, op.Scopes, []string{"webhooks:read"}, op.ID)
	}
	for _, op := range []*tenon.Operation{a.CreateEndpoint.Operation(), a.PatchEndpoint.Operation(), a.RotateSecret.Operation(), a.Replay.Operation()} {
		assert.Equal(t, op.Scopes, []string{"webhooks:write"}, op.ID)
	}
}
