package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tenonapi/tenon/internal/assert"
)

const (
	issuer   = "https://id.example"
	audience = "https://harbor.example"
)

var jwtSecret = []byte("only for tests, but long enough: 0123456789")

// environment returns an environment with variables given as "NAME=value", without HARBOR_.
func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, ok := strings.CutPrefix(pair, strings.TrimPrefix(name, "HARBOR_")+"="); ok {
				return value
			}
		}
		return ""
	}
}

// withTokens is an environment in which tokens are accepted.
func withTokens(pairs ...string) func(string) string {
	return environment(append(pairs, "JWT_ISSUER="+issuer, "JWT_AUDIENCE="+audience,
		"JWT_SECRET="+base64.StdEncoding.EncodeToString(jwtSecret))...)
}

// token returns a token for a merchant with more claims, given as "name", value, ….
func token(t *testing.T, merchant string, more ...any) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": issuer, "aud": audience, "sub": merchant, "exp": time.Now().Add(time.Minute).Unix()}
	for i := 0; i < len(more); i += 2 {
		claims[more[i].(string)] = more[i+1]
	}
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(jwtSecret)
	assert.NoError(t, err)
	return text
}

// status sends a request with credentials and returns its status and code.
func (s *started) status(t *testing.T, method, target, credentials string) string {
	t.Helper()
	body := ""
	if method == "POST" {
		body = payload
	}
	resp, text := s.do(t, method, target, body, "Authorization", credentials, "Idempotency-Key", "k")
	if resp.StatusCode < 400 {
		return fmt.Sprint(resp.StatusCode)
	}
	var p struct{ Code string }
	assert.NoError(t, json.Unmarshal([]byte(text), &p), text)
	if resp.StatusCode == http.StatusUnauthorized {
		assert.Contains(t, resp.Header.Get("WWW-Authenticate"), `Bearer realm="Harbor Payments"`)
	}
	return fmt.Sprint(resp.StatusCode, " ", p.Code)
}

func TestTheFirstStartShowsAKeyOnceAndItWorks(t *testing.T) {
	onBoth(t, testTheFirstStartShowsAKeyOnceAndItWorks)
}

func testTheFirstStartShowsAKeyOnceAndItWorks(t *testing.T, db string) {
	s := start(t, db, noEnv)
	key := s.key
	assert.Equal(t, key != "", true, s.said)
	assert.Equal(t, s.status(t, "GET", "/v1/customers/c/orders", "Bearer "+key), "200")
	assert.NoError(t, s.stop())
	if strings.Contains(s.logs.String(), key) {
		t.Errorf("the key is in the log: %s", s.logs)
	}
	s = start(t, db, noEnv)
	assert.Equal(t, s.key, "", "shown at the second start")
	assert.Equal(t, s.status(t, "GET", "/v1/customers/c/orders", "Bearer "+key), "200")
}

func TestTheConfiguredKeyIsThatOfTheDemoMerchant(t *testing.T) {
	onBoth(t, testTheConfiguredKeyIsThatOfTheDemoMerchant)
}

func testTheConfiguredKeyIsThatOfTheDemoMerchant(t *testing.T, db string) {
	const one, two = "hk_0123456789abcdefghijklmnop", "hk_abcdefghijklmnop0123456789"
	for i, key := range []string{one, one, two} {
		s := start(t, db, environment("API_KEY="+key))
		assert.Equal(t, s.key, "", "shown")
		want := "201"
		if i > 0 {
			want = "200"
		}
		assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+key), want, i)
		assert.NoError(t, s.stop())
		if strings.Contains(s.logs.String()+s.said, key) {
			t.Errorf("the key is shown: %s%s", s.said, s.logs)
		}
	}
	s := start(t, db, noEnv)
	assert.Equal(t, s.key, "", "shown")
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+one), "401 invalid_token")
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+two), "200")
}

func TestWhoMayCall(t *testing.T) { onBoth(t, testWhoMayCall) }

func testWhoMayCall(t *testing.T, db string) {
	s := start(t, db, withTokens())
	order, list := "/v1/orders/00000000-0000-7000-8000-000000000000", "/v1/customers/c/orders"
	tests := []struct {
		name, method, target, credentials, want string
	}{
		{"key", "GET", list, "Bearer " + s.key, "200"},
		{"key, method in lower case", "GET", list, "bearer " + s.key, "200"},
		{"token", "GET", list, "Bearer " + token(t, "demo"), "200"},
		{"token creates", "POST", "/v1/orders", "Bearer " + token(t, "demo"), "201"},
		{"key replays what the token created", "POST", "/v1/orders", "Bearer " + s.key, "200"},
		{"token that may read", "GET", list, "Bearer " + token(t, "demo", "scope", "profile orders:read"), "200"},
		{"token that may read creates", "POST", "/v1/orders", "Bearer " + token(t, "demo", "scope", "orders:read"), "403 insufficient_scope"},
		{"token that may write reads", "GET", order, "Bearer " + token(t, "demo", "scope", "orders:write"), "403 insufficient_scope"},
		{"token that may do nothing", "GET", order, "Bearer " + token(t, "demo", "scope", ""), "403 insufficient_scope"},
		{"endpoints for nobody", "GET", endpoints, "", "401 unauthorized"},
		{"token that may read webhooks", "GET", endpoints, "Bearer " + token(t, "demo", "scope", "webhooks:read"), "200"},
		{"token that may read webhooks replays", "POST", "/v1/webhook-deliveries/dlv_1/replay", "Bearer " + token(t, "demo", "scope", "webhooks:read"), "403 insufficient_scope"},
		{"token that may write webhooks replays", "POST", "/v1/webhook-deliveries/dlv_1/replay", "Bearer " + token(t, "demo", "scope", "webhooks:write"), "404 webhook_delivery_not_found"},
		{"token that may write orders registers", "POST", endpoints, "Bearer " + token(t, "demo", "scope", "orders:write"), "403 insufficient_scope"},
		{"what nobody has", "GET", order, "Bearer " + s.key, "404 order_not_found"},
		{"nobody", "GET", order, "", "401 unauthorized"},
		{"nobody asks for nonsense", "GET", "/v1/orders/x", "", "401 unauthorized"},
		{"nobody creates", "POST", "/v1/orders", "", "401 unauthorized"},
		{"another method", "GET", order, "Basic ZGVtbzpoa18=", "401 unauthorized"},
		{"unknown key", "GET", order, "Bearer hk_0123456789abcdefghijklmnop", "401 invalid_token"},
		{"key in another case", "GET", order, "Bearer " + strings.ToLower(s.key), "401 invalid_token"},
		{"two keys", "GET", order, "Bearer " + s.key + "," + s.key, "400 invalid_request"},
		{"key without a method", "GET", order, s.key, "401 unauthorized"},
		{"token of no merchant", "GET", order, "Bearer " + token(t, "nobody"), "401 invalid_token"},
		{"token that has expired", "GET", order, "Bearer " + token(t, "demo", "exp", time.Now().Add(-time.Hour).Unix()), "401 invalid_token"},
		{"token for another audience", "GET", order, "Bearer " + token(t, "demo", "aud", "https://other.example"), "401 invalid_token"},
		{"token of another issuer", "GET", order, "Bearer " + token(t, "demo", "iss", "https://other.example"), "401 invalid_token"},
		{"token with another signature", "GET", order, "Bearer " + token(t, "demo") + "AAAA", "401 invalid_token"},
	}
	for _, tt := range tests {
		assert.Equal(t, s.status(t, tt.method, tt.target, tt.credentials), tt.want, tt.name)
	}
	for _, target := range []string{"/livez", "/health", "/readyz", "/ready", "/docs", "/openapi.json"} {
		assert.Equal(t, s.status(t, "GET", target, ""), "200", target)
	}
	assert.NoError(t, s.stop())
	if found := regexp.MustCompile(`hk_\w+|eyJ\w+`).FindString(s.logs.String()); found != "" {
		t.Errorf("the log has credentials: %s", found)
	}
}

func TestTokensAreRefusedWithoutAnIssuer(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	assert.Equal(t, s.status(t, "GET", "/v1/customers/c/orders", "Bearer "+token(t, "demo")), "401 invalid_token")
}

// The keys of tokens come from a key set.
func TestKeySetOfAnIssuer(t *testing.T) {
	private := ed25519.NewKeyFromSeed(jwtSecret[:ed25519.SeedSize])
	public := private.Public().(ed25519.PublicKey)
	set := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"1","x":%q}]}`, base64.RawURLEncoding.EncodeToString(public))
	}))
	t.Cleanup(set.Close)
	s := start(t, t.TempDir(), environment("JWT_ISSUER="+issuer, "JWT_AUDIENCE="+audience, "JWT_KEYS_URL="+set.URL))
	claims := jwt.MapClaims{"iss": issuer, "aud": audience, "sub": "demo", "exp": time.Now().Add(time.Minute).Unix()}
	text, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims).SignedString(private)
	assert.NoError(t, err)
	assert.Equal(t, s.status(t, "GET", "/v1/customers/c/orders", "Bearer "+text), "200")
	assert.Equal(t, s.status(t, "GET", "/v1/customers/c/orders", "Bearer "+token(t, "demo")), "401 invalid_token", "signed with a secret")
}

// CHECKLIST E10, on the whole service: a merchant that is added while it runs, and the
// first one, do not meet each other's orders.
func TestMerchantsAreApart(t *testing.T) { onBoth(t, testMerchantsAreApart) }

func testMerchantsAreApart(t *testing.T, db string) {
	s := start(t, db, withTokens())
	var out bytes.Buffer
	add := in(db, "add-merchant", "acme", "Acme, Inc.")
	assert.NoError(t, run(t.Context(), add, noEnv, &out, io.Discard))
	_, acmeKey, ok := strings.Cut(strings.TrimSpace(out.String()), "API key of the merchant acme, shown only now: ")
	assert.Equal(t, ok, true, out.String())
	err := run(t.Context(), add, noEnv, &out, io.Discard)
	assert.Contains(t, fmt.Sprint(err), `add merchant "acme": there is one with this ID`)

	created, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "k")
	assert.Equal(t, created.StatusCode, http.StatusCreated)
	order := created.Header.Get("Location")
	for _, credentials := range []string{"Bearer " + acmeKey, "Bearer " + token(t, "acme")} {
		assert.Equal(t, s.status(t, "GET", order, credentials), "404 order_not_found")
		_, list := s.do(t, "GET", "/v1/customers/cus_1/orders", "", "Authorization", credentials)
		assert.Equal(t, list, `{"items":[],"next_cursor":null}`)
	}
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+acmeKey), "201", "with the key of the other's order")
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+token(t, "acme")), "200")
	_, list := s.do(t, "GET", "/v1/customers/cus_1/orders", "")
	assert.Equal(t, list, `{"items":[`+body+`],"next_cursor":null}`)
}
