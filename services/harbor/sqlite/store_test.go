package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
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
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("Migrate: %v", err)
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

func TestPingNeedsTables(t *testing.T) {
	s := mustOpenEmpty(t, t.TempDir())
	if err := s.Ping(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "ping database: read: ") {
		t.Errorf("Ping before Migrate: got %v, want an error of the read", err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping after Migrate: %v", err)
	}
}

func TestEveryMethodEndsWithItsContext(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	o := newOrder("cus_1", start)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func() error{
		"Open": func() error {
			_, err := sqlite.Open(ctx, sqlite.Config{Dir: t.TempDir()})
			return err
		},
		"Migrate":   func() error { return s.Migrate(ctx) },
		"Version":   func() error { _, err := s.Version(ctx); return err },
		"Pending":   func() error { _, err := s.Pending(ctx); return err },
		"Ping":      func() error { return s.Ping(ctx) },
		"Create":    func() error { return s.Create(ctx, o, recordOf(o)) },
		"Merchant":  func() error { _, err := s.Merchant(ctx, acme); return err },
		"KeyOwner":  func() error { _, err := s.KeyOwner(ctx, acmeKey); return err },
		"SetKey":    func() error { return s.SetKey(ctx, harbor.Demo, acmeKey) },
		"AddFirst":  func() error { _, err := s.AddFirstMerchant(ctx, harbor.Demo, acmeKey); return err },
		"Add":       func() error { return s.AddMerchant(ctx, harbor.Demo, acmeKey) },
		"Order":     func() error { _, err := s.Order(ctx, acme, o.ID); return err },
		"List":      func() error { _, err := s.List(ctx, acme, "cus_1", nil, 20); return err },
		"CursorKey": func() error { _, err := s.CursorKey(ctx); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			if err := call(); !errors.Is(err, context.Canceled) {
				t.Errorf("%s with a canceled context: got %v, want %v", name, err, context.Canceled)
			}
		})
	}
	if _, err := s.Order(t.Context(), acme, o.ID); !errors.Is(err, harbor.ErrOrderNotFound) {
		t.Errorf("Order after the canceled Create: got %v, want %v", err, harbor.ErrOrderNotFound)
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
