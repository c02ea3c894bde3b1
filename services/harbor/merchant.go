package harbor

import (
	"context"
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

// Merchants are those of a database, and their keys.
type Merchants interface {
	// Merchant returns one merchant, or ErrMerchantNotFound.
	Merchant(ctx context.Context, id MerchantID) (Merchant, error)
	// KeyOwner returns the merchant for whom a key is, or ErrMerchantNotFound.
	KeyOwner(ctx context.Context, key APIKey) (Merchant, error)
	// AddMerchant adds a merchant with its key. It is an error if either is there already.
	AddMerchant(ctx context.Context, m Merchant, key APIKey) error
	// AddFirstMerchant is AddMerchant while there is no key for anybody, even if the merchant
	// is there already. When several processes call it at once, one adds.
	AddFirstMerchant(ctx context.Context, m Merchant, key APIKey) (added bool, err error)
	// SetKey makes key the only one of a merchant, which is added if it is not there.
	SetKey(ctx context.Context, m Merchant, key APIKey) error
}

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
