package e2e_test

import (
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/e2e/internal/judge"
	"github.com/tenonapi/tenon/webhook"
)

// silence is how long nothing may arrive before the receiver stops to wait: longer than a process
// that was killed keeps others from what it was sending, and than what fails is left alone.
const silence = 90 * time.Second

// A receiver of webhooks verifies what comes and counts it. It answers some events with 500
// when they come for the first time.
type receiver struct {
	server *httptest.Server
	secret webhook.Secret
	fails  uint32 // one of so many events is answered with 500 at first; 0 means none

	mu         sync.Mutex
	deliveries []judge.Delivery
	seen       map[string]bool // IDs
	accepted   map[string]bool // likewise
	failed     int             // answered with 500
	last       time.Time       // when something was accepted
}

func startReceiver(t *testing.T, fails uint32) *receiver {
	r := &receiver{secret: webhook.NewSecret(), fails: fails, seen: make(map[string]bool), accepted: make(map[string]bool)}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

// env makes a service send to the receiver.
func (r *receiver) env() []string {
	return []string{"HARBOR_WEBHOOK_URL=" + r.server.URL + "/hook", "HARBOR_WEBHOOK_SECRET=" + r.secret.Reveal(), "HARBOR_WEBHOOK_ALLOW=127.0.0.0/8"}
}

// ServeHTTP implements [http.Handler].
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return // the sender has died
	}
	d := judge.Delivery{ID: request.Header.Get(webhook.HeaderID), Body: string(body)}
	if _, err := webhook.Verify(request.Header, body, time.Now(), r.secret); err != nil {
		d.Invalid = err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d.Accepted = r.seen[d.ID] || !r.unlucky(d.ID)
	r.deliveries = append(r.deliveries, d)
	r.seen[d.ID] = true
	if !d.Accepted {
		r.failed++
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	r.accepted[d.ID], r.last = true, time.Now()
	w.WriteHeader(http.StatusNoContent)
}

// unlucky reports whether an event fails when it comes for the first time.
func (r *receiver) unlucky(id string) bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, id)
	return r.fails > 0 && h.Sum32()%r.fails == 0
}

// arrived waits until so many events were accepted, or none has come for some time, and notes
// what came. The judge says what is missing.
func (r *receiver) arrived(t *testing.T, w *workload, events int, silence time.Duration) {
	t.Helper()
	r.mu.Lock()
	r.last = time.Now()
	r.mu.Unlock()
	enough := func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.accepted) >= events
	}
	eventuallyOr(enough, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return time.Since(r.last) > silence
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Logf("%v after the begin %d events of %d were accepted, in %d deliveries, %d of which were answered with 500",
		w.now().Round(time.Millisecond), len(r.accepted), events, len(r.deliveries), r.failed)
	w.history.Webhooks, w.history.Deliveries = true, slices.Clone(r.deliveries)
}
