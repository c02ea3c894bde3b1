// Package jws reads signed tokens in their compact form and verifies their
// signatures, strictly: a token that two readers could read differently is refused.
//
// It knows nothing of claims, see package jwtauth, and does not encrypt or sign.
// Source: RFC 7515, RFC 7518, RFC 8037, RFC 8725.
package jws

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/tenonapi/tenon/adapters/jwtauth/internal/object"
)

// maxBytes bounds a token.
const maxBytes = 16 << 10

// A Token is a token as it was read. Nothing in it can be trusted before
// [Token.Verify] has returned nil.
type Token struct {
	Algorithm string // what it says it is signed with
	KeyID     string // which key it says signed it; empty means it does not say
	Type      string // of its payload; empty means it does not say
	Payload   []byte

	input     string // what is signed
	signature []byte
}

// Parse reads a token. It refuses encodings that are not the one of their bytes,
// repeated members, and extensions that must be understood (crit), for it knows
// none. Members that name or hold keys (jku, jwk, x5u, x5c) mean nothing here.
func Parse(text string) (*Token, error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("jws: a token of %d bytes, want %d at most", len(text), maxBytes)
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("jws: a token of %d parts, want 3", len(parts))
	}
	header, err := decode(parts[0])
	if err != nil {
		return nil, errors.New("jws: the header is not base64url")
	}
	t := &Token{input: text[:len(parts[0])+1+len(parts[1])]}
	if t.Payload, err = decode(parts[1]); err != nil {
		return nil, errors.New("jws: the payload is not base64url")
	}
	if t.signature, err = decode(parts[2]); err != nil {
		return nil, errors.New("jws: the signature is not base64url")
	}
	return t, t.readHeader(header)
}

func (t *Token) readHeader(header []byte) error {
	members, err := object.Parse(header)
	if err != nil {
		return fmt.Errorf("jws: header: %w", err)
	}
	if members.Get("crit") != nil {
		return errors.New("jws: the header has extensions that must be understood")
	}
	for _, m := range []struct {
		name string
		into *string
	}{{"alg", &t.Algorithm}, {"kid", &t.KeyID}, {"typ", &t.Type}} {
		raw := members.Get(m.name)
		text, ok := object.Text(raw)
		if raw != nil && !ok {
			return fmt.Errorf("jws: header: %s is no string", m.name)
		}
		*m.into = text
	}
	if t.Algorithm == "" {
		return errors.New("jws: header: alg is missing")
	}
	return nil
}

// Verify reports whether k has signed the token. The algorithm is that of the key;
// a token that names another one is refused.
func (t *Token) Verify(k *Key) error {
	switch {
	case k.algorithm != t.Algorithm:
		return errors.New("jws: the key is for another algorithm")
	case algorithms[k.algorithm].method.Verify(t.input, t.signature, k.material) != nil:
		return errors.New("jws: the signature is wrong")
	}
	return nil
}

// decode decodes base64url without padding. Source: RFC 7515, section 2.
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") { // which package base64 skips
		return nil, errors.New("line break")
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}
