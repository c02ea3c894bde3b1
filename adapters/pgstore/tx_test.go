package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/tenontest"
)

// An app has three operations on one path: PUT writes, POST with a key, GET reads.
type app struct {
	*tenontest.Client
	write func(context.Context, *pgstore.Tx) error
	read  func(context.Context, *pgstore.ReadTx) error

	mu  sync.Mutex
	err error // the last outcome
}

func newApp(t *testing.T, options ...tenon.Option) *app {
	t.Helper()
	a := new(app)
	type writing struct{ Tx *pgstore.Tx }
	type reading struct{ Tx *pgstore.ReadTx }
	write := func(ctx context.Context, in *writing) (tenon.NoContent, error) {
		return tenon.NoContent{}, a.write(ctx, in.Tx)
	}
	made, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Around(a.note), tenon.Value(tenon.Caller("ada")))
		r.Use(options...)
		tenon.Put(r, "/notes", write)
		tenon.Post(r, "/notes", write, idempotency.Require(idempotency.Config{}))
		tenon.Get(r, "/notes", func(ctx context.Context, in *reading) (tenon.NoContent, error) {
			return tenon.NoContent{}, a.read(ctx, in.Tx)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Client = tenontest.New(t, made)
	a.ServerErrors = true
	return a
}

func (a *app) note(ctx context.Context, _ *struct{}, c *tenon.Call) error {
	err := c.Next(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.err = err
	return err
}

func add(ctx context.Context, tx *pgstore.Tx, text string) error {
	_, err := tx.Exec(ctx, "INSERT INTO notes (text) VALUES ($1)", text)
	return err
}

// code returns that of the server, if err is an error of it.
func code(err error) string {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code
	}
	return fmt.Sprint(err)
}

func TestAFailedCommitIsTheAnswerAndNothingIsStored(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	a, text, key := newApp(t, s.Providers()), "fails always "+rand.Text(), "Idempotency-Key: "+rand.Text()
	a.write = func(ctx context.Context, tx *pgstore.Tx) error { return add(ctx, tx, text) }
	r := a.Do("POST", "/notes", "", key)
	if r.Status != http.StatusInternalServerError || strings.Contains(string(r.Body), "secret") {
		t.Errorf("the answer is %d %s", r.Status, r.Body)
	}
	if a.err == nil || !strings.HasPrefix(a.err.Error(), "pgstore: commit: ") {
		t.Errorf("the error is %v", a.err)
	}
	a.write = func(context.Context, *pgstore.Tx) error { return nil }
	if r := a.Do("POST", "/notes", "", key); r.Status != http.StatusNoContent || r.Header.Get(idempotency.HeaderReplayed) != "" || seen(t, s.Pool(), text) != -1 {
		t.Errorf("the answer is %d %v: something was stored", r.Status, r.Header)
	}
}

func TestASwallowedErrorDoesNotCommit(t *testing.T) {
	s := open(t, pgstore.Config{})
	a, text := newApp(t, s.Providers()), rand.Text()
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		_ = add(ctx, tx, text)
		_ = add(ctx, tx, text) // a duplicate
		return nil
	}
	if r := a.Do("PUT", "/notes", ""); r.Status != http.StatusInternalServerError || seen(t, s.Pool(), text) != -1 {
		t.Errorf("the answer is %d", r.Status)
	}
}

func TestHandlersDoNotEndTheirTransaction(t *testing.T) {
	s := open(t, pgstore.Config{})
	a := newApp(t, s.Providers())
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		if tx.Commit(ctx) == nil || tx.Rollback(ctx) == nil {
			t.Error("a Tx has ended early")
		}
		return nil
	}
	a.read = func(ctx context.Context, tx *pgstore.ReadTx) error {
		if tx.Commit(ctx) == nil || tx.Rollback(ctx) == nil {
			t.Error("a ReadTx has ended early")
		}
		return nil
	}
	for _, method := range []string{"PUT", "GET"} {
		if r := a.Do(method, "/notes", ""); r.Status != http.StatusNoContent {
			t.Errorf("%s: the answer is %d", method, r.Status)
		}
	}
}

func TestAReadTxSeesOneStateAndCannotWrite(t *testing.T) {
	s, other, text := open(t, pgstore.Config{}), plain(t), rand.Text()
	a := newApp(t, s.Providers())
	exec(t, other, "INSERT INTO notes (text) VALUES ($1)", text)
	a.read = func(ctx context.Context, tx *pgstore.ReadTx) error {
		for range 2 {
			var n int
			if err := tx.QueryRow(ctx, "SELECT seen FROM notes WHERE text = $1", text).Scan(&n); err != nil || n != 0 {
				t.Errorf("read %d, %v, want the state of before", n, err)
			}
			exec(t, other, "UPDATE notes SET seen = seen + 1 WHERE text = $1", text)
		}
		_, err := tx.Exec(ctx, "UPDATE notes SET seen = 0")
		return err
	}
	if r := a.Do("GET", "/notes", ""); r.Status != http.StatusInternalServerError || code(a.err) != "25006" {
		t.Errorf("the answer is %d, %v", r.Status, a.err)
	}
	if n := seen(t, other, text); n != 2 {
		t.Errorf("seen is %d, want 2", n)
	}
}

// N clients and one more: nobody holds a connection and waits for another.
func TestAPoolOfOneServesManyClients(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1, AcquireTimeout: time.Minute})
	a, prefix := newApp(t, s.Providers()), rand.Text()
	a.write = func(ctx context.Context, tx *pgstore.Tx) error { return add(ctx, tx, prefix+rand.Text()) }
	a.read = func(ctx context.Context, tx *pgstore.ReadTx) error { _, err := tx.Exec(ctx, "SELECT 1"); return err }
	var running sync.WaitGroup
	for i := range 17 {
		running.Go(func() {
			for range 5 {
				for _, method := range []string{"POST", "PUT", "GET"} {
					if r := a.Do(method, "/notes", "", fmt.Sprintf("Idempotency-Key: %s-%d", prefix, i)); r.Status != http.StatusNoContent {
						t.Errorf("%s: the answer is %d %s", method, r.Status, r.Body)
					}
				}
			}
		})
	}
	running.Wait()
	var n int
	if err := s.Pool().QueryRow(t.Context(), "SELECT count(*) FROM notes WHERE text LIKE $1", prefix+"%").Scan(&n); err != nil || n != 17+17*5 {
		t.Errorf("%d notes, %v, want one for each key and one for each PUT: %d", n, err, 17+17*5)
	}
}

func TestWithoutAConnectionInTimeTheAnswerIs503(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1, AcquireTimeout: 250 * time.Millisecond})
	a := newApp(t, s.Providers())
	a.write = func(context.Context, *pgstore.Tx) error {
		for _, method := range []string{"GET", "POST"} {
			r := a.Do(method, "/notes", "", "Idempotency-Key: k")
			if p := a.Problem(r); p.Code != "database_unavailable" || r.Header.Get("Retry-After") != "1" {
				t.Errorf("%s: the answer is %v %v", method, p, r.Header)
			}
		}
		return nil
	}
	if r := a.Do("PUT", "/notes", ""); r.Status != http.StatusNoContent {
		t.Errorf("the answer is %d", r.Status)
	}
}

func TestAClientThatLeavesRollsBackAndGivesItsConnectionBack(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 1})
	for name, wait := range map[string]string{"in a statement": "SELECT pg_sleep(600)", "between statements": "SELECT 1"} {
		t.Run(name, func(t *testing.T) {
			a, text := newApp(t, s.Providers()), rand.Text()
			ctx, leave := context.WithCancel(t.Context())
			a.write = func(ctx context.Context, tx *pgstore.Tx) error {
				if err := add(ctx, tx, text); err != nil {
					t.Error(err)
				}
				go leave()
				if name == "between statements" {
					<-ctx.Done()
				}
				_, err := tx.Exec(ctx, wait)
				return err
			}
			r, err := http.NewRequestWithContext(ctx, "PUT", "/notes", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			a.Send(r)
			if !errors.Is(a.err, context.Canceled) {
				t.Errorf("the outcome is %v, want that the client has left", a.err)
			}
			if n := seen(t, s.Pool(), text); n != -1 { // by the only connection
				t.Error("the note is there")
			}
			a.write = func(ctx context.Context, tx *pgstore.Tx) error { return add(ctx, tx, text) }
			if r := a.Do("PUT", "/notes", ""); r.Status != http.StatusNoContent {
				t.Errorf("the next answer is %d", r.Status)
			}
		})
	}
}

func TestStatementsAndWaitsForLocksAreBounded(t *testing.T) {
	s, other, text := open(t, pgstore.Config{StatementTimeout: 300 * time.Millisecond, LockTimeout: 50 * time.Millisecond}), plain(t), rand.Text()
	a := newApp(t, s.Providers())
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		_, err := tx.Exec(ctx, "SELECT pg_sleep(600)")
		return err
	}
	if a.Do("PUT", "/notes", ""); code(a.err) != "57014" {
		t.Errorf("the statement ends with %v", a.err)
	}
	tx, err := other.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "INSERT INTO notes (text) VALUES ($1)", text); err != nil {
		t.Fatal(err)
	}
	a.write = func(ctx context.Context, tx *pgstore.Tx) error { return add(ctx, tx, text) }
	if r := a.Do("PUT", "/notes", ""); code(a.err) != "55P03" || r.Status != http.StatusServiceUnavailable {
		t.Errorf("the wait ends with %d, %v", r.Status, a.err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Error(err)
	}
}

// fill opens all connections of a pool.
func fill(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for range pool.Config().MaxConns {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
	}
}

// PostgreSQL ends in the middle of a request: the client repeats it, and it is done once.
func TestJ6WhilePostgreSQLRestartsTheAnswerIs503AndARepeatedRequestIsDoneOnce(t *testing.T) {
	s := open(t, pgstore.Config{MaxConns: 2})
	if !server.Own() {
		t.Skip("needs a server that the test has started: it is ended at once")
	}
	a, text, key := newApp(t, s.Providers()), rand.Text(), "Idempotency-Key: "+rand.Text()
	fill(t, s.Pool())
	crash := true
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		err := add(ctx, tx, text)
		if crash {
			crash = false
			err = errors.Join(err, server.Crash())
		}
		return err
	}
	for _, when := range []string{"during the request", "while the connection was idle", "before"} {
		if r := a.Do("POST", "/notes", "", key); r.Status != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "1" {
			t.Errorf("the server went away %s: the answer is %d %s", when, r.Status, r.Body)
		}
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, replayed := range []string{"", "true"} {
		if r := a.Do("POST", "/notes", "", key); r.Status != http.StatusNoContent || r.Header.Get(idempotency.HeaderReplayed) != replayed {
			t.Errorf("the answer is %d %v", r.Status, r.Header)
		}
	}
	if n := seen(t, s.Pool(), text); n != 0 {
		t.Error("the note is lost")
	}
}
