package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/services/harbor/internal/tables"
)

// steps returns how many migrations have run, of how many.
func steps(t testing.TB, s Store) (applied, all int) {
	t.Helper()
	status, err := s.Migrations().Status(t.Context())
	if err != nil {
		t.Fatalf("Status: %v", err)
	}
	for i, step := range status {
		if step.Version != int64(i+1) || step.Name == "" {
			t.Errorf("step %d is %+v", i+1, step)
		}
		if step.Applied.IsZero() {
			continue
		}
		if applied != i {
			t.Errorf("step %d has run, and one before it has not", i+1)
		}
		applied++
	}
	return applied, len(status)
}

// checkSteps checks that so many steps have not run.
func checkSteps(t testing.TB, s Store, missing int) {
	t.Helper()
	applied, all := steps(t, s)
	if all-applied != missing {
		t.Errorf("%d of %d steps have run, want all but %d", applied, all, missing)
	}
	var want error
	if missing > 0 {
		want = tables.ErrBehind
	}
	if err := s.Migrations().Check(t.Context()); !errors.Is(err, want) {
		t.Errorf("Check with %d steps missing: got %v, want %v", missing, err, want)
	}
}

func testMigrateTwice(t *testing.T, fresh New) {
	for name, run := range map[string]func(Store) error{
		"Up":      func(s Store) error { return s.Migrations().Up(t.Context()) },
		"Prepare": func(s Store) error { return s.Migrations().Prepare(t.Context()) },
	} {
		s := mustOpenEmpty(t, fresh(t))
		for range 2 {
			if err := run(s); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			checkSteps(t, s, 0)
		}
	}
}

func testAChecksWritesNothing(t *testing.T, fresh New) {
	s := mustOpenEmpty(t, fresh(t))
	_, all := steps(t, s)
	checkSteps(t, s, all)
	if name, err := s.Migrations().Down(t.Context()); !errors.Is(err, tables.ErrNone) {
		t.Errorf("Down of an empty database = %q, %v, want %v", name, err, tables.ErrNone)
	}
	checkSteps(t, s, all)
}

func testMigrationsKeepOrders(t *testing.T, fresh New) {
	db := fresh(t)
	s := mustOpen(t, db)
	o := newOrder("cus_1", start)
	mustCreate(t, s, o)
	again := mustOpen(t, db)
	if got, err := again.Order(t.Context(), acme, o.ID); err != nil || got != o {
		t.Errorf("Order after a second Up = %+v, %v, want %+v", got, err, o)
	}
}

func testMigrationsAreUndoneOneByOne(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	mustCreate(t, s, newOrder("cus_1", start))
	status, err := s.Migrations().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := len(status) - 1; i >= 0; i-- {
		if name, err := s.Migrations().Down(t.Context()); err != nil || name != status[i].Name {
			t.Fatalf("Down = %q, %v, want %q", name, err, status[i].Name)
		}
		checkSteps(t, s, len(status)-i)
	}
	if err := s.Migrations().Up(t.Context()); err != nil {
		t.Fatalf("Up: %v", err)
	}
	checkSteps(t, s, 0)
}

func testADatabaseThatIsBehindIsLeftAsItIs(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	if _, err := s.Migrations().Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Migrations().Prepare(t.Context()); !errors.Is(err, tables.ErrBehind) {
		t.Errorf("Prepare = %v, want %v", err, tables.ErrBehind)
	}
	checkSteps(t, s, 1)
}

// Of several processes that start or migrate at once, one works and the others wait.
func testManyMigrateOneDatabase(t *testing.T, fresh New) {
	db := fresh(t)
	var all sync.WaitGroup
	for i := range 4 {
		s := mustOpenEmpty(t, db)
		run := s.Migrations().Up
		if i%2 == 0 {
			run = s.Migrations().Prepare
		}
		all.Go(func() {
			if err := run(t.Context()); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	all.Wait()
	checkSteps(t, mustOpenEmpty(t, db), 0)
}
