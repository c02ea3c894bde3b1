package page

import (
	"strings"
	"testing"
)

// The tests in this file are inside the package, because Encode signs nothing
// that they need: their cursors have a right MAC and a wrong content.

func mustInternalCodec(t *testing.T) *Codec {
	t.Helper()
	c, err := New(Config{Key: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMACKeepsFilterAndPositionApart(t *testing.T) {
	c := mustInternalCodec(t)
	if c.mac([]byte("bc"), "a") == c.mac([]byte("c"), "ab") {
		t.Error("bytes can move from the position to the filter")
	}
}

func TestOpenRefusesSignedTextOfAnotherFormat(t *testing.T) {
	c := mustInternalCodec(t)
	sign := func(signed string) string {
		mac := c.mac([]byte(signed), "a")
		return alphabet.EncodeToString(append([]byte(signed), mac[:]...))
	}
	tests := []struct {
		name   string
		cursor string
		ok     bool
	}{
		{name: "this version", cursor: sign("\x0117"), ok: true},
		{name: "the next version", cursor: sign("\x0217")},
		{name: "no version", cursor: sign("")},
		{name: "longest", cursor: sign("\x01" + strings.Repeat("1", maxJSON)), ok: true},
		{name: "longer than MaxLen", cursor: sign("\x01" + strings.Repeat("1", maxJSON+1))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if payload, ok := c.open(tt.cursor, "a"); ok != tt.ok {
				t.Errorf("open(%q) = %q, %v, want %v", tt.cursor, payload, ok, tt.ok)
			}
		})
	}
}
