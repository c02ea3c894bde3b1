// Command security is the program of the guide "Security".
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"log"
	"net/http"
	"slices"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
)

// Keys are the API keys of merchants by their hashes: who reads the table has no key.
type Keys map[[32]byte]auth.Principal

// Verify returns whose key it is.
func (k Keys) Verify(_ context.Context, key string) (auth.Principal, error) {
	return k[sha256.Sum256([]byte(key))], nil // a principal without a subject is nobody
}

// An Operator signs in with a password.
type Operator struct{ Name, Password string }

// Verify compares both, so that the time does not tell which one is wrong.
func (o Operator) Verify(_ context.Context, user, password string) (auth.Principal, error) {
	known := auth.Equal(user, o.Name)
	if !auth.Equal(password, o.Password) || !known {
		return auth.Principal{}, auth.ErrInvalid
	}
	return auth.Principal{Subject: o.Name, Scopes: []string{"orders:audit"}}, nil
}

// An Order belongs to a merchant.
type Order struct {
	ID       string `json:"id"`
	Merchant string `json:"merchant"`
}

var errNoOrder = errors.New("no such order")

// API has the handlers and what they need.
type API struct {
	keys     Keys
	operator Operator
	orders   []Order
}

type listOrders struct{ Caller auth.Principal }

func (a *API) list(_ context.Context, in *listOrders) ([]Order, error) {
	return slices.DeleteFunc(slices.Clone(a.orders), func(o Order) bool { return o.Merchant != in.Caller.Subject }), nil
}

func (a *API) audit(context.Context, *struct{ _ auth.Principal }) ([]Order, error) {
	return a.orders, nil
}

type orderPath struct {
	Caller auth.Principal
	ID     string `path:"id"`
}

// owned is a rule: what belongs to somebody else does not exist.
func (a *API) owned(_ context.Context, in *orderPath) error {
	if !slices.Contains(a.orders, Order{in.ID, in.Caller.Subject}) {
		return errNoOrder
	}
	return nil
}

func (a *API) order(_ context.Context, in *orderPath) (Order, error) {
	return Order{in.ID, in.Caller.Subject}, nil
}

type greeting struct{ Caller tenon.Opt[auth.Principal] }

func greet(_ context.Context, in *greeting) (string, error) {
	return "Hello " + in.Caller.Or(auth.Principal{Subject: "whoever you are"}).Subject, nil
}

func status(context.Context, *struct{}) (string, error) { return "up", nil }

// Routes registers every operation.
func (a *API) Routes(r *tenon.Router) {
	r.Use(auth.Accept(auth.HeaderKey("key", "X-API-Key", a.keys.Verify), auth.Basic("operator", a.operator.Verify)))
	r.Use(tenon.MapError(errNoOrder, http.StatusNotFound, "order_not_found", "Order not found"))

	tenon.Get(r, "/status", status, tenon.Public())
	tenon.Get(r, "/greeting", greet)
	tenon.Get(r, "/orders", a.list)
	tenon.Get(r, "/orders/{id}", a.order, tenon.Guard(a.owned, tenon.Errors(errNoOrder)))
	tenon.Get(r, "/audit", a.audit, tenon.Scopes("orders:audit"))
}

func newApp(a *API) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Orders", Version: "1.0.0"}, a.Routes)
}

func main() {
	app, err := newApp(&API{
		keys:     Keys{sha256.Sum256([]byte("hk_demo")): {Subject: "acme"}},
		operator: Operator{"ada", "correct horse battery staple"},
		orders:   []Order{{"17", "acme"}, {"18", "umbrella"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}
