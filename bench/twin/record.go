package main

import (
	"errors"
	"net/http"
	"sync"
	"time"
)

// errRecordExists reports that a key has an answer already.
var errRecordExists = errors.New("the key is recorded already")

// A record is an answer and what it was the answer to.
type record struct {
	Owner, Operation, Key string
	Fingerprint           [32]byte
	Status                int
	Header                http.Header
	Body                  []byte
	At, Expires           time.Time
}

func (r *record) name() recordName { return recordName{r.Owner, r.Operation, r.Key} }

type recordName struct{ owner, operation, key string }

// keyLocks has the keys of the requests that run. The zero value has none.
type keyLocks struct {
	mu   sync.Mutex
	held map[recordName]bool
}

// lock takes a key until it is unlocked, or reports false.
func (l *keyLocks) lock(name recordName) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[name] {
		return false
	}
	if l.held == nil {
		l.held = make(map[recordName]bool)
	}
	l.held[name] = true
	return true
}

func (l *keyLocks) unlock(name recordName) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, name)
}
