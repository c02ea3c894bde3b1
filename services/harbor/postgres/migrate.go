package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/tenonapi/tenon/adapters/pgstore"

	"github.com/tenonapi/tenon/services/harbor/internal/overlay"
	"github.com/tenonapi/tenon/services/harbor/internal/tables"
)

//go:embed migrations/*.sql
var embedded embed.FS

// files are Harbor's own migrations and those of the adapter.
func files() fs.FS {
	own, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is in the program
	}
	adapter := pgstore.Migrations()
	return overlay.FS{Base: own, Others: map[string]overlay.File{
		"00002_idempotency_keys.sql": {FS: adapter, Name: "00001_idempotency_keys.sql"},
		"00003_webhooks.sql":         {FS: adapter, Name: "00002_webhooks.sql"},
	}}
}

// Migrations returns what brings the tables up to date.
func (s *Store) Migrations() *tables.Set {
	return &tables.Set{Dialect: goose.DialectPostgres, Files: files(), Locked: s.locked, Applied: s.applied}
}

// Seconds between attempts to get the lock, and how many there are: as long as a migration may take.
const (
	lockPeriod   = 1
	lockAttempts = 600
)

// locked runs fn with connections of its own, while another one holds a lock of the database: the
// session must be one to the end, which a pooler in between does not grant. The lock is
// asked for again and again, since one that waits for it would keep others from building indexes.
func (s *Store) locked(ctx context.Context, fn func(context.Context, *sql.DB) error) (err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPeriod, lockAttempts))
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*s.Pool().Config().ConnConfig)
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := locker.SessionLock(ctx, conn); err != nil {
		return fmt.Errorf("wait for another process that migrates: %w", err)
	}
	defer func() { err = errors.Join(err, locker.SessionUnlock(context.WithoutCancel(ctx), conn)) }()
	return fn(ctx, db)
}

func (s *Store) applied(ctx context.Context) (map[int64]time.Time, error) {
	applied := make(map[int64]time.Time)
	var found bool
	if err := s.row(ctx, "SELECT to_regclass($1) IS NOT NULL", []any{goose.DefaultTablename}, &found); err != nil || !found {
		return applied, err
	}
	err := s.Reader().Read(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT version_id, tstamp FROM "+goose.DefaultTablename+" WHERE is_applied")
		if err != nil {
			return err
		}
		var version int64
		var at time.Time
		_, err = pgx.ForEachRow(rows, []any{&version, &at}, func() error {
			applied[version] = at.UTC()
			return nil
		})
		return err
	})
	return applied, err
}
