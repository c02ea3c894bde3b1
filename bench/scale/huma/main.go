// Command huma is the API of 300 operations written with huma.
package main

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tenonapi/tenon/bench/scale/things"
)

type (
	create[A, B any] struct {
		Body things.Create[A, B]
	}
	created[A, B any] struct {
		Location string `header:"Location"`
		Body     things.Thing[A, B]
	}
	get[A, B any] struct {
		ID string `path:"id" format:"uuid"`
	}
	detail[A, B any] struct {
		Body things.Detail[A, B]
	}
	list[A, B any] struct {
		Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"Items in an answer"`
		Cursor string `query:"cursor" doc:"next_cursor of the answer before"`
		State  string `query:"state" enum:"new,open,closed"`
	}
	listed[A, B any] struct {
		Body things.List[A, B]
	}
)

func main() { things.Main(open) }

func open() (http.Handler, error) {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("scale", "1")
	config.CreateHooks = nil // which add $schema to every answer
	api := humago.New(mux, config)
	group[things.D0](api, 0)
	group[things.D1](api, 1)
	group[things.D2](api, 2)
	group[things.D3](api, 3)
	group[things.D4](api, 4)
	group[things.D5](api, 5)
	group[things.D6](api, 6)
	group[things.D7](api, 7)
	group[things.D8](api, 8)
	group[things.D9](api, 9)
	return mux, nil
}

func group[A any](api huma.API, a int) {
	resource[A, things.D0](api, a, 0)
	resource[A, things.D1](api, a, 1)
	resource[A, things.D2](api, a, 2)
	resource[A, things.D3](api, a, 3)
	resource[A, things.D4](api, a, 4)
	resource[A, things.D5](api, a, 5)
	resource[A, things.D6](api, a, 6)
	resource[A, things.D7](api, a, 7)
	resource[A, things.D8](api, a, 8)
	resource[A, things.D9](api, a, 9)
}

func resource[A, B any](api huma.API, a, b int) {
	path := things.Path(a, b)
	huma.Post(api, path, func(_ context.Context, in *create[A, B]) (*created[A, B], error) {
		return &created[A, B]{Location: things.Probe, Body: things.Make(&in.Body)}, nil
	}, huma.OperationTags("things"), func(o *huma.Operation) { o.DefaultStatus = http.StatusCreated })
	huma.Get(api, path+"/{id}", func(_ context.Context, in *get[A, B]) (*detail[A, B], error) {
		return &detail[A, B]{things.Find[A, B](in.ID)}, nil
	}, huma.OperationTags("things"))
	huma.Get(api, path, func(context.Context, *list[A, B]) (*listed[A, B], error) {
		return &listed[A, B]{}, nil
	}, huma.OperationTags("things"))
}
