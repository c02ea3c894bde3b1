package webhook

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
)

// AddEndpoint implements [Registry].
func (m *Memory) AddEndpoint(_ context.Context, e Endpoint) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, other := range m.endpoints {
		if other.Owner == e.Owner {
			n++
		}
	}
	if n >= MaxEndpoints {
		return ErrTooManyEndpoints
	}
	e = e.clone()
	m.endpoints = append(m.endpoints, &e)
	return nil
}

// Endpoint implements [Registry].
func (m *Memory) Endpoint(_ context.Context, owner tenon.Caller, id string) (Endpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.endpoint(owner, id)
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

// UpdateEndpoint implements [Registry].
func (m *Memory) UpdateEndpoint(_ context.Context, owner tenon.Caller, id string, change func(*Endpoint) error) (Endpoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.endpoint(owner, id)
	if e == nil {
		return Endpoint{}, ErrNotFound
	}
	next := e.clone()
	if err := change(&next); err != nil {
		return Endpoint{}, err
	}
	next.ID, next.Owner, next.Created = e.ID, e.Owner, e.Created
	*e = next.clone()
	return next, nil
}

// Deliveries implements [Registry].
func (m *Memory) Deliveries(_ context.Context, owner tenon.Caller, endpoint string, after *Position, limit int) ([]Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.endpoint(owner, endpoint) == nil {
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
	d := m.find(id)
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

func (m *Memory) endpoint(owner tenon.Caller, id string) *Endpoint {
	for _, e := range m.endpoints {
		if e.ID == id && e.Owner == owner {
			return e
		}
	}
	return nil
}
