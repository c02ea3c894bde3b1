package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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

func TestOpenReportsEveryMistake(t *testing.T) {
	s, err := sqlite.Open(t.Context(), sqlite.Config{BusyTimeout: -time.Second})
	const want = "sqlite: Dir is empty\nsqlite: BusyTimeout is -1s, want 0 or more"
	if err == nil || err.Error() != want {
		t.Errorf("Open = %v, error %v, want %q", s, err, want)
	}
}

func TestOpenMakesFolderForItsOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b", "c?d#e%20f", "é")
	mustOpen(t, dir)
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode(), fs.ModeDir|0o700; got != want {
		t.Errorf("mode of the folder is %v, want %v", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "harbor.db")); err != nil {
		t.Errorf("the database is not in the folder asked for: %v", err)
	}
}

func TestOpenTakesRelativeFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	mustOpen(t, "harbor-data")
	if _, err := os.Stat("harbor-data/harbor.db"); err != nil {
		t.Error(err)
	}
}

func TestOpenReportsUnusableFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	noDatabase := filepath.Join(dir, "no database")
	if err := os.Mkdir(noDatabase, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(noDatabase, "harbor.db"), []byte(strings.Repeat("not a database", 99)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, noDatabase} {
		s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
		if err == nil {
			t.Errorf("Open(%s) = %v, want an error", dir, s)
			continue
		}
		if want := "open database in " + dir + ": "; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Open(%s): got error %q, want it to begin with %q", dir, err, want)
		}
	}
}

func TestPoolsHaveTheirSettings(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	tests := []struct {
		name   string
		pragma string
		reader string
		writer string
	}{
		{name: "write-ahead log", pragma: "journal_mode", reader: "wal", writer: "wal"},
		{name: "synced commits", pragma: "synchronous", reader: "2", writer: "2"},
		{name: "readers cannot write", pragma: "query_only", reader: "1", writer: "0"},
		{name: "waits for locks", pragma: "busy_timeout", reader: "5000", writer: "5000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var reader, writer string
			if err := s.Reader().QueryRow("PRAGMA " + tt.pragma).Scan(&reader); err != nil {
				t.Fatal(err)
			}
			if err := s.Writer().QueryRow("PRAGMA " + tt.pragma).Scan(&writer); err != nil {
				t.Fatal(err)
			}
			if reader != tt.reader || writer != tt.writer {
				t.Errorf("%s is %s on readers and %s on the writer, want %s and %s", tt.pragma, reader, writer, tt.reader, tt.writer)
			}
		})
	}
	if n := s.Writer().Stats().MaxOpenConnections; n != 1 {
		t.Errorf("the writer has up to %d connections, want 1", n)
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

func TestPingEndsWithItsContextWhileAnotherWrites(t *testing.T) {
	dir := t.TempDir()
	s, other := mustOpen(t, dir), mustOpen(t, dir)
	tx, err := other.Writer().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Ping while another store writes: got %v, want %v", err, context.DeadlineExceeded)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("Ping afterwards: %v", err)
	}
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	o := newOrder("cus_1", start)
	mustCreate(t, s, o)
	tx, err := s.Writer().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("DELETE FROM orders"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Order(t.Context(), acme, o.ID); err != nil || got != o {
		t.Errorf("Order during an open transaction = %+v, %v, want %+v", got, err, o)
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
		"Find":      func() error { _, err := s.Find(ctx, "acme", operation, "k"); return err },
		"Save":      func() error { return s.Save(ctx, recordOf(o)) },
		"Purge":     func() error { _, err := s.Purge(ctx, start, 1); return err },
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

func TestCloseTwice(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("Ping after Close: got no error")
	}
}

func TestCloseFoldsTheLogIntoTheDatabase(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	o := newOrder("cus_1", start)
	mustCreate(t, s, o)
	if _, err := s.Order(t.Context(), acme, o.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "harbor.db-wal")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("log after Close: got %v, want %v", err, fs.ErrNotExist)
	}
}
