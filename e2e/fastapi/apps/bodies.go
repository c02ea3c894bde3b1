package apps

import (
	"context"

	"github.com/tenonapi/tenon"
)

func bodies() []App {
	return []App{
		{Name: "body_multiple_params_tutorial001", Routes: bodyMultipleParamsTutorial001},
		{Name: "body_multiple_params_tutorial002", Routes: bodyMultipleParamsTutorial002},
		{Name: "body_multiple_params_tutorial004", Routes: bodyMultipleParamsTutorial004},
		{Name: "body_fields_tutorial001", Routes: bodyFieldsTutorial001},
		{Name: "body_nested_models_tutorial003", Routes: bodyNestedModelsTutorial003},
		{Name: "body_nested_models_tutorial004", Routes: bodyNestedModelsTutorial004},
		{Name: "body_nested_models_tutorial006", Routes: bodyNestedModelsTutorial006},
		{Name: "body_nested_models_tutorial008", Routes: bodyNestedModelsTutorial008},
		{Name: "body_nested_models_tutorial009", Routes: bodyNestedModelsTutorial009},
		{Name: "body_tutorial002", Routes: bodyTutorial002},
		{Name: "body_tutorial004", Routes: bodyTutorial004},
	}
}

func bodyMultipleParamsTutorial001(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64   `path:"item_id" check:"ge=0,le=1000" title:"The ID of the item to get"`
		Q      *string `query:"q"`
		Body   *Item
	}) (object, error) {
		results := object{"item_id": in.ItemID}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		if in.Body != nil {
			results["item"] = in.Body
		}
		return results, nil
	})
}

func bodyMultipleParamsTutorial002(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
	}
	type User struct {
		Username string  `json:"username"`
		FullName *string `json:"full_name"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
		Body   struct {
			Item Item `json:"item"`
			User User `json:"user"`
		}
	}) (object, error) {
		results := object{"item_id": in.ItemID, "item": in.Body.Item, "user": in.Body.User}
		return results, nil
	})
}

func bodyMultipleParamsTutorial004(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
	}
	type User struct {
		Username string  `json:"username"`
		FullName *string `json:"full_name"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64   `path:"item_id"`
		Q      *string `query:"q"`
		Body   struct {
			Item       Item  `json:"item"`
			User       User  `json:"user"`
			Importance int64 `json:"importance" check:"gt=0"`
		}
	}) (object, error) {
		results := object{"item_id": in.ItemID, "item": in.Body.Item, "user": in.Body.User, "importance": in.Body.Importance}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func bodyFieldsTutorial001(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description" check:"maxLength=300" title:"The description of the item"`
		Price       float64  `json:"price" check:"gt=0" doc:"The price must be greater than zero"`
		Tax         *float64 `json:"tax"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
		Body   struct {
			Item Item `json:"item"`
		}
	}) (object, error) {
		results := object{"item_id": in.ItemID, "item": in.Body.Item}
		return results, nil
	})
}

func bodyNestedModelsTutorial003(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
		Tags        []string `json:"tags" check:"uniqueItems" default:"[]"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
		Body   Item
	}) (object, error) {
		results := object{"item_id": in.ItemID, "item": in.Body}
		return results, nil
	})
}

func bodyNestedModelsTutorial004(r *tenon.Router) {
	type Image struct {
		URL  string `json:"url"`
		Name string `json:"name"`
	}
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
		Tags        []string `json:"tags" check:"uniqueItems" default:"[]"`
		Image       *Image   `json:"image"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
		Body   Item
	}) (object, error) {
		results := object{"item_id": in.ItemID, "item": in.Body}
		return results, nil
	})
}

func bodyNestedModelsTutorial006(r *tenon.Router) {
	type Image struct {
		URL  string `json:"url" check:"format=uri"`
		Name string `json:"name"`
	}
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
		Tags        []string `json:"tags" check:"uniqueItems" default:"[]"`
		Images      *[]Image `json:"images"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64 `path:"item_id"`
		Body   Item
	}) (object, error) {
		results := object{"item_id": in.ItemID, "item": in.Body}
		return results, nil
	})
}

func bodyNestedModelsTutorial008(r *tenon.Router) {
	type Image struct {
		URL  string `json:"url" check:"format=uri"`
		Name string `json:"name"`
	}
	tenon.Post(r, "/images/multiple/", func(_ context.Context, in *struct {
		Body []Image
	}) ([]Image, error) {
		return in.Body, nil
	})
}

func bodyNestedModelsTutorial009(r *tenon.Router) {
	tenon.Post(r, "/index-weights/", func(_ context.Context, in *struct {
		Body map[int64]float64
	}) (map[int64]float64, error) {
		return in.Body, nil
	})
}

func bodyTutorial002(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
	}
	type taxed struct {
		Item
		PriceWithTax *float64 `json:"price_with_tax,omitempty"`
	}
	tenon.Post(r, "/items/", func(_ context.Context, in *struct {
		Body Item
	}) (taxed, error) {
		out := taxed{Item: in.Body}
		if in.Body.Tax != nil {
			out.PriceWithTax = new(in.Body.Price + *in.Body.Tax)
		}
		return out, nil
	})
}

func bodyTutorial004(r *tenon.Router) {
	type Item struct {
		Name        string   `json:"name"`
		Description *string  `json:"description"`
		Price       float64  `json:"price"`
		Tax         *float64 `json:"tax"`
	}
	type updated struct {
		ItemID int64 `json:"item_id"`
		Item
		Q *string `json:"q,omitempty"`
	}
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64   `path:"item_id"`
		Q      *string `query:"q"`
		Body   Item
	}) (updated, error) {
		out := updated{ItemID: in.ItemID, Item: in.Body}
		if in.Q != nil && *in.Q != "" {
			out.Q = in.Q
		}
		return out, nil
	})
}
