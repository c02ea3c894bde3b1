package idempotencytest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenonapi/tenon/idempotency"
)

// claimAndSave does what a stage around the handler does.
func claimAndSave(ctx context.Context, records idempotency.Records, r idempotency.Record) error {
	if err := records.Claim(ctx, r.Owner, r.Operation, r.Key); err != nil {
		return err
	}
	return records.Save(ctx, r)
}

func commits(t *testing.T, s *subject) {
	r := s.record("k")
	status := s.first.run(func(ctx context.Context, records idempotency.Records) error {
		err := claimAndSave(ctx, records, r)
		want(t, s.second, r, false)
		return err
	})
	if status != http.StatusCreated {
		t.Errorf("the answer is %d, want 201", status)
	}
	want(t, s.first, r, true)
	want(t, s.second, r, true)
}

func rollsBack(t *testing.T, s *subject) {
	s.first.client.ServerErrors = true
	for name, outcome := range map[string]error{"declared error": errDeclared, "other error": errors.New("broken"), "panic": nil} {
		t.Run(name, func(t *testing.T) {
			r := s.record(name)
			s.first.run(func(ctx context.Context, records idempotency.Records) error {
				if err := claimAndSave(ctx, records, r); err != nil {
					t.Error(err)
				}
				if outcome == nil {
					panic("broken")
				}
				return outcome
			})
			want(t, s.first, r, false)
			if status := s.second.run(func(ctx context.Context, records idempotency.Records) error {
				return claimAndSave(ctx, records, r)
			}); status != http.StatusCreated {
				t.Errorf("the key cannot be used afterwards: %d", status)
			}
			want(t, s.first, r, true)
		})
	}
}

func refusesRecords(t *testing.T, s *subject) {
	r := s.record("k")
	mustSave(t, s.second, r)
	s.first.client.ServerErrors = true
	other := r
	other.Body = []byte("other")
	if status := s.first.run(func(ctx context.Context, records idempotency.Records) error {
		return claimAndSave(ctx, records, other)
	}); status != http.StatusInternalServerError {
		t.Errorf("the answer is %d, want 500", status)
	}
	want(t, s.first, r, true)
}

// Whoever asks for one key, and wherever, its effect is there once.
func answersOnce(t *testing.T, s *subject) {
	const keys, clients = 4, 12
	var effects, replays atomic.Int32
	for _, p := range []*process{s.first, s.second} {
		p.handle = func(context.Context, idempotency.Records) error { return nil }
	}
	var running sync.WaitGroup
	for i := range clients * keys {
		p, key := []*process{s.first, s.second}[i/keys%2], string(rune('a'+i%keys))
		running.Go(func() {
			for range 3 {
				switch r := p.post(key); {
				case r.Status == http.StatusConflict:
				case r.Status != http.StatusCreated:
					t.Errorf("the answer is %d %s", r.Status, r.Body)
				case r.Header.Get(idempotency.HeaderReplayed) == "":
					effects.Add(1)
				default:
					replays.Add(1)
				}
			}
		})
	}
	running.Wait()
	if n := effects.Load(); n != keys {
		t.Errorf("%d of %d keys were answered first, and %d replays", n, keys, replays.Load())
	}
	for i := range keys {
		if r := s.second.post(string(rune('a' + i))); r.Status != http.StatusCreated || r.Header.Get(idempotency.HeaderReplayed) != "true" {
			t.Errorf("the answer is %d %v, want a replay", r.Status, r.Header)
		}
	}
}

func keepsDeclaredErrors(t *testing.T, s *subject) {
	r := s.record("in the transaction")
	s.first.handle = func(ctx context.Context, records idempotency.Records) error {
		return errors.Join(records.Save(ctx, r), errDeclared)
	}
	if status := s.first.post("k").Status; status != http.StatusPaymentRequired {
		t.Errorf("the answer is %d, want 402", status)
	}
	want(t, s.first, r, false)
	s.second.handle = func(context.Context, idempotency.Records) error { return nil }
	if again := s.second.post("k"); again.Status != http.StatusPaymentRequired || again.Header.Get(idempotency.HeaderReplayed) != "true" {
		t.Errorf("the answer is %d %v, want a replay of 402", again.Status, again.Header)
	}
}

func refusesInFlight(t *testing.T, s *subject) {
	others := []*process{s.first}
	if s.cfg.Claims {
		others = append(others, s.second)
	}
	s.second.handle = func(context.Context, idempotency.Records) error { t.Error("two handlers run"); return nil }
	s.first.handle = func(context.Context, idempotency.Records) error {
		for i, p := range others {
			if r := p.post("k"); r.Status != http.StatusConflict || r.Header.Get("Retry-After") == "" {
				t.Errorf("the answer of process %d is %d %s, want 409 with Retry-After", i+1, r.Status, r.Body)
			}
		}
		return nil
	}
	if status := s.first.post("k").Status; status != http.StatusCreated {
		t.Errorf("the answer is %d, want 201", status)
	}
	if r := s.second.post("k"); r.Status != http.StatusCreated || r.Header.Get(idempotency.HeaderReplayed) != "true" {
		t.Errorf("the answer is %d %v, want a replay", r.Status, r.Header)
	}
}
