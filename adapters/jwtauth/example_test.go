package jwtauth_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/jwtauth"
	"github.com/tenonapi/tenon/adapters/jwtauth/jws"
	"github.com/tenonapi/tenon/auth"
)

// Device is what the handlers need of a token.
type Device struct {
	Tenant string `json:"tenant" check:"minLength=1,maxLength=64"`
}

type whose struct{ Device Device }

func tenant(_ context.Context, in *whose) (string, error) { return in.Device.Tenant, nil }

// The keys are those that the issuer publishes.
func ExampleNew() {
	tokens, err := jwtauth.New(jwtauth.Config{
		Issuer:     "https://id.example",
		Audience:   "https://api.example",
		Algorithms: []string{"RS256"},
		Types:      []string{"at+jwt"}, // if the issuer says so: tokens of other kinds are none for this service
	})
	if err != nil {
		log.Fatal(err)
	}
	app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.OpenIDConnect("id", "https://id.example/.well-known/openid-configuration", tokens.Verify)))
		r.Use(auth.Claims[Device]())
		tenon.Get(r, "/tenant", tenant, tenon.Scopes("devices:read"))
	})
	if err != nil {
		log.Fatal(err)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/tenant", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	// Output: 401 Bearer realm="id", scope="devices:read"
}

// The service has the one key itself.
func ExampleVerifier_Verify() {
	seed := sha256.Sum256([]byte("for this example only"))
	private := ed25519.NewKeyFromSeed(seed[:])

	key, err := jws.NewKey("2026-11", "EdDSA", private.Public())
	if err != nil {
		log.Fatal(err)
	}
	tokens, err := jwtauth.New(jwtauth.Config{
		Issuer: "harbor", Audience: "harbor", Algorithms: []string{"EdDSA"}, Keys: []*jws.Key{key},
	})
	if err != nil {
		log.Fatal(err)
	}

	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": "harbor", "aud": "harbor", "sub": "ada", "scope": "orders:read", "exp": time.Now().Add(time.Minute).Unix(),
	}).SignedString(private)
	if err != nil {
		log.Fatal(err)
	}
	who, err := tokens.Verify(context.Background(), token)
	fmt.Println(who.Subject, who.Scopes, err)
	_, err = tokens.Verify(context.Background(), token[:len(token)-4]+"AAAA")
	fmt.Println(err)
	// Output:
	// ada [orders:read] <nil>
	// jwtauth: no key has made the signature: auth: credentials are not valid
}
