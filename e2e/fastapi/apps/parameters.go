package apps

import (
	"context"

	"github.com/tenonapi/tenon"
)

func parameters() []App {
	return []App{
		{Name: "path_params_tutorial003", Routes: pathParamsTutorial003},
		{Name: "path_params_tutorial004", Routes: pathParamsTutorial004},
		{Name: "path_params_tutorial005", Routes: pathParamsTutorial005},
		{Name: "query_params_tutorial001", Routes: queryParamsTutorial001},
		{Name: "query_params_tutorial003", Routes: queryParamsTutorial003},
		{Name: "query_params_tutorial004", Routes: queryParamsTutorial004},
		{Name: "query_param_models_tutorial001", Routes: queryParamModelsTutorial001},
		{Name: "query_params_str_validations_tutorial003", Routes: queryParamsStrValidationsTutorial003},
		{Name: "query_params_str_validations_tutorial004", Routes: queryParamsStrValidationsTutorial004},
		{Name: "query_params_str_validations_tutorial006", Routes: queryParamsStrValidationsTutorial006},
		{Name: "query_params_str_validations_tutorial006c", Routes: queryParamsStrValidationsTutorial006c},
		{Name: "query_params_str_validations_tutorial008", Routes: queryParamsStrValidationsTutorial008},
		{Name: "query_params_str_validations_tutorial010", Routes: queryParamsStrValidationsTutorial010},
		{Name: "query_params_str_validations_tutorial012", Routes: queryParamsStrValidationsTutorial012},
		{Name: "query_params_str_validations_tutorial013", Routes: queryParamsStrValidationsTutorial013},
		{Name: "query_params_str_validations_tutorial014", Routes: queryParamsStrValidationsTutorial014},
		{Name: "header_params_tutorial001", Routes: headerParamsTutorial001},
		{Name: "header_params_tutorial003", Routes: headerParamsTutorial003},
		{Name: "header_param_models_tutorial002", Routes: headerParamModelsTutorial002},
		{Name: "header_param_models_tutorial003", Routes: headerParamModelsTutorial003},
		{Name: "cookie_params_tutorial001", Routes: cookieParamsTutorial001},
		{Name: "cookie_param_models_tutorial001", Routes: cookieParamModelsTutorial001},
		{Name: "t_param_in_path_and_dependency", Routes: paramInPathAndDependency},
		{Name: "t_put_no_body", Routes: putNoBody},
		{Name: "t_repeated_parameter_alias", Routes: repeatedParameterAlias},
		{Name: "t_request_body_parameters_media_type", Routes: requestBodyParametersMediaType},
		{Name: "t_request_param_model_by_alias", Routes: requestParamModelByAlias},
		{Name: "path_params_numeric_validations_tutorial001", Routes: pathParamsNumericValidationsTutorial001},
		{Name: "path_params_numeric_validations_tutorial002", Routes: pathParamsNumericValidationsTutorial002},
		{Name: "path_params_numeric_validations_tutorial006", Routes: pathParamsNumericValidationsTutorial006},
	}
}

func pathParamsTutorial003(r *tenon.Router) {
	tenon.Get(r, "/users/me", func(_ context.Context, _ *struct{}) (object, error) {
		return object{"user_id": "the current user"}, nil
	})
	tenon.Get(r, "/users/{user_id}", func(_ context.Context, in *struct {
		UserID string `path:"user_id"`
	}) (object, error) {
		return object{"user_id": in.UserID}, nil
	})
}

func pathParamsTutorial004(r *tenon.Router) {
	tenon.Get(r, "/files/{file_path...}", func(_ context.Context, in *struct {
		FilePath string `path:"file_path"`
	}) (object, error) {
		return object{"file_path": in.FilePath}, nil
	})
}

func pathParamsTutorial005(r *tenon.Router) {
	tenon.Get(r, "/models/{model_name}", func(_ context.Context, in *struct {
		ModelName modelName `path:"model_name"`
	}) (object, error) {
		if in.ModelName == "alexnet" {
			return object{"model_name": in.ModelName, "message": "Deep Learning FTW!"}, nil
		}
		if in.ModelName == "lenet" {
			return object{"model_name": in.ModelName, "message": "LeCNN all the images"}, nil
		}
		return object{"model_name": in.ModelName, "message": "Have some residuals"}, nil
	})
}

func queryParamsTutorial001(r *tenon.Router) {
	items := []object{{"item_name": "Foo"}, {"item_name": "Bar"}, {"item_name": "Baz"}}
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Skip  int64 `query:"skip" default:"0"`
		Limit int64 `query:"limit" default:"10"`
	}) (any, error) {
		return pick(items, in.Skip, in.Limit), nil
	})
}

func queryParamsTutorial003(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID string  `path:"item_id"`
		Q      *string `query:"q"`
		Short  bool    `query:"short" default:"false"`
	}) (object, error) {
		item := object{"item_id": in.ItemID}
		if in.Q != nil && *in.Q != "" {
			item["q"] = in.Q
		}
		if !in.Short {
			item["description"] = "This is an amazing item that has a long description"
		}
		return item, nil
	})
}

func queryParamsTutorial004(r *tenon.Router) {
	tenon.Get(r, "/users/{user_id}/items/{item_id}", func(_ context.Context, in *struct {
		UserID int64   `path:"user_id"`
		ItemID string  `path:"item_id"`
		Q      *string `query:"q"`
		Short  bool    `query:"short" default:"false"`
	}) (object, error) {
		item := object{"item_id": in.ItemID, "owner_id": in.UserID}
		if in.Q != nil && *in.Q != "" {
			item["q"] = in.Q
		}
		if !in.Short {
			item["description"] = "This is an amazing item that has a long description"
		}
		return item, nil
	})
}

func queryParamModelsTutorial001(r *tenon.Router) {
	type FilterParams struct {
		Limit   int64    `json:"limit" check:"gt=0,le=100" default:"100"`
		Offset  int64    `json:"offset" check:"ge=0" default:"0"`
		OrderBy string   `json:"order_by" check:"enum=created_at|updated_at" default:"created_at"`
		Tags    []string `json:"tags" default:"[]"`
	}
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		FilterQuery FilterParams `query:"*"`
	}) (FilterParams, error) {
		return in.FilterQuery, nil
	})
}

func queryParamsStrValidationsTutorial003(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q *string `query:"q" check:"minLength=3,maxLength=50"`
	}) (object, error) {
		results := object{"items": []object{{"item_id": "Foo"}, {"item_id": "Bar"}}}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func queryParamsStrValidationsTutorial004(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q *string `query:"q" check:"minLength=3,maxLength=50,pattern='^fixedquery$'"`
	}) (object, error) {
		results := object{"items": []object{{"item_id": "Foo"}, {"item_id": "Bar"}}}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func queryParamsStrValidationsTutorial006(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q string `query:"q" check:"minLength=3"`
	}) (object, error) {
		results := object{"items": []object{{"item_id": "Foo"}, {"item_id": "Bar"}}}
		if in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func queryParamsStrValidationsTutorial006c(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q string `query:"q" check:"minLength=3"`
	}) (object, error) {
		results := object{"items": []object{{"item_id": "Foo"}, {"item_id": "Bar"}}}
		if in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func queryParamsStrValidationsTutorial008(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q *string `query:"q" check:"minLength=3" doc:"Query string for the items to search in the database that have a good match" title:"Query string"`
	}) (object, error) {
		results := object{"items": []object{{"item_id": "Foo"}, {"item_id": "Bar"}}}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func queryParamsStrValidationsTutorial010(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q *string `query:"item-query" check:"minLength=3,maxLength=50,pattern='^fixedquery$'" doc:"Query string for the items to search in the database that have a good match" title:"Query string" deprecated:"true"`
	}) (object, error) {
		results := object{"items": []object{{"item_id": "Foo"}, {"item_id": "Bar"}}}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func queryParamsStrValidationsTutorial012(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q []string `query:"q" default:"[\"foo\",\"bar\"]"`
	}) (object, error) {
		return object{"q": in.Q}, nil
	})
}

func queryParamsStrValidationsTutorial013(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Q []string `query:"q" default:"[]"`
	}) (object, error) {
		return object{"q": in.Q}, nil
	})
}

func queryParamsStrValidationsTutorial014(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		HiddenQuery *string `query:"hidden_query"`
	}) (object, error) {
		if in.HiddenQuery != nil && *in.HiddenQuery != "" {
			return object{"hidden_query": in.HiddenQuery}, nil
		}
		return object{"hidden_query": "Not found"}, nil
	})
}

func headerParamsTutorial001(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		UserAgent *string `header:"User-Agent"`
	}) (object, error) {
		return object{"User-Agent": in.UserAgent}, nil
	})
}

func headerParamsTutorial003(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		XToken *[]string `header:"X-Token"`
	}) (object, error) {
		return object{"X-Token values": in.XToken}, nil
	})
}

func headerParamModelsTutorial002(r *tenon.Router) {
	type CommonHeaders struct {
		Host            string   `json:"host"`
		SaveData        bool     `json:"save_data"`
		IfModifiedSince *string  `json:"if_modified_since"`
		Traceparent     *string  `json:"traceparent"`
		XTag            []string `json:"x_tag" default:"[]"`
	}
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Headers CommonHeaders `header:"*"`
	}) (CommonHeaders, error) {
		return in.Headers, nil
	})
}

func headerParamModelsTutorial003(r *tenon.Router) {
	type CommonHeaders struct {
		Host            string   `json:"host"`
		SaveData        bool     `json:"save_data" header:"save_data"`
		IfModifiedSince *string  `json:"if_modified_since" header:"if_modified_since"`
		Traceparent     *string  `json:"traceparent"`
		XTag            []string `json:"x_tag" header:"x_tag" default:"[]"`
	}
	type headers struct {
		Host            string   `json:"host"`
		SaveData        bool     `json:"save_data"`
		IfModifiedSince *string  `json:"if_modified_since"`
		Traceparent     *string  `json:"traceparent"`
		XTag            []string `json:"x_tag"`
	}
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Headers CommonHeaders `header:"*"`
	}) (headers, error) {
		return headers(in.Headers), nil
	})
}

func cookieParamsTutorial001(r *tenon.Router) {
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		AdsID *string `cookie:"ads_id"`
	}) (object, error) {
		return object{"ads_id": in.AdsID}, nil
	})
}

func cookieParamModelsTutorial001(r *tenon.Router) {
	type Cookies struct {
		SessionID       string  `json:"session_id"`
		FatebookTracker *string `json:"fatebook_tracker"`
		GoogallTracker  *string `json:"googall_tracker"`
	}
	tenon.Get(r, "/items/", func(_ context.Context, in *struct {
		Cookies Cookies `cookie:"*"`
	}) (Cookies, error) {
		return in.Cookies, nil
	})
}

func paramInPathAndDependency(r *tenon.Router) {
	exists := func(context.Context, *struct {
		UserID int64 `path:"user_id"`
	}) error {
		return nil
	}
	tenon.Get(r, "/users/{user_id}", func(_ context.Context, _ *struct {
		UserID int64 `path:"user_id"`
	}) (any, error) {
		return nil, nil
	}, tenon.Guard(exists))
}

func putNoBody(r *tenon.Router) {
	tenon.Put(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID string `path:"item_id"`
	}) (object, error) {
		return object{"item_id": in.ItemID}, nil
	})
}

func repeatedParameterAlias(r *tenon.Router) {
	tenon.Get(r, "/{repeated_alias}", func(_ context.Context, in *struct {
		Path  string `path:"repeated_alias"`
		Query string `query:"repeated_alias"`
	}) (object, error) {
		return object{"path": in.Path, "query": in.Query}, nil
	})
}

func requestBodyParametersMediaType(r *tenon.Router) {
	type Product struct {
		Name  string  `json:"name"`
		Price float64 `json:"price"`
	}
	type Shop struct {
		Name string `json:"name"`
	}
	tenon.Post(r, "/products", func(_ context.Context, _ *struct {
		Body struct {
			Data Product `json:"data"`
		} `content:"application/vnd.api+json,application/json"`
	}) (any, error) {
		return nil, nil
	})
	tenon.Post(r, "/shops", func(_ context.Context, _ *struct {
		Body struct {
			Data     Shop      `json:"data"`
			Included []Product `json:"included" default:"[]"`
		}
	}) (any, error) {
		return nil, nil
	})
}

func requestParamModelByAlias(r *tenon.Router) {
	type Model struct {
		Param string `json:"param_alias" header:"param_alias"`
	}
	tenon.Get(r, "/query", func(_ context.Context, in *struct {
		Data Model `query:"*"`
	}) (object, error) {
		return object{"param": in.Data.Param}, nil
	})
	tenon.Get(r, "/header", func(_ context.Context, in *struct {
		Data Model `header:"*"`
	}) (object, error) {
		return object{"param": in.Data.Param}, nil
	})
	tenon.Get(r, "/cookie", func(_ context.Context, in *struct {
		Data Model `cookie:"*"`
	}) (object, error) {
		return object{"param": in.Data.Param}, nil
	})
}

func pathParamsNumericValidationsTutorial001(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64   `path:"item_id" title:"The ID of the item to get"`
		Q      *string `query:"item-query"`
	}) (object, error) {
		results := object{"item_id": in.ItemID}
		if in.Q != nil && *in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func pathParamsNumericValidationsTutorial002(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64  `path:"item_id" title:"The ID of the item to get"`
		Q      string `query:"q"`
	}) (object, error) {
		results := object{"item_id": in.ItemID}
		if in.Q != "" {
			results["q"] = in.Q
		}
		return results, nil
	})
}

func pathParamsNumericValidationsTutorial006(r *tenon.Router) {
	tenon.Get(r, "/items/{item_id}", func(_ context.Context, in *struct {
		ItemID int64   `path:"item_id" check:"ge=0,le=1000" title:"The ID of the item to get"`
		Q      string  `query:"q"`
		Size   float64 `query:"size" check:"gt=0,lt=10.5"`
	}) (object, error) {
		results := object{"item_id": in.ItemID}
		if in.Q != "" {
			results["q"] = in.Q
		}
		if in.Size != 0 {
			results["size"] = in.Size
		}
		return results, nil
	})
}
