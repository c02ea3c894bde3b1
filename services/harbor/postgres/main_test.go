package postgres_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"

	"github.com/tenonapi/tenon/services/harbor/postgres"
	"github.com/tenonapi/tenon/services/harbor/storetest"
)

var server pgtest.Shared

func TestMain(m *testing.M) {
	code := m.Run()
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func fresh(t testing.TB) storetest.Database {
	url := server.Database(t)
	return func(t testing.TB) storetest.Store { return open(t, url) }
}

// open returns a store, which the caller closes.
func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgres.Config{URL: url})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

func TestTheStoreIsOneOfHarbor(t *testing.T) { storetest.Run(t, fresh) }
