package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

func TestOpenMakesAFolderForItsOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b", "c?d#e%20f", "é")
	open(t, sqlitestore.Config{Path: filepath.Join(dir, "test.db")})
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode(), fs.ModeDir|0o700; got != want {
		t.Errorf("mode of the folder is %v, want %v", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "test.db")); err != nil {
		t.Errorf("the file is not in the folder asked for: %v", err)
	}
}

func TestARelativePathStaysWhereItWas(t *testing.T) {
	t.Chdir(t.TempDir())
	s := open(t, sqlitestore.Config{Path: "data/test.db"})
	t.Chdir(t.TempDir())
	exec(t, s, "INSERT INTO notes (text) VALUES ('a')")
	var n int
	if err := s.Reader().QueryRow(t.Context(), "SELECT count(*) FROM notes").Scan(&n); err != nil || n != 1 {
		t.Errorf("there are %d notes, %v, want 1", n, err)
	}
}

func TestOpenReportsAnUnusablePath(t *testing.T) {
	dir := t.TempDir()
	file, noDatabase := filepath.Join(dir, "file"), filepath.Join(dir, "no.db")
	for name, text := range map[string]string{file: "x", noDatabase: strings.Repeat("not a database", 99)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{filepath.Join(file, "test.db"), noDatabase} {
		s, err := sqlitestore.Open(t.Context(), sqlitestore.Config{Path: path})
		if err == nil {
			t.Errorf("Open(%s) = %v, want an error", path, s)
			continue
		}
		if want := "sqlitestore: open " + path + ": "; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Open(%s): got error %q, want it to begin with %q", path, err, want)
		}
	}
}

func TestConnectionsHaveTheirSettings(t *testing.T) {
	s := open(t, sqlitestore.Config{AcquireTimeout: 1500 * time.Millisecond})
	for _, tt := range []struct{ pragma, reader, writer string }{
		{pragma: "journal_mode", reader: "wal", writer: "wal"},
		{pragma: "synchronous", reader: "2", writer: "2"}, // FULL
		{pragma: "foreign_keys", reader: "0", writer: "1"},
		{pragma: "query_only", reader: "1", writer: "0"},
		{pragma: "busy_timeout", reader: "1500", writer: "0"}, // the writer waits by itself
	} {
		var reader, writer string
		if err := s.Reader().QueryRow(t.Context(), "PRAGMA "+tt.pragma).Scan(&reader); err != nil {
			t.Fatal(err)
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
			return tx.QueryRow(ctx, "PRAGMA "+tt.pragma).Scan(&writer)
		})
		if err != nil {
			t.Fatal(err)
		}
		if reader != tt.reader || writer != tt.writer {
			t.Errorf("%s is %s on readers and %s on the writer, want %s and %s", tt.pragma, reader, writer, tt.reader, tt.writer)
		}
	}
}

func TestAnotherPoolWritesInTurn(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	db, err := s.OpenDB()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if _, err := db.ExecContext(t.Context(), "INSERT INTO notes (text) VALUES (?)", i); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error { return add(ctx, tx, fmt.Sprint("of s: ", i)) })
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n, most := notes(t, s), db.Stats().MaxOpenConnections; n != 40 || most != 1 {
		t.Errorf("there are %d notes, want 40, and up to %d connections, want 1", n, most)
	}
}

func TestCloseTwice(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("Ping after Close: got no error")
	}
}

func TestCloseFoldsTheLogIntoTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := open(t, sqlitestore.Config{Path: path})
	exec(t, s, "INSERT INTO notes (text) VALUES ('a')")
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("log after Close: got %v, want %v", err, fs.ErrNotExist)
	}
}

// Of many processes that open a new file and migrate it, one makes the tables.
func TestManyOpenAndMigrateOneNewFile(t *testing.T) {
	cfg := sqlitestore.Config{Path: filepath.Join(t.TempDir(), "new", "test.db")}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			s, err := sqlitestore.Open(t.Context(), cfg)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			err = s.Migrate(t.Context(), func(ctx context.Context, db *sql.DB) error {
				var tables int
				if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables > 0 {
					return err
				}
				_, err := db.ExecContext(ctx, "CREATE TABLE t (a)")
				return err
			})
			if err := errors.Join(err, s.Ping(t.Context()), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestMigrateWaitsForAnotherUntilItsContextEnds(t *testing.T) {
	cfg := sqlitestore.Config{Path: filepath.Join(t.TempDir(), "test.db")}
	s, other := openEmpty(t, cfg), openEmpty(t, cfg)
	failure := errors.New("failure")
	err := other.Migrate(t.Context(), func(context.Context, *sql.DB) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		err := s.Migrate(ctx, func(context.Context, *sql.DB) error { t.Error("two migrate at once"); return nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Migrate while another one does: got %v, want %v", err, context.DeadlineExceeded)
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("Migrate = %v, want %v", err, failure)
	}
	if err := s.Migrate(t.Context(), func(context.Context, *sql.DB) error { return nil }); err != nil {
		t.Errorf("Migrate afterwards: %v", err)
	}
}

func TestMigrationsGoUpAndDown(t *testing.T) {
	s := openEmpty(t, sqlitestore.Config{})
	for range 2 {
		err := s.Migrate(t.Context(), func(ctx context.Context, db *sql.DB) error {
			up1, down1 := migration(t, "00001_idempotency_keys.sql")
			up2, down2 := migration(t, "00002_webhooks.sql")
			for _, text := range []string{up1, up2, down2, down1} {
				if _, err := db.ExecContext(ctx, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var tables int
	if err := s.Reader().QueryRow(t.Context(), "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("there are %d tables, %v, want none", tables, err)
	}
}
