// Package jobs does work after the request that asked for it, and does not lose it.
//
// A handler enqueues a job through a [Queue] that is bound to its transaction: the job is
// committed with what the handler did or not at all. A [Runner] does it, in this
// process or another one: again after an error, later and later, until it is done or has
// no attempt left. Then it is a dead letter, which an operator can list and replay.
//
// A job is done at least once. It is done twice when its process dies between the work
// and the note that it is done, and twice at a time when its process stands still for
// longer than the timeout of the job and others take it for dead. So what a job does must
// bear repeating: [Job].ID is the same each time, and serves as an idempotency key.
// There is no order.
//
// A [Kind] says what jobs there are and what is true of all of them, a [Config] what does
// them. [Memory] is a runner for tests; those that keep jobs in a database are adapters,
// which need [Core]. Package jobstest has the tests that a runner must pass.
//
// Work that may be lost in a crash needs no job: see package background.
package jobs
