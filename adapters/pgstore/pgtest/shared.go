package pgtest

import (
	"context"
	"os"
	"sync"
	"testing"
)

// A Shared is the server of all tests of a package, started when the first one asks for a
// database. The zero value is ready. It is safe for concurrent use, and closed by TestMain.
type Shared struct {
	mu      sync.Mutex
	started bool
	server  *Server
	err     error
}

// Database makes an empty database, which is dropped when the test ends, and returns its URL.
// Without a server it skips the test or, when the variable CI is set, fails it.
func (s *Shared) Database(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		s.started = true
		s.server, s.err = Start(context.WithoutCancel(t.Context()))
	}
	if s.err != nil {
		Missing(t, s.err)
	}
	address, drop, err := s.server.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := drop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return address
}

// Close ends the server if it was started here.
func (s *Shared) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

// Missing skips a test that has no server because of err or, when the variable CI is set, fails it.
func Missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}
