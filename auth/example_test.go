package auth_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
)

// One provider takes API keys, of which the service knows only the hashes, or
// tokens of people.
func ExampleAccept() {
	keys := map[[32]byte]auth.Principal{sha256.Sum256([]byte("hk_123")): {Subject: "acme"}}
	byKey := func(_ context.Context, key string) (auth.Principal, error) {
		return keys[sha256.Sum256([]byte(key))], nil // nobody for an unknown key
	}
	byToken := func(context.Context, string) (auth.Principal, error) { return auth.Principal{}, auth.ErrInvalid }
	type me struct{ Caller auth.Principal }
	app, err := tenon.New(tenon.Config{Title: "Harbor", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.Bearer("key", byKey), auth.Bearer("jwt", byToken)))
		tenon.Get(r, "/me", func(_ context.Context, in *me) (string, error) { return in.Caller.Subject, nil })
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, token := range []string{"hk_123", "hk_456"} {
		r := httptest.NewRequest(http.MethodGet, "/me", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("WWW-Authenticate"))
	}
	// Output:
	// 200 ""
	// 401 "Bearer realm=\"key\", error=\"invalid_token\""
}

// A rule about a caller and what it asks for is a guard. What belongs to another
// tenant does not exist for this one: 404, not 403, which would tell that it does.
func ExampleAccept_rules() {
	errNoOrder := errors.New("no such order")
	errReadOnly := errors.New("tenant is read-only")
	owners := map[string]string{"17": "acme", "18": "umbrella"}

	type order struct {
		Caller auth.Principal
		ID     string `path:"id"`
	}
	owned := func(_ context.Context, in *order) error {
		if owners[in.ID] != in.Caller.Subject {
			return errNoOrder
		}
		return nil
	}
	writable := func(_ context.Context, in *struct{ Caller auth.Principal }) error {
		if in.Caller.Subject == "umbrella" {
			return errReadOnly
		}
		return nil
	}
	show := func(_ context.Context, in *order) (string, error) { return in.ID, nil }

	verify := func(_ context.Context, token string) (auth.Principal, error) {
		return auth.Principal{Subject: token}, nil
	}
	app, err := tenon.New(tenon.Config{Title: "Orders", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.Bearer("token", verify)),
			tenon.MapError(errNoOrder, 404, "order_not_found", "Order not found"),
			tenon.MapError(errReadOnly, 403, "read_only", "Tenant is read-only"))
		orders := r.Group("/orders/{id}", tenon.Guard(owned, tenon.Errors(errNoOrder)))
		tenon.Get(orders, "", show)
		tenon.Delete(orders, "", show, tenon.Guard(writable, tenon.Errors(errReadOnly)))
	})
	if err != nil {
		log.Fatal(err)
	}
	ask := func(method, target, caller string) {
		r := httptest.NewRequest(method, target, nil)
		if caller != "" {
			r.Header.Set("Authorization", "Bearer "+caller)
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(method, target, caller, w.Code)
	}
	ask("GET", "/orders/17", "")
	ask("GET", "/orders/17", "acme")
	ask("GET", "/orders/18", "acme")
	ask("DELETE", "/orders/18", "umbrella")
	// Output:
	// GET /orders/17  401
	// GET /orders/17 acme 200
	// GET /orders/18 acme 404
	// DELETE /orders/18 umbrella 403
}

// Claims of a token come as a type of the service.
func ExampleClaims() {
	type Claims struct {
		Tenant string `json:"tenant" check:"minLength=1"`
	}
	verify := func(context.Context, string) (auth.Principal, error) { // such as the Verify of jwtauth
		return auth.Principal{Subject: "ada", Claims: []byte(`{"sub":"ada","tenant":"acme"}`)}, nil
	}
	app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.Bearer("token", verify)), auth.Claims[Claims]())
		tenon.Get(r, "/tenant", func(_ context.Context, in *struct{ Claims Claims }) (string, error) { return in.Claims.Tenant, nil })
	})
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/tenant", nil)
	r.Header.Set("Authorization", "Bearer token")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: "acme"
}
