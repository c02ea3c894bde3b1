// Package api serves the orders of Harbor Payments over HTTP.
//
// It knows the store only by the interface that it needs. Every path of the
// service is in routes.go.
package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
	"github.com/tenonapi/tenon/schema"

	"github.com/tenonapi/tenon/services/harbor"
)

// A Store keeps orders, and the answers to the requests that created them.
type Store interface {
	// Replay returns the answer stored with key, nil if there is none, or
	// harbor.ErrKeyReused if the payload was another.
	Replay(ctx context.Context, key harbor.Key) (*harbor.Answer, error)
	// Create stores an order, its key and the answer together or not at all. It
	// returns harbor.ErrKeyExists if the key is recorded already.
	Create(ctx context.Context, order harbor.Order, key harbor.Key, answer harbor.Answer) error
	// Order returns one order, or harbor.ErrOrderNotFound.
	Order(ctx context.Context, id harbor.OrderID) (harbor.Order, error)
	// List returns up to limit orders of a customer, newest first, after a position.
	List(ctx context.Context, customerID string, before *harbor.Position, limit int) ([]harbor.Order, error)
	// Ping reports whether the store can be read and written.
	Ping(ctx context.Context) error
}

// Config configures an [API].
type Config struct {
	Store     Store            // required
	CursorKey []byte           // signs cursors, at least 32 bytes; required
	Now       func() time.Time // clock; nil means time.Now
}

// An API has the handlers. It is made by [New] and safe for concurrent use.
type API struct {
	store   Store
	cursors *page.Codec
	now     func() time.Time
	keys    harbor.KeyLock
	inputs  *schema.Type[OrderCreate] // for fingerprints
	answers *schema.Type[OrderOut]    // for stored answers

	// The operations, for links and for typed calls.
	Create *tenon.Endpoint[CreateOrder, Created]
	Order  *tenon.Endpoint[GetOrder, OrderOut]
	List   *tenon.Endpoint[ListOrders, OrderList]
}

// New returns an API, or one error that joins everything wrong with cfg.
func New(cfg Config) (*API, error) {
	a := &API{store: cfg.Store, now: cfg.Now}
	var errs []error
	if cfg.Store == nil {
		errs = append(errs, errors.New("Store is nil"))
	}
	if a.now == nil {
		a.now = time.Now
	}
	set := schema.NewSet(schema.Config{})
	var err error
	a.cursors, err = page.New(page.Config{Key: cfg.CursorKey})
	errs = append(errs, err)
	a.inputs, err = schema.Compile[OrderCreate](set)
	errs = append(errs, err)
	a.answers, err = schema.Compile[OrderOut](set)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return a, nil
}
