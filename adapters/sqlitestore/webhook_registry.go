package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

const (
	// returnedColumns are those that an endpointRow reads.
	returnedColumns = `id, owner, url, types, created_at, secret, previous_secret, previous_until, disabled, failures, paused_until`
	endpointColumns = `e.id, e.owner, e.url, e.types, e.created_at, e.secret, e.previous_secret, e.previous_until, e.disabled, e.failures, e.paused_until`

	selectEndpoint  = `SELECT ` + endpointColumns + ` FROM webhook_endpoints e WHERE e.owner = ? AND e.id = ?`
	selectEndpoints = `SELECT ` + endpointColumns + ` FROM webhook_endpoints e WHERE e.owner = ? ORDER BY e.number`
)

// An endpointRow reads an endpoint.
type endpointRow struct {
	e                      webhook.Endpoint
	types                  []byte
	secret, previous       string
	created, until, paused int64
}

// columns returns where endpointColumns go.
func (r *endpointRow) columns() []any {
	e := &r.e
	return []any{&e.ID, &e.Owner, &e.URL, &r.types, &r.created, &r.secret, &r.previous, &r.until, &e.Disabled, &e.Failures, &r.paused}
}

// endpoint returns what was read.
func (r *endpointRow) endpoint() (webhook.Endpoint, error) {
	e := r.e
	e.Created, e.PreviousUntil, e.Paused = fromMicros(r.created), fromMicros(r.until), fromMicros(r.paused)
	var errPrevious error
	errTypes := json.Unmarshal(r.types, &e.Types)
	secret, err := webhook.ParseSecret(r.secret)
	if r.previous != "" {
		e.Previous, errPrevious = webhook.ParseSecret(r.previous)
	}
	e.Secret = secret
	return e, errors.Join(errTypes, err, errPrevious)
}

// scanEndpoint reads endpointColumns.
func scanEndpoint(row interface{ Scan(dest ...any) error }) (webhook.Endpoint, error) {
	var r endpointRow
	if err := row.Scan(r.columns()...); err != nil {
		return webhook.Endpoint{}, err
	}
	return r.endpoint()
}

// AddEndpoint implements [webhook.Registry].
func (w *Webhooks) AddEndpoint(ctx context.Context, e webhook.Endpoint) error {
	return w.store.Write(ctx, func(ctx context.Context, tx *Tx) error { return hooks{tx}.AddEndpoint(ctx, e) })
}

// UpdateEndpoint implements [webhook.Registry].
func (w *Webhooks) UpdateEndpoint(ctx context.Context, owner tenon.Caller, id string, change func(*webhook.Endpoint) error) (e webhook.Endpoint, err error) {
	err = w.store.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		e, err = hooks{tx}.UpdateEndpoint(ctx, owner, id, change)
		return err
	})
	return e, err
}

// Endpoint implements [webhook.Registry].
func (w *Webhooks) Endpoint(ctx context.Context, owner tenon.Caller, id string) (webhook.Endpoint, error) {
	e, err := scanEndpoint(w.store.reader.QueryRow(ctx, selectEndpoint, string(owner), id))
	if errors.Is(err, sql.ErrNoRows) {
		return webhook.Endpoint{}, webhook.ErrNotFound
	}
	if err != nil {
		return webhook.Endpoint{}, fmt.Errorf("sqlitestore: read webhook endpoint: %w", err)
	}
	return e, nil
}

// Endpoints implements [webhook.Registry].
func (w *Webhooks) Endpoints(ctx context.Context, owner tenon.Caller) ([]webhook.Endpoint, error) {
	rows, err := w.store.reader.Query(ctx, selectEndpoints, string(owner))
	found, err := collect(rows, err, scanEndpoint)
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: read webhook endpoints: %w", err)
	}
	return found, nil
}

// collect reads all rows of a query, or returns its error.
func collect[T any](rows *Rows, err error, scan func(interface{ Scan(dest ...any) error }) (T, error)) (list []T, _ error) {
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		list = append(list, v)
	}
	return list, errors.Join(rows.Err(), rows.Close())
}

// selectDeliveries has at least one row if there is such an endpoint, with nothing in it if that has no delivery.
const selectDeliveries = `SELECT d.id, v.id, v.type, d.state, d.created_at, d.due_at, d.log
	FROM webhook_endpoints e
	LEFT JOIN webhook_deliveries d ON d.endpoint = e.number AND (d.created_at, d.id) < (?, ?)
	LEFT JOIN webhook_events v ON v.number = d.event
	WHERE e.owner = ? AND e.id = ? ORDER BY d.created_at DESC, d.id DESC LIMIT ?`

// Deliveries implements [webhook.Registry].
func (w *Webhooks) Deliveries(ctx context.Context, owner tenon.Caller, endpoint string, after *webhook.Position, limit int) ([]webhook.Delivery, error) {
	if limit < 1 { // SQLite takes a negative limit for none
		return nil, fmt.Errorf("sqlitestore: list webhook deliveries: limit is %d, want 1 or more", limit)
	}
	before, id := int64(math.MaxInt64), ""
	if after != nil {
		before, id = micros(after.Created), after.ID
	}
	rows, err := w.store.reader.Query(ctx, selectDeliveries, before, id, string(owner), endpoint, limit)
	found, err := collect(rows, err, scanDelivery)
	switch {
	case err != nil:
		return nil, fmt.Errorf("sqlitestore: list webhook deliveries: %w", err)
	case len(found) == 0:
		return nil, webhook.ErrNotFound
	case found[0].ID == "":
		return nil, nil
	}
	for i := range found {
		found[i].Endpoint = endpoint
	}
	return found, nil
}

func scanDelivery(row interface{ Scan(dest ...any) error }) (d webhook.Delivery, err error) {
	var id, event, typ, state sql.NullString
	var created, due sql.NullInt64
	var log []byte
	if err := row.Scan(&id, &event, &typ, &state, &created, &due, &log); err != nil || !id.Valid {
		return d, err
	}
	d = webhook.Delivery{
		ID: id.String, Event: event.String, Type: typ.String, State: webhook.State(state.String),
		Created: fromMicros(created.Int64), Due: fromMicros(due.Int64),
	}
	d.Attempts, err = readLog(log)
	return d, err
}

// Replay implements [webhook.Registry].
func (w *Webhooks) Replay(ctx context.Context, owner tenon.Caller, delivery string, at time.Time) error {
	err := w.store.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var number, endpoint int64
		var disabled string
		var leased bool
		err := tx.QueryRow(ctx, `SELECT d.number, e.number, e.disabled, d.state = 'pending' AND d.token IS NOT NULL AND d.leased_until > ?
			FROM webhook_deliveries d JOIN webhook_endpoints e ON e.number = d.endpoint WHERE d.id = ? AND e.owner = ?`,
			micros(at), delivery, string(owner)).Scan(&number, &endpoint, &disabled, &leased)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return webhook.ErrNotFound
		case err != nil:
			return err
		case disabled != "":
			return webhook.ErrDisabled
		case leased:
			return nil
		}
		_, err = tx.Exec(ctx, `UPDATE webhook_deliveries SET state = 'pending', due_at = ?, tries = 0, token = NULL, leased_until = 0 WHERE number = ?`, micros(at), number)
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE webhook_endpoints SET failures = 0, paused_until = 0 WHERE number = ?`, endpoint)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("sqlitestore: replay webhook delivery: %w", err)
	}
	return nil
}
