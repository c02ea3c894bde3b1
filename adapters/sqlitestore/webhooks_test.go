package sqlitestore_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"
	"github.com/tenonapi/tenon/webhook/webhooktest"
)

// backend is what package webhook asks of a store. Claims go to stores on the same file in turn.
type backend struct {
	*sqlitestore.Webhooks
	store  *sqlitestore.Store
	all    []*sqlitestore.Webhooks
	turn   atomic.Int64
	client *tenontest.Client
	run    func(context.Context, webhooktest.Tx) error
	err    error
}

type hooksTx struct {
	webhook.Events
	webhook.Registrar
}

func (hooksTx) Transactional() {} // as both do

type inHooksTx struct {
	Events    webhook.Events
	Registrar webhook.Registrar
}

func openBackend(t testing.TB, stores int) *backend {
	t.Helper()
	cfg := sqlitestore.Config{Path: filepath.Join(t.TempDir(), "test.db")}
	b := new(backend)
	for range stores {
		b.store = open(t, cfg)
		b.all = append(b.all, b.store.Webhooks())
	}
	b.Webhooks = b.all[0]
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(b.store.Providers())
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
	for _, stores := range []int{1, 2} {
		t.Run(fmt.Sprint(stores, " stores"), func(t *testing.T) {
			webhooktest.Run(t, func(t *testing.T) webhooktest.Backend { return openBackend(t, stores) })
		})
	}
}

// queue makes pending deliveries, n to each of some endpoints, and returns a time at which all are due.
func queue(t testing.TB, b *backend, endpoints, n int) time.Time {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	const series = "WITH RECURSIVE series (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM series WHERE value < %s) "
	err := b.store.Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
		for _, statement := range []string{
			fmt.Sprintf(series, "?2") + `INSERT INTO webhook_endpoints SELECT value, 'ep_' || value, 'owner' || value, 'https://receiver.example', '[]', 1, ?1, '', 0, '', 0, 0
				FROM series`,
			fmt.Sprintf(series, "?2 * ?4") + `INSERT INTO webhook_events SELECT value, 'msg_' || value, 'a', ?3 - value, x'7b7d' FROM series`,
			`INSERT INTO webhook_deliveries (id, endpoint, event, state, created_at, due_at)
				SELECT 'dlv_' || number, 1 + number % ?2, number, 'pending', created_at, created_at FROM webhook_events`,
		} {
			if _, err := tx.Exec(ctx, statement, webhook.NewSecret().Reveal(), endpoints, now.UnixMicro(), n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// However long queues and lists are, what is claimed, listed and purged is found by indexes.
func TestWebhooksAreFoundByIndexes(t *testing.T) {
	s := open(t, sqlitestore.Config{})
	for name, tt := range map[string]struct {
		query string
		args  []any
		want  []string
	}{
		"claim": {sqlitestore.SelectDue, []any{1, 4, 64}, []string{
			"SEARCH d USING COVERING INDEX webhook_deliveries_by_due (endpoint>?)",
			"SEARCH d USING INDEX webhook_deliveries_by_lease (endpoint=? AND leased_until>?)",
			"SEARCH d USING INDEX webhook_deliveries_by_due (endpoint=? AND due_at<?)",
			"SEARCH d USING INTEGER PRIMARY KEY (rowid=?)",
		}},
		"list": {sqlitestore.SelectListed, []any{1, "", "acme", "ep_1", 20}, []string{
			"SEARCH d USING INDEX webhook_deliveries_by_endpoint (endpoint=? AND (created_at,id)<(?,?))",
		}},
		"purge": {sqlitestore.PurgeDeliveries, []any{1, 1000}, []string{
			"SEARCH webhook_deliveries USING INDEX webhook_deliveries_by_age (created_at<?)",
			"SCAN e USING INDEX webhook_endpoints_disabled",
			"SEARCH d USING INDEX webhook_deliveries_by_endpoint (endpoint=? AND created_at<?)",
		}},
	} {
		plan := planOf(t, s, tt.query, tt.args...)
		for _, want := range tt.want {
			if !strings.Contains(plan, want) {
				t.Errorf("%s: the plan has no %q:\n%s", name, want, plan)
			}
		}
		if strings.Contains(plan, "SCAN d\n") || strings.Contains(plan, "SCAN webhook_deliveries\n") {
			t.Errorf("%s: the plan reads all:\n%s", name, plan)
		}
	}
}

// Four dispatchers share a file: each delivery is settled once.
func TestSeveralStoresShareTheWork(t *testing.T) {
	const endpoints, n, stores = 10, 50, 4
	b := openBackend(t, stores)
	now := queue(t, b, endpoints, n)
	var claimed atomic.Int64
	var all sync.WaitGroup
	for _, store := range b.all {
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
				lost, err := store.Settle(t.Context(), results)
				if err != nil || lost != 0 {
					t.Errorf("Settle = %d, %v", lost, err)
					return
				}
			}
		})
	}
	all.Wait()
	var counted int64
	if err := b.store.Reader().QueryRow(t.Context(), "SELECT sum(failures) FROM webhook_endpoints").Scan(&counted); err != nil {
		t.Fatal(err)
	}
	if claimed.Load() != endpoints*n || counted != endpoints*n {
		t.Errorf("claimed %d, counted %d failures, want %d", claimed.Load(), counted, endpoints*n)
	}
}

// What has no transaction can still meet a database that is away.
func TestOperationsThatNeedOnlyARegistryDeclareItsErrors(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(new(sqlitestore.Store).Providers())
		tenon.Get(r, "/", func(context.Context, *struct{ Endpoints webhook.Registry }) (tenon.NoContent, error) {
			return tenon.NoContent{}, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"503", "507"} {
		if app.Document().Paths["/"].Get.Responses[status] == nil {
			t.Errorf("the document does not say when the answer is %s", status)
		}
	}
}
