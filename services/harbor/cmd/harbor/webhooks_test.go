package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/pagination"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor/api"
)

const endpoints = "/v1/webhook-endpoints"

// patience bounds each wait for another process or goroutine; nothing takes nearly as long.
const patience = 20 * time.Second

// A shop is a receiver: it keeps what it gets, genuine or not, and answers what it is told to.
type shop struct {
	*httptest.Server
	mu      sync.Mutex
	secrets []webhook.Secret
	status  int
	header  http.Header
	got     []message
}

type message struct {
	id, body   string
	signatures int
	genuine    error // nil if one of the secrets has signed it
}

func newShop(t *testing.T, secrets ...webhook.Secret) *shop {
	t.Helper()
	s := &shop{secrets: secrets, status: http.StatusNoContent}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	m := message{id: r.Header.Get(webhook.HeaderID), body: string(body), signatures: len(strings.Fields(r.Header.Get(webhook.HeaderSignature)))}
	if m.genuine = err; err == nil {
		_, m.genuine = webhook.Verify(r.Header, body, time.Now(), s.secrets...)
	}
	s.got = append(s.got, m)
	for name, values := range s.header {
		w.Header()[name] = values
	}
	w.WriteHeader(s.status)
}

// answer sets what is answered from now on.
func (s *shop) answer(status int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.header = status, header
}

func (s *shop) trust(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = nil
	for _, text := range secrets {
		secret, err := webhook.ParseSecret(text)
		if err != nil {
			panic(err)
		}
		s.secrets = append(s.secrets, secret)
	}
}

// messages waits for n messages and returns them.
func (s *shop) messages(t *testing.T, n int) (got []message) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d messages", n), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		got = append([]message(nil), s.got...)
		return len(got) >= n
	})
	assert.Equal(t, len(got), n)
	return got
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(patience); !ok(); <-ticker.C {
		if time.Now().After(end) {
			t.Fatalf("no %s after %v", what, patience)
		}
	}
}

// ask sends a request that is answered with a status of 2xx, and reads the answer into out.
func (s *started) ask(t *testing.T, method, target, body string, out any) {
	t.Helper()
	resp, text := s.do(t, method, target, body, "Idempotency-Key", rand.Text())
	if resp.StatusCode > 299 {
		t.Fatalf("%s %s is answered %d: %s", method, target, resp.StatusCode, text)
	}
	if out != nil {
		assert.NoError(t, json.Unmarshal([]byte(text), out), text)
	}
}

// register has events sent to a URL.
func (s *started) register(t *testing.T, url string) (e api.EndpointSecret) {
	t.Helper()
	s.ask(t, "POST", endpoints, `{"url":"`+url+`"}`, &e)
	return e
}

// order creates an order and returns it as JSON.
func (s *started) order(t *testing.T) (out json.RawMessage) {
	t.Helper()
	s.ask(t, "POST", "/v1/orders", payload, &out)
	return out
}

// settled waits until the newest delivery to an endpoint is in a state after a number of attempts.
func (s *started) settled(t *testing.T, endpoint string, state webhook.State, attempts int) (d api.DeliveryOut) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s delivery after %d attempts", state, attempts), func() bool {
		var list pagination.List[api.DeliveryOut]
		s.ask(t, "GET", endpoints+"/"+endpoint+"/deliveries", "", &list)
		if len(list.Items) > 0 {
			d = list.Items[0]
		}
		return len(list.Items) > 0 && d.State == state && len(d.Attempts) == attempts
	})
	return d
}

func local(pairs ...string) func(string) string {
	return environment(append(pairs, "WEBHOOK_ALLOW=127.0.0.0/8, ::1/128")...)
}

// CHECKLIST I1, I3, I4, I9: what is created is delivered, again if it has to be, as one event.
func TestAnOrderIsDeliveredSignedAndAgainAfterAFailure(t *testing.T) {
	onBoth(t, testAnOrderIsDeliveredSignedAndAgainAfterAFailure)
}

func testAnOrderIsDeliveredSignedAndAgainAfterAFailure(t *testing.T, db string) {
	s := start(t, db, local("LOG_LEVEL=debug"))
	shop := newShop(t)
	e := s.register(t, shop.URL)
	shop.trust(e.Secret)
	shop.answer(http.StatusInternalServerError, nil)
	order := s.order(t)
	failed := s.settled(t, e.ID, webhook.Pending, 1)
	assert.Equal(t, *failed.Attempts[0].Status, http.StatusInternalServerError)
	assert.Equal(t, *failed.Attempts[0].Failure, webhook.FailStatus)
	shop.answer(http.StatusNoContent, nil)
	got := shop.messages(t, 2) // five seconds later
	assert.NoError(t, got[0].genuine)
	assert.Equal(t, got[1], got[0], "the same event")
	assert.Equal(t, got[0].signatures, 1)
	assert.Equal(t, got[0].id, failed.EventID)
	var event struct {
		Type string
		Data json.RawMessage
	}
	assert.NoError(t, json.Unmarshal([]byte(got[0].body), &event))
	assert.Equal(t, event.Type, "order.created")
	assert.Equal(t, string(event.Data), string(order))

	delivered := s.settled(t, e.ID, webhook.Delivered, 2)
	s.ask(t, "POST", "/v1/webhook-deliveries/"+delivered.ID+"/replay", "", nil)
	assert.Equal(t, shop.messages(t, 3)[2], got[0], "replayed")
	s.settled(t, e.ID, webhook.Delivered, 3)

	assert.NoError(t, s.stop())
	for _, secret := range []string{"whsec_", e.Secret[len("whsec_"):], "v1,", "cus_1"} {
		assert.Equal(t, strings.Contains(s.logs.String(), secret), false, "the log has "+secret)
	}
	assert.Contains(t, s.logs.String(), `"level":"DEBUG","msg":"webhook: attempt failed"`)
	assert.Contains(t, s.logs.String(), `"event":"`+delivered.EventID)
}

// CHECKLIST I2.
func TestNoEventForAnOrderThatWasRolledBack(t *testing.T) {
	onBoth(t, testNoEventForAnOrderThatWasRolledBack)
}

func testNoEventForAnOrderThatWasRolledBack(t *testing.T, db string) {
	s := start(t, db, local())
	shop := newShop(t)
	e := s.register(t, shop.URL)
	add, remove := "CREATE TRIGGER broken BEFORE INSERT ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'broken'); END", "DROP TRIGGER broken"
	if isURL(db) {
		add, remove = "ALTER TABLE idempotency_keys ADD CONSTRAINT broken CHECK (false) NOT VALID", "ALTER TABLE idempotency_keys DROP CONSTRAINT broken"
	}
	pool := openDatabase(t, db)
	_, err := pool.ExecContext(t.Context(), add)
	assert.NoError(t, err)
	resp, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "k")
	assert.Equal(t, resp.StatusCode, http.StatusInternalServerError, body)
	_, err = pool.ExecContext(t.Context(), remove)
	assert.NoError(t, err)
	order := s.order(t)
	assert.Contains(t, shop.messages(t, 1)[0].body, string(order))
	var list pagination.List[api.DeliveryOut]
	s.ask(t, "GET", endpoints+"/"+e.ID+"/deliveries", "", &list)
	assert.Equal(t, len(list.Items), 1)
}

// CHECKLIST I6.
func TestWhatReceiversAnswerDecides(t *testing.T) { onBoth(t, testWhatReceiversAnswerDecides) }

func testWhatReceiversAnswerDecides(t *testing.T, db string) {
	s := start(t, db, local())
	shop, elsewhere := newShop(t), newShop(t)
	e := s.register(t, shop.URL)
	shop.answer(http.StatusTemporaryRedirect, http.Header{"Location": {elsewhere.URL}})
	s.order(t)
	d := s.settled(t, e.ID, webhook.Pending, 1)
	assert.Equal(t, *d.Attempts[0].Failure, webhook.FailRedirect)
	assert.Equal(t, len(elsewhere.messages(t, 0)), 0, "it was not followed")
	taken := time.Duration(d.Attempts[0].Latency * float64(time.Millisecond))
	if pause := d.NextAt.Sub(d.Attempts[0].At) - taken; pause < 4500*time.Millisecond || pause > 5600*time.Millisecond {
		t.Errorf("the next attempt is %v after the first, want about 5s", pause)
	}

	shop.answer(http.StatusGone, nil)
	s.ask(t, "POST", "/v1/webhook-deliveries/"+d.ID+"/replay", "", nil)
	s.settled(t, e.ID, webhook.Exhausted, 2)
	var gone api.EndpointOut
	s.ask(t, "GET", endpoints+"/"+e.ID, "", &gone)
	assert.Equal(t, *gone.DisabledReason, webhook.DisabledGone)
	s.order(t)
	assert.Equal(t, s.status(t, "POST", "/v1/webhook-deliveries/"+d.ID+"/replay", "Bearer "+s.key), "409 webhook_endpoint_disabled")
	shop.answer(http.StatusOK, nil)
	s.ask(t, "PATCH", endpoints+"/"+e.ID, `{"enabled":true}`, nil)
	s.order(t)
	shop.messages(t, 3) // nothing of the time when it was disabled
}

// CHECKLIST I5.
func TestBothSecretsSignWhileTheyAreRotated(t *testing.T) {
	onBoth(t, testBothSecretsSignWhileTheyAreRotated)
}

func testBothSecretsSignWhileTheyAreRotated(t *testing.T, db string) {
	s := start(t, db, local())
	shop := newShop(t)
	e := s.register(t, shop.URL)
	var rotated, hurried api.EndpointSecret
	s.ask(t, "POST", endpoints+"/"+e.ID+"/rotate", "", &rotated)
	for i, secret := range []string{e.Secret, rotated.Secret} {
		shop.trust(secret)
		s.order(t)
		m := shop.messages(t, i+1)[i]
		assert.NoError(t, m.genuine)
		assert.Equal(t, m.signatures, 2)
	}
	s.ask(t, "POST", endpoints+"/"+e.ID+"/rotate", `{"overlap_seconds":0}`, &hurried)
	s.order(t)
	m := shop.messages(t, 3)[2]
	assert.ErrorIs(t, m.genuine, webhook.ErrSignature)
	assert.Equal(t, m.signatures, 1)
}

// CHECKLIST I8.
func TestPrivateReceiversAreRefusedUnlessAllowed(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	shop := newShop(t)
	for _, url := range []string{shop.URL, strings.Replace(shop.URL, "http:", "https:", 1)} {
		resp, body := s.do(t, "POST", endpoints, `{"url":"`+url+`"}`, "Idempotency-Key", rand.Text())
		assert.Equal(t, resp.StatusCode, http.StatusUnprocessableEntity)
		assert.Contains(t, body, `"loc":["body","url"],"msg":"Nothing can be sent to this URL: `)
	}
	e := s.register(t, "https://localhost:8443/hooks") // a name, which is judged by its address
	s.order(t)
	d := s.settled(t, e.ID, webhook.Pending, 1)
	assert.Equal(t, *d.Attempts[0].Failure, webhook.FailBlocked)
}

func TestReceiversThatAreDownMakeTheServiceNoLessReady(t *testing.T) {
	s := start(t, t.TempDir(), local())
	shop := newShop(t)
	e := s.register(t, shop.URL)
	shop.Close()
	s.order(t)
	d := s.settled(t, e.ID, webhook.Pending, 1)
	assert.Equal(t, *d.Attempts[0].Failure, webhook.FailConnect)
	assert.Equal(t, s.status(t, "GET", "/readyz", ""), "200")
}

func TestTheConfiguredEndpointIsThatOfTheDemoMerchant(t *testing.T) {
	onBoth(t, testTheConfiguredEndpointIsThatOfTheDemoMerchant)
}

func testTheConfiguredEndpointIsThatOfTheDemoMerchant(t *testing.T, db string) {
	one, two := webhook.NewSecret(), webhook.NewSecret()
	shop := newShop(t, one)
	const key = "hk_0123456789abcdefghijklmnop"
	serve := func(url string, secret webhook.Secret) (*started, []api.EndpointOut) {
		t.Helper()
		s := start(t, db, local("API_KEY="+key, "WEBHOOK_URL="+url, "WEBHOOK_SECRET="+secret.Reveal()))
		s.key = key
		var list api.EndpointList
		s.ask(t, "GET", endpoints, "", &list)
		return s, list.Items
	}
	var first []api.EndpointOut
	for i := range 2 {
		s, list := serve(shop.URL, one)
		if first == nil {
			first = list
		}
		assert.Equal(t, list, first, "the same at each start")
		s.order(t)
		m := shop.messages(t, i+1)[i]
		assert.NoError(t, m.genuine)
		assert.NoError(t, s.stop())
		assert.Equal(t, strings.Contains(s.said+s.logs.String(), one.Reveal()), false, "the secret is shown")
	}
	assert.Equal(t, len(first), 1)

	s, list := serve(shop.URL, two)
	assert.Equal(t, list, first)
	s.order(t)
	m := shop.messages(t, 3)[2]
	assert.ErrorIs(t, m.genuine, webhook.ErrSignature, "another secret takes its place at once")
	assert.Equal(t, m.signatures, 1)
	assert.NoError(t, s.stop())

	_, list = serve(shop.URL+"/other", two)
	assert.Equal(t, len(list), 2, "another URL is another endpoint")
	assert.Equal(t, list[0], first[0])
}

// A racing registry adds what another process has added by then.
type racing struct {
	webhook.Memory
	lost bool // what the other process did
}

func (r *racing) AddEndpoint(ctx context.Context, e webhook.Endpoint) error {
	if !r.lost {
		e.Secret = webhook.NewSecret() // its configuration is an older one
		_ = r.Memory.AddEndpoint(ctx, e)
	}
	return errors.New("there is an endpoint with this ID")
}

func TestProcessesThatStartTogetherRegisterOneEndpoint(t *testing.T) {
	w := webhooks{url: "https://receiver.example", secret: webhook.NewSecret()}
	r := new(racing)
	assert.NoError(t, w.register(t.Context(), r))
	list, err := r.Endpoints(t.Context(), "demo")
	assert.NoError(t, err)
	assert.Equal(t, len(list), 1)
	assert.Equal(t, list[0].Secret.Reveal(), w.secret.Reveal())

	err = w.register(t.Context(), &racing{lost: true})
	assert.Equal(t, fmt.Sprint(err), "--webhook-url: there is an endpoint with this ID")
}
