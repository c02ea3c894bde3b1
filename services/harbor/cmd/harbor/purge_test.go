package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/internal/assert"
)

// purged is a store that notes how much each call of Purge deleted.
type purged struct {
	idempotency.Memory
	calls []int // read while purge sleeps

	mu  sync.Mutex
	err error
}

func (p *purged) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

func (p *purged) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	p.mu.Lock()
	err := p.err
	p.mu.Unlock()
	if err != nil {
		return 0, err
	}
	n, err := p.Memory.Purge(ctx, before, limit)
	p.calls = append(p.calls, n)
	return n, err
}

// CHECKLIST A12.
func TestExpiredKeysArePurgedInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, expires := new(purged), time.Now().Add(90*time.Second)
		for i := range 2*purgeBatch + 1 {
			assert.NoError(t, store.Save(t.Context(), idempotency.Record{Key: fmt.Sprint(i), Expires: expires}))
		}
		ctx, cancel := context.WithCancel(t.Context())
		var log bytes.Buffer
		done := make(chan error)
		go func() { done <- purge(ctx, store, slog.New(slog.NewJSONHandler(&log, nil))) }()
		wait := func() { time.Sleep(purgeEvery); synctest.Wait() } // the clock is that of the bubble

		wait()
		assert.Equal(t, store.calls, []int{0})
		store.fail(errors.New("disk is gone"))
		wait()
		assert.Contains(t, log.String(), "disk is gone")
		store.fail(nil)
		wait()
		assert.Equal(t, store.calls, []int{0, purgeBatch, purgeBatch, 1})
		cancel()
		assert.NoError(t, <-done)
	})
}
