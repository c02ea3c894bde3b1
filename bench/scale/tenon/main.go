// Command tenon is the API of 300 operations written with Tenon.
package main

import (
	"context"
	"net/http"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/bench/scale/things"
)

type (
	create[A, B any] struct {
		Body things.Create[A, B]
	}
	get[A, B any] struct {
		ID string `path:"id" check:"format=uuid"`
	}
	list[A, B any] struct {
		Limit  int               `query:"limit" check:"ge=1,le=100" default:"20" doc:"Items in an answer"`
		Cursor tenon.Opt[string] `query:"cursor" doc:"next_cursor of the answer before"`
		State  tenon.Opt[string] `query:"state" check:"enum=new|open|closed"`
	}
)

func main() { things.Main(open) }

func open() (http.Handler, error) {
	return tenon.New(tenon.Config{Title: "scale", Version: "1"}, func(r *tenon.Router) {
		group[things.D0](r, 0)
		group[things.D1](r, 1)
		group[things.D2](r, 2)
		group[things.D3](r, 3)
		group[things.D4](r, 4)
		group[things.D5](r, 5)
		group[things.D6](r, 6)
		group[things.D7](r, 7)
		group[things.D8](r, 8)
		group[things.D9](r, 9)
	})
}

func group[A any](r *tenon.Router, a int) {
	resource[A, things.D0](r, a, 0)
	resource[A, things.D1](r, a, 1)
	resource[A, things.D2](r, a, 2)
	resource[A, things.D3](r, a, 3)
	resource[A, things.D4](r, a, 4)
	resource[A, things.D5](r, a, 5)
	resource[A, things.D6](r, a, 6)
	resource[A, things.D7](r, a, 7)
	resource[A, things.D8](r, a, 8)
	resource[A, things.D9](r, a, 9)
}

func resource[A, B any](r *tenon.Router, a, b int) {
	g := r.Group(things.Path(a, b), tenon.Tags("things"))
	tenon.Post(g, "", func(_ context.Context, in *create[A, B]) (tenon.Created[things.Thing[A, B]], error) {
		return tenon.Created[things.Thing[A, B]]{Location: things.Probe, Body: things.Make(&in.Body)}, nil
	})
	tenon.Get(g, "/{id}", func(_ context.Context, in *get[A, B]) (things.Detail[A, B], error) {
		return things.Find[A, B](in.ID), nil
	})
	tenon.Get(g, "", func(context.Context, *list[A, B]) (things.List[A, B], error) {
		return things.List[A, B]{}, nil
	})
}
