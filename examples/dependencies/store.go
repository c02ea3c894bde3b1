package main

import (
	"errors"
	"maps"
	"sync"
)

// ErrConflict says that a transaction that began earlier or later was committed first.
var ErrConflict = errors.New("seats have changed")

// A Store keeps who has which seat.
type Store struct {
	mu    sync.Mutex
	seats map[string]string
	tick  int // counts commits
}

// A Tx is a transaction on a Store: it sees the seats as they were when it began.
type Tx struct {
	store *Store
	seats map[string]string
	tick  int
	wrote bool
}

// Report is how many seats are taken.
type Report int

// Begin begins a transaction.
func (s *Store) Begin() *Tx {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Tx{store: s, seats: maps.Clone(s.seats), tick: s.tick}
}

// Commit returns ErrConflict when another transaction has changed something since this one began.
func (t *Tx) Commit() error {
	t.store.mu.Lock()
	defer t.store.mu.Unlock()
	switch {
	case !t.wrote:
		return nil
	case t.store.tick != t.tick:
		return ErrConflict
	}
	t.store.seats, t.store.tick = t.seats, t.tick+1
	return nil
}

// Transactional says that a Tx belongs to a transaction: its scope.
func (*Tx) Transactional() {}

// Taken reports whether somebody has a seat.
func (t *Tx) Taken(seat string) bool { return t.seats[seat] != "" }

// Take gives a seat to a member.
func (t *Tx) Take(seat, member string) {
	if t.seats == nil {
		t.seats = make(map[string]string)
	}
	t.seats[seat], t.wrote = member, true
}

// Report counts.
func (t *Tx) Report() Report { return Report(len(t.seats)) }
