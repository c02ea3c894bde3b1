package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

func TestI3IDAndBodyAreTheSameOnEachRedelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := &inbox{status: func(n int) int { return []int{500, 503, 204, 204}[n] }}
		w.receiver("a.example", in.ServeHTTP)
		w.run(webhook.Config{})
		w.publish("order.created", map[string]string{"name": "<é>"})
		time.Sleep(time.Hour)
		w.publish("order.created", map[string]string{"name": "<é>"})
		time.Sleep(time.Minute)
		got := in.got()
		assert.Equal(t, len(got), 4)
		for _, again := range got[1:3] {
			assert.Equal(t, again.header.Get(webhook.HeaderID), got[0].header.Get(webhook.HeaderID))
			assert.Equal(t, again.body, got[0].body)
		}
		assert.Equal(t, got[3].header.Get(webhook.HeaderID) != got[0].header.Get(webhook.HeaderID), true, "another event has another ID")
		assert.Contains(t, got[0].body, `{"type":"order.created","timestamp":"2000-01-01T00:00:00Z","data":{"name":"<é>"}}`)
		assert.Equal(t, got[0].header.Get("Content-Type"), "application/json")
	})
}

func TestI4EachAttemptIsSignedWithAFreshTimestamp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := &inbox{status: func(n int) int { return []int{500, 204}[n] }}
		e := w.receiver("a.example", in.ServeHTTP)
		w.run(webhook.Config{})
		w.publish("order.created", 1)
		time.Sleep(time.Minute)
		got := in.got()
		assert.Equal(t, len(got), 2)
		for _, m := range got {
			id, err := webhook.Verify(m.header, []byte(m.body), m.at, e.Secret)
			assert.NoError(t, err)
			assert.Equal(t, strings.HasPrefix(id, "msg_"), true)
		}
		assert.Equal(t, got[0].header.Get(webhook.HeaderTimestamp) != got[1].header.Get(webhook.HeaderTimestamp), true, "timestamps differ")
	})
}

func TestI5BothSecretsSignWhileTheyAreRotated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := &inbox{}
		e := w.receiver("a.example", in.ServeHTTP)
		w.run(webhook.Config{})
		next := webhook.NewSecret()
		_, err := w.store.UpdateEndpoint(t.Context(), owner, e.ID, func(e *webhook.Endpoint) error {
			e.Rotate(next, time.Now().Add(24*time.Hour))
			return nil
		})
		assert.NoError(t, err)
		w.publish("a", 1)
		time.Sleep(24 * time.Hour)
		w.publish("a", 2)
		time.Sleep(time.Minute)
		got := in.got()
		assert.Equal(t, len(got), 2)
		for i, fits := range []error{nil, webhook.ErrSignature} {
			signatures := strings.Split(got[i].header.Get(webhook.HeaderSignature), " ")
			assert.Equal(t, len(signatures), 2-i)
			_, err := webhook.Verify(got[i].header, []byte(got[i].body), got[i].at, e.Secret)
			assert.ErrorIs(t, err, fits, "old secret")
			_, err = webhook.Verify(got[i].header, []byte(got[i].body), got[i].at, next)
			assert.NoError(t, err, "new secret")
		}
	})
}

func TestASecretThatLeakedSignsNothingMore(t *testing.T) {
	e := webhook.NewEndpoint(owner, "https://a.example", time.Now())
	e.Rotate(webhook.NewSecret(), time.Time{})
	assert.Equal(t, e.Previous.IsZero(), true)
}

func TestI6WhatAnAnswerMeans(t *testing.T) {
	tests := []struct {
		name     string
		status   int
		header   http.Header
		failure  webhook.Failure
		state    webhook.State
		disabled webhook.DisabledReason
		next     time.Duration // of the same delivery, at least
		pause    time.Duration // of the endpoint
	}{
		{name: "200", status: 200, state: webhook.Delivered},
		{name: "204", status: 204, state: webhook.Delivered},
		{name: "299", status: 299, state: webhook.Delivered},
		{name: "300", status: 300, failure: webhook.FailRedirect, state: webhook.Pending},
		{name: "307", status: 307, header: http.Header{"Location": {"/elsewhere"}}, failure: webhook.FailRedirect, state: webhook.Pending},
		{name: "400", status: 400, failure: webhook.FailStatus, state: webhook.Pending},
		{name: "410", status: 410, failure: webhook.FailGone, state: webhook.Exhausted, disabled: webhook.DisabledGone},
		{name: "500", status: 500, header: http.Header{"Retry-After": {"60"}}, failure: webhook.FailStatus, state: webhook.Pending, next: time.Minute},
		{name: "429", status: 429, failure: webhook.FailStatus, state: webhook.Pending, pause: 5 * time.Second},
		{name: "429 with seconds", status: 429, header: http.Header{"Retry-After": {"60"}}, failure: webhook.FailStatus, state: webhook.Pending, next: time.Minute, pause: time.Minute},
		{name: "502 with a date", status: 502, header: http.Header{"Retry-After": {"Sat, 01 Jan 2000 00:02:00 GMT"}}, failure: webhook.FailStatus, state: webhook.Pending, next: 2 * time.Minute, pause: 2 * time.Minute},
		{name: "503 with too much", status: 503, header: http.Header{"Retry-After": {"1000000"}}, failure: webhook.FailStatus, state: webhook.Pending, next: time.Hour, pause: time.Hour},
		{name: "504 with nonsense", status: 504, header: http.Header{"Retry-After": {"-1"}}, failure: webhook.FailStatus, state: webhook.Pending, pause: 5 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				in := &inbox{status: always(tt.status), header: tt.header}
				e := w.receiver("a.example", in.ServeHTTP)
				w.publish("a", 1)
				begin := time.Now()
				w.run(webhook.Config{})
				time.Sleep(3 * time.Second)
				d := w.only(e)
				assert.Equal(t, len(d.Attempts), 1)
				assert.Equal(t, d.Attempts[0].Status, tt.status)
				assert.Equal(t, d.Attempts[0].Failure, tt.failure)
				assert.Equal(t, d.State, tt.state)
				if tt.state == webhook.Pending {
					assert.Equal(t, d.Due.Sub(begin) >= max(tt.next, 4500*time.Millisecond), true, "due", d.Due)
				}
				now, err := w.store.Endpoint(t.Context(), owner, e.ID)
				assert.NoError(t, err)
				assert.Equal(t, now.Disabled, tt.disabled)
				assert.Equal(t, max(now.Paused.Sub(begin), 0), tt.pause)
				assert.Equal(t, len(in.got()), 1, "messages")
			})
		})
	}
}

func TestI7ScheduleSpansDaysWithJitter(t *testing.T) {
	const poll = 3 * time.Second
	want := []time.Duration{
		0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
		5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := &inbox{status: always(500)}
		e := w.receiver("a.example", in.ServeHTTP)
		last := time.Now()
		w.publish("a", 1)
		w.run(webhook.Config{Poll: poll})
		time.Sleep(4 * 24 * time.Hour)
		got := in.got()
		assert.Equal(t, len(got), len(want))
		exact := 0
		for i, m := range got {
			delay := m.at.Sub(last)
			low, high := want[i]*9/10, want[i]*11/10+poll
			if delay < low || delay > high {
				t.Errorf("attempt %d: after %v, want %v to %v", i+1, delay, low, high)
			}
			if delay-want[i] < poll && delay >= want[i] {
				exact++
			}
			last = m.at
		}
		assert.Equal(t, exact < len(want), true, "there is jitter")
		assert.Equal(t, w.only(e).State, webhook.Exhausted)
		assert.Equal(t, failures(w.only(e)), strings.TrimSpace(strings.Repeat("status ", len(want))))
	})
}

func TestI7AnAttemptTakesTwentySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", hang)
		w.publish("a", 1)
		w.run(webhook.Config{})
		time.Sleep(21 * time.Second)
		d := w.only(e)
		assert.Equal(t, failures(d), "timeout")
		assert.Equal(t, d.Attempts[0].Latency, 20*time.Second)
	})
}

func TestI9AnEndpointThatIsDownForADayDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		up := make(chan struct{})
		time.AfterFunc(24*time.Hour, func() { close(up) })
		down := w.receiver("down.example", func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-up:
			default:
				hang(w, r)
			}
		})
		healthy := &inbox{}
		e := w.receiver("healthy.example", healthy.ServeHTTP)
		w.run(webhook.Config{Concurrency: 8, PerEndpoint: 4})
		for range 24 * 6 {
			begin := time.Now()
			w.publish("a", 1)
			time.Sleep(10 * time.Minute)
			got := healthy.got()
			if delay := got[len(got)-1].at.Sub(begin); delay > 2*time.Second {
				t.Errorf("delivered after %v, want at most 2s", delay)
			}
		}
		assert.Equal(t, len(healthy.got()), 24*6)
		assert.Equal(t, len(w.list(e)), 24*6)
		time.Sleep(24 * time.Hour)
		for _, d := range w.list(down) {
			assert.Equal(t, d.State, webhook.Delivered)
		}
	})
}

func TestI9ManyEndpointsThatAreDownLeaveRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 20 {
			w.receiver(fmt.Sprint(i, ".example"), hang)
		}
		for range 50 {
			w.publish("a", 1)
		}
		w.run(webhook.Config{Concurrency: 16})
		healthy := &inbox{}
		w.receiver("healthy.example", healthy.ServeHTTP)
		var worst, sum time.Duration
		for range 200 {
			begin := time.Now()
			w.publish("a", 1)
			time.Sleep(2 * time.Minute)
			got := healthy.got()
			delay := got[len(got)-1].at.Sub(begin)
			worst, sum = max(worst, delay), sum+delay
		}
		assert.Equal(t, len(healthy.got()), 200)
		assert.Equal(t, worst <= 20*time.Second, true, "worst delay", worst)
		assert.Equal(t, sum/200 <= 5*time.Second, true, "mean delay", sum/200)
		t.Logf("delays of a healthy endpoint: %v on average, %v at worst", sum/200, worst)
	})
}

func TestI9ReplaySendsTheSameEventAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := &inbox{status: func(n int) int { return []int{500, 500, 204}[n] }}
		e := w.receiver("a.example", in.ServeHTTP)
		w.publish("a", 1)
		d := w.dispatcher(webhook.Config{Schedule: []time.Duration{time.Second}})
		start(t, d)
		time.Sleep(time.Minute)
		assert.Equal(t, w.only(e).State, webhook.Exhausted)
		assert.NoError(t, w.store.Replay(t.Context(), owner, w.only(e).ID, time.Now()))
		d.Wake()
		time.Sleep(20 * time.Millisecond) // it may just have looked
		synctest.Wait()
		assert.Equal(t, w.only(e).State, webhook.Delivered)
		got := in.got()
		assert.Equal(t, got[2].header.Get(webhook.HeaderID), got[0].header.Get(webhook.HeaderID))
		assert.Equal(t, got[2].body, got[0].body)
	})
}

func TestWakeSendsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", new(inbox).ServeHTTP)
		d := w.dispatcher(webhook.Config{Poll: time.Hour})
		start(t, d)
		time.Sleep(time.Second)
		w.publish("a", 1)
		d.Wake()
		d.Wake() // never blocks
		synctest.Wait()
		assert.Equal(t, w.only(e).State, webhook.Delivered)
	})
}

// counting is a store that counts the claims.
type counting struct {
	webhook.Store
	claims atomic.Int64
}

func (s *counting) Claim(ctx context.Context, c webhook.Claim) ([]webhook.Claimed, error) {
	s.claims.Add(1)
	return s.Store.Claim(ctx, c)
}

func TestManyCommitsAtATimeShareALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", new(inbox).ServeHTTP)
		store := &counting{Store: &w.store}
		d := w.dispatcher(webhook.Config{Poll: time.Hour, Store: store})
		start(t, d)
		for range 1000 {
			time.Sleep(time.Millisecond)
			d.Wake()
		}
		synctest.Wait()
		n := store.claims.Load()
		assert.Equal(t, n >= 50 && n <= 52, true, n)
		w.publish("a", 1)
		d.Wake()
		time.Sleep(20 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, w.only(e).State, webhook.Delivered)
	})
}

func TestStoppingFinishesWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", func(http.ResponseWriter, *http.Request) { time.Sleep(5 * time.Second) })
		w.publish("a", 1)
		stop := w.run(webhook.Config{})
		time.Sleep(time.Second / 2)
		w.publish("a", 2)
		begin := time.Now()
		stop()
		assert.Equal(t, time.Since(begin), 4500*time.Millisecond)
		assert.Equal(t, w.list(e)[0].State, webhook.Pending, "published later")
		assert.Equal(t, w.list(e)[1].State, webhook.Delivered, "under way")
	})
}

func TestStoppingGivesBackWhatDoesNotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", hang)
		w.publish("a", 1)
		stop := w.run(webhook.Config{})
		synctest.Wait()
		begin := time.Now()
		stop()
		assert.Equal(t, time.Since(begin), 5*time.Second)
		assert.Equal(t, len(w.only(e).Attempts), 0)
		again, err := w.store.Claim(t.Context(), webhook.Claim{Token: "t", Now: time.Now(), Until: time.Now().Add(time.Minute), Limit: 1, PerEndpoint: 1})
		assert.NoError(t, err)
		assert.Equal(t, len(again), 1, "due at once")
	})
}

func TestAttemptsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var running, most atomic.Int32
		slow := func(http.ResponseWriter, *http.Request) {
			n := running.Add(1)
			defer running.Add(-1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			time.Sleep(time.Second)
		}
		for _, host := range []string{"a", "b", "c", "d"} {
			w.receiver(host+".example", slow)
		}
		for range 20 {
			w.publish("a", 1)
		}
		w.run(webhook.Config{Concurrency: 6, PerEndpoint: 2})
		time.Sleep(time.Minute)
		assert.Equal(t, most.Load(), 6)
	})
}

func TestOldDeliveriesAreDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", new(inbox).ServeHTTP)
		w.publish("a", 1)
		w.run(webhook.Config{Poll: time.Minute})
		time.Sleep(30 * 24 * time.Hour)
		assert.Equal(t, len(w.list(e)), 1)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, len(w.list(e)), 0)
	})
}

func TestEachAttemptIsObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.receiver("a.example", (&inbox{status: func(n int) int { return []int{500, 410}[n] }}).ServeHTTP)
		w.publish("order.created", 1)
		var got []webhook.Report
		stop := w.run(webhook.Config{Observe: func(r webhook.Report) { got = append(got, r) }})
		time.Sleep(time.Minute)
		stop()
		assert.Equal(t, len(got), 2)
		d := w.only(e)
		want := webhook.Report{Endpoint: e.ID, Delivery: d.ID, Event: d.Event, Type: "order.created", Attempt: d.Attempts[0], State: webhook.Pending}
		assert.Equal(t, got[0], want)
		want.Attempt, want.State, want.Disabled = d.Attempts[1], webhook.Exhausted, true
		assert.Equal(t, got[1], want)
	})
}

func TestMistakesInTheConfigurationAreReportedTogether(t *testing.T) {
	_, err := webhook.NewDispatcher(webhook.Config{
		Timeout: 31 * time.Second, Concurrency: -1, PerEndpoint: -1, Lease: time.Second, Poll: -1, Drain: -1,
		Schedule: []time.Duration{time.Hour, 0}, Retention: time.Hour,
	})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		"Store is nil", "Timeout is 31s: want up to 30s", "Concurrency is -1", "PerEndpoint is -1", "Lease is 1s: want more than Timeout",
		"Poll is", "Drain is", "Schedule[1] is 0s", "Retention is 1h0m0s: want more than the schedule",
	} {
		assert.Contains(t, err.Error(), want)
	}
}
