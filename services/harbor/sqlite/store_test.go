package sqlite_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
	"github.com/tenonapi/tenon/services/harbor/storetest"
)

// start is the creation time of the first order of a test.
var start = time.Date(2026, 11, 20, 8, 56, 1, 123456000, time.UTC)

// acme is the merchant of each order of which a test says no other.
const acme harbor.MerchantID = "acme"

var acmeKey = harbor.NewAPIKey()

// mustOpen returns a migrated store of the folder, with a merchant, which is closed
// with the test.
func mustOpen(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s := mustOpenEmpty(t, dir)
	if err := s.Migrations().Up(t.Context()); err != nil {
		t.Fatalf("Up: %v", err)
	}
	if _, err := s.AddFirstMerchant(t.Context(), harbor.Merchant{ID: acme, Name: "Acme"}, acmeKey); err != nil {
		t.Fatalf("AddFirstMerchant: %v", err)
	}
	return s
}

func mustOpenEmpty(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func newOrder(customer string, at time.Time) harbor.Order {
	return harbor.NewOrder(at, acme, customer, 1250, "EUR")
}

const operation = "POST /v1/orders"

// recordOf returns the record of a request that created o.
func recordOf(o harbor.Order) idempotency.Record {
	return idempotency.Record{
		Owner: string(o.Merchant), Operation: operation, Key: o.ID.String(), Fingerprint: [32]byte{0: 1, 31: 2},
		Status: 201, Header: http.Header{"Location": {"/v1/orders/" + o.ID.String()}}, Body: fmt.Appendf(nil, `{"id":"%s"}`, o.ID),
		At: start, Expires: start.Add(24 * time.Hour),
	}
}

// find returns the record of a request that created o, nil if there is none.
func find(t testing.TB, s *sqlite.Store, o harbor.Order) *idempotency.Record {
	t.Helper()
	r, err := s.Find(t.Context(), string(o.Merchant), operation, o.ID.String())
	if err != nil {
		t.Fatalf("Find: %v", err)
	}
	return r
}

func mustCreate(t testing.TB, s *sqlite.Store, orders ...harbor.Order) {
	t.Helper()
	for _, o := range orders {
		if err := s.Create(t.Context(), o, recordOf(o)); err != nil {
			t.Fatalf("Create(%s): %v", o.ID, err)
		}
	}
}

func TestTheStoreIsOneOfHarbor(t *testing.T) {
	storetest.Run(t, func(t testing.TB) storetest.Database {
		dir := t.TempDir()
		return func(t testing.TB) storetest.Store {
			s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			return s
		}
	})
}

func TestOpenNeedsAFolder(t *testing.T) {
	if s, err := sqlite.Open(t.Context(), sqlite.Config{}); err == nil || err.Error() != "sqlite: Dir is empty" {
		t.Errorf("Open = %v, error %v", s, err)
	}
}

func TestTheDatabaseIsInTheFolderAskedFor(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"harbor-data", filepath.Join(t.TempDir(), "a b", "c?d#e%20f", "é")} {
		mustOpen(t, dir)
		if _, err := os.Stat(filepath.Join(dir, "harbor.db")); err != nil {
			t.Error(err)
		}
	}
}

func TestErrorsOfTheDriverAreText(t *testing.T) {
	s := mustOpenEmpty(t, t.TempDir())
	_, err := s.Order(t.Context(), acme, harbor.OrderID{})
	const want = "read order 00000000-0000-0000-0000-000000000000: SQL logic error: no such table: orders (1)"
	if err == nil || err.Error() != want {
		t.Errorf("Order without tables: got %v, want %q", err, want)
	}
	if coded, ok := errors.AsType[interface {
		error
		Code() int
	}](err); ok {
		t.Errorf("Order without tables: the driver's %T can be matched", coded)
	}
}
