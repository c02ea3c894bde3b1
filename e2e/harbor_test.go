package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds each wait for a process; nothing takes nearly as long.
const patience = 20 * time.Second

// A harbor is a running process of Harbor Payments. Another one can be started
// with the same folder once it has ended.
type harbor struct {
	dir   string        // of its database
	url   string        // where it listens, known once ready is closed
	key   string        // that it has shown, likewise
	ready chan struct{} // closed when it listens
	done  chan struct{} // closed when it has ended
	err   error         // of the process, known once done is closed
	logs  *logs         // what it has written to stderr
	cmd   *exec.Cmd
}

var shown = regexp.MustCompile(`^API key of the merchant demo, shown only now: (hk_[A-Z2-7]{26})$`)

var banner = regexp.MustCompile(`^Harbor Payments listens on (http://127\.0\.0\.1:\d+)$`)

// apiKey is that of the demo merchant of each service, and authorization the header
// that proves it.
const (
	apiKey        = "hk_e2e-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	authorization = "Authorization: Bearer " + apiKey
)

// launch starts a process with its database in dir and waits for nothing. The
// test kills it in the end. env are its settings; without any it has apiKey.
func launch(t *testing.T, dir string, env ...string) *harbor {
	t.Helper()
	program, err := harborProgram()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "serve", "--addr", "127.0.0.1:0", "--data", dir)
	if env == nil {
		env = []string{"HARBOR_API_KEY=" + apiKey}
	}
	cmd.Env = append(environment(), env...)
	h := begin(t, cmd)
	h.dir = dir
	return h
}

// begin starts a process of a command that says where it listens as Harbor Payments does.
// The test kills it in the end.
func begin(t *testing.T, cmd *exec.Cmd) *harbor {
	t.Helper()
	h := &harbor{cmd: cmd, ready: make(chan struct{}), done: make(chan struct{}), logs: new(logs)}
	h.cmd.Stderr = h.logs
	stdout, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go h.watch(stdout)
	t.Cleanup(h.kill)
	return h
}

// environment is that of the tests without what configures Harbor Payments.
func environment() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "HARBOR_") {
			env = append(env, pair)
		}
	}
	return env
}

// watch reads the banner, and all else up to the end of the process.
func (h *harbor) watch(stdout io.Reader) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if m := shown.FindStringSubmatch(lines.Text()); m != nil {
			h.key = m[1]
		}
		if m := banner.FindStringSubmatch(lines.Text()); m != nil && h.url == "" {
			h.url = m[1]
			close(h.ready)
		}
	}
	h.err = h.cmd.Wait()
	close(h.done)
}

// start is launch, and waits until the process listens.
func start(t *testing.T, dir string, env ...string) *harbor {
	t.Helper()
	h := launch(t, dir, env...)
	h.listens(t)
	return h
}

// listens waits until the process listens.
func (h *harbor) listens(t *testing.T) {
	t.Helper()
	select {
	case <-h.ready:
	case <-h.done:
		t.Fatalf("harbor ended before it listened: %v\n%s", h.err, h.logs)
	case <-time.After(patience):
		t.Fatalf("harbor does not listen after %v\n%s", patience, h.logs)
	}
}

// kill ends the process as kill -9 does and waits for its end.
func (h *harbor) kill() {
	_ = h.cmd.Process.Kill() // it may have ended already
	<-h.done
}

// signal sends a signal to the process.
func (h *harbor) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := h.cmd.Process.Signal(s); err != nil {
		t.Fatalf("send %v: %v\n%s", s, err, h.logs)
	}
}

// wait waits for the end of the process and returns its exit code, -1 after a signal.
func (h *harbor) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-h.done:
	case <-time.After(patience):
		t.Fatalf("harbor has not ended after %v\n%s", patience, h.logs)
	}
	return h.cmd.ProcessState.ExitCode()
}

// terminate ends the process as its operator does, and the test if that goes wrong.
func (h *harbor) terminate(t *testing.T) {
	t.Helper()
	h.signal(t, syscall.SIGTERM)
	if code := h.wait(t); code != 0 {
		t.Fatalf("harbor ended with the exit code %d after SIGTERM: %v\n%s", code, h.err, h.logs)
	}
}

// logged waits until the process has logged a line that contains part.
func (h *harbor) logged(t *testing.T, part string) {
	t.Helper()
	eventually(t, "a log line with "+part, func() bool { return strings.Contains(h.logs.String(), part) })
}

// healthy marks the test as failed if the process has ended or logged an error.
func (h *harbor) healthy(t *testing.T) {
	t.Helper()
	select {
	case <-h.done:
		t.Errorf("harbor has ended: %v\n%s", h.err, h.logs)
	default:
	}
	for _, line := range h.logs.lines(t) {
		refused := line["level"] == "WARN" && line["msg"] == "request" // by the client's fault
		if (line["level"] == "ERROR" || line["level"] == "WARN") && !refused {
			t.Errorf("harbor has logged %v", line)
		}
	}
}

// eventually polls until what is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	if !eventuallyOr(is, func() bool { return time.Now().After(deadline) }) {
		t.Fatalf("waited %v for %s", patience, what)
	}
}

// eventuallyOr polls until is returns true, or else until hopeless does, and reports which.
func eventuallyOr(is, hopeless func() bool) bool {
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for !is() {
		if hopeless() {
			return false
		}
		<-ticker.C
	}
	return true
}

// logs is what a process writes, while it does.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// lines returns the lines written so far, each of which must be a JSON object.
func (l *logs) lines(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for line := range strings.Lines(l.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("a log line is no JSON object: %v\n%s", err, line)
			continue
		}
		out = append(out, fields)
	}
	return out
}
