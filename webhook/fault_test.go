package webhook_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/webhook"
)

// crashed is the store of a process that dies: from then on nothing reaches it.
type crashed struct {
	webhook.Store
	dead atomic.Bool
}

var errDead = errors.New("dead")

func (s *crashed) Claim(ctx context.Context, c webhook.Claim) ([]webhook.Claimed, error) {
	if s.dead.Load() {
		return nil, errDead
	}
	return s.Store.Claim(ctx, c)
}

func (s *crashed) Settle(ctx context.Context, results []webhook.Result) (int, error) {
	if s.dead.Load() {
		return 0, errDead
	}
	return s.Store.Settle(ctx, results)
}

func (s *crashed) Release(ctx context.Context, leases []webhook.Lease) error {
	if s.dead.Load() {
		return errDead
	}
	return s.Store.Release(ctx, leases)
}

func TestI1WhatADeadProcessLeftIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dying := &crashed{Store: &w.store}
		in := &inbox{status: func(int) int {
			dying.dead.Store(true) // with the message received and nothing settled
			return 204
		}}
		e := w.receiver("a.example", in.ServeHTTP)
		w.publish("a", 1)
		w.run(webhook.Config{Store: dying, Lease: time.Minute})
		synctest.Wait()
		assert.Equal(t, w.only(e).State, webhook.Pending)
		w.run(webhook.Config{})
		time.Sleep(2 * time.Minute)
		got := in.got()
		assert.Equal(t, len(got), 2)
		assert.Equal(t, got[1].at.Sub(got[0].at) >= time.Minute, true, "after the lease")
		assert.Equal(t, got[1].header.Get(webhook.HeaderID), got[0].header.Get(webhook.HeaderID))
		assert.Equal(t, w.only(e).State, webhook.Delivered)
	})
}

func TestWhatTheStoreDoesNotTakeIsSettledLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		away := &crashed{Store: &w.store}
		in := &inbox{status: func(int) int {
			away.dead.Store(true)
			return 204
		}}
		e := w.receiver("a.example", in.ServeHTTP)
		w.publish("a", 1)
		w.run(webhook.Config{Store: away})
		time.Sleep(30 * time.Second)
		assert.Equal(t, w.only(e).State, webhook.Pending)
		away.dead.Store(false)
		time.Sleep(time.Minute)
		assert.Equal(t, w.only(e).State, webhook.Delivered)
		assert.Equal(t, len(in.got()), 1)
	})
}

func TestWhatTheStoreDidNotTakeIsOfferedWhenStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		away := &crashed{Store: &w.store}
		e := w.receiver("a.example", (&inbox{status: func(int) int {
			away.dead.Store(true)
			return 204
		}}).ServeHTTP)
		w.publish("a", 1)
		stop := w.run(webhook.Config{Store: away, Poll: time.Hour})
		time.Sleep(time.Second)
		away.dead.Store(false)
		stop()
		assert.Equal(t, w.only(e).State, webhook.Delivered)
	})
}

// flaky is a store of which every nth call fails: before it has an effect, or after it,
// as when only the answer is lost.
type flaky struct {
	webhook.Store
	n, calls int
	healed   atomic.Bool
}

var errFlaky = errors.New("flaky")

func (s *flaky) fail() (before, after error) {
	switch s.calls++; {
	case s.calls%s.n != 0, s.healed.Load():
	case s.calls/s.n%2 == 0:
		return errFlaky, nil
	default:
		return nil, errFlaky
	}
	return nil, nil
}

func (s *flaky) Claim(ctx context.Context, c webhook.Claim) ([]webhook.Claimed, error) {
	before, after := s.fail()
	if before != nil {
		return nil, before
	}
	claimed, err := s.Store.Claim(ctx, c)
	if after != nil {
		return nil, after
	}
	return claimed, err
}

func (s *flaky) Settle(ctx context.Context, results []webhook.Result) (int, error) {
	before, after := s.fail()
	if before != nil {
		return 0, before
	}
	lost, err := s.Store.Settle(ctx, results)
	return lost, errors.Join(err, after)
}

func TestNothingIsLostWhenEveryNthCallOfTheStoreFails(t *testing.T) {
	for n := 2; n <= 12; n++ {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			in := &inbox{status: func(i int) int { return []int{204, 500, 204}[i%3] }}
			e := w.receiver("a.example", in.ServeHTTP)
			store := &flaky{Store: &w.store, n: n}
			w.run(webhook.Config{Store: store, Poll: 10 * time.Second})
			const events = 20
			for range events {
				w.publish("a", 1)
				time.Sleep(time.Minute)
			}
			time.Sleep(24 * time.Hour)
			store.healed.Store(true) // what was always met by the nth call is only late
			time.Sleep(4 * 24 * time.Hour)
			seen := make(map[string]bool)
			for _, m := range in.got() {
				seen[m.header.Get(webhook.HeaderID)] = true
			}
			assert.Equal(t, len(seen), events, "every", n)
			for _, d := range w.list(e) {
				assert.Equal(t, d.State, webhook.Delivered, "every", n)
			}
		})
	}
}

// claims counts the deliveries that were claimed.
type claims struct {
	webhook.Store
	count int
}

func (s *claims) Claim(ctx context.Context, c webhook.Claim) ([]webhook.Claimed, error) {
	claimed, err := s.Store.Claim(ctx, c)
	s.count += len(claimed)
	return claimed, err
}

func TestAProcessThatWasStoppedPastItsLeaseClaimsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		in := &inbox{}
		w.receiver("a.example", in.ServeHTTP)
		w.publish("a", 1)
		store := &claims{Store: &w.store}
		var calls atomic.Int32
		clock := func() time.Time { // a minute passes between the claim and the attempt
			if calls.Add(1) > 2 {
				return time.Now().Add(time.Minute)
			}
			return time.Now()
		}
		stop := w.run(webhook.Config{Store: store, Now: clock})
		synctest.Wait()
		stop()
		assert.Equal(t, store.count, 2, "claims")
		assert.Equal(t, len(in.got()), 1, "messages")
	})
}
