package jwtauth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tenonapi/tenon/adapters/jwtauth"
	"github.com/tenonapi/tenon/adapters/jwtauth/jws"
	"github.com/tenonapi/tenon/auth"
)

const (
	issuer   = "https://id.example"
	audience = "orders"
	now      = 1_800_000_000 // seconds since 1970
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// sign returns a token of header and payload as they are.
func sign(method jwt.SigningMethod, key any, header, payload string) string {
	input := b64(header) + "." + b64(payload)
	return input + "." + b64(string(must(method.Sign(input, key))))
}

// rs256 is sign with the key that verifiers know as "k".
func rs256(header, payload string) string {
	return sign(jwt.SigningMethodRS256, rsaKey(), header, payload)
}

// good is a payload that every verifier takes, with more claims: `,"a":1`.
func good(more string) string {
	return fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"ada","exp":%d%s}`, issuer, audience, now+60, more)
}

// config takes tokens of RS256 by the key "k", without leeway.
func config() jwtauth.Config {
	return jwtauth.Config{
		Issuer: issuer, Audience: audience, Algorithms: []string{"RS256"},
		Keys: []*jws.Key{must(jws.NewKey("k", "RS256", &rsaKey().PublicKey))}, Leeway: -1,
		Now: func() time.Time { return time.Unix(now, 0) },
	}
}

func mustNew(t testing.TB, cfg jwtauth.Config) *jwtauth.Verifier {
	t.Helper()
	v, err := jwtauth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// refused fails the test unless v takes token as nobody's, for a reason.
func refused(t testing.TB, v *jwtauth.Verifier, name, token, reason string) {
	t.Helper()
	p, err := v.Verify(t.Context(), token)
	if !errors.Is(err, auth.ErrInvalid) || !strings.Contains(err.Error(), reason) {
		t.Errorf("%s: got %q and %v, want %q", name, p.Subject, err, reason)
	}
	for part := range strings.SplitSeq(token, ".") {
		if err != nil && len(part) > 8 && strings.Contains(err.Error(), part) {
			t.Errorf("%s: the error repeats the token: %v", name, err)
		}
	}
}

func taken(t testing.TB, v *jwtauth.Verifier, name, token string) auth.Principal {
	t.Helper()
	p, err := v.Verify(t.Context(), token)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return p
}

func TestVerifyGivesSubjectScopesAndClaims(t *testing.T) {
	v := mustNew(t, config())
	payload := good(`,"scope":"orders:read orders:write","tenant":"acme"`)
	p := taken(t, v, "token", rs256(`{"alg":"RS256","kid":"k","typ":"JWT"}`, payload))
	if p.Subject != "ada" || !slices.Equal(p.Scopes, []string{"orders:read", "orders:write"}) || string(p.Claims) != payload {
		t.Errorf("got %+v with claims %s", p, p.Claims)
	}
	for more, want := range map[string][]string{
		"": nil, `,"scope":""`: nil, `,"scope":["a","b c"]`: {"a", "b", "c"}, `,"scp":"a b"`: {"a", "b"}, `,"scp":["a"]`: {"a"},
	} {
		if p := taken(t, v, more, rs256(`{"alg":"RS256"}`, good(more))); !slices.Equal(p.Scopes, want) {
			t.Errorf("%s: got %q, want %q", more, p.Scopes, want)
		}
	}
	for _, more := range []string{`,"scope":"a","scp":"b"`, `,"scope":1`, `,"scope":[1]`, `,"scp":null`, `,"scope":{}`} {
		refused(t, v, more, rs256(`{"alg":"RS256"}`, good(more)), "scope")
	}
}

func TestE3AlgorithmsArePinned(t *testing.T) {
	v := mustNew(t, config())
	public := must(x509.MarshalPKIXPublicKey(&rsaKey().PublicKey))
	for _, name := range []string{"none", "None", "nOnE", "NONE", ""} {
		refused(t, v, name, b64(`{"alg":"`+name+`","kid":"k"}`)+"."+b64(good(""))+".", "")
		refused(t, v, name+" with a signature", rs256(`{"alg":"`+name+`","kid":"k"}`, good("")), "")
	}
	for name, secret := range map[string][]byte{
		"DER": public, "PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), "modulus": rsaKey().N.Bytes(),
		"PKCS 1": x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey),
	} {
		refused(t, v, "the public key as secret, "+name, sign(jwt.SigningMethodHS256, secret, `{"alg":"HS256","kid":"k"}`, good("")), "the algorithm is not allowed")
		refused(t, v, "the same called RS256, "+name, sign(jwt.SigningMethodHS256, secret, `{"alg":"RS256","kid":"k"}`, good("")), "no key has made the signature")
	}
	refused(t, v, "another hash", sign(jwt.SigningMethodRS512, rsaKey(), `{"alg":"RS512","kid":"k"}`, good("")), "the algorithm is not allowed")
	refused(t, v, "in another case", rs256(`{"alg":"rs256","kid":"k"}`, good("")), "the algorithm is not allowed")

	// A verifier of two algorithms has one key for each.
	cfg := config()
	cfg.Algorithms = []string{"RS256", "HS256"}
	cfg.Keys = append(cfg.Keys, must(jws.NewKey("k", "HS256", slices.Repeat([]byte("s"), 32))))
	v = mustNew(t, cfg)
	taken(t, v, "secret", sign(jwt.SigningMethodHS256, slices.Repeat([]byte("s"), 32), `{"alg":"HS256","kid":"k"}`, good("")))
	taken(t, v, "RSA", rs256(`{"alg":"RS256","kid":"k"}`, good("")))
	refused(t, v, "the public key as secret", sign(jwt.SigningMethodHS256, public, `{"alg":"HS256","kid":"k"}`, good("")), "no key has made the signature")
}

func TestE4KeysInATokenMeanNothing(t *testing.T) {
	other := must(rsa.GenerateKey(rand.Reader, 2048))
	modulus := b64(string(other.N.Bytes()))
	v := mustNew(t, config())
	for _, header := range []string{
		`{"alg":"RS256","jwk":{"kty":"RSA","n":"` + modulus + `","e":"AQAB"}}`,
		`{"alg":"RS256","kid":"k","jwk":{"kty":"RSA","n":"` + modulus + `","e":"AQAB"}}`,
		`{"alg":"RS256","jku":"https://evil.example/keys"}`,
		`{"alg":"RS256","x5u":"https://evil.example/cert"}`,
		`{"alg":"RS256","x5c":["` + base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&other.PublicKey)) + `"]}`,
		`{"alg":"RS256","kid":"../../dev/null"}`,
		`{"alg":"RS256","kid":"https://evil.example/keys"}`,
		`{"alg":"RS256","kid":"k' OR 1=1"}`,
	} {
		refused(t, v, header, sign(jwt.SigningMethodRS256, other, header, good("")), "no key has made the signature")
	}
	taken(t, v, "ignored", rs256(`{"alg":"RS256","kid":"k","jku":"https://evil.example","x5c":["x"],"jwk":{}}`, good("")))
	refused(t, v, "kid of no key", rs256(`{"alg":"RS256","kid":"other"}`, good("")), "no key has made the signature")
	refused(t, v, "crit", rs256(`{"alg":"RS256","kid":"k","crit":["b64"],"b64":true}`, good("")), "extensions")
}

func TestE5ClaimsAreCheckedWithBoundedLeeway(t *testing.T) {
	token := func(format string, args ...any) string {
		return rs256(`{"alg":"RS256","kid":"k"}`, fmt.Sprintf(format, args...))
	}
	const rest = `"iss":"https://id.example","aud":"orders","sub":"ada"`
	v := mustNew(t, config())
	cfg := config()
	cfg.Leeway = time.Minute
	lenient := mustNew(t, cfg)
	tests := []struct {
		name, token, reason string // no reason: it is taken
		by                  *jwtauth.Verifier
	}{
		{"expires next second", token(`{%s,"exp":%d}`, rest, now+1), "", v},
		{"expires now", token(`{%s,"exp":%d}`, rest, now), "the token has expired", v},
		{"expires in half a second", token(`{%s,"exp":%d.5}`, rest, now), "", v},
		{"expires now, written otherwise", token(`{%s,"exp":18e8}`, rest), "the token has expired", v},
		{"expired within leeway", token(`{%s,"exp":%d}`, rest, now-59), "", lenient},
		{"expired at leeway", token(`{%s,"exp":%d}`, rest, now-60), "the token has expired", lenient},
		{"never expires", token(`{%s}`, rest), "claim exp is missing", v},
		{"exp null", token(`{%s,"exp":null}`, rest), "claim exp is no date", v},
		{"exp text", token(`{%s,"exp":"%d"}`, rest, now+60), "claim exp is no date", v},
		{"exp negative", token(`{%s,"exp":-1}`, rest), "claim exp is no date", v},
		{"exp of the year 9999", token(`{%s,"exp":253402300799}`, rest), "", lenient},
		{"exp after the year 9999", token(`{%s,"exp":253402300800}`, rest), "claim exp is no date", v},
		{"exp beyond int64", token(`{%s,"exp":%d0}`, rest, uint64(math.MaxInt64)), "claim exp is no date", v},
		{"exp beyond float64", token(`{%s,"exp":1e999}`, rest), "claim exp is no date", v},
		{"exp list", token(`{%s,"exp":[%d]}`, rest, now+60), "claim exp is no date", v},
		{"not before now", token(`{%s,"exp":%d,"nbf":%d}`, rest, now+60, now), "", v},
		{"not before next second", token(`{%s,"exp":%d,"nbf":%d}`, rest, now+60, now+1), "claim nbf is in the future", v},
		{"not before leeway", token(`{%s,"exp":%d,"nbf":%d}`, rest, now+90, now+60), "", lenient},
		{"not before after leeway", token(`{%s,"exp":%d,"nbf":%d}`, rest, now+90, now+61), "claim nbf is in the future", lenient},
		{"not before 1e300", token(`{%s,"exp":%d,"nbf":1e300}`, rest, now+60), "claim nbf is no date", v},
		{"nbf null", token(`{%s,"exp":%d,"nbf":null}`, rest, now+60), "claim nbf is no date", v},
		{"issued next second", token(`{%s,"exp":%d,"iat":%d}`, rest, now+60, now+1), "claim iat is in the future", v},
		{"issued 1e19", token(`{%s,"exp":%d,"iat":1e19}`, rest, now+60), "claim iat is no date", v},
		{"other issuer", token(`{"iss":"https://id.example/","aud":"orders","sub":"ada","exp":%d}`, now+60), "another issuer", v},
		{"no issuer", token(`{"aud":"orders","sub":"ada","exp":%d}`, now+60), "another issuer", v},
		{"issuer in another case", token(`{"ISS":"https://id.example","aud":"orders","sub":"ada","exp":%d}`, now+60), "another issuer", v},
		{"issuer list", token(`{"iss":["https://id.example"],"aud":"orders","sub":"ada","exp":%d}`, now+60), "another issuer", v},
		{"other audience", token(`{"iss":"https://id.example","aud":"Orders","sub":"ada","exp":%d}`, now+60), "another audience", v},
		{"no audience", token(`{"iss":"https://id.example","sub":"ada","exp":%d}`, now+60), "another audience", v},
		{"one of several audiences", token(`{"iss":"https://id.example","aud":["a","orders"],"sub":"ada","exp":%d}`, now+60), "", v},
		{"none of several audiences", token(`{"iss":"https://id.example","aud":["a","ord"],"sub":"ada","exp":%d}`, now+60), "another audience", v},
		{"bad audience", token(`{"iss":"https://id.example","aud":["orders",1],"sub":"ada","exp":%d}`, now+60), "another audience", v},
		{"no subject", token(`{"iss":"https://id.example","aud":"orders","exp":%d}`, now+60), "claim sub is missing", v},
		{"empty subject", token(`{"iss":"https://id.example","aud":"orders","sub":"","exp":%d}`, now+60), "claim sub is missing", v},
	}
	for _, tt := range tests {
		if tt.reason == "" {
			taken(t, tt.by, tt.name, tt.token)
		} else {
			refused(t, tt.by, tt.name, tt.token, tt.reason)
		}
	}
}

func TestE5TypesOfTokensAreChecked(t *testing.T) {
	cfg := config()
	cfg.Types = []string{"at+jwt"}
	access, all := mustNew(t, cfg), mustNew(t, config())
	for typ, want := range map[string]struct{ access, all bool }{
		"":                            {false, true},
		`,"typ":"at+jwt"`:             {true, true},
		`,"typ":"AT+JWT"`:             {true, true},
		`,"typ":"application/at+jwt"`: {true, true},
		`,"typ":"Application/AT+jwt"`: {true, true},
		`,"typ":"JWT"`:                {false, true},
		`,"typ":"application/"`:       {false, false},
		`,"typ":"dpop+jwt"`:           {false, false},
		`,"typ":"secevent+jwt"`:       {false, false},
		`,"typ":"at+jwt "`:            {false, false},
	} {
		token := rs256(`{"alg":"RS256","kid":"k"`+typ+`}`, good(""))
		for name, v := range map[string]*jwtauth.Verifier{"access": access, "all": all} {
			if name == "access" && want.access || name == "all" && want.all {
				taken(t, v, name+typ, token)
			} else {
				refused(t, v, name+typ, token, "the type of the token is not allowed")
			}
		}
	}
}

func TestE7ClaimsThatCanBeReadTwoWaysAreRefused(t *testing.T) {
	v := mustNew(t, config())
	token := func(payload string) string { return rs256(`{"alg":"RS256","kid":"k"}`, payload) }
	for name, tt := range map[string]struct{ token, reason string }{
		"claim twice":               {token(good(`,"sub":"eve"`)), "a member twice"},
		"claim twice, once escaped": {token(good(`,"\u0073ub":"eve"`)), "a member twice"},
		"claim twice, deeper":       {token(good(`,"act":{"sub":"a","sub":"b"}`)), "a member twice"},
		"header twice":              {rs256(`{"alg":"RS256","kid":"k","kid":"k"}`, good("")), "a member twice"},
		"text behind":               {token(good("") + "{}"), "not one JSON value"},
		"no object":                 {token(`[` + good("") + `]`), "no JSON object"},
		"no JSON":                   {token(`sub=ada`), "not one JSON value"},
		"empty":                     {token(``), "not one JSON value"},
		"not UTF-8":                 {token(good(",\"x\":\"\xff\"")), "not UTF-8"},
		"padded":                    {token(good("")) + "=", "signature is not base64url"},
		"encrypted":                 {"eyJhbGciOiJSU0EtT0FFUCJ9.YQ.YQ.YQ.YQ", "5 parts"},
		"huge":                      {token(good(`,"x":"` + strings.Repeat("x", 16<<10) + `"`)), "want 16384 at most"},
	} {
		refused(t, v, name, tt.token, tt.reason)
	}
}

func TestMistakesInTheConfigurationAreAllReported(t *testing.T) {
	key := must(jws.NewKey("k", "RS256", &rsaKey().PublicKey))
	secret := must(jws.NewKey("s", "HS256", slices.Repeat([]byte("s"), 32)))
	tests := []struct {
		name string
		cfg  jwtauth.Config
		want []string
	}{
		{"zero", jwtauth.Config{}, []string{"Issuer is empty", "Audience is empty", "Algorithms is empty"}},
		{"algorithms", jwtauth.Config{Issuer: issuer, Audience: "a", Algorithms: []string{"none", "RS256", "RS256", "HS256"}}, []string{`no algorithm "none"`, `"RS256" is given twice`, "keys for HS256 are secrets"}},
		{"keys", jwtauth.Config{Issuer: issuer, Audience: "a", Algorithms: []string{"RS256", "ES256"}, Keys: []*jws.Key{key, nil, secret}, KeysURL: "https://x"}, []string{`"ES256": none of Keys`, "Keys[1] is nil", `key "s" is for HS256`, "both Keys and KeysURL"}},
		{"times", jwtauth.Config{Issuer: issuer, Audience: "a", Algorithms: []string{"RS256"}, Leeway: 5*time.Minute + 1, MaxAge: time.Hour, MaxStale: time.Minute}, []string{"Leeway is 5m0.000000001s, want 5m0s or less", "MaxAge is 1h0m0s and MaxStale 1m0s"}},
		{"negative times", jwtauth.Config{Issuer: issuer, Audience: "a", Algorithms: []string{"RS256"}, MaxAge: -1}, []string{"MaxAge is -1ns"}},
		{"insecure", jwtauth.Config{Issuer: "http://id.example", Audience: "a", Algorithms: []string{"RS256"}}, []string{`Issuer: "http://id.example" is not https`}},
		{"no address", jwtauth.Config{Issuer: "id.example", Audience: "a", Algorithms: []string{"RS256"}}, []string{`Issuer: "id.example" is no address`}},
		{"query", jwtauth.Config{Issuer: "https://id.example?p=1", Audience: "a", Algorithms: []string{"RS256"}}, []string{"Issuer has a query"}},
		{"user", jwtauth.Config{Issuer: "any", Audience: "a", Algorithms: []string{"RS256"}, KeysURL: "https://u:p@x"}, []string{`KeysURL: "https://u:p@x" is no address`}},
	}
	for _, tt := range tests {
		v, err := jwtauth.New(tt.cfg)
		if v != nil || err == nil {
			t.Errorf("%s: got a verifier and %v", tt.name, err)
			continue
		}
		if n := len(strings.Split(err.Error(), "\n")); n != len(tt.want) {
			t.Errorf("%s: got %d mistakes, want %d:\n%v", tt.name, n, len(tt.want), err)
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", tt.name, err, want)
			}
		}
	}
}

// FuzzVerify checks that no text that the key has not signed is taken.
func FuzzVerify(f *testing.F) {
	v := mustNew(f, config())
	token := rs256(`{"alg":"RS256","kid":"k"}`, good(""))
	f.Add(token[:len(token)-1])
	f.Add(b64(`{"alg":"none"}`) + "." + b64(good("")) + ".")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := v.Verify(context.Background(), text); text != token && !errors.Is(err, auth.ErrInvalid) {
			t.Errorf("%q: got %v", text, err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	secret := slices.Repeat([]byte("s"), 32)
	cfg := config()
	cfg.Algorithms = []string{"HS256"}
	cfg.Keys = []*jws.Key{must(jws.NewKey("k", "HS256", secret))}
	v := mustNew(b, cfg)
	token := sign(jwt.SigningMethodHS256, secret, `{"alg":"HS256","kid":"k","typ":"JWT"}`, good(`,"scope":"a b","iat":1700000000`))
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(cfg.Now), jwt.WithStrictDecoding())
	key := func(*jwt.Token) (any, error) { return secret, nil }
	b.Run("tenon", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("golang-jwt", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parser.Parse(token, key); err != nil {
				b.Fatal(err)
			}
		}
	})
}
