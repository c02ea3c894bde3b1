package pgstore_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/idempotency/idempotencytest"
)

func TestTheStoreKeepsTheRulesOfIdempotency(t *testing.T) {
	for _, cfg := range []pgstore.Config{
		{MaxConns: 8},
		{MaxConns: 1},
		{MaxConns: 3, Isolation: pgx.RepeatableRead},
		{MaxConns: 3, Isolation: pgx.Serializable},
	} {
		t.Run(fmt.Sprintf("%d connections %s", cfg.MaxConns, cfg.Isolation), func(t *testing.T) {
			idempotencytest.Run(t, idempotencytest.Config{Claims: true, Open: func(t *testing.T) tenon.Option {
				return tenon.Options(open(t, cfg).Providers(), pgstore.Retry(10))
			}})
		})
	}
}

func TestOpenReportsEveryMistake(t *testing.T) {
	tests := []struct {
		name string
		cfg  pgstore.Config
		want []string
	}{
		{"nothing", pgstore.Config{}, []string{"URL is empty"}},
		{"all wrong", pgstore.Config{MaxConns: -1, MinConns: -2, AcquireTimeout: -1, StatementTimeout: time.Microsecond, LockTimeout: -1, IdleTimeout: 1e18, CloseTimeout: -1, Isolation: "chaos"}, []string{
			"URL is empty", "MaxConns is -1", "MinConns is -2", "AcquireTimeout is -1ns, want 1ms to 596h, or 0 for 5s", "StatementTimeout is 1µs", "LockTimeout", "IdleTimeout", "CloseTimeout", `Isolation is "chaos"`}},
		{"bad URL", pgstore.Config{URL: "postgres://u:hidden@h:port/d"}, []string{"pgstore.Config: URL: "}},
		{"more kept than allowed", pgstore.Config{URL: "postgres://h/d?pool_max_conns=2", MinConns: 3}, []string{"MinConns is 3, want no more than MaxConns, 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := pgstore.Open(t.Context(), tt.cfg)
			if s != nil || err == nil {
				t.Fatal("got no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error has no %q: %v", want, err)
				}
			}
			if strings.Contains(err.Error(), "hidden") {
				t.Errorf("the error has the password: %v", err)
			}
		})
	}
}

// What a transaction may take is part of its begin, so that a pooler does not lose it.
func TestTransactionsHaveTheirSettings(t *testing.T) {
	configured := false
	s := open(t, pgstore.Config{
		MaxConns: 3, ApplicationName: "settings", StatementTimeout: 4 * time.Second, LockTimeout: 1500 * time.Millisecond, IdleTimeout: 30 * time.Second,
		Isolation: pgx.Serializable, Configure: func(c *pgxpool.Config) { configured = c.MaxConns == 3 },
	})
	if !configured {
		t.Error("Configure was not called with the settings")
	}
	const settings = `SELECT concat_ws(' ', current_setting('application_name'), current_setting('statement_timeout'), current_setting('lock_timeout'),
		current_setting('idle_in_transaction_session_timeout'), current_setting('transaction_isolation'), current_setting('transaction_read_only'))`
	var write, read, outside string
	a := newApp(t, s.Providers())
	a.write = func(ctx context.Context, tx *pgstore.Tx) error { return tx.QueryRow(ctx, settings).Scan(&write) }
	a.read = func(ctx context.Context, tx *pgstore.ReadTx) error { return tx.QueryRow(ctx, settings).Scan(&read) }
	a.Do("PUT", "/notes", "")
	a.Do("GET", "/notes", "")
	if err := s.Pool().QueryRow(t.Context(), "SELECT current_setting('statement_timeout')").Scan(&outside); err != nil {
		t.Fatal(err)
	}
	if write != "settings 4s 1500ms 30s serializable off" || read != "settings 4s 1500ms 30s repeatable read on" || outside != "0" {
		t.Errorf("the settings are\n%s\n%s\n%s", write, read, outside)
	}
}

func TestTheServerMayStartLater(t *testing.T) {
	s, err := pgstore.Open(t.Context(), pgstore.Config{URL: "postgres://nobody@127.0.0.1:1/none", AcquireTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close(t.Context()) }()
	if err := s.Ping(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "pgstore: ping: ") {
		t.Errorf("Ping = %v, want an error", err)
	}
	a := newApp(t, s.Providers())
	for _, method := range []string{"PUT", "GET", "POST"} {
		r := a.Do(method, "/notes", "", "Idempotency-Key: k")
		if p := a.Problem(r); p.Status != 503 || p.Code != "database_unavailable" || r.Header.Get("Retry-After") != "1" {
			t.Errorf("%s: the answer is %v %v", method, p, r.Header)
		}
	}
}

func TestCloseDoesNotWaitForever(t *testing.T) {
	s := open(t, pgstore.Config{})
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := s.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); err == nil {
		t.Error("Close has not waited for the connection")
	}
	conn.Release()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMigrationsGoUpAndDown(t *testing.T) {
	pool, schema := plain(t), "s"+strings.ToLower(rand.Text())
	up, down, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(down)
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for range 2 {
		for _, text := range slices.Concat([]string{"CREATE SCHEMA " + schema, "SET search_path = " + schema}, up, down, []string{"DROP SCHEMA " + schema, "RESET search_path"}) {
			if _, err := conn.Exec(t.Context(), text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
	}
}
