// Package auth tells an application who calls it: bearer tokens, API keys, basic
// authentication, OAuth 2.0 and OpenID Connect.
//
// A [Scheme] says where credentials stand in a request and which function of yours
// knows whose they are. [Accept] makes a provider of [Principal] of one or more
// schemes. A function that has a field of type [Principal] needs credentials, one
// with a field of type [tenon.Opt] of it takes them, and an operation that has
// neither must say [tenon.Public] or the application does not start.
//
//	r.Use(auth.Accept(auth.Bearer("token", tokens.Verify), auth.HeaderKey("key", "X-API-Key", keys.Verify)))
//
// What a request gets, before anything else of it is read:
//
//	no credentials                      401 unauthorized         WWW-Authenticate: Bearer realm="token"
//	credentials that nobody knows       401 invalid_token        WWW-Authenticate: Bearer …, error="invalid_token"
//	malformed, repeated or two kinds    400 invalid_request      WWW-Authenticate: Bearer …, error="invalid_request"
//	a scope of the operation missing    403 insufficient_scope   WWW-Authenticate: Bearer …, error="insufficient_scope", scope="…"
//
// Rules about a caller and what it asks for, such as ownership, are guards:
// functions of both, given with [tenon.Guard].
//
// Credentials are never read from the query unless a scheme of [QueryKey] says so,
// are refused beyond 16 KiB, and never appear in an answer, an error or a log of
// this package.
package auth
