package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// hooks are the [webhook.Events] and the [webhook.Registrar] of a transaction.
type hooks struct{ tx *Tx }

// Transactional implements [webhook.Events].
func (hooks) Transactional() {}

// wanting are the endpoints of an owner that want events of a type.
const wanting = ` FROM webhook_endpoints WHERE owner = ? AND disabled = ''
	AND (types = '[]' OR EXISTS (SELECT 1 FROM json_each(types) WHERE value = ?))`

// Append implements [webhook.Events].
func (h hooks) Append(ctx context.Context, e webhook.Event) error {
	if err := h.append(ctx, e); err != nil {
		return fmt.Errorf("sqlitestore: append webhook event %s: %w", e.Type, err)
	}
	return nil
}

func (h hooks) append(ctx context.Context, e webhook.Event) error {
	at, owner := micros(e.At), string(e.Owner)
	saved, err := h.tx.Exec(ctx, `INSERT INTO webhook_events (id, type, created_at, body) SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1`+wanting+`)`,
		e.ID, e.Type, at, e.Body, owner, e.Type)
	if n, err := affected(saved, err); err != nil || n == 0 { // nobody wants it
		return err
	}
	event, err := saved.LastInsertId()
	if err != nil {
		return err
	}
	// The ID begins with the time, so that the newest are neighbours in its index.
	_, err = h.tx.Exec(ctx, `INSERT INTO webhook_deliveries (id, endpoint, event, state, created_at, due_at)
		SELECT 'dlv_' || printf('%014x', ?1) || lower(hex(randomblob(10))), number, ?2, 'pending', ?1, ?1`+wanting, at, event, owner, e.Type)
	return err
}

// AddEndpoint implements [webhook.Registrar]. Its secrets are stored as they are: who can
// read the file can sign.
func (h hooks) AddEndpoint(ctx context.Context, e webhook.Endpoint) error {
	types, err := json.Marshal(append([]string{}, e.Types...))
	if err != nil {
		return fmt.Errorf("sqlitestore: add webhook endpoint: %w", err)
	}
	n, err := affected(h.tx.Exec(ctx, `INSERT INTO webhook_endpoints
			(id, owner, url, types, created_at, secret, previous_secret, previous_until, disabled, failures, paused_until)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE (SELECT count(*) FROM webhook_endpoints WHERE owner = ?2) < ?12`,
		e.ID, string(e.Owner), e.URL, string(types), micros(e.Created), e.Secret.Reveal(), e.Previous.Reveal(), micros(e.PreviousUntil),
		string(e.Disabled), e.Failures, micros(e.Paused), webhook.MaxEndpoints))
	if err != nil {
		return fmt.Errorf("sqlitestore: add webhook endpoint: %w", err)
	}
	if n == 0 {
		return webhook.ErrTooManyEndpoints
	}
	return nil
}

// UpdateEndpoint implements [webhook.Registrar].
func (h hooks) UpdateEndpoint(ctx context.Context, owner tenon.Caller, id string, change func(*webhook.Endpoint) error) (webhook.Endpoint, error) {
	e, err := scanEndpoint(h.tx.QueryRow(ctx, selectEndpoint, string(owner), id))
	if errors.Is(err, sql.ErrNoRows) {
		return webhook.Endpoint{}, webhook.ErrNotFound
	}
	if err != nil {
		return webhook.Endpoint{}, fmt.Errorf("sqlitestore: read webhook endpoint: %w", err)
	}
	if err := change(&e); err != nil {
		return webhook.Endpoint{}, err
	}
	types, err := json.Marshal(append([]string{}, e.Types...))
	if err == nil {
		e, err = scanEndpoint(h.tx.QueryRow(ctx, `UPDATE webhook_endpoints AS e SET url = ?, types = ?, secret = ?, previous_secret = ?,
				previous_until = ?, disabled = ?, failures = ?, paused_until = ? WHERE owner = ? AND id = ? RETURNING `+returnedColumns,
			e.URL, string(types), e.Secret.Reveal(), e.Previous.Reveal(), micros(e.PreviousUntil), string(e.Disabled), e.Failures, micros(e.Paused),
			string(owner), id))
	}
	if err != nil {
		return webhook.Endpoint{}, fmt.Errorf("sqlitestore: update webhook endpoint: %w", err)
	}
	return e, nil
}
