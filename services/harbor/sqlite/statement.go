package sqlite

import (
	"context"
	"database/sql"
	"sync/atomic"
)

const (
	insertKey = `INSERT INTO idempotency_keys (owner, operation, key, fingerprint, status, body, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

	selectKey = `SELECT fingerprint, status, body FROM idempotency_keys
		WHERE owner = ? AND operation = ? AND key = ?`

	insertOrder = `INSERT INTO orders (id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

	selectOrder = `SELECT id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes FROM orders
		WHERE id = ?`

	selectList = `SELECT id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes FROM orders
		WHERE customer_id = ? AND (created_at, id) < (?, ?)
		ORDER BY created_at DESC, id DESC LIMIT ?`
)

// prepare says which pool runs which statement.
func (s *Store) prepare() {
	s.insertKey = &statement{db: s.writer, text: insertKey}
	s.insertOrder = &statement{db: s.writer, text: insertOrder}
	s.selectKey = &statement{db: s.reader, text: selectKey}
	s.selectOrder = &statement{db: s.reader, text: selectOrder}
	s.selectList = &statement{db: s.reader, text: selectList}
}

// A statement is prepared when it is first used, because the tables are there
// only after Migrate. It is closed with its pool.
type statement struct {
	db    *sql.DB
	text  string
	ready atomic.Pointer[sql.Stmt]
}

// get returns the prepared statement. On the writer, a caller must not hold the
// connection: preparing takes it.
func (s *statement) get(ctx context.Context) (*sql.Stmt, error) {
	if stmt := s.ready.Load(); stmt != nil {
		return stmt, nil
	}
	stmt, err := s.db.PrepareContext(ctx, s.text)
	if err != nil {
		return nil, err
	}
	if s.ready.CompareAndSwap(nil, stmt) {
		return stmt, nil
	}
	// Somebody else was first; theirs stays.
	if err := stmt.Close(); err != nil {
		return nil, err
	}
	return s.ready.Load(), nil
}
