package tenon

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/openapi"
)

// Secured makes a provider a security provider: operations that need its value
// need credentials of the scheme s, which the document shows under name. Given
// more than once, each scheme is another way to meet it.
//
// Security providers run before anything else of the request is read and answer
// first; they, and providers that they need, read headers, cookies and the query
// only. A parameter that is missing or bad is answered with 422 even before they
// run: give one with credentials a default, and say yourself what is wrong. Where one
// is in scope, an operation that needs none and does not say [Public] is a mistake.
func Secured(name string, s openapi.SecurityScheme) Option {
	return option(func(set *settings) { set.secured = append(set.secured, scheme{name, s}) })
}

// A scheme is a security scheme and its name in the document.
type scheme struct {
	name string
	openapi.SecurityScheme
}

// Scopes adds scopes that the caller of an operation must have: given to a
// provider or a stage, of each operation that it runs for. They are in the field Scopes
// of the [*Operation] that a security provider depends on to check them.
func Scopes(scopes ...string) Option {
	scopes = slices.Clone(scopes)
	return option(func(s *settings) { s.needScopes = append(s.needScopes, scopes...) })
}

// Public says that operations need no credentials.
func Public() Option { return option(func(s *settings) { s.public = true }) }

// secure gathers the scopes of a compiled operation and how its caller proves who
// it is. It refuses an operation without a policy, and scopes that nobody checks.
func (b *builder) secure(op *operation, s *settings) (errs []error) {
	scopes := slices.Clone(s.needScopes)
	var security []*provider
	for _, p := range op.providers {
		scopes = append(scopes, p.facts.needScopes...)
		if p.facts.secured != nil && !slices.Contains(security, p) {
			security = append(security, p)
		}
	}
	for _, stage := range op.stages {
		scopes = append(scopes, stage.facts.needScopes...)
	}
	slices.Sort(scopes)
	op.Scopes = slices.Compact(scopes)
	switch {
	case len(security) > 0:
	case !s.public && b.overrides == nil && s.hasSecurity():
		errs = append(errs, fmt.Errorf("needs no security provider although there is one in scope: depend on what it gives, or say Public()"))
	case len(op.Scopes) > 0 && b.overrides == nil:
		errs = append(errs, fmt.Errorf("scopes %q: no security provider checks them", op.Scopes))
	}
	checked := slices.ContainsFunc(security, func(p *provider) bool {
		return op.plan.Reaches(p.Provider, func(p *graph.Provider) bool { return p.Gives(operationType) })
	})
	if len(security) > 0 && len(op.Scopes) > 0 && !checked {
		errs = append(errs, fmt.Errorf("scopes %q: %s does not check them: it must depend on *tenon.Operation", op.Scopes, security[0].Name))
	}
	for _, p := range security {
		if s.public && op.plan.Requires(p.Provider) {
			errs = append(errs, fmt.Errorf("says Public(), but needs what %s gives: make it an Opt, or leave Public() out", p.Name))
		}
	}
	op.security = requirements(op, security)
	for _, p := range security {
		for _, scheme := range p.facts.secured {
			errs = append(errs, b.scheme(scheme), scheme.grants(op.Scopes))
		}
	}
	return errs
}

// hasSecurity reports whether a security provider is in scope.
func (s *settings) hasSecurity() bool {
	return slices.ContainsFunc(s.scopes, func(scope []*provider) bool {
		return slices.ContainsFunc(scope, func(p *provider) bool { return p.facts.secured != nil })
	})
}

// grants returns an error for scopes that no OAuth 2.0 flow of the scheme lists, if it lists any.
func (s *scheme) grants(scopes []string) error {
	if s.Type != "oauth2" || s.Flows == nil {
		return nil
	}
	listed := make(map[string]string)
	for _, flow := range []*openapi.OAuthFlow{s.Flows.Implicit, s.Flows.Password, s.Flows.ClientCredentials, s.Flows.AuthorizationCode} {
		if flow != nil {
			maps.Copy(listed, flow.Scopes)
		}
	}
	for _, scope := range scopes {
		if _, ok := listed[scope]; !ok && len(listed) > 0 {
			return fmt.Errorf("the scope %q is in no flow of the security scheme %q, only %q", scope, s.name, slices.Sorted(maps.Keys(listed)))
		}
	}
	return nil
}

var schemeTypes = []string{"apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"}

// scheme notes a scheme for the document.
func (b *builder) scheme(s scheme) error {
	if b.app.schemes == nil {
		b.app.schemes = make(map[string]*openapi.SecurityScheme)
	}
	if s.name == "" || strings.Trim(s.name, alphanumeric+"._-") != "" {
		return fmt.Errorf("the security scheme %q: want a name of letters, digits, dots, dashes and underscores", s.name)
	}
	if !slices.Contains(schemeTypes, s.Type) && s.Ref == "" {
		return fmt.Errorf("the security scheme %q has the type %q: want one of %s", s.name, s.Type, strings.Join(schemeTypes, ", "))
	}
	c := new(docCheck)
	c.scheme(fmt.Sprintf("the security scheme %q", s.name), &s.SecurityScheme)
	if len(c.mistakes) > 0 {
		return errors.Join(c.errors()...)
	}
	text, err := s.MarshalJSON()
	if err != nil {
		return err
	}
	if other := b.app.schemes[s.name]; other != nil {
		if was, err := other.MarshalJSON(); err != nil || string(was) != string(text) {
			return fmt.Errorf("there are two security schemes named %q", s.name)
		}
	}
	b.app.schemes[s.name] = &s.SecurityScheme
	return nil
}

// requirements returns the ways to meet all security providers of an operation:
// one scheme of each, or none of one that nothing requires.
func requirements(op *operation, security []*provider) []openapi.SecurityRequirement {
	list := []openapi.SecurityRequirement{{}}
	for _, p := range security {
		var next []openapi.SecurityRequirement
		for _, have := range list {
			for _, s := range p.facts.secured {
				with := maps.Clone(have)
				with[s.name] = op.Scopes
				next = append(next, with)
			}
			if !op.plan.Requires(p.Provider) {
				next = append(next, have)
			}
		}
		list = next
	}
	if len(security) == 0 {
		return nil
	}
	return list
}
