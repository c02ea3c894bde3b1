package pgstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tenonapi/tenon"
)

const (
	maxRetries = 10
	firstPause = 4 * time.Millisecond // at most, before the first retry; twice as long before each other
	maxPause   = 100 * time.Millisecond
)

// Retry runs what is behind it again, up to n times, when its transaction was in the way of
// another one: after a serialization failure or a deadlock, in a statement or in the
// commit. Nothing was committed then. After the last one the answer is 503.
//
// It must come before the stage that needs the transaction first, and so before
// idempotency.Require: the transaction ends before Retry asks for another. n is 1 to 10.
// What a handler does elsewhere, it does each time.
func Retry(n int) tenon.Option {
	if n < 1 || n > maxRetries {
		return tenon.Mistake(fmt.Errorf("pgstore.Retry: n is %d, want 1 to %d", n, maxRetries))
	}
	return tenon.Around(func(ctx context.Context, _ *struct{}, c *tenon.Call) error {
		for i := 0; ; i++ {
			err := c.Next(ctx)
			switch {
			case i > 0 && isCode(err, failedTransaction):
				return fmt.Errorf("pgstore.Retry stands inside of the transaction, put it before the stage that begins it: %w", err)
			case !isCode(err, serializationFailure) && !isCode(err, deadlock):
				return err
			case i == n:
				return errUnavailable.With(fmt.Errorf("pgstore: the transaction failed %d times: %w", n+1, err))
			}
			if pause(ctx, i) != nil {
				return err
			}
		}
	}, tenon.Errors(errUnavailable))
}

// pause waits before retry number i, not as long as others do, or until ctx is done.
func pause(ctx context.Context, i int) error {
	timer := time.NewTimer(rand.N(min(firstPause<<i, maxPause))) //nolint:gosec // no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
