package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/tenonapi/tenon/idempotency"
)

const (
	purgeEvery = time.Minute
	purgeBatch = 200 // so few that nobody waits long for the right to write
)

// purge deletes the idempotency keys that have expired, every minute until ctx is
// done. A failure is logged, and what is left is deleted in the next minute.
func purge(ctx context.Context, store idempotency.Store, log *slog.Logger) error {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			if err := purgeAll(ctx, store, now); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "purge idempotency keys", slog.Any("error", err))
			}
		}
	}
}

func purgeAll(ctx context.Context, store idempotency.Store, now time.Time) error {
	for {
		if n, err := store.Purge(ctx, now, purgeBatch); err != nil || n < purgeBatch {
			return err
		}
	}
}
