package ratelimit

import (
	"context"
	"hash/maphash"
	"math"
	"sync"
	"time"
)

// Memory is a [Store] of one process. The zero value is ready for use.
type Memory struct {
	MaxKeys int              // 0 means 100,000, about 7 MB; beyond it, keys with low levels are forgotten
	Now     func() time.Time // clock; nil means time.Now

	once   sync.Once
	seed   maphash.Seed
	start  time.Time
	limit  int // keys of a shard
	shards [shards]shard
}

const (
	shards         = 64
	defaultMaxKeys = 100_000
	sample         = 16 // keys that are looked at to find one to forget
)

// A shard has some of the keys. For each it keeps when its level will be zero.
type shard struct {
	mu   sync.Mutex
	zero map[Key]time.Duration // since start
	_    [40]byte              // to the end of a cache line
}

func (m *Memory) init() {
	if m.Now == nil {
		m.Now = time.Now
	}
	if m.MaxKeys <= 0 {
		m.MaxKeys = defaultMaxKeys
	}
	m.seed, m.start = maphash.MakeSeed(), m.Now()
	m.limit = max(1, m.MaxKeys/shards)
	for i := range m.shards {
		m.shards[i].zero = make(map[Key]time.Duration)
	}
}

// Add implements [Store].
func (m *Memory) Add(_ context.Context, key Key, cost, capacity time.Duration) (level time.Duration, ok bool, err error) {
	m.once.Do(m.init)
	// The hash is seeded, so that nobody can choose keys of one shard.
	s := &m.shards[maphash.Bytes(m.seed, key[:])%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := m.Now().Sub(m.start)
	zero, known := s.zero[key]
	level = max(zero-now, 0)
	above := level > capacity
	if above {
		level = capacity
	}
	if ok = level+cost <= capacity; ok {
		level += cost
	}
	if above || ok && cost > 0 {
		if !known && len(s.zero) >= m.limit {
			s.forget(now)
		}
		s.zero[key] = now + level
	}
	return level, ok, nil
}

// forget makes room for a key: of some keys, those whose level is zero go, or else
// the one with the lowest.
func (s *shard) forget(now time.Duration) {
	var lowest Key
	least, seen, room := time.Duration(math.MaxInt64), 0, false
	for key, zero := range s.zero { // in an order that differs each time
		switch {
		case zero <= now:
			delete(s.zero, key)
			room = true
		case zero < least:
			lowest, least = key, zero
		}
		if seen++; seen == sample {
			break
		}
	}
	if !room {
		delete(s.zero, lowest)
	}
}

// Len returns how many keys are kept.
func (m *Memory) Len() int {
	m.once.Do(m.init)
	n := 0
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		n += len(s.zero)
		s.mu.Unlock()
	}
	return n
}
