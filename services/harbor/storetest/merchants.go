package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/services/harbor"
)

// owner returns whose key it is, nobody if the store does not know it.

func owner(t testing.TB, s Store, key harbor.APIKey) harbor.MerchantID {
	t.Helper()
	m, err := s.KeyOwner(t.Context(), key)
	if err != nil && !errors.Is(err, harbor.ErrMerchantNotFound) {
		t.Fatalf("KeyOwner: %v", err)
	}
	return m.ID
}

func testMerchantsAreFoundByIDAndKey(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	umbrella, key := harbor.Merchant{ID: "umbrella", Name: "Umbrella, Inc."}, harbor.NewAPIKey()
	if err := s.AddMerchant(t.Context(), umbrella, key); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Merchant(t.Context(), "umbrella"); err != nil || m != umbrella {
		t.Errorf("Merchant = %+v, %v, want %+v", m, err, umbrella)
	}
	if m, err := s.KeyOwner(t.Context(), key); err != nil || m != umbrella {
		t.Errorf("KeyOwner = %+v, %v, want %+v", m, err, umbrella)
	}
	if got := owner(t, s, acmeKey); got != acme {
		t.Errorf("the first key is for %q, want %q", got, acme)
	}
	for _, id := range []harbor.MerchantID{"", "nobody", "UMBRELLA"} {
		if m, err := s.Merchant(t.Context(), id); !errors.Is(err, harbor.ErrMerchantNotFound) {
			t.Errorf("Merchant(%q) = %+v, %v, want %v", id, m, err, harbor.ErrMerchantNotFound)
		}
	}
	for name, key := range map[string]harbor.APIKey{"unknown": harbor.NewAPIKey(), "no": {}} {
		if got := owner(t, s, key); got != "" {
			t.Errorf("%s key: KeyOwner = %q, want nobody", name, got)
		}
	}
}

func testAddMerchantRefuses(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	unused := harbor.NewAPIKey()
	tests := []struct {
		name     string
		merchant harbor.Merchant
		key      harbor.APIKey
		want     string
	}{
		{name: "ID of another", merchant: harbor.Merchant{ID: acme, Name: "n"}, key: unused, want: "there is one with this ID"},
		{name: "key of another", merchant: harbor.Merchant{ID: "umbrella", Name: "n"}, key: acmeKey, want: "the API key is in use already"},
		{name: "bad ID", merchant: harbor.Merchant{ID: "a b", Name: "n"}, key: unused, want: `merchant ID "a b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := s.AddMerchant(t.Context(), tt.merchant, tt.key)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), tt.key.Reveal()) {
				t.Errorf("AddMerchant: got %v, want one about %q", err, tt.want)
			}
			if _, err := s.Merchant(t.Context(), "umbrella"); !errors.Is(err, harbor.ErrMerchantNotFound) {
				t.Errorf("the merchant is there: %v", err)
			}
			if got := owner(t, s, unused); got != "" {
				t.Errorf("the key is for %q", got)
			}
		})
	}
}

func testOneOfManyAddsTheFirstMerchant(t *testing.T, fresh New) {
	dir := fresh(t)
	stores := make([]Store, 6)
	for i := range stores {
		stores[i] = mustOpenEmpty(t, dir)
	}
	if err := stores[0].Migrations().Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, added := make([]harbor.APIKey, len(stores)), make([]bool, len(stores))
	var wg sync.WaitGroup
	for i, s := range stores {
		keys[i] = harbor.NewAPIKey()
		wg.Go(func() {
			var err error
			if added[i], err = s.AddFirstMerchant(t.Context(), harbor.Demo, keys[i]); err != nil {
				t.Errorf("AddFirstMerchant: %v", err)
			}
		})
	}
	wg.Wait()
	first := slices.Index(added, true)
	if first < 0 || slices.Contains(added[first+1:], true) {
		t.Fatalf("added is %v, want one", added)
	}
	for i, key := range keys {
		if got := owner(t, stores[0], key); (got == harbor.Demo.ID) != (i == first) {
			t.Errorf("key %d is for %q, the first is %d", i, got, first)
		}
	}
}

func testSetKeyReplacesTheKeysOfOneMerchant(t *testing.T, fresh New) {
	s := mustOpen(t, fresh(t))
	keys := []harbor.APIKey{harbor.NewAPIKey(), harbor.NewAPIKey()}
	for i, key := range []harbor.APIKey{keys[0], keys[0], keys[1]} {
		if err := s.SetKey(t.Context(), harbor.Demo, key); err != nil {
			t.Fatalf("SetKey %d: %v", i, err)
		}
	}
	got := []harbor.MerchantID{owner(t, s, keys[0]), owner(t, s, keys[1]), owner(t, s, acmeKey)}
	if want := []harbor.MerchantID{"", "demo", acme}; !slices.Equal(got, want) {
		t.Errorf("the keys are for %q, want %q", got, want)
	}
	if err := s.SetKey(t.Context(), harbor.Demo, acmeKey); err == nil || owner(t, s, keys[1]) != "demo" || owner(t, s, acmeKey) != acme {
		t.Errorf("SetKey with the key of another: got %v, want an error and nothing changed", err)
	}
}

// Replicas that are configured alike start at once.
func testManySetOneKey(t *testing.T, fresh New) {
	db, key := fresh(t), harbor.NewAPIKey()
	mustOpen(t, db)
	var all sync.WaitGroup
	for range 6 {
		s := mustOpenEmpty(t, db)
		all.Go(func() {
			if err := s.SetKey(t.Context(), harbor.Demo, key); err != nil {
				t.Errorf("SetKey: %v", err)
			}
		})
	}
	all.Wait()
	if got := owner(t, mustOpenEmpty(t, db), key); got != harbor.Demo.ID {
		t.Errorf("the key is for %q, want %q", got, harbor.Demo.ID)
	}
}
