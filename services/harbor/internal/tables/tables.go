// Package tables brings the tables of a database of Harbor up to date, and back. It knows
// none: each store says what its steps are, how one process keeps others out, and what
// has run.
package tables

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// timeout bounds what changes tables, and the wait for another process that does.
const timeout = 10 * time.Minute

var (
	// ErrBehind reports a database whose tables are those of an older program.
	ErrBehind = errors.New("the database lacks a migration of this program: run harbor migrate up")

	// ErrNone reports that there is nothing to undo.
	ErrNone = errors.New("there is no migration to undo")
)

// A Set are the migrations of one database. It is safe for concurrent use.
type Set struct {
	Dialect goose.Dialect
	Files   fs.FS // of goose, numbered from 1

	// Locked runs fn while no other process does. db has two connections at least, of which
	// goose takes one while it holds another, and is closed afterwards.
	Locked func(ctx context.Context, fn func(ctx context.Context, db *sql.DB) error) error
	// Applied returns when each version was reached, nothing for an empty database. It
	// writes nothing.
	Applied func(ctx context.Context) (map[int64]time.Time, error)
}

// A Step is one tables.
type Step struct {
	Version int64
	Name    string    // of its file
	Applied time.Time // zero means that it has not run
}

// Status returns all steps. It writes nothing.
func (s *Set) Status(ctx context.Context) ([]Step, error) {
	names, err := fs.Glob(s.Files, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	applied, err := s.Applied(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions of database: %w", err)
	}
	steps := make([]Step, len(names))
	for i, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		steps[i] = Step{version, name, applied[version]}
	}
	return steps, nil
}

// Check returns [ErrBehind] if the database lacks a step. It writes nothing, so that a
// readiness check may ask. A database of a newer program is fine, so that programs can be
// replaced one by one.
func (s *Set) Check(ctx context.Context) error {
	steps, err := s.Status(ctx)
	if err == nil && lacking(steps) > 0 {
		err = ErrBehind
	}
	return err
}

// lacking returns how many steps have not run.
func lacking(steps []Step) (n int) {
	for _, step := range steps {
		if step.Applied.IsZero() {
			n++
		}
	}
	return n
}

// Prepare makes the tables of an empty database, and checks any other. Of several processes
// that start at once, one makes the tables and the others wait for it.
func (s *Set) Prepare(ctx context.Context) error {
	if err := s.Check(ctx); !errors.Is(err, ErrBehind) {
		return err
	}
	return s.change(ctx, func(ctx context.Context, p *goose.Provider) error {
		steps, err := s.Status(ctx)
		switch n := lacking(steps); {
		case err != nil:
			return err
		case n == len(steps):
			_, err = p.Up(ctx)
			return err
		case n > 0:
			return ErrBehind
		}
		return nil
	})
}

// Up runs the steps that the database lacks, each in a transaction: one that fails leaves those
// before it. Of several processes one works and the others wait. It gives up after ten
// minutes, or when ctx is done.
func (s *Set) Up(ctx context.Context) error {
	return s.change(ctx, func(ctx context.Context, p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// Down undoes the last step and returns its name, or [ErrNone].
func (s *Set) Down(ctx context.Context) (name string, err error) {
	err = s.change(ctx, func(ctx context.Context, p *goose.Provider) error {
		result, err := p.Down(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return ErrNone
		}
		if err == nil {
			name = result.Source.Path
		}
		return err
	})
	return name, err
}

func (s *Set) change(ctx context.Context, fn func(context.Context, *goose.Provider) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := s.Locked(ctx, func(ctx context.Context, db *sql.DB) error {
		p, err := goose.NewProvider(s.Dialect, db, s.Files, goose.WithDisableGlobalRegistry(true))
		if err != nil {
			return err
		}
		return fn(ctx, p)
	})
	if err != nil && !errors.Is(err, ErrBehind) && !errors.Is(err, ErrNone) {
		return fmt.Errorf("migrate database: %w", err)
	}
	return err
}
