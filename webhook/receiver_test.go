package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"
)

func mustReceiver(t *testing.T, cfg webhook.ReceiverConfig) *webhook.Receiver {
	t.Helper()
	if cfg.Secrets == nil {
		cfg.Secrets = []webhook.Secret{mustParse(t, publishedSecret)}
	}
	rc, err := webhook.NewReceiver(cfg)
	assert.NoError(t, err)
	return rc
}

// sendTo sends a signed message to a handler.
func sendTo(h http.Handler, secret webhook.Secret, id, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/hooks", strings.NewReader(body))
	now := time.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(webhook.HeaderID, id)
	r.Header.Set(webhook.HeaderTimestamp, fmt.Sprint(now.Unix()))
	r.Header.Set(webhook.HeaderSignature, secret.Sign(id, now, []byte(body)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestI10ReceiverLetsThroughWhatIsSignedAndNew(t *testing.T) {
	secret := mustParse(t, publishedSecret)
	var got []string
	status := []int{500, 201}
	h := mustReceiver(t, webhook.ReceiverConfig{}).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		got = append(got, string(body))
		w.WriteHeader(status[len(got)-1])
	}))
	assert.Equal(t, sendTo(h, webhook.NewSecret(), "msg_1", "{}").Code, 403, "forged")
	assert.Equal(t, sendTo(h, secret, "msg_1", "{}").Code, 500, "failed")
	assert.Equal(t, sendTo(h, secret, "msg_1", "{}").Code, 201, "again")
	assert.Equal(t, sendTo(h, secret, "msg_1", "{}").Code, 204, "received before")
	assert.Equal(t, sendTo(h, secret, "msg_2", strings.Repeat("a", webhook.MaxBody+1)).Code, 413, "large")
	assert.Equal(t, sendTo(h, secret, "msg.2", "{}").Code, 400, "malformed")
	assert.Equal(t, got, []string{"{}", "{}"})
}

func TestI10AnEventIsReceivedOnceAtATime(t *testing.T) {
	secret := mustParse(t, publishedSecret)
	var h http.Handler
	inner := 0
	h = mustReceiver(t, webhook.ReceiverConfig{}).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		answer := sendTo(h, secret, "msg_1", "{}")
		inner = answer.Code
		assert.Equal(t, answer.Header().Get("Retry-After"), "5")
		assert.Contains(t, answer.Body.String(), "webhook_in_progress")
	}))
	assert.Equal(t, sendTo(h, secret, "msg_1", "{}").Code, 200)
	assert.Equal(t, inner, 409)
	assert.Equal(t, sendTo(h, secret, "msg_1", "{}").Code, 204, "nothing written is a success")
}

func TestI10WhatPanickedCanComeAgain(t *testing.T) {
	secret := mustParse(t, publishedSecret)
	calls := 0
	h := mustReceiver(t, webhook.ReceiverConfig{}).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			panic("no")
		}
		w.WriteHeader(http.StatusEarlyHints)
		w.Write([]byte("thanks"))
	}))
	func() {
		defer func() { assert.Equal(t, recover(), "no") }()
		sendTo(h, secret, "msg_1", "{}")
	}()
	sendTo(h, secret, "msg_1", "{}")
	assert.Equal(t, calls, 2)
	assert.Equal(t, sendTo(h, secret, "msg_1", "{}").Code, 204)
}

type brokenSeen struct{}

func (brokenSeen) Begin(context.Context, string) (func(bool), error) {
	return nil, errors.New("database is away")
}

func TestAReceiverThatCannotRememberRefuses(t *testing.T) {
	h := mustReceiver(t, webhook.ReceiverConfig{Seen: brokenSeen{}}).Wrap(http.NotFoundHandler())
	answer := sendTo(h, mustParse(t, publishedSecret), "msg_1", "{}")
	assert.Equal(t, answer.Code, 500)
	assert.Equal(t, strings.Contains(answer.Body.String(), "database"), false)
}

func TestMistakesOfAReceiverAreReportedTogether(t *testing.T) {
	_, err := webhook.NewReceiver(webhook.ReceiverConfig{MaxBody: -1})
	assert.Contains(t, fmt.Sprint(err), "Secrets is empty")
	assert.Contains(t, fmt.Sprint(err), "MaxBody is -1")
	_, err = webhook.NewReceiver(webhook.ReceiverConfig{Secrets: make([]webhook.Secret, 1)})
	assert.Contains(t, fmt.Sprint(err), "Secrets[0] is no secret")
}

type orderCreated struct {
	webhook.Headers
	Body struct {
		Data struct {
			Amount int `json:"amount" check:"gt=0"`
		} `json:"data"`
	}
}

func TestI10TypedOperationsReceiveMessages(t *testing.T) {
	secret := mustParse(t, publishedSecret)
	var got []string
	app, err := tenon.New(tenon.Config{Title: "Receiver", Version: "1"}, func(r *tenon.Router) {
		tenon.Post(r, "/hooks", func(_ context.Context, in *orderCreated) (tenon.NoContent, error) {
			got = append(got, fmt.Sprint(in.ID, " ", in.Body.Data.Amount))
			return tenon.NoContent{}, nil
		}, mustReceiver(t, webhook.ReceiverConfig{}).Option())
	})
	assert.NoError(t, err)
	assert.Equal(t, sendTo(app, secret, "msg_1", `{"data":{"amount":0}}`).Code, 422)
	assert.Equal(t, sendTo(app, secret, "msg_1", `{"data":{"amount":17}}`).Code, 204)
	assert.Equal(t, sendTo(app, secret, "msg_1", `{"data":{"amount":17}}`).Code, 204)
	assert.Equal(t, got, []string{"msg_1 17"})
	c := tenontest.New(t, app) // judges the answer by the document
	assert.Equal(t, c.Do("POST", "/hooks", "{}").Status, 400)
}

func TestI10SeenIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := webhook.NewSeenMemory(webhook.SeenConfig{Max: 2, TTL: time.Hour})
		take := func(id string, received bool) error {
			end, err := m.Begin(t.Context(), id)
			if err == nil {
				end(received)
				end(!received) // once only
			}
			return err
		}
		assert.NoError(t, take("a", true))
		assert.ErrorIs(t, take("a", true), webhook.ErrSeen)
		assert.NoError(t, take("b", false))
		assert.NoError(t, take("b", true), "it was not received")
		assert.NoError(t, take("c", true))
		assert.ErrorIs(t, take("b", true), webhook.ErrSeen)
		assert.NoError(t, take("a", false), "the oldest was forgotten")
		time.Sleep(time.Hour - time.Nanosecond)
		assert.ErrorIs(t, take("b", true), webhook.ErrSeen)
		time.Sleep(time.Nanosecond)
		assert.NoError(t, take("b", true), "it was forgotten in time")
	})
}
