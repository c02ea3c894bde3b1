package assert

import (
	"strings"
	"testing"
	"time"
)

func TestLeaksAreSeen(t *testing.T) {
	end := make(chan struct{})
	var out strings.Builder
	leaks := func() int {
		go func() { <-end }()
		return 0
	}
	if status := noLeak(leaks, time.Millisecond, &out); status != 1 || !strings.Contains(out.String(), "1 goroutines were left by the tests:") || !strings.Contains(out.String(), "TestLeaksAreSeen") {
		t.Errorf("got %d, %q", status, &out)
	}
	close(end)
	out.Reset()
	ends := func() int {
		begun := make(chan struct{})
		go func() { close(begun) }()
		<-begun
		return 2
	}
	if status := noLeak(ends, 5*time.Second, &out); status != 2 || out.Len() > 0 {
		t.Errorf("got %d, %q", status, &out)
	}
}
