package sqlite_test

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// newProvider returns what migrates the database of a folder step by step.
func newProvider(t *testing.T, dir string) *goose.Provider {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "harbor.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, sqlite.Files())
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

// What was stored before there were merchants is the demo merchant's, who gets a key
// at the next start.
func TestMigrateGivesOldRowsToTheDemoMerchant(t *testing.T) {
	dir := t.TempDir()
	s := mustOpenEmpty(t, dir)
	if _, err := newProvider(t, dir).UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	want := harbor.NewOrder(start, harbor.Demo.ID, "cus_1", 1250, "EUR")
	for _, insert := range []struct {
		text string
		args []any
	}{
		{"INSERT INTO orders VALUES (?, 'cus_1', 1250, 'EUR', 'pending', ?, ?, ?)", []any{want.ID[:], want.CreatedAt.UnixMicro(), want.RiskScore, want.InternalNotes}},
		{"INSERT INTO idempotency_keys VALUES ('', ?, 'k', ?, 201, ?, ?)", []any{operation, make([]byte, 32), []byte("{}"), start.UnixMicro()}},
	} {
		if err := s.Exec(t.Context(), insert.text, insert.args...); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Migrations().Up(t.Context()); err != nil {
		t.Fatalf("Up: %v", err)
	}
	if got, err := s.Order(t.Context(), harbor.Demo.ID, want.ID); err != nil || got != want {
		t.Errorf("Order = %+v, %v, want %+v", got, err, want)
	}
	if got, err := s.List(t.Context(), harbor.Demo.ID, "cus_1", nil, 10); err != nil || len(got) != 1 {
		t.Errorf("List = %+v, %v, want the order", got, err)
	}
	r, err := s.Find(t.Context(), "demo", operation, "k")
	if err != nil || r == nil || string(r.Body) != "{}" || r.Header.Get("Content-Type") != "application/json" || !r.Expires.Equal(start.Add(24*time.Hour)) {
		t.Errorf("Find = %+v, %v, want the record with a day from its start", r, err)
	}
	if m, err := s.Merchant(t.Context(), "demo"); err != nil || m != harbor.Demo {
		t.Errorf("Merchant = %+v, %v, want %+v", m, err, harbor.Demo)
	}
	key := harbor.NewAPIKey()
	if added, err := s.AddFirstMerchant(t.Context(), harbor.Demo, key); !added || err != nil {
		t.Errorf("AddFirstMerchant = %v, %v, want a key for it", added, err)
	}
	if m, err := s.KeyOwner(t.Context(), key); err != nil || m != harbor.Demo {
		t.Errorf("KeyOwner = %+v, %v, want %+v", m, err, harbor.Demo)
	}
}

func TestManyOpenAndMigrateOneNewFolder(t *testing.T) {
	for range 5 {
		dir := filepath.Join(t.TempDir(), "new")
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				s, err := sqlite.Open(t.Context(), sqlite.Config{Dir: dir})
				if err != nil {
					t.Errorf("Open: %v", err)
					return
				}
				if err := s.Migrations().Up(t.Context()); err != nil {
					t.Errorf("Up: %v", err)
				}
				if err := s.Ping(t.Context()); err != nil {
					t.Errorf("Ping: %v", err)
				}
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
		}
		wg.Wait()
	}
}

// Harbor had the table before the adapter, whose statements use it now.
func TestTheTableOfKeysIsThatOfTheAdapter(t *testing.T) {
	text, err := fs.ReadFile(sqlitestore.Migrations(), "00001_idempotency_keys.sql")
	if err != nil {
		t.Fatal(err)
	}
	up, _, _ := strings.Cut(string(text), "-- +goose Down")
	adapter, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "adapter.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer adapter.Close()
	if _, err := adapter.ExecContext(t.Context(), up); err != nil {
		t.Fatal(err)
	}
	const columns = `SELECT (SELECT json_group_array(json_array(name, type, "notnull", pk)) FROM pragma_table_info('idempotency_keys')) ||
		(SELECT json_group_array(sql) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'idempotency_keys' AND sql IS NOT NULL)`
	var got, want string
	if err := adapter.QueryRowContext(t.Context(), columns).Scan(&want); err != nil {
		t.Fatal(err)
	}
	if err := mustOpen(t, t.TempDir()).Reader().QueryRow(t.Context(), columns).Scan(&got); err != nil || got != want {
		t.Errorf("the table is %s, %v, want %s", got, err, want)
	}
}
