package api_test

import (
	"context"
	"slices"
	"sync"

	"github.com/tenonapi/tenon/services/harbor"
)

// memory is a store in memory. Its hooks run before the method of their name.
type memory struct {
	mu      sync.Mutex
	orders  []harbor.Order
	answers map[harbor.Key]harbor.Answer // with a zero fingerprint in the key
	prints  map[harbor.Key][32]byte

	onCreate func() error
	onPing   func(context.Context) error
}

func newMemory() *memory {
	return &memory{answers: make(map[harbor.Key]harbor.Answer), prints: make(map[harbor.Key][32]byte)}
}

func name(k harbor.Key) harbor.Key { k.Fingerprint = [32]byte{}; return k }

func (m *memory) Replay(_ context.Context, k harbor.Key) (*harbor.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	answer, ok := m.answers[name(k)]
	switch {
	case !ok:
		return nil, nil
	case m.prints[name(k)] != k.Fingerprint:
		return nil, harbor.ErrKeyReused
	}
	return &answer, nil
}

func (m *memory) Create(_ context.Context, o harbor.Order, k harbor.Key, a harbor.Answer) error {
	if m.onCreate != nil {
		if err := m.onCreate(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.answers[name(k)]; ok {
		return harbor.ErrKeyExists
	}
	m.orders = append(m.orders, o)
	m.answers[name(k)], m.prints[name(k)] = a, k.Fingerprint
	return nil
}

func (m *memory) Order(_ context.Context, id harbor.OrderID) (harbor.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.orders {
		if o.ID == id {
			return o, nil
		}
	}
	return harbor.Order{}, harbor.ErrOrderNotFound
}

func (m *memory) List(_ context.Context, customer string, before *harbor.Position, limit int) ([]harbor.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []harbor.Order
	for _, o := range slices.Backward(m.orders) { // created in order
		if o.CustomerID != customer || before != nil && !o.CreatedAt.Before(before.At) {
			continue
		}
		if out = append(out, o); len(out) == limit {
			break
		}
	}
	return out, nil
}

func (m *memory) Ping(ctx context.Context) error {
	if m.onPing != nil {
		return m.onPing(ctx)
	}
	return nil
}
