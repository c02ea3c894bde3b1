package webhook

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// Memory is a [Store] and a [Registry] that forgets everything with the process: for
// tests, where nothing else is committed either. It reads all that it has for each claim.
// The zero value is empty. It is safe for concurrent use and must not be copied after its
// first use.
type Memory struct {
	mu         sync.Mutex
	endpoints  []*Endpoint
	deliveries []*delivery // in the order in which they were made
}

// A delivery is what Memory knows of one.
type delivery struct {
	Delivery
	endpoint *Endpoint
	event    Event
	attempts int
	tries    int
	token    string // of the lease
	until    time.Time
}

func (d *delivery) leased(now time.Time) bool { return d.token != "" && now.Before(d.until) }

// held reports whether l is the lease of d, which may be past its end if nobody else has taken d.
func (d *delivery) held(l Lease) bool { return d.token != "" && d.token == l.Token }

// append adds the deliveries of e.
func (m *Memory) append(e Event) {
	for _, to := range m.endpoints {
		if to.Owner != e.Owner || !to.Wants(e.Type) {
			continue
		}
		m.deliveries = append(m.deliveries, &delivery{endpoint: to, event: e, Delivery: Delivery{
			ID: "dlv_" + rand.Text(), Endpoint: to.ID, Event: e.ID, Type: e.Type, State: Pending, Created: e.At, Due: e.At,
		}})
	}
}

// Claim implements [Store].
func (m *Memory) Claim(_ context.Context, c Claim) ([]Claimed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	type candidate struct {
		*delivery
		rank int // how many of the endpoint are leased or before it
	}
	var found []candidate
	for _, to := range m.endpoints {
		if to.Disabled != "" || c.Now.Before(to.Paused) {
			continue
		}
		leased, due := m.due(to, c.Now)
		for i, d := range due {
			if leased+i < c.PerEndpoint {
				found = append(found, candidate{d, leased + i})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.failing(), b.failing()), a.Due.Compare(b.Due))
	})
	var claimed []Claimed
	for _, d := range found[:min(len(found), c.Limit)] {
		d.token, d.until = c.Token, c.Until
		claimed = append(claimed, Claimed{
			Lease: Lease{d.ID, c.Token}, Endpoint: d.endpoint.clone(), Event: d.event, Attempts: d.attempts, Tries: d.tries,
		})
	}
	return claimed, nil
}

// due returns how many deliveries to an endpoint are leased, and those that can be.
func (m *Memory) due(to *Endpoint, now time.Time) (leased int, due []*delivery) {
	for _, d := range m.deliveries {
		switch {
		case d.endpoint != to || d.State != Pending:
		case d.leased(now):
			leased++
		case !d.Due.After(now):
			due = append(due, d)
		}
	}
	slices.SortStableFunc(due, func(a, b *delivery) int { return a.Due.Compare(b.Due) })
	return leased, due
}

func (d *delivery) failing() int { return min(d.endpoint.Failures, 1) }

// Settle implements [Store].
func (m *Memory) Settle(_ context.Context, results []Result) (lost int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range results {
		d := m.delivery(r.Lease.Delivery)
		if d == nil || !d.held(r.Lease) {
			lost++
			continue
		}
		d.settle(r)
	}
	return lost, nil
}

func (d *delivery) settle(r Result) {
	d.token, d.State, d.Due = "", r.State, r.Due
	d.attempts++
	d.tries++
	d.Attempts = append(d.Attempts, r.Attempt)
	if n := len(d.Attempts); n > KeptAttempts {
		d.Attempts = slices.Delete(d.Attempts, 0, n-KeptAttempts)
	}
	to := d.endpoint
	to.Failures++
	if r.Attempt.Failure == "" {
		to.Failures = 0
	}
	if r.Pause.After(to.Paused) {
		to.Paused = r.Pause
	}
	if r.Disable && to.Disabled == "" {
		to.Disabled = DisabledGone
	}
}

// Release implements [Store].
func (m *Memory) Release(_ context.Context, leases []Lease) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range leases {
		if d := m.delivery(l.Delivery); d != nil && d.held(l) {
			d.token = ""
		}
	}
	return nil
}

// Purge implements [Store].
func (m *Memory) Purge(_ context.Context, before time.Time, limit int) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deliveries = slices.DeleteFunc(m.deliveries, func(d *delivery) bool {
		old := n < limit && d.Created.Before(before) && (d.State != Pending || d.endpoint.Disabled != "")
		if old {
			n++
		}
		return old
	})
	return n, nil
}

func (m *Memory) delivery(id string) *delivery {
	for _, d := range m.deliveries {
		if d.ID == id {
			return d
		}
	}
	return nil
}
