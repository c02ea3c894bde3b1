package sqlite_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// Without the index a page costs as much as the customer has orders.
func TestListIsServedByItsIndex(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	plan := planOf(t, s, "EXPLAIN QUERY PLAN "+sqlite.SelectList, "acme", "cus_1", 0, make([]byte, 16), 20)
	want := "SEARCH orders USING INDEX orders_by_customer (merchant_id=? AND customer_id=? AND (created_at,id)<(?,?))\n"
	if plan != want {
		t.Errorf("plan is %q, want %q", plan, want)
	}
}

// planOf returns the steps of a query, one in a line.
func planOf(t *testing.T, s *sqlite.Store, query string, args ...any) string {
	t.Helper()
	rows, err := s.Reader().Query(t.Context(), query, args...)
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

// Orders from before customer IDs with U+0000 were refused are there as they were.
func TestOldCustomersWithU0000(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	want := []harbor.Order{newOrder("\x00a\x00", start), newOrder("\x00a", start)}
	for _, o := range want {
		if err := s.Create(t.Context(), o, recordOf(o)); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range want {
		if got, err := s.List(t.Context(), acme, o.CustomerID, nil, 2); err != nil || !slices.Equal(got, []harbor.Order{o}) {
			t.Errorf("List(%q) = %+v, %v, want %+v", o.CustomerID, got, err, o)
		}
	}
}

func TestKeysAreStoredAsHashes(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	var stored []byte
	if err := s.Reader().QueryRow(t.Context(), "SELECT hash FROM api_keys").Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if hash := acmeKey.Hash(); !slices.Equal(stored, hash[:]) {
		t.Errorf("stored is %x, want the hash %x", stored, hash)
	}
}
