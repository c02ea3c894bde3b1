package webhooktest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tenonapi/tenon/webhook"
)

var claims = []test{
	{"an event is there when its transaction was committed, and never otherwise", func(s *suite) {
		s.endpoint(owner)
		failure := errors.New("rolled back")
		e := webhook.Event{ID: "msg_1", Owner: owner, Type: "a", At: s.now, Body: []byte("{}")}
		s.is(s.InTx(s.Context(), func(ctx context.Context, tx Tx) error {
			s.must(tx.Append(ctx, e))
			return failure
		}), failure)
		s.none("it was rolled back")
		s.must(s.InTx(s.Context(), func(ctx context.Context, tx Tx) error { return tx.Append(ctx, e) }))
		equal(s, s.one().Event.ID, e.ID, "event")
	}},
	{"an event goes to the endpoints of its owner that want its type", func(s *suite) {
		all, some := s.endpoint(owner), s.endpoint(owner, "order.created", "order.settled")
		s.endpoint(owner, "order.settled")
		s.endpoint(owner, "order")
		s.endpoint(other)
		disabled := s.endpoint(owner)
		_, err := s.UpdateEndpoint(s.Context(), owner, disabled.ID, func(e *webhook.Endpoint) error {
			e.Disabled = webhook.DisabledByOwner
			return nil
		})
		s.must(err)
		s.publish(owner, "order.created")
		got := map[string]bool{}
		for _, c := range s.claim(10, 10) {
			got[c.Endpoint.ID] = true
		}
		equal(s, fmt.Sprint(got), fmt.Sprint(map[string]bool{all.ID: true, some.ID: true}), "endpoints")
	}},
	{"a claim gives all that is needed, the same each time", func(s *suite) {
		to := s.endpoint(owner)
		e := s.publish(owner, "order.created")
		for tries := range 3 {
			c := s.one()
			sameEndpoint(s, c.Endpoint, to)
			equal(s, c.Event.ID, e.ID, "ID")
			equal(s, c.Event.Owner, e.Owner, "owner")
			equal(s, c.Event.Type, e.Type, "type")
			equal(s, c.Event.At.UTC(), e.At, "time")
			equal(s, string(c.Event.Body), string(e.Body), "body")
			equal(s, c.Tries, tries, "tries")
			equal(s, c.Attempts, tries, "attempts")
			s.settle(s.failed(c, time.Second))
			s.now = s.now.Add(time.Second)
			to.Failures++
		}
	}},
	{"the largest body comes back as it was", func(s *suite) {
		s.endpoint(owner)
		e := webhook.Event{ID: "msg_1", Owner: owner, Type: "a", At: s.now, Body: bytes.Repeat([]byte("\xf0\x9f\x8c\x8d\""), webhook.MaxBody/5)}
		s.must(s.InTx(s.Context(), func(ctx context.Context, tx Tx) error { return tx.Append(ctx, e) }))
		equal(s, bytes.Equal(s.one().Event.Body, e.Body), true, "same bytes")
	}},
	{"what is not due is not claimed", func(s *suite) {
		s.endpoint(owner)
		s.publish(owner, "a")
		s.now = s.now.Add(-time.Microsecond)
		s.none("it is due in a microsecond")
		s.now = s.now.Add(time.Microsecond)
		s.one()
	}},
	{"what is leased is not claimed before the lease ends", func(s *suite) {
		s.endpoint(owner)
		s.publish(owner, "a")
		first := s.one()
		s.now = s.now.Add(lease - time.Microsecond)
		s.none("it is leased")
		s.now = s.now.Add(time.Microsecond)
		second := s.one()
		lost, err := s.Settle(s.Context(), []webhook.Result{s.ended(first, webhook.Delivered)})
		s.must(err)
		equal(s, lost, 1, "lost leases")
		s.must(s.Release(s.Context(), []webhook.Lease{first.Lease}))
		s.none("the other one has it")
		s.settle(s.failed(second, 0))
		equal(s, s.one().Attempts, 1, "attempts")
	}},
	{"a lease that has ended is good until another takes the delivery", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		c := s.one()
		s.now = s.now.Add(lease + time.Hour)
		s.settle(s.ended(c, webhook.Delivered))
		equal(s, s.only(to).State, webhook.Delivered, "state")
	}},
	{"a released delivery is due at once", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		c := s.one()
		s.must(s.Release(s.Context(), []webhook.Lease{c.Lease, {Delivery: "dlv_unknown", Token: "t"}}))
		again := s.one()
		equal(s, again.Attempts, 0, "attempts")
		equal(s, len(s.only(to).Attempts), 0, "attempts in the log")
		lost, err := s.Settle(s.Context(), []webhook.Result{s.ended(c, webhook.Delivered)})
		s.must(err)
		equal(s, lost, 1, "lost leases")
	}},
	{"an endpoint has at most its share leased", func(s *suite) {
		s.endpoint(owner)
		for range 5 {
			s.publish(owner, "a")
		}
		first := s.claim(10, 2)
		equal(s, len(first), 2, "claimed")
		equal(s, len(s.claim(10, 2)), 0, "claimed while two are leased")
		equal(s, len(s.claim(10, 3)), 1, "claimed of a larger share")
		s.settle(s.ended(first[0], webhook.Delivered), s.ended(first[1], webhook.Exhausted))
		equal(s, len(s.claim(10, 2)), 1, "claimed while one is leased")
		s.now = s.now.Add(lease)
		equal(s, len(s.claim(10, 2)), 2, "claimed after the leases")
	}},
	{"an endpoint with a long queue delays nobody", func(s *suite) {
		long := s.endpoint(owner)
		for range 20 {
			s.publish(owner, "a")
		}
		s.now = s.now.Add(time.Hour)
		short := s.endpoint(other)
		for range 2 {
			s.publish(other, "a")
		}
		got := map[string]int{}
		for _, c := range s.claim(3, 10) {
			got[c.Endpoint.ID]++
		}
		equal(s, got[long.ID]+got[short.ID], 3, "claimed")
		if got[short.ID] == 0 {
			s.Error("the short queue was left out")
		}
		equal(s, s.claim(1, 10)[0].Endpoint.ID == short.ID, got[short.ID] == 1, "the next is of the endpoint that has fewer leased")
	}},
	{"an endpoint that fails lets others go first", func(s *suite) {
		failing := s.endpoint(owner)
		s.publish(owner, "a")
		s.settle(s.failed(s.one(), 0))
		s.publish(owner, "a")
		s.now = s.now.Add(time.Hour)
		well := s.endpoint(other)
		s.publish(other, "a")
		s.publish(other, "a")
		var got []string
		for range 4 {
			for _, c := range s.claim(1, 10) {
				got = append(got, c.Endpoint.ID)
			}
		}
		equal(s, fmt.Sprint(got), fmt.Sprint([]string{well.ID, failing.ID, well.ID, failing.ID}), "endpoints")
	}},
	{"of an endpoint, what is due first is claimed first", func(s *suite) {
		s.endpoint(owner)
		late := s.publish(owner, "a")
		s.settle(s.failed(s.one(), 2*time.Minute))
		s.now = s.now.Add(time.Minute)
		early := s.publish(owner, "a")
		s.now = s.now.Add(time.Hour)
		equal(s, s.claim(1, 10)[0].Event.ID, early.ID, "first event")
		equal(s, s.claim(1, 10)[0].Event.ID, late.ID, "second event")
	}},
	{"of several at once, each delivery goes to one", func(s *suite) {
		const events, claimers = 40, 4
		for range 4 {
			s.endpoint(owner)
		}
		for range events / 4 {
			s.publish(owner, "a")
		}
		var mu sync.Mutex
		seen := map[string]int{}
		var all sync.WaitGroup
		for i := range claimers {
			all.Go(func() {
				for n := 0; ; n++ {
					got, err := s.Claim(s.Context(), webhook.Claim{
						Token: fmt.Sprint(i, ".", n), Now: s.now, Until: s.now.Add(lease), Limit: 3, PerEndpoint: events,
					})
					if err != nil {
						s.Error(err)
					}
					if len(got) == 0 {
						return
					}
					mu.Lock()
					for _, c := range got {
						seen[c.Lease.Delivery]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		// A claimer that saw only what others were taking may have gone home early.
		for _, c := range s.claim(events, events) {
			seen[c.Lease.Delivery]++
		}
		equal(s, len(seen), events, "deliveries")
		for id, n := range seen {
			equal(s, n, 1, id)
		}
	}},
}
