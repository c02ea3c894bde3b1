package main

import (
	"context"
	"database/sql"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver
)

// openPostgres opens a database with as many connections and the limits that Harbor has.
func openPostgres(ctx context.Context, address string) (*database, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	query.Set("application_name", "twin")
	query.Set("statement_timeout", "10000")
	query.Set("lock_timeout", "3000")
	query.Set("idle_in_transaction_session_timeout", "60000")
	u.RawQuery = query.Encode()
	pool, err := sql.Open("pgx", u.String())
	if err != nil {
		return nil, err
	}
	conns := max(4, runtime.NumCPU())
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return (&database{writer: pool, reader: pool, dialect: dialect{
		number: numbered,
		id:     func(id uuid.UUID) any { return id.String() },
		time:   func(t time.Time) any { return t },
		newest: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
		event: `WITH wanting AS (
				SELECT id FROM webhook_endpoints WHERE owner = $2 AND disabled = '' AND (types = '{}' OR $3 = ANY (types))
			), event AS (
				INSERT INTO webhook_events (id, owner, type, created_at, body) SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT FROM wanting)
			)
			INSERT INTO webhook_deliveries (event, endpoint, created_at, due_at) SELECT $1, id, $4, $4 FROM wanting`,
		claim: "SELECT pg_try_advisory_xact_lock($1)",
	}}).prepare(ctx)
}

// numbered writes ? as $1, $2 and so on.
func numbered(statement string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, more := strings.Cut(statement, "?")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		statement = after
	}
}
