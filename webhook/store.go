package webhook

import (
	"context"
	"errors"
	"time"

	"github.com/tenonapi/tenon"
)

var (
	// ErrNotFound reports something that does not exist or has another owner.
	ErrNotFound = errors.New("webhook: not found")

	// ErrDisabled reports a delivery that cannot be replayed, for its endpoint is disabled.
	ErrDisabled = errors.New("webhook: the endpoint is disabled")

	// ErrTooManyEndpoints reports an owner that has [MaxEndpoints] endpoints.
	ErrTooManyEndpoints = errors.New("webhook: the owner has too many endpoints")
)

// A Store is what a [Dispatcher] needs. Several dispatchers, in several processes, may
// share one. It is safe for concurrent use.
type Store interface {
	// Claim leases deliveries: nobody else gets them before the lease ends. It takes
	// those that are pending, due at c.Now, not leased, and whose endpoint is neither
	// disabled nor paused; at most c.PerEndpoint of an endpoint, those that are leased
	// already included (claims at the same time may together take more), and at most c.Limit.
	//
	// Those go first that have the fewest of their endpoint leased or before them, so that a
	// long queue delays nobody; of these, those whose endpoint has no Failures, so that
	// receivers that are well do not wait for others; of these, those that are due first.
	Claim(ctx context.Context, c Claim) ([]Claimed, error)

	// Settle ends leases with what came of them, in one transaction, and returns how
	// many it left as they are because they had ended: the deliveries may be another's.
	//
	// A failed attempt adds one to Failures of the endpoint and a successful one makes it 0.
	Settle(ctx context.Context, results []Result) (lost int, err error)

	// Release ends leases without an attempt; the deliveries stay due. Those that have
	// ended are left as they are.
	Release(ctx context.Context, leases []Lease) error

	// Purge deletes up to limit deliveries that were created before a time and are either
	// not pending or of a disabled endpoint, with their attempts and events that nobody
	// needs any more, and returns how many.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
}

// A Claim says which deliveries a dispatcher wants.
type Claim struct {
	Token       string // names the leases, unique
	Now         time.Time
	Until       time.Time // end of the leases
	Limit       int
	PerEndpoint int
}

// A Claimed delivery is the claimer's until its lease ends.
type Claimed struct {
	Lease    Lease
	Endpoint Endpoint
	Event    Event
	Attempts int // made, replays included
	Tries    int // made of the schedule, which a replay begins anew
}

// A Lease is the right to try a delivery.
type Lease struct {
	Delivery string // ID
	Token    string // of the claim
}

// A Result is what came of a lease.
type Result struct {
	Lease   Lease
	Attempt Attempt
	State   State
	Due     time.Time // of the next try, if State is Pending

	// Pause is until when nothing is sent to the endpoint, unless that is paused longer
	// already. Zero means no pause.
	Pause time.Time
	// Disable says that the endpoint gets nothing any more: [DisabledGone].
	Disable bool
}

// A Registrar adds and changes endpoints in the transaction to which it is bound, with whatever
// else that writes, such as the answer with the secret that package idempotency stores.
type Registrar interface {
	// AddEndpoint saves a new endpoint, or returns [ErrTooManyEndpoints].
	AddEndpoint(ctx context.Context, e Endpoint) error
	// UpdateEndpoint changes one endpoint of an owner and returns it as it is then; nobody
	// else changes it meanwhile. It returns [ErrNotFound], or the error of change, after which
	// nothing has changed. ID, Owner and Created stay whatever change does.
	UpdateEndpoint(ctx context.Context, owner tenon.Caller, id string, change func(*Endpoint) error) (Endpoint, error)

	// Transactional does nothing: it makes New refuse what no scope gives, see [tenon.Scoped].
	Transactional()
}

// A Registry is what an API for the owners of endpoints needs outside of transactions: each
// call is one of its own, and could wait for ever for one that its caller has open. It is safe for
// concurrent use.
type Registry interface {
	// AddEndpoint is that of a [Registrar].
	AddEndpoint(ctx context.Context, e Endpoint) error
	// UpdateEndpoint is that of a [Registrar].
	UpdateEndpoint(ctx context.Context, owner tenon.Caller, id string, change func(*Endpoint) error) (Endpoint, error)

	// Endpoint returns one endpoint of an owner, or [ErrNotFound].
	Endpoint(ctx context.Context, owner tenon.Caller, id string) (Endpoint, error)
	// Endpoints returns all endpoints of an owner in the order in which they were added.
	Endpoints(ctx context.Context, owner tenon.Caller) ([]Endpoint, error)
	// Deliveries returns up to limit deliveries to one endpoint of an owner, the newest first,
	// from behind a position; nil means from the first. It returns [ErrNotFound] when the
	// owner has no such endpoint.
	Deliveries(ctx context.Context, owner tenon.Caller, endpoint string, after *Position, limit int) ([]Delivery, error)
	// Replay makes a delivery to an endpoint of an owner pending, due at a time, with the whole
	// schedule before it, and ends the pause of the endpoint: its owner knows that it is well.
	// A delivery that is leased is left as it is, for it is being tried. It returns
	// [ErrNotFound] or [ErrDisabled].
	Replay(ctx context.Context, owner tenon.Caller, delivery string, at time.Time) error
}
