package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/idempotency"
)

// conflict makes the server report a condition.
func conflict(ctx context.Context, tx *pgstore.Tx, code string) error {
	_, err := tx.Exec(ctx, "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '"+code+"'; END $$")
	return err
}

// Of two that count up from what they have read, the second has read too early.
func TestARealConflictIsRetriedAndTheEffectIsThereOnce(t *testing.T) {
	for _, isolation := range []pgx.TxIsoLevel{pgx.RepeatableRead, pgx.Serializable} {
		t.Run(string(isolation), func(t *testing.T) {
			s, other := open(t, pgstore.Config{MaxConns: 1, Isolation: isolation}), plain(t)
			a, text, key := newApp(t, s.Providers(), pgstore.Retry(2)), rand.Text(), "Idempotency-Key: "+rand.Text()
			exec(t, other, "INSERT INTO notes (text) VALUES ($1)", text)
			attempts := 0
			a.write = func(ctx context.Context, tx *pgstore.Tx) error {
				var n int
				if err := tx.QueryRow(ctx, "SELECT seen FROM notes WHERE text = $1", text).Scan(&n); err != nil {
					t.Error(err)
				}
				if attempts++; attempts == 1 {
					exec(t, other, "UPDATE notes SET seen = seen + 10 WHERE text = $1", text)
				}
				_, err := tx.Exec(ctx, "UPDATE notes SET seen = $2 WHERE text = $1", text, n+1)
				return err
			}
			for _, replayed := range []string{"", "true"} {
				if r := a.Do("POST", "/notes", "", key); r.Status != http.StatusNoContent || r.Header.Get(idempotency.HeaderReplayed) != replayed {
					t.Errorf("the answer is %d %v", r.Status, r.Header)
				}
			}
			if n := seen(t, other, text); n != 11 || attempts != 2 {
				t.Errorf("seen is %d after %d attempts, want 11 after 2", n, attempts)
			}
		})
	}
}

func TestWhatIsRetried(t *testing.T) {
	tests := []struct {
		code     string
		fails    int
		attempts int
		status   int
	}{
		{code: "40001", fails: 1, attempts: 2, status: 204},
		{code: "40P01", fails: 2, attempts: 3, status: 204},
		{code: "40P01", fails: 3, attempts: 3, status: 503},
		{code: "23505", fails: 1, attempts: 1, status: 500},
		{code: "55P03", fails: 1, attempts: 1, status: 503},
		{code: "57P01", fails: 1, attempts: 1, status: 503},
		{code: "53100", fails: 1, attempts: 1, status: 507},
		{code: "53300", fails: 1, attempts: 1, status: 503},
	}
	s := open(t, pgstore.Config{MaxConns: 1})
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.code, " ", tt.fails), func(t *testing.T) {
			a, attempts := newApp(t, s.Providers(), pgstore.Retry(2)), 0
			a.write = func(ctx context.Context, tx *pgstore.Tx) error {
				if attempts++; attempts <= tt.fails {
					return conflict(ctx, tx, tt.code)
				}
				return nil
			}
			r := a.Do("PUT", "/notes", "")
			if r.Status != tt.status || attempts != tt.attempts {
				t.Errorf("the answer is %d after %d attempts, want %d after %d", r.Status, attempts, tt.status, tt.attempts)
			}
			if tt.status == http.StatusServiceUnavailable && (a.Problem(r).Code != "database_unavailable" || r.Header.Get("Retry-After") != "1") {
				t.Errorf("the answer is %s", r.Body)
			}
		})
	}
}

func TestACommitThatFailsIsRetried(t *testing.T) {
	s := open(t, pgstore.Config{})
	a, text, attempts := newApp(t, s.Providers(), pgstore.Retry(1)), "fails once "+rand.Text(), 0
	exec(t, s.Pool(), "SELECT setval('attempts', 1, false)")
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		attempts++
		return add(ctx, tx, text)
	}
	if r := a.Do("PUT", "/notes", ""); r.Status != http.StatusNoContent || attempts != 2 || seen(t, s.Pool(), text) != 0 {
		t.Errorf("the answer is %d after %d attempts", r.Status, attempts)
	}
}

func TestARetryEndsWhenTheClientLeaves(t *testing.T) {
	s := open(t, pgstore.Config{})
	a, attempts := newApp(t, s.Providers(), pgstore.Retry(10)), 0
	ctx, leave := context.WithCancel(t.Context())
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		attempts++
		err := conflict(ctx, tx, "40001")
		leave()
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "PUT", "/notes", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if a.Send(r); attempts > 2 {
		t.Errorf("%d attempts after the client has left", attempts)
	}
}

func TestARetryInsideOfTheTransactionSaysSo(t *testing.T) {
	s := open(t, pgstore.Config{})
	first := tenon.Around(func(ctx context.Context, _ *struct{ Tx *pgstore.Tx }, c *tenon.Call) error { return c.Next(ctx) })
	a, attempts := newApp(t, s.Providers(), first, pgstore.Retry(3)), 0
	a.write = func(ctx context.Context, tx *pgstore.Tx) error { attempts++; return conflict(ctx, tx, "40001") }
	if a.Do("PUT", "/notes", ""); a.err == nil || !strings.Contains(a.err.Error(), "inside of the transaction") || attempts != 2 {
		t.Errorf("the outcome is %v after %d attempts", a.err, attempts)
	}
}

func TestRetryReportsItsMistakes(t *testing.T) {
	for _, n := range []int{-1, 0, 11} {
		_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
			tenon.Get(r, "/", func(context.Context, *struct{}) (int, error) { return 0, errors.ErrUnsupported }, pgstore.Retry(n))
		})
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("pgstore.Retry: n is %d, want 1 to 10", n)) {
			t.Errorf("n = %d: got %v", n, err)
		}
	}
}

// Between the snapshot of a transaction and its claim another process may save the answer. It
// cannot be seen from there, but is the answer, and no reason to run the handler again.
func TestAnAnswerThatTheTransactionCannotSeeIsFound(t *testing.T) {
	s, other := open(t, pgstore.Config{Isolation: pgx.RepeatableRead}), open(t, pgstore.Config{})
	a, key, attempts := newApp(t, s.Providers()), rand.Text(), 0
	a.write = func(ctx context.Context, tx *pgstore.Tx) error {
		attempts++
		return other.Save(ctx, idempotency.Record{
			Owner: "ada", Operation: "POST /notes", Key: key, Status: 204, At: time.Now(), Expires: time.Now().Add(time.Hour),
		})
	}
	r := a.Do("POST", "/notes", "", "Idempotency-Key: "+key)
	if p := a.Problem(r); p.Code != "idempotency_key_reused" || attempts != 1 { // by another payload
		t.Errorf("the answer is %v after %d attempts", p, attempts)
	}
}
