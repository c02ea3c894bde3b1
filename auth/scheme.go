package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// A Scheme is one way in which callers prove who they are. The functions of this
// package make them; the fields may be changed before it is given to [Accept].
type Scheme struct {
	Name     string                 // in the document: letters, digits, dots, dashes and underscores
	Realm    string                 // what the credentials are for, shown to clients that lack them; empty means Name
	Document openapi.SecurityScheme // how the document describes it

	method string // of WWW-Authenticate: methodBearer, …
	place  place
	key    string // name of the header, cookie or parameter
	verify func(ctx context.Context, credentials string) (Principal, error)
}

// A place is where credentials stand in a request.
type place int

const (
	inAuthorization place = iota
	inHeader
	inCookie
	inQuery
)

// The methods of WWW-Authenticate. That of API keys is not registered, but an
// answer 401 must have one. Source: RFC 9110, section 15.5.2.
const (
	methodBearer = "Bearer"
	methodBasic  = "Basic"
	methodKey    = "APIKey"
)

// Bearer takes tokens from the header Authorization. Source: RFC 6750, section 2.1.
//
// verify tells whose credentials they are. It returns an error that wraps
// [ErrInvalid], or a principal without a subject, when they are nobody's.
func Bearer(name string, verify func(ctx context.Context, token string) (Principal, error)) Scheme {
	return Scheme{
		Name: name, Document: openapi.SecurityScheme{Type: "http", Scheme: "bearer"},
		method: methodBearer, verify: verify,
	}
}

// OAuth2Password is [Bearer] with tokens that clients get for a name and a password
// at tokenURL. scopes are all there are, with their descriptions.
// Source: RFC 6749, section 4.3; RFC 9700, section 2.4 advises against it.
func OAuth2Password(name, tokenURL string, scopes map[string]string, verify func(ctx context.Context, token string) (Principal, error)) Scheme {
	s := Bearer(name, verify)
	s.Document = openapi.SecurityScheme{Type: "oauth2", Flows: &openapi.OAuthFlows{
		Password: &openapi.OAuthFlow{TokenURL: tokenURL, Scopes: scopes},
	}}
	return s
}

// OAuth2Code is [Bearer] with tokens that clients get for an authorization code.
// scopes are all there are, with their descriptions. Source: RFC 6749, section 4.1.
func OAuth2Code(name, authorizationURL, tokenURL string, scopes map[string]string, verify func(ctx context.Context, token string) (Principal, error)) Scheme {
	s := Bearer(name, verify)
	s.Document = openapi.SecurityScheme{Type: "oauth2", Flows: &openapi.OAuthFlows{
		AuthorizationCode: &openapi.OAuthFlow{AuthorizationURL: authorizationURL, TokenURL: tokenURL, Scopes: scopes},
	}}
	return s
}

// OpenIDConnect is [Bearer] with tokens of a provider that discoveryURL, which ends
// in /.well-known/openid-configuration, describes to clients.
func OpenIDConnect(name, discoveryURL string, verify func(ctx context.Context, token string) (Principal, error)) Scheme {
	s := Bearer(name, verify)
	s.Document = openapi.SecurityScheme{Type: "openIdConnect", OpenIDConnectURL: discoveryURL}
	return s
}

// HeaderKey takes API keys from a header. verify is that of [Bearer]. Compare keys
// with [Equal], or look them up by their hash.
func HeaderKey(name, header string, verify func(ctx context.Context, key string) (Principal, error)) Scheme {
	return keyScheme(name, "header", http.CanonicalHeaderKey(header), inHeader, verify)
}

// CookieKey takes API keys or session IDs from a cookie. verify is that of [Bearer].
// Browsers send cookies with requests that other sites make: see
// [net/http.CrossOriginProtection].
func CookieKey(name, cookie string, verify func(ctx context.Context, key string) (Principal, error)) Scheme {
	return keyScheme(name, "cookie", cookie, inCookie, verify)
}

// QueryKey takes API keys from a query parameter. verify is that of [Bearer].
// Addresses are logged, kept in histories and sent to other sites, and the keys in
// them too: use it only for clients that can send nothing else.
func QueryKey(name, parameter string, verify func(ctx context.Context, key string) (Principal, error)) Scheme {
	return keyScheme(name, "query", parameter, inQuery, verify)
}

func keyScheme(name, in, key string, at place, verify func(ctx context.Context, key string) (Principal, error)) Scheme {
	return Scheme{
		Name: name, Document: openapi.SecurityScheme{Type: "apiKey", In: in, Name: key},
		method: methodKey, place: at, key: key, verify: verify,
	}
}

// Basic takes a user and a password from the header Authorization. verify is that
// of [Bearer]; it compares both with [Equal], also when the user is not known.
// Source: RFC 7617, with the charset UTF-8.
func Basic(name string, verify func(ctx context.Context, user, password string) (Principal, error)) Scheme {
	s := Scheme{Name: name, Document: openapi.SecurityScheme{Type: "http", Scheme: "basic"}, method: methodBasic}
	if verify != nil {
		s.verify = func(ctx context.Context, credentials string) (Principal, error) {
			user, password, ok := userPassword(credentials)
			if !ok {
				return Principal{}, errMalformed
			}
			return verify(ctx, user, password)
		}
	}
	return s
}

var (
	componentName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)
	tokenName     = regexp.MustCompile("^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$")
)

// check returns what is wrong with s.
func (s *Scheme) check() error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("auth: scheme %q: "+format, append([]any{s.Name}, args...)...))
	}
	if !componentName.MatchString(s.Name) {
		wrong("the name needs letters, digits, dots, dashes and underscores")
	}
	if s.verify == nil {
		wrong("there is no function that verifies credentials")
	}
	if strings.ContainsFunc(s.Realm, func(r rune) bool { return r < ' ' || r > '~' }) {
		wrong("realm %q: want printable ASCII", s.Realm)
	}
	switch {
	case s.place == inQuery && s.key == "":
		wrong("the query parameter has no name")
	case (s.place == inHeader || s.place == inCookie) && !tokenName.MatchString(s.key):
		wrong("no %s can be called %q", s.Document.In, s.key)
	case s.place == inHeader && (s.key == "Authorization" || s.key == "Cookie"):
		wrong("the header %s is not for keys: use Bearer, Basic or CookieKey", s.key)
	}
	for _, address := range s.addresses() {
		if u, err := url.Parse(address); err != nil || address == "" || u.User != nil {
			wrong("%q is no address for clients", address)
		}
	}
	return errors.Join(errs...)
}

// addresses returns the addresses in the document of s.
func (s *Scheme) addresses() (list []string) {
	if s.Document.Type == "openIdConnect" {
		list = append(list, s.Document.OpenIDConnectURL)
	}
	if flows := s.Document.Flows; flows != nil {
		if f := flows.Password; f != nil {
			list = append(list, f.TokenURL)
		}
		if f := flows.AuthorizationCode; f != nil {
			list = append(list, f.AuthorizationURL, f.TokenURL)
		}
	}
	return list
}
