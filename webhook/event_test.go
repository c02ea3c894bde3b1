package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/jsonschema"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"
)

const owner = tenon.Caller("acme")

// shop is a service whose orders and events are in one transaction.
type shop struct {
	events webhook.Memory
	orders []string
	commit error // of the next commit
}

// A shopTx is its transaction.
type shopTx struct {
	*webhook.MemoryTx
	orders []string
}

func (s *shop) begin(context.Context, *struct{}) (*shopTx, tenon.Close, error) {
	tx := &shopTx{MemoryTx: s.events.Begin()}
	return tx, func(_ context.Context, outcome error) error {
		if outcome != nil {
			return nil
		}
		if s.commit != nil {
			return s.commit
		}
		s.orders = append(s.orders, tx.orders...)
		tx.Commit()
		return nil
	}, nil
}

type createOrder struct {
	Tx     *shopTx
	Events webhook.Outbox
	Body   shopOrder
}

type shopOrder struct {
	Name string `json:"name"`
	Fail bool   `json:"fail"`
}

var errSuspended = errors.New("suspended")

func (s *shop) create(ctx context.Context, in *createOrder) (string, error) {
	in.Tx.orders = append(in.Tx.orders, in.Body.Name)
	if err := in.Events.Publish(ctx, "order.created", in.Body); err != nil {
		return "", err
	}
	if in.Body.Fail {
		return "", errSuspended
	}
	return in.Body.Name, nil
}

func (s *shop) routes(r *tenon.Router) {
	publisher, err := webhook.NewPublisher(webhook.PublisherConfig{Types: map[string]any{"order.created": shopOrder{}}})
	if err != nil {
		r.Use(tenon.Mistake(err))
		return
	}
	r.Use(tenon.Value(owner), tenon.Scoped(s.begin), tenon.MapError(errSuspended, 403, "suspended", "Suspended"))
	r.Use(tenon.Provide(func(_ context.Context, in *struct{ Tx *shopTx }) (webhook.Events, error) { return in.Tx, nil }), publisher.Option())
	tenon.Post(r, "/orders", s.create, tenon.Errors(errSuspended))
}

func TestI1AnEventIsCommittedWithItsOrder(t *testing.T) {
	var s shop
	c := s.client(t)
	assert.Equal(t, c.Do("POST", "/orders", `{"name":"a","fail":false}`).Status, 200)
	assert.Equal(t, s.orders, []string{"a"})
	assert.Equal(t, s.published(t), []string{"a"})
}

func TestI2NoEventForWhatWasRolledBack(t *testing.T) {
	var s shop
	c := s.client(t)
	assert.Equal(t, c.Do("POST", "/orders", `{"name":"a","fail":true}`).Status, 403)
	s.commit = errors.New("lost")
	c.ServerErrors = true
	assert.Equal(t, c.Do("POST", "/orders", `{"name":"b","fail":false}`).Status, 500)
	assert.Equal(t, len(s.orders), 0)
	assert.Equal(t, len(s.published(t)), 0)
}

func TestAnEventFitsTheDocument(t *testing.T) {
	var s shop
	c := s.client(t)
	document := c.Do("GET", "/openapi.json", "").Body
	parsed, err := jsonschema.Parse(document, jsonschema.StandardFormats())
	assert.NoError(t, err)
	body, err := parsed.Compile(jsonschema.Pointer("webhooks", "order.created", "post", "requestBody", "content", "application/json", "schema"))
	assert.NoError(t, err)
	assert.Equal(t, c.Do("POST", "/orders", `{"name":"a","fail":false}`).Status, 200)
	event := s.claim(t)[0].Event.Body
	assert.NoError(t, body.Validate(event))
	other := bytes.Replace(event, []byte("order.created"), []byte("order.lost"), 1)
	assert.Equal(t, body.Validate(other) != nil, true, "an event of another type does not fit")
}

func (s *shop) client(t *testing.T) *tenontest.Client {
	t.Helper()
	assert.NoError(t, s.events.AddEndpoint(t.Context(), webhook.NewEndpoint(owner, "https://a.example", time.Now())))
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1"}, s.routes)
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func (s *shop) claim(t *testing.T) []webhook.Claimed {
	t.Helper()
	claimed, err := s.events.Claim(t.Context(), webhook.Claim{Token: "t", Now: time.Now(), Until: time.Now(), Limit: 10, PerEndpoint: 10})
	assert.NoError(t, err)
	return claimed
}

// published returns the names of orders of which events tell.
func (s *shop) published(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, c := range s.claim(t) {
		var e struct {
			Type      string
			Timestamp time.Time
			Data      struct{ Name string }
		}
		assert.NoError(t, json.Unmarshal(c.Event.Body, &e))
		assert.Equal(t, e.Type, "order.created")
		assert.Equal(t, e.Timestamp, c.Event.At)
		names = append(names, e.Data.Name)
	}
	return names
}

// appended keeps what is appended, or refuses it.
type appended struct {
	events []webhook.Event
	err    error
}

func (a *appended) Append(_ context.Context, e webhook.Event) error {
	a.events = append(a.events, e)
	return a.err
}

func (*appended) Transactional() {}

func outbox(t *testing.T, to webhook.Events, types map[string]any) webhook.Outbox {
	t.Helper()
	p, err := webhook.NewPublisher(webhook.PublisherConfig{Types: types})
	assert.NoError(t, err)
	return p.Outbox(owner, to)
}

func TestPayloadsAreEncodedAsAnswersAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type order struct {
			Note  tenon.Opt[string] `json:"note"`
			Lines []string          `json:"lines"`
			Price schema.Decimal    `json:"price"`
		}
		var to appended
		out := outbox(t, &to, map[string]any{"order.created": order{}, "order.settled": (*order)(nil)})
		o := order{Price: schema.NewDecimal(1999, 2)}
		assert.NoError(t, out.Publish(t.Context(), "order.created", o))
		assert.NoError(t, out.Publish(t.Context(), "order.settled", &o))
		o.Lines = append(o.Lines, "later")
		want := `{"type":"%s","timestamp":"2000-01-01T00:00:00Z","data":{"lines":[],"price":19.99}}`
		for i, typ := range []string{"order.created", "order.settled"} {
			assert.Equal(t, string(to.events[i].Body), fmt.Sprintf(want, typ))
			assert.Equal(t, to.events[i].Owner, owner)
			assert.Equal(t, to.events[i].Type, typ)
		}
		assert.Equal(t, to.events[0].ID != to.events[1].ID, true)
	})
}

func TestWhatCannotBePublishedIsRefused(t *testing.T) {
	var to appended
	out := outbox(t, &to, map[string]any{"a": ""})
	assert.Contains(t, fmt.Sprint(out.Publish(t.Context(), "b", "")), `publish "b": it is none of PublisherConfig.Types`)
	assert.Contains(t, fmt.Sprint(out.Publish(t.Context(), "a", 1)), `publish "a": it carries string, not int`)
	assert.Contains(t, fmt.Sprint(out.Publish(t.Context(), "a", nil)), "not <nil>")
	assert.Contains(t, fmt.Sprint(out.Publish(t.Context(), "a", "\xff")), "UTF-8")
	assert.ErrorIs(t, out.Publish(t.Context(), "a", strings.Repeat("a", webhook.MaxBody)), webhook.ErrTooLarge)
	assert.Equal(t, len(to.events), 0)
	to.err = errors.New("disk full")
	assert.ErrorIs(t, out.Publish(t.Context(), "a", ""), to.err)
}

func TestTypesOfEventsAreCheckedAtOnce(t *testing.T) {
	p, err := webhook.NewPublisher(webhook.PublisherConfig{Types: map[string]any{"order.settled": 1, "A_1.b": 1, strings.Repeat("a", 128): 1}})
	assert.NoError(t, err)
	assert.Equal(t, p.Types(), []string{"A_1.b", strings.Repeat("a", 128), "order.settled"})

	types := map[string]any{"nil": nil, "chan": make(chan int), "secret": struct{ S tenon.Secret[string] }{}}
	for _, typ := range []string{"", ".", "a.", ".a", "a..b", "a b", "a-b", "é", "a\n", strings.Repeat("a", 129)} {
		types[typ] = 1
	}
	_, err = webhook.NewPublisher(webhook.PublisherConfig{Types: types})
	assert.Equal(t, len(strings.Split(fmt.Sprint(err), "webhook.PublisherConfig.Types[")), len(types)+1, err)
	_, err = webhook.NewPublisher(webhook.PublisherConfig{})
	assert.Contains(t, fmt.Sprint(err), "Types is empty")
}
