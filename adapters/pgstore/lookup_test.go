package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon/adapters/pgstore"
)

// A tracer counts what is sent.
type tracer struct{ batches, batched, alone atomic.Int32 }

func (tr *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	tr.alone.Add(1)
	return ctx
}
func (*tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (tr *tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	tr.batches.Add(1)
	return ctx
}
func (tr *tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {
	tr.batched.Add(1)
}
func (*tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func traced(tr pgx.QueryTracer) func(*pgxpool.Config) {
	return func(pool *pgxpool.Config) { pool.ConnConfig.Tracer = tr }
}

// A holding is a store whose lookups wait for one that is held until release is called.
type holding struct {
	*pgstore.Store
	sent    *tracer
	release func()
	held    chan error
}

func held(t *testing.T) *holding {
	t.Helper()
	q := &holding{sent: new(tracer), held: make(chan error, 1)}
	q.Store = open(t, pgstore.Config{Configure: traced(q.sent)})
	q.Reader().OneTrip()
	lock := time.Now().UnixNano()
	conn, err := plain(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_lock($1)", lock); err != nil {
		t.Fatal(err)
	}
	q.release = sync.OnceFunc(func() {
		_, _ = conn.Exec(context.Background(), "SELECT pg_advisory_unlock($1)", lock)
		conn.Release()
	})
	t.Cleanup(q.release)
	waits := pgstore.NewLookup(q.Reader(), "SELECT 1 FROM pg_advisory_xact_lock_shared($1)", func(n int64) []any { return []any{n} }, pgx.RowTo[int])
	go func() {
		_, err := waits.Get(context.Background(), lock)
		q.held <- err
	}()
	for q.sent.alone.Load() == 0 {
		runtime.Gosched() // until it is sent
	}
	return q
}

func (q *holding) until(t *testing.T, waiting int) {
	t.Helper()
	for t.Context().Err() == nil && q.Reader().Waiting() < waiting {
		runtime.Gosched()
	}
}

// An answer is what a lookup has returned or panicked with.
type answer struct {
	value int
	err   error
	panic any
}

func get(ctx context.Context, l *pgstore.Lookup[int, int], key int) <-chan answer {
	c := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			a.panic = recover()
			c <- a
		}()
		a.value, a.err = l.Get(ctx, key)
	}()
	return c
}

// tenth divides 10 by a key. The server cannot do that for 0; for 5 our own function panics.
func tenth(s *pgstore.Store) *pgstore.Lookup[int, int] {
	return pgstore.NewLookup(s.Reader(), "SELECT 10 / $1::int WHERE $1 <> 7", func(n int) []any { return []any{n} }, func(row pgx.CollectableRow) (n int, err error) {
		if err = row.Scan(&n); n == 2 {
			panic("two")
		}
		return n, err
	})
}

func TestLookupsThatWaitAreOneRoundTrip(t *testing.T) {
	q := held(t)
	l := tenth(q.Store)
	var answers []<-chan answer
	for i := range 9 {
		answers = append(answers, get(t.Context(), l, 1+i%3*9)) // 1, 10, 19
	}
	q.until(t, 3)
	q.release()
	want := []int{10, 1, 0}
	for i, c := range answers {
		if a := <-c; a.err != nil || a.panic != nil || a.value != want[i%3] {
			t.Errorf("lookup %d: got %+v, want %d", i, a, want[i%3])
		}
	}
	if err := <-q.held; err != nil {
		t.Error(err)
	}
	// Whoever came when the three had left is in another one, which tells nothing.
	if n := q.sent.batches.Load(); n < 1 || n > 2 {
		t.Errorf("there were %d round trips of several queries, want 1", n)
	}
}

func TestEachLookupHasItsOwnError(t *testing.T) {
	q := held(t)
	l := tenth(q.Store)
	left, leave := context.WithCancel(t.Context())
	fine, zero, missing, panics, last := get(t.Context(), l, 10), get(t.Context(), l, 0), get(t.Context(), l, 7), get(t.Context(), l, 5), get(t.Context(), l, 2)
	leaves := get(left, l, 10)
	q.until(t, 5)
	leave()
	if a := <-leaves; a.value == 0 && !errors.Is(a.err, context.Canceled) {
		t.Errorf("who leaves gets %+v, want %v", a, context.Canceled)
	}
	q.release()
	if a := <-fine; a.err != nil || a.value != 1 {
		t.Errorf("got %+v, want 1", a)
	}
	if a := <-zero; code(a.err) != "22012" {
		t.Errorf("got %+v, want an error of the server", a)
	}
	if a := <-missing; !errors.Is(a.err, pgx.ErrNoRows) {
		t.Errorf("got %+v, want %v", a, pgx.ErrNoRows)
	}
	if a := <-panics; !strings.Contains(fmt.Sprint(a.panic), "two\n") {
		t.Errorf("got %+v, want the panic of the function with its stack", a)
	}
	if a := <-last; a.err != nil || a.value != 5 {
		t.Errorf("got %+v, want 5", a)
	}
	if a := <-get(left, l, 10); !errors.Is(a.err, context.Canceled) {
		t.Errorf("got %+v, want %v", a, context.Canceled)
	}
}

func TestLookupsAreAnswered503WhenTheirConnectionIsLost(t *testing.T) {
	q := held(t)
	a := get(t.Context(), tenth(q.Store), 10)
	q.until(t, 1)
	other := plain(t)
	for ended := 0; ended == 0 && t.Context().Err() == nil; { // once it has come to wait for the lock
		err := other.QueryRow(t.Context(), "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'SELECT 1 FROM pg_advisory_xact_lock_shared%' AND wait_event_type = 'Lock' AND datname = current_database()").Scan(&ended)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := <-q.held; err == nil || !strings.Contains(err.Error(), "database_unavailable") {
		t.Errorf("got %v, want 503", err)
	}
	if a := <-a; a.err != nil || a.value != 1 {
		t.Errorf("got %+v, want 1, on another connection", a)
	}
}

// Of keys that cannot be sent, and of arguments that panic, only who has asked for them hears.
func TestALookupThatCannotBeSentIsItsOwnError(t *testing.T) {
	q := held(t)
	l := pgstore.NewLookup(q.Reader(), "SELECT $1::int4", func(n int) []any {
		if n == 0 {
			panic("zero")
		}
		return []any{n}
	}, pgx.RowTo[int])
	if a := <-get(t.Context(), l, 0); a.panic != "zero" {
		t.Errorf("got %+v, want the panic of the function", a)
	}
	one, large, two := get(t.Context(), l, 1), get(t.Context(), l, 1<<40), get(t.Context(), l, 2)
	q.until(t, 3)
	q.release()
	if a := <-one; a.err != nil || a.value != 1 {
		t.Errorf("got %+v, want 1", a)
	}
	if a := <-two; a.err != nil || a.value != 2 {
		t.Errorf("got %+v, want 2", a)
	}
	if a := <-large; a.err == nil {
		t.Errorf("got %+v, want an error", a)
	}
}

// A key that was revoked is never accepted by a lookup that was called after that.
func TestALookupSeesWhatWasCommittedBefore(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 4})
	text := rand.Text()
	exec(t, s.Pool(), "INSERT INTO notes (text) VALUES ($1)", text)
	l := pgstore.NewLookup(s.Reader(), "SELECT seen FROM notes WHERE text = $1", func(text string) []any { return []any{text} }, pgx.RowTo[int32])
	var committed atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for committed.Load() < 300 && !t.Failed() {
				before := committed.Load()
				if n, err := l.Get(t.Context(), text); err != nil || n < before {
					t.Errorf("got %d, %v after %d was committed", n, err, before)
				}
			}
		})
	}
	for n := range int32(300) {
		exec(t, s.Pool(), "UPDATE notes SET seen = $2 WHERE text = $1", text, n+1)
		committed.Store(n + 1)
	}
	all.Wait()
}
