// Package jwtauth verifies access tokens that are JSON Web Tokens, for the schemes
// of package auth:
//
//	tokens, err := jwtauth.New(jwtauth.Config{
//		Issuer: "https://id.example", Audience: "https://api.example", Algorithms: []string{"RS256"},
//	})
//	r.Use(auth.Accept(auth.Bearer("token", tokens.Verify)))
//
// A token is verified only with configured keys, or those that the issuer publishes,
// each for one algorithm; nothing in the token names a place to fetch keys from. It
// must expire, and name the issuer, the audience and a subject.
// Source: RFC 7519, RFC 8725, RFC 9068.
package jwtauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenonapi/tenon/adapters/jwtauth/jws"
	"github.com/tenonapi/tenon/auth"
)

// Config says which tokens a [Verifier] takes. Issuer, Audience and Algorithms are
// required.
//
// Keys come from Keys, else from the JSON Web Key Set at KeysURL, else from the one
// that the issuer names at its address + /.well-known/openid-configuration (OpenID
// Connect Discovery 1.0, section 4), where it must call itself by the same name.
// Addresses are https; http serves for loopback addresses only.
//
// A set is fetched when the first token needs it, again when it is older than
// MaxAge, and when a token names a key that is not in it, at most once in 10
// seconds, which is how soon a new key is known. While the issuer does not answer,
// the last set serves until it is as old as MaxStale; then tokens cannot be verified
// and the answer is 500, not 401. A key that the issuer withdraws is therefore
// refused after MaxAge, or after MaxStale if somebody keeps the issuer from answering.
type Config struct {
	Issuer     string   // the claim iss of tokens, compared exactly
	Audience   string   // that one of the claim aud must be
	Algorithms []string // such as RS256, ES256, EdDSA, see [jws.NewKey]
	Types      []string // of the header typ, without "application/", in any case; nil means JWT, at+jwt or none

	Keys     []*jws.Key
	KeysURL  string
	Client   *http.Client  // that fetches; nil means http.DefaultTransport. Redirects are not followed; 5 seconds and 256 KiB are the limits
	MaxAge   time.Duration // 0 means 15 minutes
	MaxStale time.Duration // 0 means 24 hours

	Leeway time.Duration    // by which clocks may differ, at most 5 minutes; 0 means 30 seconds, less means none
	Now    func() time.Time // clock; nil means time.Now
}

const (
	defaultMaxAge   = 15 * time.Minute
	defaultMaxStale = 24 * time.Hour
	defaultLeeway   = 30 * time.Second
	maxLeeway       = 5 * time.Minute
)

// A Verifier verifies tokens. It is safe for concurrent use.
type Verifier struct {
	cfg  Config
	keys source
}

// A source finds the keys that may have signed a token. Its errors are those of the
// service.
type source interface {
	find(ctx context.Context, id, algorithm string) ([]*jws.Key, error)
}

// New returns a Verifier, or one error that joins everything wrong with cfg. It
// fetches nothing.
func New(cfg Config) (*Verifier, error) {
	cfg.Algorithms, cfg.Types, cfg.Keys = slices.Clone(cfg.Algorithms), slices.Clone(cfg.Types), slices.Clone(cfg.Keys)
	errs := cfg.check()
	if cfg.Leeway == 0 {
		cfg.Leeway = defaultLeeway
	}
	cfg.Leeway = max(cfg.Leeway, 0)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	v := &Verifier{cfg: cfg, keys: static(cfg.Keys)}
	if len(cfg.Keys) == 0 {
		remote, err := newRemote(&cfg)
		errs = append(errs, err...)
		v.keys = remote
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return v, nil
}

// check returns what is wrong with c apart from where keys are fetched.
func (c *Config) check() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("jwtauth: "+format, args...)) }
	if c.Issuer == "" {
		wrong("Issuer is empty")
	}
	if c.Audience == "" {
		wrong("Audience is empty")
	}
	if len(c.Algorithms) == 0 {
		wrong("Algorithms is empty: name those that the issuer signs with")
	}
	for i, name := range c.Algorithms {
		switch {
		case !jws.Known(name):
			wrong("there is no algorithm %q", name)
		case slices.Contains(c.Algorithms[:i], name):
			wrong("algorithm %q is given twice", name)
		case len(c.Keys) > 0 && !slices.ContainsFunc(c.Keys, func(k *jws.Key) bool { return k != nil && k.Algorithm() == name }):
			wrong("algorithm %q: none of Keys is for it", name)
		}
	}
	for i, k := range c.Keys {
		switch {
		case k == nil:
			wrong("Keys[%d] is nil", i)
		case !slices.Contains(c.Algorithms, k.Algorithm()):
			wrong("key %q is for %s, which is none of Algorithms", k.ID(), k.Algorithm())
		}
	}
	if len(c.Keys) > 0 && c.KeysURL != "" {
		wrong("there are both Keys and KeysURL")
	}
	if c.Leeway > maxLeeway {
		wrong("Leeway is %v, want %v or less", c.Leeway, maxLeeway)
	}
	return errs
}

// Verify returns the caller that token is for: its subject, its scopes (scope or
// scp) and all its claims. The error wraps [auth.ErrInvalid] unless keys could not be
// fetched; no error holds a part of the token.
func (v *Verifier) Verify(ctx context.Context, token string) (auth.Principal, error) {
	t, err := jws.Parse(token)
	switch {
	case err != nil:
		return auth.Principal{}, invalid("%v", err)
	case !slices.Contains(v.cfg.Algorithms, t.Algorithm):
		return auth.Principal{}, invalid("the algorithm is not allowed")
	case !v.cfg.takes(t.Type):
		return auth.Principal{}, invalid("the type of the token is not allowed")
	}
	keys, err := v.keys.find(ctx, t.KeyID, t.Algorithm)
	if err != nil {
		return auth.Principal{}, fmt.Errorf("jwtauth: keys of %s: %w", v.cfg.Issuer, err)
	}
	if !slices.ContainsFunc(keys, func(k *jws.Key) bool { return t.Verify(k) == nil }) {
		return auth.Principal{}, invalid("no key has made the signature")
	}
	return v.cfg.principal(t.Payload)
}

// invalid returns an error that wraps auth.ErrInvalid.
func invalid(format string, args ...any) error {
	return fmt.Errorf("jwtauth: %s: %w", fmt.Sprintf(format, args...), auth.ErrInvalid)
}

// takes reports whether typ, the header of a token, is allowed.
// Source: RFC 7515, section 4.1.9; RFC 8725, section 3.11.
func (c *Config) takes(typ string) bool {
	if len(typ) > len("application/") && strings.EqualFold(typ[:len("application/")], "application/") {
		typ = typ[len("application/"):]
	}
	types := c.Types
	if types == nil {
		if typ == "" {
			return true
		}
		types = []string{"JWT", "at+jwt"}
	}
	return typ != "" && slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, typ) })
}

// static are keys that never change.
type static []*jws.Key

// find implements source.
func (s static) find(_ context.Context, id, algorithm string) ([]*jws.Key, error) {
	return choose(s, id, algorithm), nil
}

// maxTries bounds how many keys are tried for one token.
const maxTries = 8

// choose returns those of keys that may have signed a token. One that names a key
// can only be signed by that, or by one without a name.
func choose(keys []*jws.Key, id, algorithm string) []*jws.Key {
	var list []*jws.Key
	for _, k := range keys {
		if k.Algorithm() == algorithm && (id == "" || k.ID() == "" || k.ID() == id) && len(list) < maxTries {
			list = append(list, k)
		}
	}
	return list
}
