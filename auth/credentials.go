package auth

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxBytes bounds credentials.
const maxBytes = 16 << 10

// credentials are what a request proves itself with.
type credentials struct {
	method string // of WWW-Authenticate
	place  place
	key    string // name of the header, cookie or parameter
	text   string
}

// of reports whether c are for s.
func (c *credentials) of(s *Scheme) bool {
	return c.method == s.method && c.place == s.place && c.key == s.key
}

// A reading is what there is to find in a request.
type reading struct {
	found   credentials
	count   int  // of credentials
	foreign bool // Authorization has a method that no scheme takes
	bad     bool // something is malformed
}

// read finds the credentials in r that are for one of schemes.
func read(r *http.Request, schemes []Scheme) (got reading) {
	authorization := false
	for i := range schemes {
		s := &schemes[i]
		if got.count > 0 && got.found.of(s) {
			continue // another scheme takes them too
		}
		switch s.place {
		case inAuthorization:
			if !authorization {
				authorization = true
				got.authorization(r.Header["Authorization"], schemes)
			}
		case inHeader:
			got.add(s, r.Header.Values(s.key))
		case inCookie:
			var values []string
			for _, c := range r.CookiesNamed(s.key) {
				values = append(values, c.Value)
			}
			got.add(s, values)
		case inQuery:
			got.add(s, queryValues(r.URL.RawQuery, s.key))
		}
	}
	got.bad = got.bad || got.count > 1 // Source: RFC 6750, section 2
	return got
}

// add notes the values of one place.
func (g *reading) add(s *Scheme, values []string) {
	if len(values) == 0 {
		return
	}
	g.count += len(values)
	g.found = credentials{s.method, s.place, s.key, values[0]}
	g.bad = g.bad || !isKey(values[0])
}

// authorization notes the values of the header Authorization.
// Source: RFC 9110, section 11.6.2.
func (g *reading) authorization(values []string, schemes []Scheme) {
	if len(values) == 0 {
		return
	}
	method, text, _ := strings.Cut(values[0], " ")
	for i := range schemes {
		s := &schemes[i]
		if s.place == inAuthorization && strings.EqualFold(s.method, method) {
			text = strings.TrimLeft(text, " ")
			g.count++
			g.found = credentials{method: s.method, place: inAuthorization, text: text}
			g.bad = g.bad || len(values) > 1 || !isToken68(text)
			return
		}
	}
	g.bad = g.bad || len(values) > 1 || !tokenName.MatchString(method)
	g.foreign = true
}

// isToken68 reports whether s has the form of a bearer token or of base64.
// Source: RFC 9110, section 11.2; RFC 6750, section 2.1.
func isToken68(s string) bool {
	if len(s) > maxBytes {
		return false
	}
	s = strings.TrimRight(s, "=")
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~+/", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// isKey reports whether s can be a key: visible ASCII.
func isKey(s string) bool {
	return s != "" && len(s) <= maxBytes && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// queryValues returns the values of a query parameter. What is malformed is left
// to those that read the rest of the query.
func queryValues(query, name string) (values []string) {
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		if key, err := url.QueryUnescape(key); err != nil || key != name {
			continue
		}
		if v, err := url.QueryUnescape(value); err == nil {
			value = v
		}
		values = append(values, value)
	}
	return values
}

// userPassword splits the credentials of method Basic. Source: RFC 7617, section 2.
func userPassword(text string) (user, password string, ok bool) {
	plain, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || !utf8.Valid(plain) {
		return "", "", false
	}
	user, password, ok = strings.Cut(string(plain), ":")
	control := strings.ContainsFunc(string(plain), func(r rune) bool { return r < ' ' || 0x7F <= r && r < 0xA0 })
	return user, password, ok && !control
}
