package page_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/page"
)

// position is what a list sorted by time and number puts into its cursors.
type position struct {
	At time.Time `json:"at"`
	ID int64     `json:"id"`
}

var (
	somewhere = position{At: time.Date(2026, 11, 20, 8, 56, 1, 123456000, time.UTC), ID: 17}
	testKey   = []byte("0123456789abcdef0123456789abcdef")
)

func mustCodec(t testing.TB, key []byte) *page.Codec {
	t.Helper()
	c, err := page.New(page.Config{Key: key})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return c
}

func mustEncode[T any](t testing.TB, c *page.Codec, position T, filter string) string {
	t.Helper()
	cursor, err := page.Encode(c, position, filter)
	if err != nil {
		t.Fatalf("Encode(%v, %q): %v", position, filter, err)
	}
	return cursor
}

func TestNewChecksKeyLength(t *testing.T) {
	tests := []struct {
		name string
		size int
		want string
	}{
		{name: "none", size: 0, want: "page: Key has 0 bytes, want 32 or more"},
		{name: "one short", size: 31, want: "page: Key has 31 bytes, want 32 or more"},
		{name: "shortest", size: 32},
		{name: "longer than a hash block", size: 65},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := page.New(page.Config{Key: make([]byte, tt.size)})
			if tt.want == "" {
				if err != nil || c == nil {
					t.Fatalf("New with %d bytes: got %v, %v, want a codec", tt.size, c, err)
				}
				return
			}
			if err == nil || err.Error() != tt.want {
				t.Errorf("New with %d bytes: got error %v, want %q", tt.size, err, tt.want)
			}
		})
	}
}

func TestNewCopiesKey(t *testing.T) {
	key := bytes.Clone(testKey)
	c := mustCodec(t, key)
	cursor := mustEncode(t, c, somewhere, "a")
	clear(key)
	if _, err := page.Decode[position](c, cursor, "a"); err != nil {
		t.Errorf("Decode after the caller cleared its key: %v", err)
	}
}

func TestDecodeReturnsWhatEncodeTook(t *testing.T) {
	filters := []struct {
		name, filter string
	}{
		{name: "empty", filter: ""},
		{name: "plain", filter: "orders of cus_1"},
		{name: "any bytes", filter: "\x00\xff\n"},
		{name: "longer than a cursor", filter: strings.Repeat("f", 10*page.MaxLen)},
	}
	for _, tt := range filters {
		t.Run(tt.name, func(t *testing.T) {
			cursor := mustEncode(t, mustCodec(t, testKey), somewhere, tt.filter)
			// Another codec with the same key: the process after a restart.
			got, err := page.Decode[position](mustCodec(t, testKey), cursor, tt.filter)
			if err != nil || got != somewhere {
				t.Errorf("Decode(%q, %q) = %v, %v, want %v", cursor, tt.filter, got, err, somewhere)
			}
		})
	}
}

func TestCursorIsURLSafe(t *testing.T) {
	const safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	c := mustCodec(t, testKey)
	for id := range int64(200) {
		cursor := mustEncode(t, c, id, "a")
		if rest := strings.Trim(cursor, safe); rest != "" {
			t.Errorf("Encode(%d) = %q, has %q", id, cursor, rest)
		}
	}
}

func TestCursorLengthIsBounded(t *testing.T) {
	c := mustCodec(t, testKey)
	longest := strings.Repeat("p", page.MaxLen/4*3-17-len(`""`))

	cursor := mustEncode(t, c, longest, "a")
	if len(cursor) != page.MaxLen {
		t.Errorf("longest cursor has %d bytes, want %d", len(cursor), page.MaxLen)
	}
	if got, err := page.Decode[string](c, cursor, "a"); err != nil || got != longest {
		t.Errorf("Decode of the longest cursor = %q, %v", got, err)
	}

	_, err := page.Encode(c, longest+"p", "a")
	if want := "page: encode position: 368 bytes of JSON, want 367 or fewer"; err == nil || err.Error() != want {
		t.Errorf("Encode one byte past the longest: got error %v, want %q", err, want)
	}
}

func TestEncodeReportsPositionWithoutJSON(t *testing.T) {
	_, err := page.Encode(mustCodec(t, testKey), math.Inf(1), "a")
	if want := "page: encode position: json: unsupported value: +Inf"; err == nil || err.Error() != want {
		t.Errorf("Encode(+Inf): got error %v, want %q", err, want)
	}
}

func TestDecodeRefusesForeignText(t *testing.T) {
	c := mustCodec(t, testKey)
	cursor := mustEncode(t, c, somewhere, "orders of cus_1")
	other := mustCodec(t, []byte("another key of thirty-two bytes!"))

	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	headerOnly := base64.RawURLEncoding.EncodeToString(raw[:17])
	raw[0]++
	tests := []struct {
		name   string
		cursor string
		filter string
	}{
		{name: "empty", cursor: ""},
		{name: "not base64", cursor: "!" + cursor[1:]},
		{name: "one byte", cursor: "AQ"},
		{name: "header only", cursor: headerOnly},
		{name: "without its last byte", cursor: cursor[:len(cursor)-1]},
		{name: "with one more byte", cursor: cursor + "A"},
		{name: "padding", cursor: cursor + "="},
		{name: "line break at the end", cursor: cursor + "\n"},
		{name: "line break inside", cursor: cursor[:8] + "\r\n" + cursor[8:]},
		{name: "blank in front", cursor: " " + cursor},
		{name: "another version", cursor: base64.RawURLEncoding.EncodeToString(raw)},
		{name: "another key", cursor: mustEncode(t, other, somewhere, "orders of cus_1")},
		{name: "longer than MaxLen", cursor: strings.Repeat("A", page.MaxLen+1)},
		{name: "another filter", cursor: cursor, filter: "orders of cus_2"},
		{name: "a longer filter", cursor: cursor, filter: "orders of cus_1 "},
		{name: "a shorter filter", cursor: cursor, filter: "orders of cus_"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			filter := tt.filter
			if filter == "" {
				filter = "orders of cus_1"
			}
			got, err := page.Decode[position](c, tt.cursor, filter)
			if !errors.Is(err, page.ErrInvalid) || got != (position{}) {
				t.Errorf("Decode(%q, %q) = %v, %v, want the zero position and ErrInvalid", tt.cursor, filter, got, err)
			}
		})
	}
}
