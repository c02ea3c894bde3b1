package storetest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/tenontest"

	"github.com/tenonapi/tenon/services/harbor"
)

var errRefused = errors.New("refused")

// written is what a request of these tests writes with.

type written struct {
	Orders  harbor.Orders
	Records idempotency.Records
}

// newApp returns an application with one operation that writes o and its record, and

// then does what then says.

func newApp(t *testing.T, s Store, o harbor.Order, then func(ctx context.Context) error) *tenontest.Client {
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
	if err != nil {
		t.Fatal(err)
	}
	c := tenontest.New(t, app)
	c.ServerErrors = true
	return c
}

// checkBoth checks that order and record are both there or both not, and that the

// right to write is free.

func checkBoth(t *testing.T, s Store, o harbor.Order, want bool) {
	t.Helper()
	_, err := s.Order(t.Context(), o.Merchant, o.ID)
	if order, record := err == nil, find(t, s, o) != nil; order != want || record != want {
		t.Errorf("the order is there: %v, the record: %v, want %v", order, record, want)
	}
	mustCreate(t, s, newOrder("cus_next", start))
}

func testARequestCommitsAllOrNothing(t *testing.T, fresh New) {
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
			s := mustOpen(t, fresh(t))
			o := newOrder("cus_1", start)
			c := newApp(t, s, o, tt.then)
			if r := c.Do("POST", "/orders", ""); r.Status != tt.status {
				t.Errorf("the answer is %d %s, want %d", r.Status, r.Body, tt.status)
			}
			checkBoth(t, s, o, tt.stored)
			if got := strings.TrimSpace(string(c.Do("GET", "/orders", "").Body)); got != strconv.FormatBool(tt.stored) {
				t.Errorf("the next request finds the order: %s, want %v", got, tt.stored)
			}
		})
	}
}
