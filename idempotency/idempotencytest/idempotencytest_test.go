package idempotencytest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/idempotency/idempotencytest"
)

func TestMemoryIsAStore(t *testing.T) {
	run(t, func(m *idempotency.Memory) tenon.Option { return m.Providers() })
}

func run(t *testing.T, providers func(*idempotency.Memory) tenon.Option) {
	m := new(idempotency.Memory)
	idempotencytest.Run(t, idempotencytest.Config{Open: func(*testing.T) tenon.Option { return providers(m) }, Claims: true})
}

// broken is a Memory, some of whose methods are wrong.
type broken struct {
	*idempotency.Memory
	find func(context.Context, string, string, string) (*idempotency.Record, error)
	lock func(context.Context, string, string, string) (func(), error)
	save func(context.Context, idempotency.Record) error
	wipe func(context.Context, time.Time, int) (int, error)
}

func (b broken) Find(ctx context.Context, owner, operation, key string) (*idempotency.Record, error) {
	return b.find(ctx, owner, operation, key)
}

func (b broken) Lock(ctx context.Context, owner, operation, key string) (func(), error) {
	return b.lock(ctx, owner, operation, key)
}

func (b broken) Save(ctx context.Context, r idempotency.Record) error { return b.save(ctx, r) }

func (b broken) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	return b.wipe(ctx, before, limit)
}

// defects are the mistakes that a test of Run finds, by its name.
var defects = map[string]func(m *idempotency.Memory, b *broken){
	"FindsWhatWasSaved": func(m *idempotency.Memory, b *broken) {
		b.find = func(ctx context.Context, owner, operation, key string) (*idempotency.Record, error) {
			return m.Find(ctx, owner, operation, strings.ToLower(key))
		}
	},
	"ReplacesRecordsThatHaveExpired": func(m *idempotency.Memory, b *broken) {
		b.save = func(ctx context.Context, r idempotency.Record) error {
			r.At = r.At.Add(time.Microsecond)
			return m.Save(ctx, r)
		}
	},
	"PurgesNoMoreThanItsLimit": func(m *idempotency.Memory, b *broken) {
		b.wipe = func(ctx context.Context, before time.Time, _ int) (int, error) { return m.Purge(ctx, before, 1000) }
	},
	"LocksAKeyAtOnceOrNotAtAll": func(m *idempotency.Memory, b *broken) {
		b.lock = func(context.Context, string, string, string) (func(), error) { return func() {}, nil }
	},
	"SavesOneOfMany": func(m *idempotency.Memory, b *broken) {
		b.save = func(ctx context.Context, r idempotency.Record) error {
			_ = m.Save(ctx, r)
			return nil
		}
	},
	"RollsRecordsBackWithTheirTransaction": nil, // no transaction at all
}

// providersOf returns a bundle with the defect of a name.
func providersOf(m *idempotency.Memory, name string) tenon.Option {
	defect := defects[name]
	if defect == nil {
		return tenon.Options(tenon.Value[idempotency.Store](m), withoutTransaction(m))
	}
	b := broken{m, m.Find, m.Lock, m.Save, m.Purge}
	defect(m, &b)
	return tenon.Options(tenon.Value[idempotency.Store](b), withoutTransaction(m))
}

// direct saves at once.
type direct struct{ *idempotency.Memory }

func (direct) Claim(context.Context, string, string, string) error { return nil }

func (direct) Transactional() {}

// withoutTransaction gives records of a scope that commits and rolls back nothing.
func withoutTransaction(m *idempotency.Memory) tenon.Option {
	return tenon.Scoped(func(context.Context, *struct{}) (idempotency.Records, tenon.Close, error) { return direct{m}, nil, nil })
}

const brokenVariable = "TENON_TEST_BROKEN"

func TestRunFindsWhatIsBroken(t *testing.T) {
	if name := os.Getenv(brokenVariable); name != "" {
		run(t, func(m *idempotency.Memory) tenon.Option { return providersOf(m, name) })
		return
	}
	for name := range defects {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRunFindsWhatIsBroken$/^"+name+"$")
			cmd.Env = append(os.Environ(), brokenVariable+"="+name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: TestRunFindsWhatIsBroken/"+name) {
				t.Errorf("the test does not find it: %v\n%s", err, out)
			}
		})
	}
}
