package harbor_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/services/harbor"
)

func TestNewAPIKeysAreRandomAndSafeInURLs(t *testing.T) {
	form := regexp.MustCompile(`^hk_[A-Z2-7]{26}$`) // 26 characters of 5 bits
	seen := make(map[string]bool)
	for range 1000 {
		text := harbor.NewAPIKey().Reveal()
		if !form.MatchString(text) || seen[text] {
			t.Fatalf("NewAPIKey returned %q, want another key in the form %s", text, form)
		}
		seen[text] = true
		if k, err := harbor.ParseAPIKey(text); err != nil || k.Reveal() != text {
			t.Fatalf("ParseAPIKey does not read %q: %v", text, err)
		}
	}
}

func TestParseAPIKeyRefusesOtherText(t *testing.T) {
	tests := []struct {
		name, text string
		ok         bool
	}{
		{name: "shortest", text: "hk_0123456789-_AbZz", ok: true},
		{name: "longest", text: "hk_" + strings.Repeat("k", 128), ok: true},
		{name: "empty"},
		{name: "prefix only", text: "hk_"},
		{name: "one short", text: "hk_" + strings.Repeat("k", 15)},
		{name: "one long", text: "hk_" + strings.Repeat("k", 129)},
		{name: "no prefix", text: strings.Repeat("k", 30)},
		{name: "prefix in capitals", text: "HK_" + strings.Repeat("k", 30)},
		{name: "space", text: "hk_" + strings.Repeat("k", 30) + " "},
		{name: "dot", text: "hk_" + strings.Repeat("k", 15) + "." + strings.Repeat("k", 15)},
		{name: "beyond ASCII", text: "hk_" + strings.Repeat("é", 30)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, err := harbor.ParseAPIKey(tt.text)
			if (err == nil) != tt.ok || k.IsZero() == tt.ok {
				t.Errorf("ParseAPIKey(%q): got %q, %v", tt.text, k.Reveal(), err)
			}
			if err != nil && len(tt.text) > 3 && strings.Contains(err.Error(), tt.text) {
				t.Errorf("ParseAPIKey(%q): the error repeats it: %v", tt.text, err)
			}
		})
	}
}

func TestAPIKeysDoNotPrintThemselves(t *testing.T) {
	k := harbor.NewAPIKey()
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "key", k, "in", struct{ K harbor.APIKey }{k})
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "key", k, "in", struct{ K harbor.APIKey }{k})
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	wrapped := struct{ k harbor.APIKey }{k}
	all := fmt.Sprintf("%v %+v %#v %s %q %v %+v %#v %s %s", k, k, k, k, k, wrapped, wrapped, wrapped, &log, text)
	if strings.Contains(all, k.Reveal()[3:]) {
		t.Errorf("the key %s is in %s", k.Reveal(), all)
	}
}

func TestHashOfAnAPIKey(t *testing.T) {
	k := harbor.NewAPIKey()
	if got, want := k.Hash(), sha256.Sum256([]byte(k.Reveal())); got != want {
		t.Errorf("Hash() = %x, want %x", got, want)
	}
}
