package api

import (
	"context"
	"net/http"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

// The scopes that callers may be limited to.
const (
	scopeRead  = "orders:read"
	scopeWrite = "orders:write"
)

// Scopes returns all scopes there are.
func Scopes() []string { return []string{scopeRead, scopeWrite} }

// Routes registers the operations. What r says holds for all of them.
func (a *API) Routes(r *tenon.Router) {
	r.Use(
		tenon.MapError(harbor.ErrOrderNotFound, http.StatusNotFound, "order_not_found", "Order not found"),
		tenon.Provide(caller),
	)

	v1 := r.Group("/v1", tenon.Tags("orders"))
	write, read := v1.Group("", tenon.Scopes(scopeWrite)), v1.Group("", tenon.Scopes(scopeRead))
	a.Create = tenon.Post(write, "/orders", a.create, idempotency.Require(idempotency.Config{ReplayStatus: http.StatusOK}),
		tenon.Doc{ID: "createOrder", Summary: "Create an order", Description: createDoc})
	a.Order = tenon.Get(read, "/orders/{order_id}", a.order, tenon.Errors(harbor.ErrOrderNotFound),
		tenon.Doc{ID: "getOrder", Summary: "Read an order"})
	a.List = tenon.Get(read, "/customers/{customer_id}/orders", a.list,
		tenon.Doc{ID: "listOrders", Summary: "List the orders of a customer, newest first"})
}

// caller says whose idempotency keys are whose: a merchant keeps its keys when it
// gets other credentials.
func caller(_ context.Context, in *struct{ Merchant harbor.MerchantID }) (tenon.Caller, error) {
	return tenon.Caller(in.Merchant), nil
}

const createDoc = "Safe to repeat: a request with the same `Idempotency-Key` and the same payload gets the stored answer " +
	"with status 200 and `Idempotency-Replayed: true`; with another payload it is refused with 422, and with 409 while the first " +
	"one is still running. Requests that were refused can be repeated with the same key."
