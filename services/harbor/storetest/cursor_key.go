package storetest

import (
	"bytes"
	"sync"
	"testing"
)

func mustCursorKey(t *testing.T, s Store) []byte {
	t.Helper()
	key, err := s.CursorKey(t.Context())
	if err != nil {
		t.Fatalf("CursorKey: %v", err)
	}
	return key
}

func testCursorKeyStaysAfterReopening(t *testing.T, fresh New) {
	dir := fresh(t)
	s := mustOpen(t, dir)
	key := mustCursorKey(t, s)
	if len(key) != 32 || bytes.Equal(key, make([]byte, 32)) {
		t.Errorf("CursorKey = %x, want 32 random bytes", key)
	}
	if again := mustCursorKey(t, s); !bytes.Equal(again, key) {
		t.Errorf("second CursorKey = %x, want %x", again, key)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if reopened := mustCursorKey(t, mustOpen(t, dir)); !bytes.Equal(reopened, key) {
		t.Errorf("CursorKey after reopening = %x, want %x", reopened, key)
	}
}

func testCursorKeysOfTwoDatabasesDiffer(t *testing.T, fresh New) {
	one, two := mustCursorKey(t, mustOpen(t, fresh(t))), mustCursorKey(t, mustOpen(t, fresh(t)))
	if bytes.Equal(one, two) {
		t.Errorf("two databases have the key %x", one)
	}
}

func testManyStoresAgreeOnTheCursorKey(t *testing.T, fresh New) {
	dir := fresh(t)
	keys := make([][]byte, 6)
	var wg sync.WaitGroup
	for i := range keys {
		s := mustOpen(t, dir)
		wg.Go(func() {
			var err error
			if keys[i], err = s.CursorKey(t.Context()); err != nil {
				t.Errorf("store %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	for i, key := range keys {
		if !bytes.Equal(key, keys[0]) {
			t.Errorf("store %d has the key %x, store 0 has %x", i, key, keys[0])
		}
	}
}
