package sqlite_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

// filled returns a store in which one of ten customers has the last position.
func filled(b *testing.B) (s *sqlite.Store, last harbor.Order) {
	b.Helper()
	s = mustOpen(b, b.TempDir())
	for i := range 1000 {
		last = newOrder("cus_"+string(rune('0'+i%10)), start.Add(time.Duration(i)*time.Second))
		mustCreate(b, s, last)
	}
	return s, last
}

// BenchmarkCreate is one request after another: each waits for the disk.
func BenchmarkCreate(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	b.ReportAllocs()
	for b.Loop() {
		mustCreate(b, s, newOrder("cus_1", time.Now()))
	}
}

func BenchmarkCreateParallel(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	b.ReportAllocs()
	var failed atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			o := newOrder("cus_1", time.Now())
			if err := s.Create(b.Context(), o, recordOf(o)); err != nil {
				failed.Add(1)
			}
		}
	})
	if n := failed.Load(); n > 0 {
		b.Errorf("%d calls of Create failed", n)
	}
}

func BenchmarkFind(b *testing.B) {
	s, last := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		if find(b, s, last) == nil {
			b.Fatal("there is no record")
		}
	}
}

func BenchmarkOrder(b *testing.B) {
	s, last := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Order(b.Context(), acme, last.ID); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOrderParallel(b *testing.B) {
	s, last := filled(b)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Order(b.Context(), acme, last.ID); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkList20(b *testing.B) {
	s, last := filled(b)
	before := last.Position()
	b.ReportAllocs()
	for b.Loop() {
		if orders, err := s.List(b.Context(), acme, last.CustomerID, &before, 20); err != nil || len(orders) != 20 {
			b.Fatal(len(orders), err)
		}
	}
}
