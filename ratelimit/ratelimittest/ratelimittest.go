// Package ratelimittest tests stores of package ratelimit. It uses the clock of the
// store and does not wait.
package ratelimittest

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon/ratelimit"
)

// Run tests the store that open returns, once for each test. It may hold keys of
// other tests already.
func Run(t *testing.T, open func(t *testing.T) ratelimit.Store) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s *subject)
	}{
		{"AddsUpToTheCapacityAndNoMore", addsUpToTheCapacity},
		{"IsExactUnderConcurrency", isExactUnderConcurrency},
		{"LooksWithoutSpending", looksWithoutSpending},
		{"KeepsKeysApart", keepsKeysApart},
		{"FallsWithTime", fallsWithTime},
		{"HasLevelsAboveTheCapacityCountAsIt", clampsLevels},
		{"ForgetsNothingOfLargeCapacities", keepsLargeLevels},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, &subject{t: t, store: open(t)})
		})
	}
}

// long is so long that nothing falls while a test runs, but for what slack allows.
const (
	long  = time.Hour
	slack = time.Minute
)

// A subject is a store in a test.
type subject struct {
	t     *testing.T
	store ratelimit.Store
}

func newKey() (key ratelimit.Key) {
	_, _ = rand.Read(key[:]) // never fails
	return key
}

func (s *subject) add(key ratelimit.Key, cost, capacity time.Duration) (level time.Duration, ok bool) {
	s.t.Helper()
	level, ok, err := s.store.Add(context.Background(), key, cost, capacity)
	if err != nil {
		s.t.Errorf("Add(%v, %v): %v", cost, capacity, err)
	}
	return level, ok
}

// want adds and compares, allowing for the time that a test takes.
func (s *subject) want(key ratelimit.Key, cost, capacity, level time.Duration, ok bool) {
	s.t.Helper()
	got, gotOK := s.add(key, cost, capacity)
	if gotOK != ok || got > level || got < level-slack {
		s.t.Errorf("Add(%v, %v): got level %v, ok %v, want %v and %v", cost, capacity, got, gotOK, level, ok)
	}
}

func addsUpToTheCapacity(_ *testing.T, s *subject) {
	key := newKey()
	for i := range 5 {
		s.want(key, long, 5*long, time.Duration(i+1)*long, true)
	}
	s.want(key, long, 5*long, 5*long, false)
	s.want(key, long, 5*long, 5*long, false)
	s.want(key, long, 7*long, 6*long, true)
	s.want(newKey(), 2*long, long, 0, false)
}

func isExactUnderConcurrency(t *testing.T, s *subject) {
	const capacity, clients, each = 100, 16, 25
	key := newKey()
	var taken atomic.Int64
	var running sync.WaitGroup
	for range clients {
		running.Go(func() {
			for range each {
				if _, ok := s.add(key, long, capacity*long); ok {
					taken.Add(1)
				}
			}
		})
	}
	running.Wait()
	if n := taken.Load(); n != capacity {
		t.Errorf("%d of %d concurrent requests were taken, want %d", n, clients*each, capacity)
	}
}

func looksWithoutSpending(_ *testing.T, s *subject) {
	key := newKey()
	s.want(key, 0, long, 0, true)
	s.want(key, long, 2*long, long, true)
	s.want(key, 0, 2*long, long, true)
	s.want(key, 0, 2*long, long, true)
	s.want(key, long, 2*long, 2*long, true)
	s.want(key, 0, 2*long, 2*long, true)
}

func keepsKeysApart(_ *testing.T, s *subject) {
	first := ratelimit.Key{15: 1}
	second := ratelimit.Key{0: 1}
	third := ratelimit.Key{'\r', '\n', 0, 0xFF, '*', '{', '}'}
	for _, key := range []ratelimit.Key{first, second, third} {
		before, _ := s.add(key, 0, 1000*long)
		s.want(key, long, 1000*long, before+long, true)
	}
}

func fallsWithTime(t *testing.T, s *subject) {
	const cost, burst, more = 2 * time.Millisecond, 5, 30
	key, taken := newKey(), 0
	begin := time.Now()
	for taken < burst+more {
		if _, ok := s.add(key, cost, burst*cost); ok {
			taken++
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Fatalf("%d requests were taken in %v, want %d more after %d", taken, took, more, burst)
		}
	}
	// The clock of the store may have another resolution.
	if took := time.Since(begin) + time.Millisecond; took < more*cost {
		t.Errorf("%d requests were taken in %v, want no more than %d and one each %v", taken, took, burst, cost)
	}
}

func clampsLevels(_ *testing.T, s *subject) {
	key := newKey()
	s.want(key, 50*long, 50*long, 50*long, true)
	s.want(key, long, 2*long, 2*long, false)
	s.want(key, 0, 50*long, 2*long, true)
}

func keepsLargeLevels(_ *testing.T, s *subject) {
	const year = 366 * 24 * time.Hour
	key := newKey()
	s.want(key, year, 10*year, year, true)
	s.want(key, 9*year, 10*year, 10*year, true)
	s.want(key, time.Second, 10*year, 10*year, false)
}
