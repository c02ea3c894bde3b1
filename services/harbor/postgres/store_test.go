package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/postgres"
)

// migrated returns a store with tables, which is closed with the test.
func migrated(t *testing.T) *postgres.Store {
	t.Helper()
	s := open(t, server.Database(t))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrations().Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpenNeedsAURL(t *testing.T) {
	for url, want := range map[string]string{"": "URL is empty", "postgres://u:hidden@h:port/d": "URL: "} {
		s, err := postgres.Open(t.Context(), postgres.Config{URL: url})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("Open(%q) = %v, error %v", url, s, err)
		}
	}
}

// Without the index a page costs as much as the customer has orders.
func TestListIsServedByItsIndex(t *testing.T) {
	s := migrated(t)
	tx, err := s.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), "SET LOCAL enable_seqscan = off"); err != nil { // which is faster while the table is empty
		t.Fatal(err)
	}
	rows, err := tx.Query(t.Context(), "EXPLAIN (COSTS OFF) "+postgres.SelectList, "acme", "cus_1", 20, time.Now(), [16]byte{})
	if err != nil {
		t.Fatal(err)
	}
	steps, err := pgx.CollectRows(rows, pgx.RowTo[string])
	plan := strings.Join(steps, "\n")
	if err != nil || !strings.Contains(plan, "Index Scan using orders_by_customer") || strings.Contains(plan, "Sort") || strings.Contains(plan, "Filter") {
		t.Errorf("the plan is\n%s, %v", plan, err)
	}
}

func TestKeysAreStoredAsHashes(t *testing.T) {
	s, key := migrated(t), harbor.NewAPIKey()
	if err := s.SetKey(t.Context(), harbor.Demo, key); err != nil {
		t.Fatal(err)
	}
	var stored []byte
	if err := s.Pool().QueryRow(t.Context(), "SELECT hash FROM api_keys").Scan(&stored); err != nil {
		t.Fatal(err)
	}
	if hash := key.Hash(); !slices.Equal(stored, hash[:]) {
		t.Errorf("stored is %x, want the hash %x", stored, hash)
	}
}

// PostgreSQL would not take it: nobody has such an ID.
func TestASubjectThatIsNoTextIsNoMerchant(t *testing.T) {
	s := migrated(t)
	for _, id := range []harbor.MerchantID{"demo\x00", "\xff"} {
		if m, err := s.Merchant(t.Context(), id); err == nil || !strings.Contains(err.Error(), harbor.ErrMerchantNotFound.Error()) {
			t.Errorf("Merchant(%q) = %+v, %v", id, m, err)
		}
	}
}

func TestAStandbyIsNotReady(t *testing.T) {
	s := migrated(t)
	if _, err := s.Pool().Exec(t.Context(), "CREATE SCHEMA standby; CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'"); err != nil {
		t.Fatal(err)
	}
	url := s.Pool().Config().ConnString()
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	other := open(t, url+separator+"search_path=standby,pg_catalog,public")
	defer other.Close()
	if err := other.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "the server is a standby") {
		t.Errorf("Ping = %v, want that it is a standby", err)
	}
}
