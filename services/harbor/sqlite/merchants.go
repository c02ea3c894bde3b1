package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tenonapi/tenon/adapters/sqlitestore"

	"github.com/tenonapi/tenon/services/harbor"
)

// Merchant implements [harbor.Merchants].
func (s *Store) Merchant(ctx context.Context, id harbor.MerchantID) (harbor.Merchant, error) {
	m, err := scanMerchant(s.Reader().Lookup(ctx, "SELECT id, name FROM merchants WHERE id = ?", string(id)))
	if err != nil {
		return harbor.Merchant{}, fmt.Errorf("read merchant %q: %w", id, err)
	}
	return m, nil
}

// KeyOwner implements [harbor.Merchants].
func (s *Store) KeyOwner(ctx context.Context, key harbor.APIKey) (harbor.Merchant, error) {
	m, err := s.owners.Get(ctx, key.Hash())
	if err != nil {
		return harbor.Merchant{}, fmt.Errorf("read merchant of an API key: %w", err)
	}
	return m, nil
}

func (s *Store) keyOwner(ctx context.Context, hash [sha256.Size]byte) (harbor.Merchant, error) {
	return scanMerchant(s.Reader().Lookup(ctx,
		"SELECT m.id, m.name FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.hash = ?", hash[:]))
}

func scanMerchant(row sqlitestore.Row) (m harbor.Merchant, err error) {
	if err = row.Scan((*string)(&m.ID), &m.Name); errors.Is(err, sql.ErrNoRows) {
		err = harbor.ErrMerchantNotFound
	}
	return m, err
}

// AddMerchant implements [harbor.Merchants].
func (s *Store) AddMerchant(ctx context.Context, m harbor.Merchant, key harbor.APIKey) error {
	if err := m.Check(); err != nil {
		return err
	}
	err := s.Write(ctx, func(ctx context.Context, tx *sqlitestore.Tx) error {
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
	err = s.Write(ctx, func(ctx context.Context, tx *sqlitestore.Tx) error {
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
	const isIt = "SELECT count(*) = 1 AND coalesce(max(hash) = ?, 0) FROM api_keys WHERE merchant_id = ?"
	hash := key.Hash()
	var is bool
	if err := s.Reader().QueryRow(ctx, isIt, hash[:], string(m.ID)).Scan(&is); err == nil && is {
		return nil // so that a service starts on a full disk
	}
	err := s.Write(ctx, func(ctx context.Context, tx *sqlitestore.Tx) error {
		if _, err := addMerchant(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM api_keys WHERE merchant_id = ?", string(m.ID)); err != nil {
			return err
		}
		return addKey(ctx, tx, m.ID, key)
	})
	if err != nil {
		return fmt.Errorf("set API key of merchant %q: %w", m.ID, err)
	}
	return nil
}

// addMerchant adds m, or does nothing if its ID is there.
func addMerchant(ctx context.Context, tx *sqlitestore.Tx, m harbor.Merchant) (added bool, err error) {
	result, err := tx.Exec(ctx, "INSERT INTO merchants (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		string(m.ID), m.Name, time.Now().UnixMicro())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func addKey(ctx context.Context, tx *sqlitestore.Tx, m harbor.MerchantID, key harbor.APIKey) error {
	hash := key.Hash()
	result, err := tx.Exec(ctx, "INSERT INTO api_keys (hash, merchant_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		hash[:], string(m), time.Now().UnixMicro())
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return errors.New("the API key is in use already")
}
