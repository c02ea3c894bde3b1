// Package webhook tells other services what has happened, and hears from them, by
// Standard Webhooks.
//
// A handler publishes an event through an [Outbox] that is bound to its transaction:
// the event, and a delivery for each [Endpoint] that wants it, are committed with what
// the handler did or not at all. A [Dispatcher] sends what is due until the receiver
// has answered with a status of 2xx or the schedule, which spans three days, is over.
// So an event arrives at least once, always with the same webhook-id and the same
// bytes, and in no particular order.
//
// Receivers are named by customers, so a [Guard] looks at every address before it is
// dialed: only public ones are, unless the configuration allows others.
//
// On the other side a [Receiver] lets through what is signed, recent and new, and
// [Verify] is the first half of it.
//
// What is stored, and where, is up to a [Store] and a [Registry] and, in transactions, an
// [Events] and a [Registrar]; package webhooktest has the tests that they must pass.
//
// Source: Standard Webhooks 1.0.0 (www.standardwebhooks.com), symmetric signatures.
package webhook
