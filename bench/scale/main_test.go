package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAStartOf300OperationsIsBounded holds what counts and generous bounds for what takes time,
// for the machine may be busy. The README has figures.
func TestAStartOf300OperationsIsBounded(t *testing.T) {
	dir := t.TempDir()
	if err := buildAll(t.Context(), dir, []string{"tenon"}); err != nil {
		t.Fatal(err)
	}
	var best start
	for i := range 5 {
		s, err := measure(t.Context(), filepath.Join(dir, "tenon"))
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 || s.processor < best.processor {
			best = s
		}
	}
	t.Logf("%+v", best)
	if best.bytes > 8<<20 || best.objects > 90_000 {
		t.Errorf("registration allocates %d bytes in %d objects, want at most 8 MiB and 90,000", best.bytes, best.objects)
	}
	if best.resident > 20<<20 {
		t.Errorf("%d bytes are in memory at the first answer, want at most 20 MiB", best.resident)
	}
	if best.processor > 100*time.Millisecond {
		t.Errorf("the first answer takes %v of processors, want at most 100ms", best.processor)
	}
}

func TestRunRefusesBadFlags(t *testing.T) {
	for flag, want := range map[string]string{"--programs=flask": `unknown "flask"`, "--rounds=0": "--rounds of 1 or more", "fast": "no arguments"} {
		err := run(t.Context(), []string{flag}, new(strings.Builder))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("run(%q): error %v, want one with %q", flag, err, want)
		}
	}
}
