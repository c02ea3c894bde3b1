package e2e_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

// A usage is what a process holds.
type usage struct {
	resident, peak int64 // bytes
	sockets        int
	others         int // open files, but those of the database, whose pool may grow up to its bound
}

// usage reads what the process holds now. It skips the test where /proc is missing.
func (h *harbor) usage(t *testing.T) usage {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("skipped: only Linux tells what a process holds")
	}
	var u usage
	status, err := os.ReadFile(h.proc("status"))
	assert.NoError(t, err)
	for lines := bufio.NewScanner(bytes.NewReader(status)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			u.resident = n << 10
		case "VmHWM":
			u.peak = n << 10
		}
	}
	files, err := os.ReadDir(h.proc("fd"))
	assert.NoError(t, err)
	for _, f := range files {
		to, err := os.Readlink(h.proc("fd", f.Name()))
		if err != nil {
			continue // closed since
		}
		switch {
		case strings.HasPrefix(to, "socket:"):
			u.sockets++
		case !strings.HasPrefix(to, h.dir):
			u.others++
		}
	}
	return u
}

// proc returns the path of what the system tells about the process.
func (h *harbor) proc(elem ...string) string {
	return filepath.Join(append([]string{"/proc", strconv.Itoa(h.cmd.Process.Pid)}, elem...)...)
}

// forgetPeak makes the peak what the process holds now.
func (h *harbor) forgetPeak(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(h.proc("clear_refs"), []byte("5"), 0); err != nil {
		t.Logf("the peak is that since the start of the process: %v", err)
	}
}

// calm waits until the process holds no more files and sockets than before.
// CHECKLIST G8.
func (h *harbor) calm(t *testing.T, before usage) {
	t.Helper()
	begin := time.Now()
	now := h.usage(t)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for now.others > before.others || now.sockets > before.sockets {
		if time.Since(begin) > 30*time.Second {
			t.Errorf("after 30 s harbor holds %d sockets and %d other files, before the storm %d and %d", now.sockets, now.others, before.sockets, before.others)
			return
		}
		<-ticker.C
		now = h.usage(t)
	}
	t.Logf("%d sockets and %d other files before, %d and %d %v after", before.sockets, before.others, now.sockets, now.others, time.Since(begin).Round(time.Millisecond))
}

// serving matches the frames of goroutines that exist for a connection or a request.
var serving = regexp.MustCompile(`net/http\.\(\*conn\)|net/http\.\(\*connReader\)|tenon\.\(\*App\)\.ServeHTTP|internal/guard\.\(\*Conn\)`)

// quiet ends the process by a signal that makes it print its goroutines, none of
// which may belong to a request that is over. CHECKLIST G8.
func (h *harbor) quiet(t *testing.T) {
	t.Helper()
	h.signal(t, syscall.SIGQUIT)
	h.wait(t)
	_, dump, ok := strings.Cut(h.logs.String(), "SIGQUIT: quit")
	if !ok {
		t.Fatalf("harbor did not print its goroutines: %.2000s", dump)
	}
	stacks := regexp.MustCompile(`(?m)^goroutine \d+ `).Split(dump, -1)[1:]
	for _, stack := range stacks {
		if serving.MatchString(stack) {
			t.Errorf("a goroutine is left:\n%s", stack)
		}
	}
	t.Logf("%d goroutines at the end, none of a connection", len(stacks))
}

const (
	warmClients = 8
	warmOrders  = warmClients * 4
)

// warm lets the process open what it keeps open and allocate what it keeps.
func warm(t *testing.T, h *harbor) {
	t.Helper()
	sockets := h.usage(t).sockets
	c := newClient(t, h.url)
	var clients sync.WaitGroup
	for id := range warmClients {
		clients.Go(func() {
			for n := range warmOrders / warmClients {
				a, err := c.send("POST", "/v1/orders", []byte(payload), "Content-Type: application/json", fmt.Sprintf("Idempotency-Key: warm-%d-%d", id, n))
				if err != nil || a.status != 201 {
					t.Errorf("warm up: %v", err)
					return
				}
				if a, err = c.send("GET", a.header.Get("Location"), nil); err != nil || a.status != 200 {
					t.Errorf("warm up: %v", err)
				}
				if a, err = c.send("GET", "/docs", nil); err != nil || a.status != 200 {
					t.Errorf("warm up: %v", err)
				}
			}
		})
	}
	clients.Wait()
	c.http.CloseIdleConnections()
	eventually(t, "the connections to be closed", func() bool { return h.usage(t).sockets <= sockets })
}

// orders returns how many orders the database of the process has.
func orders(t *testing.T, h *harbor) (n int) {
	t.Helper()
	source := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(h.dir, "harbor.db"))}
	db, err := sql.Open("sqlite", source.String())
	assert.NoError(t, err)
	defer db.Close()
	assert.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM orders").Scan(&n))
	return n
}
