package tenontest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

type getUser struct {
	Name string `path:"name"`
}

type user struct {
	Name string `json:"name"`
}

var errNoUser = errors.New("no such user")

func ExampleCall() {
	var get *tenon.Endpoint[getUser, user]
	app, err := tenon.New(tenon.Config{Title: "Users", Version: "1.0.0"}, func(r *tenon.Router) {
		r.Use(tenon.MapError(errNoUser, 404, "user_unknown", "User is unknown"))
		get = tenon.Get(r, "/users/{name}", func(_ context.Context, in *getUser) (user, error) {
			if in.Name != "ada" {
				return user{}, fmt.Errorf("read user %s: %w", in.Name, errNoUser)
			}
			return user{Name: in.Name}, nil
		}, tenon.Errors(errNoUser))
	})
	if err != nil {
		log.Fatal(err)
	}
	c := tenontest.New(t, app) // t is the *testing.T of a test

	r, err := tenontest.Call(c, get, &getUser{Name: "ada"})
	fmt.Println(r.Status, r.Out.Name, err)

	r, err = tenontest.Call(c, get, &getUser{Name: "bob"})
	p, _ := errors.AsType[*problem.Error](err)
	fmt.Println(r.Status, p.Code)
	// Output:
	// 200 ada <nil>
	// 404 user_unknown
}

var t testing.TB = exampleTB{}

// exampleTB stands in for the *testing.T that an example does not have.
type exampleTB struct{ testing.TB }

func (exampleTB) Helper()                  {}
func (exampleTB) Context() context.Context { return context.Background() }
