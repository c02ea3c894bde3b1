package sqlite_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

func mustCursorKey(t *testing.T, s *sqlite.Store) []byte {
	t.Helper()
	key, err := s.CursorKey(t.Context())
	if err != nil {
		t.Fatalf("CursorKey: %v", err)
	}
	return key
}

func TestCursorKeyStaysAfterReopening(t *testing.T) {
	dir := t.TempDir()
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

func TestCursorKeysOfTwoDatabasesDiffer(t *testing.T) {
	one, two := mustCursorKey(t, mustOpen(t, t.TempDir())), mustCursorKey(t, mustOpen(t, t.TempDir()))
	if bytes.Equal(one, two) {
		t.Errorf("two databases have the key %x", one)
	}
}

func TestManyStoresAgreeOnTheCursorKey(t *testing.T) {
	dir := t.TempDir()
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
