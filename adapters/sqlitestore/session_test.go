package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
)

func TestATxIsOneOfDatabaseSQL(t *testing.T) {
	failure := errors.New("failure")
	for _, outcome := range []error{failure, nil} {
		s := open(t, sqlitestore.Config{})
		var kept *sql.Tx
		err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
			if err := add(ctx, tx, "a"); err != nil {
				return err
			}
			kept = tx.SQL()
			if kept != tx.SQL() {
				t.Error("there are two of it")
			}
			_, err := kept.ExecContext(ctx, "INSERT INTO notes (text) VALUES (?)", "b")
			stmt, errPrepare := kept.Prepare("INSERT INTO notes (text) VALUES (?)")
			if err := errors.Join(err, errPrepare); err != nil {
				return err
			}
			if _, err := stmt.Exec("c"); err != nil {
				t.Error(err)
			}
			rows, err := kept.Query("SELECT text FROM notes") //nolint:rowserrcheck // left open
			if err != nil || !rows.Next() {
				t.Error("the rows cannot be read: ", err)
			}
			var n int
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM notes").Scan(&n); err != nil || n != 3 {
				t.Errorf("the transaction has %d notes, %v, want 3", n, err)
			}
			return outcome
		})
		if !errors.Is(err, outcome) {
			t.Errorf("Write = %v, want %v", err, outcome)
		}
		want := 3
		if outcome != nil {
			want = 0
		}
		if n := notes(t, s); n != want {
			t.Errorf("%d notes are stored, want %d", n, want)
		}
		if _, err := kept.Exec("INSERT INTO notes (text) VALUES ('d')"); err == nil {
			t.Error("it outlives the transaction")
		}
		exec(t, s, "INSERT INTO notes (text) VALUES ('next')")
	}
}

func TestATxOfDatabaseSQLEndsNothing(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	for name, end := range map[string]func(*sql.Tx) error{
		"Commit":   func(tx *sql.Tx) error { return tx.Commit() },
		"Rollback": func(tx *sql.Tx) error { return errors.Join(tx.Rollback(), errors.New("rolled back")) },
	} {
		err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
			if err := end(tx.SQL()); err == nil {
				t.Errorf("%s has worked", name)
			}
			return add(ctx, tx, name)
		})
		if err != nil {
			t.Error(err)
		}
	}
	if n := notes(t, s); n != 2 {
		t.Errorf("%d notes are stored, want 2", n)
	}
}

// What keeps a transaction from being committed does so here too.
func TestATxOfDatabaseSQLFailsWithItsTransaction(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	exec(t, s, "CREATE TABLE pages (content BLOB)")
	exec(t, s, "PRAGMA max_page_count = 20")
	err := s.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		if _, err := tx.SQL().Exec("INSERT INTO pages VALUES (zeroblob(1000000))"); err == nil {
			t.Error("there was room")
		}
		if add(ctx, tx, "a") == nil {
			t.Error("the transaction went on")
		}
		if _, err := tx.SQL().Exec("INSERT INTO notes (text) VALUES ('b')"); err == nil {
			t.Error("the transaction went on")
		}
		return nil
	})
	if err == nil || notes(t, s) != 0 {
		t.Errorf("Write = %v", err)
	}
}
