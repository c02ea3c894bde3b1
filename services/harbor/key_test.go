package harbor_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenonapi/tenon/services/harbor"
)

func mustLock(t *testing.T, l *harbor.KeyLock, k harbor.Key) (unlock func()) {
	t.Helper()
	unlock, err := l.Lock(k)
	if err != nil {
		t.Fatalf("Lock(%v): %v", k, err)
	}
	return unlock
}

func TestKeyLockTellsKeysApart(t *testing.T) {
	held := harbor.Key{Owner: "a", Operation: "POST /v1/orders", Value: "k"}
	tests := []struct {
		name string
		key  harbor.Key
		err  error
	}{
		{name: "the same", key: held, err: harbor.ErrKeyInFlight},
		{
			name: "another payload",
			key:  harbor.Key{Owner: "a", Operation: "POST /v1/orders", Value: "k", Fingerprint: [32]byte{1}},
			err:  harbor.ErrKeyInFlight,
		},
		{name: "another value", key: harbor.Key{Owner: "a", Operation: "POST /v1/orders", Value: "K"}},
		{name: "another operation", key: harbor.Key{Owner: "a", Operation: "POST /v1/refunds", Value: "k"}},
		{name: "another owner", key: harbor.Key{Owner: "b", Operation: "POST /v1/orders", Value: "k"}},
		{name: "the same text, cut elsewhere", key: harbor.Key{Owner: "aP", Operation: "OST /v1/orders", Value: "k"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l harbor.KeyLock
			mustLock(t, &l, held)
			if _, err := l.Lock(tt.key); !errors.Is(err, tt.err) {
				t.Errorf("Lock(%v) while %v is held: got %v, want %v", tt.key, held, err, tt.err)
			}
		})
	}
}

func TestKeyLockCanBeTakenAgain(t *testing.T) {
	var l harbor.KeyLock
	k := harbor.Key{Value: "k"}
	mustLock(t, &l, k)()
	mustLock(t, &l, k)()
	if n := l.Held(); n != 0 {
		t.Errorf("%d keys are held after the last unlock, want 0", n)
	}
}

func TestUnlockTwiceDoesNotFreeTheNextHolder(t *testing.T) {
	var l harbor.KeyLock
	k := harbor.Key{Value: "k"}
	first := mustLock(t, &l, k)
	first()
	mustLock(t, &l, k)
	first()
	if _, err := l.Lock(k); !errors.Is(err, harbor.ErrKeyInFlight) {
		t.Errorf("Lock after a late unlock by the first holder: got %v, want %v", err, harbor.ErrKeyInFlight)
	}
}

func TestKeyLockAdmitsOneAtATime(t *testing.T) {
	var (
		l       harbor.KeyLock
		wg      sync.WaitGroup
		inside  [4]atomic.Int32
		granted [4]atomic.Int32
	)
	for range 16 {
		wg.Go(func() {
			for i := range 400 {
				n := i % len(inside)
				unlock, err := l.Lock(harbor.Key{Value: fmt.Sprint(n)})
				if err != nil {
					continue
				}
				if inside[n].Add(1) != 1 {
					t.Errorf("two hold key %d", n)
				}
				granted[n].Add(1)
				inside[n].Add(-1)
				unlock()
			}
		})
	}
	wg.Wait()
	for n := range granted {
		if granted[n].Load() == 0 {
			t.Errorf("nobody ever got key %d", n)
		}
	}
	if n := l.Held(); n != 0 {
		t.Errorf("%d keys are held in the end, want 0", n)
	}
}

// One request with a key runs at a time: a second one is told so at once.
func ExampleKeyLock() {
	var running harbor.KeyLock
	key := harbor.Key{Operation: "POST /v1/orders", Value: "7f1c"}

	unlock, err := running.Lock(key)
	fmt.Println(err)
	_, err = running.Lock(key)
	fmt.Println(err)
	unlock()
	_, err = running.Lock(key)
	fmt.Println(err)
	// Output:
	// <nil>
	// idempotency key is in use by a running request
	// <nil>
}
