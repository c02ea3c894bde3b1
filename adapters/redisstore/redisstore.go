// Package redisstore keeps the state of rate limits in Redis or Valkey, which several
// processes share.
//
// Each question is one script on the server and one round trip. It uses the clock of
// the server, so that those of the processes need not agree. Keys expire when they
// mean nothing any more.
package redisstore

import (
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tenonapi/tenon/ratelimit"
)

// Config configures [New].
type Config struct {
	Client redis.Scripter // a client of go-redis, with the option ContextTimeoutEnabled; required
	Prefix string         // of all keys; empty means "ratelimit:"
}

// Store is a [ratelimit.Store]. It is safe for concurrent use, and does not close its
// client.
type Store struct {
	client redis.Scripter
	prefix string
}

var _ ratelimit.Store = (*Store)(nil)

const defaultPrefix = "ratelimit:"

// New returns a store, or an error that says what is wrong with cfg. It does not ask
// the server, which may start later.
func New(cfg Config) (*Store, error) {
	if cfg.Client == nil {
		return nil, errors.New("redisstore.Config: Client is required")
	}
	if !keepsDeadlines(cfg.Client) {
		return nil, errors.New("redisstore.Config: Client needs the option ContextTimeoutEnabled: without it, requests wait for a server that hangs until its ReadTimeout")
	}
	s := &Store{client: cfg.Client, prefix: cfg.Prefix}
	if s.prefix == "" {
		s.prefix = defaultPrefix
	}
	return s, nil
}

// keepsDeadlines reports whether a client returns when its context is done.
func keepsDeadlines(client redis.Scripter) bool {
	switch c := client.(type) {
	case *redis.Client:
		return c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		return c.Options().ContextTimeoutEnabled
	case *redis.Ring:
		return c.Options().ContextTimeoutEnabled
	}
	return true // unknown: a wrapper, say
}

//go:embed add.lua
var source string

var script = redis.NewScript(source)

// Add implements [ratelimit.Store]. A command that go-redis repeats after a network
// error may count twice, which never lets more through.
func (s *Store) Add(ctx context.Context, key ratelimit.Key, cost, capacity time.Duration) (level time.Duration, ok bool, err error) {
	name := s.prefix + base64.RawURLEncoding.EncodeToString(key[:])
	reply, err := script.Run(ctx, s.client, []string{name}, cost.Microseconds(), capacity.Microseconds()).Int64Slice()
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("redisstore: %w", err)
	case len(reply) != 2:
		return 0, false, fmt.Errorf("redisstore: the script returned %d values, want 2", len(reply))
	}
	return time.Duration(reply[1]) * time.Microsecond, reply[0] == 1, nil
}
