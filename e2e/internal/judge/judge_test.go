package judge_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/e2e/internal/judge"
	"github.com/tenonapi/tenon/internal/assert"
)

const s = time.Second

// item returns the bytes of the nth order of customer c, which is that of the key "k<n>".
func item(n int) string {
	return fmt.Sprintf(`{"id":"id-%02d","status":"pending","customer_id":"c","amount_cents":%d,"currency":"EUR","created_at":"2026-01-01T00:00:%02dZ"}`, n, n, n)
}

func location(n int) string { return fmt.Sprintf("/v1/orders/id-%02d", n) }

// try is a request for the nth order, n seconds after the begin.
func try(n int, outcome judge.Outcome) judge.Try {
	at := time.Duration(n) * s
	t := judge.Try{Request: n, Key: fmt.Sprint("k", n), Payload: judge.Payload{Customer: "c", Cents: int64(n)}, Begin: at, End: at + s/10, Outcome: outcome}
	if outcome.Acknowledged() {
		t.Body, t.Location = item(n), location(n)
	}
	return t
}

func event(n int) string {
	return `{"type":"order.created","timestamp":"2026-01-01T00:00:00Z","data":` + item(n) + `}`
}

// good returns a history of the orders 1 to 5 in which there is nothing wrong, although
// the service was killed.
func good() *judge.History {
	h := &judge.History{
		Faults: []judge.Fault{{Kind: judge.Kill, Begin: 2 * s, End: 3 * s}},
		Orders: make(map[string]string), Left: map[int]bool{}, Webhooks: true,
	}
	var items []string
	for n := 1; n <= 5; n++ {
		h.Tries = append(h.Tries, try(n, judge.Created))
		h.Orders[location(n)] = item(n)
		h.Deliveries = append(h.Deliveries, judge.Delivery{ID: fmt.Sprint("msg_", n), Body: event(n), Accepted: true})
		items = slices.Insert(items, 0, item(n))
	}
	h.Lists = []judge.List{{Customer: "c", Limit: 2, Items: items}, {Customer: "c", Limit: 100, Items: slices.Clone(items)}, {Customer: "d", Limit: 100}}
	return h
}

// again is another try of a request, a second later.
func again(t judge.Try, outcome judge.Outcome) judge.Try {
	b := try(int(t.Payload.Cents), outcome)
	b.Request, b.Key, b.Begin, b.End = t.Request, t.Key, t.Begin+s, t.End+s
	return b
}

func pages(p ...judge.Page) func(*judge.History) {
	return func(h *judge.History) { h.Pages = p }
}

// drop removes the nth order from the lists.
func drop(h *judge.History, n int) {
	for i := range h.Lists {
		h.Lists[i].Items = slices.DeleteFunc(h.Lists[i].Items, func(text string) bool { return text == item(n) })
	}
}

// add puts an order to the begin of the lists.
func add(h *judge.History, text string) {
	for i := range 2 {
		h.Lists[i].Items = slices.Insert(h.Lists[i].Items, 0, text)
	}
}

func TestHistoriesThatMayBe(t *testing.T) {
	for name, change := range map[string]func(*judge.History){
		"orders that are created": func(*judge.History) {},
		"cut by a kill, then replayed": func(h *judge.History) {
			h.Tries[1] = try(2, judge.Cut)
			h.Tries = append(h.Tries, again(h.Tries[1], judge.InUse), again(h.Tries[1], judge.Replayed))
			h.Tries[6].End += s / 10
		},
		"left, and found by another client": func(h *judge.History) {
			h.Tries[3].Outcome, h.Left[4] = judge.Late, true
			found := try(4, judge.Replayed)
			found.Request = 40
			h.Tries = append(h.Tries, found)
		},
		"the loser of a race is refused": func(h *judge.History) {
			lost := try(9, judge.Reused)
			lost.Key, lost.Body, lost.Location = "k3", "", ""
			h.Tries = append(h.Tries, lost)
		},
		"unavailable while the database recovers": func(h *judge.History) {
			h.Faults = append(h.Faults, judge.Fault{Kind: judge.Crash, Begin: 3 * s, End: 4 * s})
			h.Tries = append(h.Tries, try(4, judge.Unavailable), again(h.Tries[3], judge.Replayed))
		},
		"a page before and after orders came": pages(
			judge.Page{Customer: "c", Begin: 4 * s, Items: []string{item(3), item(2)}, More: true},
			judge.Page{Customer: "c", After: item(2), Begin: 9 * s, Items: []string{item(1)}},
			judge.Page{Customer: "d", Begin: 9 * s},
		),
		"a page with an order that is not acknowledged yet": pages(
			judge.Page{Customer: "c", Begin: 4 * s, Items: []string{item(4), item(3), item(2), item(1)}},
		),
		"an event that comes again": func(h *judge.History) {
			h.Deliveries[2].Accepted = false
			h.Deliveries = append(h.Deliveries, judge.Delivery{ID: "msg_3", Body: event(3), Accepted: true})
		},
		"no receiver": func(h *judge.History) { h.Webhooks, h.Deliveries = false, nil },
	} {
		t.Run(name, func(t *testing.T) {
			h := good()
			change(h)
			assert.Equal(t, judge.Judge(h), nil)
		})
	}
}

func TestHistoriesThatMustNotBe(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*judge.History)
		want   []string // a part of each violation
	}{
		{"an answer that must never be", func(h *judge.History) {
			h.Tries = append(h.Tries, judge.Try{Request: 3, Key: "k3", Payload: h.Tries[2].Payload, Begin: 3 * s, End: 3 * s, Body: "500 oops"})
		}, []string{"excused: key k3: the answer from 3s to 3s is wrong: 500 oops"}},
		{"a read that is cut while the service was up", func(h *judge.History) {
			h.Reads = []judge.Read{{Target: "/v1/orders/id-05", Begin: 5 * s, End: 6 * s, Outcome: judge.Cut}, {Target: "/", Begin: 2 * s, End: 2 * s, Outcome: judge.Cut}}
		}, []string{"excused: /v1/orders/id-05: the request from 5s to 6s was cut"}},
		{"cut while the service was up", func(h *judge.History) {
			h.Tries = append(h.Tries, try(5, judge.Cut), again(h.Tries[4], judge.Replayed))
		}, []string{"excused: key k5: the request from 5s to 5.1s was cut"}},
		{"unavailable by a kill", func(h *judge.History) {
			h.Tries = append(h.Tries, try(2, judge.Unavailable), again(h.Tries[1], judge.Replayed))
		}, []string{"excused: key k2: the request from 2s to 2.1s was refused"}},
		{"unavailable long after the database was back", func(h *judge.History) {
			h.Faults = append(h.Faults, judge.Fault{Kind: judge.Crash, Begin: 1 * s, End: 2 * s})
			late := try(5, judge.Unavailable)
			late.Begin, late.End = 8*s, 8*s
			h.Tries = append(h.Tries, late)
			h.Tries[4].Begin, h.Tries[4].End = 9*s, 9*s
		}, []string{"excused: key k5: the request from 8s to 8s was refused"}},

		{"a key is answered as new twice", func(h *judge.History) {
			h.Tries = append(h.Tries, again(h.Tries[1], judge.Created))
		}, []string{"winner: key k2 was answered 2 times as new"}},
		{"another answer after a restart", func(h *judge.History) {
			other := again(h.Tries[1], judge.Created)
			other.Body, other.Location = strings.Replace(item(2), "id-02", "id-99", 1), "/v1/orders/id-99"
			h.Tries = append(h.Tries, other)
			h.Orders[other.Location] = other.Body
			add(h, other.Body)
			h.Deliveries = append(h.Deliveries, judge.Delivery{ID: "msg_9", Body: strings.Replace(event(2), item(2), other.Body, 1), Accepted: true})
		}, []string{"once: key k2 was answered with", "once: key k2 has two orders", "sorted: ", "sorted: ", "winner: key k2 has two answers", "winner: key k2 was answered 2 times"}},
		{"two payloads win", func(h *judge.History) {
			h.Tries[3].Key = "k2"
		}, []string{"once: key k2 was answered with", "once: key k2 has two orders", "winner: key k2 was acknowledged for", "winner: key k2 was answered 2 times as new"}},
		{"the winner is refused", func(h *judge.History) {
			h.Tries = append(h.Tries, again(h.Tries[1], judge.Reused))
		}, []string{"winner: key k2 was refused for 2 cents of c, which has won"}},
		{"all are refused", func(h *judge.History) {
			h.Tries = append(h.Tries, try(9, judge.Reused))
		}, []string{"winner: key k9 was refused for 9 cents of c, but no other payload has won"}},
		{"another order than the one asked for", func(h *judge.History) {
			h.Tries[1].Payload.Cents = 7
		}, []string{"once: nobody has asked for the order", "winner: key k2 asked for 7 cents of c and got"}},

		{"stuck", func(h *judge.History) {
			h.Tries = append(h.Tries, try(9, judge.InUse))
		}, []string{"resolved: key k9 for 9 cents of c: nobody learned", "resolved: key k9 for 9 cents of c: the last of the answers in 100ms is in use"}},
		{"left and forgotten", func(h *judge.History) {
			h.Tries, h.Left[9] = append(h.Tries, try(9, judge.Late)), true
		}, []string{"resolved: key k9 for 9 cents of c: nobody learned"}},
		{"resolved too late", func(h *judge.History) {
			late := again(h.Tries[1], judge.Replayed)
			late.End += judge.Resolve
			h.Tries = append(h.Tries, late)
		}, []string{"resolved: key k2 for 2 cents of c: it took 31.1s"}},

		{"lost", func(h *judge.History) {
			drop(h, 2)
			delete(h.Orders, location(2))
		}, []string{"kept: key k2: /v1/orders/id-02 is", "kept: key k2: the order is in no list", "told: event msg_2 tells of an order that does not exist"}},
		{"changed", func(h *judge.History) {
			h.Orders[location(2)] = strings.Replace(item(2), "EUR", "USD", 1)
		}, []string{"kept: key k2: /v1/orders/id-02 is"}},
		{"an order without a key", func(h *judge.History) {
			add(h, item(9))
			h.Deliveries = append(h.Deliveries, judge.Delivery{ID: "msg_9", Body: event(9), Accepted: true})
		}, []string{"once: nobody has asked for the order"}},
		{"in the list of another", func(h *judge.History) {
			h.Lists[2].Items = []string{item(2)}
		}, []string{"once: customer d: the list has the order of another"}},
		{"listed twice", func(h *judge.History) {
			add(h, item(2))
		}, []string{"once: customer c: an order is listed twice", "sorted: ", "sorted: "}},

		{"another list for another size", func(h *judge.History) {
			h.Lists[0].Items = h.Lists[0].Items[1:]
		}, []string{"sorted: customer c: pages of 2 show 4 orders, larger ones 5"}},
		{"not sorted", func(h *judge.History) {
			for i := range 2 {
				slices.Reverse(h.Lists[i].Items[1:3])
			}
		}, []string{"sorted: customer c, pages of 100: id-04", "sorted: customer c, pages of 2: id-04"}},

		{"not among what was acknowledged before", pages(judge.Page{Customer: "c", Begin: 9 * s, Items: []string{item(4)}, More: true}),
			[]string{"paged: customer c: a page at 9s leaves out what was acknowledged at 5.1s"}},
		{"a list that ends too early", pages(judge.Page{Customer: "c", Begin: 9 * s, Items: []string{item(5), item(4), item(3)}}),
			[]string{"leaves out what was acknowledged at 1.1s", "leaves out what was acknowledged at 2.1s"}},
		{"a cursor that is an offset", pages(judge.Page{Customer: "c", After: item(3), Begin: 9 * s, Items: []string{item(3), item(2)}, More: true}),
			[]string{"paged: customer c: a page at 9s repeats or comes back to"}},
		{"a page of another order", pages(judge.Page{Customer: "c", Begin: 9 * s, Items: []string{item(9)}}),
			[]string{"that is not there any more", "leaves out", "leaves out", "leaves out", "leaves out", "leaves out"}},
		{"an empty page that is not the last", pages(judge.Page{Customer: "d", Begin: 9 * s, More: true}),
			[]string{"is empty, but not the last"}},
		{"a cursor behind what is gone", pages(judge.Page{Customer: "c", After: item(9), Begin: 9 * s}),
			[]string{"the order before a page is gone"}},

		{"not signed", func(h *judge.History) { h.Deliveries[1].Invalid = "no signature" }, []string{"told: event msg_2 is not signed as it must be: no signature"}},
		{"another body", func(h *judge.History) {
			h.Deliveries = append(h.Deliveries, judge.Delivery{ID: "msg_3", Body: event(3) + " ", Accepted: true})
		}, []string{"told: event msg_3 has two bodies"}},
		{"two events", func(h *judge.History) {
			h.Deliveries = append(h.Deliveries, judge.Delivery{ID: "msg_3b", Body: event(3), Accepted: true})
		}, []string{"tell of one order"}},
		{"no event", func(h *judge.History) { h.Deliveries = h.Deliveries[1:] }, []string{"told: no event tells of " + item(1)}},
		{"never accepted", func(h *judge.History) { h.Deliveries[1].Accepted = false }, []string{"told: event msg_2 was never accepted"}},
		{"of what does not exist", func(h *judge.History) {
			h.Deliveries = append(h.Deliveries, judge.Delivery{ID: "msg_9", Body: event(9), Accepted: true})
		}, []string{"told: event msg_9 tells of an order that does not exist"}},
		{"of something else", func(h *judge.History) {
			h.Deliveries[1].Body = strings.Replace(event(2), "order.created", "order.paid", 1)
		}, []string{"told: event msg_2 is none of an order"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := good()
			tt.change(h)
			left := make(map[string]bool)
			for _, v := range judge.Judge(h) {
				left[v.String()] = true
			}
			all := slices.Sorted(maps.Keys(left))
			for _, want := range tt.want {
				i := slices.IndexFunc(all, func(text string) bool { return left[text] && strings.Contains(text, want) })
				if i < 0 {
					t.Errorf("no violation with %q is left of\n%s", want, strings.Join(all, "\n"))
					continue
				}
				delete(left, all[i])
			}
			for text := range left {
				t.Errorf("not expected: %s", text)
			}
		})
	}
}
