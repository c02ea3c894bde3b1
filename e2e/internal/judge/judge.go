package judge

import (
	"fmt"
	"slices"
	"time"
)

// Resolve is how long a client may have to ask until it knows what became of its key.
const Resolve = 30 * time.Second

// Recover is how long requests may fail after the database has come back.
const Recover = 5 * time.Second

// A Violation is something in a history that must not be.
type Violation struct {
	Rule string // name of the promise that was broken
	Text string
}

// String implements [fmt.Stringer].
func (v Violation) String() string { return v.Rule + ": " + v.Text }

// The names of the promises.
const (
	Excused  = "excused"  // nothing fails without a fault that excuses it
	Winner   = "winner"   // each key has one payload, one answer, for ever
	Resolved = "resolved" // each key that was tried is resolved in time
	Kept     = "kept"     // each order that was acknowledged is there, as it was
	Once     = "once"     // each order is that of one key, which has no other
	Sorted   = "sorted"   // lists are sorted and the same for each size of pages
	Paged    = "paged"    // pages show what was there, once, whatever happens between them
	Told     = "told"     // each order has one webhook that arrived, and no webhook is of anything else
)

// Judge returns everything in h that must not be.
func Judge(h *History) []Violation {
	j := &judge{History: h, keys: make(map[string]*key), owner: make(map[Payload]string), lists: make(map[string]*list)}
	j.index()
	for rule, check := range map[string]func(){
		Excused: j.excused, Winner: j.winner, Resolved: j.resolved, Kept: j.kept,
		Once: j.once, Sorted: j.sorted, Paged: j.paged, Told: j.told,
	} {
		j.rule = rule
		check()
	}
	slices.SortFunc(j.found, func(a, b Violation) int {
		switch {
		case a.String() < b.String():
			return -1
		case a.String() > b.String():
			return 1
		}
		return 0
	})
	return slices.Compact(j.found)
}

// A judge is at work on one history.
type judge struct {
	*History
	keys  map[string]*key
	owner map[Payload]string // keys by what was asked for
	lists map[string]*list   // by customer, as the largest pages showed it

	rule  string // being checked
	found []Violation
}

// A key is what is known of one idempotency key.
type key struct {
	tries []*Try
	won   *Try          // the acknowledgement that ended first; nil if there is none
	since time.Duration // when that was
}

// A list is that of a customer at the end.
type list struct {
	items []string
	at    map[string]int // index in items
}

func (j *judge) violation(format string, args ...any) {
	j.found = append(j.found, Violation{j.rule, fmt.Sprintf(format, args...)})
}

func (j *judge) index() {
	for i := range j.Tries {
		t := &j.Tries[i]
		k := j.keys[t.Key]
		if k == nil {
			k = new(key)
			j.keys[t.Key] = k
		}
		k.tries = append(k.tries, t)
		j.owner[t.Payload] = t.Key
		if t.Outcome.Acknowledged() && (k.won == nil || t.End < k.since) {
			k.won, k.since = t, t.End
		}
	}
	for _, l := range slices.SortedFunc(slices.Values(j.Lists), func(a, b List) int { return b.Limit - a.Limit }) {
		if j.lists[l.Customer] != nil {
			continue
		}
		reference := &list{l.Items, make(map[string]int)}
		for i, item := range l.Items {
			reference.at[item] = i
		}
		j.lists[l.Customer] = reference
	}
}
