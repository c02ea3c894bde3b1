package sqlite

import (
	"context"
	"database/sql"
	"sync/atomic"
)

const (
	orderColumns = `id, merchant_id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes`

	insertOrder = `INSERT INTO orders (` + orderColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

	selectOrder = `SELECT ` + orderColumns + ` FROM orders WHERE id = ? AND merchant_id = ?`

	selectList = `SELECT ` + orderColumns + ` FROM orders
		WHERE merchant_id = ? AND customer_id = ? AND (created_at, id) < (?, ?)
		ORDER BY created_at DESC, id DESC LIMIT ?`

	// A record is replaced only if it had expired when the new one was made.
	insertRecord = `INSERT INTO idempotency_keys (owner, operation, key, fingerprint, status, header, body, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status, header = excluded.header,
			body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
		WHERE idempotency_keys.expires_at <= excluded.created_at`

	selectRecord = `SELECT fingerprint, status, header, body, created_at, expires_at FROM idempotency_keys
		WHERE owner = ? AND operation = ? AND key = ?`

	selectMerchant = `SELECT id, name FROM merchants WHERE id = ?`

	selectKeyOwner = `SELECT m.id, m.name FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.hash = ?`
)

// statements are those that requests run.
type statements struct {
	insertOrder, insertRecord                                             *statement // on the writer
	selectOrder, selectList, selectRecord, selectMerchant, selectKeyOwner *statement // on the readers
}

// prepare says which pool runs which statement.
func (s *Store) prepare() {
	write := func(text string) *statement { return &statement{db: s.writer, text: text} }
	read := func(text string) *statement { return &statement{db: s.reader, text: text} }
	s.statements = statements{
		insertOrder: write(insertOrder), insertRecord: write(insertRecord),
		selectOrder: read(selectOrder), selectList: read(selectList), selectRecord: read(selectRecord),
		selectMerchant: read(selectMerchant), selectKeyOwner: read(selectKeyOwner),
	}
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
