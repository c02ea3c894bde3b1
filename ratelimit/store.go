package ratelimit

import (
	"context"
	"crypto/sha256"
	"time"
)

// A Store keeps a level for each key, which falls by a second each second to zero. It
// is safe for concurrent use, also by several processes where it is shared.
// Package ratelimittest tests stores.
type Store interface {
	// Add raises the level of key by cost, which may be zero, unless it were more
	// than capacity then, and reports whether it did. It returns the level that
	// holds from now on. A level above capacity counts as capacity: the clock was set
	// back, or the limit was changed. Costs and capacities are whole microseconds.
	//
	// It returns an error soon after ctx is done.
	Add(ctx context.Context, key Key, cost, capacity time.Duration) (level time.Duration, ok bool, err error)
}

// A Key is a hash of the name of a limit and of whose quota it is: what clients send
// makes no key longer, and is not shown to the store.
type Key [16]byte

func keyOf(name, owner string) Key {
	var buf [128]byte
	text := append(append(append(buf[:0], name...), 0), owner...) // a name has no zero byte
	sum := sha256.Sum256(text)
	return Key(sum[:16])
}
