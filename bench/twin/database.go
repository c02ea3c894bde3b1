package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A database has the tables of Harbor. One pool writes, the other one reads; they may
// be the same. Its statements are prepared when it is opened.
type database struct {
	writer, reader *sql.DB
	dialect
	insertOrder, insertEvent, insertDeliveries, insertRecord *sql.Stmt // on the writer
	selectOwner, selectRecord, selectOrder, selectOrders     *sql.Stmt // on the reader
}

// A dialect is what the databases do differently.
type dialect struct {
	number func(statement string) string // writes parameters, ? in the statements, as the database has them
	id     func(uuid.UUID) any
	time   func(time.Time) any
	newest time.Time // later than all orders
	// The two statements that append an event; only the first if it does all. Their parameters are id,
	// owner, type, time and, of the first, body.
	event, deliveries string

	claim string // takes a key among all processes until the transaction ends; empty where one process writes
}

const (
	orderColumns = `id, merchant_id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes`

	insertOrder  = `INSERT INTO orders (` + orderColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	selectOrder  = `SELECT ` + orderColumns + ` FROM orders WHERE id = ? AND merchant_id = ?`
	selectOrders = `SELECT ` + orderColumns + ` FROM orders
		WHERE merchant_id = ? AND customer_id = ? AND (created_at, id) < (?, ?)
		ORDER BY created_at DESC, id DESC LIMIT ?`

	// A record is replaced only if it had expired when the new one was made.
	insertRecord = `INSERT INTO idempotency_keys AS old (owner, operation, key, fingerprint, status, header, body, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (owner, operation, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status, header = excluded.header,
			body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
		WHERE old.expires_at <= excluded.created_at`
	selectRecord = `SELECT fingerprint, status, header, body, created_at, expires_at FROM idempotency_keys
		WHERE owner = ? AND operation = ? AND key = ?`

	selectOwner = `SELECT m.id FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.hash = ?`
)

// prepare prepares the statements, and closes the database if it cannot.
func (db *database) prepare(ctx context.Context) (*database, error) {
	var errs []error
	on := func(pool *sql.DB, statement string) *sql.Stmt {
		stmt, err := pool.PrepareContext(ctx, db.number(statement))
		errs = append(errs, err)
		return stmt
	}
	db.insertOrder, db.insertRecord = on(db.writer, insertOrder), on(db.writer, insertRecord)
	if db.insertEvent = on(db.writer, db.event); db.deliveries != "" {
		db.insertDeliveries = on(db.writer, db.deliveries)
	}
	db.selectOwner, db.selectRecord = on(db.reader, selectOwner), on(db.reader, selectRecord)
	db.selectOrder, db.selectOrders = on(db.reader, selectOrder), on(db.reader, selectOrders)
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

func (db *database) close() error { return errors.Join(db.reader.Close(), db.writer.Close()) }

// keyOwner returns the merchant of a key.
func (db *database) keyOwner(ctx context.Context, hash []byte) (merchant string, err error) {
	err = db.selectOwner.QueryRowContext(ctx, hash).Scan(&merchant)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errInvalidToken
	}
	if err != nil {
		return "", fmt.Errorf("read merchant of an API key: %w", err)
	}
	return merchant, nil
}

// cursorKey returns the key that Harbor has made for cursors, or makes it.
func (db *database) cursorKey(ctx context.Context) (key []byte, err error) {
	fresh := make([]byte, 32)
	rand.Read(fresh) // never returns an error
	if _, err = db.writer.ExecContext(ctx, db.number("INSERT INTO secrets (name, value) VALUES ('cursor', ?) ON CONFLICT DO NOTHING"), fresh); err == nil {
		err = db.reader.QueryRowContext(ctx, "SELECT value FROM secrets WHERE name = 'cursor'").Scan(&key)
	}
	if err != nil {
		return nil, fmt.Errorf("read cursor key: %w", err)
	}
	return key, nil
}

// order returns one order of a merchant, or errOrderNotFound.
func (db *database) order(ctx context.Context, merchant string, id uuid.UUID) (order, error) {
	o, err := scanOrder(db.selectOrder.QueryRowContext(ctx, db.id(id), merchant))
	if errors.Is(err, sql.ErrNoRows) {
		return o, errOrderNotFound
	}
	if err != nil {
		return o, fmt.Errorf("read order %s: %w", id, err)
	}
	return o, nil
}

// list returns up to limit orders that a merchant has for a customer, newest first, from behind a position.
func (db *database) list(ctx context.Context, merchant, customer string, before *position, limit int) (_ []order, err error) {
	if before == nil {
		before = &position{At: db.newest}
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("list orders: %w", err)
		}
	}()
	rows, err := db.selectOrders.QueryContext(ctx, merchant, customer, db.time(before.At), db.id(before.ID), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	orders := make([]order, 0, limit)
	for rows.Next() {
		o, err := scanOrder(rows)
		if err != nil {
			return nil, err
		}
		orders = append(orders, o)
	}
	return orders, rows.Err()
}

// findRecord returns the record of a key, expired or not, or nil.
func (db *database) findRecord(ctx context.Context, owner, operation, key string) (*record, error) {
	r := &record{Owner: owner, Operation: operation, Key: key}
	var fingerprint, header []byte
	err := db.selectRecord.QueryRowContext(ctx, owner, operation, key).
		Scan(&fingerprint, &r.Status, &header, &r.Body, (*timeColumn)(&r.At), (*timeColumn)(&r.Expires))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		copy(r.Fingerprint[:], fingerprint)
		err = json.Unmarshal(header, &r.Header)
	}
	if err != nil {
		return nil, fmt.Errorf("find idempotency key: %w", err)
	}
	return r, nil
}

func scanOrder(row interface{ Scan(...any) error }) (o order, err error) {
	err = row.Scan(&o.ID, &o.Merchant, &o.CustomerID, &o.AmountCents, &o.Currency, &o.Status,
		(*timeColumn)(&o.CreatedAt), &o.RiskScore, &o.InternalNotes)
	return o, err
}

// timeColumn reads a time, also one stored as microseconds since 1970.
type timeColumn time.Time

// Scan implements [sql.Scanner].
func (c *timeColumn) Scan(value any) error {
	switch v := value.(type) {
	case int64:
		*c = timeColumn(time.UnixMicro(v).UTC())
	case time.Time:
		*c = timeColumn(v.UTC())
	default:
		return fmt.Errorf("column has %T, want a time", value)
	}
	return nil
}
