// Package storetest has the tests that every store of Harbor Payments must pass: clients see
// no difference between databases.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/internal/tables"
)

// A Store is what is tested.
type Store interface {
	harbor.Reader
	harbor.Merchants
	idempotency.Store
	Providers() tenon.Option
	Migrations() *tables.Set
	CursorKey(ctx context.Context) ([]byte, error)
	Ping(ctx context.Context) error
	Close() error

	// Create does what a request for an order does with the database.
	Create(ctx context.Context, o harbor.Order, r idempotency.Record) error
}

// A New makes an empty database, which is deleted with the test.
type New func(t testing.TB) Database

// A Database opens a store of one database. The caller closes it.
type Database func(t testing.TB) Store

// Run runs the tests, each with databases of its own.
func Run(t *testing.T, fresh New) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T, New)
	}{
		{"an order comes back as it was created", testOrderComesBackAsCreated},
		{"a create stores all or nothing", testCreateStoresAllOrNothing},
		{"an order that is not there", testOrderNotFound},
		{"a list is newest first, within one customer", testListIsNewestFirstWithinOneCustomer},
		{"a list ends empty", testListEndsEmpty},
		{"a list has at least one order", testListRefusesLimitBelowOne},
		{"merchants do not meet the orders of another", testMerchantsDoNotMeetTheOrdersOfAnother},
		{"merchants are found by ID and key", testMerchantsAreFoundByIDAndKey},
		{"merchants that are refused", testAddMerchantRefuses},
		{"one of many adds the first merchant", testOneOfManyAddsTheFirstMerchant},
		{"a key replaces those of one merchant", testSetKeyReplacesTheKeysOfOneMerchant},
		{"one of many sets the key", testManySetOneKey},
		{"the cursor key stays after reopening", testCursorKeyStaysAfterReopening},
		{"the cursor keys of two databases differ", testCursorKeysOfTwoDatabasesDiffer},
		{"many stores agree on the cursor key", testManyStoresAgreeOnTheCursorKey},
		{"a request commits all or nothing", testARequestCommitsAllOrNothing},
		{"one of two stores gets the key", testOneOfTwoStoresGetsTheKey},
		{"many create and each reads its own", testManyCreateAndEachReadsItsOwn},
		{"a create and its error agree", testCreateAndItsErrorAgree},
		{"a walk sees each order once", testWalkSeesEachOrderOnce},
		{"tables are made once", testMigrateTwice},
		{"a check writes nothing", testAChecksWritesNothing},
		{"a step keeps what is stored", testMigrationsKeepOrders},
		{"steps are undone one by one", testMigrationsAreUndoneOneByOne},
		{"a database that is behind is left as it is", testADatabaseThatIsBehindIsLeftAsItIs},
		{"many migrate one database", testManyMigrateOneDatabase},
		{"a ping needs tables", testPingNeedsTables},
		{"every method ends with its context", testEveryMethodEndsWithItsContext},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, fresh) })
	}
}

// start is the creation time of the first order of a test.
var start = time.Date(2026, 11, 20, 8, 56, 1, 123456000, time.UTC)

// acme is the merchant of each order of which a test says no other.
const acme harbor.MerchantID = "acme"

var acmeKey = harbor.NewAPIKey()

// mustOpen returns a migrated store with a merchant, which is closed with the test.
func mustOpen(t testing.TB, db Database) Store {
	t.Helper()
	s := mustOpenEmpty(t, db)
	if err := s.Migrations().Up(t.Context()); err != nil {
		t.Fatalf("Up: %v", err)
	}
	if _, err := s.AddFirstMerchant(t.Context(), harbor.Merchant{ID: acme, Name: "Acme"}, acmeKey); err != nil {
		t.Fatalf("AddFirstMerchant: %v", err)
	}
	return s
}

func mustOpenEmpty(t testing.TB, db Database) Store {
	t.Helper()
	s := db(t)
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
func find(t testing.TB, s Store, o harbor.Order) *idempotency.Record {
	t.Helper()
	r, err := s.Find(t.Context(), string(o.Merchant), operation, o.ID.String())
	if err != nil {
		t.Fatalf("Find: %v", err)
	}
	return r
}

func mustCreate(t testing.TB, s Store, orders ...harbor.Order) {
	t.Helper()
	for _, o := range orders {
		if err := s.Create(t.Context(), o, recordOf(o)); err != nil {
			t.Fatalf("Create(%s): %v", o.ID, err)
		}
	}
}

func testPingNeedsTables(t *testing.T, fresh New) {
	s := mustOpenEmpty(t, fresh(t))
	if err := s.Ping(t.Context()); err == nil {
		t.Error("Ping needs no tables")
	}
	if err := s.Migrations().Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping with tables: %v", err)
	}
}

func testEveryMethodEndsWithItsContext(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	o := newOrder("cus_1", start)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func() error{
		"Up":        func() error { return s.Migrations().Up(ctx) },
		"Down":      func() error { _, err := s.Migrations().Down(ctx); return err },
		"Check":     func() error { return s.Migrations().Check(ctx) },
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
