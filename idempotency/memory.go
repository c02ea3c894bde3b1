package idempotency

import (
	"context"
	"sync"
	"time"

	"github.com/tenonapi/tenon"
)

// Memory is a [Store] that forgets everything with the process, for tests. The zero value
// is empty. It is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex
	records map[name]Record
	held    Locks
}

type name struct{ owner, operation, key string }

// Providers gives operations m as their [Store], and a [Records] that saves in m when
// the scope of the handler closes without an error.
func (m *Memory) Providers() tenon.Option {
	return tenon.Options(
		tenon.Scoped(func(context.Context, *struct{}) (*transaction, tenon.Close, error) {
			tx := &transaction{memory: m}
			return tx, tx.close, nil
		}),
		tenon.Provide(func(_ context.Context, in *struct{ Tx *transaction }) (Records, error) { return in.Tx, nil }),
		tenon.Value[Store](m),
	)
}

// A transaction is what a handler saves in a [Memory].
type transaction struct {
	memory  *Memory
	records []Record
}

// Claim implements [Records]: [Memory.Lock] is enough.
func (tx *transaction) Claim(context.Context, string, string, string) error { return nil }

// Save implements [Records].
func (tx *transaction) Save(_ context.Context, r Record) error {
	tx.records = append(tx.records, r)
	return nil
}

// Transactional implements [Records].
func (tx *transaction) Transactional() {}

// close is a [tenon.Close].
func (tx *transaction) close(_ context.Context, outcome error) error {
	if outcome != nil {
		return nil
	}
	m := tx.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range tx.records {
		if m.has(r) {
			return ErrExists
		}
	}
	for _, r := range tx.records {
		m.save(r)
	}
	return nil
}

// Find implements [Store].
func (m *Memory) Find(_ context.Context, owner, operation, key string) (*Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[name{owner, operation, key}]
	if !ok {
		return nil, nil
	}
	return &r, nil
}

// Lock implements [Store].
func (m *Memory) Lock(ctx context.Context, owner, operation, key string) (unlock func(), err error) {
	return m.held.Lock(ctx, owner, operation, key)
}

// Save implements [Store].
func (m *Memory) Save(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.has(r) {
		return ErrExists
	}
	m.save(r)
	return nil
}

// has reports whether there is a record of r's key that has not expired at its time.
func (m *Memory) has(r Record) bool {
	old, ok := m.records[name{r.Owner, r.Operation, r.Key}]
	return ok && r.At.Before(old.Expires)
}

func (m *Memory) save(r Record) {
	if m.records == nil {
		m.records = make(map[name]Record)
	}
	m.records[name{r.Owner, r.Operation, r.Key}] = r
}

// Purge implements [Store].
func (m *Memory) Purge(_ context.Context, before time.Time, limit int) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, r := range m.records {
		if n < limit && r.Expires.Before(before) {
			delete(m.records, id)
			n++
		}
	}
	return n, nil
}

// Locks holds the keys of requests that run in this process: the Lock of a store
// that only one process uses. The zero value holds none. It is safe for
// concurrent use.
type Locks struct {
	mu   sync.Mutex
	held map[name]struct{}
}

// Lock is that of [Store].
func (l *Locks) Lock(_ context.Context, owner, operation, key string) (unlock func(), err error) {
	id := name{owner, operation, key}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, taken := l.held[id]; taken {
		return nil, ErrInFlight
	}
	if l.held == nil {
		l.held = make(map[name]struct{})
	}
	l.held[id] = struct{}{}
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.held, id)
	}), nil
}
