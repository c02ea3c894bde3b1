package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// What a caller can do wrong. Source: RFC 6750, section 3.1.
var (
	errMissing   = problem.New(http.StatusUnauthorized, "unauthorized", "Credentials are required")
	errInvalid   = problem.New(http.StatusUnauthorized, "invalid_token", "Credentials are not valid")
	errMalformed = problem.New(http.StatusBadRequest, "invalid_request", "Credentials are malformed")
	errScope     = problem.New(http.StatusForbidden, "insufficient_scope", "Credentials lack a scope")
)

// Accept provides the [Principal] of a request. Each scheme is another way to prove
// it; a request uses one. Schemes that take credentials from the same place, such as
// two of [Bearer], are asked in their order until one knows them.
//
// The principal must have the scopes of the operation, see [tenon.Scopes].
func Accept(schemes ...Scheme) tenon.Option {
	a := &acceptor{schemes: slices.Clone(schemes)}
	opts := []tenon.Option{tenon.Errors(errMissing, errInvalid, errMalformed, errScope), tenon.Mistake(a.check())}
	for i := range a.schemes {
		s := &a.schemes[i]
		opts = append(opts, tenon.Secured(s.Name, s.Document))
		if s.Realm == "" {
			s.Realm = s.Name
		}
	}
	return tenon.Provide(a.principal, opts...)
}

// An acceptor knows the callers of an application.
type acceptor struct{ schemes []Scheme }

// check returns what is wrong with the schemes.
func (a *acceptor) check() error {
	var errs []error
	if len(a.schemes) == 0 {
		errs = append(errs, errors.New("auth: Accept was given no scheme"))
	}
	names := make(map[string]bool)
	for i := range a.schemes {
		s := &a.schemes[i]
		errs = append(errs, s.check())
		if names[s.Name] {
			errs = append(errs, fmt.Errorf("auth: there are two schemes named %q", s.Name))
		}
		names[s.Name] = true
	}
	return errors.Join(errs...)
}

// A request is what principal needs to know of one.
type request struct {
	HTTP      *http.Request
	Operation *tenon.Operation
}

// principal returns who makes a request.
func (a *acceptor) principal(ctx context.Context, in *request) (Principal, error) {
	scopes := in.Operation.Scopes
	got := read(in.HTTP, a.schemes)
	switch {
	case got.bad:
		return Principal{}, a.refusal(errMalformed, methodBearer, scopes, nil)
	case got.count == 0 && got.foreign:
		return Principal{}, a.refusal(errMissing, "", scopes, nil)
	case got.count == 0:
		return Principal{}, a.refusal(errMissing, "", scopes, tenon.ErrAbsent)
	}
	who, err := a.verify(ctx, &got.found)
	switch {
	case err == errMalformed: //nolint:errorlint // made by this package, never wrapped
		return Principal{}, a.refusal(errMalformed, got.found.method, scopes, nil)
	case errors.Is(err, ErrInvalid):
		return Principal{}, a.refusal(errInvalid, got.found.method, scopes, err)
	case err != nil:
		return Principal{}, err
	case !who.has(scopes):
		return Principal{}, a.refusal(errScope, got.found.method, scopes, nil)
	}
	return who, nil
}

// verify asks the schemes that take c whose they are.
func (a *acceptor) verify(ctx context.Context, c *credentials) (who Principal, err error) {
	invalid := ErrInvalid
	for i := range a.schemes {
		s := &a.schemes[i]
		if !c.of(s) {
			continue
		}
		switch who, err = s.verify(ctx, c.text); {
		case err == nil && who.Subject != "":
			return who, nil
		case err == nil, errors.Is(err, tenon.ErrAbsent): // wrong credentials are not none
		case errors.Is(err, ErrInvalid):
			invalid = err
		default:
			return Principal{}, err
		}
	}
	return Principal{}, invalid
}

// refusal returns p with its challenges. method is that of the credentials.
// Source: RFC 9110, section 11.6.1; RFC 6750, section 3.
func (a *acceptor) refusal(p *problem.Error, method string, scopes []string, cause error) *problem.Error {
	p = p.With(cause)
	var list, seen []string
	for i := range a.schemes {
		s := &a.schemes[i]
		refusesToken := s.method == methodBearer && method == methodBearer
		if slices.Contains(seen, s.method) || p.Status != http.StatusUnauthorized && !refusesToken {
			continue
		}
		seen = append(seen, s.method)
		text := s.method + ` realm=` + quote(s.Realm)
		switch s.method {
		case methodBasic:
			text += `, charset="UTF-8"`
		case methodBearer:
			if refusesToken && p.Code != errMissing.Code {
				text += `, error=` + quote(p.Code)
			}
			if len(scopes) > 0 {
				text += `, scope=` + quote(strings.Join(scopes, " "))
			}
		}
		list = append(list, text)
	}
	if list != nil {
		p.Header = http.Header{"WWW-Authenticate": list}
	}
	return p
}

// quote returns s as a quoted string of printable ASCII.
// Source: RFC 9110, section 5.6.4.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			b.WriteByte(' ')
			continue
		case c == '"' || c == '\\':
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}
