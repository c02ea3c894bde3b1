package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

const note = "SELECT text, seen FROM notes WHERE text = ?"

func TestALookupReadsWhatWasCommitted(t *testing.T) {
	s := open(t, sqlitestore.Config{MaxConns: 1})
	var text string
	var seen int
	for range 2 { // the second time it is prepared
		if err := s.Reader().Lookup(t.Context(), note, "a").Scan(&text, &seen); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("a row that is not there: got %v, want %v", err, sql.ErrNoRows)
		}
	}
	exec(t, s, "INSERT INTO notes (text, seen) VALUES ('a', 7)")
	if err := s.Reader().Lookup(t.Context(), note, "a").Scan(&text, &seen); err != nil || text != "a" || seen != 7 {
		t.Errorf("got %q, %d, %v, want a note that was seen 7 times", text, seen, err)
	}
	for statement, want := range map[string]string{
		"INSERT INTO notes (text) VALUES ('b') RETURNING text": "readonly",
		"SELECT absent":                    "no such column",
		"SELECT text FROM notes WHERE 1 =": "incomplete input",
		"SELECT text, seen FROM notes":     "expected 2 destination arguments",
		"SELECT abs(-9223372036854775808)": "integer overflow",
	} {
		if err := s.Reader().Lookup(t.Context(), statement).Scan(&text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", statement, err, want)
		}
	}
}

func TestALookupDoesNotWaitForQueries(t *testing.T) {
	s := open(t, sqlitestore.Config{MaxConns: 1})
	exec(t, s, "INSERT INTO notes (text) VALUES ('a'), ('b')")
	rows, err := s.Reader().Query(t.Context(), "SELECT text FROM notes")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Fatal(rows.Err())
	}
	if err := s.Reader().Lookup(t.Context(), note, "b").Scan(new(string), new(int)); err != nil {
		t.Error(err)
	}
}

// Queries that come before the first lookup take none of its connections.
func TestALookupHasAConnectionOfItsOwn(t *testing.T) {
	s := open(t, sqlitestore.Config{MaxConns: 1})
	exec(t, s, "INSERT INTO notes (text) VALUES ('a')")
	ctx, end := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer end()
	for range 4 {
		all.Go(func() {
			rows, err := s.Reader().Query(ctx, "SELECT text FROM notes")
			if err == nil {
				<-ctx.Done()
				_ = rows.Close()
			}
		})
	}
	for s.Reader().Asked() < 4 {
		runtime.Gosched()
	}
	soon, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := s.Reader().Lookup(soon, note, "a").Scan(new(string), new(int)); err != nil {
		t.Error(err)
	}
}

func TestALookupWaitsNoLongerThanItMay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	exec(t, open(t, sqlitestore.Config{Path: path}), "INSERT INTO notes (text) VALUES ('a')") // in its own time
	s := open(t, sqlitestore.Config{Path: path, MaxConns: 1, StatementTimeout: 20 * time.Millisecond})
	release := s.Reader().HoldLookups()
	if err := s.Reader().Lookup(t.Context(), note, "a").Scan(new(string), new(int)); err == nil || !strings.Contains(err.Error(), "database_unavailable") {
		t.Errorf("got %v, want an error that is answered 503", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.Reader().Lookup(ctx, note, "a").Scan(new(string), new(int)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
	if err := s.Reader().Lookup(ctx, note, "a").Scan(new(string), new(int)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the deadline: got %v, want %v", err, context.DeadlineExceeded)
	}
	release()
	if err := s.Reader().Lookup(t.Context(), note, "a").Scan(new(string), new(int)); err != nil {
		t.Error(err)
	}
}

// What Scan takes is what that of database/sql takes.
func TestALookupScansAsOtherQueries(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	type text string
	for _, tt := range []struct {
		query string
		dest  func() any
	}{
		{"SELECT 'a'", func() any { return new(string) }},
		{"SELECT 'a'", func() any { return new(text) }},
		{"SELECT 'a'", func() any { return new([]byte) }},
		{"SELECT 'a'", func() any { return new(sql.NullString) }},
		{"SELECT 'a'", func() any { return new(any) }},
		{"SELECT 'a'", func() any { return new(int) }},
		{"SELECT 'a'", func() any { return (*string)(nil) }},
		{"SELECT 'a'", func() any { return nil }},
		{"SELECT '17'", func() any { return new(int) }},
		{"SELECT 300", func() any { return new(int) }},
		{"SELECT 300", func() any { return new(int64) }},
		{"SELECT 300", func() any { return new(int8) }},
		{"SELECT 300", func() any { return new(string) }},
		{"SELECT 1", func() any { return new(bool) }},
		{"SELECT 1.5", func() any { return new(float64) }},
		{"SELECT 1.5", func() any { return new(int64) }},
		{"SELECT x'0102'", func() any { return new([]byte) }},
		{"SELECT x'0102'", func() any { return new(sql.RawBytes) }},
		{"SELECT x'6162'", func() any { return new(string) }},
		{"SELECT NULL", func() any { return new(string) }},
		{"SELECT NULL", func() any { return new([]byte) }},
		{"SELECT NULL", func() any { return new(*string) }},
		{"SELECT NULL", func() any { return new(sql.Null[int]) }},
	} {
		got, want := tt.dest(), tt.dest()
		errGot, errWant := s.Reader().Lookup(t.Context(), tt.query).Scan(got), s.Reader().QueryRow(t.Context(), tt.query).Scan(want)
		if _, raw := got.(*sql.RawBytes); (errGot == nil) != (errWant == nil) && !raw || errGot == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s into %T: got %v, %v, want %v, %v", tt.query, got, got, errGot, want, errWant)
		}
	}
}

func TestALookupTakesTheArgumentsOfOtherQueries(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	type text string
	var a, b string
	err := s.Reader().Lookup(t.Context(), "SELECT @a || ?, @b", sql.Named("a", "x"), text("y"), sql.Named("b", 7)).Scan(&a, &b)
	want := s.Reader().QueryRow(t.Context(), "SELECT @a || ?, @b", sql.Named("a", "x"), text("y"), sql.Named("b", 7)).Scan(new(string), new(string))
	if (err == nil) != (want == nil) || err == nil && (a != "xy" || b != "7") {
		t.Errorf("got %q, %q, %v, want what a query gives (%v)", a, b, err, want)
	}
	if err := s.Reader().Lookup(t.Context(), "SELECT ?", struct{}{}).Scan(&a); err == nil {
		t.Error("an argument that is no value: want an error")
	}
}
