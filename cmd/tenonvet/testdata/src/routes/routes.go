package routes // want package:"uses Tenon"

import (
	"context"

	"github.com/tenonapi/tenon"
)

type Order struct {
	Tenant string `path:"tenant"`
}

func order(context.Context, *Order) (struct{}, error) { return struct{}{}, nil }

// Routes is exported: another package says where it is.
func Routes(name string, r *tenon.Router) { // want Routes:"wants tenant"
	tenon.Get(r.Group("/v1"), "/order", order)
}

type API struct{}

func (a *API) Routes(r *tenon.Router) { // want Routes:"wants tenant"
	Routes("", r)
}

// Guarded reads the parameter in a guard.
func Guarded(r *tenon.Router) {
	r.Use(tenon.Guard(func(context.Context, *struct {
		Name string `path:"name"`
	}) error {
		return nil
	}))
	tenon.Get(r, "/{tenant}/{name}", order)
	tenon.Get(r, "/{tenant}/{nam}", order) // want `parameter "nam"`
}
