package api

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Health is the answer of a health check that passed.
type Health struct {
	Status string `json:"status" check:"enum=ok"`
}

var errNotReady = errors.New("not ready")

// readyTimeout bounds a readiness check.
const readyTimeout = 500 * time.Millisecond

func (a *API) live(context.Context, *struct{}) (Health, error) { return Health{Status: "ok"}, nil }

func (a *API) ready(ctx context.Context, _ *struct{}) (Health, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := a.store.Ping(ctx); err != nil {
		return Health{}, fmt.Errorf("%w: %w", errNotReady, err)
	}
	return Health{Status: "ok"}, nil
}
