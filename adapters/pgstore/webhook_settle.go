package pgstore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/webhook"
)

// An attempt is a [webhook.Attempt] as it is stored.
type attempt struct {
	Number  int             `json:"number"`
	At      time.Time       `json:"at"`
	Latency time.Duration   `json:"latency"` // nanoseconds
	Status  int             `json:"status"`
	Failure webhook.Failure `json:"failure"`
}

// settle ends leases, of which each row has one: $1 deliveries, $2 tokens, $3 states, $4 times,
// $5 attempts, of which $6 are kept. It returns the place of each that it has ended.
const settle = `UPDATE webhook_deliveries d SET token = NULL, leased_until = NULL, state = r.state, due_at = r.due,
		attempts = attempts + 1, tries = tries + 1,
		log = CASE WHEN jsonb_array_length(log) < $6 THEN log ELSE log - 0 END || r.attempt::jsonb
	FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]) WITH ORDINALITY r (id, token, state, due, attempt, place)
	WHERE d.id = r.id AND d.token = r.token RETURNING r.place, d.endpoint`

// settleEndpoint counts failures: all of them, or those since the last success.
const settleEndpoint = `UPDATE webhook_endpoints SET failures = CASE WHEN $2 THEN 0 ELSE failures END + $3, paused_until = greatest(paused_until, $4),
		disabled = CASE WHEN $5 AND disabled = '' THEN $6 ELSE disabled END
	WHERE id = $1`

// Settle implements [webhook.Store].
func (w *Webhooks) Settle(ctx context.Context, results []webhook.Result) (lost int, err error) {
	args, err := settleArgs(results)
	if err != nil {
		return 0, fmt.Errorf("pgstore: settle webhook deliveries: %w", err)
	}
	err = w.store.write(ctx, func(tx *Tx) error {
		settled, err := settleDeliveries(ctx, tx, args)
		if err == nil {
			lost = len(results) - len(settled)
			err = settleEndpoints(ctx, tx, results, settled)
		}
		if err != nil {
			return fmt.Errorf("pgstore: settle webhook deliveries: %w", err)
		}
		return nil
	})
	return lost, err
}

func settleArgs(results []webhook.Result) ([]any, error) {
	n := len(results)
	ids, tokens, states, attempts := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	dues := make([]*time.Time, n)
	for i, r := range results {
		text, err := json.Marshal(attempt(r.Attempt))
		if err != nil {
			return nil, err
		}
		ids[i], tokens[i], states[i], dues[i], attempts[i] = r.Lease.Delivery, r.Lease.Token, string(r.State), nullTime(r.Due), string(text)
	}
	return []any{ids, tokens, states, dues, attempts, webhook.KeptAttempts}, nil
}

// settleDeliveries returns the endpoint of each result that was taken, by its place from 0.
func settleDeliveries(ctx context.Context, tx pgx.Tx, args []any) (map[int]string, error) {
	rows, err := tx.Query(ctx, settle, args...)
	if err != nil {
		return nil, err
	}
	settled := make(map[int]string)
	var place int
	var endpoint string
	_, err = pgx.ForEachRow(rows, []any{&place, &endpoint}, func() error {
		settled[place-1] = endpoint
		return nil
	})
	return settled, err
}

// settleEndpoints changes endpoints in one round trip, and in one order, so that two
// transactions do not wait for each other.
func settleEndpoints(ctx context.Context, tx pgx.Tx, results []webhook.Result, settled map[int]string) error {
	type change struct {
		succeeded, disable bool
		failures           int
		pause              time.Time
	}
	changes := make(map[string]*change)
	for _, place := range slices.Sorted(maps.Keys(settled)) {
		r, c := &results[place], changes[settled[place]]
		if c == nil {
			c = new(change)
			changes[settled[place]] = c
		}
		c.failures++
		if r.Attempt.Failure == "" {
			c.succeeded, c.failures = true, 0
		}
		if r.Pause.After(c.pause) {
			c.pause = r.Pause
		}
		c.disable = c.disable || r.Disable
	}
	if len(changes) == 0 {
		return nil
	}
	batch := new(pgx.Batch)
	for _, id := range slices.Sorted(maps.Keys(changes)) {
		c := changes[id]
		batch.Queue(settleEndpoint, id, c.succeeded, c.failures, nullTime(c.pause), c.disable, string(webhook.DisabledGone))
	}
	return tx.SendBatch(ctx, batch).Close()
}
