package sqlitestore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/problem"
)

type work = func(context.Context, *sqlitestore.Tx) error

var errPanic = errors.New("panic")

// together runs transactions of which the first does nothing until the others wait, in their order.
// It returns what became of them.
func together(t *testing.T, write func(i int, w work) error, list ...work) []error {
	t.Helper()
	outcomes := make([]error, len(list))
	waiting := make(chan struct{})
	var all sync.WaitGroup
	for i, w := range list {
		all.Go(func() {
			defer func() {
				if recover() != nil {
					outcomes[i] = errPanic
				}
			}()
			outcomes[i] = write(i, func(ctx context.Context, tx *sqlitestore.Tx) error {
				if i == 0 {
					<-waiting
				}
				return w(ctx, tx)
			})
		})
		synctest.Wait()
	}
	close(waiting)
	all.Wait()
	return outcomes
}

// writing writes to s, outside of requests.
func writing(t *testing.T, s *sqlitestore.Store) func(int, work) error {
	return func(_ int, w work) error { return s.Write(t.Context(), w) }
}

// noting returns a transaction that adds a note and ends with an error.
func noting(text string, err error) work {
	return func(ctx context.Context, tx *sqlitestore.Tx) error { return errors.Join(add(ctx, tx, text), err) }
}

// status returns that of the answer to err, 0 for none and 500 for one that is for logs.
func status(err error) int {
	if err == nil {
		return 0
	}
	if p, ok := errors.AsType[*problem.Error](err); ok {
		return p.Status
	}
	return http.StatusInternalServerError
}

func statuses(errs []error) (list []int) {
	for _, err := range errs {
		list = append(list, status(err))
	}
	return list
}

// Nobody is told before the last one is done, and until then a reader sees nothing.
func TestThoseThatWaitShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, sqlitestore.Config{})
		var order []int
		var told atomic.Int32
		list := make([]work, 5)
		for i := range list {
			list[i] = func(ctx context.Context, tx *sqlitestore.Tx) error {
				order = append(order, i)
				synctest.Wait() // for those who are told too early
				if n := notes(t, s); n != 0 || told.Load() != 0 {
					t.Errorf("when transaction %d writes a reader sees %d notes, and %d were told", i, n, told.Load())
				}
				return add(ctx, tx, fmt.Sprint(i))
			}
		}
		outcomes := together(t, func(_ int, w work) error {
			defer told.Add(1)
			return s.Write(t.Context(), w)
		}, list...)
		if err := errors.Join(outcomes...); err != nil || notes(t, s) != len(list) {
			t.Errorf("%d notes are stored, %v", notes(t, s), err)
		}
		if !slices.IsSorted(order) {
			t.Errorf("the order is %v", order)
		}
	})
}

// A group that is large or old takes no more members, however many wait.
func TestAGroupHasLimits(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pause  time.Duration // in each transaction
		commit []int         // the transactions that are the last of their group
	}{
		{name: "members", commit: []int{31, 63, 69}},
		{name: "age", pause: 2 * time.Millisecond, commit: []int{2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47, 50, 53, 56, 59, 62, 65, 68, 69}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, sqlitestore.Config{})
				var commit []int
				seen := 0
				list := make([]work, 70)
				for i := range list {
					list[i] = func(ctx context.Context, tx *sqlitestore.Tx) error {
						if n := notes(t, s); n != seen {
							seen, commit = n, append(commit, n-1)
						}
						time.Sleep(tt.pause)
						return add(ctx, tx, fmt.Sprint(i))
					}
				}
				err := errors.Join(together(t, writing(t, s), list...)...)
				if commit = append(commit, notes(t, s)-1); err != nil || !slices.Equal(commit, tt.commit) {
					t.Errorf("transactions %v were the last of a group, %v, want %v", commit, err, tt.commit)
				}
			})
		})
	}
}

func TestAMemberThatFailsLeavesOthersWhole(t *testing.T) {
	failure := errors.New("failure")
	for name, fail := range map[string]struct {
		work work
		want error // nil is any
	}{
		"error": {noting("failed", failure), failure},
		"panic": {func(ctx context.Context, tx *sqlitestore.Tx) error { _ = add(ctx, tx, "failed"); panic("broken") }, errPanic},
		"time": {func(ctx context.Context, tx *sqlitestore.Tx) error {
			defer func() { <-tx.Done() }()
			return add(ctx, tx, "failed")
		}, nil},
	} {
		for failed := range 3 {
			t.Run(fmt.Sprint(name, " of ", failed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := open(t, sqlitestore.Config{StatementTimeout: time.Second})
					list := []work{noting("0", nil), noting("1", nil), noting("2", nil)}
					list[failed] = fail.work
					for i, err := range together(t, writing(t, s), list...) {
						if i == failed && (err == nil || fail.want != nil && !errors.Is(err, fail.want)) || i != failed && err != nil {
							t.Errorf("the outcome of transaction %d is %v", i, err)
						}
					}
					var wrong int
					err := s.Reader().QueryRow(t.Context(), "SELECT count(*) FROM notes WHERE text = 'failed'").Scan(&wrong)
					if n := notes(t, s); err != nil || n != 2 || wrong != 0 {
						t.Errorf("%d notes are stored, %d of what has failed, %v", n, wrong, err)
					}
				})
			})
		}
	}
}

// What SQLite rolls back with everything before it is told to all, and whoever has failed because of what it
// read of the others may try again too. Those behind are not concerned.
func TestAGroupThatIsRolledBackIsToldToAll(t *testing.T) {
	const all = "INSERT INTO debts VALUES ('roll all back')"
	hidden := func(ctx context.Context, tx *sqlitestore.Tx) error { _, _ = tx.Exec(ctx, all); return nil }
	open := func(t *testing.T) *sqlitestore.Store {
		s := open(t, sqlitestore.Config{})
		exec(t, s, "CREATE TABLE debts (note TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED)")
		exec(t, s, "CREATE TRIGGER t BEFORE INSERT ON debts WHEN new.note = 'roll all back' BEGIN SELECT RAISE(ROLLBACK, 'rolled back'); END")
		return s
	}
	for _, tt := range []struct {
		name     string
		list     []work
		statuses []int
		stored   int
	}{
		{name: "by the first, hidden", list: []work{hidden, noting("1", nil)}, statuses: []int{500, 0}, stored: 1},
		{name: "by another, hidden", list: []work{noting("0", nil), noting("1", errRefused), hidden, noting("3", nil)}, statuses: []int{503, 503, 503, 0}, stored: 1},
		{name: "in a group of errors", list: []work{noting("0", errRefused), noting("1", errRefused)}, statuses: []int{402, 402}},
		{name: "in the commit", list: []work{noting("0", nil), noting("1", errRefused), func(ctx context.Context, tx *sqlitestore.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO debts VALUES ('nobody')")
			return err
		}}, statuses: []int{503, 503, 503}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t)
				outcomes := together(t, writing(t, s), tt.list...)
				if got := statuses(outcomes); !slices.Equal(got, tt.statuses) {
					t.Errorf("the outcomes are %d, want %d: %v", got, tt.statuses, outcomes)
				}
				if n := notes(t, s); n != tt.stored {
					t.Errorf("%d notes are stored, want %d", n, tt.stored)
				}
				exec(t, s, "INSERT INTO notes (text) VALUES ('next')")
			})
		})
	}
}

// Requests are told the same as those that call Write.
func TestRequestsShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, sqlitestore.Config{})
		exec(t, s, "CREATE TABLE debts (note TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED)")
		for debt, want := range map[string][]int{"0": {204, 402, 204}, "nobody": {503, 503, 503}} {
			answers := make([]int, 3)
			together(t, func(i int, w work) error {
				a := newApp(t, s)
				a.write = w
				answers[i] = a.Do("PUT", "/notes", "").Status
				return nil
			}, noting(debt+"0", nil), noting("1", errRefused), func(ctx context.Context, tx *sqlitestore.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO debts VALUES (?)", debt+debt)
				return err
			})
			if !slices.Equal(answers, want) {
				t.Errorf("a debt to %s: the answers are %d, want %d", debt, answers, want)
			}
		}
	})
}

// A transaction that was not committed yet ends with its group, not with its context, and one that
// gives up before it has begun keeps nobody waiting.
func TestWhoLeavesDoesNotHoldTheGroupUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, sqlitestore.Config{})
		ctx, leave := context.WithCancel(t.Context())
		outcomes := together(t, func(i int, w work) error {
			if i == 1 {
				return s.Write(t.Context(), w)
			}
			return s.Write(ctx, w)
		}, noting("0", nil), func(ctx context.Context, tx *sqlitestore.Tx) error {
			leave()
			synctest.Wait()
			return add(ctx, tx, "1")
		}, noting("2", nil))
		if outcomes[0] != nil || outcomes[1] != nil || !errors.Is(outcomes[2], context.Canceled) || notes(t, s) != 2 {
			t.Errorf("%d notes are stored, and the outcomes are %v", notes(t, s), outcomes)
		}
	})
}

// Whatever happens to others, also in another process, what was told to be stored is, and nothing else.
func TestManyGroupsTellTheTruth(t *testing.T) {
	cfg := sqlitestore.Config{Path: filepath.Join(t.TempDir(), "test.db"), StatementTimeout: 50 * time.Millisecond}
	stores := []*sqlitestore.Store{open(t, cfg), open(t, cfg)}
	exec(t, stores[0], "CREATE TABLE debts (note TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED)")
	exec(t, stores[0], "CREATE TRIGGER t BEFORE INSERT ON debts WHEN new.note = 'roll all back' BEGIN SELECT RAISE(ROLLBACK, 'rolled back'); END")
	exec(t, stores[0], "CREATE TABLE pages (content BLOB)")
	bad := []string{
		"INSERT INTO notes VALUES (NULL)",
		"INSERT INTO debts VALUES ('roll all back')",
		"INSERT INTO debts VALUES ('nobody')",
		"PRAGMA max_page_count = 1000; INSERT INTO pages VALUES (zeroblob(10000000))",
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO pages SELECT i FROM n WHERE i < 0",
	}
	var stored sync.Map
	var all sync.WaitGroup
	for client := range 16 {
		all.Go(func() {
			for i := range 40 {
				text := fmt.Sprint(client, " ", i)
				err := stores[client%2].Write(t.Context(), func(ctx context.Context, tx *sqlitestore.Tx) error {
					err := add(ctx, tx, text)
					if way := rand.IntN(8 * len(bad)); way < len(bad) && err == nil { //nolint:gosec // not a secret
						_, err = tx.Exec(ctx, bad[way])
					}
					return err
				})
				stored.Store(text, err == nil)
			}
		})
	}
	all.Wait()
	count := 0
	stored.Range(func(text, told any) bool {
		var is bool
		if err := stores[0].Reader().QueryRow(t.Context(), "SELECT EXISTS (SELECT 1 FROM notes WHERE text = ?)", text).Scan(&is); err != nil || is != told {
			t.Errorf("note %v is stored: %v, %v, and its client was told %v", text, is, err, told)
		}
		if told == true {
			count++
		}
		return true
	})
	if n := notes(t, stores[0]); n != count || n == 0 {
		t.Errorf("%d notes are stored, and clients were told of %d", n, count)
	}
}
