package sqlite_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

func newRecord(key string) idempotency.Record {
	return idempotency.Record{
		Owner: "acme", Operation: operation, Key: key, Fingerprint: [32]byte{0: 1, 31: 2}, Status: 402,
		Header: http.Header{"Content-Type": {"application/problem+json"}, "X": {"a", "\"b\"\x7f\xc3\xa9"}},
		Body:   []byte("{\"a\": \"\x00\xff\"}\n"), At: start, Expires: start.Add(24 * time.Hour),
	}
}

func TestFindReturnsWhatWasSaved(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	want := newRecord("k")
	if err := s.Save(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name                  string
		owner, operation, key string
		found                 bool
	}{
		{name: "the same", owner: "acme", operation: operation, key: "k", found: true},
		{name: "another key", owner: "acme", operation: operation, key: "K"},
		{name: "another operation", owner: "acme", operation: "POST /v1/refunds", key: "k"},
		{name: "another owner", owner: "umbrella", operation: operation, key: "k"},
		{name: "no owner", operation: operation, key: "k"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.Find(t.Context(), tt.owner, tt.operation, tt.key)
			if err != nil || (got != nil) != tt.found {
				t.Fatalf("Find = %+v, %v, want a record: %v", got, err, tt.found)
			}
			if got != nil && !reflect.DeepEqual(*got, want) {
				t.Errorf("Find = %+v, want %+v", *got, want)
			}
		})
	}
}

func TestRecordsWithoutHeaderAndBody(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	r := newRecord("k")
	r.Status, r.Header, r.Body = 204, nil, nil
	if err := s.Save(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Find(t.Context(), r.Owner, r.Operation, r.Key); err != nil || got == nil || got.Status != 204 || len(got.Body)+len(got.Header) != 0 {
		t.Errorf("Find = %+v, %v, want 204 and nothing else", got, err)
	}
}

func TestARecordIsReplacedOnceItHasExpired(t *testing.T) {
	tests := []struct {
		name  string
		after time.Duration
		err   error
	}{
		{name: "at once", err: idempotency.ErrExists},
		{name: "just before", after: 24*time.Hour - time.Microsecond, err: idempotency.ErrExists},
		{name: "at its end", after: 24 * time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustOpen(t, t.TempDir())
			old, r := newRecord("k"), newRecord("k")
			r.Fingerprint[0], r.Status, r.Header, r.Body = 9, 201, http.Header{"Y": {"c"}}, []byte("new")
			r.At, r.Expires = start.Add(tt.after), start.Add(tt.after+24*time.Hour)
			if err := s.Save(t.Context(), old); err != nil {
				t.Fatal(err)
			}
			if err := s.Save(t.Context(), r); !errors.Is(err, tt.err) {
				t.Errorf("Save: got %v, want %v", err, tt.err)
			}
			want := r
			if tt.err != nil {
				want = old
			}
			if got, err := s.Find(t.Context(), "acme", operation, "k"); err != nil || !reflect.DeepEqual(*got, want) {
				t.Errorf("Find = %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

// CHECKLIST A12: however many have expired, one call deletes no more than its limit,
// the oldest first, and finds them by their index.
func TestPurgeIsBounded(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for i := range 5 {
		r := newRecord(fmt.Sprint(i))
		r.Expires = start.Add(time.Duration(5-i) * time.Hour)
		if err := s.Save(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ limit, purged, left int }{{0, 0, 5}, {2, 2, 3}, {10, 1, 2}, {10, 0, 2}} {
		n, err := s.Purge(t.Context(), start.Add(4*time.Hour), tt.limit)
		var left int
		if err := s.Reader().QueryRow("SELECT count(*) FROM idempotency_keys").Scan(&left); err != nil {
			t.Fatal(err)
		}
		if err != nil || n != tt.purged || left != tt.left {
			t.Errorf("Purge(limit %d) = %d, %v and leaves %d, want %d and %d", tt.limit, n, err, left, tt.purged, tt.left)
		}
		if tt.limit == 2 {
			if r, err := s.Find(t.Context(), "acme", operation, "2"); r == nil || err != nil {
				t.Errorf("the younger one is gone before the older ones: %v", err)
			}
		}
	}
	if n, err := s.Purge(t.Context(), start, -1); err == nil {
		t.Errorf("Purge(limit -1) = %d, want an error", n)
	}
	if plan := planOf(t, s, "EXPLAIN QUERY PLAN "+sqlite.Purge, 0, 1); !strings.Contains(plan, "USING COVERING INDEX idempotency_keys_by_expiry") || strings.Contains(plan, "SCAN idempotency_keys\n") {
		t.Errorf("the plan is\n%s", plan)
	}
}

func TestKeysInFlightAreLockedInTheProcess(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	unlock, err := s.Lock(t.Context(), "acme", operation, "k")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lock(t.Context(), "acme", operation, "k"); !errors.Is(err, idempotency.ErrInFlight) {
		t.Errorf("Lock: got %v, want %v", err, idempotency.ErrInFlight)
	}
	unlock()
	if unlock, err = s.Lock(t.Context(), "acme", operation, "k"); err != nil {
		t.Errorf("Lock of a free key: %v", err)
	}
	unlock()
}
