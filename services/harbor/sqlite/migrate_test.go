package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

const newest = 3 // number of the last file in migrations

func checkVersion(t *testing.T, s *sqlite.Store, version int64, pending bool) {
	t.Helper()
	if got, err := s.Version(t.Context()); err != nil || got != version {
		t.Errorf("Version = %d, %v, want %d", got, err, version)
	}
	if got, err := s.Pending(t.Context()); err != nil || got != pending {
		t.Errorf("Pending = %v, %v, want %v", got, err, pending)
	}
}

func TestMigrateTwice(t *testing.T) {
	s := mustOpenEmpty(t, t.TempDir())
	checkVersion(t, s, 0, true)
	for range 2 {
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatalf("Migrate: %v", err)
		}
		checkVersion(t, s, newest, false)
	}
}

func TestPendingWritesNothing(t *testing.T) {
	s := mustOpenEmpty(t, t.TempDir())
	checkVersion(t, s, 0, true)
	var tables int
	if err := s.Reader().QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("after Pending there are %d tables and indexes, %v, want none", tables, err)
	}
}

func TestMigrateKeepsOrders(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	o := newOrder("cus_1", start)
	mustCreate(t, s, o)
	again := mustOpen(t, dir)
	if got, err := again.Order(t.Context(), o.ID); err != nil || got != o {
		t.Errorf("Order after a second Migrate = %+v, %v, want %+v", got, err, o)
	}
}

func TestMigrationsCanBeUndone(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	mustCreate(t, s, newOrder("cus_1", start))

	db, err := sql.Open("sqlite", filepath.Join(dir, "harbor.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.DownTo(t.Context(), 0); err != nil {
		t.Fatalf("DownTo(0): %v", err)
	}
	checkVersion(t, s, 0, true)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	checkVersion(t, s, newest, false)
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
				if err := s.Migrate(t.Context()); err != nil {
					t.Errorf("Migrate: %v", err)
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

func TestMigrateWaitsForAnotherUntilItsContextEnds(t *testing.T) {
	dir := t.TempDir()
	s, other := mustOpenEmpty(t, dir), mustOpenEmpty(t, dir)
	unlock, err := other.Lock()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Migrate(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Migrate while another one does: got %v, want %v", err, context.DeadlineExceeded)
	}
	checkVersion(t, s, 0, true)
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Errorf("Migrate afterwards: %v", err)
	}
}
