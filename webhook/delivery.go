package webhook

import "time"

// KeptAttempts is how many attempts of a delivery are kept, the last ones.
const KeptAttempts = 20

// A Delivery is one event on its way to one endpoint.
type Delivery struct {
	ID       string // opaque, given by the store
	Endpoint string // ID
	Event    string // ID
	Type     string // of the event
	State    State
	Created  time.Time // Event.At
	Due      time.Time // when it is tried next, if State is Pending
	Attempts []Attempt // the last [KeptAttempts], oldest first
}

// A State says how far a delivery has come.
type State string

// The states.
const (
	Pending   State = "pending"   // it will be tried, again or for the first time
	Delivered State = "delivered" // the receiver has it
	Exhausted State = "exhausted" // it is not tried again unless it is replayed
)

// Enum returns every State.
func (State) Enum() []State { return []State{Pending, Delivered, Exhausted} }

// An Attempt is one request to a receiver.
type Attempt struct {
	Number  int // from 1, replays included
	At      time.Time
	Latency time.Duration // until the header of the answer or the failure
	Status  int           // of the answer; 0 means that there was none
	Failure Failure       // empty if it succeeded
}

// A Failure says what kept an attempt from succeeding. The set is small and closed, so that
// it can be a label of a metric and shown to the receiver's owner: it tells nothing
// about the network of the sender.
type Failure string

// The failures.
const (
	FailStatus   Failure = "status"   // the status was none of 2xx, and none of those below
	FailRedirect Failure = "redirect" // 3xx, which is not followed
	FailGone     Failure = "gone"     // 410, which disables the endpoint
	FailBlocked  Failure = "blocked"  // the guard refused the URL or its address
	FailDNS      Failure = "dns"      // the name of the host is not known
	FailConnect  Failure = "connect"  // no connection
	FailTLS      Failure = "tls"      // no secure connection
	FailTimeout  Failure = "timeout"  // no answer in time
	FailAnswer   Failure = "answer"   // the connection broke, or the answer was no HTTP or too large
)

// Enum returns every Failure.
func (Failure) Enum() []Failure {
	return []Failure{FailStatus, FailRedirect, FailGone, FailBlocked, FailDNS, FailConnect, FailTLS, FailTimeout, FailAnswer}
}

// A Position is a place in a list of deliveries. Lists begin with the newest one.
type Position struct {
	Created time.Time
	ID      string
}

// Position returns the place of d, after which the next page begins.
func (d Delivery) Position() Position { return Position{d.Created, d.ID} }
