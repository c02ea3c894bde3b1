package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/e2e/internal/judge"
	"github.com/tenonapi/tenon/internal/assert"
)

// The judge finds out about each service that is broken, whatever the moment, and has nothing to
// say about one that is put together in the same way and is not.
func TestBrokenServicesAreCaught(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "broken")
	goTool(t, ".", "build", "-o", program, "./internal/broken")
	for variant, rule := range map[string]string{
		"sound":              "",
		"no-transaction":     judge.Once,
		"keys-in-memory":     judge.Winner,
		"buffered":           judge.Kept,
		"offset-cursor":      judge.Paged,
		"webhook-afterwards": judge.Told,
		"webhook-before":     judge.Told,
	} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel()
			broken := make(map[string]int)
			found := judge.Judge(provoke(t, program, variant))
			for _, v := range found {
				broken[v.Rule]++
			}
			t.Logf("violations of rules: %v", broken)
			if rule == "" {
				assert.Equal(t, found, nil)
			} else if broken[rule] == 0 {
				t.Errorf("the rule %s has not caught it", rule)
			}
		})
	}
}

// provoke runs a service that dies at the worst moment, and returns its history.
func provoke(t *testing.T, program, variant string) *judge.History {
	dir := t.TempDir()
	harbor, err := harborProgram()
	assert.NoError(t, err)
	out, err := exec.CommandContext(t.Context(), harbor, "migrate", "--data", dir).CombinedOutput()
	assert.NoError(t, err, string(out))
	die := filepath.Join(dir, "die")
	r := startReceiver(t, 0)
	v := startVictim(t, program, append(r.env(), "DIE="+die), "--variant", variant, "--data", dir)
	w, c := v.w, v.w.clients[1]
	create := func() {
		cents := w.cents.Add(1)
		w.create(c, want{fmt.Sprint("key-", cents), judge.Payload{Customer: "c", Cents: cents}})
	}
	create()
	create()
	w.page(c, bookmark{customer: "c", limit: 1}, true)
	create()
	if len(w.bookmarks) > 0 { // not if orders are yet to be written
		w.page(c, w.bookmarks[0], true)
	}
	r.arrived(t, w, 3, silence)

	assert.NoError(t, os.WriteFile(die, nil, 0o600))
	var client sync.WaitGroup
	client.Go(create)
	v.fault(judge.Kill, func() {
		v.process.wait(t)
		v.start()
	})
	client.Wait()
	v.fault(judge.Kill, func() {
		v.process.kill()
		v.start()
	})
	w.settle(1)
	patience := silence
	if variant == "webhook-afterwards" { // what is lost does not come
		patience = 2 * time.Second
	}
	r.arrived(t, w, 4, patience)
	return &w.history
}
