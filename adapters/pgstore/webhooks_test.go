package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/adapters/pgstore/pgtest"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"
	"github.com/tenonapi/tenon/webhook/webhooktest"
)

// backend is what package webhook asks of a store. Claims go to other stores with the same
// database in turn.
type backend struct {
	*pgstore.Webhooks
	all    []*pgstore.Webhooks
	turn   atomic.Int64
	client *tenontest.Client
	run    func(context.Context, webhooktest.Tx) error
	err    error
}

type hooksTx struct {
	webhook.Events
	webhook.Registrar
}

func (hooksTx) Transactional() {}

type inHooksTx struct {
	Events    webhook.Events
	Registrar webhook.Registrar
}

func openBackend(t testing.TB, stores int, cfg pgstore.Config) *backend {
	t.Helper()
	s := open(t, cfg)
	exec(t, s.Pool(), "TRUNCATE webhook_endpoints, webhook_events, webhook_deliveries")
	b := &backend{Webhooks: s.Webhooks(), all: []*pgstore.Webhooks{s.Webhooks()}}
	for len(b.all) < stores {
		b.all = append(b.all, open(t, cfg).Webhooks())
	}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(s.Providers())
		tenon.Post(r, "/", func(ctx context.Context, in *inHooksTx) (tenon.NoContent, error) {
			b.err = b.run(ctx, hooksTx{in.Events, in.Registrar})
			return tenon.NoContent{}, b.err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	b.client = tenontest.New(t, app)
	b.client.ServerErrors = true
	return b
}

func (b *backend) Claim(ctx context.Context, c webhook.Claim) ([]webhook.Claimed, error) {
	return b.all[b.turn.Add(1)%int64(len(b.all))].Claim(ctx, c)
}

func (b *backend) InTx(_ context.Context, f func(context.Context, webhooktest.Tx) error) error {
	b.run, b.err = f, nil
	if r := b.client.Do("POST", "/", ""); b.err == nil && r.Status != http.StatusNoContent {
		return fmt.Errorf("the answer is %d %s", r.Status, r.Body)
	}
	return b.err
}

func TestTheStoreKeepsTheRulesOfWebhooks(t *testing.T) {
	tests := []struct {
		name   string
		stores int
		cfg    pgstore.Config
	}{
		{"one connection", 1, pgstore.Config{MaxConns: 1}},
		{"several stores", 3, pgstore.Config{MaxConns: 4}},
		{"serializable", 1, pgstore.Config{MaxConns: 2, Isolation: pgx.Serializable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			webhooktest.Run(t, func(t *testing.T) webhooktest.Backend { return openBackend(t, tt.stores, tt.cfg) })
		})
	}
}

// queue makes pending deliveries, n to each of some endpoints, and returns a time at which all are due.
func queue(t testing.TB, b *backend, endpoints, n int) time.Time {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	for i := range endpoints {
		if err := b.AddEndpoint(t.Context(), webhook.NewEndpoint(tenon.Caller(fmt.Sprint("owner", i)), "https://receiver.example", now)); err != nil {
			t.Fatal(err)
		}
	}
	pool := plain(t)
	exec(t, pool, `INSERT INTO webhook_events (id, owner, type, created_at, body)
		SELECT 'msg_'||o||'_'||n, 'owner'||o, 'a', $3::timestamptz - n * interval '1 ms', '{}' FROM generate_series(0, $1::int - 1) o, generate_series(1, $2::int) n`, endpoints, n, now)
	exec(t, pool, `INSERT INTO webhook_deliveries (event, endpoint, created_at, due_at)
		SELECT v.id, e.id, v.created_at, v.created_at FROM webhook_events v JOIN webhook_endpoints e USING (owner)`)
	return now
}

// Four dispatchers take turns in nothing: each delivery is settled once, and none waits for another for ever.
func TestSeveralStoresShareTheWork(t *testing.T) {
	const endpoints, n, stores = 10, 50, 4
	b := openBackend(t, stores, pgstore.Config{MaxConns: 2})
	now := queue(t, b, endpoints, n)
	var claimed, failed atomic.Int64
	var all sync.WaitGroup
	for i, store := range b.all {
		all.Go(func() {
			for claimed.Load() < endpoints*n {
				got, err := store.Claim(t.Context(), webhook.Claim{Token: rand.Text(), Now: now, Until: now.Add(time.Hour), Limit: 7, PerEndpoint: 5})
				if err != nil {
					t.Error(err)
					return
				}
				claimed.Add(int64(len(got)))
				results := make([]webhook.Result, len(got))
				for j, c := range got {
					results[j] = webhook.Result{Lease: c.Lease, State: webhook.Exhausted, Attempt: webhook.Attempt{Number: 1, At: now, Failure: webhook.FailConnect}}
				}
				if i%2 == 0 {
					slices.Reverse(results)
				}
				lost, err := store.Settle(t.Context(), results)
				if err != nil || lost != 0 {
					t.Errorf("Settle = %d, %v", lost, err)
					return
				}
				failed.Add(int64(len(got)))
			}
		})
	}
	all.Wait()
	var counted int64
	if err := plain(t).QueryRow(t.Context(), "SELECT sum(failures) FROM webhook_endpoints").Scan(&counted); err != nil {
		t.Fatal(err)
	}
	if claimed.Load() != endpoints*n || failed.Load() != endpoints*n || counted != endpoints*n {
		t.Errorf("claimed %d, settled %d, counted %d failures, want %d", claimed.Load(), failed.Load(), counted, endpoints*n)
	}
}

// A claim reads as many pages of ten times as long a queue.
func TestAClaimCostsTheSameWhateverIsPending(t *testing.T) {
	b, pool := openBackend(t, 1, pgstore.Config{}), plain(t)
	pages := func(n int) int {
		exec(t, pool, "TRUNCATE webhook_endpoints, webhook_events, webhook_deliveries")
		now := queue(t, b, 10, n)
		var plan []struct {
			Plan struct {
				Hit  int `json:"Shared Hit Blocks"`
				Read int `json:"Shared Read Blocks"`
			}
		}
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(context.Background()) }()
		if _, err := tx.Exec(t.Context(), "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off"); err != nil { // as the store has it
			t.Fatal(err)
		}
		err = tx.QueryRow(t.Context(), "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "+pgstore.ClaimStatement, "t", now, now.Add(time.Hour), 16, 8).Scan(&plan)
		if err != nil {
			t.Fatal(err)
		}
		return plan[0].Plan.Hit + plan[0].Plan.Read
	}
	if short, long := pages(100), pages(1000); long > 2*short {
		t.Errorf("a claim of 1,000 deliveries reads %d pages, one of 10,000 reads %d", short, long)
	}
}

func TestWebhooksAreUnavailableWhileTheServerIsAway(t *testing.T) {
	if none != nil {
		pgtest.Missing(t, none)
	}
	s, err := pgstore.Open(t.Context(), pgstore.Config{URL: "postgres://127.0.0.1:1/none", AcquireTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close(context.Background()) }()
	ctx, w := t.Context(), s.Webhooks()
	calls := map[string]func() error{
		"Claim":          func() error { _, err := w.Claim(ctx, webhook.Claim{}); return err },
		"Settle":         func() error { _, err := w.Settle(ctx, nil); return err },
		"Release":        func() error { return w.Release(ctx, nil) },
		"Purge":          func() error { _, err := w.Purge(ctx, time.Now(), 1); return err },
		"AddEndpoint":    func() error { return w.AddEndpoint(ctx, webhook.Endpoint{}) },
		"UpdateEndpoint": func() error { _, err := w.UpdateEndpoint(ctx, "", "", nil); return err },
		"Endpoint":       func() error { _, err := w.Endpoint(ctx, "", ""); return err },
		"Endpoints":      func() error { _, err := w.Endpoints(ctx, ""); return err },
		"Deliveries":     func() error { _, err := w.Deliveries(ctx, "", "", nil, 1); return err },
		"Replay":         func() error { return w.Replay(ctx, "", "", time.Now()) },
	}
	for name, call := range calls {
		p, ok := errors.AsType[*problem.Error](call())
		if !ok || p.Status != http.StatusServiceUnavailable || p.Code != "database_unavailable" {
			t.Errorf("%s: got %v, want database_unavailable", name, p)
		}
	}
}

// What a caller does to an endpoint may panic: the connection comes back, with nothing changed.
func TestAPanicInAChangeRollsBack(t *testing.T) {
	b := openBackend(t, 1, pgstore.Config{MaxConns: 1})
	e := webhook.NewEndpoint("acme", "https://receiver.example", time.Now())
	if err := b.AddEndpoint(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		_, _ = b.UpdateEndpoint(t.Context(), "acme", e.ID, func(*webhook.Endpoint) error { panic("change") })
	}()
	got, err := b.UpdateEndpoint(t.Context(), "acme", e.ID, func(*webhook.Endpoint) error { return nil })
	if err != nil || got.URL != e.URL {
		t.Errorf("UpdateEndpoint = %v, %v", got.URL, err)
	}
}

// What has no transaction can still meet a database that is away.
func TestOperationsThatNeedOnlyARegistryDeclareItsErrors(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(new(pgstore.Store).Providers())
		tenon.Get(r, "/", func(context.Context, *struct{ Endpoints webhook.Registry }) (tenon.NoContent, error) {
			return tenon.NoContent{}, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"503"} {
		if app.Document().Paths["/"].Get.Responses[status] == nil {
			t.Errorf("the document does not say when the answer is %s", status)
		}
	}
}
