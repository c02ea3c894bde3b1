// Command probes is the program of the guide "Health".
package main

import (
	"context"
	"errors"
	"log"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/health"
)

// A Store stands for a database.
type Store struct{ down atomic.Bool }

var errDown = errors.New("the database does not answer")

// Ping fails while the database is away.
func (s *Store) Ping(context.Context) error {
	if s.down.Load() {
		return errDown
	}
	return nil
}

// warm fills caches before the first request.
func (s *Store) warm(context.Context) error { return nil }

func newApp(s *Store) (*tenon.App, *health.Health, error) {
	h, err := health.New(health.Config{
		Checks: []health.Check{
			{Name: "database", Run: s.Ping, Timeout: 500 * time.Millisecond},
		},
		Starting: true,
	})
	if err != nil {
		return nil, nil, err
	}
	app, err := tenon.New(tenon.Config{Title: "Probes", Version: "1.0.0"}, h.Routes)
	return app, h, err
}

func main() {
	s := new(Store)
	app, h, err := newApp(s)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		if err := s.warm(context.Background()); err == nil {
			h.Started()
		}
	}()
	cfg := tenon.ServerConfig{Addr: "127.0.0.1:8080", DrainDelay: 5 * time.Second}
	if err := tenon.Serve(context.Background(), app, cfg); err != nil {
		log.Fatal(err)
	}
}
