package judge

import (
	"slices"
	"time"
)

// excused checks that requests fail only while something is broken: a process that ends cuts
// connections, a database that is away makes the service say so.
func (j *judge) excused() {
	for _, t := range j.Tries {
		j.excuse(Read{"key " + t.Key, t.Begin, t.End, t.Outcome, t.Body})
	}
	for _, r := range j.Reads {
		j.excuse(r)
	}
}

func (j *judge) excuse(r Read) {
	switch r.Outcome {
	case Wrong:
		j.violation("%s: the answer from %v to %v is wrong: %s", r.Target, r.Begin, r.End, r.Text)
	case Cut:
		if !j.during(r, 0, Kill, Terminate) {
			j.violation("%s: the request from %v to %v was cut while the service was up: %s", r.Target, r.Begin, r.End, r.Text)
		}
	case Unavailable:
		if !j.during(r, Recover, Crash) {
			j.violation("%s: the request from %v to %v was refused while the database was up: %s", r.Target, r.Begin, r.End, r.Text)
		}
	}
}

// during reports whether r ran during a fault of one of the kinds, or up to grace after it.
func (j *judge) during(r Read, grace time.Duration, kinds ...Kind) bool {
	return slices.ContainsFunc(j.Faults, func(f Fault) bool {
		return slices.Contains(kinds, f.Kind) && r.Begin <= f.End+grace && f.Begin <= r.End
	})
}

// winner checks that all acknowledgements of a key are the same bytes for the same payload, that
// one of them at most says that the order is new, and that only other payloads are refused.
func (j *judge) winner() {
	for name, k := range j.keys {
		created := 0
		for _, t := range k.tries {
			switch {
			case t.Outcome == Reused && k.won == nil:
				j.violation("key %s was refused for %v, but no other payload has won", name, t.Payload)
			case t.Outcome == Reused && t.Payload == k.won.Payload:
				j.violation("key %s was refused for %v, which has won", name, t.Payload)
			case !t.Outcome.Acknowledged():
				continue
			case t.Payload != k.won.Payload:
				j.violation("key %s was acknowledged for %v and for %v", name, k.won.Payload, t.Payload)
			case t.Body != k.won.Body || t.Location != k.won.Location:
				j.violation("key %s has two answers:\n%s %s\n%s %s", name, k.won.Location, k.won.Body, t.Location, t.Body)
			}
			if t.Outcome == Created {
				created++
			}
		}
		if created > 1 {
			j.violation("key %s was answered %d times as new", name, created)
		}
		if k.won != nil {
			j.answered(name, k.won)
		}
	}
}

// answered checks that an order is what was asked for.
func (j *judge) answered(name string, t *Try) {
	o, err := parse(t.Body)
	if err != nil {
		j.violation("key %s was answered with %q: %v", name, t.Body, err)
		return
	}
	if o.payload() != t.Payload || o.Status != "pending" || o.Currency != "EUR" || o.CreatedAt.IsZero() || t.Location != "/v1/orders/"+o.ID {
		j.violation("key %s asked for %v and got %s at %q", name, t.Payload, t.Body, t.Location)
	}
}

// resolved checks that each request came to its end in time, and that somebody has learned
// what became of each payload, also where the first client has left.
func (j *judge) resolved() {
	type asked struct {
		key     string
		payload Payload
	}
	known := make(map[asked]bool)
	first := make(map[int]*Try)
	last := make(map[int]*Try)
	for i := range j.Tries {
		t := &j.Tries[i]
		what := asked{t.Key, t.Payload}
		known[what] = known[what] || t.Outcome.Known()
		if f := first[t.Request]; f == nil || t.Begin < f.Begin {
			first[t.Request] = t
		}
		if l := last[t.Request]; l == nil || t.End > l.End {
			last[t.Request] = t
		}
	}
	for what, ok := range known {
		if !ok {
			j.violation("key %s for %v: nobody learned what became of it", what.key, what.payload)
		}
	}
	for request, l := range last {
		took := l.End - first[request].Begin
		switch {
		case j.Left[request]:
		case !l.Outcome.Known():
			j.violation("key %s for %v: the last of the answers in %v is %v", l.Key, l.Payload, took, l.Outcome)
		case took > Resolve:
			j.violation("key %s for %v: it took %v until the client knew", l.Key, l.Payload, took)
		}
	}
}
