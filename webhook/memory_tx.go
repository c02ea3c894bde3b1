package webhook

import (
	"context"
	"slices"

	"github.com/tenonapi/tenon"
)

// A MemoryTx is an [Events] and a [Registrar] whose changes are there when it is committed. It
// does not see what others change meanwhile, and overwrites that. It is for one goroutine.
type MemoryTx struct {
	memory    *Memory
	events    []Event
	endpoints []*Endpoint // added and changed ones
}

// Begin returns a transaction, which is rolled back unless it is committed.
func (m *Memory) Begin() *MemoryTx { return &MemoryTx{memory: m} }

// Transactional implements [Events] and [Registrar].
func (*MemoryTx) Transactional() {}

// Append implements [Events].
func (tx *MemoryTx) Append(_ context.Context, e Event) error {
	e.Body = slices.Clone(e.Body)
	tx.events = append(tx.events, e)
	return nil
}

// AddEndpoint implements [Registrar].
func (tx *MemoryTx) AddEndpoint(_ context.Context, e Endpoint) error {
	tx.memory.mu.Lock()
	defer tx.memory.mu.Unlock()
	return tx.add(e)
}

func (tx *MemoryTx) add(e Endpoint) error {
	owned := 0
	for _, other := range tx.memory.endpoints {
		if other.Owner == e.Owner {
			owned++
		}
	}
	for _, other := range tx.endpoints {
		if other.Owner == e.Owner && find(tx.memory.endpoints, e.Owner, other.ID) == nil {
			owned++
		}
	}
	if owned >= MaxEndpoints {
		return ErrTooManyEndpoints
	}
	tx.endpoints = put(tx.endpoints, e)
	return nil
}

// UpdateEndpoint implements [Registrar].
func (tx *MemoryTx) UpdateEndpoint(_ context.Context, owner tenon.Caller, id string, change func(*Endpoint) error) (Endpoint, error) {
	tx.memory.mu.Lock()
	defer tx.memory.mu.Unlock()
	return tx.update(owner, id, change)
}

func (tx *MemoryTx) update(owner tenon.Caller, id string, change func(*Endpoint) error) (Endpoint, error) {
	e := find(tx.endpoints, owner, id)
	if e == nil {
		e = find(tx.memory.endpoints, owner, id)
	}
	if e == nil {
		return Endpoint{}, ErrNotFound
	}
	next := e.clone()
	if err := change(&next); err != nil {
		return Endpoint{}, err
	}
	next.ID, next.Owner, next.Created = e.ID, e.Owner, e.Created
	tx.endpoints = put(tx.endpoints, next)
	return next, nil
}

// Commit saves what was changed and appended.
func (tx *MemoryTx) Commit() {
	tx.memory.mu.Lock()
	defer tx.memory.mu.Unlock()
	tx.commit()
}

func (tx *MemoryTx) commit() {
	for _, e := range tx.endpoints {
		tx.memory.endpoints = put(tx.memory.endpoints, *e)
	}
	for _, e := range tx.events {
		tx.memory.append(e)
	}
	tx.events, tx.endpoints = nil, nil
}

func find(list []*Endpoint, owner tenon.Caller, id string) *Endpoint {
	for _, e := range list {
		if e.ID == id && e.Owner == owner {
			return e
		}
	}
	return nil
}

// put puts e in the place of the one with its ID, or at the end.
func put(list []*Endpoint, e Endpoint) []*Endpoint {
	e = e.clone()
	if old := find(list, e.Owner, e.ID); old != nil {
		*old = e
		return list
	}
	return append(list, &e)
}

// clone returns a copy that shares nothing that changes.
func (e *Endpoint) clone() Endpoint {
	c := *e
	c.Types = slices.Clone(e.Types)
	return c
}
