package sqlitestore_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// An app has three operations on one path: PUT writes, POST with a key, GET reads.
type app struct {
	*tenontest.Client
	write func(context.Context, *sqlitestore.Tx) error
	read  func(context.Context, *sqlitestore.Reader) error
	err   error // the last outcome
}

var errRefused = problem.New(http.StatusPaymentRequired, "refused", "Refused")

func newApp(t testing.TB, s *sqlitestore.Store) *app {
	t.Helper()
	a := &app{write: func(ctx context.Context, tx *sqlitestore.Tx) error { return add(ctx, tx, "a") }}
	type writing struct{ Tx *sqlitestore.Tx }
	type reading struct{ Reader *sqlitestore.Reader }
	write := func(ctx context.Context, in *writing) (tenon.NoContent, error) {
		return tenon.NoContent{}, a.write(ctx, in.Tx)
	}
	made, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Around(a.note), tenon.Value(tenon.Caller("ada")), s.Providers())
		tenon.Put(r, "/notes", write, tenon.Errors(errRefused))
		tenon.Post(r, "/notes", write, idempotency.Require(idempotency.Config{}))
		tenon.Get(r, "/notes", func(ctx context.Context, in *reading) (tenon.NoContent, error) {
			return tenon.NoContent{}, a.read(ctx, in.Reader)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Client = tenontest.New(t, made)
	a.ServerErrors = true
	return a
}

func (a *app) note(ctx context.Context, _ *struct{}, c *tenon.Call) error {
	a.err = c.Next(ctx)
	return a.err
}

func add(ctx context.Context, tx *sqlitestore.Tx, text string) error {
	_, err := tx.Exec(ctx, "INSERT INTO notes (text) VALUES (?)", text)
	return err
}

// notes returns how many there are.
func notes(t testing.TB, s *sqlitestore.Store) (n int) {
	t.Helper()
	if err := s.Reader().QueryRow(t.Context(), "SELECT count(*) FROM notes").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARequestCommitsAllOrNothing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		then   func() error
		status int
		stored int
	}{
		{name: "success", then: func() error { return nil }, status: 204, stored: 1},
		{name: "declared error", then: func() error { return errRefused }, status: 402},
		{name: "other error", then: func() error { return errors.New("broken") }, status: 500},
		{name: "panic", then: func() error { panic("broken") }, status: 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, sqlitestore.Config{})
			a := newApp(t, s)
			a.write = func(ctx context.Context, tx *sqlitestore.Tx) error {
				if err := add(ctx, tx, "a"); err != nil {
					t.Error(err)
				}
				return tt.then()
			}
			if r := a.Do("PUT", "/notes", ""); r.Status != tt.status {
				t.Errorf("the answer is %d %s, want %d", r.Status, r.Body, tt.status)
			}
			if n := notes(t, s); n != tt.stored {
				t.Errorf("%d notes are stored, want %d", n, tt.stored)
			}
			exec(t, s, "INSERT INTO notes (text) VALUES ('next')") // the right to write is free
		})
	}
}

// A foreign key that is checked when the transaction ends makes the commit fail.
func TestAFailedCommitIsTheAnswerAndNothingIsStored(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	exec(t, s, "CREATE TABLE debts (note TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED)")
	a := newApp(t, s)
	a.write = func(ctx context.Context, tx *sqlitestore.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO debts VALUES ('nobody')")
		return errors.Join(err, add(ctx, tx, "a"))
	}
	r := a.Do("POST", "/notes", "", "Idempotency-Key: k")
	if r.Status != http.StatusInternalServerError || strings.Contains(string(r.Body), "FOREIGN") {
		t.Errorf("the answer is %d %s", r.Status, r.Body)
	}
	if a.err == nil || !strings.HasPrefix(a.err.Error(), "sqlitestore: commit: ") {
		t.Errorf("the error is %v", a.err)
	}
	a.write = func(context.Context, *sqlitestore.Tx) error { return nil }
	if r := a.Do("POST", "/notes", "", "Idempotency-Key: k"); r.Status != http.StatusNoContent || r.Header.Get(idempotency.HeaderReplayed) != "" || notes(t, s) != 0 {
		t.Errorf("the answer is %d %v: something was stored", r.Status, r.Header)
	}
}

// What a client that leaves had asked for is done or not, and the next one can write. Once it
// may write, a request does all its writing, even if it is told to stop before each statement.
func TestAClientThatLeavesDoesNotKeepTheRightToWrite(t *testing.T) {
	for _, tt := range []struct {
		name   string
		then   func(ctx context.Context) error
		stored int
	}{
		{name: "handler goes on", then: func(context.Context) error { return nil }, stored: 1},
		{name: "handler gives up", then: context.Context.Err},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, sqlitestore.Config{})
			a := newApp(t, s)
			ctx, leave := context.WithCancel(t.Context())
			a.write = func(ctx context.Context, tx *sqlitestore.Tx) error {
				leave()
				if err := add(ctx, tx, "a"); err != nil {
					t.Error(err)
				}
				return tt.then(ctx)
			}
			r, err := http.NewRequestWithContext(ctx, "PUT", "/notes", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			a.Send(r)
			if n := notes(t, s); n != tt.stored {
				t.Errorf("%d notes are stored, want %d", n, tt.stored)
			}
			exec(t, s, "INSERT INTO notes (text) VALUES ('next')")
		})
	}
}

// A transaction that takes too long is not committed, even if its handler hides that, and the
// next one can write.
func TestATransactionHasItsTime(t *testing.T) {
	s := open(t, sqlitestore.Config{StatementTimeout: 50 * time.Millisecond})
	const forever = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
	for name, write := range map[string]func(context.Context, *sqlitestore.Tx) error{
		"in a query": func(ctx context.Context, tx *sqlitestore.Tx) error {
			return tx.QueryRow(ctx, forever+"SELECT max(i) FROM n").Scan(new(int))
		},
		"in a statement": func(ctx context.Context, tx *sqlitestore.Tx) error {
			_, err := tx.Exec(ctx, forever+"INSERT INTO notes (text) SELECT i FROM n")
			return err
		},
		"between them":    func(_ context.Context, tx *sqlitestore.Tx) error { <-tx.Done(); return nil },
		"and then writes": func(ctx context.Context, tx *sqlitestore.Tx) error { <-tx.Done(); return add(ctx, tx, "b") },
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
				if err := add(ctx, tx, "a"); err != nil {
					t.Error(err)
				}
				_ = write(ctx, tx)
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), "the transaction took longer than 50ms") {
				t.Errorf("Write = %v, want an error of its time", err)
			}
			if n := notes(t, s); n != 0 {
				t.Errorf("%d notes are stored, want none", n)
			}
		})
	}
	exec(t, s, "INSERT INTO notes (text) VALUES ('next')")
}

func TestATxServesNobodyAfterItsEnd(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	var kept *sqlitestore.Tx
	err := s.Write(t.Context(), func(_ context.Context, tx *sqlitestore.Tx) error { kept = tx; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := add(t.Context(), kept, "a"); err == nil {
		t.Error("Exec has worked")
	}
	if err := kept.QueryRow(t.Context(), "SELECT 1").Scan(new(int)); err == nil {
		t.Error("QueryRow has worked")
	}
}

func TestAPanicRollsBack(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	func() {
		defer func() { _ = recover() }()
		_ = s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
			_ = add(ctx, tx, "a")
			panic("broken")
		})
	}()
	if n := notes(t, s); n != 0 {
		t.Errorf("%d notes are stored, want none", n)
	}
	exec(t, s, "INSERT INTO notes (text) VALUES ('next')")
}

// A query may run again while its rows are read, and rows that nobody closes disturb nobody.
func TestRowsOfATransactionAreApart(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	exec(t, s, "INSERT INTO notes (text) VALUES ('a'), ('b'), ('c')")
	const query = "SELECT text FROM notes ORDER BY text"
	for range 2 {
		err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
			var read strings.Builder
			for range 2 {
				rows, err := tx.Query(ctx, query)
				if err != nil {
					return err
				}
				rows.Next()
				var outer, inner string
				if err := errors.Join(rows.Scan(&outer), tx.QueryRow(ctx, query).Scan(&inner)); err != nil {
					return err
				}
				rows.Next()
				if err := rows.Scan(&outer); err != nil {
					return err
				}
				read.WriteString(outer + inner)
			}
			if read.String() != "baba" {
				t.Errorf("read %s", &read)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What is not kept is prepared each time.
func TestAnyNumberOfStatements(t *testing.T) {
	s := open(t, sqlitestore.Config{MaxConns: 1})
	queries := func(query func(string) sqlitestore.Row) {
		for i := range 600 {
			want, got := i%300, 0
			if err := query("SELECT " + strings.Repeat("1+", want) + "0").Scan(&got); err != nil || got != want {
				t.Fatalf("query %d = %d, %v", want, got, err)
			}
		}
	}
	queries(func(text string) sqlitestore.Row { return s.Reader().QueryRow(t.Context(), text) })
	err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		queries(func(text string) sqlitestore.Row { return tx.QueryRow(ctx, text) })
		_, err := tx.Exec(ctx, "UPDATE notes SET seen = 301")
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Two stores on one file are two processes.
func TestAnotherProcessThatWritesIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s, other := open(t, sqlitestore.Config{Path: path, AcquireTimeout: 30 * time.Millisecond}), open(t, sqlitestore.Config{Path: path})
	a := newApp(t, s)
	err := other.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		r := a.Do("PUT", "/notes", "")
		if p := a.Problem(r); p.Status != 503 || p.Code != "database_unavailable" || r.Header.Get("Retry-After") != "1" {
			t.Errorf("the answer is %v %v", p, r.Header)
		}
		if n := notes(t, s); n != 0 { // readers do not wait
			t.Errorf("there are %d notes", n)
		}
		ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		if err := s.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Ping while another writes: got %v, want %v", err, context.DeadlineExceeded)
		}
		// Those of this process wait for their turn.
		if err := other.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Ping of the same store: got %v, want %v", err, context.DeadlineExceeded)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if r := a.Do("PUT", "/notes", ""); r.Status != http.StatusNoContent {
		t.Errorf("the answer afterwards is %d %s", r.Status, r.Body)
	}
}
