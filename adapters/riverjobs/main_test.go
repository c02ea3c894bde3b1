package riverjobs_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // registers the driver

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
	"github.com/tenonapi/tenon/adapters/riverjobs"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/jobs"
)

// server has the databases of all tests, or none says why there is none.
var (
	server *pgtest.Server
	none   error
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child())
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if server, err = pgtest.Start(context.Background()); err != nil {
		none = err
		return m.Run()
	}
	defer func() {
		if err := server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	return m.Run()
}

// A store is a database of tests, of either kind.
type store[Tx any] struct {
	riverjobs.Database[Tx]
	address string
	begin   func(context.Context) (Tx, error)
	commit  func(context.Context, Tx) error
	abandon func(context.Context, Tx) error
	exec    func(context.Context, Tx, string) error
}

// A backend is a runner for package jobstest.
type backend[Tx any] struct {
	*riverjobs.Runner[Tx]
	store store[Tx]
}

// InTx implements jobstest.Backend.
func (b backend[Tx]) InTx(ctx context.Context, f func(context.Context, jobs.Queue) error) error {
	tx, err := b.store.begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = b.store.abandon(ctx, tx) }() // an error after a commit
	if err := f(ctx, b.Queue(tx)); err != nil {
		return err
	}
	return b.store.commit(ctx, tx)
}

// runner returns one that shares the database.
func (s store[Tx]) runner(t testing.TB, cfg riverjobs.Config) backend[Tx] {
	t.Helper()
	r, err := riverjobs.New(s.Database, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return backend[Tx]{r, s}
}

func openPostgres(ctx context.Context, address string, conns int) (store[pgx.Tx], *pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return store[pgx.Tx]{}, nil, err
	}
	cfg.MaxConns = int32(conns)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	return store[pgx.Tx]{
		Database: riverjobs.Postgres(pool), address: address,
		begin:   pool.Begin,
		commit:  func(ctx context.Context, tx pgx.Tx) error { return tx.Commit(ctx) },
		abandon: func(ctx context.Context, tx pgx.Tx) error { return tx.Rollback(ctx) },
		exec: func(ctx context.Context, tx pgx.Tx, statement string) error {
			_, err := tx.Exec(ctx, statement)
			return err
		},
	}, pool, err
}

// postgres makes an empty database.
func postgres(t testing.TB) store[pgx.Tx] {
	t.Helper()
	if none != nil {
		pgtest.Missing(t, none)
	}
	address, drop, err := server.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s, pool, err := openPostgres(t.Context(), address, 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return s
}

func openSQLite(address string) (store[*sql.Tx], *sql.DB, error) {
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return store[*sql.Tx]{}, nil, err
	}
	db.SetMaxOpenConns(1)
	return overSQLite(db, address), db, nil
}

func overSQLite(db *sql.DB, address string) store[*sql.Tx] {
	return store[*sql.Tx]{
		Database: riverjobs.SQLite(db), address: address,
		begin:   func(ctx context.Context) (*sql.Tx, error) { return db.BeginTx(ctx, nil) },
		commit:  func(_ context.Context, tx *sql.Tx) error { return tx.Commit() },
		abandon: func(_ context.Context, tx *sql.Tx) error { return tx.Rollback() },
		exec: func(ctx context.Context, tx *sql.Tx, statement string) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		},
	}
}

// requests opens a store for requests, with the tables of jobs, and its database for a runner.
func requests(t testing.TB) (*sqlitestore.Store, store[*sql.Tx]) {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Config{Path: filepath.Join(t.TempDir(), "service.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	err = s.Migrate(t.Context(), func(ctx context.Context, db *sql.DB) error { return riverjobs.SQLite(db).Migrate(ctx) })
	if err != nil {
		t.Fatal(err)
	}
	db, err := s.OpenDB()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, overSQLite(db, "")
}

// sqlite makes an empty database, whose commits are durable.
func sqlite(t testing.TB) store[*sql.Tx] {
	t.Helper()
	options := url.Values{
		"_busy_timeout": {"5000"}, "_txlock": {"immediate"}, "_synchronous": {"FULL"}, "_journal_mode": {"WAL"}, "_foreign_keys": {"1"}, "_dqs": {"0"},
	}
	u := url.URL{Scheme: "file", Path: filepath.Join(t.TempDir(), "jobs.db"), RawQuery: options.Encode()}
	s, db, err := openSQLite(u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func migrate[Tx any](t testing.TB, s store[Tx]) store[Tx] {
	t.Helper()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

const patience = 2 * time.Minute

// eventually waits until ok holds.
func eventually(t testing.TB, ok func() bool, what string) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not come to pass in %v: %s", patience, what)
		}
	}
}
