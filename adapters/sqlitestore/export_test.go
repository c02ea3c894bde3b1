package sqlitestore

import (
	"context"
	"database/sql/driver"
)

// The statements whose plans tests read.
const (
	PurgeRecords    = purgeRecords
	PurgeDeliveries = purgeDeliveries
	SelectDue       = selectDue
	SelectListed    = selectDeliveries
)

// Done is closed when the time of tx is over.
func (tx *Tx) Done() <-chan struct{} { return tx.ctx.Done() }

// Len returns how many values m remembers.
func (m *Memo[K, V]) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.values)
}

// HoldLookups keeps the connections for lookups from others until release is called.
func (r *Reader) HoldLookups() (release func()) {
	var held []*direct
	for range cap(r.lookups) {
		held = append(held, <-r.lookups)
	}
	return func() {
		for _, c := range held {
			r.lookups <- c
		}
	}
}

// Asked returns how many connections for queries are in use or were waited for.
func (r *Reader) Asked() int {
	stats := r.pool.Stats()
	return stats.InUse + int(stats.WaitCount)
}

// HoldWitness keeps the witness from others until release is called.
func (r *Reader) HoldWitness() (release func()) {
	w := <-r.witness
	return func() { r.witness <- w }
}

// BreakWitness makes the next query of the witness fail.
func (r *Reader) BreakWitness() {
	w := <-r.witness
	for query, stmt := range w.prepared {
		w.prepared[query] = broken{stmt}
	}
	r.witness <- w
}

type broken struct{ driver.Stmt }

func (broken) QueryContext(context.Context, []driver.NamedValue) (driver.Rows, error) {
	return nil, driver.ErrBadConn
}
