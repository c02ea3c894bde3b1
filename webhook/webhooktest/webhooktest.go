// Package webhooktest has the tests that every store of package webhook must pass.
package webhooktest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// A Backend is a store with everything that package webhook asks of one.
type Backend interface {
	webhook.Store
	webhook.Registry
	// InTx runs f in a transaction, which is committed when f returns nil and rolled back
	// otherwise. It returns the error of f as it is.
	InTx(ctx context.Context, f func(context.Context, Tx) error) error
}

// A Tx is what package webhook asks of a transaction.
type Tx interface {
	webhook.Events
	webhook.Registrar
}

// Run runs the tests. Each opens a Backend of its own, which is empty; open registers what
// is to be closed with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Backend) {
	for _, tt := range slices.Concat(claims, settlements, registries) {
		t.Run(tt.name, func(t *testing.T) {
			tt.run(&suite{T: t, Backend: open(t), now: time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)})
		})
	}
}

type test struct {
	name string
	run  func(s *suite)
}

// A suite is one test with its store and its clock.
type suite struct {
	*testing.T
	Backend
	now time.Time
}

const (
	owner = tenon.Caller("acme")
	other = tenon.Caller("umbrella")
	lease = time.Minute
)

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) is(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("got error %v, want %v", err, want)
	}
}

func equal[T comparable](s *suite, got, want T, what string) {
	s.Helper()
	if got != want {
		s.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// endpoint adds one.
func (s *suite) endpoint(owner tenon.Caller, types ...string) webhook.Endpoint {
	s.Helper()
	e := webhook.NewEndpoint(owner, "https://receiver.example/hooks", s.now, types...)
	s.must(s.AddEndpoint(s.Context(), e))
	return e
}

// publish appends an event of an owner in a transaction of its own.
func (s *suite) publish(owner tenon.Caller, typ string) webhook.Event {
	s.Helper()
	e := webhook.Event{ID: "msg_" + rand.Text(), Owner: owner, Type: typ, At: s.now, Body: []byte(`{"type":"` + typ + `", "data":"<é\u0000>"}`)}
	s.must(s.InTx(s.Context(), func(ctx context.Context, tx Tx) error { return tx.Append(ctx, e) }))
	return e
}

// claim takes up to limit deliveries, up to per of an endpoint.
func (s *suite) claim(limit, per int) []webhook.Claimed {
	s.Helper()
	claimed, err := s.Claim(s.Context(), webhook.Claim{Token: rand.Text(), Now: s.now, Until: s.now.Add(lease), Limit: limit, PerEndpoint: per})
	s.must(err)
	return claimed
}

// one claims the only delivery that is due.
func (s *suite) one() webhook.Claimed {
	s.Helper()
	claimed := s.claim(10, 10)
	if len(claimed) != 1 {
		s.Fatalf("claimed %d deliveries, want 1", len(claimed))
	}
	return claimed[0]
}

// none checks that nothing can be claimed.
func (s *suite) none(why string) {
	s.Helper()
	if claimed := s.claim(10, 10); len(claimed) > 0 {
		s.Fatalf("claimed %d deliveries, want none: %s", len(claimed), why)
	}
}

// failed is the result of a failed attempt that is repeated after a delay.
func (s *suite) failed(c webhook.Claimed, after time.Duration) webhook.Result {
	return webhook.Result{
		Lease: c.Lease, State: webhook.Pending, Due: s.now.Add(after),
		Attempt: webhook.Attempt{Number: c.Attempts + 1, At: s.now, Latency: 1500 * time.Microsecond, Status: 503, Failure: webhook.FailStatus},
	}
}

// ended is the result of an attempt after which there is no other.
func (s *suite) ended(c webhook.Claimed, state webhook.State) webhook.Result {
	r := s.failed(c, 0)
	r.State, r.Due = state, time.Time{}
	if state == webhook.Delivered {
		r.Attempt.Status, r.Attempt.Failure = 204, ""
	}
	return r
}

func (s *suite) settle(results ...webhook.Result) {
	s.Helper()
	lost, err := s.Settle(s.Context(), results)
	s.must(err)
	equal(s, lost, 0, "lost leases")
}

// list returns all deliveries to an endpoint, read in pages.
func (s *suite) list(e webhook.Endpoint, pageSize int) []webhook.Delivery {
	s.Helper()
	var all []webhook.Delivery
	var after *webhook.Position
	for {
		part, err := s.Deliveries(s.Context(), e.Owner, e.ID, after, pageSize)
		s.must(err)
		if len(part) == 0 {
			return all
		}
		if len(part) > pageSize {
			s.Fatalf("got a page of %d deliveries, want at most %d", len(part), pageSize)
		}
		all = append(all, part...)
		last := part[len(part)-1].Position()
		after = &last
	}
}

// only returns the only delivery to an endpoint.
func (s *suite) only(e webhook.Endpoint) webhook.Delivery {
	s.Helper()
	all := s.list(e, 10)
	if len(all) != 1 {
		s.Fatalf("got %d deliveries, want 1", len(all))
	}
	return all[0]
}

// sameEndpoint compares endpoints, secrets included.
func sameEndpoint(s *suite, got, want webhook.Endpoint) {
	s.Helper()
	text := func(e webhook.Endpoint) string {
		return fmt.Sprint(e.ID, " ", e.Owner, " ", e.URL, " ", len(e.Types), e.Types, " ", e.Created.UTC(), " ", e.Secret.Reveal(), " ", e.Previous.Reveal(), " ",
			e.PreviousUntil.UTC(), " ", e.Disabled, " ", e.Failures, " ", e.Paused.UTC())
	}
	equal(s, text(got), text(want), "endpoint")
}
