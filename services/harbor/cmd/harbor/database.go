package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/internal/tables"
	"github.com/tenonapi/tenon/services/harbor/postgres"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// A store is what both databases are for the service.
type store interface {
	harbor.Merchants
	idempotency.Store
	Providers() tenon.Option
	Retry() tenon.Option
	Migrations() *tables.Set
	CursorKey(ctx context.Context) ([]byte, error)
	Ping(ctx context.Context) error
	Close() error
}

// A database is a store and what it keeps for webhooks.
type database struct {
	store
	webhooks interface {
		webhook.Store
		webhook.Registry
	}
}

// place says where the database is: in PostgreSQL, if there is a URL.
type place struct {
	dir   string
	given bool // whether somebody has named dir
	url   string
	name  string // of the database of url, without secrets

	existing bool // whether a missing folder is an error instead of a new database
}

// define defines the flags.
func (p *place) define(s *settings) {
	s.add("data", "./harbor-data", "`folder` of the database, SQLite", func(text string) error {
		p.dir, p.given = text, true
		return nil
	})
	p.given = false // that was the default
	s.add("database-url", "", "`URL` of a PostgreSQL database in place of --data, postgres://user@host/database; other users of the machine can read flags, not HARBOR_DATABASE_URL", p.parse)
}

// parse reads a URL. Its errors do not repeat it, for it may have a password.
func (p *place) parse(text string) error {
	if _, err := url.Parse(text); err != nil || !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		return errors.New("want postgres://user:password@host:port/database")
	}
	pool, err := pgxpool.ParseConfig(text)
	if err != nil {
		return err
	}
	cfg := pool.ConnConfig
	p.url, p.name = text, fmt.Sprintf("%s at %s:%d", cfg.Database, cfg.Host, cfg.Port)
	return nil
}

func (p *place) check() error {
	if p.url != "" && p.given {
		return errors.New("--database-url and --data exclude each other")
	}
	return nil
}

// String returns the place as people may see it.
func (p *place) String() string {
	if p.url != "" {
		return p.name
	}
	return "in " + p.dir
}

// open opens the database. Its caller closes it.
func (p *place) open(ctx context.Context) (*database, error) {
	if p.url != "" {
		s, err := postgres.Open(ctx, postgres.Config{URL: p.url})
		if err != nil {
			return nil, err
		}
		return &database{s, s.Webhooks()}, nil
	}
	s, err := sqlite.Open(ctx, sqlite.Config{Dir: p.dir, Existing: p.existing})
	if err != nil {
		return nil, err
	}
	return &database{s, s.Webhooks()}, nil
}

// described returns a store that serves nobody, to read about the service only.
func (p *place) described() store {
	if p.url != "" {
		return new(postgres.Store)
	}
	return new(sqlite.Store)
}

// with runs fn with the database.
func (p *place) with(ctx context.Context, fn func(*database) error) (err error) {
	db, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(db)
}

// explain returns an error of the database with its place, and with what clients are not told.
func (p *place) explain(err error) error {
	if answer, ok := errors.AsType[*problem.Error](err); ok && answer.Cause != nil {
		err = answer.Cause
	}
	if err != nil {
		return fmt.Errorf("database %s: %w", p, err)
	}
	return nil
}

// withTables runs fn with the database when its tables are those of this program. It makes them
// if there are none; to change them is a step of its own.
func (p *place) withTables(ctx context.Context, fn func(*database) error) error {
	return p.with(ctx, func(db *database) error {
		if err := db.Migrations().Prepare(ctx); err != nil {
			return p.explain(err)
		}
		return fn(db)
	})
}
