package tenon

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// A docCheck collects mistakes in what users write for the document. A place is what Go calls it.
type docCheck struct{ mistakes []string }

func (c *docCheck) mistake(place, format string, args ...any) {
	c.mistakes = append(c.mistakes, place+": "+fmt.Sprintf(format, args...))
}

func (c *docCheck) info(place string, i *openapi.Info) {
	c.extensions(place, i.Extensions)
	c.uri(place+".TermsOfService", i.TermsOfService)
	if i.Contact != nil {
		c.uri(place+".Contact.URL", i.Contact.URL)
		if a, err := mail.ParseAddress(i.Contact.Email); i.Contact.Email != "" && (err != nil || a.Address != i.Contact.Email) {
			c.mistake(place+".Contact.Email", "%q is no address", i.Contact.Email)
		}
		c.extensions(place+".Contact", i.Contact.Extensions)
	}
	l := i.License
	if l == nil {
		return
	}
	if l.Name == "" {
		c.mistake(place+".License", "needs a Name")
	}
	if l.Identifier != "" && l.URL != "" {
		c.mistake(place+".License", "has an Identifier and a URL: want one of them")
	}
	if strings.Trim(l.Identifier, alphanumeric+" .-+():") != "" {
		c.mistake(place+".License.Identifier", "%q is no SPDX expression, such as MIT or Apache-2.0", l.Identifier)
	}
	c.uri(place+".License.URL", l.URL)
	c.extensions(place+".License", l.Extensions)
}

// server checks a server and its variables.
// Source: OpenAPI 3.1, sections "Server Object" and "Server Variable Object".
func (c *docCheck) server(place string, s *openapi.Server) {
	c.extensions(place, s.Extensions)
	address, used := "", make(map[string]bool)
	for left := s.URL; ; {
		before, rest, open := strings.Cut(left, "{")
		address += before
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		v, ok := s.Variables[name]
		if !closed || !ok {
			c.mistake(place+".URL", "%q has a variable %q that is not among Variables", s.URL, name)
			return
		}
		used[name] = true
		address, left = address+v.Default, after
	}
	switch u, err := url.Parse(address); {
	case s.URL == "":
		c.mistake(place, "needs a URL")
	case err != nil || strings.ContainsAny(address, " {}"):
		c.mistake(place+".URL", "%q is no URL", s.URL)
	case u.RawQuery != "" || u.Fragment != "":
		c.mistake(place+".URL", "%q has a query or a fragment, behind which no path can stand", s.URL)
	case strings.HasSuffix(address, "/"):
		c.mistake(place+".URL", "%q ends with a slash: leave it out, paths begin with one", s.URL)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Variables)) {
		v, at := s.Variables[name], fmt.Sprintf("%s.Variables[%q]", place, name)
		if !used[name] {
			c.mistake(at, "is not in the URL %q", s.URL)
		}
		if v.Enum != nil && !slices.Contains(v.Enum, v.Default) {
			c.mistake(at, "the Default %q is not one of %q", v.Default, v.Enum)
		}
		c.extensions(at, v.Extensions)
	}
}

// tags checks what is said about tags that operations have.
func (c *docCheck) tags(place string, tags []openapi.Tag, used map[string]bool) {
	seen := make(map[string]bool)
	for i, t := range tags {
		at := fmt.Sprintf("%s[%d]", place, i)
		switch {
		case t.Name == "":
			c.mistake(at, "needs a Name")
		case seen[t.Name]:
			c.mistake(at, "%q is described twice", t.Name)
		case !used[t.Name]:
			c.mistake(at, "no operation in the document has the tag %q, only %q", t.Name, slices.Sorted(maps.Keys(used)))
		}
		seen[t.Name] = true
		c.externalDocs(at+".ExternalDocs", t.ExternalDocs)
		c.extensions(at, t.Extensions)
	}
}

func (c *docCheck) externalDocs(place string, d *openapi.ExternalDocs) {
	if d == nil {
		return
	}
	if d.URL == "" {
		c.mistake(place, "needs a URL")
	}
	c.uri(place+".URL", d.URL)
	c.extensions(place, d.Extensions)
}

// uri checks a URI, which may be relative to the document.
func (c *docCheck) uri(place, text string) {
	if _, err := url.Parse(text); err != nil || strings.ContainsAny(text, " <>\"{}|\\^`") {
		c.mistake(place, "%q is no URI", text)
	}
}

// extensions checks members that users add.
// Source: OpenAPI 3.1, section "Specification Extensions".
func (c *docCheck) extensions(place string, ext openapi.Extensions) {
	for _, name := range slices.Sorted(maps.Keys(ext)) {
		switch {
		case !strings.HasPrefix(name, "x-"):
			c.mistake(place+".Extensions", "the name %q does not begin with x-", name)
		case !json.Valid(ext[name]):
			c.mistake(place+".Extensions", "%s is not JSON: %s", name, ext[name])
		}
	}
}

// errors returns the mistakes as errors.
func (c *docCheck) errors() (list []error) {
	for _, text := range c.mistakes {
		list = append(list, errors.New(text))
	}
	return list
}

// scheme checks that a security scheme says what its type needs.
// Source: OpenAPI 3.1, sections "Security Scheme Object" and "OAuth Flow Object".
func (c *docCheck) scheme(place string, s *openapi.SecurityScheme) {
	c.extensions(place, s.Extensions)
	switch s.Type {
	case "apiKey":
		if s.Name == "" || !slices.Contains([]string{"header", "query", "cookie"}, s.In) {
			c.mistake(place, "needs a Name, and In to be header, query or cookie")
		}
	case "http":
		if s.Scheme == "" {
			c.mistake(place, "needs a Scheme, such as bearer")
		}
	case "openIdConnect":
		c.address(place+".OpenIDConnectURL", s.OpenIDConnectURL)
	case "oauth2":
		if s.Flows == nil || c.flows(place, s.Flows) == 0 {
			c.mistake(place, "needs Flows")
		}
	}
}

// flows checks OAuth 2.0 flows and returns how many there are.
func (c *docCheck) flows(place string, f *openapi.OAuthFlows) (count int) {
	check := func(name string, flow *openapi.OAuthFlow, authorization, token bool) {
		if flow == nil {
			return
		}
		count++
		at := place + ".Flows." + name
		if authorization {
			c.address(at+".AuthorizationURL", flow.AuthorizationURL)
		}
		if token {
			c.address(at+".TokenURL", flow.TokenURL)
		}
		c.uri(at+".RefreshURL", flow.RefreshURL)
	}
	check("Implicit", f.Implicit, true, false)
	check("Password", f.Password, false, true)
	check("ClientCredentials", f.ClientCredentials, false, true)
	check("AuthorizationCode", f.AuthorizationCode, true, true)
	return count
}

// address checks a URI that must be there.
func (c *docCheck) address(place, text string) {
	if text == "" {
		c.mistake(place, "is empty")
	}
	c.uri(place, text)
}
