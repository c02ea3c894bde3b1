package auth

import "github.com/tenonapi/tenon"

// A PasswordForm is the form in which a client of an OAuth 2.0 password flow asks
// for a token: the parameter struct, or an embedded part of it, of the operation
// at the token URL. GrantType is "password". Scope has scopes separated by spaces.
//
// OAuth 2.1 leaves this flow out; it is for first-party clients that have it.
// Source: RFC 6749, section 4.3.2.
type PasswordForm struct {
	GrantType    string                          `form:"grant_type" check:"enum=password"`
	Username     string                          `form:"username" check:"minLength=1,maxLength=256"`
	Password     tenon.Secret[string]            `form:"password" check:"maxLength=1024"`
	Scope        string                          `form:"scope" default:"" check:"maxLength=4096"`
	ClientID     tenon.Opt[string]               `form:"client_id" check:"maxLength=256"`
	ClientSecret tenon.Opt[tenon.Secret[string]] `form:"client_secret" check:"maxLength=1024"`
}

// A CodeForm is the form in which a client of an OAuth 2.0 authorization code flow
// exchanges its code for a token. GrantType is "authorization_code".
// Source: RFC 6749, section 4.1.3; RFC 7636, section 4.5.
type CodeForm struct {
	GrantType    string                          `form:"grant_type" check:"enum=authorization_code"`
	Code         tenon.Secret[string]            `form:"code" check:"maxLength=1024"`
	RedirectURI  tenon.Opt[string]               `form:"redirect_uri" check:"maxLength=2048"`
	ClientID     tenon.Opt[string]               `form:"client_id" check:"maxLength=256"`
	CodeVerifier tenon.Opt[tenon.Secret[string]] `form:"code_verifier" check:"minLength=43,maxLength=128,pattern='^[A-Za-z0-9._~-]+$'"`
	ClientSecret tenon.Opt[tenon.Secret[string]] `form:"client_secret" check:"maxLength=1024"`
}
