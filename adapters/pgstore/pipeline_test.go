package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/problem"
)

const insertNote = "INSERT INTO notes (text) VALUES ($1)"

func TestATransactionBeginsWithItsFirstStatement(t *testing.T) {
	sent := new(tracer)
	s := open(t, pgstore.Config{MaxConns: 1, Configure: traced(sent)})
	if err := s.Write(t.Context(), func(context.Context, *pgstore.Tx) error { return nil }); err != nil || sent.batches.Load()+sent.alone.Load() > 0 {
		t.Errorf("a transaction without a statement: %v, sends %d and %d", err, sent.batches.Load(), sent.alone.Load())
	}
	a, b, c := rand.Text(), rand.Text(), rand.Text()
	err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
		var limit string
		if err := tx.QueryRow(ctx, "SELECT current_setting('lock_timeout')").Scan(&limit); err != nil || limit != "3s" {
			t.Errorf("locks have a limit of %s, %v", limit, err)
		}
		tx.Queue("add a", insertNote, a)
		tx.Queue("add b", insertNote, b)
		_, err := tx.Exec(ctx, insertNote, c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if batches, alone := sent.batches.Load(), sent.alone.Load(); batches != 2 || alone != 1 { // the commit
		t.Errorf("sent %d batches and %d statements, want 2 and 1", batches, alone)
	}
	for _, text := range []string{a, b, c} {
		if seen(t, s.Pool(), text) != 0 {
			t.Errorf("%s was not committed", text)
		}
	}
}

// Everything that a transaction of pgx can do may come first, and comes behind what is queued.
func TestEveryMethodBegins(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	for name, use := range map[string]func(ctx context.Context, tx *pgstore.Tx, text string) error{
		"nothing": func(context.Context, *pgstore.Tx, string) error { return nil },
		"query": func(ctx context.Context, tx *pgstore.Tx, text string) error {
			rows, err := tx.Query(ctx, "SELECT text FROM notes WHERE text = $1", text)
			if err != nil {
				return err
			}
			_, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
			return err
		},
		"batch": func(ctx context.Context, tx *pgstore.Tx, text string) error {
			var b pgx.Batch
			b.Queue("UPDATE notes SET seen = 1 WHERE text = $1", text)
			return tx.SendBatch(ctx, &b).Close()
		},
		"savepoint": func(ctx context.Context, tx *pgstore.Tx, text string) error {
			inner, err := tx.Begin(ctx)
			if err != nil {
				return err
			}
			_, err = inner.Exec(ctx, "DELETE FROM notes WHERE text = $1", text)
			return errors.Join(err, inner.Rollback(ctx))
		},
		"copy": func(ctx context.Context, tx *pgstore.Tx, text string) error {
			_, err := tx.CopyFrom(ctx, pgx.Identifier{"notes"}, []string{"text"}, pgx.CopyFromRows([][]any{{"copy of " + text}}))
			return err
		},
		"prepare": func(ctx context.Context, tx *pgstore.Tx, _ string) error {
			_, err := tx.Prepare(ctx, "", "SELECT 1")
			return err
		},
		"large object": func(ctx context.Context, tx *pgstore.Tx, _ string) error {
			objects := tx.LargeObjects()
			oid, err := objects.Create(ctx, 0)
			return errors.Join(err, objects.Unlink(ctx, oid))
		},
		"connection": func(ctx context.Context, tx *pgstore.Tx, text string) error {
			return tx.Conn().QueryRow(ctx, "SELECT text FROM notes WHERE text = $1", text).Scan(&text)
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := rand.Text()
			err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
				tx.Queue("add", insertNote, text)
				return use(ctx, tx, text)
			})
			if err != nil || seen(t, s.Pool(), text) < 0 {
				t.Errorf("got %v, and what was queued is not there", err)
			}
			text = rand.Text()
			exec(t, s.Pool(), insertNote, text)
			err = s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
				tx.Queue("add the note", insertNote, text)
				_ = use(ctx, tx, text)
				return nil
			})
			if err == nil || seen(t, s.Pool(), "copy of "+text) >= 0 {
				t.Error("the error of what was queued is lost")
			}
		})
	}
}

func TestAnErrorIsThatOfItsStatement(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	text := rand.Text()
	exec(t, s.Pool(), insertNote, text)
	for _, tt := range []struct {
		name, queued, statement string
		args                    []any
		want                    string
	}{
		{"queued", insertNote, "SELECT 1", nil, "add the note: ERROR: duplicate key"},
		{"queued, with a mistake", "INSERT INTO nothing VALUES ($1)", "SELECT 1", nil, "add the note: error preprocessing batch (prepare): ERROR: relation"},
		{"own", "", insertNote, []any{text}, "ERROR: duplicate key"},
		{"own, with a mistake", "", "SELECT $1::int FROM nothing", []any{1}, "error preprocessing batch (prepare): ERROR: relation"},
		{"own, with an argument of another type", "", "SELECT $1::int", []any{struct{}{}}, "error preprocessing batch (build)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, send := range map[string]func(context.Context, *pgstore.Tx) error{
				"exec": func(ctx context.Context, tx *pgstore.Tx) error {
					_, err := tx.Exec(ctx, tt.statement, tt.args...)
					return err
				},
				"row": func(ctx context.Context, tx *pgstore.Tx) error {
					return tx.QueryRow(ctx, tt.statement, tt.args...).Scan(new(int))
				},
			} {
				var returned bool
				use := func(ctx context.Context, tx *pgstore.Tx) error {
					if tt.queued != "" {
						tx.Queue("add the note", tt.queued, text)
					}
					err := send(ctx, tx)
					if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
						t.Errorf("got %v, want %s", err, tt.want)
					}
					if !returned {
						return nil
					}
					return err
				}
				if s.Write(t.Context(), use) == nil {
					t.Error("committed what has failed")
				}
				returned = true
				err := s.Write(t.Context(), use)
				if _, answered := errors.AsType[*problem.Error](err); answered {
					t.Errorf("got %v, want an error of the service", err)
				}
			}
		})
	}
}

func TestATransactionThatHasEndedSendsNothing(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	for name, first := range map[string]string{"begun": "SELECT 1", "not begun": ""} {
		t.Run(name, func(t *testing.T) {
			var kept *pgstore.Tx
			err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) (err error) {
				kept = tx
				if first != "" {
					_, err = tx.Exec(ctx, first)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := kept.Exec(t.Context(), "SELECT 1"); !errors.Is(err, pgx.ErrTxClosed) {
					t.Errorf("Exec: got %v, want %v", err, pgx.ErrTxClosed)
				}
				if err := kept.QueryRow(t.Context(), "SELECT 1").Scan(new(int)); !errors.Is(err, pgx.ErrTxClosed) {
					t.Errorf("QueryRow: got %v, want %v", err, pgx.ErrTxClosed)
				}
				kept.Queue("late", "SELECT 1")
			}
		})
	}
}
