package harbor

import (
	"errors"
	"fmt"
)

// ErrMerchantNotFound reports that no merchant has the ID or the key asked for.
var ErrMerchantNotFound = errors.New("merchant not found")

// Bounds of a merchant.
const (
	MaxMerchantIDLength   = 128 // bytes; a merchant ID has at least one
	MaxMerchantNameLength = 200 // bytes; a name has at least one
)

// A MerchantID names a merchant: 1 to [MaxMerchantIDLength] visible ASCII
// characters, so that it can be the subject of a token.
type MerchantID string

// A Merchant has orders, and keys to ask for them.
type Merchant struct {
	ID   MerchantID
	Name string // for people, 1 to [MaxMerchantNameLength] bytes
}

// Demo is the merchant of a new database, and whose the orders are that were made
// before there were merchants.
var Demo = Merchant{ID: "demo", Name: "Demo merchant"}

// Check reports everything that is out of bounds.
func (m Merchant) Check() error {
	var errs []error
	if len(m.ID) < 1 || len(m.ID) > MaxMerchantIDLength || !visible(string(m.ID)) {
		errs = append(errs, fmt.Errorf("merchant ID %q: want 1 to %d visible ASCII characters", m.ID, MaxMerchantIDLength))
	}
	if len(m.Name) < 1 || len(m.Name) > MaxMerchantNameLength {
		errs = append(errs, fmt.Errorf("merchant name has %d bytes, want 1 to %d", len(m.Name), MaxMerchantNameLength))
	}
	return errors.Join(errs...)
}

func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
