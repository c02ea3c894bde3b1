package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/pagination"

	"github.com/tenonapi/tenon/services/harbor/api"
	"github.com/tenonapi/tenon/services/harbor/internal/fault"
)

// CHECKLIST A13, A14, I1, I2, J6: each call of the database fails, one after the other, and so many behind
// it. Meanwhile answers are those of the document and tell nothing of what is inside. As
// soon as calls do not fail, all that was acknowledged is there, once and with all that belongs to it,
// and what was not can be repeated. What p fails is not beside.
func testEveryCallFails(t *testing.T, db string, p *fault.Plan, width int64, beside *sql.DB) {
	b := &bad{s: start(t, db, local()), plan: p, declared: declared(t), answers: map[int]int{}}
	shop := newShop(t)
	b.endpoint = b.s.register(t, shop.URL).ID
	b.s.order(t)
	b.delivery = b.s.settled(t, b.endpoint, "delivered", 1).ID
	n := int64(1)
	for reached := true; reached; n += width {
		reached = b.scenario(t, n, width)
		b.audit(t, beside)
		if t.Failed() {
			t.Fatalf("after call %d and %d behind it have failed", n, width-1)
		}
	}
	t.Logf("%d scenarios, answers by status: %v", n/width, b.answers)
	assert.NoError(t, b.s.stop())
}

// inARow are the numbers of calls that fail: with more than one, that of what cleans up does as well.
var inARow = []int64{1, 4}

// bad are the times of a service whose database fails.
type bad struct {
	s        *started
	plan     *fault.Plan
	declared func(method, target string, status int, code string) bool
	endpoint string      // ID
	delivery string      // ID
	answers  map[int]int // by status
}

// scenario uses the whole service while calls fail from the n-th on, and again afterwards. It
// reports whether there were so many.
func (b *bad) scenario(t *testing.T, n, width int64) (reached bool) {
	t.Helper()
	key := fmt.Sprint("fault-", n)
	body := `{"customer_id":"` + key + `","amount_cents":1999,"currency":"EUR"}`
	rotate, replay := endpoints+"/"+b.endpoint+"/rotate", "/v1/webhook-deliveries/"+b.delivery+"/replay"
	var order api.OrderOut
	var secret api.EndpointSecret

	b.plan.Fail(n, width)
	for range 2 {
		b.create(t, key, body, &order)
	}
	if order.ID != (api.OrderOut{}).ID {
		b.ask(t, http.StatusUnprocessableEntity, "POST", "/v1/orders", strings.Replace(body, "1999", "2000", 1), key)
		b.ask(t, http.StatusOK, "GET", "/v1/orders/"+order.ID.String(), "", "")
	}
	b.ask(t, http.StatusOK, "GET", "/v1/customers/"+key+"/orders", "", "")
	if text := b.ask(t, http.StatusOK, "POST", rotate, "{}", key); text != nil {
		assert.NoError(t, json.Unmarshal(text, &secret))
	}
	b.ask(t, http.StatusOK, "GET", endpoints+"/"+b.endpoint+"/deliveries", "", "")
	b.ask(t, http.StatusAccepted, "POST", replay, "", "")
	b.ask(t, http.StatusOK, "GET", "/readyz", "", "")
	b.ask(t, http.StatusOK, "GET", "/livez", "", "")
	reached = b.plan.Clear()

	for range 2 {
		if b.create(t, key, body, &order); order.ID == (api.OrderOut{}).ID {
			t.Error("the order cannot be created now")
		}
	}
	var list pagination.List[api.OrderOut]
	assert.NoError(t, json.Unmarshal(b.ask(t, http.StatusOK, "GET", "/v1/customers/"+key+"/orders", "", ""), &list))
	assert.Equal(t, list.Items, []api.OrderOut{order})
	var again api.EndpointSecret
	if assert.NoError(t, json.Unmarshal(b.ask(t, http.StatusOK, "POST", rotate, "{}", key), &again)); secret.Secret != "" {
		assert.Equal(t, again, secret)
	}
	b.ask(t, http.StatusOK, "GET", "/readyz", "", "")
	return reached
}

// create creates an order, or repeats that. What was acknowledged stays as it is.
func (b *bad) create(t *testing.T, key, body string, order *api.OrderOut) {
	t.Helper()
	known := order.ID != (api.OrderOut{}).ID
	resp, text := b.send(t, "POST", "/v1/orders", body, key, http.StatusOK, http.StatusCreated)
	if resp.StatusCode >= 500 {
		return
	}
	var got api.OrderOut
	assert.NoError(t, json.Unmarshal([]byte(text), &got), text)
	if known {
		assert.Equal(t, got, *order)
		assert.Equal(t, resp.Header.Get("Idempotency-Replayed"), "true")
	}
	*order = got
}

// ask returns the body of an answer with a status, and nil if the database has failed.
func (b *bad) ask(t *testing.T, status int, method, target, body, key string) []byte {
	t.Helper()
	resp, text := b.send(t, method, target, body, key, status)
	if resp.StatusCode >= 500 {
		return nil
	}
	return []byte(text)
}

// send sends a request until its key is free: a server whose client is gone can take a while to see that.
func (b *bad) send(t *testing.T, method, target, body, key string, statuses ...int) (resp *http.Response, text string) {
	t.Helper()
	eventually(t, "free key", func() bool {
		resp, text = b.s.do(t, method, target, body, "Idempotency-Key", key)
		b.answers[resp.StatusCode]++
		return resp.StatusCode != http.StatusConflict || resp.Header.Get("Retry-After") == ""
	})
	b.judge(t, resp, text, statuses)
	return resp, text
}

// secrets are what no answer may have.
var secrets = []string{"sql", "disk", "i/o", "pgx", "conn", "eof", "reset", "127.0.0.1", "/tmp", "goroutine", ".go", "transaction", "tenon"}

// judge checks that an answer has one of some statuses, or is a failure as it is documented.
func (b *bad) judge(t *testing.T, resp *http.Response, text string, statuses []int) {
	t.Helper()
	if slices.Contains(statuses, resp.StatusCode) {
		return
	}
	method, target := resp.Request.Method, resp.Request.URL.Path
	var problem struct{ Code, Detail, Title string }
	if err := json.Unmarshal([]byte(text), &problem); err != nil || resp.StatusCode < 500 ||
		resp.Header.Get("Content-Type") != "application/problem+json" || !b.declared(method, target, resp.StatusCode, problem.Code) {
		t.Errorf("%s %s is answered %d: %s", method, target, resp.StatusCode, text)
	}
	for _, secret := range secrets {
		if strings.Contains(strings.ToLower(problem.Detail+problem.Title), secret) {
			t.Errorf("%s %s tells of %q: %s", method, target, secret, text)
		}
	}
}

// declared returns what finds out whether the document has a problem.
func declared(t *testing.T) func(method, target string, status int, code string) bool {
	t.Helper()
	var out bytes.Buffer
	assert.NoError(t, run(t.Context(), []string{"openapi"}, noEnv, &out, io.Discard))
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Ref string `json:"$ref"`
			}
		}
	}
	assert.NoError(t, json.Unmarshal(out.Bytes(), &doc))
	return func(method, target string, status int, code string) bool {
		for path, operations := range doc.Paths {
			if parts, is := strings.Split(path, "/"), strings.Split(target, "/"); len(parts) == len(is) {
				for i := range parts {
					if strings.HasPrefix(parts[i], "{") {
						is[i] = parts[i]
					}
				}
				if strings.Join(is, "/") == path {
					return strings.Contains(operations[strings.ToLower(method)].Responses[fmt.Sprint(status)].Ref, "."+code)
				}
			}
		}
		return false
	}
}

// audit checks that each order is there with its key and its event.
func (b *bad) audit(t *testing.T, db *sql.DB) {
	t.Helper()
	var orders, keys, events, deliveries int
	assert.NoError(t, db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM idempotency_keys
		WHERE operation = 'POST /v1/orders'), (SELECT count(*) FROM webhook_events), (SELECT count(*) FROM webhook_deliveries)`).
		Scan(&orders, &keys, &events, &deliveries))
	if keys != orders || events != orders || deliveries != orders {
		t.Errorf("there are %d orders, %d keys, %d events and %d deliveries", orders, keys, events, deliveries)
	}
}

// withOneConnection returns the URL of a database for pools of one connection.
func withOneConnection(db string) string {
	separator := "?"
	if strings.Contains(db, "?") {
		separator = "&"
	}
	return db + separator + "pool_max_conns=1"
}
