package harbor_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/services/harbor"
)

var (
	_ encoding.TextAppender    = harbor.OrderID{}
	_ encoding.TextMarshaler   = harbor.OrderID{}
	_ encoding.TextUnmarshaler = (*harbor.OrderID)(nil)
)

// The example UUIDv7 of RFC 9562, appendix A.6, made at 2022-02-22T19:22:22Z.
const rfcText = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

var rfcID = harbor.OrderID{0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f}

func TestNewOrderIDIsVersion7(t *testing.T) {
	at := time.Date(2022, 2, 22, 19, 22, 22, 999999, time.UTC)
	seen := make(map[harbor.OrderID]bool)
	var ones, zeros harbor.OrderID
	for range 1000 {
		id := harbor.NewOrderID(at)
		if !bytes.Equal(id[:6], rfcID[:6]) {
			t.Fatalf("NewOrderID(%v) = %v, want the time of %v", at, id, rfcID)
		}
		if id[6]>>4 != 7 || id[8]>>6 != 0b10 {
			t.Fatalf("NewOrderID = %v, want version 7 and variant 10", id)
		}
		if seen[id] {
			t.Fatalf("NewOrderID returned %v twice", id)
		}
		seen[id] = true
		for i, b := range id {
			ones[i] |= b
			zeros[i] |= ^b
		}
	}
	// All 74 random bits take both values.
	varying := harbor.OrderID{6: 0x0f, 7: 0xff, 8: 0x3f, 9: 0xff, 10: 0xff, 11: 0xff, 12: 0xff, 13: 0xff, 14: 0xff, 15: 0xff}
	for i, want := range varying {
		if got := ones[i] & zeros[i]; got != want {
			t.Errorf("byte %d varies in bits %08b, want %08b", i, got, want)
		}
	}
}

func TestOrderIDsSortByTime(t *testing.T) {
	at := time.Date(2026, 11, 20, 8, 56, 1, 0, time.UTC)
	earlier, later := harbor.NewOrderID(at), harbor.NewOrderID(at.Add(time.Millisecond))
	if earlier.String() >= later.String() {
		t.Errorf("ID %v of the millisecond before sorts after %v", earlier, later)
	}
}

func TestOrderIDWritesCanonicalText(t *testing.T) {
	marshalled, err := rfcID.MarshalText()
	if err != nil || string(marshalled) != rfcText {
		t.Errorf("MarshalText() = %q, %v, want %q", marshalled, err, rfcText)
	}
	appended, err := rfcID.AppendText([]byte("id="))
	if err != nil || string(appended) != "id="+rfcText {
		t.Errorf("AppendText(id=) = %q, %v", appended, err)
	}
	if got := rfcID.String(); got != rfcText {
		t.Errorf("String() = %q, want %q", got, rfcText)
	}
	if got, err := json.Marshal(rfcID); err != nil || string(got) != `"`+rfcText+`"` {
		t.Errorf("as JSON: %s, %v", got, err)
	}
}

func TestOrderIDReadsOnlyCanonicalText(t *testing.T) {
	tests := []struct {
		name string
		text string
		ok   bool
	}{
		{name: "lower case", text: rfcText, ok: true},
		{name: "upper case", text: strings.ToUpper(rfcText), ok: true},
		{name: "mixed case", text: "017F22e2-79b0-7cC3-98c4-dC0c0c07398f", ok: true},
		{name: "empty", text: ""},
		{name: "one short", text: rfcText[:35]},
		{name: "one long", text: rfcText + "0"},
		{name: "no hyphens", text: strings.ReplaceAll(rfcText, "-", "")},
		{name: "braces", text: "{" + rfcText + "}"},
		{name: "urn", text: "urn:uuid:" + rfcText},
		{name: "hyphen moved", text: "017f22e-279b0-7cc3-98c4-dc0c0c07398f"},
		{name: "a fifth hyphen", text: "017f22e2-79b0-7cc3-98c4-dc0c-c07398f"},
		{name: "underscores", text: strings.ReplaceAll(rfcText, "-", "_")},
		{name: "not hexadecimal", text: "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f"},
		{name: "blank in front", text: " " + rfcText[:35]},
		{name: "wide digits", text: "017f22e2-79b0-7cc3-98c4-dc0c0c0739８"[:36]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := harbor.OrderID{15: 9}
			err := id.UnmarshalText([]byte(tt.text))
			if tt.ok {
				if err != nil || id != rfcID {
					t.Errorf("UnmarshalText(%q) = %v, %v, want %v", tt.text, id, err, rfcID)
				}
				return
			}
			const want = "order ID is not a UUID in the form 8-4-4-4-12"
			if err == nil || err.Error() != want {
				t.Errorf("UnmarshalText(%q): got error %v, want %q", tt.text, err, want)
			}
			if id != (harbor.OrderID{15: 9}) {
				t.Errorf("UnmarshalText(%q) failed and changed the ID to %v", tt.text, id)
			}
		})
	}
}

func FuzzOrderIDUnmarshalText(f *testing.F) {
	f.Add([]byte(rfcText))
	f.Add([]byte(strings.ToUpper(rfcText)))
	f.Add([]byte("017f22e2-79b0-7cc3-98c4-dc0c-c07398f"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var id harbor.OrderID
		if err := id.UnmarshalText(text); err != nil {
			return
		}
		if got := id.String(); got != strings.ToLower(string(text)) {
			t.Fatalf("UnmarshalText(%q) gives %s", text, got)
		}
	})
}

func TestOrderIDTextAllocatesNothing(t *testing.T) {
	text, buf := []byte(rfcText), make([]byte, 0, 36)
	var id harbor.OrderID
	allocs := testing.AllocsPerRun(100, func() {
		if err := id.UnmarshalText(text); err != nil {
			t.Fatal(err)
		}
		if _, err := id.AppendText(buf); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("UnmarshalText and AppendText allocate %v times, want 0", allocs)
	}
}
