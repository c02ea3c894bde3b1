package apps

import (
	"context"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/upload"
)

func requestParams() []App {
	return []App{
		{Name: "t_request_params_test_body_test_list", Routes: requestParamsTestBodyTestList},
		{Name: "t_request_params_test_body_test_required_str", Routes: requestParamsTestBodyTestRequiredStr},
		{Name: "t_request_params_test_cookie_test_optional_str", Routes: requestParamsTestCookieTestOptionalStr},
		{Name: "t_request_params_test_cookie_test_required_str", Routes: requestParamsTestCookieTestRequiredStr},
		{Name: "t_request_params_test_file_test_optional_list", Routes: requestParamsTestFileTestOptionalList},
		{Name: "t_request_params_test_file_test_required", Routes: requestParamsTestFileTestRequired},
		{Name: "t_request_params_test_form_test_required_str", Routes: requestParamsTestFormTestRequiredStr},
		{Name: "t_request_params_test_header_test_list", Routes: requestParamsTestHeaderTestList},
		{Name: "t_request_params_test_header_test_optional_str", Routes: requestParamsTestHeaderTestOptionalStr},
		{Name: "t_request_params_test_header_test_required_str", Routes: requestParamsTestHeaderTestRequiredStr},
		{Name: "t_request_params_test_query_test_list", Routes: requestParamsTestQueryTestList},
		{Name: "t_request_params_test_query_test_optional_list", Routes: requestParamsTestQueryTestOptionalList},
		{Name: "t_request_params_test_query_test_required_str", Routes: requestParamsTestQueryTestRequiredStr},
	}
}

func requestParamsTestBodyTestList(r *tenon.Router) {
	type BodyModelRequiredListStr struct {
		P []string `json:"p"`
	}
	type BodyModelRequiredListAlias struct {
		P []string `json:"p_alias"`
	}
	type BodyModelRequiredListValidationAlias struct {
		P []string `json:"p_val_alias"`
	}
	type BodyModelRequiredListAliasAndValidationAlias struct {
		P []string `json:"p_val_alias"`
	}
	tenon.Post(r, "/required-list-str", func(_ context.Context, in *struct {
		Body struct {
			P []string `json:"p"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_list_str"})
	tenon.Post(r, "/model-required-list-str", func(_ context.Context, in *struct {
		Body BodyModelRequiredListStr
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_list_str"})
	tenon.Post(r, "/required-list-alias", func(_ context.Context, in *struct {
		Body struct {
			P []string `json:"p_alias"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_list_alias"})
	tenon.Post(r, "/model-required-list-alias", func(_ context.Context, in *struct {
		Body BodyModelRequiredListAlias
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_list_alias"})
	tenon.Post(r, "/required-list-validation-alias", func(_ context.Context, in *struct {
		Body struct {
			P []string `json:"p_val_alias"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_list_validation_alias"})
	tenon.Post(r, "/model-required-list-validation-alias", func(_ context.Context, in *struct {
		Body BodyModelRequiredListValidationAlias
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_list_validation_alias"})
	tenon.Post(r, "/required-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		Body struct {
			P []string `json:"p_val_alias"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_list_alias_and_validation_alias"})
	tenon.Post(r, "/model-required-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		Body BodyModelRequiredListAliasAndValidationAlias
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_list_alias_and_validation_alias"})
}

func requestParamsTestBodyTestRequiredStr(r *tenon.Router) {
	type BodyModelRequiredStr struct {
		P string `json:"p"`
	}
	type BodyModelRequiredAlias struct {
		P string `json:"p_alias"`
	}
	type BodyModelRequiredValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	type BodyModelRequiredAliasAndValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	tenon.Post(r, "/required-str", func(_ context.Context, in *struct {
		Body struct {
			P string `json:"p"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_str"})
	tenon.Post(r, "/model-required-str", func(_ context.Context, in *struct {
		Body BodyModelRequiredStr
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_str"})
	tenon.Post(r, "/required-alias", func(_ context.Context, in *struct {
		Body struct {
			P string `json:"p_alias"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_alias"})
	tenon.Post(r, "/model-required-alias", func(_ context.Context, in *struct {
		Body BodyModelRequiredAlias
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_alias"})
	tenon.Post(r, "/required-validation-alias", func(_ context.Context, in *struct {
		Body struct {
			P string `json:"p_val_alias"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_validation_alias"})
	tenon.Post(r, "/model-required-validation-alias", func(_ context.Context, in *struct {
		Body BodyModelRequiredValidationAlias
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_validation_alias"})
	tenon.Post(r, "/required-alias-and-validation-alias", func(_ context.Context, in *struct {
		Body struct {
			P string `json:"p_val_alias"`
		}
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "required_alias_and_validation_alias"})
	tenon.Post(r, "/model-required-alias-and-validation-alias", func(_ context.Context, in *struct {
		Body BodyModelRequiredAliasAndValidationAlias
	}) (object, error) {
		return object{"p": in.Body.P}, nil
	}, tenon.Doc{ID: "model_required_alias_and_validation_alias"})
}

func requestParamsTestCookieTestOptionalStr(r *tenon.Router) {
	type CookieModelOptionalStr struct {
		P *string `json:"p"`
	}
	type CookieModelOptionalAlias struct {
		P *string `json:"p_alias"`
	}
	type CookieModelOptionalValidationAlias struct {
		P *string `json:"p_val_alias"`
	}
	type CookieModelOptionalAliasAndValidationAlias struct {
		P *string `json:"p_val_alias"`
	}
	tenon.Get(r, "/optional-str", func(_ context.Context, in *struct {
		P *string `cookie:"p"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-str", func(_ context.Context, in *struct {
		P CookieModelOptionalStr `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-alias", func(_ context.Context, in *struct {
		P *string `cookie:"p_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-alias", func(_ context.Context, in *struct {
		P CookieModelOptionalAlias `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-validation-alias", func(_ context.Context, in *struct {
		P *string `cookie:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-validation-alias", func(_ context.Context, in *struct {
		P CookieModelOptionalValidationAlias `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-alias-and-validation-alias", func(_ context.Context, in *struct {
		P *string `cookie:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-alias-and-validation-alias", func(_ context.Context, in *struct {
		P CookieModelOptionalAliasAndValidationAlias `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestCookieTestRequiredStr(r *tenon.Router) {
	type CookieModelRequiredStr struct {
		P string `json:"p"`
	}
	type CookieModelRequiredAlias struct {
		P string `json:"p_alias"`
	}
	type CookieModelRequiredValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	type CookieModelRequiredAliasAndValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	tenon.Get(r, "/required-str", func(_ context.Context, in *struct {
		P string `cookie:"p"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-str", func(_ context.Context, in *struct {
		P CookieModelRequiredStr `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-alias", func(_ context.Context, in *struct {
		P string `cookie:"p_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-alias", func(_ context.Context, in *struct {
		P CookieModelRequiredAlias `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-validation-alias", func(_ context.Context, in *struct {
		P string `cookie:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-validation-alias", func(_ context.Context, in *struct {
		P CookieModelRequiredValidationAlias `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P string `cookie:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P CookieModelRequiredAliasAndValidationAlias `cookie:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestFileTestOptionalList(r *tenon.Router) {
	tenon.Post(r, "/optional-list-bytes", func(_ context.Context, in *struct {
		P []schema.Text `form:"p" default:"[]"`
	}) (object, error) {
		return object{"file_size": lengths(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-uploadfile", func(_ context.Context, in *struct {
		P []upload.File `form:"p" default:"[]"`
	}) (object, error) {
		return object{"file_size": sizes(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-bytes-alias", func(_ context.Context, in *struct {
		P []schema.Text `form:"p_alias" default:"[]"`
	}) (object, error) {
		return object{"file_size": lengths(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-uploadfile-alias", func(_ context.Context, in *struct {
		P []upload.File `form:"p_alias" default:"[]"`
	}) (object, error) {
		return object{"file_size": sizes(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-bytes-validation-alias", func(_ context.Context, in *struct {
		P []schema.Text `form:"p_val_alias" default:"[]"`
	}) (object, error) {
		return object{"file_size": lengths(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-uploadfile-validation-alias", func(_ context.Context, in *struct {
		P []upload.File `form:"p_val_alias" default:"[]"`
	}) (object, error) {
		return object{"file_size": sizes(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-bytes-alias-and-validation-alias", func(_ context.Context, in *struct {
		P []schema.Text `form:"p_val_alias" default:"[]"`
	}) (object, error) {
		return object{"file_size": lengths(in.P)}, nil
	})
	tenon.Post(r, "/optional-list-uploadfile-alias-and-validation-alias", func(_ context.Context, in *struct {
		P []upload.File `form:"p_val_alias" default:"[]"`
	}) (object, error) {
		return object{"file_size": sizes(in.P)}, nil
	})
}

func requestParamsTestFileTestRequired(r *tenon.Router) {
	tenon.Post(r, "/required-bytes", func(_ context.Context, in *struct {
		P schema.Text `form:"p"`
	}) (object, error) {
		return object{"file_size": len(in.P)}, nil
	}, tenon.Doc{ID: "required_bytes"})
	tenon.Post(r, "/required-uploadfile", func(_ context.Context, in *struct {
		P upload.File `form:"p"`
	}) (object, error) {
		return object{"file_size": in.P.Size}, nil
	}, tenon.Doc{ID: "required_uploadfile"})
	tenon.Post(r, "/required-bytes-alias", func(_ context.Context, in *struct {
		P schema.Text `form:"p_alias"`
	}) (object, error) {
		return object{"file_size": len(in.P)}, nil
	}, tenon.Doc{ID: "required_bytes_alias"})
	tenon.Post(r, "/required-uploadfile-alias", func(_ context.Context, in *struct {
		P upload.File `form:"p_alias"`
	}) (object, error) {
		return object{"file_size": in.P.Size}, nil
	}, tenon.Doc{ID: "required_uploadfile_alias"})
	tenon.Post(r, "/required-bytes-validation-alias", func(_ context.Context, in *struct {
		P schema.Text `form:"p_val_alias"`
	}) (object, error) {
		return object{"file_size": len(in.P)}, nil
	}, tenon.Doc{ID: "required_bytes_validation_alias"})
	tenon.Post(r, "/required-uploadfile-validation-alias", func(_ context.Context, in *struct {
		P upload.File `form:"p_val_alias"`
	}) (object, error) {
		return object{"file_size": in.P.Size}, nil
	}, tenon.Doc{ID: "required_uploadfile_validation_alias"})
	tenon.Post(r, "/required-bytes-alias-and-validation-alias", func(_ context.Context, in *struct {
		P schema.Text `form:"p_val_alias"`
	}) (object, error) {
		return object{"file_size": len(in.P)}, nil
	}, tenon.Doc{ID: "required_bytes_alias_and_validation_alias"})
	tenon.Post(r, "/required-uploadfile-alias-and-validation-alias", func(_ context.Context, in *struct {
		P upload.File `form:"p_val_alias"`
	}) (object, error) {
		return object{"file_size": in.P.Size}, nil
	}, tenon.Doc{ID: "required_uploadfile_alias_and_validation_alias"})
}

func requestParamsTestFormTestRequiredStr(r *tenon.Router) {
	type FormModelRequiredStr struct {
		P string `json:"p"`
	}
	type FormModelRequiredAlias struct {
		P string `json:"p_alias"`
	}
	type FormModelRequiredValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	type FormModelRequiredAliasAndValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	tenon.Post(r, "/required-str", func(_ context.Context, in *struct {
		P string `form:"p"`
	}) (object, error) {
		return object{"p": in.P}, nil
	}, tenon.Doc{ID: "required_str"})
	tenon.Post(r, "/model-required-str", func(_ context.Context, in *struct {
		P FormModelRequiredStr `form:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	}, tenon.Doc{ID: "model_required_str"})
	tenon.Post(r, "/required-alias", func(_ context.Context, in *struct {
		P string `form:"p_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	}, tenon.Doc{ID: "required_alias"})
	tenon.Post(r, "/model-required-alias", func(_ context.Context, in *struct {
		P FormModelRequiredAlias `form:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	}, tenon.Doc{ID: "model_required_alias"})
	tenon.Post(r, "/required-validation-alias", func(_ context.Context, in *struct {
		P string `form:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	}, tenon.Doc{ID: "required_validation_alias"})
	tenon.Post(r, "/model-required-validation-alias", func(_ context.Context, in *struct {
		P FormModelRequiredValidationAlias `form:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	}, tenon.Doc{ID: "model_required_validation_alias"})
	tenon.Post(r, "/required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P string `form:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	}, tenon.Doc{ID: "required_alias_and_validation_alias"})
	tenon.Post(r, "/model-required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P FormModelRequiredAliasAndValidationAlias `form:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	}, tenon.Doc{ID: "model_required_alias_and_validation_alias"})
}
