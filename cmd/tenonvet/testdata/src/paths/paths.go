package paths // want package:"uses Tenon"

import (
	"context"

	"github.com/tenonapi/tenon"
)

type ok struct{}

func in[T any](context.Context, *T) (ok, error) { return ok{}, nil }

type (
	Order struct {
		ID int `path:"order_id"` // want `^tag path:"order_id": path /orders/\{id\} has no such parameter, only id$` `^tag path:"order_id": path /orders has no such parameter$` `^tag path:"order_id": path /orders/\{ordre_id\} has no such parameter, did you mean ordre_id\?$`
	}
	Tenant struct {
		Tenant string `path:"tenant"`
	}
	Both struct {
		Tenant
		ID   int `path:"order_id"`
		_    struct{}
		Body struct{ N int }
	}
	Keyed struct {
		Key keys `path:"*"`
	}
	keys struct {
		A      int `json:"a"`
		B      int // want `^tag path:"B": path /{a} has no such parameter, only a$`
		Hidden int `json:"-"`
	}
	Needs struct {
		ID     int `path:"order_id"`
		Caller Caller
	}
	Caller string
	Lost   struct {
		ID int `path:"order_id" check: "ge=1"` // want `malformed tag after path`
	}
)

// New is given these: the paths are whole.
func app(dynamic string, other tenon.Option) {
	tenon.New(tenon.Config{}, Routes, (&api{}).routes, func(r *tenon.Router) {
		tenon.Get(r, "/orders/{order_id}", in[Order])
		tenon.Get(r, "/orders/{id}", in[Order]) // want `^path /orders/\{id\} has the parameter "id", but no field of Order has the tag path:"id"$`
		tenon.Get(r, "/orders", in[Order])
		tenon.Handle(r, "GET", "/orders/{ordre_id}", in[Order]) // want `parameter "ordre_id"`
		tenon.Get(r, "/{a}/{B}", in[Keyed])
		tenon.Get(r, "/{a}", in[Keyed])
		tenon.Get(r, "/"+dynamic, in[Order])
		tenon.Get(r, "/{order_id}", in[Lost])
		tenon.Get(r, "/{x}", in[Lost])
		tenon.Get(r, "/{order_id}/{tenant}", in[Needs])
		tenon.Get(r, "/{order_id}/{tenant}", in[Order], other)
		tenon.Get(r, "/{order_id}/{tenant}", in[Order], tenon.Options(tenon.Tags("a"), other))
		tenon.Get(r, "/{order_id}/{x}", in[Order], tenon.Options(tenon.Tags("a")), tenon.Doc{ID: "a"}) // want `parameter "x"`
		tenon.Get(r, "orders", in[struct{}])                                                           // want `^path "orders": want a slash at the beginning$`
		tenon.Get(r, "/{id", in[struct{}])                                                             // want `^path "/\{id": a parameter is a whole segment, as in /orders/\{id\}$`
		tenon.Get(r, "/a{id}", in[struct{}])                                                           // want `a parameter is a whole segment`
		tenon.Get(r, "/{id}/{id}", in[struct{}])                                                       // want `parameter "id" occurs twice`
	})
}

func Routes(r *tenon.Router) { // want Routes:"wants tenant, tenant"
	const prefix = "/tenants/{tenant}"
	v1 := r.Group("/v1")
	tenants := v1.Group(prefix, tenon.Tags("tenants"))
	tenon.Get(tenants, "/orders/{order_id}", in[Both])
	tenon.Get(tenants, "", in[Tenant])
	tenon.Get(tenants, "/orders/{order_id}", in[Order]) // want `^path /v1/tenants/\{tenant\}/orders/\{order_id\} has the parameter "tenant", but no field of Order`
	var again = r.Group("/x")
	again = r.Group("/{tenant}")
	tenon.Get(again, "/a", in[Tenant])
	tenon.Get(r.Group(again2()), "/a", in[Tenant])
	var later *tenon.Router
	later = r.Group("/{tenant}")
	tenon.Get(later, "/a", in[Tenant])
	pointed := r.Group("/x")
	change(&pointed)
	tenon.Get(pointed, "/a", in[Tenant])
	given(r.Group("/{tenant}"))
	given(r.Group("/tenants"))
	deeper(r)
	reassigned(r)
}

func reassigned(r *tenon.Router) {
	r = r.Group("/{tenant}")
	tenon.Get(r, "/a", in[Tenant])
}

func again2() string { return "/{tenant}" }

func change(r **tenon.Router) { *r = (*r).Group("/{tenant}") }

type Given struct {
	Tenant string `path:"tenant"` // want `^tag path:"tenant": path /tenants/given has no such parameter$`
}

// given is called with two groups, of which one lacks the parameter.
func given(r *tenon.Router) { tenon.Get(r, "/given", in[Given]) }

type Deep struct {
	Tenant string `path:"tenant"` // want `^tag path:"tenant": path /deep/deepest/a has no such parameter$`
}

func deeper(r *tenon.Router) {
	routes := func(r *tenon.Router) { tenon.Get(r, "/a", in[Deep]) }
	routes(r.Group("/deep").Group("/deepest"))
	deeper(r)
}

// unknown is called by nobody here.
func unknown(r *tenon.Router) {
	tenon.Get(r, "/a", in[Tenant])
	tenon.Get(r, "/a/{x}", in[Tenant]) // want `parameter "x"`
}

type api struct{ router *tenon.Router }

type Method struct {
	ID int `path:"id"` // want `path /method has no such parameter`
}

func (a *api) routes(r *tenon.Router) {
	tenon.Get(r, "/method", in[Method])
	tenon.Get(a.router, "/a", in[Tenant])
	a.router = r
}
