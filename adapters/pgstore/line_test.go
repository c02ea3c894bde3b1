package pgstore

import (
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// station is a line whose trips take as long as a test says.
type station struct {
	line
	leave chan struct{} // each value lets one trip return
	sent  [][]string
	known []string // who can be joined
}

func newStation(trips, most int) *station {
	s := &station{leave: make(chan struct{})}
	s.line = line{trips: trips, most: most, patience: time.Second, send: func(together []*question) {
		var queries []string
		for _, q := range together {
			queries = append(queries, q.query)
		}
		s.mu.Lock()
		s.sent = append(s.sent, queries)
		s.mu.Unlock()
		<-s.leave
	}}
	return s
}

// ask puts a question into the line that nobody waits for if askers is 0.
func (s *station) ask(query string, askers int) *question {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &question{query: query, askers: askers, done: make(chan struct{})}
	q.forget = func() { s.known = slices.DeleteFunc(s.known, func(known string) bool { return known == query }) }
	s.known = append(s.known, query)
	s.wait(q)
	return q
}

func (s *station) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enter()
}

func TestThoseThatWaitGoTogetherWhenATripEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(2, 4)
		equal(t, []bool{s.begin(), s.begin(), s.begin()}, []bool{true, true, false})
		a, left, b := s.ask("a", 1), s.ask("left", 0), s.ask("b", 2)
		synctest.Wait()
		equal(t, len(s.sent), 0)
		s.end()
		synctest.Wait()
		equal(t, s.sent, [][]string{{"a", "b"}})
		equal(t, s.known, []string{}) // nobody joins what was sent
		c := s.ask("a", 1)
		s.end() // the other one, and there is a question again
		synctest.Wait()
		equal(t, s.sent, [][]string{{"a", "b"}, {"a"}})
		close(s.leave)
		for _, q := range []*question{a, b, c} {
			<-q.done
		}
		synctest.Wait()
		equal(t, s.current, 0)
		select {
		case <-left.done:
			t.Error("nobody waited for it")
		default:
		}
	})
}

func TestNobodyWaitsForASlowTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(1, 2)
		s.begin()
		a := s.ask("a", 1)
		time.Sleep(s.patience + 1) // nobody comes after it
		synctest.Wait()
		equal(t, s.sent, [][]string{{"a"}})
		b := s.ask("b", 1)
		time.Sleep(s.patience + 1)
		c := s.ask("c", 1) // there may be no third trip
		synctest.Wait()
		equal(t, len(s.sent), 1)
		close(s.leave)
		<-a.done
		<-b.done
		<-c.done
		s.end()
		equal(t, s.current, 0)
	})
}

func TestATripHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(1, 1)
		s.begin()
		var all sync.WaitGroup
		for range maxTogether + 1 {
			q := s.ask("a", 1)
			all.Go(func() { <-q.done })
		}
		close(s.leave)
		s.end()
		all.Wait()
		equal(t, []int{len(s.sent[0]), len(s.sent[1])}, []int{maxTogether, 1})
	})
}
