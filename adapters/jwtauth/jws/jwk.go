package jws

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// maxKeys bounds the keys of a set.
const maxKeys = 100

// A jwk is a key as JSON has it. Source: RFC 7517, section 4; RFC 7518, section 6.
type jwk struct {
	Kty    string   `json:"kty"`
	Kid    string   `json:"kid"`
	Use    string   `json:"use"`
	KeyOps []string `json:"key_ops"`
	Alg    string   `json:"alg"`
	Crv    string   `json:"crv"`
	N      string   `json:"n"`
	E      string   `json:"e"`
	X      string   `json:"x"`
	Y      string   `json:"y"`
	K      string   `json:"k"`
}

// ParseKey reads a JSON Web Key for one of the algorithms that are allowed. A key
// that does not name its algorithm is for the only one of them that it fits. A key
// that is not there to verify signatures is refused. Private parts are not read.
func ParseKey(data []byte, allowed ...string) (*Key, error) {
	var j jwk
	if err := json.Unmarshal(data, &j); err != nil {
		return nil, errors.New("jws: the key is no JSON Web Key")
	}
	switch {
	case j.Use != "" && j.Use != "sig":
		return nil, fmt.Errorf("jws: key %q is for use %q", j.Kid, j.Use)
	case j.KeyOps != nil && !slices.Contains(j.KeyOps, "verify"):
		return nil, fmt.Errorf("jws: key %q is for %q", j.Kid, j.KeyOps)
	}
	name, err := j.algorithm(allowed)
	if err != nil {
		return nil, err
	}
	material, err := j.material()
	if err != nil {
		return nil, fmt.Errorf("jws: key %q: %w", j.Kid, err)
	}
	return NewKey(j.Kid, name, material)
}

// ParseSet reads the keys of a JSON Web Key Set that [ParseKey] does not refuse.
// Source: RFC 7517, section 5.
func ParseSet(data []byte, allowed ...string) ([]*Key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil || set.Keys == nil {
		return nil, errors.New("jws: no JSON Web Key Set")
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("jws: a set of %d keys, want %d at most", len(set.Keys), maxKeys)
	}
	keys := make([]*Key, 0, len(set.Keys))
	for _, text := range set.Keys {
		if k, err := ParseKey(text, allowed...); err == nil {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// algorithm returns the one of allowed that the key is for.
// Source: RFC 8725, section 3.1.
func (j *jwk) algorithm(allowed []string) (string, error) {
	alg := j.Alg
	if alg == "ES521" { // a misspelling of what P-521 signs, which names nothing else
		alg = "ES512"
	}
	var fit []string
	for _, name := range allowed {
		if a := algorithms[name]; a != nil && a.kind == j.Kty && a.curve == j.curve() && (alg == "" || alg == name) {
			fit = append(fit, name)
		}
	}
	if len(fit) != 1 {
		return "", fmt.Errorf("jws: key %q, %s %s for %q, fits %d of the algorithms %q, want 1", j.Kid, j.Kty, j.Crv, j.Alg, len(fit), allowed)
	}
	return fit[0], nil
}

// curve returns the curve of a kind that has one.
func (j *jwk) curve() string {
	if j.Kty == "EC" || j.Kty == "OKP" {
		return j.Crv
	}
	return ""
}

// material returns the key in the type of its kind.
func (j *jwk) material() (any, error) {
	switch j.Kty {
	case "RSA":
		n, err := decode(j.N)
		e, errE := decode(j.E)
		if err != nil || errE != nil || len(e) > 4 {
			return nil, errors.New("n and e are no numbers of an RSA key")
		}
		return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
	case "EC":
		return j.point()
	case "OKP":
		x, err := decode(j.X)
		return ed25519.PublicKey(x), err
	default:
		return decode(j.K)
	}
}

// point returns the public key of kind EC.
func (j *jwk) point() (any, error) {
	curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[j.Crv]
	x, err := decode(j.X)
	y, errY := decode(j.Y)
	size := (curve.Params().BitSize + 7) / 8
	if err != nil || errY != nil || len(x) != size || len(y) != size {
		return nil, fmt.Errorf("x and y are no coordinates of %s", j.Crv)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, bytes.Join([][]byte{{4}, x, y}, nil))
	if err != nil {
		return nil, fmt.Errorf("x and y are no point of %s", j.Crv)
	}
	return key, nil
}
