package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// Sizes of a key in bytes. Source: Standard Webhooks, section "Signature scheme".
const (
	minKey = 24
	maxKey = 64
	newKey = 32
)

const (
	secretPrefix    = "whsec_"
	signaturePrefix = "v1,"
)

var errSecret = errors.New("webhook: a secret is whsec_ and the base64 text of 24 to 64 bytes")

// A Secret signs what is sent to one endpoint. It prints as stars, in logs and in
// JSON too; only Reveal shows it. Secrets do not compare with ==. The zero value is
// no secret: nothing can be signed with it and nothing verified.
type Secret struct{ key schema.Secret[[]byte] }

// NewSecret returns a random Secret.
func NewSecret() Secret {
	key := make([]byte, newKey)
	rand.Read(key) // which never fails
	return Secret{schema.NewSecret(key)}
}

// ParseSecret returns the Secret with a text, as Reveal gives it. The error does not
// repeat the text.
func ParseSecret(text string) (Secret, error) {
	encoded, ok := strings.CutPrefix(text, secretPrefix)
	if !ok || strings.ContainsAny(encoded, "\r\n") { // which the decoder would skip
		return Secret{}, errSecret
	}
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(key) < minKey || len(key) > maxKey {
		return Secret{}, errSecret
	}
	return Secret{schema.NewSecret(key)}, nil
}

// IsZero reports whether s is no secret.
func (s Secret) IsZero() bool { return len(s.key.Reveal()) == 0 }

// Reveal returns the text of s, such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, or an
// empty one.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(s.key.Reveal())
}

// Sign returns the signature of a message, such as
// v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=. The ID must not contain a full stop.
func (s Secret) Sign(id string, at time.Time, body []byte) string {
	return signaturePrefix + base64.StdEncoding.EncodeToString(s.mac(id, at, body))
}

func (s Secret) mac(id string, at time.Time, body []byte) []byte {
	h := hmac.New(sha256.New, s.key.Reveal())
	io.WriteString(h, id+"."+strconv.FormatInt(at.Unix(), 10)+".")
	h.Write(body)
	return h.Sum(nil)
}

// String returns stars.
func (s Secret) String() string { return s.key.String() }

// Format prints stars for every verb. It implements [fmt.Formatter].
func (s Secret) Format(f fmt.State, verb rune) { s.key.Format(f, verb) }

// MarshalText returns stars. It implements [encoding.TextMarshaler].
func (s Secret) MarshalText() ([]byte, error) { return s.key.MarshalText() }

// LogValue returns stars. It implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return s.key.LogValue() }
