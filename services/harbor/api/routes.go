package api

import (
	"context"
	"net/http"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
)

// The scopes that callers may be limited to.
const (
	scopeRead          = "orders:read"
	scopeWrite         = "orders:write"
	scopeReadWebhooks  = "webhooks:read"
	scopeWriteWebhooks = "webhooks:write"
)

// Scopes returns all scopes there are.
func Scopes() []string { return []string{scopeRead, scopeWrite, scopeReadWebhooks, scopeWriteWebhooks} }

// Routes registers the operations. What r says holds for all of them.
func (a *API) Routes(r *tenon.Router) {
	r.Use(tenon.Provide(caller), a.events.Option())
	once := idempotency.Require(idempotency.Config{ReplayStatus: http.StatusOK, Now: a.now})
	scoped := func(r *tenon.Router, read, write string) (_, _ *tenon.Router) {
		return r.Group("", tenon.Scopes(read)), r.Group("", tenon.Scopes(write))
	}

	orders := r.Group("/v1", tenon.Tags("orders"),
		tenon.MapError(harbor.ErrOrderNotFound, http.StatusNotFound, "order_not_found", "Order not found"))
	read, write := scoped(orders, scopeRead, scopeWrite)
	a.Create = tenon.Post(write, "/orders", a.create, tenon.Around(a.committed), once,
		tenon.Doc{ID: "createOrder", Summary: "Create an order", Description: createDoc})
	a.Order = tenon.Get(read, "/orders/{order_id}", a.order, tenon.Errors(harbor.ErrOrderNotFound),
		tenon.Doc{ID: "getOrder", Summary: "Read an order", Description: "An order of another merchant is not found."})
	a.List = tenon.Get(read, "/customers/{customer_id}/orders", a.list,
		tenon.Doc{ID: "listOrders", Summary: "List the orders of a customer, newest first", Description: listDoc})

	endpoints := r.Group("/v1/webhook-endpoints", tenon.Tags("webhooks"),
		tenon.MapError(webhook.ErrNotFound, http.StatusNotFound, "webhook_endpoint_not_found", "Webhook endpoint not found"),
		tenon.MapError(webhook.ErrTooManyEndpoints, http.StatusConflict, "too_many_webhook_endpoints", "There are 50 webhook endpoints already"))
	read, write = scoped(endpoints, scopeReadWebhooks, scopeWriteWebhooks)
	a.CreateEndpoint = tenon.Post(write, "", a.createEndpoint, once, tenon.Errors(webhook.ErrTooManyEndpoints),
		tenon.Doc{ID: "createWebhookEndpoint", Summary: "Have events sent to a URL", Description: createEndpointDoc})
	a.ListEndpoints = tenon.Get(read, "", a.listEndpoints,
		tenon.Doc{ID: "listWebhookEndpoints", Summary: "List all webhook endpoints, oldest first", Description: "There are 50 at most. Their secrets are not shown."})
	unknown := tenon.Errors(webhook.ErrNotFound)
	a.Endpoint = tenon.Get(read, "/{endpoint_id}", a.endpoint, unknown,
		tenon.Doc{ID: "getWebhookEndpoint", Summary: "Read a webhook endpoint", Description: "Its secret is not shown."})
	a.PatchEndpoint = tenon.Patch(write, "/{endpoint_id}", a.patchEndpoint, unknown,
		tenon.Doc{ID: "changeWebhookEndpoint", Summary: "Change, disable or enable a webhook endpoint", Description: patchDoc})
	a.RotateSecret = tenon.Post(write, "/{endpoint_id}/rotate", a.rotate, idempotency.Require(idempotency.Config{Now: a.now}), unknown,
		tenon.Doc{ID: "rotateWebhookSecret", Summary: "Give a webhook endpoint another secret", Description: rotateDoc})
	a.ListDeliveries = tenon.Get(read, "/{endpoint_id}/deliveries", a.listDeliveries, unknown,
		tenon.Doc{ID: "listWebhookDeliveries", Summary: "List what is sent to a webhook endpoint, newest first", Description: "Deliveries are kept for 30 days."})
	a.Replay = tenon.Post(r, "/v1/webhook-deliveries/{delivery_id}/replay", a.replay, tenon.Tags("webhooks"), tenon.Scopes(scopeWriteWebhooks),
		tenon.MapError(webhook.ErrNotFound, http.StatusNotFound, "webhook_delivery_not_found", "Webhook delivery not found"),
		tenon.MapError(webhook.ErrDisabled, http.StatusConflict, "webhook_endpoint_disabled", "The webhook endpoint is disabled"),
		tenon.Errors(webhook.ErrNotFound, webhook.ErrDisabled),
		tenon.Doc{ID: "replayWebhookDelivery", Summary: "Send an event again", Description: replayDoc})
}

// committed wakes who sends events when a transaction behind it was committed.
func (a *API) committed(ctx context.Context, _ *struct{}, c *tenon.Call) error {
	err := c.Next(ctx)
	if err == nil {
		a.wake()
	}
	return err
}

// caller says whose idempotency keys and endpoints are whose: a merchant keeps them when
// it gets other credentials.
func caller(_ context.Context, in *struct{ Merchant harbor.MerchantID }) (tenon.Caller, error) {
	return tenon.Caller(in.Merchant), nil
}

const createDoc = "Safe to repeat: a request with the same `Idempotency-Key` and the same payload gets the stored answer " +
	"with status 200 and `Idempotency-Replayed: true`; with another payload it is refused with 422, and with 409 while the first " +
	"one is still running. Requests that were refused can be repeated with the same key."

const listDoc = "Page by page: `next_cursor` of one page leads to the next, whatever is added meanwhile. A cursor is for its customer, and holds for a limited time."

const createEndpointDoc = "Events are sent by [Standard Webhooks](https://www.standardwebhooks.com): a POST with `webhook-id`, `webhook-timestamp` and " +
	"`webhook-signature`, and the body `{\"type\":…,\"timestamp\":…,\"data\":…}`; data of `order.created` is the order. An event is repeated over three days until " +
	"the answer is 2xx, so it can come twice, and its order is not kept. Redirects are not followed, 410 disables the endpoint.\n\n" +
	"The secret is in this answer only, and for 24 hours in its replay: whoever has lost the answer asks again with the same `Idempotency-Key`."

const patchDoc = "What is left out stays as it is. While an endpoint is disabled nothing is sent to it; what waited is sent when it is enabled, what happened meanwhile is not."

const rotateDoc = "The answer has the new secret, which signs from now on; the old one signs as well for `overlap_seconds`, so that receivers can change over. " +
	"One that was rotated before ends at once. Only a repetition with the same `Idempotency-Key` is the same rotation, and gets the same answer for 24 hours."

const replayDoc = "It is sent at once, with the same `webhook-id` and body as before, and repeated like a new one. One that is being sent is left as it is."
