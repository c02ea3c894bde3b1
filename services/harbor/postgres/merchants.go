package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon/adapters/pgstore"

	"github.com/tenonapi/tenon/services/harbor"
)

// Merchant implements [harbor.Merchants].
func (s *Store) Merchant(ctx context.Context, id harbor.MerchantID) (harbor.Merchant, error) {
	if !utf8.ValidString(string(id)) || strings.Contains(string(id), "\x00") { // the subject of a token, which the server would not take
		return harbor.Merchant{}, fmt.Errorf("read merchant %q: %w", id, harbor.ErrMerchantNotFound)
	}
	m, err := s.merchant(ctx, "SELECT id, name FROM merchants WHERE id = $1", string(id))
	if err != nil {
		return harbor.Merchant{}, fmt.Errorf("read merchant %q: %w", id, err)
	}
	return m, nil
}

// KeyOwner implements [harbor.Merchants].
func (s *Store) KeyOwner(ctx context.Context, key harbor.APIKey) (harbor.Merchant, error) {
	m, err := s.owners.Get(ctx, key.Hash())
	if errors.Is(err, pgx.ErrNoRows) {
		err = harbor.ErrMerchantNotFound
	}
	if err != nil {
		return harbor.Merchant{}, fmt.Errorf("read merchant of an API key: %w", err)
	}
	return m, nil
}

func (s *Store) merchant(ctx context.Context, query string, argument any) (m harbor.Merchant, err error) {
	if err = s.row(ctx, query, []any{argument}, (*string)(&m.ID), &m.Name); errors.Is(err, pgx.ErrNoRows) {
		err = harbor.ErrMerchantNotFound
	}
	return m, err
}

const selectOwner = "SELECT m.id, m.name FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.hash = $1"

func scanMerchant(row pgx.CollectableRow) (m harbor.Merchant, err error) {
	err = row.Scan((*string)(&m.ID), &m.Name)
	return m, err
}

// AddMerchant implements [harbor.Merchants].
func (s *Store) AddMerchant(ctx context.Context, m harbor.Merchant, key harbor.APIKey) error {
	if err := m.Check(); err != nil {
		return err
	}
	err := s.changeKeys(ctx, func(ctx context.Context, tx *pgstore.Tx) error {
		added, err := addMerchant(ctx, tx, m)
		if err == nil && !added {
			err = errors.New("there is one with this ID")
		}
		if err != nil {
			return err
		}
		return addKey(ctx, tx, m.ID, key)
	})
	if err != nil {
		return fmt.Errorf("add merchant %q: %w", m.ID, err)
	}
	return nil
}

// AddFirstMerchant implements [harbor.Merchants].
func (s *Store) AddFirstMerchant(ctx context.Context, m harbor.Merchant, key harbor.APIKey) (added bool, err error) {
	err = s.changeKeys(ctx, func(ctx context.Context, tx *pgstore.Tx) error {
		var keys bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM api_keys)").Scan(&keys); err != nil || keys {
			return err
		}
		added = true
		if _, err := addMerchant(ctx, tx, m); err != nil {
			return err
		}
		return addKey(ctx, tx, m.ID, key)
	})
	if err != nil {
		return false, fmt.Errorf("add first merchant %q: %w", m.ID, err)
	}
	return added, nil
}

// SetKey implements [harbor.Merchants].
func (s *Store) SetKey(ctx context.Context, m harbor.Merchant, key harbor.APIKey) error {
	const isIt = "SELECT count(*) = 1 AND coalesce(bool_and(hash = $1), false) FROM api_keys WHERE merchant_id = $2"
	hash := key.Hash()
	var is bool
	if err := s.row(ctx, isIt, []any{hash[:], string(m.ID)}, &is); err == nil && is {
		return nil // so that a service starts on a full disk
	}
	err := s.changeKeys(ctx, func(ctx context.Context, tx *pgstore.Tx) error {
		if _, err := addMerchant(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM api_keys WHERE merchant_id = $1", string(m.ID)); err != nil {
			return err
		}
		return addKey(ctx, tx, m.ID, key)
	})
	if err != nil {
		return fmt.Errorf("set API key of merchant %q: %w", m.ID, err)
	}
	return nil
}

// changeKeys runs fn in a transaction while nobody else changes keys: each statement sees what
// those before have done. Keys are read meanwhile.
func (s *Store) changeKeys(ctx context.Context, fn func(context.Context, *pgstore.Tx) error) error {
	return s.Write(ctx, func(ctx context.Context, tx *pgstore.Tx) error {
		if _, err := tx.Exec(ctx, "LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// addMerchant adds m, or does nothing if its ID is there.
func addMerchant(ctx context.Context, tx *pgstore.Tx, m harbor.Merchant) (added bool, err error) {
	tag, err := tx.Exec(ctx, "INSERT INTO merchants (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", string(m.ID), m.Name, time.Now())
	return tag.RowsAffected() > 0, err
}

func addKey(ctx context.Context, tx *pgstore.Tx, m harbor.MerchantID, key harbor.APIKey) error {
	hash := key.Hash()
	tag, err := tx.Exec(ctx, "INSERT INTO api_keys (hash, merchant_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", hash[:], string(m), time.Now())
	if err == nil && tag.RowsAffected() == 0 {
		err = errors.New("the API key is in use already")
	}
	return err
}
