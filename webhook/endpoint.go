package webhook

import (
	"crypto/rand"
	"slices"
	"time"

	"github.com/tenonapi/tenon"
)

// MaxEndpoints is how many endpoints an owner may have: each event is written once
// for each of them, in the transaction of a handler.
const MaxEndpoints = 50

// An Endpoint is where events of one owner are sent.
type Endpoint struct {
	ID      string       // such as ep_…
	Owner   tenon.Caller // whose events it gets
	URL     string       // see [Guard.CheckURL]
	Types   []string     // of the events it gets; empty means all
	Created time.Time

	Secret        Secret    // signs every message
	Previous      Secret    // signs as well until PreviousUntil; the zero value means none
	PreviousUntil time.Time // exclusive

	Disabled DisabledReason // why nothing is sent; empty means that the endpoint is enabled
	Failures int            // attempts that failed since one succeeded, counted by [Store.Settle]
	Paused   time.Time      // until when nothing is sent, see [Store.Settle]; zero means it is not
}

// A DisabledReason says why nothing is sent to an endpoint.
type DisabledReason string

// The reasons.
const (
	DisabledByOwner DisabledReason = "owner" // by its owner
	DisabledGone    DisabledReason = "gone"  // it answered 410
)

// Enum returns every DisabledReason.
func (DisabledReason) Enum() []DisabledReason { return []DisabledReason{DisabledByOwner, DisabledGone} }

// NewEndpoint returns an endpoint with an ID and a secret of its own, for events of
// the given types or, without any, of all.
func NewEndpoint(owner tenon.Caller, url string, at time.Time, types ...string) Endpoint {
	return Endpoint{ID: "ep_" + rand.Text(), Owner: owner, URL: url, Types: slices.Clone(types), Created: stored(at), Secret: NewSecret()}
}

// Wants reports whether events of a type are sent to e.
func (e *Endpoint) Wants(typ string) bool {
	return e.Disabled == "" && (len(e.Types) == 0 || slices.Contains(e.Types, typ))
}

// Rotate gives e another secret. The one it had signs as well until a time, so that
// a receiver has until then to change over; the zero time takes it away at once, as one
// does with a secret that somebody else knows.
func (e *Endpoint) Rotate(s Secret, until time.Time) {
	e.Previous, e.PreviousUntil = e.Secret, stored(until)
	if until.IsZero() {
		e.Previous = Secret{}
	}
	e.Secret = s
}

// Enable lets events be sent to e again, now. Deliveries that were pending when it was
// disabled go on.
func (e *Endpoint) Enable() { e.Disabled, e.Failures, e.Paused = "", 0, time.Time{} }

// signatures returns the value of the header webhook-signature.
// Source: Standard Webhooks, section "Webhook headers".
func (e *Endpoint) signatures(id string, at time.Time, body []byte) string {
	text := e.Secret.Sign(id, at, body)
	if !e.Previous.IsZero() && at.Before(e.PreviousUntil) {
		text += " " + e.Previous.Sign(id, at, body)
	}
	return text
}

// stored returns a time as any database gives it back: in UTC, to the microsecond.
func stored(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
