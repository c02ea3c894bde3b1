package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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

// free says that a delivery d can be leased: ?1 is now.
const free = `d.state = 'pending' AND d.due_at <= ?1 AND (d.token IS NULL OR d.leased_until <= ?1)`

// selectDue goes from endpoint to endpoint by the index of those that have pending deliveries, and
// looks at the first delivery of each. As many endpoints as deliveries are wanted are enough: those
// of the others come behind. Of these it reads no more than may be leased, so that what
// it costs does not depend on how long queues are.
//
//	?1 now, ?2 limit for each endpoint, ?3 limit
const selectDue = `WITH RECURSIVE waiting (endpoint) AS (
		SELECT min(endpoint) FROM webhook_deliveries WHERE state = 'pending'
		UNION ALL
		SELECT (SELECT min(d.endpoint) FROM webhook_deliveries d WHERE d.state = 'pending' AND d.endpoint > w.endpoint)
		FROM waiting w WHERE w.endpoint IS NOT NULL
	), served (endpoint, failing, leased, due_at) AS MATERIALIZED (
		SELECT e.number, e.failures > 0,
			(SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint = e.number AND d.token IS NOT NULL AND d.leased_until > ?1),
			(SELECT d.due_at FROM webhook_deliveries d WHERE d.endpoint = e.number AND ` + free + ` ORDER BY d.due_at LIMIT 1)
		FROM waiting w JOIN webhook_endpoints e ON e.number = w.endpoint WHERE e.disabled = '' AND e.paused_until <= ?1
	), first AS MATERIALIZED (
		SELECT * FROM served WHERE due_at IS NOT NULL AND leased < ?2 ORDER BY leased, failing, due_at LIMIT ?3
	), candidate (number, failing, due_at, rank) AS (
		SELECT d.number, f.failing, d.due_at, f.leased + row_number() OVER (PARTITION BY f.endpoint ORDER BY d.due_at, d.number) - 1
		FROM first f CROSS JOIN webhook_deliveries d ON d.number IN (
			SELECT d.number FROM webhook_deliveries d WHERE d.endpoint = f.endpoint AND ` + free + ` ORDER BY d.due_at, d.number LIMIT ?2)
	)
	SELECT number FROM candidate WHERE rank < ?2 ORDER BY rank, failing, due_at, number LIMIT ?3`

// Claim implements [webhook.Store]. What it costs grows with the number of endpoints that
// have pending deliveries, not with that of the deliveries. While nothing is due it writes nothing.
func (w *Webhooks) Claim(ctx context.Context, c webhook.Claim) ([]webhook.Claimed, error) {
	claimed, err := w.claim(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: claim webhook deliveries: %w", err)
	}
	return claimed, nil
}

func (w *Webhooks) claim(ctx context.Context, c webhook.Claim) (claimed []webhook.Claimed, err error) {
	rows, err := w.store.reader.Query(ctx, selectDue, micros(c.Now), c.PerEndpoint, c.Limit)
	due, err := collect(rows, err, scanNumber)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	list, err := json.Marshal(due)
	if err != nil {
		return nil, err
	}
	err = w.store.Write(ctx, func(ctx context.Context, tx *Tx) error {
		// Others may have taken some of them, and endpoints may have been disabled.
		n, err := affected(tx.Exec(ctx, `UPDATE webhook_deliveries AS d SET token = ?2, leased_until = ?3
			WHERE d.number IN (SELECT value FROM json_each(?4)) AND `+free+`
			AND EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.number = d.endpoint AND e.disabled = '' AND e.paused_until <= ?1)`,
			micros(c.Now), c.Token, micros(c.Until), string(list)))
		if err != nil || n == 0 {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT d.id, d.attempts, d.tries, v.id, v.type, v.created_at, v.body, `+endpointColumns+`
			FROM json_each(?1) AS l CROSS JOIN webhook_deliveries d ON d.number = l.value AND d.token = ?2
			JOIN webhook_events v ON v.number = d.event JOIN webhook_endpoints e ON e.number = d.endpoint ORDER BY l.key`, string(list), c.Token)
		claimed, err = collect(rows, err, scanClaimed)
		return err
	})
	for i := range claimed {
		claimed[i].Lease.Token = c.Token
	}
	return claimed, err
}

func scanNumber(row interface{ Scan(dest ...any) error }) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

func scanClaimed(row interface{ Scan(dest ...any) error }) (c webhook.Claimed, err error) {
	var to endpointRow
	var at int64
	v := &c.Event
	err = row.Scan(append([]any{&c.Lease.Delivery, &c.Attempts, &c.Tries, &v.ID, &v.Type, &at, &v.Body}, to.columns()...)...)
	if err != nil {
		return c, err
	}
	c.Endpoint, err = to.endpoint()
	v.At, v.Owner = fromMicros(at), c.Endpoint.Owner
	return c, err
}

// Settle implements [webhook.Store].
func (w *Webhooks) Settle(ctx context.Context, results []webhook.Result) (lost int, err error) {
	err = w.store.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for i := range results {
			held, err := settle(ctx, tx, &results[i])
			if err != nil {
				return err
			}
			if !held {
				lost++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("sqlitestore: settle webhook deliveries: %w", err)
	}
	return lost, nil
}

// settle ends one lease, if it is still held.
func settle(ctx context.Context, tx *Tx, r *webhook.Result) (held bool, err error) {
	entry, err := json.Marshal(attempt(r.Attempt))
	if err != nil {
		return false, err
	}
	var endpoint int64
	err = tx.QueryRow(ctx, `UPDATE webhook_deliveries SET token = NULL, leased_until = 0, state = ?, due_at = ?, attempts = attempts + 1, tries = tries + 1,
			log = json_insert(iif(json_array_length(log) < ?, log, json_remove(log, '$[0]')), '$[#]', json(?))
		WHERE id = ? AND token = ? RETURNING endpoint`,
		string(r.State), micros(r.Due), webhook.KeptAttempts, string(entry), r.Lease.Delivery, r.Lease.Token).Scan(&endpoint)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE webhook_endpoints SET failures = iif(?, 0, failures + 1), paused_until = max(paused_until, ?),
		disabled = iif(? AND disabled = '', ?, disabled) WHERE number = ?`,
		r.Attempt.Failure == "", micros(r.Pause), r.Disable, string(webhook.DisabledGone), endpoint)
	return true, err
}

// An attempt is a [webhook.Attempt] as it is stored.
type attempt struct {
	Number  int             `json:"number"`
	At      time.Time       `json:"at"`
	Latency time.Duration   `json:"latency"` // nanoseconds
	Status  int             `json:"status"`
	Failure webhook.Failure `json:"failure"`
}

func readLog(log []byte) ([]webhook.Attempt, error) {
	var stored []attempt
	if err := json.Unmarshal(log, &stored); err != nil {
		return nil, err
	}
	attempts := make([]webhook.Attempt, len(stored))
	for i, a := range stored {
		attempts[i] = webhook.Attempt(a)
	}
	return attempts, nil
}

// Release implements [webhook.Store].
func (w *Webhooks) Release(ctx context.Context, leases []webhook.Lease) error {
	err := w.store.Write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, l := range leases {
			_, err := tx.Exec(ctx, `UPDATE webhook_deliveries SET token = NULL, leased_until = 0 WHERE id = ? AND token = ?`, l.Delivery, l.Token)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sqlitestore: release webhook deliveries: %w", err)
	}
	return nil
}

// purgeDeliveries finds the oldest by their indexes: ?1 before, ?2 limit.
const purgeDeliveries = `DELETE FROM webhook_deliveries WHERE number IN (
		SELECT number FROM (SELECT number FROM webhook_deliveries WHERE state <> 'pending' AND created_at < ?1 ORDER BY created_at LIMIT ?2)
		UNION ALL
		SELECT d.number FROM webhook_endpoints e CROSS JOIN webhook_deliveries d ON d.endpoint = e.number AND d.created_at < ?1 AND d.state = 'pending'
		WHERE e.disabled <> ''
		LIMIT ?2
	) RETURNING event`

// Purge implements [webhook.Store].
func (w *Webhooks) Purge(ctx context.Context, before time.Time, limit int) (purged int, err error) {
	if limit < 0 { // SQLite takes a negative limit for none
		return 0, fmt.Errorf("sqlitestore: purge webhook deliveries: limit is %d, want 0 or more", limit)
	}
	err = w.store.Write(ctx, func(ctx context.Context, tx *Tx) error {
		rows, err := tx.Query(ctx, purgeDeliveries, micros(before), limit)
		events, err := collect(rows, err, scanNumber)
		if purged = len(events); err != nil || purged == 0 {
			return err
		}
		list, err := json.Marshal(events)
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM webhook_events AS v WHERE v.number IN (SELECT value FROM json_each(?))
				AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.event = v.number)`, string(list))
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sqlitestore: purge webhook deliveries: %w", err)
	}
	return purged, nil
}
