package sqlite

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tenonapi/tenon/adapters/sqlitestore"

	"github.com/tenonapi/tenon/services/harbor/internal/overlay"
	"github.com/tenonapi/tenon/services/harbor/internal/tables"
)

//go:embed migrations/*.sql
var embedded embed.FS

// files are Harbor's own migrations and those of the adapter but the first, whose table Harbor had
// before there was an adapter.
func files() fs.FS {
	own, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is in the program
	}
	return overlay.FS{Base: own, Others: map[string]overlay.File{
		"00006_webhooks.sql": {FS: sqlitestore.Migrations(), Name: "00002_webhooks.sql"},
	}}
}

// Migrations returns what brings the tables up to date.
func (s *Store) Migrations() *tables.Set {
	return &tables.Set{Dialect: goose.DialectSQLite3, Files: files(), Locked: s.Migrate, Applied: s.applied}
}

func (s *Store) applied(ctx context.Context) (_ map[int64]time.Time, err error) {
	applied := make(map[int64]time.Time)
	var found bool
	const exists = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)"
	if err := s.Reader().QueryRow(ctx, exists, goose.DefaultTablename).Scan(&found); err != nil || !found {
		return applied, err
	}
	rows, err := s.Reader().Query(ctx, "SELECT version_id, unixepoch(tstamp) FROM "+goose.DefaultTablename+" WHERE is_applied")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var version, at int64
		if err := rows.Scan(&version, &at); err != nil {
			return nil, err
		}
		applied[version] = time.Unix(at, 0).UTC()
	}
	return applied, rows.Err()
}
