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

// A foreign key that is checked when the transaction ends makes the commit fail.
func TestAFailedCommitIsTheAnswer(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for _, text := range []string{
		"CREATE TABLE debts (id INTEGER PRIMARY KEY, merchant_id TEXT REFERENCES merchants (id) DEFERRABLE INITIALLY DEFERRED)",
		"CREATE TRIGGER debt AFTER INSERT ON orders WHEN NEW.customer_id = 'cus_1' BEGIN INSERT INTO debts (merchant_id) VALUES ('nobody'); END",
	} {
		if _, err := s.Writer().Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	o := newOrder("cus_1", start)
	r := newApp(t, s, o, func(context.Context) error { return nil }).Do("POST", "/orders", "")
	assert.Equal(t, r.Status, http.StatusInternalServerError)
	if strings.Contains(string(r.Body), "FOREIGN") {
		t.Errorf("the answer has the error of the database: %s", r.Body)
	}
	checkBoth(t, s, o, false)
}

// What a client that leaves had asked for is done or not, and the next one can write.
func TestAClientThatLeavesDoesNotKeepTheRightToWrite(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	tests := []struct {
		name   string
		then   func(ctx context.Context, leave func()) error
		stored bool
	}{
		{name: "handler goes on", then: func(_ context.Context, leave func()) error { leave(); return nil }, stored: true},
		{name: "handler gives up", then: func(ctx context.Context, leave func()) error { leave(); return ctx.Err() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrder("cus_1", start)
			ctx, leave := context.WithCancel(t.Context())
			c := newApp(t, s, o, func(ctx context.Context) error { return tt.then(ctx, leave) })
			r, err := http.NewRequestWithContext(ctx, "POST", "/orders", http.NoBody)
			assert.NoError(t, err)
			c.Send(r)
			checkBoth(t, s, o, tt.stored)
		})
	}
}

// Once it may write, a request does all its writing or none, even if it is told to stop
// before each statement.
func TestStatementsOutliveTheirContext(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	o := newOrder("cus_1", start)
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(s.Providers())
		tenon.Post(r, "/orders", func(ctx context.Context, in *written) (tenon.NoContent, error) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return tenon.NoContent{}, errors.Join(in.Orders.Add(ctx, o), in.Records.Save(ctx, recordOf(o)))
		})
	})
	assert.NoError(t, err)
	assert.Equal(t, tenontest.New(t, app).Do("POST", "/orders", "").Status, http.StatusNoContent)
	checkBoth(t, s, o, true)
}
