package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/idempotency"

	"github.com/tenonapi/tenon/services/harbor"
)

func testOrderComesBackAsCreated(t *testing.T, fresh New) {
	tests := []struct {
		name   string
		change func(*harbor.Order)
	}{
		{name: "plain", change: func(*harbor.Order) {}},
		{name: "least amount", change: func(o *harbor.Order) { o.AmountCents = 1 }},
		{name: "greatest amount", change: func(o *harbor.Order) { o.AmountCents = harbor.MaxAmountCents }},
		{name: "shortest customer", change: func(o *harbor.Order) { o.CustomerID = "c" }},
		{name: "longest customer", change: func(o *harbor.Order) { o.CustomerID = strings.Repeat("c", harbor.MaxCustomerIDLength) }},
		{name: "longest customer in bytes", change: func(o *harbor.Order) { o.CustomerID = strings.Repeat("😀", harbor.MaxCustomerIDLength) }},
		{name: "customer with quotes", change: func(o *harbor.Order) { o.CustomerID = `'; DROP TABLE orders; --"` }},
		{name: "last microsecond", change: func(o *harbor.Order) { o.CreatedAt = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC) }},
		{name: "no risk", change: func(o *harbor.Order) { o.RiskScore = 0 }},
		{name: "all the risk", change: func(o *harbor.Order) { o.RiskScore = 1 }},
		{name: "no notes", change: func(o *harbor.Order) { o.InternalNotes = "" }},
	}
	s := mustOpen(t, fresh(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := newOrder("cus_1", start)
			tt.change(&want)
			mustCreate(t, s, want)
			if got, err := s.Order(t.Context(), acme, want.ID); err != nil || got != want {
				t.Errorf("Order = %+v, %v, want %+v", got, err, want)
			}
			if got, err := s.List(t.Context(), acme, want.CustomerID, nil, 1); err != nil || len(got) != 1 || got[0].CustomerID != want.CustomerID {
				t.Errorf("List(%q) = %+v, %v, want an order of this customer", want.CustomerID, got, err)
			}
		})
	}
}

// A row that breaks a bound takes its key with it: nothing is left of either.

func testCreateStoresAllOrNothing(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	existing := newOrder("cus_1", start)
	mustCreate(t, s, existing)

	tests := []struct {
		name   string
		change func(*harbor.Order, *idempotency.Record)
	}{
		{name: "ID of another order", change: func(o *harbor.Order, _ *idempotency.Record) { o.ID = existing.ID }},
		{name: "unknown merchant", change: func(o *harbor.Order, _ *idempotency.Record) { o.Merchant = "nobody" }},
		{name: "no customer", change: func(o *harbor.Order, _ *idempotency.Record) { o.CustomerID = "" }},
		{name: "customer one longer", change: func(o *harbor.Order, _ *idempotency.Record) {
			o.CustomerID = strings.Repeat("c", harbor.MaxCustomerIDLength+1)
		}},
		{name: "amount zero", change: func(o *harbor.Order, _ *idempotency.Record) { o.AmountCents = 0 }},
		{name: "amount one more", change: func(o *harbor.Order, _ *idempotency.Record) { o.AmountCents = harbor.MaxAmountCents + 1 }},
		{name: "currency in lower case", change: func(o *harbor.Order, _ *idempotency.Record) { o.Currency = "eur" }},
		{name: "currency too long", change: func(o *harbor.Order, _ *idempotency.Record) { o.Currency = "EURO" }},
		{name: "currency behind U+0000", change: func(o *harbor.Order, _ *idempotency.Record) { o.Currency = "EUR\x00" }},
		{name: "unknown status", change: func(o *harbor.Order, _ *idempotency.Record) { o.Status = "lost" }},
		{name: "before 1970", change: func(o *harbor.Order, _ *idempotency.Record) { o.CreatedAt = time.UnixMicro(-1) }},
		{name: "negative risk", change: func(o *harbor.Order, _ *idempotency.Record) { o.RiskScore = -0.001 }},
		{name: "risk above one", change: func(o *harbor.Order, _ *idempotency.Record) { o.RiskScore = 1.001 }},
		{name: "no key", change: func(_ *harbor.Order, r *idempotency.Record) { r.Key = "" }},
		{name: "key one longer", change: func(_ *harbor.Order, r *idempotency.Record) { r.Key = strings.Repeat("k", 256) }},
		{name: "expired before it was made", change: func(_ *harbor.Order, r *idempotency.Record) { r.Expires = r.At.Add(-time.Microsecond) }},
		{name: "no HTTP status", change: func(_ *harbor.Order, r *idempotency.Record) { r.Status = 0 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrder("cus_2", start)
			r := recordOf(o)
			tt.change(&o, &r)
			if err := s.Create(t.Context(), o, r); err == nil || errors.Is(err, idempotency.ErrExists) {
				t.Errorf("Create: got %v, want an error of the database", err)
			}
			if got, err := s.Find(t.Context(), r.Owner, r.Operation, r.Key); got != nil || err != nil {
				t.Errorf("Find = %+v, %v, want no record", got, err)
			}
			if got, err := s.Order(t.Context(), acme, o.ID); o.ID != existing.ID && !errors.Is(err, harbor.ErrOrderNotFound) {
				t.Errorf("Order = %+v, %v, want %v", got, err, harbor.ErrOrderNotFound)
			}
		})
	}
	if got, err := s.Order(t.Context(), acme, existing.ID); err != nil || got != existing {
		t.Errorf("Order created before = %+v, %v, want %+v", got, err, existing)
	}
}

func testOrderNotFound(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	mustCreate(t, s, newOrder("cus_1", start))
	id := harbor.NewOrderID(start)
	_, err := s.Order(t.Context(), acme, id)
	if want := "read order " + id.String() + ": order not found"; !errors.Is(err, harbor.ErrOrderNotFound) || err.Error() != want {
		t.Errorf("Order: got %v, want %q", err, want)
	}
}

func testListIsNewestFirstWithinOneCustomer(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	// Two of the same microsecond sort by ID.
	old, low, high, newer := newOrder("cus_1", start), newOrder("cus_1", start), newOrder("cus_1", start), newOrder("cus_1", start)
	low.CreatedAt = start.Add(time.Microsecond)
	high.CreatedAt = low.CreatedAt
	low.ID[0], high.ID[0] = 0x01, 0xff
	newer.CreatedAt = start.Add(2 * time.Microsecond)
	mustCreate(t, s, low, newer, old, high,
		newOrder("cus_10", start), newOrder("cus_", start), newOrder("CUS_1", start))

	all := []harbor.Order{newer, high, low, old}
	for i := range all {
		var before *harbor.Position
		if i > 0 {
			p := all[i-1].Position()
			before = &p
		}
		for limit := 1; limit <= len(all)+1; limit++ {
			got, err := s.List(t.Context(), acme, "cus_1", before, limit)
			if want := all[i:min(i+limit, len(all))]; err != nil || !slices.Equal(got, want) {
				t.Errorf("List(before %v, limit %d) = %+v, %v, want %+v", before, limit, got, err, want)
			}
		}
	}
}

func testListEndsEmpty(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	only := newOrder("cus_1", start)
	mustCreate(t, s, only)
	last := only.Position()
	tests := []struct {
		name     string
		customer string
		before   *harbor.Position
	}{
		{name: "after the last", customer: "cus_1", before: &last},
		{name: "unknown customer", customer: "cus_2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.List(t.Context(), acme, tt.customer, tt.before, 20)
			if err != nil || got == nil || len(got) != 0 {
				t.Errorf("List = %#v, %v, want an empty list", got, err)
			}
		})
	}
}

func testListRefusesLimitBelowOne(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	for _, limit := range []int{0, -1} {
		if got, err := s.List(t.Context(), acme, "cus_1", nil, limit); err == nil {
			t.Errorf("List(limit %d) = %v, want an error", limit, got)
		}
	}
}

// Without the index a page costs as much as the customer has orders.

// planOf returns the steps of a query, one in a line.

// CHECKLIST E10: the orders of another merchant are not there, neither by their ID

// nor in a list, also when the customers have one name.

func testMerchantsDoNotMeetTheOrdersOfAnother(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	if err := s.AddMerchant(t.Context(), harbor.Merchant{ID: "umbrella", Name: "n"}, harbor.NewAPIKey()); err != nil {
		t.Fatal(err)
	}
	ours, theirs := newOrder("cus_1", start), harbor.NewOrder(start, "umbrella", "cus_1", 1, "EUR")
	mustCreate(t, s, ours, theirs)
	for m, want := range map[harbor.MerchantID]harbor.Order{acme: ours, "umbrella": theirs} {
		for _, o := range []harbor.Order{ours, theirs} {
			if got, err := s.Order(t.Context(), m, o.ID); (err == nil) != (o == want) || err != nil && !errors.Is(err, harbor.ErrOrderNotFound) {
				t.Errorf("%s reads %+v, %v", m, got, err)
			}
		}
		if got, err := s.List(t.Context(), m, "cus_1", nil, 10); err != nil || !slices.Equal(got, []harbor.Order{want}) {
			t.Errorf("%s lists %+v, %v, want %+v", m, got, err, want)
		}
	}
}
