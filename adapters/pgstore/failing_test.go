package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/problem"
)

func TestATransactionThatCannotBeginIsAnswered503(t *testing.T) {
	s, other := open(t, pgstore.Config{MaxConns: 1}), plain(t)
	var pid int
	if err := s.Pool().QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
		exec(t, other, "SELECT pg_terminate_backend($1, 5000)", pid)
		return add(ctx, tx, rand.Text())
	})
	if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != "database_unavailable" {
		t.Errorf("got %v, want database_unavailable", err)
	}
}

// silent is a connection to a server that hears nothing any more.
type silent struct {
	net.Conn
	on *atomic.Bool
}

func (c silent) Write(b []byte) (int, error) {
	if c.on.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

func TestAServerThatSaysNothingIsAnswered503(t *testing.T) {
	var on atomic.Bool
	plain(t) // skips without a server
	s, err := pgstore.Open(t.Context(), pgstore.Config{URL: database, MaxConns: 1, AcquireTimeout: 500 * time.Millisecond, StatementTimeout: 20 * time.Millisecond, Configure: func(pool *pgxpool.Config) {
		dial := pool.ConnConfig.DialFunc
		pool.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			return silent{conn, &on}, err
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close(over(t.Context())) }() // pgx waits 15 s for the server
	err = s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
		on.Store(true)
		return add(ctx, tx, rand.Text())
	})
	if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != "database_unavailable" {
		t.Errorf("got %v, want database_unavailable", err)
	}
}

// unsent are statements that pgx refuses to send.
var unsent = map[string]func(context.Context, *pgstore.Tx) error{
	"context": func(ctx context.Context, tx *pgstore.Tx) error {
		_, err := tx.Exec(over(ctx), "SELECT $1::int", 1)
		return err
	},
	"name": func(ctx context.Context, tx *pgstore.Tx) error {
		_, err := tx.Exec(ctx, "SELECT @a::int", pgx.StrictNamedArgs{})
		return err
	},
	"type": func(ctx context.Context, tx *pgstore.Tx) error {
		return tx.QueryRow(ctx, "SELECT $1::int", struct{}{}).Scan(new(int))
	},
	"savepoint": func(ctx context.Context, tx *pgstore.Tx) error {
		_, err := tx.Begin(over(ctx))
		return err
	},
}

// over returns a context that is done.
func over(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

// in opens a store whose statements are sent in a mode.
func in(t *testing.T, mode pgx.QueryExecMode) *pgstore.Store {
	t.Helper()
	return open(t, pgstore.Config{MaxConns: 1, Configure: func(pool *pgxpool.Config) { pool.ConnConfig.DefaultQueryExecMode = mode }})
}

// Who passes over the error of a statement commits what was queued before it, or nothing.
func TestWhatIsQueuedIsNotLostWithAnotherStatement(t *testing.T) {
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		s := in(t, mode)
		for name, fails := range unsent {
			text := rand.Text()
			err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
				if _, err := tx.Exec(ctx, "SELECT 1"); err != nil {
					return err
				}
				tx.Queue("add", insertNote, text)
				if fails(ctx, tx) == nil {
					t.Errorf("%v, %s: no error", mode, name)
				}
				return nil
			})
			if err == nil && seen(t, plain(t), text) < 0 {
				t.Errorf("%v, %s: committed without what was queued", mode, name)
			}
			if _, answered := errors.AsType[*problem.Error](s.Write(t.Context(), fails)); answered {
				t.Errorf("%v, %s: as the first statement it has an answer, want an error of the service", mode, name)
			}
		}
	}
}

// A transaction that could not begin, because of a mistake in its first statement, writes nothing.
func TestNothingIsWrittenOutsideOfATransaction(t *testing.T) {
	writes := map[string]func(context.Context, *pgstore.Tx, string){
		"exec":  func(ctx context.Context, tx *pgstore.Tx, text string) { _ = add(ctx, tx, text) },
		"queue": func(_ context.Context, tx *pgstore.Tx, text string) { tx.Queue("add", insertNote, text) },
		"queue, exec": func(ctx context.Context, tx *pgstore.Tx, text string) {
			tx.Queue("add", insertNote, text)
			_, _ = tx.Exec(ctx, "SELECT $1::int", 1)
		},
		"connection": func(ctx context.Context, tx *pgstore.Tx, text string) { _, _ = tx.Conn().Exec(ctx, insertNote, text) },
	}
	fails := map[string]func(context.Context, *pgstore.Tx) error{
		"mistake": func(ctx context.Context, tx *pgstore.Tx) error {
			_, err := tx.Exec(ctx, "SELECT $1::int FROM nothing", 1)
			return err
		},
		"context": unsent["context"],
	}
	for why, fails := range fails {
		for way, write := range writes {
			t.Run(why+", "+way, func(t *testing.T) {
				s, text := open(t, pgstore.Config{MaxConns: 1}), rand.Text()
				err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
					if fails(ctx, tx) == nil {
						t.Error("no error")
					}
					write(ctx, tx, text)
					return nil
				})
				if err == nil || seen(t, plain(t), text) >= 0 {
					t.Errorf("got %v, and it is written", err)
				}
			})
		}
	}
}

// What pgx takes as any other statement it takes as the first one.
func TestTheFirstStatementIsAsAnyOther(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	for name, use := range map[string]func(context.Context, *pgstore.Tx) error{
		"several": func(ctx context.Context, tx *pgstore.Tx) error {
			_, err := tx.Exec(ctx, "SELECT 1; SELECT 2")
			return err
		},
		"mode": func(ctx context.Context, tx *pgstore.Tx) error {
			_, err := tx.Exec(ctx, "SELECT $1::int", pgx.QueryExecModeExec, 1)
			return err
		},
		"mode of a row": func(ctx context.Context, tx *pgstore.Tx) error {
			return tx.QueryRow(ctx, "SELECT $1::int", pgx.QueryExecModeExec, 1).Scan(new(int))
		},
		"names": func(ctx context.Context, tx *pgstore.Tx) error {
			return tx.QueryRow(ctx, "SELECT @a::int", pgx.NamedArgs{"a": 1}).Scan(new(int))
		},
	} {
		err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error { return errors.Join(use(ctx, tx), use(ctx, tx)) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASavepointHasWhatIsQueuedWithinIt(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	before, undone, queued, kept, after := rand.Text(), rand.Text(), rand.Text(), rand.Text(), rand.Text()
	err := s.Write(t.Context(), func(ctx context.Context, tx *pgstore.Tx) error {
		tx.Queue("add", insertNote, before)
		inner, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		tx.Queue("add", insertNote, undone)
		if err := inner.QueryRow(ctx, "SELECT text FROM notes WHERE text = $1", undone).Scan(new(string)); err != nil {
			t.Errorf("what was queued is not seen: %v", err)
		}
		tx.Queue("add", insertNote, queued)
		if err := inner.Rollback(ctx); err != nil {
			return err
		}
		if inner, err = tx.Begin(ctx); err != nil {
			return err
		}
		tx.Queue("add", insertNote, kept)
		if err := inner.Commit(ctx); err != nil {
			return err
		}
		tx.Queue("add", insertNote, after)
		_ = inner.Rollback(ctx) // as those that are deferred
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{before: 0, undone: -1, queued: -1, kept: 0, after: 0} {
		if n := seen(t, s.Pool(), text); n != want {
			t.Errorf("got %d, want %d", n, want)
		}
	}
}
