package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/tenonapi/tenon/e2e/internal/judge"
	"github.com/tenonapi/tenon/internal/assert"
)

// A fault is something that will be done to the service or its database.
type fault struct {
	after int64 // operations that have begun by then
	kind  judge.Kind
	pause time.Duration // how long the process stands still, or the database is away
	child time.Duration // if not 0, the process that follows is killed at that age, which is about when it listens
}

// plan spreads faults over a run, some of each kind.
func plan(operations int64, each map[judge.Kind]int) []fault {
	random := rand.New(rand.NewPCG(*seed, 0))
	var faults []fault
	for _, kind := range []judge.Kind{judge.Kill, judge.Terminate, judge.Stop, judge.Crash} {
		for range each[kind] {
			f := fault{kind: kind, pause: time.Duration(100+random.IntN(1500)) * time.Millisecond}
			if kind == judge.Stop { // so long that hasty clients ask again meanwhile
				f.pause += hasty
			}
			if kind == judge.Kill && random.IntN(4) == 0 {
				f.child = time.Duration(1 + random.Int64N(int64(40*time.Millisecond)))
			}
			faults = append(faults, f)
		}
	}
	random.Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
	for i := range faults {
		share := operations / int64(len(faults))
		faults[i].after = int64(i)*share + 1 + random.Int64N(share)
	}
	return faults
}

// A victim is a service to which faults happen. Its address stays the same.
type victim struct {
	t       *testing.T
	w       *workload
	command func() *exec.Cmd
	away    func(time.Duration) error // ends the database and starts it again some time later
	process *harbor
	all     []*harbor // processes so far

	recovery time.Duration // longest time between the return of the database and that of the service
}

// startVictim starts the service, and a workload for it that will not run yet.
func startVictim(t *testing.T, program string, env []string, args ...string) *victim {
	t.Helper()
	address := unusedAddress(t)
	v := &victim{t: t, w: newWorkload(t, "http://"+address)}
	v.command = func() *exec.Cmd {
		cmd := exec.Command(program, append(args, "--addr", address)...)
		cmd.Env = append(append(environment(), "HARBOR_API_KEY="+apiKey, "HARBOR_RATE_LIMIT=0", "HARBOR_LOG_LEVEL=warn"), env...)
		return cmd
	}
	t.Cleanup(v.logs)
	v.start()
	return v
}

// unusedAddress returns an address that no other process gets by chance while nobody listens there.
func unusedAddress(t *testing.T) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000)) // below what systems give away
		l, err := net.Listen("tcp", address)
		if err == nil {
			assert.NoError(t, l.Close())
			return address
		}
	}
}

// launch starts the next process.
func (v *victim) launch() {
	v.process = begin(v.t, v.command())
	v.all = append(v.all, v.process)
}

// start starts the next process and waits until it listens.
func (v *victim) start() {
	v.launch()
	v.process.listens(v.t)
}

// suffer does what is planned, each fault at its time.
func (v *victim) suffer(faults []fault, marks []<-chan struct{}) {
	for i, f := range faults {
		<-marks[i]
		v.fault(f.kind, func() { v.cause(f) })
	}
}

// fault notes what do does as a fault.
func (v *victim) fault(kind judge.Kind, do func()) {
	f := judge.Fault{Kind: kind, Begin: v.w.now()}
	do()
	f.End = v.w.now()
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	v.w.history.Faults = append(v.w.history.Faults, f)
}

func (v *victim) cause(f fault) {
	switch f.kind {
	case judge.Kill:
		v.process.kill()
		if f.child > 0 {
			v.launch()
			<-time.After(f.child)
			v.process.kill()
		}
		v.start()
	case judge.Terminate:
		v.process.terminate(v.t)
		v.start()
	case judge.Stop:
		v.process.signal(v.t, syscall.SIGSTOP)
		<-time.After(f.pause)
		v.process.signal(v.t, syscall.SIGCONT)
	case judge.Crash:
		assert.NoError(v.t, v.away(f.pause))
		back := v.w.now()
		v.ready()
		v.recovery = max(v.recovery, v.w.now()-back)
	}
}

// ready waits until the service says that it is ready.
func (v *victim) ready() {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), patience)
	defer cancel()
	eventually(v.t, "the service to be ready", func() bool {
		r, err := http.NewRequestWithContext(ctx, "GET", v.w.address+"/readyz", nil)
		assert.NoError(v.t, err)
		resp, err := v.w.clients[1].http.Do(r)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// logs shows what the processes have said if the test has failed.
func (v *victim) logs() {
	if !v.t.Failed() {
		return
	}
	for i, h := range slices.Backward(v.all) {
		if text := h.logs.String(); text != "" {
			v.t.Logf("process %d of %d: %v\n%s", i+1, len(v.all), h.cmd.ProcessState, text[max(0, len(text)-8<<10):])
		}
		if len(v.all)-i > 5 {
			return
		}
	}
}
