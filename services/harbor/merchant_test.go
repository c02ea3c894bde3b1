package harbor_test

import (
	"strings"
	"testing"

	"github.com/tenonapi/tenon/services/harbor"
)

func TestBoundsOfAMerchant(t *testing.T) {
	long := strings.Repeat("m", harbor.MaxMerchantIDLength)
	name := strings.Repeat("n", harbor.MaxMerchantNameLength)
	tests := []struct {
		name     string
		merchant harbor.Merchant
		errs     []string
	}{
		{name: "demo", merchant: harbor.Demo},
		{name: "subject of a token", merchant: harbor.Merchant{ID: "auth0|5f7c8ec7c33c6c004bbafe82", Name: "n"}},
		{name: "longest", merchant: harbor.Merchant{ID: harbor.MerchantID(long), Name: name}},
		{name: "empty", errs: []string{`merchant ID ""`, "name has 0 bytes"}},
		{name: "too long", merchant: harbor.Merchant{ID: harbor.MerchantID(long + "m"), Name: name + "n"}, errs: []string{"merchant ID", "name has 201 bytes"}},
		{name: "space", merchant: harbor.Merchant{ID: "a b", Name: "n"}, errs: []string{"merchant ID"}},
		{name: "control character", merchant: harbor.Merchant{ID: "a\x7f", Name: "n"}, errs: []string{"merchant ID"}},
		{name: "beyond ASCII", merchant: harbor.Merchant{ID: "é", Name: "n"}, errs: []string{"merchant ID"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.merchant.Check()
			if (err != nil) != (tt.errs != nil) {
				t.Fatalf("Check(%+v): got %v, want errors about %q", tt.merchant, err, tt.errs)
			}
			for _, want := range tt.errs {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Check(%+v): got %v, want one about %q", tt.merchant, err, want)
				}
			}
		})
	}
}
