package apps

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/fastapi"
	"github.com/tenonapi/tenon/problem"
)

func routing() []App {
	root := func(path string) func(*tenon.Router) {
		return func(r *tenon.Router) { answers(r, "/app", object{"message": "Hello World", "root_path": path}) }
	}
	return []App{
		{Name: "behind_a_proxy_tutorial001", Routes: root("")},
		{Name: "behind_a_proxy_tutorial002", Routes: root("/api/v1")},
		{Name: "behind_a_proxy_tutorial003", Routes: root("/api/v1")},
		{Name: "sub_applications_tutorial001", Routes: subApplications},
		{Name: "t_empty_router", Routes: func(r *tenon.Router) { answers(r.Group("/prefix"), "", []string{"OK"}) }},
		{Name: "t_router_prefix_with_template", Routes: routerPrefixWithTemplate},
		{Name: "t_include_router_defaults_overrides", Routes: includeRouterDefaultsOverrides},
		{Name: "t_starlette_exception", Routes: starletteException},
		{Name: "using_request_directly_tutorial001", Routes: usingRequestDirectly},
		{Name: "handling_errors_tutorial001", Routes: handlingErrors001},
		{Name: "handling_errors_tutorial003", Routes: handlingErrors003},
		{Name: "handling_errors_tutorial006", Routes: handlingErrors006},
		{Name: "t_exception_handlers", Routes: exceptionHandlers, Adjust: func(cfg *tenon.Config) { cfg.Errors = ownHandlers{cfg.Errors} }},
	}
}

func subApplications(r *tenon.Router) {
	answers(r, "/app", object{"message": "Hello World from main app"})
	sub, err := tenon.New(fastapi.Compat(tenon.Config{Title: "FastAPI", Version: "0.1.0", BasePath: "/subapi"}), func(r *tenon.Router) {
		answers(r, "/sub", object{"message": "Hello World from sub API"})
	})
	r.Use(tenon.Mistake(err))
	r.Mount("/subapi", sub)
}

func routerPrefixWithTemplate(r *tenon.Router) {
	tenon.Get(r.Group("/{segment}"), "/users/{id}", func(_ context.Context, in *struct {
		Segment string `path:"segment"`
		ID      string `path:"id"`
	}) (object, error) {
		return object{"segment": in.Segment, "id": in.ID}, nil
	})
}

// Bodies with a media type of each level.
type (
	level0 struct {
		Body []byte `content:"application/x-level-0"`
	}
	level1 struct {
		Body []byte `content:"application/x-level-1"`
	}
	level2 struct {
		Body []byte `content:"application/x-level-2"`
	}
	level3 struct {
		Body []byte `content:"application/x-level-3"`
	}
	level4 struct {
		Body []byte `content:"application/x-level-4"`
	}
	level5 struct {
		Body []byte `content:"application/x-level-5"`
	}
	query1 struct {
		Level string `query:"level1"`
	}
	query3 struct {
		Level string `query:"level3"`
	}
	query5 struct {
		Level string `query:"level5"`
	}
)

// sets is a stage that sets a header of a level.
func sets(level int) tenon.Option {
	return tenon.Around(func(ctx context.Context, _ *struct{}, c *tenon.Call) error {
		c.SetHeader(fmt.Sprintf("X-Level%d", level), "True")
		return c.Next(ctx)
	})
}

// level has an operation whose answers are those of a level.
func level[In any](r *tenon.Router, path string, level int, read func(*In) string, opts ...tenon.Option) {
	body := func(in *In) []byte { return []byte(`"` + read(in) + `"`) }
	switch level {
	case 0:
		tenon.Get(r, path, func(_ context.Context, in *In) (level0, error) { return level0{body(in)}, nil }, opts...)
	case 1:
		tenon.Get(r, path, func(_ context.Context, in *In) (level1, error) { return level1{body(in)}, nil }, opts...)
	case 2:
		tenon.Get(r, path, func(_ context.Context, in *In) (level2, error) { return level2{body(in)}, nil }, opts...)
	case 3:
		tenon.Get(r, path, func(_ context.Context, in *In) (level3, error) { return level3{body(in)}, nil }, opts...)
	case 4:
		tenon.Get(r, path, func(_ context.Context, in *In) (level4, error) { return level4{body(in)}, nil }, opts...)
	case 5:
		tenon.Get(r, path, func(_ context.Context, in *In) (level5, error) { return level5{body(in)}, nil }, opts...)
	}
}

func includeRouterDefaultsOverrides(r *tenon.Router) {
	r.Use(sets(0))
	level(r, "/override1", 1, func(in *query1) string { return in.Level }, sets(1))
	level(r, "/default1", 0, func(in *query1) string { return in.Level })
	// nest has routers for all subsets of the levels from one to another, each inside of those before.
	var nest func(r *tenon.Router, from, to, inner int, add func(r *tenon.Router, inner int))
	nest = func(r *tenon.Router, from, to, inner int, add func(r *tenon.Router, inner int)) {
		if from > to {
			add(r, inner)
			return
		}
		nest(r, from+1, to, inner, add)
		nest(r.Group(fmt.Sprintf("/level%d", from), sets(from)), from+1, to, from, add)
	}
	nest(r, 1, 2, 0, func(r *tenon.Router, inner int) {
		level(r, "/override3", 3, func(in *query3) string { return in.Level }, sets(3))
		level(r, "/default3", inner, func(in *query3) string { return in.Level })
	})
	nest(r, 1, 4, 0, func(r *tenon.Router, inner int) {
		level(r, "/override5", 5, func(in *query5) string { return in.Level }, sets(5))
		level(r, "/default5", inner, func(in *query5) string { return in.Level })
	})
}

var wrestlers = map[string]string{"foo": "The Foo Wrestlers"}

// wrestler answers an item or that it is not there.
func wrestler(header http.Header) func(context.Context, *struct {
	ItemID string `path:"item_id"`
}) (object, error) {
	return func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
	}) (object, error) {
		if item, ok := wrestlers[in.ItemID]; ok {
			return object{"item": item}, nil
		}
		e := problem.New(http.StatusNotFound, "item_not_found", "Item not found")
		e.Header = header
		return nil, e
	}
}

func starletteException(r *tenon.Router) {
	notFound := tenon.Describe(404, "Item not found")
	tenon.Get(r, "/items/{item_id}", wrestler(http.Header{"X-Error": {"Some custom header"}}), notFound)
	tenon.Get(r, "/starlette-items/{item_id}", wrestler(nil), notFound)
	for _, path := range []string{"/http-no-body-statuscode-exception", "/http-no-body-statuscode-with-detail-exception"} {
		tenon.Get(r, path, func(context.Context, *struct{}) (tenon.NoContent, error) { return tenon.NoContent{}, nil })
	}
}

func usingRequestDirectly(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID  string `path:"item_id"`
		Request *http.Request
	}) (object, error) {
		host, _, _ := strings.Cut(in.Request.RemoteAddr, ":")
		return object{"client_host": host, "item_id": in.ItemID}, nil
	})
}

func handlingErrors001(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", wrestler(nil), tenon.Describe(404, "Item not found"))
}

// An unicornError is an error of a program that knows no HTTP.
type unicornError struct{ name string }

func (e *unicornError) Error() string { return e.name }

func handlingErrors003(r *tenon.Router) {
	r.Use(tenon.MapErrorAs(http.StatusTeapot, fastapi.Whole, "Unicorn", func(e *unicornError) message {
		return message{"Oops! " + e.name + " did something. There goes a rainbow..."}
	}))
	tenon.Get(r, "/unicorns/{name}", func(_ context.Context, in *struct {
		Name string `path:"name"`
	}) (object, error) {
		if in.Name == "yolo" {
			return nil, &unicornError{in.Name}
		}
		return object{"unicorn_name": in.Name}, nil
	}, tenon.Errors(new(unicornError)))
}

func handlingErrors006(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
	}) (object, error) {
		if in.ItemID == 3 {
			return nil, problem.New(http.StatusTeapot, "", "Nope! I don't like 3.")
		}
		return object{"item_id": in.ItemID}, nil
	}, tenon.Describe(418, "It is 3"))
}

// ownHandlers answers errors in words of its own.
type ownHandlers struct{ tenon.ErrorPolicy }

// Answer implements [tenon.ErrorPolicy].
func (h ownHandlers) Answer(dst []byte, e *problem.Error, requestID string) (int, string, []byte) {
	name := ""
	switch {
	case e.Status == http.StatusInternalServerError:
		name = "server-error"
	case e.Status == http.StatusUnprocessableEntity:
		name = "request-validation"
	case e.Code == "refused":
		name = "http-exception"
	default:
		return h.ErrorPolicy.Answer(dst, e, requestID)
	}
	return e.Status, "application/json", fmt.Appendf(dst, `{"exception":%q}`, name)
}

func exceptionHandlers(r *tenon.Router) {
	type broken struct{}
	breaks := func(context.Context, *struct{}) error { return fmt.Errorf("it is broken") }
	answers(r, "/dependency-with-yield", broken{}, tenon.Guard(breaks))
	tenon.Get(r, "/http-exception", func(context.Context, *struct{}) (any, error) { return nil, problem.New(400, "refused", "Refused") }, tenon.Describe(400, "Refused"))
	tenon.Get(r, "/request-validation/{param}/", func(_ context.Context, _ *struct {
		Param int64 `path:"param"`
	}) (any, error) {
		return nil, nil
	})
	tenon.Get(r, "/server-error", func(context.Context, *struct{}) (any, error) { panic("Oops!") })
}
