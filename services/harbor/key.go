package harbor

import (
	"errors"
	"sync"
)

var (
	// ErrKeyReused reports a key that was used before with another payload.
	ErrKeyReused = errors.New("idempotency key was used with another payload")

	// ErrKeyInFlight reports a key whose first request is still running.
	ErrKeyInFlight = errors.New("idempotency key is in use by a running request")

	// ErrKeyExists reports a key that another process recorded between the
	// caller's look and its write. Nothing was written; the answer of the other
	// request can be read now.
	ErrKeyExists = errors.New("idempotency key is already recorded")
)

// A Key says which request a client repeats. Owner, Operation and Value
// identify it, so that no caller meets the keys of another; Fingerprint tells
// whether the payload is the same.
type Key struct {
	Owner       string   // who calls; empty if all callers are one
	Operation   string   // method and route, such as "POST /v1/orders"
	Value       string   // what the client sent, 1 to 255 characters
	Fingerprint [32]byte // hash of the decoded payload
}

// An Answer is what the first request with a key got, byte for byte.
type Answer struct {
	Status int // HTTP status
	Body   []byte
}

// A KeyLock lets one request at a time run with a key, in this process. The
// zero value is ready to use. It is safe for concurrent use and must not be
// copied after its first use.
type KeyLock struct {
	mu   sync.Mutex
	held map[keyName]struct{}
}

// keyName is what identifies a Key.
type keyName struct{ owner, operation, value string }

// Lock takes k until unlock is called, or returns [ErrKeyInFlight] at once if
// somebody has it, whatever the fingerprint. A second call of unlock does nothing.
func (l *KeyLock) Lock(k Key) (unlock func(), err error) {
	name := keyName{k.Owner, k.Operation, k.Value}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, taken := l.held[name]; taken {
		return nil, ErrKeyInFlight
	}
	if l.held == nil {
		l.held = make(map[keyName]struct{})
	}
	l.held[name] = struct{}{}
	return sync.OnceFunc(func() { l.release(name) }), nil
}

func (l *KeyLock) release(name keyName) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, name)
}
