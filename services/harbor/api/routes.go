package api

import (
	"net/http"

	"github.com/tenonapi/tenon"

	"github.com/tenonapi/tenon/services/harbor"
)

// Routes registers every operation of the service.
func (a *API) Routes(r *tenon.Router) {
	r.Use(
		tenon.MapError(harbor.ErrOrderNotFound, http.StatusNotFound, "order_not_found", "Order not found"),
		tenon.MapError(harbor.ErrKeyReused, http.StatusUnprocessableEntity, "idempotency_key_reused", "Idempotency key was used with another payload"),
		tenon.MapError(harbor.ErrKeyInFlight, http.StatusConflict, "idempotency_key_in_use", "Idempotency key is in use by a running request"),
		tenon.MapError(errNotReady, http.StatusServiceUnavailable, "not_ready", "Service is not ready"),
	)

	orders := r.Group("/v1", tenon.Tags("orders"))
	a.Create = tenon.Post(orders, "/orders", a.create, tenon.Errors(harbor.ErrKeyReused, harbor.ErrKeyInFlight),
		tenon.Doc{ID: "createOrder", Summary: "Create an order", Description: createDoc})
	a.Order = tenon.Get(orders, "/orders/{order_id}", a.order, tenon.Errors(harbor.ErrOrderNotFound),
		tenon.Doc{ID: "getOrder", Summary: "Read an order"})
	a.List = tenon.Get(orders, "/customers/{customer_id}/orders", a.list,
		tenon.Doc{ID: "listOrders", Summary: "List the orders of a customer, newest first"})

	health := r.Group("", tenon.Tags("health"))
	tenon.Get(health, "/livez", a.live, tenon.Doc{ID: "live", Summary: "Tell whether the process runs"})
	tenon.Get(health, "/health", a.live, tenon.Doc{Hidden: true})
	ready := health.Group("", tenon.Errors(errNotReady))
	tenon.Get(ready, "/readyz", a.ready, tenon.Doc{ID: "ready", Summary: "Tell whether requests can be served"})
	tenon.Get(ready, "/ready", a.ready, tenon.Doc{Hidden: true})
}

const createDoc = "Safe to repeat: a request with the same `Idempotency-Key` and the same payload gets the stored answer " +
	"with status 200 and `Idempotency-Replayed: true`; with another payload it is refused with 422, and with 409 while the first " +
	"one is still running. Requests that were refused can be repeated with the same key."
