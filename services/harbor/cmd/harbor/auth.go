package main

import (
	"context"
	"errors"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/jwtauth"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/middleware"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/api"
)

// realm is what credentials are for.
const realm = "Harbor Payments"

// authentication provides the merchant that calls: the owner of an API key or, if
// there is an issuer of tokens, the subject of a token.
func authentication(merchants harbor.Merchants, tokens *jwtauth.Verifier) tenon.Option {
	c := callers{merchants, tokens}
	key := auth.Bearer("api_key", c.byKey)
	key.Realm = realm
	key.Document.Description = "API key of a merchant, `hk_…`, which may do everything"
	schemes := []auth.Scheme{key}
	if tokens != nil {
		token := auth.Bearer("token", c.byToken)
		token.Realm = realm
		token.Document.BearerFormat = "JWT"
		token.Document.Description = "Token whose subject is the ID of a merchant; its claim `scope`, if it has one, limits what it may do"
		schemes = append(schemes, token)
	}
	return tenon.Options(auth.Accept(schemes...), tenon.Provide(merchant))
}

func merchant(_ context.Context, in *struct{ Caller auth.Principal }) (harbor.MerchantID, error) {
	return harbor.MerchantID(in.Caller.Subject), nil
}

// callers knows who may call.
type callers struct {
	merchants harbor.Merchants
	tokens    *jwtauth.Verifier
}

func (c callers) byKey(ctx context.Context, text string) (auth.Principal, error) {
	key, err := harbor.ParseAPIKey(text)
	if err != nil {
		return auth.Principal{}, auth.ErrInvalid // perhaps it is a token
	}
	m, err := c.merchants.KeyOwner(ctx, key)
	if err != nil {
		return auth.Principal{}, unknown(err)
	}
	middleware.LogCaller(ctx, string(m.ID)) // also of requests that will be refused
	return auth.Principal{Subject: string(m.ID), Scopes: api.Scopes()}, nil
}

func (c callers) byToken(ctx context.Context, text string) (auth.Principal, error) {
	p, err := c.tokens.Verify(ctx, text)
	if err != nil {
		return auth.Principal{}, err
	}
	if _, err := c.merchants.Merchant(ctx, harbor.MerchantID(p.Subject)); err != nil {
		return auth.Principal{}, unknown(err)
	}
	middleware.LogCaller(ctx, p.Subject)
	if p.Scopes == nil { // the token does not say
		p.Scopes = api.Scopes()
	}
	return p, nil
}

// unknown makes credentials that lead to no merchant invalid.
func unknown(err error) error {
	if errors.Is(err, harbor.ErrMerchantNotFound) {
		return errors.Join(auth.ErrInvalid, err)
	}
	return err
}
