package assert

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// NoLeak runs the tests of a package and returns the status to exit with. They fail
// when a goroutine is left after them that was not there before:
//
//	func TestMain(m *testing.M) { os.Exit(assert.NoLeak(m)) }
//
// A package that closes something after its tests does so in a Run of its own.
func NoLeak(m interface{ Run() int }) int { return noLeak(m.Run, 5*time.Second, os.Stderr) }

// noLeak is NoLeak for tests that run is. Goroutines may take so long to end.
func noLeak(run func() int, patience time.Duration, w io.Writer) int {
	before := make(map[string]bool)
	for _, g := range goroutines() {
		before[name(g)] = true
	}
	status := run()
	var left []string
	for wait := time.Millisecond; ; wait *= 2 {
		left = left[:0]
		for _, g := range goroutines() {
			if !before[name(g)] && !kept(g) {
				left = append(left, g)
			}
		}
		if len(left) == 0 {
			return status
		}
		if wait > patience {
			break
		}
		time.Sleep(wait)
	}
	fmt.Fprintf(w, "%d goroutines were left by the tests:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
	return max(status, 1)
}

// goroutines returns the stacks of all goroutines.
func goroutines() []string {
	for size := 1 << 20; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return strings.Split(strings.TrimSpace(string(buf[:n])), "\n\n")
		}
	}
}

// name is "goroutine 17" of a stack.
func name(stack string) string {
	name, _, _ := strings.Cut(stack, " [")
	return name
}

// kept reports whether a stack is that of a goroutine which the standard library keeps
// on purpose: for idle connections of clients, and for signals.
func kept(stack string) bool {
	return strings.Contains(stack, "net/http.(*persistConn)") || strings.Contains(stack, "os/signal.loop")
}
