package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
)

// Merchant returns one merchant, or [harbor.ErrMerchantNotFound].
func (s *Store) Merchant(ctx context.Context, id harbor.MerchantID) (harbor.Merchant, error) {
	m, err := scanMerchant(ctx, s.selectMerchant, string(id))
	if err != nil {
		return harbor.Merchant{}, wrap(err, "read merchant %q", id)
	}
	return m, nil
}

// KeyOwner returns the merchant for whom a key is, or [harbor.ErrMerchantNotFound].
func (s *Store) KeyOwner(ctx context.Context, key harbor.APIKey) (harbor.Merchant, error) {
	hash := key.Hash()
	m, err := scanMerchant(ctx, s.selectKeyOwner, hash[:])
	if err != nil {
		return harbor.Merchant{}, wrap(err, "read merchant of an API key")
	}
	return m, nil
}

func scanMerchant(ctx context.Context, query *statement, argument any) (m harbor.Merchant, err error) {
	stmt, err := query.get(ctx)
	if err != nil {
		return m, err
	}
	if err = stmt.QueryRowContext(ctx, argument).Scan(&m.ID, &m.Name); errors.Is(err, sql.ErrNoRows) {
		err = harbor.ErrMerchantNotFound
	}
	return m, err
}

// AddMerchant adds a merchant with its key. It is an error if either is there already.
func (s *Store) AddMerchant(ctx context.Context, m harbor.Merchant, key harbor.APIKey) error {
	if err := m.Check(); err != nil {
		return err
	}
	err := s.write(ctx, func(ctx context.Context, tx *transaction) error {
		added, err := tx.addMerchant(ctx, m)
		if err == nil && !added {
			err = errors.New("there is one with this ID")
		}
		if err != nil {
			return err
		}
		return tx.addKey(ctx, m.ID, key)
	})
	if err != nil {
		return wrap(err, "add merchant %q", m.ID)
	}
	return nil
}

// AddFirstMerchant is [Store.AddMerchant] while there is no key for anybody, even if
// the merchant is there already. When several processes call it at once, one adds.
func (s *Store) AddFirstMerchant(ctx context.Context, m harbor.Merchant, key harbor.APIKey) (added bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *transaction) error {
		var keys bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM api_keys)").Scan(&keys); err != nil || keys {
			return err
		}
		added = true
		if _, err := tx.addMerchant(ctx, m); err != nil {
			return err
		}
		return tx.addKey(ctx, m.ID, key)
	})
	if err != nil {
		return false, wrap(err, "add first merchant %q", m.ID)
	}
	return added, nil
}

// SetKey makes key the only one of a merchant, which is added if it is not there.
func (s *Store) SetKey(ctx context.Context, m harbor.Merchant, key harbor.APIKey) error {
	err := s.write(ctx, func(ctx context.Context, tx *transaction) error {
		if _, err := tx.addMerchant(ctx, m); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM api_keys WHERE merchant_id = ?", string(m.ID)); err != nil {
			return err
		}
		return tx.addKey(ctx, m.ID, key)
	})
	if err != nil {
		return wrap(err, "set API key of merchant %q", m.ID)
	}
	return nil
}

// addMerchant adds m, or does nothing if its ID is there.
func (tx *transaction) addMerchant(ctx context.Context, m harbor.Merchant) (added bool, err error) {
	result, err := tx.ExecContext(ctx, "INSERT INTO merchants (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		string(m.ID), m.Name, time.Now().UnixMicro())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (tx *transaction) addKey(ctx context.Context, m harbor.MerchantID, key harbor.APIKey) error {
	hash := key.Hash()
	result, err := tx.ExecContext(ctx, "INSERT INTO api_keys (hash, merchant_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		hash[:], string(m), time.Now().UnixMicro())
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fmt.Errorf("the API key is in use already")
}
