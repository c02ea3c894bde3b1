// Package pgtest finds a PostgreSQL server for tests, or starts one of its own, and
// makes databases there.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Variable names the environment variable with the URL of a server for tests, whose
// user may make databases.
const Variable = "TENON_TEST_POSTGRES"

// usual is where a server often is.
const usual = "postgres://postgres@127.0.0.1:5432/postgres"

// A Server is a PostgreSQL server. It is not safe for concurrent use.
type Server struct {
	url *url.URL
	own *cluster // nil for one that was there
}

// Start returns the server that [Variable] names. Without that, it starts one of its own
// on a free port and in a temporary folder, by the programs initdb and postgres, which
// are on the PATH or where Debian puts them. Failing that, it returns the
// one at 127.0.0.1:5432. Its error says why there is none at all.
//
// A server of its own commits as in production (fsync), and runs as the user postgres or
// nobody if the test is run by root.
func Start(ctx context.Context) (*Server, error) {
	if text := os.Getenv(Variable); text != "" {
		s, err := connect(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("pgtest: %s: %w", Variable, err)
		}
		return s, nil
	}
	own, err := StartOwn(ctx)
	if err == nil {
		return own, nil
	}
	if s, err := connect(ctx, usual); err == nil {
		return s, nil
	}
	return nil, fmt.Errorf("pgtest: no PostgreSQL to test with (install it or set %s): %w", Variable, err)
}

// StartOwn starts a server of the test's own, as [Start] does, for a test that ends it.
func StartOwn(ctx context.Context) (*Server, error) {
	own, err := startCluster(ctx)
	if err != nil {
		return nil, err
	}
	return &Server{url: own.url(), own: own}, nil
}

// connect returns the server of a URL if it answers.
func connect(ctx context.Context, text string) (*Server, error) {
	u, err := url.Parse(text)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return nil, errors.New("want a URL such as " + usual)
	}
	s := &Server{url: u}
	return s, s.exec(ctx, "SELECT 1")
}

// answerTimeout bounds one question to a server.
const answerTimeout = 10 * time.Second

// exec runs a statement on a connection of its own.
func (s *Server) exec(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// Database makes an empty database and returns its URL. drop deletes it, even if
// it is in use.
func (s *Server) Database(ctx context.Context) (address string, drop func(context.Context) error, err error) {
	name := "tenon_" + strings.ToLower(rand.Text())
	if err := s.exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, fmt.Errorf("pgtest: make a database: %w", err)
	}
	u := *s.url
	u.Path = "/" + name
	return u.String(), func(ctx context.Context) error {
		if err := s.exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			return fmt.Errorf("pgtest: drop a database: %w", err)
		}
		return nil
	}, nil
}

// Own reports whether [Start] has started the server, so that tests may end it.
func (s *Server) Own() bool { return s.own != nil }

// Crash ends a server of its own at once, as "immediate" has it, so that it will recover.
func (s *Server) Crash() error {
	if s.own == nil {
		return errNotOwn
	}
	return s.own.crash()
}

// Restart starts a server of its own again after [Server.Crash], on its port and with
// its data, and returns when it answers.
func (s *Server) Restart(ctx context.Context) error {
	if s.own == nil {
		return errNotOwn
	}
	return s.own.start(ctx)
}

var errNotOwn = errors.New("pgtest: the server was not started by the test")

// Close ends a server of its own and deletes its data.
func (s *Server) Close() error {
	if s.own == nil {
		return nil
	}
	return s.own.remove()
}
