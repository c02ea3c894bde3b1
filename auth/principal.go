package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
)

// A Principal is the caller of a request, as its credentials prove. One without a
// subject is nobody: credentials that lead to it are not valid.
type Principal struct {
	Subject string          // who it is, unique among all callers
	Scopes  []string        // what it may do
	Claims  json.RawMessage // what a token says about it, a JSON object; nil for other credentials
}

// ErrInvalid says that credentials are nobody's: unknown, expired, revoked or
// forged. Functions that verify credentials wrap it; every other error of theirs
// is one of the service and answered as such.
var ErrInvalid = errors.New("auth: credentials are not valid")

// Equal reports whether two secrets are equal, in a time that tells nothing about
// either, not even its length.
func Equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// Claims provides T, a struct, from the claims of the caller's token by the rules
// of package schema: names are compared exactly, what T does not name is ignored.
// Claims that do not fit T are answered as a token that is not valid.
func Claims[T any]() tenon.Option {
	typ, err := schema.Compile[T](schema.NewSet(schema.Config{}))
	if err != nil {
		return tenon.Mistake(fmt.Errorf("auth: claims %s: %w", reflect.TypeFor[T](), err))
	}
	misfit := *errInvalid
	misfit.Header = http.Header{"WWW-Authenticate": {`Bearer error="invalid_token"`}}
	return tenon.Provide(func(_ context.Context, in *struct{ Caller Principal }) (T, error) {
		claims, err := typ.Decode(in.Caller.Claims)
		if err != nil {
			return claims, misfit.With(err)
		}
		return claims, nil
	}, tenon.Errors(errInvalid))
}

// has reports whether p has all of scopes.
func (p *Principal) has(scopes []string) bool {
	return !slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(p.Scopes, s) })
}
