package jws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// A Key verifies signatures of one algorithm. It is safe for concurrent use.
type Key struct {
	id, algorithm string
	material      any
}

// NewKey returns a key for one algorithm: RS256 to RS512 or PS256 to PS512 with an
// [*rsa.PublicKey] of 2048 to 8192 bits, ES256, ES384 or ES512 with an
// [*ecdsa.PublicKey] of its curve, EdDSA or Ed25519 with an [ed25519.PublicKey],
// HS256 to HS512 with a []byte at least as long as its hash. A token may name the
// key by id; a key without one is tried for every token.
func NewKey(id, algorithm string, material any) (*Key, error) {
	a, ok := algorithms[algorithm]
	if !ok {
		return nil, fmt.Errorf("jws: key %q: there is no algorithm %q", id, algorithm)
	}
	if err := a.fits(material); err != nil {
		return nil, fmt.Errorf("jws: key %q for %s: %w", id, algorithm, err)
	}
	if secret, ok := material.([]byte); ok {
		material = append([]byte(nil), secret...)
	}
	return &Key{id: id, algorithm: algorithm, material: material}, nil
}

// ID returns the name of the key; empty means it has none.
func (k *Key) ID() string { return k.id }

// Algorithm returns the one algorithm that the key is for.
func (k *Key) Algorithm() string { return k.algorithm }

// Known reports whether keys and tokens can have an algorithm. None is unknown.
func Known(algorithm string) bool {
	_, ok := algorithms[algorithm]
	return ok
}

// An algorithm verifies signatures. fits says which keys it takes.
type algorithm struct {
	kind   string // kty of its keys
	curve  string // crv
	method jwt.SigningMethod
	fits   func(material any) error
}

// Source: RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2.
var algorithms = map[string]*algorithm{
	"HS256":   {"oct", "", jwt.SigningMethodHS256, secretOf(32)},
	"HS384":   {"oct", "", jwt.SigningMethodHS384, secretOf(48)},
	"HS512":   {"oct", "", jwt.SigningMethodHS512, secretOf(64)},
	"RS256":   {"RSA", "", jwt.SigningMethodRS256, isRSA},
	"RS384":   {"RSA", "", jwt.SigningMethodRS384, isRSA},
	"RS512":   {"RSA", "", jwt.SigningMethodRS512, isRSA},
	"PS256":   {"RSA", "", pss(crypto.SHA256), isRSA},
	"PS384":   {"RSA", "", pss(crypto.SHA384), isRSA},
	"PS512":   {"RSA", "", pss(crypto.SHA512), isRSA},
	"ES256":   {"EC", "P-256", jwt.SigningMethodES256, onCurve(elliptic.P256())},
	"ES384":   {"EC", "P-384", jwt.SigningMethodES384, onCurve(elliptic.P384())},
	"ES512":   {"EC", "P-521", jwt.SigningMethodES512, onCurve(elliptic.P521())},
	"EdDSA":   {"OKP", "Ed25519", jwt.SigningMethodEdDSA, isEd25519},
	"Ed25519": {"OKP", "Ed25519", jwt.SigningMethodEdDSA, isEd25519},
}

// pss is RSASSA-PSS with a salt as long as the hash, which package jwt does not
// insist on. Source: RFC 7518, section 3.5.
func pss(hash crypto.Hash) jwt.SigningMethod {
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: &jwt.SigningMethodRSA{Hash: hash},
		Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
	}
}

func secretOf(n int) func(any) error {
	return func(material any) error {
		secret, ok := material.([]byte)
		if !ok {
			return fmt.Errorf("a %T, want []byte", material)
		}
		if len(secret) < n { // RFC 7518, section 3.2
			return fmt.Errorf("a secret of %d bytes, want %d or more", len(secret), n)
		}
		return nil
	}
}

func isRSA(material any) error {
	key, ok := material.(*rsa.PublicKey)
	if !ok || key == nil || key.N == nil {
		return fmt.Errorf("a %T, want *rsa.PublicKey", material)
	}
	if bits := key.N.BitLen(); bits < 2048 || bits > 8192 { // RFC 7518, section 3.3; above, one check takes milliseconds
		return fmt.Errorf("a modulus of %d bits, want 2048 to 8192", bits)
	}
	if key.E < 3 || key.E%2 == 0 || key.E > 1<<31-1 {
		return fmt.Errorf("the exponent %d", key.E)
	}
	return nil
}

func onCurve(curve elliptic.Curve) func(any) error {
	return func(material any) error {
		key, ok := material.(*ecdsa.PublicKey)
		if !ok || key == nil {
			return fmt.Errorf("a %T, want *ecdsa.PublicKey", material)
		}
		if key.Curve != curve {
			return fmt.Errorf("a key of another curve, want %s", curve.Params().Name)
		}
		if _, err := key.Bytes(); err != nil {
			return fmt.Errorf("no point of %s", curve.Params().Name)
		}
		return nil
	}
}

func isEd25519(material any) error {
	key, ok := material.(ed25519.PublicKey)
	if !ok || len(key) != ed25519.PublicKeySize {
		return fmt.Errorf("a %T of %d bytes, want ed25519.PublicKey of %d", material, len(key), ed25519.PublicKeySize)
	}
	return nil
}
