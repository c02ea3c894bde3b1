// Package idempotencytest tests stores of package idempotency, with the transactions
// that their records are bound to. It does not wait.
package idempotencytest

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/tenontest"
)

// Config says what [Run] tests.
type Config struct {
	// Open returns providers of [idempotency.Store] and, in a scope,
	// of [idempotency.Records]. Each call opens the same database as another process
	// would. It may hold records already, but none that expired before the year 2000.
	Open func(t *testing.T) tenon.Option
	// Claims says that several processes write at once, so that a key which one of them
	// has claimed is refused to the others at once.
	Claims bool
}

// Run tests a store.
func Run(t *testing.T, cfg Config) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s *subject)
	}{
		{"FindsWhatWasSaved", findsWhatWasSaved},
		{"KeepsRecordsWithoutHeaderAndBody", keepsEmptyRecords},
		{"ReplacesRecordsThatHaveExpired", replacesExpired},
		{"PurgesNoMoreThanItsLimit", purges},
		{"LocksAKeyAtOnceOrNotAtAll", locks},
		{"SavesOneOfMany", savesOneOfMany},
		{"CommitsRecordsWithTheirTransaction", commits},
		{"RollsRecordsBackWithTheirTransaction", rollsBack},
		{"RefusesRecordsThatAreThereAlready", refusesRecords},
		{"AnswersOnceForOneKey", answersOnce},
		{"KeepsDeclaredErrorsWithoutTheTransaction", keepsDeclaredErrors},
		{"RefusesAKeyInFlight", refusesInFlight},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, newSubject(t, cfg)) })
	}
}

// now is when records are made, in whole microseconds.
var now = time.Now().UTC().Truncate(time.Microsecond)

var errDeclared = errors.New("declared")

const path = "/things"

// operation is that of the processes' requests.
const operation = "POST " + path

// A subject is a database in a test, with two processes that use it.
type subject struct {
	cfg    Config
	owner  string // that no other test has
	first  *process
	second *process
}

func newSubject(t *testing.T, cfg Config) *subject {
	t.Helper()
	s := &subject{cfg: cfg, owner: "owner " + rand.Text()}
	s.first, s.second = s.open(t), s.open(t)
	return s
}

// A process is an application.
type process struct {
	idempotency.Store
	client *tenontest.Client
	handle func(context.Context, idempotency.Records) error
}

// open starts an application with two operations: one gives the store away, the
// other runs handle in a transaction, with a key if it is asked to.
func (s *subject) open(t *testing.T) *process {
	t.Helper()
	p := new(process)
	type scope struct{ Records idempotency.Records }
	handle := func(ctx context.Context, in *scope) (tenon.Created[string], error) {
		return tenon.Created[string]{Body: "done", Location: path + "/1"}, p.handle(ctx, in.Records)
	}
	type stored struct{ Store idempotency.Store }
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(s.cfg.Open(t), tenon.Value(tenon.Caller(s.owner)), tenon.MapError(errDeclared, 402, "declared", "Declared"))
		tenon.Get(r, path, func(_ context.Context, in *stored) (tenon.NoContent, error) {
			p.Store = in.Store
			return tenon.NoContent{}, nil
		})
		tenon.Put(r, path, handle, tenon.Errors(errDeclared))
		tenon.Post(r, path, handle, tenon.Errors(errDeclared), idempotency.Require(idempotency.Config{}))
	})
	if err != nil {
		t.Fatal(err)
	}
	p.client = tenontest.New(t, app)
	p.client.Do("GET", path, "")
	return p
}

// run runs fn in a transaction and returns the status of the answer.
func (p *process) run(fn func(context.Context, idempotency.Records) error) int {
	p.handle = fn
	return p.client.Do("PUT", path, "").Status
}

// post asks for the operation with a key.
func (p *process) post(key string) *tenontest.Response {
	return p.client.Do("POST", path, "", "Idempotency-Key: "+key)
}

// record returns a record of the subject's own.
func (s *subject) record(key string) idempotency.Record {
	return idempotency.Record{
		Owner: s.owner, Operation: operation, Key: key, Fingerprint: [32]byte{0: 1, 31: 0xFF}, Status: 201,
		Header: map[string][]string{"Content-Type": {"application/json"}, "X-Odd": {"a", "\"b\"\x7f\u00e9", ""}},
		Body:   []byte("{\"a\": \"\x00\xff\"}\n"), At: now, Expires: now.Add(24 * time.Hour),
	}
}
