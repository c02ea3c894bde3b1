package work_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/tenonapi/tenon/bench/work"
)

func TestOrderIDReadsOnlyTheCanonicalForm(t *testing.T) {
	const canonical = "01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e6f"
	tests := []struct {
		name, text string
		ok         bool
	}{
		{"canonical", canonical, true},
		{"upper case", "01963B1E-5F2A-7C4D-9E8B-1A2B3C4D5E6F", true},
		{"empty", "", false},
		{"short", canonical[:35], false},
		{"long", canonical + "0", false},
		{"without hyphens", "01963b1e5f2a7c4d9e8b1a2b3c4d5e6f", false},
		{"in braces", "{" + canonical + "}", false},
		{"urn", "urn:uuid:" + canonical, false},
		{"hyphen misplaced", "01963b1e5-f2a-7c4d-9e8b-1a2b3c4d5e6f", false},
		{"hyphen for a digit", "01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e6-", false},
		{"not hexadecimal", "01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e6g", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var id work.OrderID
			err := id.UnmarshalText([]byte(tt.text))
			if (err == nil) != tt.ok {
				t.Fatalf("UnmarshalText(%q): error %v, want ok %v", tt.text, err, tt.ok)
			}
			if tt.ok && id.String() != canonical {
				t.Errorf("UnmarshalText(%q) = %v, want %v", tt.text, id, canonical)
			}
			if !tt.ok && id != (work.OrderID{}) {
				t.Errorf("UnmarshalText(%q) changed the ID to %v", tt.text, id)
			}
		})
	}
}

func TestOrderIDWritesOneForm(t *testing.T) {
	const want = "01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e6f"
	text, _ := work.NewID.MarshalText()
	appended, _ := work.NewID.AppendText([]byte("id="))
	if work.NewID.String() != want || string(text) != want || string(appended) != "id="+want {
		t.Errorf("String %q, MarshalText %q, AppendText %q, want %q", work.NewID, text, appended, want)
	}
}

func TestOrdersAreFixed(t *testing.T) {
	order := work.NewOrder(&work.CreateOrder{CustomerID: "c", AmountCents: 7, Currency: "EUR"})
	got, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e6f","status":"pending","customer_id":"c","amount_cents":7,"currency":"EUR","created_at":"2026-03-14T15:26:53.589793Z"}`
	if string(got) != want {
		t.Errorf("NewOrder = %s, want %s", got, want)
	}
	if _, err := work.FindOrder(work.OrderID{}); !errors.Is(err, work.ErrNotFound) {
		t.Errorf("FindOrder of the zero ID: error %v, want ErrNotFound", err)
	}
}

func TestListOrdersPages(t *testing.T) {
	first, err := work.ListOrders(work.Customer, 21, "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := work.ListOrders(work.Customer, 100, work.Cursor)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Items) != 21 || len(second.Items) != 100 || first.Items[20] != second.Items[0] {
		t.Errorf("pages of %d and %d orders that do not meet at order 20", len(first.Items), len(second.Items))
	}
	if _, err := work.ListOrders("nobody", 20, ""); !errors.Is(err, work.ErrNotFound) {
		t.Errorf("unknown customer: error %v, want ErrNotFound", err)
	}
	if _, err := work.ListOrders(work.Customer, 20, "x"); !errors.Is(err, work.ErrCursor) {
		t.Errorf("unknown cursor: error %v, want ErrCursor", err)
	}
}

func TestBillRoundsEachLine(t *testing.T) {
	half := 0.5
	in := &work.CreateInvoice{Number: "n", Lines: []work.InvoiceLine{
		{Quantity: 3, UnitCents: 333, TaxRate: 0.5},    // 1498.5 -> 1499
		{Quantity: 1, UnitCents: 101, Discount: &half}, // 50.5 -> 51
		{Quantity: 10000, UnitCents: 1e9, TaxRate: 1},  // the largest line
	}}
	want := work.InvoiceReceipt{Number: "n", Lines: 3, TotalCents: 1499 + 51 + 2e13}
	if got := work.Bill(in); got != want {
		t.Errorf("Bill = %+v, want %+v", got, want)
	}
}

func TestSampleInvoiceIsAbout12KB(t *testing.T) {
	body, err := json.Marshal(work.SampleInvoice(100))
	if err != nil {
		t.Fatal(err)
	}
	if len(body) < 11_700 || len(body) > 13_000 {
		t.Errorf("100 lines are %d bytes of JSON, want about 12 KB", len(body))
	}
}
