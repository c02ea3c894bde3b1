package pgstore

import "time"

// ClaimStatement is the one whose costs tests look at.
const ClaimStatement = claim

// OneTrip lets one round trip of lookups be under way, however long it takes.
func (r *Reader) OneTrip() { r.line.trips, r.line.patience = 1, time.Hour }

// Waiting returns how many queries wait for a trip.
func (r *Reader) Waiting() int {
	r.line.mu.Lock()
	defer r.line.mu.Unlock()
	return len(r.line.waiting)
}
