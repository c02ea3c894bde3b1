package page_test

import (
	"encoding/base64"
	"errors"
	"testing"

	"github.com/tenonapi/tenon/page"
)

func TestDecodeRefusesEveryFlippedBitOfTheText(t *testing.T) {
	c := mustCodec(t, testKey)
	// Positions of three lengths, so that the last character has 0, 2 and 4 spare bits.
	for _, id := range []int64{1, 10, 100} {
		cursor := []byte(mustEncode(t, c, id, "a"))
		for i := range cursor {
			for bit := range 8 {
				cursor[i] ^= 1 << bit
				if got, err := page.Decode[int64](c, string(cursor), "a"); !errors.Is(err, page.ErrInvalid) {
					t.Errorf("bit %d of byte %d flipped: Decode(%q) = %d, %v, want ErrInvalid", bit, i, cursor, got, err)
				}
				cursor[i] ^= 1 << bit
			}
		}
	}
}

func TestDecodeRefusesEveryFlippedBitOfTheContent(t *testing.T) {
	c := mustCodec(t, testKey)
	raw, err := base64.RawURLEncoding.DecodeString(mustEncode(t, c, somewhere, "a"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		for bit := range 8 {
			raw[i] ^= 1 << bit
			cursor := base64.RawURLEncoding.EncodeToString(raw)
			if got, err := page.Decode[position](c, cursor, "a"); !errors.Is(err, page.ErrInvalid) {
				t.Errorf("bit %d of byte %d flipped: Decode = %v, %v, want ErrInvalid", bit, i, got, err)
			}
			raw[i] ^= 1 << bit
		}
	}
}

func TestDecodeRefusesAnotherTypeOfPosition(t *testing.T) {
	c := mustCodec(t, testKey)
	cursor := mustEncode(t, c, somewhere, "a")

	t.Run("another kind", func(t *testing.T) {
		if got, err := page.Decode[string](c, cursor, "a"); !errors.Is(err, page.ErrInvalid) {
			t.Errorf("Decode = %q, %v, want ErrInvalid", got, err)
		}
	})
	t.Run("a field renamed", func(t *testing.T) {
		type renamed struct {
			At string `json:"at"`
			ID int64  `json:"order_id"`
		}
		if got, err := page.Decode[renamed](c, cursor, "a"); !errors.Is(err, page.ErrInvalid) {
			t.Errorf("Decode = %v, %v, want ErrInvalid", got, err)
		}
	})
	t.Run("the same JSON", func(t *testing.T) {
		type same struct {
			At string `json:"at"`
			ID int64  `json:"id"`
		}
		want := same{At: "2026-11-20T08:56:01.123456Z", ID: 17}
		if got, err := page.Decode[same](c, cursor, "a"); err != nil || got != want {
			t.Errorf("Decode = %v, %v, want %v", got, err, want)
		}
	})
}

// FuzzDecode looks for text that is accepted and is not what Encode produces.
func FuzzDecode(f *testing.F) {
	c := mustCodec(f, testKey)
	cursor := mustEncode(f, c, somewhere, "a")
	f.Add(cursor, "a")
	f.Add(cursor, "b")
	f.Add(cursor+"\n", "a")
	f.Add(cursor[:len(cursor)-1], "a")
	f.Add("", "")
	f.Add("AQ", "a")
	f.Fuzz(func(t *testing.T, cursor, filter string) {
		got, err := page.Decode[position](c, cursor, filter)
		if err != nil {
			if !errors.Is(err, page.ErrInvalid) || got != (position{}) {
				t.Fatalf("Decode(%q, %q) = %v, %v, want the zero position and ErrInvalid", cursor, filter, got, err)
			}
			return
		}
		if again := mustEncode(t, c, got, filter); again != cursor {
			t.Fatalf("Decode(%q, %q) = %v, which encodes as %q", cursor, filter, got, again)
		}
	})
}

// FuzzEncode looks for a position and filter that do not come back.
func FuzzEncode(f *testing.F) {
	f.Add(int64(17), "a")
	f.Add(int64(-1), "")
	f.Fuzz(func(t *testing.T, id int64, filter string) {
		c := mustCodec(t, testKey)
		want := position{At: somewhere.At, ID: id}
		cursor := mustEncode(t, c, want, filter)
		if got, err := page.Decode[position](c, cursor, filter); err != nil || got != want {
			t.Fatalf("Decode(%q, %q) = %v, %v, want %v", cursor, filter, got, err, want)
		}
		if got, err := page.Decode[position](c, cursor, filter+"x"); !errors.Is(err, page.ErrInvalid) {
			t.Fatalf("Decode(%q) under another filter = %v, %v, want ErrInvalid", cursor, got, err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	c := mustCodec(b, testKey)
	b.ReportAllocs()
	for b.Loop() {
		mustEncode(b, c, somewhere, "orders of cus_1")
	}
}

func BenchmarkDecode(b *testing.B) {
	c := mustCodec(b, testKey)
	cursor := mustEncode(b, c, somewhere, "orders of cus_1")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := page.Decode[position](c, cursor, "orders of cus_1"); err != nil {
			b.Fatal(err)
		}
	}
}
