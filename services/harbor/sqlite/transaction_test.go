package sqlite_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
	"github.com/tenonapi/tenon/tenontest"
)

var errRefused = errors.New("refused")

// written is what a request of these tests writes with.
type written struct {
	Orders  harbor.Orders
	Records idempotency.Records
}

// newApp returns an application with one operation that writes o and its record, and
// then does what then says.
func newApp(t *testing.T, s *sqlite.Store, o harbor.Order, then func(ctx context.Context) error) *tenontest.Client {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(s.Providers(), tenon.MapError(errRefused, http.StatusPaymentRequired, "refused", "Refused"))
		tenon.Post(r, "/orders", func(ctx context.Context, in *written) (tenon.NoContent, error) {
			if err := in.Orders.Add(ctx, o); err != nil {
				return tenon.NoContent{}, err
			}
			if err := in.Records.Save(ctx, recordOf(o)); err != nil {
				return tenon.NoContent{}, err
			}
			return tenon.NoContent{}, then(ctx)
		}, tenon.Errors(errRefused))
		tenon.Get(r, "/orders", func(ctx context.Context, in *struct {
			Orders harbor.Reader
			Keys   idempotency.Store
		}) (bool, error) {
			_, err := in.Orders.Order(ctx, o.Merchant, o.ID)
			return err == nil, nil
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	c.ServerErrors = true
	return c
}

// checkBoth checks that order and record are both there or both not, and that the
// right to write is free.
func checkBoth(t *testing.T, s *sqlite.Store, o harbor.Order, want bool) {
	t.Helper()
	_, err := s.Order(t.Context(), o.Merchant, o.ID)
	assert.Equal(t, err == nil, want, "the order is there")
	assert.Equal(t, find(t, s, o) != nil, want, "the record is there")
	mustCreate(t, s, newOrder("cus_next", start))
}

func TestARequestCommitsAllOrNothing(t *testing.T) {
	tests := []struct {
		name   string
		then   func(context.Context) error
		status int
		stored bool
	}{
		{name: "success", then: func(context.Context) error { return nil }, status: 204, stored: true},
		{name: "declared error", then: func(context.Context) error { return errRefused }, status: 402},
		{name: "other error", then: func(context.Context) error { return errors.New("broken") }, status: 500},
		{name: "panic", then: func(context.Context) error { panic("broken") }, status: 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustOpen(t, t.TempDir())
			o := newOrder("cus_1", start)
			c := newApp(t, s, o, tt.then)
			assert.Equal(t, c.Do("POST", "/orders", "").Status, tt.status)
			checkBoth(t, s, o, tt.stored)
			got := c.Do("GET", "/orders", "")
			assert.Equal(t, strings.TrimSpace(string(got.Body)) == "true", tt.stored)
		})
	}
}
