package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

// counted is a Memo of how often a note was seen, which counts what it reads.
func counted(s *sqlitestore.Store) (m *sqlitestore.Memo[string, int], reads *atomic.Int32) {
	reads = new(atomic.Int32)
	return sqlitestore.NewMemo(s.Reader(), func(ctx context.Context, text string) (seen int, err error) {
		reads.Add(1)
		err = s.Reader().Lookup(ctx, "SELECT seen FROM notes WHERE text = ?", text).Scan(&seen)
		return seen, err
	}), reads
}

func TestAMemoRemembersUntilSomethingIsCommitted(t *testing.T) {
	s := open(t, sqlitestore.Config{MaxConns: 1})
	exec(t, s, "INSERT INTO notes (text, seen) VALUES ('a', 1), ('b', 1)")
	other, err := s.OpenDB() // as another process does
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	m, reads := counted(s)
	get := func(when, text string, want int, wantReads int32) {
		t.Helper()
		reads.Store(0)
		for range 3 {
			if n, err := m.Get(t.Context(), text); err != nil || n != want {
				t.Errorf("%s: got %d, %v, want %d", when, n, err, want)
			}
		}
		if n := reads.Load(); n != wantReads {
			t.Errorf("%s: read %d times, want %d", when, n, wantReads)
		}
	}
	get("at first", "a", 1, 1)
	get("at first", "b", 1, 1)
	get("again", "a", 1, 0)
	exec(t, s, "UPDATE notes SET seen = 2 WHERE text = 'a'")
	get("after a commit", "a", 2, 1)
	get("after a commit of something else", "b", 1, 1)
	if _, err := other.ExecContext(t.Context(), "UPDATE notes SET seen = 3 WHERE text = 'a'"); err != nil {
		t.Fatal(err)
	}
	get("after a commit of others", "a", 3, 1)
	_ = s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE notes SET seen = 4 WHERE text = 'a'")
		get("before a commit", "a", 3, 0)
		return errors.Join(err, errors.New("rolled back"))
	})
	get("after a rollback", "a", 3, 0)
	if _, err := other.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if n, err := m.Get(t.Context(), "a"); err != nil || n != 3 {
		t.Errorf("after a checkpoint: got %d, %v, want 3", n, err)
	}
	exec(t, s, "UPDATE notes SET seen = 5 WHERE text = 'a'")
	get("after that and a commit", "a", 5, 1)
}

func TestAMemoRemembersNoErrorsAndHasABound(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	m, reads := counted(s)
	for range 2 {
		if _, err := m.Get(t.Context(), "none"); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("got %v, want %v", err, sql.ErrNoRows)
		}
	}
	if n := reads.Load(); n != 2 {
		t.Errorf("read %d times, want 2", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Get(ctx, "none"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	many := sqlitestore.NewMemo(s.Reader(), func(_ context.Context, n int) (int, error) { return n, nil })
	for n := range 10_000 {
		if got, err := many.Get(t.Context(), n); got != n || err != nil {
			t.Fatalf("got %d, %v, want %d", got, err, n)
		}
	}
	if n := many.Len(); n == 0 || n > 4096 {
		t.Errorf("remembers %d values, want up to 4096", n)
	}
}

func TestWhoHasLeftMakesAMemoForgetNothing(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	exec(t, s, "INSERT INTO notes (text) VALUES ('a')")
	m, reads := counted(s)
	left, leave := context.WithCancel(t.Context())
	leave()
	for _, ctx := range []context.Context{t.Context(), left, t.Context()} {
		if _, err := m.Get(ctx, "a"); err != nil && ctx != left {
			t.Error(err)
		}
	}
	if n := reads.Load(); n > 2 { // with that of who has left
		t.Errorf("read %d times, want 2", n)
	}
}

func TestAMemoReadsWhenNobodyTellsTheVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	exec(t, open(t, sqlitestore.Config{Path: path}), "INSERT INTO notes (text, seen) VALUES ('a', 1)")
	s := open(t, sqlitestore.Config{Path: path})
	m, reads := counted(s)
	get := func() {
		t.Helper()
		if n, err := m.Get(t.Context(), "a"); err != nil || n != 1 {
			t.Errorf("got %d, %v, want 1", n, err)
		}
	}
	get()
	release := s.Reader().HoldWitness()
	get()
	release()
	get()
	if n := reads.Load(); n != 2 {
		t.Errorf("read %d times, want once in the beginning and once meanwhile", n)
	}
	s.Reader().BreakWitness()
	get() // which notices that
	get() // which has another, that counts otherwise
	get()
	if n := reads.Load(); n != 4 {
		t.Errorf("read %d times, want 2 more", n)
	}
}

// A key that was revoked is never accepted by who asks after that.
func TestAMemoSeesWhatWasCommittedBefore(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	exec(t, s, "INSERT INTO notes (text) VALUES ('a')")
	other, err := s.OpenDB()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	m, _ := counted(s)
	var committed atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for committed.Load() < 200 && !t.Failed() {
				before := committed.Load()
				if n, err := m.Get(t.Context(), "a"); err != nil || n < int(before) {
					t.Errorf("got %d, %v after %d was committed", n, err, before)
				}
			}
		})
	}
	for n := range int32(200) {
		statement := fmt.Sprintf("UPDATE notes SET seen = %d", n+1)
		if n%2 == 0 {
			exec(t, s, statement)
		} else if _, err := other.ExecContext(t.Context(), statement); err != nil {
			t.Error(err)
		}
		committed.Store(n + 1)
	}
	all.Wait()
}
