package e2e_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look at the database that is left

	"github.com/tenonapi/tenon/internal/assert"
)

const (
	loadClients   = 12
	loadCustomers = 8
	loadKills     = 16
	lifetime      = 700 * time.Millisecond // longest life of a process that will be killed
	childhood     = 30 * time.Millisecond  // the same for every fourth of them, about as long as it takes to listen
)

// A load creates orders while the service is killed and comes back.
type load struct {
	t    *testing.T
	http *client
	stop chan struct{}

	mu         sync.Mutex
	url        string        // of the service, empty while it is down
	generation int           // of the service
	moved      chan struct{} // closed when url changes
	orders     []*loadOrder  // that were acknowledged

	requests, cut, created, replayed, busy, conflicts atomic.Int64
}

// A loadOrder is an order that a client asks for until it is acknowledged.
type loadOrder struct {
	key     string
	payload []byte

	mu       sync.Mutex
	body     []byte // as first acknowledged
	location string
	created  int // how often it was acknowledged as created
}

// set tells the clients where the service is.
func (l *load) set(url string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.url = url
	l.generation++
	close(l.moved)
	l.moved = make(chan struct{})
}

// where returns where the service is, and waits while it is down: nowhere once
// the test is over.
func (l *load) where() (url string, generation int) {
	for {
		l.mu.Lock()
		url, generation, moved := l.url, l.generation, l.moved
		l.mu.Unlock()
		if url != "" {
			return url, generation
		}
		select {
		case <-moved:
		case <-l.t.Context().Done():
			return "", 0
		}
	}
}

// request sends a request for an order until it is answered. Only a kill excuses
// an error; nil means another one, or the end of the test.
func (l *load) request(key string, payload []byte) *answer {
	for {
		url, generation := l.where()
		if url == "" {
			return nil
		}
		l.requests.Add(1)
		c := client{t: l.t, url: url, http: l.http.http}
		a, err := c.send("POST", "/v1/orders", payload, "Content-Type: application/json", "Idempotency-Key: "+key)
		if err == nil {
			return a
		}
		l.cut.Add(1)
		l.mu.Lock()
		alive := l.generation == generation
		l.mu.Unlock()
		if l.t.Context().Err() != nil {
			return nil
		}
		if alive {
			l.t.Errorf("a request failed while the service was up: %v", err)
			return nil
		}
	}
}

// acknowledge asks for an order until it is there and notes what was answered.
func (l *load) acknowledge(o *loadOrder) bool {
	for {
		a := l.request(o.key, o.payload)
		if a == nil {
			return false
		}
		switch a.status {
		case http.StatusConflict: // its twin, or what a kill left behind, is still running
			refused(l.t, a, http.StatusConflict, "idempotency_key_in_use")
			l.busy.Add(1)
			<-time.After(time.Millisecond)
		case http.StatusCreated, http.StatusOK:
			return l.note(o, a)
		default:
			l.t.Errorf("order with key %s: status %d\n%s", o.key, a.status, a.body)
			return false
		}
	}
}

// note compares an acknowledgement with those before it.
func (l *load) note(o *loadOrder, a *answer) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	replayed := a.header.Get("Idempotency-Replayed")
	if a.status == http.StatusCreated {
		o.created++
		l.created.Add(1)
		assert.Equal(l.t, replayed, "", "Idempotency-Replayed of a new order")
		assert.Equal(l.t, o.created, 1, "times that key", o.key, "was answered with 201")
	} else {
		l.replayed.Add(1)
		assert.Equal(l.t, replayed, "true", "Idempotency-Replayed of a replay")
	}
	if o.body == nil {
		o.body, o.location = a.body, a.header.Get("Location")
	}
	assert.Equal(l.t, string(a.body), string(o.body), "key", o.key)
	assert.Equal(l.t, a.header.Get("Location"), o.location, "key", o.key)
	return true
}

// create asks for orders until the load is stopped. Some requests are sent
// twice at once, some keys are used again for another payload.
func (l *load) create(id int, random *rand.Rand) {
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		default:
		}
		o := &loadOrder{
			key: fmt.Sprintf("load-%d-%d", id, n),
			payload: fmt.Appendf(nil, `{"customer_id":"load-%d","amount_cents":%d,"currency":"EUR"}`,
				random.IntN(loadCustomers), 1+random.IntN(10_000_000)),
		}
		twin := make(chan bool, 1)
		if twin <- true; random.IntN(8) == 0 {
			<-twin
			go func() { twin <- l.acknowledge(o) }()
		}
		ok := l.acknowledge(o)
		if ok = <-twin && ok; !ok {
			return
		}
		l.mu.Lock()
		l.orders = append(l.orders, o)
		l.mu.Unlock()
		if random.IntN(8) == 0 {
			a := l.request(o.key, []byte(`{"customer_id":"load-conflict","amount_cents":1,"currency":"EUR"}`))
			if a == nil {
				return
			}
			l.conflicts.Add(1)
			refused(l.t, a, http.StatusUnprocessableEntity, "idempotency_key_reused")
		}
	}
}

// kill starts a process and kills it at a random moment of its life, which may
// come before it listens.
func (l *load) kill(dir string, random *rand.Rand) (listened bool) {
	longest := lifetime
	if random.IntN(4) == 0 {
		longest = childhood
	}
	h := launch(l.t, dir)
	moment := time.After(time.Duration(random.Int64N(int64(longest))))
	ready := h.ready
	for {
		select {
		case <-ready:
			l.set(h.url)
			ready = nil
		case <-h.done:
			l.t.Fatalf("harbor ended by itself: %v\n%s", h.err, h.logs)
		case <-moment:
			if ready == nil {
				l.set("") // first, so that every error from now on is excused
			}
			h.kill()
			return ready == nil
		}
	}
}

func TestHarborKilledUnderLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(*seed, 0))
	l := &load{t: t, http: newClient(t, ""), stop: make(chan struct{}), moved: make(chan struct{})}
	begin := time.Now()
	var clients sync.WaitGroup
	t.Cleanup(clients.Wait)
	for id := range loadClients {
		random := rand.New(rand.NewPCG(*seed, uint64(id)+1))
		clients.Go(func() { l.create(id, random) })
	}
	early := 0
	for range loadKills {
		if !l.kill(dir, random) {
			early++
		}
	}
	h := start(t, dir)
	l.set(h.url)
	close(l.stop)
	clients.Wait() // each client has an answer to its last request
	t.Logf("seed %d, %v: %d requests of %d clients, %d kills (%d before the service listened) cut %d of them; "+
		"%d orders acknowledged (%d with 201, %d answers with 200), %d answered 409, %d conflicting payloads refused",
		*seed, time.Since(begin).Round(time.Millisecond), l.requests.Load(), loadClients, loadKills, early, l.cut.Load(),
		len(l.orders), l.created.Load(), l.replayed.Load(), l.busy.Load(), l.conflicts.Load())
	if t.Failed() {
		t.FailNow()
	}
	if len(l.orders) < 100 || l.cut.Load() == 0 || l.conflicts.Load() == 0 {
		t.Fatal("the load was too light to show anything")
	}

	begin = time.Now()
	c := newClient(t, h.url)
	l.verify(c)
	pages := l.compareLists(c)
	h.healthy(t)
	h.kill()
	l.compareDatabase(dir)
	t.Logf("%v: %d orders read, as many keys replayed, %d pages of lists walked, database checked",
		time.Since(begin).Round(time.Millisecond), len(l.orders), pages)
}

// verify reads each order and replays each key.
func (l *load) verify(c *client) {
	work := make(chan *loadOrder)
	var workers sync.WaitGroup
	for range loadClients {
		workers.Go(func() {
			for o := range work {
				l.verifyOne(c, o)
			}
		})
	}
	for _, o := range l.orders {
		work <- o
	}
	close(work)
	workers.Wait()
}

func (l *load) verifyOne(c *client, o *loadOrder) {
	var asked, got order
	for text, v := range map[*[]byte]*order{&o.payload: &asked, &o.body: &got} {
		if err := json.Unmarshal(*text, v); err != nil {
			l.t.Errorf("key %s: %v\n%s", o.key, err, *text)
		}
	}
	asked.ID, asked.Status, asked.CreatedAt = got.ID, "pending", got.CreatedAt
	assert.Equal(l.t, got, asked, "key", o.key)
	assert.Equal(l.t, o.location, "/v1/orders/"+got.ID, "key", o.key)

	a, err := c.send("GET", o.location, nil)
	if err != nil {
		l.t.Errorf("key %s: %v", o.key, err)
		return
	}
	assert.Equal(l.t, a.status, http.StatusOK, "key", o.key)
	assert.Equal(l.t, string(a.body), string(o.body), "key", o.key)

	a, err = c.send("POST", "/v1/orders", o.payload, "Content-Type: application/json", "Idempotency-Key: "+o.key)
	if err != nil {
		l.t.Errorf("key %s: %v", o.key, err)
		return
	}
	assert.Equal(l.t, a.status, http.StatusOK, "replay of key", o.key)
	l.note(o, a)
}

// compareLists compares the lists of all customers with what was acknowledged
// and returns how many pages they have.
func (l *load) compareLists(c *client) (pages int) {
	acknowledged := make(map[string]string) // key by body
	for _, o := range l.orders {
		if other := acknowledged[string(o.body)]; other != "" {
			l.t.Errorf("the keys %s and %s have one order: %s", o.key, other, o.body)
		}
		acknowledged[string(o.body)] = o.key
	}
	listed := 0
	for customer := range loadCustomers {
		items, n := c.list(fmt.Sprintf("load-%d", customer), 37)
		pages += n
		listed += len(items)
		before := time.Now().Add(time.Hour)
		for _, item := range items {
			if acknowledged[string(item)] == "" {
				l.t.Errorf("an order is listed twice or was never acknowledged: %s", item)
			}
			delete(acknowledged, string(item))
			var o order
			decode(l.t, item, &o)
			assert.Equal(l.t, o.CustomerID, fmt.Sprintf("load-%d", customer))
			if o.CreatedAt.After(before) {
				l.t.Errorf("the list is not sorted: %v comes after %v", o.CreatedAt, before)
			}
			before = o.CreatedAt
		}
	}
	for body, key := range acknowledged {
		l.t.Errorf("key %s: the order is not listed: %s", key, body)
	}
	assert.Equal(l.t, listed, len(l.orders), "orders listed, and keys that resolved")
	items, _ := c.list("load-conflict", 100)
	assert.Equal(l.t, len(items), 0, "orders that conflicting payloads have created")
	return pages
}

// compareDatabase opens what a killed process left behind.
func (l *load) compareDatabase(dir string) {
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "harbor.db"))}
	db, err := sql.Open("sqlite", source.String())
	assert.NoError(l.t, err)
	defer db.Close()
	for query, want := range map[string]string{
		"PRAGMA integrity_check":                "ok",
		"SELECT count(*) FROM orders":           fmt.Sprint(len(l.orders)),
		"SELECT count(*) FROM idempotency_keys": fmt.Sprint(len(l.orders)),
	} {
		var got string
		assert.NoError(l.t, db.QueryRowContext(l.t.Context(), query).Scan(&got), query)
		assert.Equal(l.t, got, want, query)
	}
	for _, o := range l.orders {
		var body []byte
		err := db.QueryRowContext(l.t.Context(), "SELECT body FROM idempotency_keys WHERE key = ?", o.key).Scan(&body)
		if err != nil || !bytes.Equal(body, o.body) {
			l.t.Errorf("key %s: the database has %q, %v, want %q", o.key, body, err, o.body)
		}
	}
}
