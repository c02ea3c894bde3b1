package webhook

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
)

// AddEndpoint implements [Registrar].
func (m *Memory) AddEndpoint(_ context.Context, e Endpoint) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := m.Begin()
	defer tx.commit()
	return tx.add(e)
}

// UpdateEndpoint implements [Registrar].
func (m *Memory) UpdateEndpoint(_ context.Context, owner tenon.Caller, id string, change func(*Endpoint) error) (Endpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := m.Begin()
	defer tx.commit()
	return tx.update(owner, id, change)
}

// Endpoint implements [Registry].
func (m *Memory) Endpoint(_ context.Context, owner tenon.Caller, id string) (Endpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := find(m.endpoints, owner, id)
	if e == nil {
		return Endpoint{}, ErrNotFound
	}
	return e.clone(), nil
}

// Endpoints implements [Registry].
func (m *Memory) Endpoints(_ context.Context, owner tenon.Caller) ([]Endpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Endpoint
	for _, e := range m.endpoints {
		if e.Owner == owner {
			found = append(found, e.clone())
		}
	}
	return found, nil
}

// Deliveries implements [Registry].
func (m *Memory) Deliveries(_ context.Context, owner tenon.Caller, endpoint string, after *Position, limit int) ([]Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if find(m.endpoints, owner, endpoint) == nil {
		return nil, ErrNotFound
	}
	var found []Delivery
	for _, d := range m.deliveries {
		if d.Endpoint == endpoint && (after == nil || newestFirst(d.Position(), *after) > 0) {
			c := d.Delivery
			c.Attempts = slices.Clone(d.Attempts)
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b Delivery) int { return newestFirst(a.Position(), b.Position()) })
	return found[:min(len(found), limit)], nil
}

func newestFirst(a, b Position) int {
	return cmp.Or(b.Created.Compare(a.Created), strings.Compare(b.ID, a.ID))
}

// Replay implements [Registry].
func (m *Memory) Replay(_ context.Context, owner tenon.Caller, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.delivery(id)
	switch {
	case d == nil || d.endpoint.Owner != owner:
		return ErrNotFound
	case d.endpoint.Disabled != "":
		return ErrDisabled
	case d.State == Pending && d.leased(at):
		return nil
	}
	d.State, d.Due, d.tries = Pending, at, 0
	d.endpoint.Failures, d.endpoint.Paused = 0, time.Time{}
	return nil
}
