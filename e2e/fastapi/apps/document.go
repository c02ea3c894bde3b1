package apps

import (
	"context"
	"net/http"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
)

func documents() []App {
	return []App{
		{Name: "openapi_callbacks_tutorial001", Routes: openapiCallbacks},
		{Name: "openapi_webhooks_tutorial001", Routes: openapiWebhooks},
		{Name: "path_operation_configuration_tutorial002b", Routes: func(r *tenon.Router) {
			answers(r, "/items/", []string{"Portal gun", "Plumbus"}, tenon.Tags("items"))
			answers(r, "/users/", []string{"Rick", "Morty"}, tenon.Tags("users"))
		}},
		{Name: "path_operation_configuration_tutorial003", Routes: echoesItem},
		{Name: "path_operation_configuration_tutorial004", Routes: echoesItem},
		{Name: "path_operation_configuration_tutorial005", Routes: echoesItem},
		{Name: "path_operation_advanced_configuration_tutorial002", Routes: fooItem},
		{Name: "path_operation_advanced_configuration_tutorial003", Routes: func(r *tenon.Router) {
			answers(r, "/items/", []object{{"item_id": "Foo"}}, tenon.Doc{Hidden: true})
		}},
		{Name: "path_operation_advanced_configuration_tutorial004", Routes: echoesItem},
		{Name: "metadata_tutorial001_1", Routes: func(r *tenon.Router) { answers(r, "/items/", []object{{"name": "Katana"}}) }},
		{Name: "metadata_tutorial003", Routes: func(r *tenon.Router) {
			answers(r, "/items/", []object{{"name": "Foo"}})
			docsui.Swagger("/documentation")(r)
		}},
		{Name: "metadata_tutorial004", Routes: func(r *tenon.Router) {
			answers(r, "/users/", []object{{"name": "Harry"}, {"name": "Ron"}}, tenon.Tags("users"))
			answers(r, "/items/", []object{{"name": "wand"}, {"name": "flying broom"}}, tenon.Tags("items"))
		}},
		{Name: "generate_clients_tutorial001", Routes: func(r *tenon.Router) { generateClients(r, "item received") }},
		{Name: "generate_clients_tutorial002", Routes: generateClients002},
		{Name: "first_steps_tutorial003", Routes: func(r *tenon.Router) { answers(r, "/", object{"message": "Hello World"}) }},
		{Name: "strict_content_type_tutorial001", Routes: strictContentType001},
		{Name: "t_strict_content_type_app_level_app_lax", Routes: func(r *tenon.Router) {
			echoesObject(r.Group("", tenon.Middleware(jsonByDefault)), "/items/")
		}},
		{Name: "t_strict_content_type_nested_app_nested", Routes: func(r *tenon.Router) {
			echoesObject(r, "/outer/strict/items/")
			echoesObject(r.Group("/outer/default", tenon.Middleware(jsonByDefault)), "/items/")
		}},
	}
}

// answers has an operation that always answers v.
func answers[T any](r *tenon.Router, path string, v T, opts ...tenon.Option) {
	tenon.Get(r, path, func(context.Context, *struct{}) (T, error) { return v, nil }, opts...)
}

func openapiCallbacks(r *tenon.Router) {
	type Invoice struct {
		ID       string  `json:"id"`
		Title    *string `json:"title"`
		Customer string  `json:"customer"`
		Total    float64 `json:"total"`
	}
	tenon.Post(r, "/invoices/", func(_ context.Context, _ *struct {
		CallbackURL *string `query:"callback_url" check:"format=uri"`
		Body        Invoice
	}) (object, error) {
		return object{"msg": "Invoice received"}, nil
	})
}

func openapiWebhooks(r *tenon.Router) {
	type Subscription struct {
		Username   string    `json:"username"`
		MonthlyFee float64   `json:"monthly_fee"`
		StartDate  time.Time `json:"start_date"`
	}
	r.Use(tenon.Webhook("new-subscription", "When a new user subscribes.", new(Subscription)))
	answers(r, "/users/", []string{"Rick", "Morty"})
}

func echoesItem(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
		Tags        []string `json:"tags" default:"[]" check:"uniqueItems"`
	}
	tenon.Post(r, "/items/", func(_ context.Context, in *struct{ Body Item }) (Item, error) { return in.Body, nil },
		tenon.Doc{Summary: "Create an item", Description: "Create an item with all the information"})
}

// A priceTag is an item with a price.
type priceTag struct {
	Name  string  `json:"name"`
	Price float64 `json:"price"`
}

type message struct {
	Message string `json:"message"`
}

func generateClients(r *tenon.Router, received string) {
	tenon.Post(r, "/items/", func(context.Context, *struct{ Body priceTag }) (message, error) { return message{received}, nil }, tenon.Tags("items"))
	answers(r, "/items/", []priceTag{{"Plumbus", 3}, {"Portal Gun", 9001}}, tenon.Tags("items"))
}

func generateClients002(r *tenon.Router) {
	type User struct {
		Username string `json:"username"`
		Email    string `json:"email"`
	}
	generateClients(r, "Item received")
	tenon.Post(r, "/users/", func(context.Context, *struct{ Body User }) (message, error) { return message{"User received"}, nil }, tenon.Tags("users"))
}

// jsonByDefault takes a body that does not say what it is for JSON, as FastAPI does with strict_content_type=False.
func jsonByDefault(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/json")
		}
		next.ServeHTTP(w, r)
	})
}

func strictContentType001(r *tenon.Router) {
	tenon.Post(r.Group("", tenon.Middleware(jsonByDefault)), "/items/", func(_ context.Context, in *struct{ Body priceTag }) (priceTag, error) {
		return in.Body, nil
	})
}

func echoesObject(r *tenon.Router, path string) {
	tenon.Post(r, path, func(_ context.Context, in *struct{ Body object }) (object, error) { return in.Body, nil })
}
