package idempotencytest

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon/idempotency"
)

// mustSave saves r.
func mustSave(t *testing.T, s idempotency.Store, r idempotency.Record) {
	t.Helper()
	if err := s.Save(t.Context(), r); err != nil {
		t.Fatalf("Save(%s): %v", r.Key, err)
	}
}

// want checks what a store has for the key of r: r, or nothing.
func want(t *testing.T, s idempotency.Store, r idempotency.Record, there bool) {
	t.Helper()
	got, err := s.Find(t.Context(), r.Owner, r.Operation, r.Key)
	switch {
	case err != nil:
		t.Errorf("Find(%s): %v", r.Key, err)
	case (got != nil) != there:
		t.Errorf("Find(%s) = %+v, want a record: %v", r.Key, got, there)
	case there && !equal(*got, r):
		t.Errorf("Find(%s) = %+v, want %+v", r.Key, *got, r)
	}
}

// equal compares records, whatever time zone their times are in.
func equal(a, b idempotency.Record) bool {
	same := a.At.Equal(b.At) && a.Expires.Equal(b.Expires)
	a.At, a.Expires, b.At, b.Expires = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return same && reflect.DeepEqual(a, b)
}

func findsWhatWasSaved(t *testing.T, s *subject) {
	r := s.record("k")
	mustSave(t, s.first, r)
	want(t, s.first, r, true)
	want(t, s.second, r, true)
	for name, change := range map[string]func(*idempotency.Record){
		"another key":                  func(r *idempotency.Record) { r.Key = "K" },
		"a key with a space":           func(r *idempotency.Record) { r.Key = "k " },
		"another operation":            func(r *idempotency.Record) { r.Operation = "PUT " + path },
		"another owner":                func(r *idempotency.Record) { r.Owner = "other " + r.Owner },
		"no owner":                     func(r *idempotency.Record) { r.Owner = "" },
		"parts that are cut elsewhere": func(r *idempotency.Record) { r.Owner, r.Operation = r.Owner+r.Operation[:4], r.Operation[4:] },
	} {
		t.Run(name, func(t *testing.T) {
			other := r
			change(&other)
			want(t, s.first, other, false)
		})
	}
	odd := s.record(`a'b"c\d;--%_$1`)
	odd.Owner += "'é \u2028|"
	mustSave(t, s.first, odd)
	want(t, s.second, odd, true)
}

func keepsEmptyRecords(t *testing.T, s *subject) {
	r := s.record("k")
	r.Status, r.Header, r.Body = http.StatusNoContent, nil, nil
	mustSave(t, s.first, r)
	got, err := s.first.Find(t.Context(), r.Owner, r.Operation, r.Key)
	if err != nil || got == nil || got.Status != http.StatusNoContent || len(got.Header)+len(got.Body) != 0 {
		t.Errorf("Find = %+v, %v, want 204 and nothing else", got, err)
	}
}

func replacesExpired(t *testing.T, s *subject) {
	for name, tt := range map[string]struct {
		after time.Duration
		err   error
	}{
		"at once":     {0, idempotency.ErrExists},
		"just before": {24*time.Hour - time.Microsecond, idempotency.ErrExists},
		"at its end":  {24 * time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			old := s.record(name)
			mustSave(t, s.first, old)
			r := old
			r.Fingerprint[0], r.Status, r.Header, r.Body = 9, 402, http.Header{"Y": {"c"}}, []byte("new")
			r.At, r.Expires = now.Add(tt.after), now.Add(tt.after+48*time.Hour)
			if err := s.second.Save(t.Context(), r); !errors.Is(err, tt.err) {
				t.Errorf("Save = %v, want %v", err, tt.err)
			}
			if tt.err != nil {
				r = old
			}
			want(t, s.first, r, true)
		})
	}
}

func purges(t *testing.T, s *subject) {
	const records = 5
	long := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	all := make([]idempotency.Record, records)
	for i := range all {
		all[i] = s.record(fmt.Sprint(i))
		all[i].At, all[i].Expires = long, long.Add(time.Duration(records-i)*time.Hour)
		mustSave(t, s.first, all[i])
	}
	young := s.record("young")
	mustSave(t, s.first, young)
	for _, tt := range []struct{ limit, purged, left int }{{0, 0, 5}, {2, 2, 3}, {10, 1, 2}, {10, 0, 2}} {
		n, err := s.first.Purge(t.Context(), long.Add(4*time.Hour), tt.limit)
		if n != tt.purged || err != nil {
			t.Errorf("Purge(limit %d) = %d, %v, want %d", tt.limit, n, err, tt.purged)
		}
		left := 0
		for _, r := range all {
			if got, err := s.second.Find(t.Context(), r.Owner, r.Operation, r.Key); err != nil {
				t.Error(err)
			} else if got != nil {
				left++
			}
		}
		if left != tt.left {
			t.Errorf("Purge(limit %d) leaves %d records, want %d", tt.limit, left, tt.left)
		}
	}
	want(t, s.first, all[0], true)
	want(t, s.first, all[1], true)
	if n, err := s.first.Purge(t.Context(), long.AddDate(1, 0, 0), 10); n != 2 || err != nil {
		t.Errorf("Purge = %d, %v, want 2", n, err)
	}
	want(t, s.first, young, true)
}

func locks(t *testing.T, s *subject) {
	lock := func(operation, key string, want error) func() {
		t.Helper()
		unlock, err := s.first.Lock(t.Context(), s.owner, operation, key)
		if !errors.Is(err, want) {
			t.Fatalf("Lock(%s, %s) = %v, want %v", operation, key, err, want)
		}
		return unlock
	}
	unlock := lock(operation, "k", nil)
	lock(operation, "k", idempotency.ErrInFlight)
	for _, other := range []func(){lock(operation, "K", nil), lock("PUT "+path, "k", nil)} {
		other()
	}
	unlock()
	again := lock(operation, "k", nil)
	unlock() // a second time, which is not that of the other lock
	lock(operation, "k", idempotency.ErrInFlight)
	again()
	lock(operation, "k", nil)()
}

func savesOneOfMany(t *testing.T, s *subject) {
	const clients = 16
	var saved atomic.Int32
	var running sync.WaitGroup
	for i := range clients {
		store := []idempotency.Store{s.first, s.second}[i%2]
		running.Go(func() {
			r := s.record("k")
			r.Body = []byte{byte(i)}
			switch err := store.Save(t.Context(), r); {
			case err == nil:
				saved.Add(1)
			case !errors.Is(err, idempotency.ErrExists):
				t.Errorf("Save: %v", err)
			}
		})
	}
	running.Wait()
	if n := saved.Load(); n != 1 {
		t.Errorf("%d of %d have saved, want 1", n, clients)
	}
}
