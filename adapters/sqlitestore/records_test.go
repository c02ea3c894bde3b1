package sqlitestore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/idempotency"
)

var start = time.Date(2026, 11, 20, 8, 56, 1, 123456000, time.UTC)

// planOf returns the steps of a query, one in a line.
func planOf(t *testing.T, s *sqlitestore.Store, query string, args ...any) string {
	t.Helper()
	rows, err := s.Reader().Query(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(step + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// CHECKLIST A12: however many have expired, one call deletes no more than its limit,
// the oldest first, and finds them by their index.
func TestPurgeIsBounded(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	for i := range 5 {
		r := idempotency.Record{Owner: "acme", Operation: "POST /v1/orders", Key: fmt.Sprint(i), Status: 402, At: start, Expires: start.Add(time.Duration(5-i) * time.Hour)}
		if err := s.Save(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ limit, purged, left int }{{0, 0, 5}, {2, 2, 3}, {10, 1, 2}, {10, 0, 2}} {
		n, err := s.Purge(t.Context(), start.Add(4*time.Hour), tt.limit)
		var left int
		if err := s.Reader().QueryRow(t.Context(), "SELECT count(*) FROM idempotency_keys").Scan(&left); err != nil {
			t.Fatal(err)
		}
		if err != nil || n != tt.purged || left != tt.left {
			t.Errorf("Purge(limit %d) = %d, %v and leaves %d, want %d and %d", tt.limit, n, err, left, tt.purged, tt.left)
		}
		if tt.limit == 2 {
			if r, err := s.Find(t.Context(), "acme", "POST /v1/orders", "2"); r == nil || err != nil {
				t.Errorf("the younger one is gone before the older ones: %v", err)
			}
		}
	}
	if n, err := s.Purge(t.Context(), start, -1); err == nil {
		t.Errorf("Purge(limit -1) = %d, want an error", n)
	}
	if plan := planOf(t, s, sqlitestore.PurgeRecords, 0, 1); !strings.Contains(plan, "USING COVERING INDEX idempotency_keys_by_expiry") || strings.Contains(plan, "SCAN idempotency_keys\n") {
		t.Errorf("the plan is\n%s", plan)
	}
}
