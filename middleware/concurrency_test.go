package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

// limited returns h behind a limit.
func limited(t testing.TB, cfg middleware.ConcurrencyConfig, h http.HandlerFunc) http.Handler {
	t.Helper()
	mw, err := middleware.Concurrency(cfg)
	assert.NoError(t, err)
	return mw(h)
}

// raise makes most at least n.
func raise(most *atomic.Int64, n int64) {
	for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
	}
}

func TestG5OverloadIsShedAndTheLatencyOfWhatIsAdmittedStaysBounded(t *testing.T) {
	const (
		running, queue = 10, 15
		work           = 100 * time.Millisecond // so the capacity is 100 requests a second
		wait           = 120 * time.Millisecond
		offered        = 3000 // in 10 s: three times the capacity
		every          = 10 * time.Second / offered
	)
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int64
		h := limited(t, middleware.ConcurrencyConfig{Running: running, Queue: queue, Wait: wait, RetryAfter: 1500 * time.Millisecond},
			func(http.ResponseWriter, *http.Request) {
				raise(&most, inside.Add(1))
				time.Sleep(work)
				inside.Add(-1)
			})
		var mu sync.Mutex
		var admitted, refused []time.Duration
		for range offered {
			go func() {
				begin := time.Now()
				w := do(h, "GET", "/")
				took := time.Since(begin)
				mu.Lock()
				defer mu.Unlock()
				if w.Code == http.StatusOK {
					admitted = append(admitted, took)
					return
				}
				refused = append(refused, took)
				assert.Equal(t, w.Header().Get("Retry-After"), "2")
				wantProblem(t, w, 503, "overloaded")
			}()
			time.Sleep(every)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, most.Load(), int64(running), "requests at once")
		assert.Equal(t, len(admitted)+len(refused), offered)
		if slowest := slices.Max(admitted); slowest > wait+work {
			t.Errorf("an admitted request took %v, want at most %v", slowest, wait+work)
		}
		if slowest := slices.Max(refused); slowest > wait {
			t.Errorf("a request was refused after %v, want at most %v", slowest, wait)
		}
		if n := len(admitted); n < 990 || n > 1000+running+queue {
			t.Errorf("%d requests were admitted in 10 s, want the capacity, 1000", n)
		}
	})
}

func TestConcurrencyIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		release := make(chan struct{})
		h := limited(t, middleware.ConcurrencyConfig{Running: 1, Queue: 3, Wait: time.Hour}, func(_ http.ResponseWriter, r *http.Request) {
			order = append(order, r.URL.Path)
			<-release
		})
		for i := range 4 {
			go do(h, "GET", fmt.Sprint("/", i))
			synctest.Wait()
		}
		assert.Equal(t, do(h, "GET", "/beyond").Code, 503)
		for range 4 {
			release <- struct{}{}
			synctest.Wait()
		}
		assert.Equal(t, strings.Join(order, ""), "/0/1/2/3")
	})
}

func TestWhoeverStopsWaitingLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var ran atomic.Int64
		h := limited(t, middleware.ConcurrencyConfig{Running: 1, Queue: 2, Wait: time.Second}, func(http.ResponseWriter, *http.Request) {
			ran.Add(1)
			<-release
		})
		go do(h, "GET", "/runs")
		synctest.Wait()

		ctx, cancel := context.WithCancel(t.Context())
		codes := make(chan int, 2)
		for _, ctx := range []context.Context{ctx, t.Context()} {
			go func() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/waits", nil))
				codes <- w.Code
			}()
		}
		synctest.Wait()
		assert.Equal(t, do(h, "GET", "/").Code, 503, "the queue is full")
		begin := time.Now()
		cancel()
		assert.Equal(t, <-codes, 503)
		assert.Equal(t, time.Since(begin), 0, "the client is gone")
		assert.Equal(t, <-codes, 503)
		assert.Equal(t, time.Since(begin), time.Second, "the wait is over")

		go do(h, "GET", "/waits")
		synctest.Wait()
		release <- struct{}{}
		synctest.Wait()
		assert.Equal(t, ran.Load(), 2, "the queue passes its place on")
		release <- struct{}{}
		synctest.Wait()
		go do(h, "GET", "/runs")
		synctest.Wait()
		assert.Equal(t, ran.Load(), 3, "the place is free again")
		release <- struct{}{}
	})
}

// TestPlacesThatComeAsTheWaitEndsAreNotLost lets places be given back at the very
// moment when those that wait for them give up.
func TestPlacesThatComeAsTheWaitEndsAreNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const running = 4
		h := limited(t, middleware.ConcurrencyConfig{Running: running, Queue: 8, Wait: time.Second}, func(http.ResponseWriter, *http.Request) {
			time.Sleep(time.Second)
		})
		for range 50 {
			for range 3 * running {
				go do(h, "GET", "/")
			}
			time.Sleep(10 * time.Second)
		}
		var ok atomic.Int64
		for range running {
			go func() {
				if do(h, "GET", "/").Code == 200 {
					ok.Add(1)
				}
			}()
		}
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, ok.Load(), running, "places")
	})
}

func TestConcurrencyIsExactUnderContention(t *testing.T) {
	const running = 3
	var inside, most, ran atomic.Int64
	h := limited(t, middleware.ConcurrencyConfig{Running: running, Queue: 4, Wait: time.Minute}, func(http.ResponseWriter, *http.Request) {
		raise(&most, inside.Add(1))
		inside.Add(-1)
		if ran.Add(1)%7 == 0 {
			panic("boom")
		}
	})
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 200 {
				func() {
					defer func() { _ = recover() }()
					do(h, "GET", "/")
				}()
			}
		})
	}
	wg.Wait()
	if most.Load() > running || ran.Load() == 0 {
		t.Errorf("%d of %d ran at once, want at most %d", most.Load(), ran.Load(), running)
	}
	begin := ran.Load()
	for range running {
		func() {
			defer func() { _ = recover() }()
			do(h, "GET", "/")
		}()
	}
	assert.Equal(t, ran.Load()-begin, running, "no place was lost to a panic")
}

func TestConcurrencyReportsEveryMistake(t *testing.T) {
	_, err := middleware.Concurrency(middleware.ConcurrencyConfig{Queue: -1, Wait: -1, RetryAfter: -1})
	for _, want := range []string{"Running is 0", "Queue is -1", "Wait is -1ns", "RetryAfter is -1ns"} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}

func ExampleConcurrency() {
	limit, err := middleware.Concurrency(middleware.ConcurrencyConfig{Running: 1, Queue: 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	var h http.Handler
	h = limit(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		w := do(h, "GET", "/") // while this one runs
		fmt.Println(w.Code, "Retry-After:", w.Header().Get("Retry-After"))
	}))
	do(h, "GET", "/")
	// Output: 503 Retry-After: 1
}
