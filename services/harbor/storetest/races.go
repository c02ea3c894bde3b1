package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

// Two stores on one file are two processes: nothing but the database keeps them apart.

func testOneOfTwoStoresGetsTheKey(t *testing.T, fresh New) {
	dir := fresh(t)
	stores := []Store{mustOpen(t, dir), mustOpen(t, dir)}
	for round := range 20 {
		orders := []harbor.Order{newOrder("cus_1", start), newOrder("cus_1", start)}
		errs := make([]error, len(stores))
		var wg sync.WaitGroup
		for i, s := range stores {
			r := recordOf(orders[i])
			r.Key = fmt.Sprint("key ", round)
			wg.Go(func() { errs[i] = s.Create(t.Context(), orders[i], r) })
		}
		wg.Wait()

		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		if errs[winner] != nil || !errors.Is(errs[1-winner], idempotency.ErrExists) {
			t.Fatalf("round %d: got errors %v, want one nil and one %v", round, errs, idempotency.ErrExists)
		}
		for i, s := range stores {
			r, err := s.Find(t.Context(), "acme", operation, fmt.Sprint("key ", round))
			if err != nil || r == nil || !bytes.Equal(r.Body, recordOf(orders[winner]).Body) {
				t.Errorf("round %d: store %d finds %+v, %v, want the answer of store %d", round, i, r, err, winner)
			}
			if _, err := s.Order(t.Context(), acme, orders[winner].ID); err != nil {
				t.Errorf("round %d: store %d: %v", round, i, err)
			}
			if _, err := s.Order(t.Context(), acme, orders[1-winner].ID); !errors.Is(err, harbor.ErrOrderNotFound) {
				t.Errorf("round %d: store %d finds the order that lost: %v", round, i, err)
			}
		}
	}
}

func testManyCreateAndEachReadsItsOwn(t *testing.T, fresh New) {
	const workers, each = 16, 20
	s := mustOpen(t, fresh(t))
	created := make([][]harbor.Order, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				o := newOrder("cus_1", time.Now())
				if err := s.Create(t.Context(), o, recordOf(o)); err != nil {
					t.Errorf("worker %d: %v", w, err)
					return
				}
				created[w] = append(created[w], o)
				if got, err := s.Order(t.Context(), acme, o.ID); err != nil || got != o {
					t.Errorf("worker %d reads %+v, %v, want its own %+v", w, got, err, o)
				}
			}
		})
	}
	wg.Wait()
	listed, err := s.List(t.Context(), acme, "cus_1", nil, 2*workers*each)
	if err != nil {
		t.Fatal(err)
	}
	times := make(map[harbor.OrderID]int)
	for _, o := range listed {
		times[o.ID]++
	}
	for _, orders := range created {
		for _, o := range orders {
			if times[o.ID] != 1 {
				t.Errorf("order %s is listed %d times, want once", o.ID, times[o.ID])
			}
		}
	}
	if len(listed) != workers*each {
		t.Errorf("%d orders are listed, want %d", len(listed), workers*each)
	}
}

// An error of Create means that nothing was stored, whenever the context ended.

func testCreateAndItsErrorAgree(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	var stored, refused int
	for range 300 {
		o := newOrder("cus_1", start)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(1500))*time.Microsecond)
		created := s.Create(ctx, o, recordOf(o))
		cancel()
		if created != nil && !errors.Is(created, context.DeadlineExceeded) {
			t.Fatalf("Create: %v", created)
		}
		_, read := s.Order(t.Context(), acme, o.ID)
		record := find(t, s, o)
		if found := read == nil; found != (created == nil) || found != (record != nil) {
			t.Fatalf("Create returned %v, Order %v, Find %+v", created, read, record)
		}
		if created == nil {
			stored++
		} else {
			refused++
		}
	}
	t.Logf("%d stored, %d refused", stored, refused)
}

// A walk sees every order that was there at its first page once and in order,

// in pages of any size, while others come in at every place of the list.

func testWalkSeesEachOrderOnce(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	var before []harbor.Order
	for i := range 60 {
		before = append(before, newOrder("cus_1", start.Add(time.Duration(i/3)*time.Microsecond))) // three of each time
	}
	mustCreate(t, s, before...)
	for _, size := range []int{1, 2, 7, 100} {
		t.Run(fmt.Sprint("pages of ", size), func(t *testing.T) {
			done := make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				for i := 0; i < 200; i++ {
					select {
					case <-done:
						return
					default:
					}
					o := newOrder("cus_1", start.Add(time.Duration(rand.IntN(40)-10)*time.Microsecond))
					if err := s.Create(t.Context(), o, recordOf(o)); err != nil {
						t.Errorf("Create: %v", err)
						return
					}
				}
			})
			walked := walk(t, s, size)
			close(done)
			wg.Wait()
			checkWalk(t, walked, before)
		})
	}
}

func walk(t *testing.T, s Store, size int) []harbor.Order {
	t.Helper()
	var walked []harbor.Order
	var last *harbor.Position
	for {
		got, err := s.List(t.Context(), acme, "cus_1", last, size)
		if err != nil {
			t.Fatalf("List(before %v): %v", last, err)
		}
		if len(got) == 0 {
			return walked
		}
		walked = append(walked, got...)
		p := got[len(got)-1].Position()
		last = &p
	}
}

func checkWalk(t *testing.T, walked, before []harbor.Order) {
	t.Helper()
	times := make(map[harbor.OrderID]int)
	for i, o := range walked {
		times[o.ID]++
		if times[o.ID] > 1 {
			t.Errorf("order %s is listed %d times", o.ID, times[o.ID])
		}
		if i > 0 && !follows(walked[i-1], o) {
			t.Errorf("%v comes after %v", o.Position(), walked[i-1].Position())
		}
	}
	for _, o := range before {
		if times[o.ID] != 1 {
			t.Errorf("order %s, there before the walk, is listed %d times, want once", o.ID, times[o.ID])
		}
	}
}

// follows reports whether b belongs behind a in a list.

func follows(a, b harbor.Order) bool {
	if !a.CreatedAt.Equal(b.CreatedAt) {
		return b.CreatedAt.Before(a.CreatedAt)
	}
	return bytes.Compare(b.ID[:], a.ID[:]) < 0
}
