package harbor

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/tenonapi/tenon/schema"
)

const (
	keyPrefix = "hk_" // lets scanners find keys that somebody has published
	minKeyLen = 16    // characters behind the prefix
	maxKeyLen = 128
)

// An APIKey lets whoever has it act for a merchant. It does not print itself: the
// text is what Reveal returns, and only its hash is stored.
type APIKey struct{ schema.Secret[string] }

func apiKey(text string) APIKey { return APIKey{schema.NewSecret(text)} }

// NewAPIKey returns a key with 130 random bits.
func NewAPIKey() APIKey { return apiKey(keyPrefix + rand.Text()) }

// ParseAPIKey returns the key with a text: hk_ and 16 to 128 letters, digits,
// hyphens and underscores. Its error does not repeat the text.
func ParseAPIKey(text string) (APIKey, error) {
	random, ok := strings.CutPrefix(text, keyPrefix)
	if !ok || len(random) < minKeyLen || len(random) > maxKeyLen || strings.ContainsFunc(random, notInKey) {
		return APIKey{}, fmt.Errorf("an API key is %s and %d to %d letters, digits, hyphens and underscores", keyPrefix, minKeyLen, maxKeyLen)
	}
	return apiKey(text), nil
}

func notInKey(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// IsZero reports whether k is no key.
func (k APIKey) IsZero() bool { return k.Reveal() == "" }

// Hash returns what is stored in place of k. The random bits of a key need no slow
// hash: nobody can guess them.
func (k APIKey) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(k.Reveal())) }
