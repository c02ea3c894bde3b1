package api_test

import (
	"context"
	"slices"
	"sync"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
)

// memory keeps orders and records in memory. Its hooks run before what they are
// called after.
type memory struct {
	idempotency.Memory
	hooks  webhook.Memory
	mu     sync.Mutex
	orders []harbor.Order

	onAdd    func() error
	onCommit func() error
}

// session is a transaction on memory.
type session struct {
	*webhook.MemoryTx
	memory  *memory
	orders  []harbor.Order
	records []idempotency.Record
}

// providers are what a request gets: the merchant that a header names, and the store.
func (m *memory) providers() tenon.Option {
	type bound struct{ Tx *session }
	type caller struct {
		Merchant  string           `header:"X-Merchant" default:"acme"`
		Operation *tenon.Operation // whose scopes everybody has
	}
	return tenon.Options(
		tenon.Provide(func(_ context.Context, in *caller) (harbor.MerchantID, error) {
			return harbor.MerchantID(in.Merchant), nil
		}, tenon.Secured("merchant", openapi.SecurityScheme{Type: "apiKey", In: "header", Name: "X-Merchant"})),
		tenon.Scoped(func(context.Context, *struct{}) (*session, tenon.Close, error) {
			s := &session{memory: m, MemoryTx: m.hooks.Begin()}
			return s, s.close, nil
		}),
		tenon.Provide(func(_ context.Context, in *bound) (harbor.Orders, error) { return in.Tx, nil }),
		tenon.Provide(func(_ context.Context, in *bound) (idempotency.Records, error) { return in.Tx, nil }),
		tenon.Provide(func(_ context.Context, in *bound) (webhook.Events, error) { return in.Tx, nil }),
		tenon.Provide(func(_ context.Context, in *bound) (webhook.Registrar, error) { return in.Tx, nil }),
		tenon.Value[harbor.Reader](m),
		tenon.Value[webhook.Registry](&m.hooks),
		tenon.Value[idempotency.Store](m),
	)
}

func (s *session) Add(_ context.Context, o harbor.Order) error {
	s.orders = append(s.orders, o)
	if s.memory.onAdd != nil {
		return s.memory.onAdd()
	}
	return nil
}

func (s *session) Claim(context.Context, string, string, string) error { return nil }

func (s *session) Transactional() {}

func (s *session) Save(_ context.Context, r idempotency.Record) error {
	s.records = append(s.records, r)
	return nil
}

// close commits unless there was an error.
func (s *session) close(ctx context.Context, outcome error) error {
	if outcome == nil && s.memory.onCommit != nil {
		if err := s.memory.onCommit(); err != nil {
			return err
		}
	}
	if outcome != nil {
		return nil
	}
	for _, r := range s.records {
		if err := s.memory.Memory.Save(ctx, r); err != nil {
			return err
		}
	}
	s.Commit()
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.memory.orders = append(s.memory.orders, s.orders...)
	return nil
}

func (m *memory) Order(_ context.Context, merchant harbor.MerchantID, id harbor.OrderID) (harbor.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.orders {
		if o.ID == id && o.Merchant == merchant {
			return o, nil
		}
	}
	return harbor.Order{}, harbor.ErrOrderNotFound
}

func (m *memory) List(_ context.Context, merchant harbor.MerchantID, customer string, before *harbor.Position, limit int) ([]harbor.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []harbor.Order
	newest := slices.SortedStableFunc(slices.Values(m.orders), func(a, b harbor.Order) int { return b.CreatedAt.Compare(a.CreatedAt) })
	for _, o := range newest {
		if o.Merchant != merchant || o.CustomerID != customer || before != nil && !o.CreatedAt.Before(before.At) {
			continue
		}
		if out = append(out, o); len(out) == limit {
			break
		}
	}
	return out, nil
}
