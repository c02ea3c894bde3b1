package pgstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// endpointColumns are those that an endpointRow reads.
const endpointColumns = `e.id, e.owner, e.url, e.types, e.created_at, e.secret, e.previous_secret, e.previous_until, e.disabled, e.failures, e.paused_until`

// An endpointRow reads an endpoint.
type endpointRow struct {
	e                webhook.Endpoint
	secret, previous string
	until, paused    *time.Time
}

// columns returns where endpointColumns go.
func (r *endpointRow) columns() []any {
	e := &r.e
	return []any{&e.ID, &e.Owner, &e.URL, &e.Types, &e.Created, &r.secret, &r.previous, &r.until, &e.Disabled, &e.Failures, &r.paused}
}

// endpoint returns what was read.
func (r *endpointRow) endpoint() (webhook.Endpoint, error) {
	e := r.e
	e.Created, e.PreviousUntil, e.Paused = e.Created.UTC(), orZero(r.until), orZero(r.paused)
	var err, errPrevious error
	e.Secret, err = webhook.ParseSecret(r.secret)
	if r.previous != "" {
		e.Previous, errPrevious = webhook.ParseSecret(r.previous)
	}
	return e, errors.Join(err, errPrevious)
}

// orZero is the opposite of nullTime.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// scanEndpoint reads endpointColumns.
func scanEndpoint(row pgx.CollectableRow) (webhook.Endpoint, error) {
	r := new(endpointRow)
	if err := row.Scan(r.columns()...); err != nil {
		return webhook.Endpoint{}, err
	}
	return r.endpoint()
}

// AddEndpoint implements [webhook.Registry].
func (w *Webhooks) AddEndpoint(ctx context.Context, e webhook.Endpoint) error {
	return w.store.write(ctx, func(tx *Tx) error { return hooks{tx}.AddEndpoint(ctx, e) })
}

// UpdateEndpoint implements [webhook.Registry].
func (w *Webhooks) UpdateEndpoint(ctx context.Context, owner tenon.Caller, id string, change func(*webhook.Endpoint) error) (e webhook.Endpoint, err error) {
	err = w.store.write(ctx, func(tx *Tx) (err error) {
		e, err = hooks{tx}.UpdateEndpoint(ctx, owner, id, change)
		return err
	})
	return e, err
}

// Endpoint implements [webhook.Registry].
func (w *Webhooks) Endpoint(ctx context.Context, owner tenon.Caller, id string) (webhook.Endpoint, error) {
	if !isText(id) {
		return webhook.Endpoint{}, webhook.ErrNotFound
	}
	found, err := w.endpoints(ctx, "e.owner = $1 AND e.id = $2", string(owner), id)
	if err == nil && len(found) == 0 {
		err = webhook.ErrNotFound
	}
	if err != nil {
		return webhook.Endpoint{}, err
	}
	return found[0], nil
}

// Endpoints implements [webhook.Registry].
func (w *Webhooks) Endpoints(ctx context.Context, owner tenon.Caller) ([]webhook.Endpoint, error) {
	return w.endpoints(ctx, "e.owner = $1", string(owner))
}

func (w *Webhooks) endpoints(ctx context.Context, condition string, args ...any) (found []webhook.Endpoint, err error) {
	err = w.store.read(ctx, "read webhook endpoints", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT "+endpointColumns+" FROM webhook_endpoints e WHERE "+condition+" ORDER BY e.number", args...)
		if err == nil {
			found, err = pgx.CollectRows(rows, scanEndpoint)
		}
		return err
	})
	return found, err
}

// deliveries answers at least one row if there is such an endpoint: $1 its owner, $2 its ID, $3 limit,
// $4 and $5 the position, of which the time is null for the first page.
const deliveries = `SELECT d.id, d.event, d.type, d.state, d.created_at, d.due_at, d.log FROM webhook_endpoints e
	LEFT JOIN LATERAL (
		SELECT d.*, v.type FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event
		WHERE d.endpoint = e.id AND ($4::timestamptz IS NULL OR (d.created_at, d.id) < ($4, $5))
		ORDER BY d.created_at DESC, d.id DESC LIMIT $3
	) d ON true
	WHERE e.owner = $1 AND e.id = $2 ORDER BY d.created_at DESC, d.id DESC`

// Deliveries implements [webhook.Registry].
func (w *Webhooks) Deliveries(ctx context.Context, owner tenon.Caller, endpoint string, after *webhook.Position, limit int) (found []webhook.Delivery, err error) {
	if !isText(endpoint) {
		return nil, webhook.ErrNotFound
	}
	var position webhook.Position
	if after != nil {
		position = *after
	}
	err = w.store.read(ctx, "list webhook deliveries", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, deliveries, string(owner), endpoint, limit, nullTime(position.Created), position.ID)
		if err != nil {
			return err
		}
		var id, event, typ, state *string
		var created, due *time.Time
		var log []byte
		tag, err := pgx.ForEachRow(rows, []any{&id, &event, &typ, &state, &created, &due, &log}, func() error {
			if id == nil { // there is nothing but the endpoint
				return nil
			}
			d := webhook.Delivery{
				ID: *id, Endpoint: endpoint, Event: *event, Type: *typ, State: webhook.State(*state), Created: orZero(created), Due: orZero(due),
			}
			if d.Attempts, err = readAttempts(log); err != nil {
				return err
			}
			found = append(found, d)
			return nil
		})
		if err == nil && tag.RowsAffected() == 0 {
			err = webhook.ErrNotFound
		}
		return err
	})
	return found, err
}

func readAttempts(log []byte) ([]webhook.Attempt, error) {
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

// Replay implements [webhook.Registry]. Deliveries are locked before endpoints, as by Settle.
func (w *Webhooks) Replay(ctx context.Context, owner tenon.Caller, delivery string, at time.Time) error {
	if !isText(delivery) {
		return webhook.ErrNotFound
	}
	return w.store.write(ctx, func(tx *Tx) error {
		var endpoint, disabled string
		var leased bool
		err := tx.QueryRow(ctx, `SELECT e.id, e.disabled, d.state = 'pending' AND coalesce(d.leased_until > $3, false)
			FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint WHERE d.id = $1 AND e.owner = $2 FOR UPDATE OF d`,
			delivery, string(owner), at).Scan(&endpoint, &disabled, &leased)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return webhook.ErrNotFound
		case err != nil:
			return fmt.Errorf("pgstore: replay webhook delivery: %w", err)
		case disabled != "":
			return webhook.ErrDisabled
		case leased:
			return nil
		}
		batch := new(pgx.Batch)
		batch.Queue("UPDATE webhook_deliveries SET state = 'pending', due_at = $2, tries = 0, token = NULL, leased_until = NULL WHERE id = $1", delivery, at)
		batch.Queue("UPDATE webhook_endpoints SET failures = 0, paused_until = NULL WHERE id = $1", endpoint)
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("pgstore: replay webhook delivery: %w", err)
		}
		return nil
	})
}
