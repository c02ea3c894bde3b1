package app // want package:"uses Tenon"

import (
	"context"

	"routes"

	"github.com/tenonapi/tenon"
)

func run(option tenon.Option) {
	a := new(routes.API)
	tenon.New(tenon.Config{}, a.Routes, routes.Guarded) // want `^routes.Order.Tenant: tag path:"tenant": path /v1/order has no such parameter$`
	tenon.New(tenon.Config{}, func(r *tenon.Router) {
		routes.Routes("", r.Group("/{tenant}"))
		routes.Routes("", r.Group("/tenants")) // want `^routes.Order.Tenant: tag path:"tenant": path /tenants/v1/order has no such parameter$`
		group := r.Group("/x", option)
		tenon.Get(group, "/{id}", nothing) // who knows what the option reads
		tenon.Get(r, "/a", foreign)        // want `^routes.Order.Tenant: tag path:"tenant": path /a has no such parameter$`
	})
}

func nothing(context.Context, *struct{}) (struct{}, error) { return struct{}{}, nil }

func foreign(context.Context, *routes.Order) (struct{}, error) { return struct{}{}, nil }
