package riverjobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// A Database is where jobs are kept, see [Postgres] and [SQLite]. Its transactions are of type Tx.
type Database[Tx any] struct {
	driver riverdriver.Driver[Tx]
	poll   time.Duration                                        // how often it is asked, if Config does not say
	alone  func(context.Context) (done func() error, err error) // waits until nobody else migrates
}

// Postgres returns a database of PostgreSQL. Give runners a pool of their own, of 4 connections or more,
// so that jobs and requests do not wait for each other: one connection listens for jobs.
func Postgres(pool *pgxpool.Pool) Database[pgx.Tx] {
	return Database[pgx.Tx]{
		driver: riverpgxv5.New(pool), poll: time.Second,
		alone: func(ctx context.Context) (func() error, error) { return lock(ctx, pool) },
	}
}

// SQLite returns a database of SQLite. db is a pool that writes, such as that of sqlitestore.Store.OpenDB: it has one
// connection (SetMaxOpenConns), whose transactions begin with the write lock (_txlock=immediate).
// A job that holds a transaction keeps all others waiting.
func SQLite(db *sql.DB) Database[*sql.Tx] {
	return Database[*sql.Tx]{
		driver: riversqlite.New(db), poll: 100 * time.Millisecond,
		alone: func(context.Context) (func() error, error) { return func() error { return nil }, nil },
	}
}

// migration is the key of a lock that no other program has a reason to take.
const migration = 0x7465_6e6f_6e6a_6f62 // "tenonjob"

// lock takes a lock on a connection of its own.
func lock(ctx context.Context, pool *pgxpool.Pool) (unlock func() error, err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migration)); err != nil {
		conn.Release()
		return nil, err
	}
	return func() error {
		defer conn.Release()
		_, err := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migration))
		return err
	}, nil
}

func (d Database[Tx]) migrator() (*rivermigrate.Migrator[Tx], error) {
	return rivermigrate.New(d.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
}

// Migrate makes the tables of River, and brings them up to date, a migration in a transaction each. On
// PostgreSQL, which needs a pool of 2 connections, processes that do so wait for each other; on SQLite
// one may at a time.
func (d Database[Tx]) Migrate(ctx context.Context) (err error) {
	m, err := d.migrator()
	if err != nil {
		return fmt.Errorf("riverjobs: migrate: %w", err)
	}
	done, err := d.alone(ctx)
	if err != nil {
		return fmt.Errorf("riverjobs: migrate: wait for others: %w", err)
	}
	defer func() { err = errors.Join(err, done()) }()
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("riverjobs: migrate: %w", err)
	}
	return nil
}

// Drop deletes the tables of River, with all jobs: it takes back what Migrate does.
func (d Database[Tx]) Drop(ctx context.Context) error {
	m, err := d.migrator()
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionDown, &rivermigrate.MigrateOpts{TargetVersion: -1})
	}
	if err != nil {
		return fmt.Errorf("riverjobs: drop tables: %w", err)
	}
	return nil
}

// ErrPending reports a database that [Database.Migrate] has to bring up to date.
var ErrPending = errors.New("riverjobs: the database lacks migrations, see Database.Migrate")

// Check returns [ErrPending], or an error of the database: a service is not ready then.
func (d Database[Tx]) Check(ctx context.Context) error {
	m, err := d.migrator()
	if err != nil {
		return fmt.Errorf("riverjobs: check migrations: %w", err)
	}
	existing, err := m.ExistingVersions(ctx)
	if err != nil {
		return fmt.Errorf("riverjobs: check migrations: %w", err)
	}
	if all := m.AllVersions(); len(existing) < len(all) {
		return fmt.Errorf("%w: %d of %d are done", ErrPending, len(existing), len(all))
	}
	return nil
}
