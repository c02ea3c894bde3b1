package pgstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/webhook"
)

// Webhooks keeps endpoints, events and deliveries of package webhook. It is safe for concurrent
// use, and serves as long as its [Store].
type Webhooks struct{ store *Store }

var (
	_ webhook.Store    = (*Webhooks)(nil)
	_ webhook.Registry = (*Webhooks)(nil)
)

// Webhooks returns what a [webhook.Dispatcher], and an API for owners of endpoints, need.
func (s *Store) Webhooks() *Webhooks { return &Webhooks{s} }

// hooks are the [webhook.Events] and the [webhook.Registrar] of a transaction.
type hooks struct{ tx *Tx }

// Transactional implements [webhook.Events] and [webhook.Registrar].
func (hooks) Transactional() {}

// appendEvent writes an event only if somebody wants it.
const appendEvent = `WITH wanting AS (
		SELECT id FROM webhook_endpoints WHERE owner = $2 AND disabled = '' AND (types = '{}' OR $3 = ANY (types))
	), event AS (
		INSERT INTO webhook_events (id, owner, type, created_at, body) SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT FROM wanting)
	)
	INSERT INTO webhook_deliveries (event, endpoint, created_at, due_at) SELECT $1, id, $4, $4 FROM wanting`

// Append implements [webhook.Events].
func (h hooks) Append(_ context.Context, e webhook.Event) error {
	h.tx.Queue("pgstore: append webhook event "+e.Type, appendEvent, e.ID, string(e.Owner), e.Type, e.At, e.Body)
	return nil
}

// claim goes from endpoint to endpoint by the index of pending deliveries, and looks at no more
// of each than it may get. Rows that another claim has locked are passed over, and the next
// ones taken in their place. Joins are LATERAL so that they are nested loops in this
// order: the planner cannot know how long a queue is.
//
//	$1 token, $2 now, $3 end of the leases, $4 limit, $5 limit for each endpoint
const claim = `WITH RECURSIVE waiting (endpoint) AS (
		(SELECT endpoint FROM webhook_deliveries WHERE state = 'pending' ORDER BY endpoint LIMIT 1)
		UNION ALL
		SELECT (SELECT d.endpoint FROM webhook_deliveries d WHERE d.state = 'pending' AND d.endpoint > w.endpoint ORDER BY d.endpoint LIMIT 1)
		FROM waiting w WHERE w.endpoint IS NOT NULL
	), candidate AS (
		SELECT due.id, leased.count + due.place AS rank, e.failing, due.due_at FROM waiting w
		CROSS JOIN LATERAL (
			SELECT e.failures > 0 AS failing FROM webhook_endpoints e
			WHERE e.id = w.endpoint AND e.disabled = '' AND (e.paused_until IS NULL OR e.paused_until <= $2) LIMIT 1
		) e
		CROSS JOIN LATERAL (
			SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint = w.endpoint AND d.leased_until > $2
		) leased
		CROSS JOIN LATERAL (
			SELECT d.id, d.due_at, row_number() OVER (ORDER BY d.due_at, d.id) AS place FROM webhook_deliveries d
			WHERE d.endpoint = w.endpoint AND d.state = 'pending' AND d.due_at <= $2 AND (d.leased_until IS NULL OR d.leased_until <= $2)
			ORDER BY d.due_at, d.id LIMIT greatest($5::bigint - leased.count, 0)
		) due
	), chosen AS (
		SELECT d.id, c.rank, c.failing, c.due_at FROM (SELECT * FROM candidate ORDER BY rank, failing, due_at) c
		CROSS JOIN LATERAL (
			SELECT d.id FROM webhook_deliveries d
			WHERE d.id = c.id AND d.state = 'pending' AND d.due_at <= $2 AND (d.leased_until IS NULL OR d.leased_until <= $2)
			FOR UPDATE SKIP LOCKED
		) d LIMIT $4
	), taken AS (
		UPDATE webhook_deliveries d SET token = $1, leased_until = $3 FROM chosen c WHERE d.id = c.id
		RETURNING d.id, d.event, d.endpoint, d.attempts, d.tries, c.rank, c.failing, c.due_at
	)
	SELECT t.id, t.attempts, t.tries, v.id, v.owner, v.type, v.created_at, v.body, ` + endpointColumns + `
	FROM taken t JOIN webhook_events v ON v.id = t.event JOIN webhook_endpoints e ON e.id = t.endpoint
	ORDER BY t.rank, t.failing, t.due_at`

// Claim implements [webhook.Store]. What it costs grows with the number of endpoints that
// have pending deliveries, not with that of the deliveries.
func (w *Webhooks) Claim(ctx context.Context, c webhook.Claim) (claimed []webhook.Claimed, err error) {
	err = w.store.write(ctx, func(tx *Tx) error {
		rows, err := tx.Query(ctx, claim, c.Token, c.Now, c.Until, c.Limit, c.PerEndpoint)
		if err == nil {
			claimed, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (webhook.Claimed, error) {
				got := webhook.Claimed{Lease: webhook.Lease{Token: c.Token}}
				to, v := new(endpointRow), &got.Event
				err := row.Scan(append([]any{&got.Lease.Delivery, &got.Attempts, &got.Tries, &v.ID, &v.Owner, &v.Type, &v.At, &v.Body}, to.columns()...)...)
				if err != nil {
					return got, err
				}
				v.At = v.At.UTC()
				got.Endpoint, err = to.endpoint()
				return got, err
			})
		}
		if err != nil {
			return fmt.Errorf("pgstore: claim webhook deliveries: %w", err)
		}
		return nil
	})
	return claimed, err
}

// Release implements [webhook.Store].
func (w *Webhooks) Release(ctx context.Context, leases []webhook.Lease) error {
	ids, tokens := make([]string, len(leases)), make([]string, len(leases))
	for i, l := range leases {
		ids[i], tokens[i] = l.Delivery, l.Token
	}
	return w.store.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `UPDATE webhook_deliveries d SET token = NULL, leased_until = NULL
			FROM unnest($1::text[], $2::text[]) r (id, token) WHERE d.id = r.id AND d.token = r.token`, ids, tokens)
		if err != nil {
			return fmt.Errorf("pgstore: release webhook deliveries: %w", err)
		}
		return nil
	})
}

const (
	purgeDeliveries = `DELETE FROM webhook_deliveries WHERE id = ANY (ARRAY(
			SELECT d.id FROM webhook_deliveries d LEFT JOIN webhook_endpoints e ON e.id = d.endpoint
			WHERE d.created_at < $1 AND (d.state <> 'pending' OR e.disabled IS DISTINCT FROM '')
			ORDER BY d.created_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED))`

	// Of an event whose last deliveries others are deleting at the same time, the next purge is.
	purgeEvents = `DELETE FROM webhook_events WHERE id = ANY (ARRAY(
			SELECT v.id FROM webhook_events v
			WHERE v.created_at < $1 AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.event = v.id)
			ORDER BY v.created_at LIMIT $2 FOR UPDATE OF v SKIP LOCKED))`
)

// Purge implements [webhook.Store]. It passes over what is in use.
func (w *Webhooks) Purge(ctx context.Context, before time.Time, limit int) (purged int, err error) {
	err = w.store.write(ctx, func(tx *Tx) error {
		tag, err := tx.Exec(ctx, purgeDeliveries, before, limit)
		purged = int(tag.RowsAffected())
		if err == nil {
			_, err = tx.Exec(ctx, purgeEvents, before, limit)
		}
		if err != nil {
			return fmt.Errorf("pgstore: purge webhook deliveries: %w", err)
		}
		return nil
	})
	return purged, err
}

// nullTime returns t, or nil for the zero time, which is stored as NULL.
func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
