package harbor_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
)

// morning has nanoseconds and a zone, which an order must not keep.
var morning = time.Date(2026, 11, 20, 9, 56, 1, 123456789, time.FixedZone("CET", 3600))

func TestNewOrderIsPendingAndInUTCMicroseconds(t *testing.T) {
	got := harbor.NewOrder(morning, "acme", "cus_1", 1250, "EUR")
	want := harbor.Order{
		ID: got.ID, Merchant: "acme", CustomerID: "cus_1", AmountCents: 1250, Currency: "EUR", Status: harbor.Pending,
		CreatedAt: time.Date(2026, 11, 20, 8, 56, 1, 123456000, time.UTC),
		RiskScore: got.RiskScore, InternalNotes: got.InternalNotes,
	}
	if got != want {
		t.Errorf("NewOrder = %+v, want %+v", got, want)
	}
}

func TestRiskScoreDependsOnAmountAndCustomerOnly(t *testing.T) {
	tests := []struct {
		name     string
		customer string
		amount   int64
		score    float64
		notes    string
	}{
		{name: "least amount", customer: "cus_1", amount: 1, score: 0.274, notes: "risk 0.274: accepted automatically"},
		{name: "greatest amount", customer: "cus_1", amount: harbor.MaxAmountCents, score: 0.974, notes: "risk 0.974: to be reviewed"},
		{name: "another customer", customer: "cus_2", amount: 1, score: 0.016, notes: "risk 0.016: accepted automatically"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, currency := range []harbor.Currency{"EUR", "JPY"} {
				got := harbor.NewOrder(time.Now(), "acme", tt.customer, tt.amount, currency)
				if got.RiskScore != tt.score || got.InternalNotes != tt.notes {
					t.Errorf("got %v, %q, want %v, %q", got.RiskScore, got.InternalNotes, tt.score, tt.notes)
				}
			}
		})
	}
}

func TestOrderAsJSONHidesWhatIsForStaff(t *testing.T) {
	o := harbor.NewOrder(morning, "acme", "cus_1", harbor.MaxAmountCents, "EUR")
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"Risk", "Notes", o.InternalNotes} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("order as JSON is %s, contains %q", text, hidden)
		}
	}
}

func TestCurrencyRuleIsThreeCapitalLetters(t *testing.T) {
	rule := harbor.Currency("").Check()
	text, ok := strings.CutPrefix(rule, "pattern='")
	text, end := strings.CutSuffix(text, "'")
	if !ok || !end {
		t.Fatalf("Check() = %q, want one quoted pattern", rule)
	}
	pattern := regexp.MustCompile(text)
	for _, good := range []string{"EUR", "AAA", "ZZZ"} {
		if !pattern.MatchString(good) {
			t.Errorf("%s refuses %q", pattern, good)
		}
	}
	for _, bad := range []string{"", "EU", "EURO", "eur", "EUR\n", "ÄÖÜ", "E1R"} {
		if pattern.MatchString(bad) {
			t.Errorf("%s accepts %q", pattern, bad)
		}
	}
}

func TestStatusEnumHasPending(t *testing.T) {
	if got := harbor.Status("").Enum(); !slices.Equal(got, []harbor.Status{"pending"}) {
		t.Errorf("Enum() = %q, want pending only", got)
	}
}

func TestPositionSurvivesJSON(t *testing.T) {
	tests := []struct {
		name string
		at   time.Time
	}{
		{name: "microseconds", at: time.Date(2026, 11, 20, 8, 56, 1, 123456000, time.UTC)},
		{name: "last digit", at: time.Date(2026, 11, 20, 8, 56, 1, 1000, time.UTC)},
		{name: "whole second", at: time.Date(2026, 11, 20, 8, 56, 1, 0, time.UTC)},
		{name: "epoch", at: time.UnixMicro(0).UTC()},
		{name: "now, from an order", at: harbor.NewOrder(time.Now(), "acme", "cus_1", 1, "EUR").CreatedAt},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := harbor.Order{ID: harbor.NewOrderID(tt.at), CreatedAt: tt.at}.Position()
			text, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			var got harbor.Position
			if err := json.Unmarshal(text, &got); err != nil || got != want {
				t.Errorf("%s reads as %+v, %v, want %+v", text, got, err, want)
			}
		})
	}
}
