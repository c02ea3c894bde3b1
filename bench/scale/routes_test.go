package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
)

// counts are numbers of operations between which the cost of a request must not differ.
var counts = []int{3, 30, 300, 3000}

// targets are paths by what answers them, given the number of a resource in the middle.
var targets = []struct {
	name string
	path func(i int) string
	want int
}{
	{"fixed", func(i int) string { return fmt.Sprintf("/v1/things%d", i) }, http.StatusOK},
	{"template", func(i int) string { return fmt.Sprintf("/v1/things%d/17", i) }, http.StatusOK},
	{"two templates", func(i int) string { return fmt.Sprintf("/v1/things%d/17/parts/4", i) }, http.StatusOK},
	{"no such path", func(int) string { return "/v1/nothing" }, http.StatusNotFound},
	{"no such end", func(i int) string { return fmt.Sprintf("/v1/things%d/17/pieces", i) }, http.StatusNotFound},
}

type (
	none struct{}
	one  struct {
		ID int `path:"id"`
	}
	part struct {
		one
		Part int `path:"part"`
	}
	answer struct {
		ID int `json:"id"`
	}
)

// withRoutes returns an application of n operations, of which three share a resource.
func withRoutes(t testing.TB, n int) http.Handler {
	app, err := tenon.New(tenon.Config{Title: "routes", Version: "1"}, func(r *tenon.Router) {
		for i := range n / 3 {
			g := r.Group("/v1/things" + strconv.Itoa(i))
			tenon.Get(g, "", func(context.Context, *none) (answer, error) { return answer{}, nil })
			tenon.Get(g, "/{id}", func(_ context.Context, in *one) (answer, error) { return answer{in.ID}, nil })
			tenon.Get(g, "/{id}/parts/{part}", func(_ context.Context, in *part) (answer, error) { return answer{in.ID + in.Part}, nil })
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// A sink takes an answer.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header            { return s.header }
func (s *sink) Write(text []byte) (int, error) { return len(text), nil }
func (s *sink) WriteHeader(status int)         { s.status = status }

// sender returns what sends a request to one of n operations, again and again.
func sender(t testing.TB, n, target int) func() {
	app, to := withRoutes(t, n), targets[target]
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, to.path(n/6), nil)
	w := &sink{header: make(http.Header)}
	send := func() {
		clear(w.header)
		w.status = http.StatusOK
		app.ServeHTTP(w, r)
	}
	if send(); w.status != to.want {
		t.Fatalf("%s is answered with %d, want %d", r.URL, w.status, to.want)
	}
	return send
}

func BenchmarkRequest(b *testing.B) {
	for target, to := range targets {
		for _, n := range counts {
			b.Run(to.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				send := sender(b, n, target)
				b.ReportAllocs()
				for b.Loop() {
					send()
				}
			})
		}
	}
}

// TestARequestCostsTheSameAmongFewAndManyRoutes compares allocations, and the quickest of many
// short runs, which take turns. The bound leaves room for a busy machine; the README has figures.
func TestARequestCostsTheSameAmongFewAndManyRoutes(t *testing.T) {
	for target, to := range targets {
		t.Run(to.name, func(t *testing.T) {
			var sends []func()
			var allocs []float64
			for _, n := range counts {
				send := sender(t, n, target)
				sends, allocs = append(sends, send), append(allocs, allocations(send))
			}
			if slices.Min(allocs) != slices.Max(allocs) {
				t.Errorf("a request among %v operations costs %v allocations, want the same", counts, allocs)
			}
			least := quickest(sends)
			t.Logf("a request among %v operations takes %v", counts, least)
			if limit := least[0] * 5 / 4; slices.Max(least) > limit {
				t.Errorf("a request among %v operations takes %v, want at most %v", counts, least, limit)
			}
		})
	}
}

// allocations returns the least that a call of fn allocates: with the race detector, sync.Pool drops
// some of what it is given.
func allocations(fn func()) float64 {
	least := testing.AllocsPerRun(1, fn)
	for range 200 {
		least = min(least, testing.AllocsPerRun(1, fn))
	}
	return least
}

// quickest returns the least time that a run of each function took.
func quickest(fns []func()) []time.Duration {
	const rounds, runs = 300, 50
	least := make([]time.Duration, len(fns))
	for i := range least {
		least[i] = time.Hour
	}
	for range rounds {
		for i, fn := range fns {
			start := time.Now()
			for range runs {
				fn()
			}
			least[i] = min(least[i], time.Since(start)/runs)
		}
	}
	return least
}
