package assert_test

import (
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

// A recorder is a testing.TB that keeps its failure. Fatal calls end the goroutine, as the real ones do.
type recorder struct {
	testing.TB
	failure string
	fatal   bool
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.failure = fmt.Sprintf(format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.fatal = true
	panic(r)
}

func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

// record runs f with a recorder and returns it.
func record(f func(testing.TB)) (r *recorder) {
	r = &recorder{}
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
	}()
	f(r)
	return r
}

type order struct {
	ID      string
	Amount  int64
	Created time.Time
	Lines   []line
	Meta    map[string]any
	Next    *order
	hidden  int
}

type line struct {
	SKU   string
	Count uint8
}

type kind string

func TestEqualAcceptsDeeplyEqualValues(t *testing.T) {
	for name, f := range map[string]func(testing.TB){
		"scalars":   func(t testing.TB) { assert.Equal(t, 5, 5) },
		"constants": func(t testing.TB) { assert.Equal(t, int64(5), 5) },
		"structs": func(t testing.TB) {
			assert.Equal(t, order{ID: "a", Lines: []line{{"x", 1}}}, order{ID: "a", Lines: []line{{"x", 1}}})
		},
		"pointers": func(t testing.TB) { assert.Equal(t, &order{ID: "a"}, &order{ID: "a"}) },
		"nil":      func(t testing.TB) { assert.Equal[any](t, nil, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			if r := record(f); r.failure != "" {
				t.Errorf("unexpected failure: %s", r.failure)
			}
		})
	}
}

func TestEqualShowsTheDifference(t *testing.T) {
	long := strings.Repeat("x", 500)
	cycle := &order{ID: "c"}
	cycle.Next = cycle
	tests := []struct {
		name string
		fail func(testing.TB)
		want string
	}{
		{"numbers", func(t testing.TB) { assert.Equal(t, 4, 5) }, "got:  4\nwant: 5"},
		{"about", func(t testing.TB) { assert.Equal(t, 4, 5, "page", 7) }, "page 7\ngot:  4\nwant: 5"},
		{"strings", func(t testing.TB) { assert.Equal(t, "a ", "a") }, "got:  \"a \"\nwant: \"a\""},
		{"bytes", func(t testing.TB) { assert.Equal(t, []byte("a"), []byte("b")) }, "got:  \"a\"\nwant: \"b\""},
		{"not text", func(t testing.TB) { assert.Equal(t, []byte{0xff}, nil) }, "got:  []uint8{255}\nwant: []uint8(nil)"},
		{"nil and empty list", func(t testing.TB) { assert.Equal(t, []int{}, nil) }, "got:  []int{}\nwant: []int(nil)"},
		{"nil and empty map", func(t testing.TB) { assert.Equal(t, map[string]int{}, nil) }, "got:  map[string]int{}\nwant: map[string]int(nil)"},
		{"array", func(t testing.TB) { assert.Equal(t, [2]bool{true}, [2]bool{}) }, "got:  [2]bool{true, false}\nwant: [2]bool{false, false}"},
		{"named type", func(t testing.TB) { assert.Equal(t, kind("a"), "b") }, "got:  assert_test.kind(\"a\")\nwant: assert_test.kind(\"b\")"},
		{"dynamic types", func(t testing.TB) { assert.Equal[any](t, 1, int64(1)) }, "got:  1\nwant: int64(1)"},
		{"dynamic float", func(t testing.TB) { assert.Equal[any](t, 1.0, 1) }, "got:  1.0\nwant: 1"},
		{"nil interface", func(t testing.TB) { assert.Equal[any](t, nil, 1) }, "got:  nil\nwant: 1"},
		{"error values", func(t testing.TB) { assert.Equal[error](t, io.EOF, nil) }, "got:  *errors.errorString(\"EOF\")\nwant: nil"},
		{"big numbers", func(t testing.TB) { assert.Equal(t, big.NewInt(1), big.NewInt(2)) }, "got:  *big.Int(1)\nwant: *big.Int(2)"},
		{"times", func(t testing.TB) { assert.Equal(t, time.Unix(0, 0).UTC(), time.Unix(1, 0).UTC()) }, "want: time.Time(1970-01-01 00:00:01 +0000 UTC)"},
		{"pointer", func(t testing.TB) { assert.Equal(t, &line{"x", 1}, nil) }, "got:  &assert_test.line{SKU: \"x\", Count: 1}\nwant: nil"},
		{"unexported field", func(t testing.TB) { assert.Equal(t, order{hidden: 1}, order{}) }, "got:  assert_test.order{hidden: 1}\nwant: assert_test.order{}"},
		{"unexported state", func(t testing.TB) { assert.Equal(t, math.NaN(), math.NaN()) }, "print alike"},
		{"functions", func(t testing.TB) { assert.Equal(t, func() {}, nil) }, "want: func()(0x0)"},
		{"cycle", func(t testing.TB) { assert.Equal(t, cycle, &order{}) }, "…"},
		{"long line", func(t testing.TB) { assert.Equal(t, long+"a", long+"b") }, "differ from byte 501 on; from byte 461:\ngot:  …xxx"},
		{
			"wide struct",
			func(t testing.TB) {
				a := order{ID: "a", Amount: 17, Meta: map[string]any{"one": 1, "two": []string{"x"}}, Lines: []line{{"first item", 1}, {"second item", 2}}}
				b := a
				b.Lines = []line{{"first item", 1}, {"second item", 3}}
				assert.Equal(t, a, b)
			},
			"difference (- want, + got):\n" +
				"  …\n" +
				"  \tAmount: 17,\n" +
				"  \tLines: []assert_test.line{\n" +
				"  \t\tassert_test.line{SKU: \"first item\", Count: 1},\n" +
				"- \t\tassert_test.line{SKU: \"second item\", Count: 3},\n" +
				"+ \t\tassert_test.line{SKU: \"second item\", Count: 2},\n" +
				"  \t},\n" +
				"  \tMeta: map[string]interface {}{\"one\": 1, \"two\": []string{\"x\"}},\n" +
				"  }\n",
		},
		{
			"texts",
			func(t testing.TB) {
				assert.Equal(t, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10", "1\nnew\n2\n3\n4\n5\n6\n7\n8\n10")
			},
			"  1\n- new\n  2\n  3\n  4\n  …\n  6\n  7\n  8\n+ 9\n  10\n",
		},
		{
			"texts too large to compare",
			func(t testing.TB) { assert.Equal(t, strings.Repeat("a\n", 3000), strings.Repeat("b\n", 3000)) },
			"- b\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record(tt.fail)
			if !strings.Contains(r.failure, tt.want) || r.fatal {
				t.Errorf("fatal %v, got:\n%s\nwant it to contain:\n%s", r.fatal, r.failure, tt.want)
			}
		})
	}
}

func TestErrorHelpers(t *testing.T) {
	wrapped := fmt.Errorf("read order: %w", fs.ErrNotExist)
	tests := []struct {
		name  string
		f     func(testing.TB)
		want  string
		fatal bool
	}{
		{name: "no error", f: func(t testing.TB) { assert.NoError(t, nil) }},
		{name: "an error", f: func(t testing.TB) { assert.NoError(t, io.EOF, "input", 3) }, want: "input 3\nunexpected error: EOF", fatal: true},
		{name: "wrapped error", f: func(t testing.TB) { assert.ErrorIs(t, wrapped, fs.ErrNotExist) }},
		{name: "other error", f: func(t testing.TB) { assert.ErrorIs(t, wrapped, io.EOF) }, want: "got error:  read order: file does not exist\nwant error: EOF"},
		{name: "missing error", f: func(t testing.TB) { assert.ErrorIs(t, nil, io.EOF) }, want: "got error:  <nil>\nwant error: EOF"},
		{name: "error where none is wanted", f: func(t testing.TB) { assert.ErrorIs(t, io.EOF, nil) }, want: "got error:  EOF\nwant error: <nil>"},
		{name: "contained", f: func(t testing.TB) { assert.Contains(t, "abc", "b") }},
		{name: "not contained", f: func(t testing.TB) { assert.Contains(t, "abc", "d") }, want: "got text:\nabc\nwant it to contain:\nd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record(tt.f)
			if r.failure != tt.want || r.fatal != tt.fatal {
				t.Errorf("got failure %q (fatal %v), want %q (fatal %v)", r.failure, r.fatal, tt.want, tt.fatal)
			}
		})
	}
}

func TestGoldenComparesWithTheFile(t *testing.T) {
	if assert.Update() {
		t.Skip("this test needs the flag -update to be off")
	}
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(filepath.Join("testdata", "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("testdata", "sub", "a.txt"), []byte("one\ntwo\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, file, got, want string
		fatal                 bool
	}{
		{name: "same", file: "sub/a.txt", got: "one\ntwo\n"},
		{name: "different", file: "sub/a.txt", got: "one\n2\n", want: "- two\n+ 2\n"},
		{name: "missing", file: "b.txt", want: "go test -update writes it", fatal: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record(func(t testing.TB) { assert.Golden(t, []byte(tt.got), tt.file) })
			if tt.want == "" && r.failure != "" || !strings.Contains(r.failure, tt.want) || r.fatal != tt.fatal {
				t.Errorf("got failure %q (fatal %v), want it to contain %q (fatal %v)", r.failure, r.fatal, tt.want, tt.fatal)
			}
		})
	}
}

func TestGoldenWritesTheFileOnUpdate(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.SetUpdate(t, true)
	assert.Golden(t, []byte("new"), "deep/er/a.txt")
	assert.SetUpdate(t, false)
	assert.Golden(t, []byte("new"), "deep/er/a.txt")
}
