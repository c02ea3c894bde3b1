package e2e_test

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look at the database that is left

	"github.com/tenonapi/tenon/e2e/internal/judge"
	"github.com/tenonapi/tenon/internal/assert"
)

const faultClients = 16

// A load is how much happens in a run.
type load struct {
	operations int64
	faults     map[judge.Kind]int
}

// faultLoad is what a change must bear, and with TENON_LONG what a release must bear.
func faultLoad() load {
	if os.Getenv("TENON_LONG") != "" {
		return load{50_000, map[judge.Kind]int{judge.Kill: 50, judge.Terminate: 10, judge.Stop: 10, judge.Crash: 10}}
	}
	return load{2_000, map[judge.Kind]int{judge.Kill: 5, judge.Terminate: 1, judge.Stop: 1, judge.Crash: 1}}
}

func TestFaultsOnSQLite(t *testing.T) {
	t.Parallel()
	program, err := harborProgram()
	assert.NoError(t, err)
	dir, r := t.TempDir(), startReceiver(t, failing)
	v := startVictim(t, program, r.env(), "serve", "--data", dir)
	l := faultLoad()
	delete(l.faults, judge.Crash) // the database is a part of the process
	v.bear(l, r)

	source := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "harbor.db"))}
	db, err := sql.Open("sqlite", source.String())
	assert.NoError(t, err)
	defer db.Close()
	var integrity string
	assert.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&integrity))
	assert.Equal(t, integrity, "ok")
	v.count(db)
}

// failing is how many events there are for one that the receiver answers with 500 at first: so many
// that the sender does not take the receiver for one that is down.
const failing = 32

// bear runs the load, with its faults, and judges it once all webhooks have arrived. The service
// is killed in the end.
func (v *victim) bear(l load, r *receiver) {
	faults := plan(l.operations, l.faults)
	var marks []<-chan struct{}
	for _, f := range faults {
		marks = append(marks, v.w.mark(f.after))
	}
	var clients sync.WaitGroup
	clients.Go(func() { v.w.run(l.operations, faultClients) })
	v.t.Cleanup(clients.Wait)
	v.suffer(faults, marks)
	clients.Wait()
	loaded := v.w.now()
	v.w.settle(faultClients)
	v.summary(l, loaded)
	r.arrived(v.t, v.w, v.listed(), silence)
	v.judge()
	v.process.kill()
}

// summary says what the run was like, and fails the test if it was too light to show anything.
func (v *victim) summary(l load, loaded time.Duration) {
	h := &v.w.history
	outcomes := make(map[judge.Outcome]int)
	for _, t := range h.Tries {
		outcomes[t.Outcome]++
	}
	slowest := make(map[judge.Kind]time.Duration)
	for _, f := range h.Faults {
		slowest[f.Kind] = max(slowest[f.Kind], (f.End - f.Begin).Round(time.Millisecond))
	}
	v.t.Logf("seed %d: %d operations and %d faults %v in %v, settled %v after the begin; outcomes of tries: %v; %d pages; longest faults: %v",
		*seed, l.operations, len(h.Faults), l.faults, loaded.Round(time.Millisecond), v.w.now().Round(time.Millisecond), outcomes, len(h.Pages), slowest)
	for _, o := range []judge.Outcome{judge.Created, judge.Replayed, judge.Reused, judge.InUse, judge.Cut} {
		if outcomes[o] == 0 {
			v.t.Errorf("no try was %v: the load was too light to show anything", o)
		}
	}
}

// judge marks the test as failed if the history is one that must not be.
func (v *victim) judge() {
	v.t.Helper()
	violations := judge.Judge(&v.w.history)
	for i, violation := range violations {
		if i == 20 {
			v.t.Errorf("and %d more", len(violations)-i)
			break
		}
		v.t.Error(violation)
	}
	if len(violations) > 0 {
		v.t.Logf("run again with -seed %d", *seed)
	}
}

// listed returns how many orders the service has listed.
func (v *victim) listed() (orders int) {
	for _, l := range v.w.history.Lists {
		if l.Limit == 100 {
			orders += len(l.Items)
		}
	}
	return orders
}

// count compares the database with what the service has listed.
func (v *victim) count(db *sql.DB) {
	v.t.Helper()
	for _, table := range []string{"orders", "idempotency_keys", "webhook_events"} {
		var rows int
		assert.NoError(v.t, db.QueryRowContext(v.t.Context(), "SELECT count(*) FROM "+table).Scan(&rows))
		assert.Equal(v.t, rows, v.listed(), "rows of", table)
	}
}
