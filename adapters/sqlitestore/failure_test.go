package sqlitestore_test

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

	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

// A file that may not grow is a full disk. What was written before is not committed, even if the
// handler hides the error, and writing goes on when there is room again.
func TestJ8AFullDiskIsAnswered507(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	exec(t, s, "CREATE TABLE pages (content BLOB)")
	a := newApp(t, s)
	for _, tt := range []struct {
		name, method string
		hide         bool
	}{{"PUT", "PUT", false}, {"with a key", "POST", false}, {"hidden by the handler", "PUT", true}} {
		t.Run(tt.name, func(t *testing.T) {
			var pages int
			if err := s.Reader().QueryRow(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
				t.Fatal(err)
			}
			exec(t, s, fmt.Sprint("PRAGMA max_page_count = ", pages))
			a.write = func(ctx context.Context, tx *sqlitestore.Tx) error {
				if err := add(ctx, tx, "a"); err != nil {
					t.Error(err)
				}
				_, err := tx.Exec(ctx, "INSERT INTO pages VALUES (zeroblob(100000))")
				if err == nil {
					t.Error("there was room")
				}
				if tt.hide {
					if add(ctx, tx, "b") == nil {
						t.Error("the transaction went on")
					}
					return nil
				}
				return fmt.Errorf("add a page: %w", err)
			}
			r := a.Do(tt.method, "/notes", "", "Idempotency-Key: k")
			if p := a.Problem(r); p.Status != http.StatusInsufficientStorage || p.Code != "storage_full" {
				t.Errorf("the answer is %v", p)
			}
			if n := notes(t, s); n != 0 {
				t.Errorf("%d notes are stored, want none", n)
			}
			exec(t, s, "PRAGMA max_page_count = 1000000")
		})
	}
	a.write = func(ctx context.Context, tx *sqlitestore.Tx) error { return add(ctx, tx, "a") }
	if r := a.Do("POST", "/notes", "", "Idempotency-Key: k"); r.Status != http.StatusNoContent || notes(t, s) != 1 {
		t.Errorf("with room again the answer is %d %s", r.Status, r.Body)
	}
}

// A connection that cannot be opened now, for the folder is away or there is no file descriptor.
func TestAFileThatCannotBeOpenedIsAnswered503(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	cfg := sqlitestore.Config{Path: filepath.Join(dir, "test.db")}
	open(t, cfg)
	s := openEmpty(t, cfg)
	a := newApp(t, s)
	a.read = func(ctx context.Context, r *sqlitestore.Reader) error {
		return r.QueryRow(ctx, "SELECT count(*) FROM notes").Scan(new(int))
	}
	if err := os.Rename(dir, dir+"-away"); err != nil {
		t.Fatal(err)
	}
	r := a.Do("GET", "/notes", "")
	if p := a.Problem(r); p.Status != 503 || p.Code != "database_unavailable" || r.Header.Get("Retry-After") != "1" {
		t.Errorf("the answer is %v %v", p, r.Header)
	}
	if a.err == nil || !strings.Contains(a.err.Error(), "unable to open database file") {
		t.Errorf("the error does not say why: %v", a.err)
	}
	if err := os.Rename(dir+"-away", dir); err != nil {
		t.Fatal(err)
	}
	if r := a.Do("GET", "/notes", ""); r.Status != http.StatusNoContent {
		t.Errorf("the answer is %d %s", r.Status, r.Body)
	}
}

func TestErrorsOfTheDriverAreText(t *testing.T) {
	s := openEmpty(t, sqlitestore.Config{})
	const want = "SQL logic error: no such table: notes (1)"
	calls := map[string]func() error{
		"Reader.QueryRow": func() error { return s.Reader().QueryRow(t.Context(), "SELECT 1 FROM notes").Scan(new(int)) },
		"Tx.Exec": func() error {
			return s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error { return add(ctx, tx, "a") })
		},
		"Tx.Query": func() error {
			return s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
				_, err := tx.Query(ctx, "SELECT 1 FROM notes")
				return err
			})
		},
	}
	for name, call := range calls {
		err := call()
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
		if coded, ok := errors.AsType[interface {
			error
			Code() int
		}](err); ok {
			t.Errorf("%s: the driver's %T can be matched", name, coded)
		}
	}
}

func TestEveryMethodEndsWithItsContext(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Open": func() error {
			_, err := sqlitestore.Open(ctx, sqlitestore.Config{Path: filepath.Join(t.TempDir(), "a")})
			return err
		},
		"Ping":     func() error { return s.Ping(ctx) },
		"Migrate":  func() error { return s.Migrate(ctx, nil) },
		"Write":    func() error { return s.Write(ctx, nil) },
		"QueryRow": func() error { return s.Reader().QueryRow(ctx, "SELECT 1").Scan(new(int)) },
		"Find":     func() error { _, err := s.Find(ctx, "acme", "POST /", "k"); return err },
		"Purge":    func() error { _, err := s.Purge(ctx, start, 1); return err },
		"Settle":   func() error { _, err := s.Webhooks().Settle(ctx, nil); return err },
		"Endpoint": func() error { _, err := s.Webhooks().Endpoint(ctx, "acme", "ep_1"); return err },
	} {
		if err := call(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: got %v, want %v", name, err, context.Canceled)
		}
	}
}

func TestAReaderCannotWriteAndHasItsTime(t *testing.T) {
	s := open(t, sqlitestore.Config{StatementTimeout: 20 * time.Millisecond, MaxConns: 1})
	if err := s.Reader().QueryRow(t.Context(), "INSERT INTO notes (text) VALUES ('a') RETURNING text").Scan(new(string)); err == nil || !strings.Contains(err.Error(), "readonly") {
		t.Errorf("a Reader has written: %v", err)
	}
	const forever = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
	if err := s.Reader().QueryRow(t.Context(), forever).Scan(new(int)); err == nil || err.Error() != "sqlitestore: the query took longer than 20ms" {
		t.Errorf("a query without end: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := s.Reader().QueryRow(ctx, forever).Scan(new(int)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a query without end in a request with a deadline: %v", err)
	}
	if n := notes(t, s); n != 0 {
		t.Errorf("%d notes are stored, want none", n)
	}
}
