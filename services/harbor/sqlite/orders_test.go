package sqlite_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

func TestOrderComesBackAsCreated(t *testing.T) {
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
		{name: "customer with U+0000", change: func(o *harbor.Order) { o.CustomerID = "\x00a\x00" }},
		{name: "customer with quotes", change: func(o *harbor.Order) { o.CustomerID = `'; DROP TABLE orders; --"` }},
		{name: "last microsecond", change: func(o *harbor.Order) { o.CreatedAt = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC) }},
		{name: "no risk", change: func(o *harbor.Order) { o.RiskScore = 0 }},
		{name: "all the risk", change: func(o *harbor.Order) { o.RiskScore = 1 }},
		{name: "no notes", change: func(o *harbor.Order) { o.InternalNotes = "" }},
	}
	s := mustOpen(t, t.TempDir())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := newOrder("cus_1", start)
			tt.change(&want)
			mustCreate(t, s, want)
			if got, err := s.Order(t.Context(), want.ID); err != nil || got != want {
				t.Errorf("Order = %+v, %v, want %+v", got, err, want)
			}
			if got, err := s.List(t.Context(), want.CustomerID, nil, 1); err != nil || len(got) != 1 || got[0].CustomerID != want.CustomerID {
				t.Errorf("List(%q) = %+v, %v, want an order of this customer", want.CustomerID, got, err)
			}
		})
	}
}

// A row that breaks a bound takes its key with it: nothing is left of either.
func TestCreateStoresAllOrNothing(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	existing := newOrder("cus_1", start)
	mustCreate(t, s, existing)

	tests := []struct {
		name   string
		change func(*harbor.Order, *harbor.Key, *harbor.Answer)
	}{
		{name: "ID of another order", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.ID = existing.ID }},
		{name: "no customer", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.CustomerID = "" }},
		{name: "customer one longer", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) {
			o.CustomerID = strings.Repeat("c", harbor.MaxCustomerIDLength+1)
		}},
		{name: "amount zero", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.AmountCents = 0 }},
		{name: "amount one more", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.AmountCents = harbor.MaxAmountCents + 1 }},
		{name: "currency in lower case", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.Currency = "eur" }},
		{name: "currency too long", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.Currency = "EURO" }},
		{name: "currency behind U+0000", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.Currency = "EUR\x00" }},
		{name: "unknown status", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.Status = "lost" }},
		{name: "before 1970", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.CreatedAt = time.UnixMicro(-1) }},
		{name: "negative risk", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.RiskScore = -0.001 }},
		{name: "risk above one", change: func(o *harbor.Order, _ *harbor.Key, _ *harbor.Answer) { o.RiskScore = 1.001 }},
		{name: "no key", change: func(_ *harbor.Order, k *harbor.Key, _ *harbor.Answer) { k.Value = "" }},
		{name: "key one longer", change: func(_ *harbor.Order, k *harbor.Key, _ *harbor.Answer) { k.Value = strings.Repeat("k", 256) }},
		{name: "no HTTP status", change: func(_ *harbor.Order, _ *harbor.Key, a *harbor.Answer) { a.Status = 0 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOrder("cus_2", start)
			k, a := keyOf(o), answerOf(o)
			tt.change(&o, &k, &a)
			if err := s.Create(t.Context(), o, k, a); err == nil || errors.Is(err, harbor.ErrKeyExists) {
				t.Errorf("Create: got %v, want an error of the database", err)
			}
			if got, err := s.Replay(t.Context(), k); got != nil || err != nil {
				t.Errorf("Replay = %+v, %v, want no answer", got, err)
			}
			if got, err := s.Order(t.Context(), o.ID); o.ID != existing.ID && !errors.Is(err, harbor.ErrOrderNotFound) {
				t.Errorf("Order = %+v, %v, want %v", got, err, harbor.ErrOrderNotFound)
			}
		})
	}
	if got, err := s.Order(t.Context(), existing.ID); err != nil || got != existing {
		t.Errorf("Order created before = %+v, %v, want %+v", got, err, existing)
	}
}

func TestOrderNotFound(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	mustCreate(t, s, newOrder("cus_1", start))
	id := harbor.NewOrderID(start)
	_, err := s.Order(t.Context(), id)
	if want := "read order " + id.String() + ": order not found"; !errors.Is(err, harbor.ErrOrderNotFound) || err.Error() != want {
		t.Errorf("Order: got %v, want %q", err, want)
	}
}

func TestReplayReturnsStoredAnswer(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	o := newOrder("cus_1", start)
	key := keyOf(o)
	want := harbor.Answer{Status: 201, Body: []byte("{\"a\": \"\x00\xff\"}\n")}
	if err := s.Create(t.Context(), o, key, want); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*harbor.Key)
		found  bool
		err    error
	}{
		{name: "the same", change: func(*harbor.Key) {}, found: true},
		{name: "another payload", change: func(k *harbor.Key) { k.Fingerprint[31]++ }, err: harbor.ErrKeyReused},
		{name: "another value", change: func(k *harbor.Key) { k.Value = strings.ToUpper(k.Value) + "x" }},
		{name: "another operation", change: func(k *harbor.Key) { k.Operation = "POST /v1/refunds" }},
		{name: "another owner", change: func(k *harbor.Key) { k.Owner = "merchant_2" }},
		{name: "no owner", change: func(k *harbor.Key) { k.Owner = "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := key
			tt.change(&k)
			got, err := s.Replay(t.Context(), k)
			if !errors.Is(err, tt.err) || (got != nil) != tt.found {
				t.Fatalf("Replay = %+v, %v, want an answer: %v, error %v", got, err, tt.found, tt.err)
			}
			if got != nil && (got.Status != want.Status || !bytes.Equal(got.Body, want.Body)) {
				t.Errorf("Replay = %d %q, want %d %q", got.Status, got.Body, want.Status, want.Body)
			}
		})
	}
}

func TestReplayReturnsEmptyBody(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	o := newOrder("cus_1", start)
	if err := s.Create(t.Context(), o, keyOf(o), harbor.Answer{Status: 204}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Replay(t.Context(), keyOf(o)); err != nil || got == nil || got.Status != 204 || len(got.Body) != 0 {
		t.Errorf("Replay = %+v, %v, want 204 without a body", got, err)
	}
}

func TestCreateRefusesRecordedKey(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	first, second := newOrder("cus_1", start), newOrder("cus_1", start)
	mustCreate(t, s, first)
	key := keyOf(first)
	key.Fingerprint[0]++ // no matter which payload
	if err := s.Create(t.Context(), second, key, answerOf(second)); !errors.Is(err, harbor.ErrKeyExists) {
		t.Errorf("Create with a recorded key: got %v, want %v", err, harbor.ErrKeyExists)
	}
	if _, err := s.Order(t.Context(), second.ID); !errors.Is(err, harbor.ErrOrderNotFound) {
		t.Errorf("Order of the refused Create: got %v, want %v", err, harbor.ErrOrderNotFound)
	}
	if got, err := s.Replay(t.Context(), keyOf(first)); err != nil || got == nil || !bytes.Equal(got.Body, answerOf(first).Body) {
		t.Errorf("Replay = %+v, %v, want the first answer", got, err)
	}
}

func TestListIsNewestFirstWithinOneCustomer(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	// Two of the same microsecond sort by ID.
	old, low, high, newer := newOrder("cus_1", start), newOrder("cus_1", start), newOrder("cus_1", start), newOrder("cus_1", start)
	low.CreatedAt = start.Add(time.Microsecond)
	high.CreatedAt = low.CreatedAt
	low.ID[0], high.ID[0] = 0x01, 0xff
	newer.CreatedAt = start.Add(2 * time.Microsecond)
	mustCreate(t, s, low, newer, old, high,
		newOrder("cus_10", start), newOrder("cus_", start), newOrder("CUS_1", start), newOrder("cus_1\x00", start))

	all := []harbor.Order{newer, high, low, old}
	for i := range all {
		var before *harbor.Position
		if i > 0 {
			p := all[i-1].Position()
			before = &p
		}
		for limit := 1; limit <= len(all)+1; limit++ {
			got, err := s.List(t.Context(), "cus_1", before, limit)
			if want := all[i:min(i+limit, len(all))]; err != nil || !slices.Equal(got, want) {
				t.Errorf("List(before %v, limit %d) = %+v, %v, want %+v", before, limit, got, err, want)
			}
		}
	}
}

func TestListEndsEmpty(t *testing.T) {
	s := mustOpen(t, t.TempDir())
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
			got, err := s.List(t.Context(), tt.customer, tt.before, 20)
			if err != nil || got == nil || len(got) != 0 {
				t.Errorf("List = %#v, %v, want an empty list", got, err)
			}
		})
	}
}

func TestListRefusesLimitBelowOne(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for _, limit := range []int{0, -1} {
		if got, err := s.List(t.Context(), "cus_1", nil, limit); err == nil {
			t.Errorf("List(limit %d) = %v, want an error", limit, got)
		}
	}
}

// Without the index a page costs as much as the customer has orders.
func TestListIsServedByItsIndex(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	rows, err := s.Reader().Query("EXPLAIN QUERY PLAN "+sqlite.SelectList, "cus_1", 0, make([]byte, 16), 20)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	want := []string{"SEARCH orders USING INDEX orders_by_customer (customer_id=? AND (created_at,id)<(?,?))"}
	if !slices.Equal(plan, want) {
		t.Errorf("plan is %q, want %q", plan, want)
	}
}
