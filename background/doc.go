// Package background does small work after the answer of a request, in the memory of the process.
//
// It is NOT durable. A task is lost when the process crashes or is killed, when it takes too long
// while the server stops, and when it fails: nobody tries it again. It is for what may be lost, such as
// warming a cache or counting a visit. What was promised to somebody is a job: see package jobs.
//
// A handler depends on [Tasks] and leaves tasks there. They run when its answer was sent, and not at all when the
// request fails. How many run and wait is bounded: a [Runner] that is full refuses, and does not
// wait. When the server stops, it finishes what it has taken.
package background
