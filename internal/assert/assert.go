// Package assert holds six test helpers, so that tests need no module.
//
// Every helper takes what the code under test returned (got) before what it should have returned
// (want). The trailing arguments called about are printed, separated by spaces, in front of a
// failure: give the input there when the name of the test does not. The helpers are safe for
// concurrent use, except [NoError] and [Golden], which may end the test and so must run on its goroutine.
package assert

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// update is shared by every package that tests with golden files: go test ./schema -update.
var update = flag.Bool("update", false, "rewrite golden files")

// Update reports whether the test run was asked to rewrite golden files.
func Update() bool { return *update }

// Equal marks the test as failed unless got and want are deeply equal ([reflect.DeepEqual]: a
// nil slice is not an empty one). It prints both values if they are short, and otherwise the
// lines in which they differ.
func Equal[T any](t testing.TB, got, want T, about ...any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	t.Errorf("%s%s", prefix(about), explain(dump(&got), dump(&want)))
}

// NoError ends the test if err is not nil.
func NoError(t testing.TB, err error, about ...any) {
	t.Helper()
	if err != nil {
		t.Fatalf("%sunexpected error: %v", prefix(about), err)
	}
}

// ErrorIs marks the test as failed unless [errors.Is] finds want in err. A nil want demands a nil err.
func ErrorIs(t testing.TB, err, want error, about ...any) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%sgot error:  %v\nwant error: %v", prefix(about), err, want)
	}
}

// Contains marks the test as failed unless text contains part.
func Contains(t testing.TB, text, part string, about ...any) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%sgot text:\n%s\nwant it to contain:\n%s", prefix(about), text, part)
	}
}

// Golden marks the test as failed unless got is the content of testdata/name. With the flag
// -update it writes got to that file instead.
func Golden(t testing.TB, got []byte, name string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs (go test -update rewrites it)\n%s", path, explain(string(got), string(want)))
	}
}

// prefix is the line that introduces a failure.
func prefix(about []any) string {
	if len(about) == 0 {
		return ""
	}
	return fmt.Sprintln(about...)
}
