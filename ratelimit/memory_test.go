package ratelimit_test

import (
	"encoding/binary"
	"runtime"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/ratelimit"
)

func numbered(n int) (key ratelimit.Key) {
	binary.BigEndian.PutUint64(key[:], uint64(n))
	return key
}

func TestMemoryIsBoundedWhateverKeysComeIn(t *testing.T) {
	m := new(ratelimit.Memory)
	heavy := numbered(-1)
	_, _, _ = m.Add(t.Context(), heavy, time.Hour, time.Hour)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 1_000_000 {
		_, ok, err := m.Add(t.Context(), numbered(i), time.Second, time.Minute)
		assert.Equal(t, ok, true)
		assert.NoError(t, err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := m.Len(); n > 100_000 || n < 90_000 {
		t.Errorf("%d keys are kept, want about 100000", n)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 10<<20 {
		t.Errorf("a million keys took %d bytes, want about 8 MiB", grown)
	}
	level, _, _ := m.Add(t.Context(), heavy, 0, time.Hour)
	assert.Equal(t, level > 0, true, "a key with a high level is kept")
}

func TestMemoryForgetsKeysWithoutALevelFirst(t *testing.T) {
	now := time.Unix(0, 0)
	m := &ratelimit.Memory{MaxKeys: 64 * 16, Now: func() time.Time { return now }}
	for i := range 64 * 64 {
		_, _, _ = m.Add(t.Context(), numbered(i), time.Second, time.Minute)
	}
	now = now.Add(2 * time.Second)
	for i := range 64 * 4 {
		_, _, _ = m.Add(t.Context(), numbered(-i), time.Millisecond, time.Minute)
	}
	held := 0
	for i := range 64 * 4 {
		if level, _, _ := m.Add(t.Context(), numbered(-i), 0, time.Minute); level > 0 {
			held++
		}
	}
	assert.Equal(t, held > 64*4-16, true, held) // a shard may get more than its share
	assert.Equal(t, m.Len() <= 64*16, true, m.Len())
}

func TestAClockThatGoesBackLocksNobodyOut(t *testing.T) {
	now := time.Unix(1e9, 0)
	m := &ratelimit.Memory{Now: func() time.Time { return now }}
	key := numbered(1)
	for range 10 {
		_, ok, _ := m.Add(t.Context(), key, time.Second, 10*time.Second)
		assert.Equal(t, ok, true)
	}
	now = now.Add(-time.Hour)
	level, ok, _ := m.Add(t.Context(), key, time.Second, 10*time.Second)
	assert.Equal(t, ok, false, "nothing is given away either")
	assert.Equal(t, level, 10*time.Second)
	now = now.Add(time.Second)
	_, ok, _ = m.Add(t.Context(), key, time.Second, 10*time.Second)
	assert.Equal(t, ok, true, "after the time of one request")
	now = now.Add(time.Hour)
	level, _, _ = m.Add(t.Context(), key, 0, 10*time.Second)
	assert.Equal(t, level, 0)
}

func BenchmarkMemory(b *testing.B) {
	m := new(ratelimit.Memory)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		_, _, _ = m.Add(b.Context(), numbered(i%1000), time.Microsecond, time.Minute)
	}
}
