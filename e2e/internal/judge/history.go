// Package judge decides whether a history of Harbor Payments, with faults in it, is one that a
// service may have which loses nothing and does nothing twice.
//
// A [History] is what clients, a receiver of webhooks and whoever caused the faults have noted.
// [Judge] compares that with what is promised. It asks nobody and changes nothing, so that its
// own tests show it histories that must not happen.
package judge

import (
	"encoding/json"
	"fmt"
	"time"
)

// A History is what happened in a run, and what was found at its end. All times are since
// its begin.
type History struct {
	Faults []Fault
	Tries  []Try
	Left   map[int]bool      // requests that their clients did not repeat, so that they do not know what became of them
	Reads  []Read            // that failed
	Pages  []Page            // that were read while orders were created
	Lists  []List            // at the end, of each customer for several sizes of pages
	Orders map[string]string // at the end, the answers to reading what Location named, by Location

	Webhooks   bool // whether there is a receiver
	Deliveries []Delivery
}

// A Payload is the order that somebody asks for. No two keys share one, so that an order
// tells whose it is.
type Payload struct {
	Customer string
	Cents    int64
}

// A Try is one request for an order.
type Try struct {
	Request    int // the tries of one request have its number: the client repeats until it knows
	Key        string
	Payload    Payload
	Begin, End time.Duration
	Outcome    Outcome
	Location   string // of the order, if Outcome is Created or Replayed
	Body       string // likewise its bytes; the whole answer, or the error, if that is unexpected
}

// An Outcome is what a client got for a try.
type Outcome int

// The outcomes. After Created, Replayed and Reused a client knows what became of its key.
const (
	Wrong       Outcome = iota // an answer that there must never be
	Created                    // the order is new
	Replayed                   // the answer of before
	Reused                     // the key is that of another payload
	InUse                      // the key is that of a request that runs
	Unavailable                // try again later
	Cut                        // no answer, the connection broke
	Late                       // no answer in the time that the client wanted to wait
)

// Known reports whether the client knows what became of its key.
func (o Outcome) Known() bool { return o.Acknowledged() || o == Reused }

// Acknowledged reports whether the client has got its order.
func (o Outcome) Acknowledged() bool { return o == Created || o == Replayed }

// String implements [fmt.Stringer].
func (o Outcome) String() string {
	return [...]string{"wrong", "created", "replayed", "reused", "in use", "unavailable", "cut", "late"}[o]
}

// A Read is a request for something else that failed and was repeated.
type Read struct {
	Target     string
	Begin, End time.Duration
	Outcome    Outcome // Wrong, Unavailable, Cut or Late
	Text       string  // the answer
}

// A Fault is a time in which something was broken on purpose.
type Fault struct {
	Kind       Kind
	Begin, End time.Duration // End is when the service was ready again
}

// A Kind is what was done.
type Kind int

// The kinds of faults.
const (
	Kill      Kind = iota // kill -9 of the service
	Terminate             // SIGTERM to the service
	Stop                  // SIGSTOP, and SIGCONT
	Crash                 // the immediate end of the database
)

// String implements [fmt.Stringer].
func (k Kind) String() string { return [...]string{"kill", "terminate", "stop", "crash"}[k] }

// A Page is one page of a list that was read while orders were created.
type Page struct {
	Customer string
	After    string // bytes of the order that its cursor is behind; empty for the first page
	Begin    time.Duration
	Items    []string // bytes of the orders
	More     bool     // it has a cursor for the next page
}

// A List is all orders of a customer, walked over in pages of up to Limit orders.
type List struct {
	Customer string
	Limit    int
	Items    []string // bytes of the orders
}

// A Delivery is a request to the receiver of webhooks.
type Delivery struct {
	ID       string // of the event
	Body     string
	Invalid  string // what is wrong with its signature, if anything is
	Accepted bool   // it was answered with 2xx
}

// An order is an order as clients see it.
type order struct {
	ID         string    `json:"id"`
	Status     string    `json:"status"`
	CustomerID string    `json:"customer_id"`
	Cents      int64     `json:"amount_cents"`
	Currency   string    `json:"currency"`
	CreatedAt  time.Time `json:"created_at"`
}

func parse(body string) (o order, err error) {
	err = json.Unmarshal([]byte(body), &o)
	return o, err
}

func (o *order) payload() Payload { return Payload{o.CustomerID, o.Cents} }

// String implements [fmt.Stringer].
func (p Payload) String() string { return fmt.Sprintf("%d cents of %s", p.Cents, p.Customer) }
