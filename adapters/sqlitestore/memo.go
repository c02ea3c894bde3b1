package sqlitestore

import (
	"context"
	"sync"
)

// A Memo remembers values that were read from the file until anything is committed to it, be
// it by another process. Before each use SQLite is asked whether the file has changed, which takes
// less than half of the time of a [Reader.Lookup]: so a value is never older than the call. It is for
// what most requests ask for and few change, such as the owner of an API key.
//
// It is made by [NewMemo] and safe for concurrent use.
// Source: SQLite, PRAGMA data_version.
type Memo[K comparable, V any] struct {
	reader *Reader
	read   func(context.Context, K) (V, error)

	mu      sync.Mutex
	version version
	values  map[K]V // as of that version
}

// maxRemembered is how many values a Memo has at most.
const maxRemembered = 4096

// NewMemo returns a Memo of up to 4096 values that read returns, which must come from r alone. Callers
// of one key share a value. Errors are not remembered.
func NewMemo[K comparable, V any](r *Reader, read func(context.Context, K) (V, error)) *Memo[K, V] {
	return &Memo[K, V]{reader: r, read: read, values: make(map[K]V)}
}

// Get returns the value of a key. Errors are those of the function that reads it.
func (m *Memo[K, V]) Get(ctx context.Context, key K) (V, error) {
	now, known := m.reader.version(ctx)
	if !known {
		return m.read(ctx, key)
	}
	if value, ok := m.remembered(now, key); ok {
		return value, nil
	}
	value, err := m.read(ctx, key)
	if err == nil {
		m.remember(now, key, value)
	}
	return value, err
}

// remembered returns the value that a key has in a version, which is the newest.
func (m *Memo[K, V]) remembered(now version, key K) (value V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != now {
		m.version = now
		clear(m.values)
	}
	value, ok = m.values[key]
	return value, ok
}

// remember keeps a value that was read after a version was the newest. It may be a later one's: then
// nobody will ask for that version any more.
func (m *Memo[K, V]) remember(then version, key K, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != then {
		return
	}
	if len(m.values) >= maxRemembered {
		clear(m.values)
	}
	m.values[key] = value
}
