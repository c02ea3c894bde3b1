package pgstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// AddEndpoint implements [webhook.Registrar].
func (h hooks) AddEndpoint(ctx context.Context, e webhook.Endpoint) error {
	// Others that add one for this owner would count without this one.
	_, err := h.tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", lockOf("webhook endpoints", string(e.Owner)))
	if err != nil {
		return fmt.Errorf("pgstore: add webhook endpoint: %w", err)
	}
	tag, err := h.tx.Exec(ctx, `INSERT INTO webhook_endpoints
			(id, owner, url, types, created_at, secret, previous_secret, previous_until, disabled, failures, paused_until)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE (SELECT count(*) FROM webhook_endpoints WHERE owner = $2) < $12`,
		e.ID, string(e.Owner), e.URL, array(e.Types), e.Created, e.Secret.Reveal(), e.Previous.Reveal(), nullTime(e.PreviousUntil),
		string(e.Disabled), e.Failures, nullTime(e.Paused), webhook.MaxEndpoints)
	if err != nil {
		return fmt.Errorf("pgstore: add webhook endpoint: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return webhook.ErrTooManyEndpoints
	}
	return nil
}

// UpdateEndpoint implements [webhook.Registrar]. change runs while the row is locked.
func (h hooks) UpdateEndpoint(ctx context.Context, owner tenon.Caller, id string, change func(*webhook.Endpoint) error) (webhook.Endpoint, error) {
	if !isText(id) {
		return webhook.Endpoint{}, webhook.ErrNotFound
	}
	e, err := h.endpoint(ctx, "SELECT "+endpointColumns+" FROM webhook_endpoints e WHERE e.owner = $1 AND e.id = $2 FOR NO KEY UPDATE", string(owner), id)
	if errors.Is(err, pgx.ErrNoRows) {
		return webhook.Endpoint{}, webhook.ErrNotFound
	}
	if err != nil {
		return webhook.Endpoint{}, fmt.Errorf("pgstore: read webhook endpoint: %w", err)
	}
	if err := change(&e); err != nil {
		return webhook.Endpoint{}, err
	}
	e, err = h.endpoint(ctx, `UPDATE webhook_endpoints e SET url = $2, types = $3, secret = $4, previous_secret = $5, previous_until = $6,
			disabled = $7, failures = $8, paused_until = $9 WHERE e.id = $1 RETURNING `+endpointColumns,
		id, e.URL, array(e.Types), e.Secret.Reveal(), e.Previous.Reveal(), nullTime(e.PreviousUntil), string(e.Disabled), e.Failures, nullTime(e.Paused))
	if err != nil {
		return webhook.Endpoint{}, fmt.Errorf("pgstore: update webhook endpoint: %w", err)
	}
	return e, nil
}

// isText reports whether PostgreSQL takes s as a text: an ID that clients have made up may be none.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// endpoint returns the only one of a statement.
func (h hooks) endpoint(ctx context.Context, statement string, args ...any) (webhook.Endpoint, error) {
	rows, err := h.tx.Query(ctx, statement, args...)
	if err != nil {
		return webhook.Endpoint{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanEndpoint)
}

// array returns list, which as nil would be NULL.
func array(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
