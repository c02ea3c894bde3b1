package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
)

// server has the database of all tests, or none says why there is none.
var (
	server   *pgtest.Server
	database string
	none     error
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	var err error
	if server, err = pgtest.Start(ctx); err != nil {
		none = err
		return m.Run()
	}
	defer func() {
		if err := server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	address, drop, err := server.Database(ctx)
	if err == nil {
		database = address
		err = setUp(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := drop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// setUp makes the tables: those of the package, one that handlers write to, and what makes
// commits fail.
func setUp(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	up, _, err := migrations()
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, strings.Join(up, "")+`
		CREATE TABLE notes (text text PRIMARY KEY, seen integer NOT NULL DEFAULT 0);
		CREATE SEQUENCE attempts; -- which no rollback takes back
		CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF NEW.text LIKE 'fails once %' AND nextval('attempts') = 1 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
			IF NEW.text LIKE 'fails always %' THEN RAISE EXCEPTION 'secret of the database'; END IF;
			RETURN NEW;
		END $$;
		CREATE CONSTRAINT TRIGGER judge AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION judge();`)
	return err
}

// migrations returns both parts of each file.
func migrations() (up, down []string, err error) {
	files, err := fs.Glob(pgstore.Migrations(), "*.sql")
	for _, name := range files {
		text, errRead := fs.ReadFile(pgstore.Migrations(), name)
		before, after, found := strings.Cut(string(text), "-- +goose Down")
		if !found {
			errRead = fmt.Errorf("%s has no way down", name)
		}
		up, down, err = append(up, before), append(down, after), errors.Join(err, errRead)
	}
	return up, down, err
}

// open opens a store, with the defaults for tests where cfg says nothing.
func open(t testing.TB, cfg pgstore.Config) *pgstore.Store {
	t.Helper()
	if none != nil {
		pgtest.Missing(t, none)
	}
	if cfg.URL == "" {
		cfg.URL = database
	}
	s, err := pgstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// plain returns a pool that has nothing to do with a store.
func plain(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, pgstore.Config{}).Pool()
}

// seen returns the counter of a note, -1 when there is none.
func seen(t testing.TB, pool *pgxpool.Pool, text string) (n int) {
	t.Helper()
	err := pool.QueryRow(t.Context(), "SELECT coalesce((SELECT seen FROM notes WHERE text = $1), -1)", text).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func exec(t testing.TB, pool *pgxpool.Pool, statement string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), statement, args...); err != nil {
		t.Error(err)
	}
}
