package webhooktest

import (
	"time"

	"github.com/tenonapi/tenon/webhook"
)

var settlements = []test{
	{"a failed delivery is due again when the result says so", func(s *suite) {
		s.endpoint(owner)
		s.publish(owner, "a")
		s.settle(s.failed(s.one(), time.Minute))
		s.now = s.now.Add(time.Minute - time.Microsecond)
		s.none("it is due in a microsecond")
		s.now = s.now.Add(time.Microsecond)
		equal(s, s.one().Tries, 1, "tries")
	}},
	{"what is delivered or exhausted is not claimed again", func(s *suite) {
		for _, state := range []webhook.State{webhook.Delivered, webhook.Exhausted} {
			to := s.endpoint(owner)
			s.publish(owner, "a")
			for _, c := range s.claim(10, 10) {
				s.settle(s.ended(c, state))
			}
			s.now = s.now.Add(1000 * time.Hour)
			s.none(string(state))
			equal(s, s.only(to).State, state, "state")
		}
	}},
	{"a lease that was lost does not keep others from being settled", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		s.publish(owner, "a")
		old := s.claim(10, 10)
		s.now = s.now.Add(lease)
		taken := s.claim(1, 10)[0]
		results := []webhook.Result{s.ended(old[0], webhook.Delivered), s.ended(old[1], webhook.Delivered), s.ended(taken, webhook.Exhausted)}
		results = append(results, webhook.Result{Lease: webhook.Lease{Delivery: "dlv_unknown", Token: "t"}, State: webhook.Delivered})
		lost, err := s.Settle(s.Context(), results)
		s.must(err)
		equal(s, lost, 2, "lost leases")
		for _, d := range s.list(to, 10) {
			want := webhook.Delivered
			if d.ID == taken.Lease.Delivery {
				want = webhook.Exhausted
			}
			equal(s, d.State, want, "state")
			equal(s, len(d.Attempts), 1, "attempts")
		}
	}},
	{"attempts are kept, the last ones", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		var want webhook.Attempt
		for n := range webhook.KeptAttempts + 2 {
			c := s.one()
			equal(s, c.Attempts, n, "attempts")
			r := s.failed(c, time.Second)
			if n%2 == 1 {
				r.Attempt.Status, r.Attempt.Failure = 0, webhook.FailTimeout
			}
			s.settle(r)
			want = r.Attempt
			s.now = s.now.Add(time.Second)
		}
		got := s.only(to).Attempts
		equal(s, len(got), webhook.KeptAttempts, "attempts kept")
		for i, a := range got {
			equal(s, a.Number, i+3, "number")
		}
		last := got[len(got)-1]
		last.At = last.At.UTC()
		equal(s, last, want, "last attempt")
	}},
	{"failures in a row are counted, also of several at once", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		s.publish(owner, "a")
		s.publish(owner, "a")
		c := s.claim(10, 10)
		failures := func() int {
			s.Helper()
			e, err := s.Endpoint(s.Context(), owner, to.ID)
			s.must(err)
			return e.Failures
		}
		s.settle(s.failed(c[0], 0), s.failed(c[1], 0))
		equal(s, failures(), 2, "failures")
		s.settle(s.ended(c[2], webhook.Delivered))
		equal(s, failures(), 0, "failures after a success")
	}},
	{"a paused endpoint gets nothing, and others do", func(s *suite) {
		paused := s.endpoint(owner)
		s.publish(owner, "a")
		r := s.failed(s.one(), 0)
		r.Pause = s.now.Add(time.Minute)
		s.publish(owner, "a")
		s.settle(r)
		s.none("the endpoint is paused")
		calm := s.endpoint(owner)
		s.publish(owner, "a")
		equal(s, s.one().Endpoint.ID, calm.ID, "endpoint")
		s.now = s.now.Add(time.Minute)
		for _, c := range s.claim(10, 10) {
			if c.Endpoint.ID == paused.ID && !c.Endpoint.Paused.Equal(r.Pause) {
				s.Errorf("paused until %v, want %v", c.Endpoint.Paused, r.Pause)
			}
		}
		equal(s, len(s.list(paused, 10)), 3, "deliveries")
	}},
	{"a pause is never shortened by another", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		s.publish(owner, "a")
		c := s.claim(10, 10)
		long, short, none := s.failed(c[0], 0), s.failed(c[1], 0), s.now
		long.Pause, short.Pause = none.Add(time.Hour), none.Add(time.Minute)
		s.settle(long)
		s.settle(short)
		e, err := s.Endpoint(s.Context(), owner, to.ID)
		s.must(err)
		equal(s, e.Paused.UTC(), long.Pause, "paused")
	}},
	{"an endpoint that is gone is disabled until it is enabled", func(s *suite) {
		to := s.endpoint(owner)
		s.publish(owner, "a")
		gone := s.ended(s.one(), webhook.Exhausted)
		gone.Disable = true
		pending := s.publish(owner, "a")
		s.settle(gone)
		s.publish(owner, "unheard")
		s.none("the endpoint is disabled")
		e, err := s.Endpoint(s.Context(), owner, to.ID)
		s.must(err)
		equal(s, e.Disabled, webhook.DisabledGone, "disabled")
		_, err = s.UpdateEndpoint(s.Context(), owner, to.ID, func(e *webhook.Endpoint) error {
			e.Enable()
			return nil
		})
		s.must(err)
		equal(s, s.one().Event.ID, pending.ID, "event")
	}},
	{"purging deletes what is old and done, up to a limit", func(s *suite) {
		to := s.endpoint(owner)
		off := s.endpoint(other)
		s.publish(other, "a")
		for range 4 {
			s.publish(owner, "a")
		}
		var kept webhook.Claimed
		for i, c := range s.claim(10, 10) {
			switch {
			case c.Endpoint.ID == off.ID:
				r := s.failed(c, 0)
				r.Disable = true
				s.settle(r)
			case kept.Lease.Delivery == "":
				kept = c
				s.settle(s.failed(c, 0))
			default:
				s.settle(s.ended(c, []webhook.State{webhook.Delivered, webhook.Exhausted}[i%2]))
			}
		}
		purge := func(before time.Time, limit, want int) {
			s.Helper()
			n, err := s.Purge(s.Context(), before, limit)
			s.must(err)
			equal(s, n, want, "purged")
		}
		purge(s.now, 10, 0)
		before := s.now.Add(time.Microsecond)
		purge(before, 3, 3)
		purge(before, 3, 1)
		purge(before, 3, 0)
		equal(s, s.only(to).ID, kept.Lease.Delivery, "the pending one is there")
		equal(s, len(s.list(off, 10)), 0, "deliveries to the disabled endpoint")
		equal(s, s.one().Event.ID, kept.Event.ID, "event")
	}},
}
