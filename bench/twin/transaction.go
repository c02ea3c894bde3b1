package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// create stores an order, the answer with its key and the event, all or nothing. It returns
// errRecordExists if another process has answered the key, and errInFlight if one is about to.
func (db *database) create(ctx context.Context, o *order, r *record, e *event) error {
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer tx.Rollback() // does nothing after the commit
	if err := db.claimKey(ctx, tx, r); err != nil {
		return err
	}
	_, err = tx.StmtContext(ctx, db.insertOrder).ExecContext(ctx, db.id(o.ID), o.Merchant, o.CustomerID, o.AmountCents,
		o.Currency, o.Status, db.time(o.CreatedAt), o.RiskScore, o.InternalNotes)
	if err != nil {
		return fmt.Errorf("add order %s: %w", o.ID, err)
	}
	if err := db.appendEvent(ctx, tx, e); err != nil {
		return fmt.Errorf("append event: %w", err)
	}
	if err := db.saveRecord(ctx, tx, r); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// appendEvent saves an event with a delivery for each endpoint that wants it, if any does.
func (db *database) appendEvent(ctx context.Context, tx *sql.Tx, e *event) error {
	result, err := tx.StmtContext(ctx, db.insertEvent).ExecContext(ctx, e.ID, e.Owner, e.Type, db.time(e.At), e.Body)
	if err != nil || db.insertDeliveries == nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.StmtContext(ctx, db.insertDeliveries).ExecContext(ctx, e.ID, e.Owner, e.Type, db.time(e.At))
	return err
}

func (db *database) saveRecord(ctx context.Context, tx *sql.Tx, r *record) error {
	header, err := json.Marshal(r.Header)
	if err != nil {
		return fmt.Errorf("encode header: %w", err)
	}
	result, err := tx.StmtContext(ctx, db.insertRecord).ExecContext(ctx, r.Owner, r.Operation, r.Key, r.Fingerprint[:],
		r.Status, string(header), r.Body, db.time(r.At), db.time(r.Expires))
	if err != nil {
		return fmt.Errorf("save idempotency key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errRecordExists
	}
	return nil
}

// claimKey takes the key of r until the transaction ends, where there are other processes.
func (db *database) claimKey(ctx context.Context, tx *sql.Tx, r *record) error {
	if db.claim == "" {
		return nil
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", r.Owner, r.Operation, r.Key))
	var claimed bool
	err := tx.QueryRowContext(ctx, db.claim, int64(binary.BigEndian.Uint64(sum[:8])>>1)).Scan(&claimed)
	if err != nil {
		return fmt.Errorf("claim idempotency key: %w", err)
	}
	if !claimed {
		return errInFlight
	}
	return nil
}
