package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

var errRefused = errors.New("refused")

// service counts what its handler did for good.
type service struct {
	memory  idempotency.Memory
	now     time.Time
	done    []string // committed
	pending []string
	outcome error // of the handler
	running func()
	claim   func() error // before the handler
	save    func() error // before a record is saved
}

type transaction struct{ s *service }

func (tx transaction) Claim(context.Context, string, string, string) error {
	if tx.s.claim != nil {
		return tx.s.claim()
	}
	return nil
}

func (tx transaction) Save(ctx context.Context, r idempotency.Record) error {
	if tx.s.save != nil {
		if err := tx.s.save(); err != nil {
			return err
		}
	}
	return tx.s.memory.Save(ctx, r)
}

func (transaction) Transactional() {}

type payment struct {
	Amount int    `json:"amount" check:"ge=1"`
	Text   string `json:"text"`
}

func (s *service) begin(context.Context, *struct{}) (transaction, tenon.Close, error) {
	s.pending = nil
	return transaction{s}, func(_ context.Context, outcome error) error {
		if outcome == nil {
			s.done = append(s.done, s.pending...)
		}
		return nil
	}, nil
}

func (s *service) pay(_ context.Context, in *struct {
	Tx   transaction
	Body payment
}) (tenon.Created[payment], error) {
	if s.running != nil {
		s.running()
	}
	s.pending = append(s.pending, in.Body.Text)
	return tenon.Created[payment]{Location: "/payments/" + in.Body.Text, Body: in.Body}, s.outcome
}

func (s *service) change(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Note string `query:"note" default:""`
	Tx   transaction
	Body payment
}) (payment, error) {
	s.pending = append(s.pending, in.ID+in.Note+in.Body.Text)
	return in.Body, nil
}

func (s *service) count(context.Context, *struct{}) (int, error) { return len(s.done), nil }

func (s *service) routes(r *tenon.Router) {
	type caller struct {
		Name string `header:"X-Caller" default:"ada"`
	}
	r.Use(
		tenon.Provide(func(_ context.Context, in *caller) (tenon.Caller, error) { return tenon.Caller(in.Name), nil }),
		tenon.Value[idempotency.Store](&s.memory),
		tenon.Scoped(s.begin),
		tenon.Provide(func(_ context.Context, in *struct{ Tx transaction }) (idempotency.Records, error) { return in.Tx, nil }),
		tenon.MapError(errRefused, 402, "refused", "Refused"),
	)
	require := idempotency.Require(idempotency.Config{ReplayStatus: 200, Now: func() time.Time { return s.now }})
	tenon.Post(r, "/payments", s.pay, tenon.Errors(errRefused), require)
	tenon.Put(r, "/payments/{id}", s.change, require)
	tenon.Get(r, "/payments", s.count)
	tenon.Delete(r, "/payments", s.count)
}

func newService(t *testing.T) (*service, *tenontest.Client) {
	t.Helper()
	s := &service{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, s.routes)
	assert.NoError(t, err)
	return s, tenontest.New(t, app)
}

const body = `{"amount":1,"text":"a"}`

func post(c *tenontest.Client, key, body string, headers ...string) *tenontest.Response {
	return c.Do("POST", "/payments", body, append(headers, "Idempotency-Key: "+key)...)
}

func TestA2A15ARepeatedRequestGetsTheStoredAnswerMarked(t *testing.T) {
	s, c := newService(t)
	first := post(c, "k", body)
	assert.Equal(t, first.Status, 201)
	assert.Equal(t, first.Header.Get(idempotency.HeaderReplayed), "")
	again := post(c, `"k"`, ` { "text":"a", "amount":1.0 }`)
	assert.Equal(t, again.Status, 200)
	assert.Equal(t, string(again.Body), string(first.Body))
	assert.Equal(t, again.Header.Get("Location"), "/payments/a")
	assert.Equal(t, again.Header.Get(idempotency.HeaderReplayed), "true")
	assert.Equal(t, s.done, []string{"a"})
}

func TestA1A5A6A7KeysAreCheckedBeforeAnything(t *testing.T) {
	long := strings.Repeat("k", 255)
	tests := []struct {
		name   string
		values []string
		status int
	}{
		{"bare", []string{"k-1"}, 201},
		{"the same in quotes", []string{`"k-1"`}, 200},
		{"quotes and backslashes", []string{`a"b\c`}, 201},
		{"the same in quotes, escaped", []string{`"a\"b\\c"`}, 200},
		{"255 characters", []string{long}, 201},
		{"256 characters", []string{long + "k"}, 400},
		{"the same 255 in quotes", []string{`"` + long + `"`}, 200},
		{"255 in quotes, escaped", []string{`"` + strings.Repeat(`\\\"`, 127) + `k"`}, 201},
		{"256 in quotes", []string{`"` + long + `k"`}, 400},
		{"256 in quotes, escaped", []string{`"` + strings.Repeat(`\\`, 256) + `"`}, 400},
		{"none", nil, 400},
		{"empty", []string{""}, 400},
		{"empty in quotes", []string{`""`}, 400},
		{"space", []string{"a b"}, 400},
		{"space in quotes", []string{`"a b"`}, 400},
		{"control character", []string{"a\x7fb"}, 400},
		{"beyond ASCII", []string{"ä"}, 400},
		{"two lines", []string{"a", "b"}, 400},
		{"two equal lines", []string{"a", "a"}, 400},
	}
	s, c := newService(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var headers []string
			for _, v := range tt.values {
				headers = append(headers, "Idempotency-Key: "+v)
			}
			r := c.Do("POST", "/payments", body, headers...)
			assert.Equal(t, r.Status, tt.status)
			if tt.status == 400 {
				assert.Equal(t, c.Problem(r).Issues[0].Loc, []any{"header", "Idempotency-Key"})
			}
		})
	}
	assert.Equal(t, len(s.done), 4)
}

func TestA9TheFingerprintCoversTheDecodedInput(t *testing.T) {
	tests := []struct {
		name, target, body string
		status             int
	}{
		{"the same", "/payments/1?note=n", body, 200},
		{"white space, order and spelling", "/payments/%31?note=%6e", ` { "text" : "\u0061" , "amount" : 1.0e0 } `, 200},
		{"members that the operation does not know", "/payments/1?note=n", `{"amount":1,"text":"a","x":1}`, 200},
		{"another member", "/payments/1?note=n", `{"amount":2,"text":"a"}`, 422},
		{"another query parameter", "/payments/1?note=m", body, 422},
		{"a default", "/payments/1", body, 422},
		{"another path parameter", "/payments/2?note=n", body, 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, c := newService(t)
			const key = "Idempotency-Key: k"
			assert.Equal(t, c.Do("PUT", "/payments/1?note=n", body, key).Status, 200)
			assert.Equal(t, c.Do("PUT", tt.target, tt.body, key).Status, tt.status)
			assert.Equal(t, s.done, []string{"1na"})
		})
	}
}

func TestA16OtherOperationsIgnoreTheHeader(t *testing.T) {
	s, c := newService(t)
	for _, method := range []string{"GET", "DELETE"} {
		for i, key := range []string{"k", "k", "", "a b"} {
			r := c.Do(method, "/payments", "", "Idempotency-Key: "+key)
			assert.Equal(t, fmt.Sprint(r.Status, " ", string(r.Body)), fmt.Sprint("200 ", len(s.done)), method, i)
			assert.Equal(t, r.Header.Get(idempotency.HeaderReplayed), "")
			post(c, method+fmt.Sprint(i), body)
		}
	}
}

// What has happened since to what was made does not show.
func TestA18AReplayHasTheStoredBytes(t *testing.T) {
	s, c := newService(t)
	first := post(c, "k", body)
	s.done = []string{"changed"}
	s.outcome = errRefused
	again := post(c, "k", body)
	assert.Equal(t, string(again.Body), string(first.Body))
	assert.Equal(t, again.Header.Get("Location"), first.Header.Get("Location"))
	assert.Equal(t, s.done, []string{"changed"})
}

func TestA3AnotherPayloadIsRefused(t *testing.T) {
	s, c := newService(t)
	post(c, "k", body)
	assert.Equal(t, c.Problem(post(c, "k", `{"amount":2,"text":"a"}`)).Code, "idempotency_key_reused")
	assert.Equal(t, s.done, []string{"a"})
}

func TestA4AKeyInFlightIsRefusedWithRetryAfter(t *testing.T) {
	s, c := newService(t)
	s.running = func() {
		s.running = nil
		r := post(c, "k", body)
		assert.Equal(t, c.Problem(r).Code, "idempotency_key_in_use")
		assert.Equal(t, r.Header.Get("Retry-After"), "1")
	}
	assert.Equal(t, post(c, "k", body).Status, 201)
	assert.Equal(t, s.done, []string{"a"})
}

func TestA8KeysBelongToTheirCaller(t *testing.T) {
	s, c := newService(t)
	post(c, "k", body)
	assert.Equal(t, post(c, "k", `{"amount":2,"text":"b"}`, "X-Caller: bob").Status, 201)
	assert.Equal(t, s.done, []string{"a", "b"})
}

func TestA10A11WhichAnswersAreStored(t *testing.T) {
	s, c := newService(t)
	assert.Equal(t, post(c, "k", `{"amount":0,"text":"a"}`).Status, 422, "refused before the handler: not stored")

	c.ServerErrors = true
	s.outcome = errors.New("disk is full")
	assert.Equal(t, post(c, "k", body).Status, 500, "not stored")
	assert.Equal(t, s.done, nil)

	s.outcome = errRefused
	first := post(c, "k", body)
	assert.Equal(t, first.Status, 402)
	assert.Equal(t, s.done, nil, "rolled back")
	s.outcome = nil
	again := post(c, "k", body)
	assert.Equal(t, again.Status, 402, "a declared error is stored")
	assert.Equal(t, string(again.Body), string(first.Body))
	assert.Equal(t, again.Header.Get("Content-Type"), "application/problem+json")
	assert.Equal(t, s.done, nil)
}

func TestA12AKeyIsNewAfterItsTime(t *testing.T) {
	s, c := newService(t)
	post(c, "k", body)
	s.now = s.now.Add(24*time.Hour - 1)
	assert.Equal(t, post(c, "k", body).Status, 200)
	s.now = s.now.Add(1)
	assert.Equal(t, post(c, "k", body).Status, 201)
	assert.Equal(t, s.done, []string{"a", "a"})
	n, err := s.memory.Purge(t.Context(), s.now.Add(25*time.Hour), 10)
	assert.NoError(t, err)
	assert.Equal(t, n, 1)
}

func TestA13AnAnswerThatCannotBeSavedIsNotGiven(t *testing.T) {
	s, c := newService(t)
	c.ServerErrors = true
	s.save = func() error { return errors.New("disk is full") }
	assert.Equal(t, post(c, "k", body).Status, 500)
	assert.Equal(t, s.done, nil)
	s.save = nil
	assert.Equal(t, post(c, "k", body).Status, 201)
	assert.Equal(t, s.done, []string{"a"})
}

// other is another process that answers the same request with a success.
func (s *service) other(t *testing.T) error {
	t.Helper()
	other := &service{now: s.now}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, other.routes)
	assert.NoError(t, err)
	assert.Equal(t, post(tenontest.New(t, app), "k", body).Status, 201)
	r, err := other.memory.Find(t.Context(), "ada", "POST /payments", "k")
	assert.NoError(t, err)
	return s.memory.Save(t.Context(), *r)
}

// Another process may answer between our look and our write, whatever our handler says.
func TestAnAnswerThatAnotherProcessSavedIsReplayed(t *testing.T) {
	for name, outcome := range map[string]error{"success": nil, "declared error": errRefused} {
		t.Run(name, func(t *testing.T) {
			s, c := newService(t)
			s.outcome = outcome
			s.running = func() { assert.NoError(t, s.other(t)) }
			r := post(c, "k", body)
			assert.Equal(t, fmt.Sprint(r.Status, r.Header.Get(idempotency.HeaderReplayed)), "200true")
			assert.Equal(t, s.done, nil, "its own transaction was rolled back")
		})
	}
}

func TestA4AKeyThatAnotherProcessHasClaimedIsRefusedBeforeTheHandler(t *testing.T) {
	s, c := newService(t)
	s.running = func() { t.Error("the handler runs") }
	s.claim = func() error { return fmt.Errorf("postgres: %w", idempotency.ErrInFlight) }
	r := post(c, "k", body)
	assert.Equal(t, c.Problem(r).Code, "idempotency_key_in_use")
	assert.Equal(t, r.Header.Get("Retry-After"), "1")

	s.running, s.claim = nil, nil
	assert.Equal(t, post(c, "k", body).Status, 201, "that it was in use is not stored")

	c.ServerErrors = true
	s.claim = func() error { return errors.New("connection lost") }
	assert.Equal(t, post(c, "other", body).Status, 500)
}

func TestA17TheHeaderAndItsAnswersAreDocumented(t *testing.T) {
	s := new(service)
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, s.routes)
	assert.NoError(t, err)
	doc := app.Document()
	op := doc.Paths["/payments"].Post
	var names []string
	for _, p := range op.Parameters {
		names = append(names, p.Name)
	}
	assert.Equal(t, slices.Contains(names, "Idempotency-Key"), true)
	for _, status := range []string{"200", "201", "400", "409", "422"} {
		assert.Equal(t, op.Responses[status] != nil, true, status)
	}
	assert.Equal(t, op.Responses["200"].Headers[idempotency.HeaderReplayed].Description, "true")
	assert.Equal(t, op.Responses["201"].Headers[idempotency.HeaderReplayed] == nil, true)
	assert.Equal(t, doc.Components.Responses["409.idempotency_key_in_use"].Headers["Retry-After"] != nil, true)
}

func TestMistakesInTheConfiguration(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(context.Context, *struct{}) (int, error) { return 0, nil }, idempotency.Require(idempotency.Config{TTL: time.Hour}))
	})
	assert.Contains(t, fmt.Sprint(err), "TTL is 1h0m0s: want 24h or more")
	assert.Contains(t, fmt.Sprint(err), "no provider in scope gives a tenon.Caller")
}

func TestAStreamedAnswerCannotBeStored(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(context.Context, *struct{}) (tenon.Lines[int], error) { return nil, nil }, idempotency.Require(idempotency.Config{}))
	})
	assert.Contains(t, fmt.Sprint(err), "needs whole answers, but this one is streamed")
}
