package webhooktest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tenonapi/tenon/webhook"
)

var registries = []test{
	{"endpoints come back as they were added", func(s *suite) {
		want := []webhook.Endpoint{s.endpoint(owner), s.endpoint(owner, "order.created", "a,b")}
		s.endpoint(other)
		got, err := s.Endpoints(s.Context(), owner)
		s.must(err)
		equal(s, len(got), len(want), "endpoints")
		for i := range got {
			sameEndpoint(s, got[i], want[i])
			one, err := s.Endpoint(s.Context(), owner, want[i].ID)
			s.must(err)
			sameEndpoint(s, one, want[i])
		}
	}},
	{"what has another owner does not exist", func(s *suite) {
		e := s.endpoint(owner)
		s.publish(owner, "a")
		d := s.only(e)
		_, err := s.Endpoint(s.Context(), other, e.ID)
		s.is(err, webhook.ErrNotFound)
		_, err = s.Endpoint(s.Context(), owner, "ep_unknown")
		s.is(err, webhook.ErrNotFound)
		_, err = s.UpdateEndpoint(s.Context(), other, e.ID, func(*webhook.Endpoint) error { return nil })
		s.is(err, webhook.ErrNotFound)
		_, err = s.Deliveries(s.Context(), other, e.ID, nil, 10)
		s.is(err, webhook.ErrNotFound)
		s.is(s.Replay(s.Context(), other, d.ID, s.now), webhook.ErrNotFound)
		s.is(s.Replay(s.Context(), owner, "dlv_unknown", s.now), webhook.ErrNotFound)
		list, err := s.Endpoints(s.Context(), other)
		s.must(err)
		equal(s, len(list), 0, "endpoints")
	}},
	{"what no database can hold does not exist", func(s *suite) {
		for _, id := range []string{"", "ep_\x00", "ep_\xff"} {
			_, err := s.Endpoint(s.Context(), owner, id)
			s.is(err, webhook.ErrNotFound)
			_, err = s.UpdateEndpoint(s.Context(), owner, id, func(*webhook.Endpoint) error { return nil })
			s.is(err, webhook.ErrNotFound)
			_, err = s.Deliveries(s.Context(), owner, id, nil, 10)
			s.is(err, webhook.ErrNotFound)
			s.is(s.Replay(s.Context(), owner, id, s.now), webhook.ErrNotFound)
		}
	}},
	{"an owner has a limited number of endpoints", func(s *suite) {
		for range webhook.MaxEndpoints {
			s.endpoint(owner)
		}
		s.is(s.AddEndpoint(s.Context(), webhook.NewEndpoint(owner, "https://receiver.example", s.now)), webhook.ErrTooManyEndpoints)
		s.endpoint(other)
	}},
	{"an update changes what may change", func(s *suite) {
		e := s.endpoint(owner, "a")
		until := s.now.Add(time.Hour)
		want := e
		want.Rotate(webhook.NewSecret(), until)
		want.URL, want.Types, want.Disabled = "https://other.example", []string{"b", "c"}, webhook.DisabledByOwner
		got, err := s.UpdateEndpoint(s.Context(), owner, e.ID, func(e *webhook.Endpoint) error {
			*e = want
			e.ID, e.Owner, e.Created = "ep_other", other, until
			return nil
		})
		s.must(err)
		sameEndpoint(s, got, want)
		got, err = s.Endpoint(s.Context(), owner, e.ID)
		s.must(err)
		sameEndpoint(s, got, want)
	}},
	{"an update that fails changes nothing", func(s *suite) {
		e := s.endpoint(owner)
		failure := errors.New("no")
		_, err := s.UpdateEndpoint(s.Context(), owner, e.ID, func(e *webhook.Endpoint) error {
			e.URL = "https://other.example"
			return failure
		})
		s.is(err, failure)
		got, err := s.Endpoint(s.Context(), owner, e.ID)
		s.must(err)
		sameEndpoint(s, got, e)
	}},
	{"endpoints are added and changed with their transaction", func(s *suite) {
		old := s.endpoint(owner)
		added, renamed := webhook.NewEndpoint(owner, "https://new.example", s.now), old
		renamed.URL = "https://other.example"
		write := func(outcome error) error {
			return s.InTx(s.Context(), func(ctx context.Context, tx Tx) error {
				s.must(tx.AddEndpoint(ctx, added))
				for _, want := range []webhook.Endpoint{renamed, added} {
					got, err := tx.UpdateEndpoint(ctx, owner, want.ID, func(e *webhook.Endpoint) error { e.URL = want.URL; return nil })
					s.must(err)
					sameEndpoint(s, got, want)
				}
				_, err := tx.UpdateEndpoint(ctx, other, old.ID, func(*webhook.Endpoint) error { return nil })
				s.is(err, webhook.ErrNotFound)
				return outcome
			})
		}
		failure := errors.New("rolled back")
		s.is(write(failure), failure)
		got, err := s.Endpoints(s.Context(), owner)
		s.must(err)
		equal(s, len(got), 1, "endpoints")
		sameEndpoint(s, got[0], old)
		s.must(write(nil))
		got, err = s.Endpoints(s.Context(), owner)
		s.must(err)
		equal(s, len(got), 2, "endpoints")
		sameEndpoint(s, got[0], renamed)
		sameEndpoint(s, got[1], added)
	}},
	{"an owner has a limited number of endpoints in a transaction", func(s *suite) {
		for range webhook.MaxEndpoints - 1 {
			s.endpoint(owner)
		}
		another := func() webhook.Endpoint { return webhook.NewEndpoint(owner, "https://receiver.example", s.now) }
		s.is(s.InTx(s.Context(), func(ctx context.Context, tx Tx) error {
			s.must(tx.AddEndpoint(ctx, another()))
			return tx.AddEndpoint(ctx, another())
		}), webhook.ErrTooManyEndpoints)
		s.must(s.AddEndpoint(s.Context(), another()))
	}},
	{"deliveries are listed newest first, each once, whatever the size of pages", func(s *suite) {
		e := s.endpoint(owner)
		s.endpoint(owner)
		var want []string
		for i := range 7 {
			want = append(want, s.publish(owner, "a").ID)
			if i%2 == 0 { // two at a time
				s.now = s.now.Add(time.Microsecond)
			}
		}
		slices.Reverse(want)
		var first []webhook.Delivery
		for _, size := range []int{1, 2, 3, 7, 8} {
			got := s.list(e, size)
			if len(got) != len(want) {
				s.Fatalf("pages of %d: got %d deliveries, want %d", size, len(got), len(want))
			}
			if first == nil {
				first = got
			}
			for i := range got {
				equal(s, got[i].ID, first[i].ID, "delivery")
				if i > 0 && got[i].Created.After(got[i-1].Created) {
					s.Errorf("pages of %d: delivery %d is newer than the one before", size, i)
				}
			}
		}
		ids := make([]string, len(first))
		for i, d := range first {
			ids[i] = d.Event
		}
		slices.Sort(ids)
		slices.Sort(want)
		equal(s, slices.Equal(ids, want), true, "each once")
	}},
	{"a listed delivery says where it stands", func(s *suite) {
		e := s.endpoint(owner)
		event := s.publish(owner, "order.created")
		d := s.only(e)
		equal(s, d.Endpoint, e.ID, "endpoint")
		equal(s, d.Event, event.ID, "event")
		equal(s, d.Type, event.Type, "type")
		equal(s, d.State, webhook.Pending, "state")
		equal(s, d.Created.UTC(), event.At, "created")
		equal(s, d.Due.UTC(), event.At, "due")
		equal(s, len(d.Attempts), 0, "attempts")
		s.settle(s.failed(s.one(), time.Minute))
		d = s.only(e)
		equal(s, d.Due.UTC(), s.now.Add(time.Minute), "due")
		equal(s, len(d.Attempts), 1, "attempts")
	}},
	{"a replay begins the schedule anew, with the same event", func(s *suite) {
		e := s.endpoint(owner)
		event := s.publish(owner, "a")
		for _, state := range []webhook.State{webhook.Exhausted, webhook.Delivered} {
			c := s.one()
			r := s.ended(c, state)
			r.Pause = s.now.Add(time.Hour)
			s.settle(r)
			s.none("it has ended")
			s.must(s.Replay(s.Context(), owner, c.Lease.Delivery, s.now))
		}
		c := s.one()
		equal(s, c.Tries, 0, "tries")
		equal(s, c.Attempts, 2, "attempts")
		equal(s, c.Event.ID, event.ID, "event")
		equal(s, string(c.Event.Body), string(event.Body), "body")
		equal(s, c.Endpoint.Failures, 0, "failures")
		s.settle(s.failed(c, time.Hour))
		s.must(s.Replay(s.Context(), owner, c.Lease.Delivery, s.now))
		equal(s, s.one().Tries, 0, "tries of one that was waiting")
		equal(s, len(s.only(e).Attempts), 3, "attempts in the log")
	}},
	{"a replay leaves a delivery that is being tried", func(s *suite) {
		s.endpoint(owner)
		s.publish(owner, "a")
		s.settle(s.failed(s.one(), 0))
		c := s.one()
		s.must(s.Replay(s.Context(), owner, c.Lease.Delivery, s.now))
		s.none("it is being tried")
		s.settle(s.failed(c, 0))
		equal(s, s.one().Tries, 2, "tries")
	}},
	{"nothing is replayed to a disabled endpoint", func(s *suite) {
		s.endpoint(owner)
		s.publish(owner, "a")
		r := s.ended(s.one(), webhook.Exhausted)
		r.Disable = true
		s.settle(r)
		s.is(s.Replay(s.Context(), owner, r.Lease.Delivery, s.now), webhook.ErrDisabled)
	}},
}
