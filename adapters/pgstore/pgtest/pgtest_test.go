package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
)

func TestACrashedServerComesBackWithItsData(t *testing.T) {
	s, err := pgtest.StartOwn(t.Context())
	if err != nil {
		pgtest.Missing(t, err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	address, drop, err := s.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ask(t, address, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
	if err := s.Crash(); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), address); err == nil {
		t.Error("the server answers after its crash")
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(t, address, "INSERT INTO kept SELECT 2 FROM kept")
	if err := drop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAServerOfSomebodyElseIsNotEnded(t *testing.T) {
	s, err := pgtest.Start(t.Context())
	if err != nil {
		pgtest.Missing(t, err)
	}
	if !s.Own() && (s.Crash() == nil || s.Restart(t.Context()) == nil) {
		t.Error("a server of somebody else was ended")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func ask(t *testing.T, address, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Error(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAServerThatIsNamedMustAnswer(t *testing.T) {
	for _, address := range []string{"postgres://nobody@127.0.0.1:1/none", "host=localhost", "%"} {
		t.Setenv(pgtest.Variable, address)
		if s, err := pgtest.Start(t.Context()); err == nil || s != nil {
			t.Errorf("%s: got no error", address)
		}
	}
}
