// Command fuego is the API of 300 operations written with fuego.
package main

import (
	"net/http"

	"github.com/go-fuego/fuego"

	"github.com/tenonapi/tenon/bench/scale/things"
)

func main() { things.Main(open) }

func open() (http.Handler, error) {
	s := fuego.NewServer(
		fuego.WithoutStartupMessages(),
		fuego.WithLoggingMiddleware(fuego.LoggingConfig{DisableRequest: true, DisableResponse: true}),
		fuego.WithEngineOptions(fuego.WithOpenAPIConfig(fuego.OpenAPIConfig{DisableLocalSave: true, DisableMessages: true})),
	)
	group[things.D0](s, 0)
	group[things.D1](s, 1)
	group[things.D2](s, 2)
	group[things.D3](s, 3)
	group[things.D4](s, 4)
	group[things.D5](s, 5)
	group[things.D6](s, 6)
	group[things.D7](s, 7)
	group[things.D8](s, 8)
	group[things.D9](s, 9)
	return s.Mux, nil
}

func group[A any](s *fuego.Server, a int) {
	resource[A, things.D0](s, a, 0)
	resource[A, things.D1](s, a, 1)
	resource[A, things.D2](s, a, 2)
	resource[A, things.D3](s, a, 3)
	resource[A, things.D4](s, a, 4)
	resource[A, things.D5](s, a, 5)
	resource[A, things.D6](s, a, 6)
	resource[A, things.D7](s, a, 7)
	resource[A, things.D8](s, a, 8)
	resource[A, things.D9](s, a, 9)
}

func resource[A, B any](s *fuego.Server, a, b int) {
	path := things.Path(a, b)
	fuego.Post(s, path, func(c fuego.ContextWithBody[things.Create[A, B]]) (things.Thing[A, B], error) {
		in, err := c.Body()
		if err != nil {
			return things.Thing[A, B]{}, err
		}
		c.SetHeader("Location", things.Probe)
		return things.Make(&in), nil
	}, fuego.OptionTags("things"), fuego.OptionDefaultStatusCode(http.StatusCreated))
	fuego.Get(s, path+"/{id}", func(c fuego.ContextNoBody) (things.Detail[A, B], error) {
		return things.Find[A, B](c.PathParam("id")), nil
	}, fuego.OptionTags("things"))
	fuego.Get(s, path, func(fuego.ContextNoBody) (things.List[A, B], error) {
		return things.List[A, B]{}, nil
	},
		fuego.OptionTags("things"),
		fuego.OptionQueryInt("limit", "Items in an answer", fuego.ParamDefault(20)),
		fuego.OptionQuery("cursor", "next_cursor of the answer before"),
		fuego.OptionQuery("state", "State"),
	)
}
