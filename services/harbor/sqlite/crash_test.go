package sqlite_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// crashDir names the folder in which a copy of this program creates orders
// until it is killed.
const crashDir = "HARBOR_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, createForever(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// createForever prints the ID of each order once Create has acknowledged it.
func createForever(dir string) error {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		return err
	}
	if err := s.Migrations().Up(ctx); err != nil {
		return err
	}
	if _, err := s.AddFirstMerchant(ctx, harbor.Merchant{ID: acme, Name: "Acme"}, acmeKey); err != nil {
		return err
	}
	failed := make(chan error)
	for range 4 {
		go func() {
			for {
				o := newOrder("cus_1", time.Now())
				if err := s.Create(ctx, o, recordOf(o)); err != nil {
					failed <- err
				}
				fmt.Println(o.ID) // one write, so lines stay whole
			}
		}()
	}
	return <-failed
}

// killAfter runs createForever as a process, kills it after so many orders, and
// returns those that were acknowledged.
func killAfter(t *testing.T, dir string, orders int) []harbor.OrderID {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []harbor.OrderID
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var id harbor.OrderID
		if err := id.UnmarshalText(lines.Bytes()); err != nil {
			break // the line that the kill cut
		}
		if acknowledged = append(acknowledged, id); len(acknowledged) == orders {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(acknowledged) < orders {
		t.Fatalf("the process ended by itself after %d orders: %v\n%s", len(acknowledged), err, &stderr)
	}
	return acknowledged
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	var acknowledged []harbor.OrderID
	for _, orders := range []int{1, 40, 100} {
		acknowledged = append(acknowledged, killAfter(t, dir, orders)...)
	}
	s := mustOpen(t, dir)
	for _, id := range acknowledged {
		if _, err := s.Order(t.Context(), acme, id); err != nil {
			t.Errorf("acknowledged order: %v", err)
		}
	}
	// Those that the kill cut off have both rows or none.
	stored, err := s.List(t.Context(), acme, "cus_1", nil, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range stored {
		if r := find(t, s, o); r == nil || !bytes.Equal(r.Body, recordOf(o).Body) {
			t.Errorf("order %s has the record %+v, want its answer", o.ID, r)
		}
	}
	var keys int
	if err := s.Reader().QueryRow(t.Context(), "SELECT count(*) FROM idempotency_keys").Scan(&keys); err != nil || keys != len(stored) {
		t.Errorf("there are %d keys, %v, for %d orders", keys, err, len(stored))
	}
	t.Logf("%d acknowledged, %d stored", len(acknowledged), len(stored))
}

// What a transaction has written before the process dies is gone without it.
func TestRolledBackTransactionLeavesNeitherRow(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	o := newOrder("cus_1", start)
	// The trigger fails the second statement of Create, after the first has run.
	if err := s.Exec(t.Context(), `CREATE TRIGGER fail BEFORE INSERT ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'disk is gone'); END`); err != nil {
		t.Fatal(err)
	}
	const want = "sqlitestore: save idempotency key of POST /v1/orders: constraint failed: disk is gone (1811)"
	if err := s.Create(t.Context(), o, recordOf(o)); err == nil || err.Error() != want {
		t.Errorf("Create: got %v, want %q", err, want)
	}
	if err := s.Exec(t.Context(), `DROP TRIGGER fail`); err != nil {
		t.Fatal(err)
	}
	reopened := mustOpen(t, dir)
	if r := find(t, reopened, o); r != nil {
		t.Errorf("Find = %+v, want no record", r)
	}
	if _, err := reopened.Order(t.Context(), acme, o.ID); !errors.Is(err, harbor.ErrOrderNotFound) {
		t.Errorf("Order: got %v, want %v", err, harbor.ErrOrderNotFound)
	}
	mustCreate(t, reopened, o) // and the key can be used again
}
