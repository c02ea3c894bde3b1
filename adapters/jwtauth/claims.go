package jwtauth

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenonapi/tenon/adapters/jwtauth/internal/object"
	"github.com/tenonapi/tenon/auth"
)

// claims are the payload of a token.
type claims struct{ object.Members }

// principal returns whom the payload of a genuine token is about.
// Source: RFC 7519, section 4.1.
func (c *Config) principal(payload []byte) (auth.Principal, error) {
	members, err := object.Parse(payload)
	if err != nil {
		return auth.Principal{}, invalid("claims: %v", err)
	}
	all := claims{members}
	issuer, _ := object.Text(all.Get("iss"))
	subject, _ := object.Text(all.Get("sub"))
	audience, ok := all.texts("aud")
	switch {
	case issuer != c.Issuer:
		return auth.Principal{}, invalid("claim iss is another issuer")
	case !ok || !slices.Contains(audience, c.Audience):
		return auth.Principal{}, invalid("claim aud is another audience")
	case subject == "":
		return auth.Principal{}, invalid("claim sub is missing")
	}
	if err := c.inTime(all); err != nil {
		return auth.Principal{}, err
	}
	scopes, err := all.scopes()
	return auth.Principal{Subject: subject, Scopes: scopes, Claims: payload}, err
}

// inTime refuses a token before or after its time, with leeway.
func (c *Config) inTime(all claims) error {
	now := c.Now()
	expires, ok := date(all.Get("exp"))
	switch {
	case all.Get("exp") == nil:
		return invalid("claim exp is missing")
	case !ok:
		return invalid("claim exp is no date")
	case !now.Before(expires.Add(c.Leeway)):
		return invalid("the token has expired")
	}
	for _, name := range []string{"nbf", "iat"} {
		if all.Get(name) == nil {
			continue
		}
		from, ok := date(all.Get(name))
		switch {
		case !ok:
			return invalid("claim %s is no date", name)
		case now.Before(from.Add(-c.Leeway)):
			return invalid("claim %s is in the future", name)
		}
	}
	return nil
}

// maxDate is the last second of the year 9999.
const maxDate = 253402300799

// date reads seconds since 1970, with a fraction. Dates after the year 9999 are
// none: sums with them would overflow.
func date(raw json.RawMessage) (time.Time, bool) {
	if len(raw) == 0 || raw[0] == '"' {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || !(seconds >= 0 && seconds <= maxDate) {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// texts returns a claim that is a string or a list of strings.
func (c claims) texts(name string) ([]string, bool) {
	raw := c.Get(name)
	if s, ok := object.Text(raw); ok {
		return []string{s}, true
	}
	var raws []json.RawMessage
	if json.Unmarshal(raw, &raws) != nil || raws == nil {
		return nil, false
	}
	list := make([]string, len(raws))
	for i := range raws {
		var ok bool
		if list[i], ok = object.Text(raws[i]); !ok {
			return nil, false
		}
	}
	return list, true
}

// scopes returns what the token permits: scope, separated by spaces, or a list, or
// the same under the name scp, as some issuers have it. One that has both is refused.
// Source: RFC 8693, section 4.2; RFC 9068, section 2.2.3.
func (c claims) scopes() ([]string, error) {
	name := "scope"
	switch {
	case c.Get("scope") != nil && c.Get("scp") != nil:
		return nil, invalid("there are both claims scope and scp")
	case c.Get("scp") != nil:
		name = "scp"
	case c.Get("scope") == nil:
		return nil, nil
	}
	list, ok := c.texts(name)
	if !ok {
		return nil, invalid("claim %s is no list of scopes", name)
	}
	return strings.Fields(strings.Join(list, " ")), nil
}
