package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon/e2e/internal/judge"
)

const (
	faultCustomers = 8
	hasty          = time.Second // after which half of the clients repeat what is not answered
)

// A workload is clients that create and read orders, whatever happens to the service, and note
// what they were told.
type workload struct {
	t         *testing.T
	address   string // of the service, all the time
	begin     time.Time
	operation atomic.Int64            // number of the last that has begun
	marks     map[int64]chan struct{} // closed when so many have begun
	clients   [2]*client              // a hasty one and a patient one
	cents     atomic.Int64            // of the last payload: each has its own
	requests  atomic.Int64            // number of the last
	mu        sync.Mutex
	history   judge.History
	wanted    []want     // everything that was asked for
	bookmarks []bookmark // cursors to go on from
}

// A want is what a client asks for.
type want struct {
	key     string
	payload judge.Payload
}

// A bookmark is where a client has stopped to read a list.
type bookmark struct {
	customer string
	limit    int
	cursor   string
	after    string // bytes of the last order before
}

func newWorkload(t *testing.T, address string) *workload {
	w := &workload{t: t, address: address, begin: time.Now(), marks: make(map[int64]chan struct{})}
	w.history.Orders, w.history.Left = make(map[string]string), make(map[int]bool)
	for i := range w.clients {
		w.clients[i] = newClient(t, address)
	}
	w.clients[0].http.Timeout = hasty
	return w
}

// mark returns a channel that is closed when so many operations have begun.
func (w *workload) mark(operations int64) <-chan struct{} {
	if w.marks[operations] == nil {
		w.marks[operations] = make(chan struct{})
	}
	return w.marks[operations]
}

func (w *workload) now() time.Duration { return time.Since(w.begin) }

// run runs a number of operations by a number of clients, and returns when all are done.
func (w *workload) run(operations int64, clients int) {
	var running sync.WaitGroup
	for id := range clients {
		random := rand.New(rand.NewPCG(*seed, uint64(id)+1))
		running.Go(func() {
			for {
				n := w.operation.Add(1)
				if mark := w.marks[n]; mark != nil {
					close(mark)
				}
				if n > operations || w.t.Context().Err() != nil {
					return
				}
				w.operate(w.clients[id%2], random)
			}
		})
	}
	running.Wait()
}

// operate runs one operation.
func (w *workload) operate(c *client, random *rand.Rand) {
	switch n := random.IntN(100); {
	case n < 60:
		w.create(c, w.want(random))
	case n < 70: // the same twice at once
		a := w.want(random)
		w.both(func() { w.create(c, a) }, func() { w.create(c, a) })
	case n < 80: // one key for two payloads at once
		a, b := w.want(random), w.want(random)
		b.key = a.key
		w.both(func() { w.create(c, a) }, func() { w.create(c, b) })
	case n < 88: // what somebody has asked for before, or something else with its key
		a, ok := pick(w, &w.wanted, random)
		if !ok {
			return
		}
		if n < 82 {
			a.payload = w.want(random).payload
		}
		w.create(c, a)
	case n < 91: // and never ask again
		w.leave(c, w.want(random))
	case n < 96:
		w.page(c, bookmark{customer: customer(random), limit: 1 + random.IntN(30)}, true)
	default:
		if b, ok := pick(w, &w.bookmarks, random); ok {
			w.page(c, b, true)
		}
	}
}

func customer(random *rand.Rand) string { return fmt.Sprintf("load-%d", random.IntN(faultCustomers)) }

// want returns an order that nobody has asked for, and a key for it.
func (w *workload) want(random *rand.Rand) want {
	cents := w.cents.Add(1)
	return want{fmt.Sprintf("key-%d", cents), judge.Payload{Customer: customer(random), Cents: cents}}
}

func (w *workload) both(a, b func()) {
	var running sync.WaitGroup
	running.Go(a)
	running.Go(b)
	running.Wait()
}

// pick returns one of what the workload has noted.
func pick[T any](w *workload, from *[]T, random *rand.Rand) (v T, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(*from) == 0 {
		return v, false
	}
	return (*from)[random.IntN(len(*from))], true
}

// create asks for an order until it is known what became of it.
func (w *workload) create(c *client, a want) {
	request := int(w.requests.Add(1))
	w.mu.Lock()
	w.wanted = append(w.wanted, a)
	w.mu.Unlock()
	begin := w.now()
	for again := (backoff{}); ; again.wait() {
		outcome := w.try(c, request, a)
		if outcome.Known() || outcome == judge.Wrong || w.now()-begin > judge.Resolve || w.t.Context().Err() != nil {
			return
		}
	}
}

// leave asks for an order once, whatever comes of it.
func (w *workload) leave(c *client, a want) {
	request := int(w.requests.Add(1))
	w.mu.Lock()
	w.wanted = append(w.wanted, a)
	w.history.Left[request] = true
	w.mu.Unlock()
	w.try(c, request, a)
}

// try asks for an order once and notes what came of it.
func (w *workload) try(c *client, request int, a want) judge.Outcome {
	body := fmt.Appendf(nil, `{"customer_id":%q,"amount_cents":%d,"currency":"EUR"}`, a.payload.Customer, a.payload.Cents)
	try := judge.Try{Request: request, Key: a.key, Payload: a.payload, Begin: w.now()}
	answer, err := c.send("POST", "/v1/orders", body, "Content-Type: application/json", "Idempotency-Key: "+a.key)
	try.End = w.now()
	try.Outcome, try.Body = outcome(answer, err)
	if try.Outcome.Acknowledged() {
		try.Location = answer.header.Get("Location")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history.Tries = append(w.history.Tries, try)
	return try.Outcome
}

// outcome says what an answer to a request for an order means, and what there is to tell of it.
func outcome(a *answer, err error) (judge.Outcome, string) {
	if err != nil {
		return broke(err)
	}
	var p problem
	if a.status >= 400 && json.Unmarshal(a.body, &p) != nil {
		return judge.Wrong, fmt.Sprintf("status %d, no problem: %s", a.status, a.body)
	}
	replayed := a.header.Get("Idempotency-Replayed")
	switch {
	case a.status == http.StatusCreated && replayed == "":
		return judge.Created, string(a.body)
	case a.status == http.StatusOK && replayed == "true":
		return judge.Replayed, string(a.body)
	case a.status == http.StatusConflict && p.Code == "idempotency_key_in_use":
		return judge.InUse, ""
	case a.status == http.StatusUnprocessableEntity && p.Code == "idempotency_key_reused":
		return judge.Reused, ""
	case a.status == http.StatusServiceUnavailable:
		return judge.Unavailable, string(a.body)
	}
	return judge.Wrong, fmt.Sprintf("status %d, Idempotency-Replayed %q: %s", a.status, replayed, a.body)
}

// broke says what it means that there is no answer.
func broke(err error) (judge.Outcome, string) {
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return judge.Late, err.Error()
	}
	return judge.Cut, err.Error()
}

// get reads until there is an answer, and notes those that are none.
func (w *workload) get(c *client, target string) []byte {
	begin := w.now()
	for again := (backoff{}); ; again.wait() {
		read := judge.Read{Target: target, Begin: w.now()}
		a, err := c.send("GET", target, nil)
		read.End = w.now()
		switch {
		case err != nil:
			read.Outcome, read.Text = broke(err)
		case a.status == http.StatusOK:
			return a.body
		case a.status == http.StatusServiceUnavailable:
			read.Outcome, read.Text = judge.Unavailable, string(a.body)
		default:
			read.Text = fmt.Sprintf("status %d: %s", a.status, a.body)
		}
		w.mu.Lock()
		w.history.Reads = append(w.history.Reads, read)
		w.mu.Unlock()
		if read.Outcome == judge.Wrong || w.now()-begin > judge.Resolve || w.t.Context().Err() != nil {
			return nil
		}
	}
}

// page reads the page at a bookmark, and notes it and where to go on.
func (w *workload) page(c *client, b bookmark, note bool) (p page) {
	target := fmt.Sprintf("/v1/customers/%s/orders?limit=%d", b.customer, b.limit)
	if b.cursor != "" {
		target += "&cursor=" + b.cursor
	}
	begin := w.now()
	text := w.get(c, target)
	if text == nil {
		return p
	}
	if err := json.Unmarshal(text, &p); err != nil || len(p.Items) > b.limit {
		w.t.Errorf("%s: %d orders, %v\n%s", target, len(p.Items), err, text)
	}
	if !note {
		return p
	}
	seen := judge.Page{Customer: b.customer, After: b.after, Begin: begin, Items: texts(p.Items), More: p.NextCursor != nil}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history.Pages = append(w.history.Pages, seen)
	if p.NextCursor != nil && len(seen.Items) > 0 {
		w.bookmarks = append(w.bookmarks, bookmark{b.customer, b.limit, *p.NextCursor, seen.Items[len(seen.Items)-1]})
	}
	return p
}

func texts(items []json.RawMessage) []string {
	var out []string
	for _, item := range items {
		out = append(out, string(item))
	}
	return out
}

// A backoff is how long a client waits before it asks again.
type backoff struct{ next time.Duration }

func (b *backoff) wait() {
	b.next = min(max(time.Millisecond, 2*b.next), 50*time.Millisecond)
	<-time.After(b.next)
}
