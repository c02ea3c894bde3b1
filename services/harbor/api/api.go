// Package api serves the orders of Harbor Payments over HTTP.
//
// It knows neither how callers prove who they are nor what stores orders: its
// operations depend on interfaces of package harbor. Their paths are in routes.go.
package api

import (
	"fmt"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
)

// Config configures an [API].
type Config struct {
	CursorKey []byte           // signs cursors, at least 32 bytes; required
	Now       func() time.Time // clock; nil means time.Now
}

// An API has the handlers. It is made by [New] and safe for concurrent use.
//
// They depend on the harbor.MerchantID that calls, on harbor.Orders and an
// idempotency.Records of one transaction, on harbor.Reader and on idempotency.Store.
type API struct {
	cursors *page.Codec
	now     func() time.Time

	// The operations, for links and for typed calls.
	Create *tenon.Endpoint[CreateOrder, tenon.Created[OrderOut]]
	Order  *tenon.Endpoint[GetOrder, OrderOut]
	List   *tenon.Endpoint[ListOrders, OrderList]
}

// New returns an API, or an error that says what is wrong with cfg.
func New(cfg Config) (*API, error) {
	a := &API{now: cfg.Now}
	if a.now == nil {
		a.now = time.Now
	}
	var err error
	if a.cursors, err = page.New(page.Config{Key: cfg.CursorKey}); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return a, nil
}
