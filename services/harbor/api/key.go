package api

import (
	"errors"
	"strings"
)

// An IdempotencyKey is the value of the header Idempotency-Key. Clients send it
// bare or, as the draft says, as a quoted string: "k" and k are the same key.
//
// Source: draft-ietf-httpapi-idempotency-key-header-07, section 2.1.
type IdempotencyKey string

// Check returns the rules for the text of the header.
func (IdempotencyKey) Check() string { return `minLength=1,maxLength=255,pattern='^[!-~]*$'` }

var errEmptyKey = errors.New("the key between the quotes is empty")

// UnmarshalText implements [encoding.TextUnmarshaler].
func (k *IdempotencyKey) UnmarshalText(text []byte) error {
	s := string(text)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = unescape.Replace(s[1 : len(s)-1])
	}
	if s == "" {
		return errEmptyKey
	}
	*k = IdempotencyKey(s)
	return nil
}

// unescape resolves the escapes of a quoted string.
// Source: RFC 9651, section 3.3.3.
var unescape = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

// MarshalText implements [encoding.TextMarshaler].
func (k IdempotencyKey) MarshalText() ([]byte, error) { return []byte(k), nil }
