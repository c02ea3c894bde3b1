package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // registers the driver
)

const wanting = ` FROM webhook_endpoints WHERE owner = ?2 AND disabled = ''
	AND (types = '[]' OR EXISTS (SELECT 1 FROM json_each(types) WHERE value = ?3))`

// openSQLite opens the database in a folder with what Harbor asks of it: a log that is
// synced at every commit, one connection that writes and begins with the write lock, readers
// that cannot write.
func openSQLite(ctx context.Context, dir string) (*database, error) {
	pool := func(options url.Values) (*sql.DB, error) {
		options.Set("_busy_timeout", "5000")
		options.Set("_dqs", "0")
		path, err := filepath.Abs(filepath.Join(dir, "harbor.db"))
		if err != nil {
			return nil, err
		}
		source := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
		return sql.Open("sqlite", source.String())
	}
	writer, err := pool(url.Values{"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"}, "_foreign_keys": {"1"}, "mode": {"rw"}})
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := pool(url.Values{"_query_only": {"1"}})
	if err != nil {
		return nil, err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	db := &database{writer: writer, reader: reader, dialect: dialect{
		number: func(statement string) string { return statement },
		id:     func(id uuid.UUID) any { return id[:] },
		time:   func(t time.Time) any { return t.UnixMicro() },
		newest: time.UnixMicro(1<<63 - 1),
		event:  `INSERT INTO webhook_events (id, type, created_at, body) SELECT ?1, ?3, ?4, ?5 WHERE EXISTS (SELECT 1` + wanting + `)`,
		deliveries: `INSERT INTO webhook_deliveries (id, endpoint, event, state, created_at, due_at)
			SELECT 'dlv_' || printf('%014x', ?4) || lower(hex(randomblob(10))), number, (SELECT max(number) FROM webhook_events), 'pending', ?4, ?4` + wanting,
	}}
	if _, err := db.prepare(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return db, nil
}
