package apps

import (
	"context"

	"github.com/tenonapi/tenon"
)

func requestParamsTestHeaderTestList(r *tenon.Router) {
	type HeaderModelRequiredListStr struct {
		P []string `json:"p"`
	}
	type HeaderModelRequiredListAlias struct {
		P []string `json:"p_alias" header:"p_alias"`
	}
	type HeaderModelRequiredListValidationAlias struct {
		P []string `json:"p_val_alias" header:"p_val_alias"`
	}
	type HeaderModelRequiredListAliasAndValidationAlias struct {
		P []string `json:"p_val_alias" header:"p_val_alias"`
	}
	tenon.Get(r, "/required-list-str", func(_ context.Context, in *struct {
		P []string `header:"P"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-str", func(_ context.Context, in *struct {
		P HeaderModelRequiredListStr `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-list-alias", func(_ context.Context, in *struct {
		P []string `header:"P_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-alias", func(_ context.Context, in *struct {
		P HeaderModelRequiredListAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-list-validation-alias", func(_ context.Context, in *struct {
		P []string `header:"P_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-validation-alias", func(_ context.Context, in *struct {
		P HeaderModelRequiredListValidationAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		P []string `header:"P_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		P HeaderModelRequiredListAliasAndValidationAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestHeaderTestOptionalStr(r *tenon.Router) {
	type HeaderModelOptionalStr struct {
		P *string `json:"p"`
	}
	type HeaderModelOptionalAlias struct {
		P *string `json:"p_alias" header:"p_alias"`
	}
	type HeaderModelOptionalValidationAlias struct {
		P *string `json:"p_val_alias" header:"p_val_alias"`
	}
	type HeaderModelOptionalAliasAndValidationAlias struct {
		P *string `json:"p_val_alias" header:"p_val_alias"`
	}
	tenon.Get(r, "/optional-str", func(_ context.Context, in *struct {
		P *string `header:"P"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-str", func(_ context.Context, in *struct {
		P HeaderModelOptionalStr `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-alias", func(_ context.Context, in *struct {
		P *string `header:"P_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-alias", func(_ context.Context, in *struct {
		P HeaderModelOptionalAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-validation-alias", func(_ context.Context, in *struct {
		P *string `header:"P_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-validation-alias", func(_ context.Context, in *struct {
		P HeaderModelOptionalValidationAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-alias-and-validation-alias", func(_ context.Context, in *struct {
		P *string `header:"P_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-alias-and-validation-alias", func(_ context.Context, in *struct {
		P HeaderModelOptionalAliasAndValidationAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestHeaderTestRequiredStr(r *tenon.Router) {
	type HeaderModelRequiredStr struct {
		P string `json:"p"`
	}
	type HeaderModelRequiredAlias struct {
		P string `json:"p_alias" header:"p_alias"`
	}
	type HeaderModelRequiredValidationAlias struct {
		P string `json:"p_val_alias" header:"p_val_alias"`
	}
	type HeaderModelRequiredAliasAndValidationAlias struct {
		P string `json:"p_val_alias" header:"p_val_alias"`
	}
	tenon.Get(r, "/required-str", func(_ context.Context, in *struct {
		P string `header:"P"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-str", func(_ context.Context, in *struct {
		P HeaderModelRequiredStr `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-alias", func(_ context.Context, in *struct {
		P string `header:"P_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-alias", func(_ context.Context, in *struct {
		P HeaderModelRequiredAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-validation-alias", func(_ context.Context, in *struct {
		P string `header:"P_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-validation-alias", func(_ context.Context, in *struct {
		P HeaderModelRequiredValidationAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P string `header:"P_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P HeaderModelRequiredAliasAndValidationAlias `header:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestQueryTestList(r *tenon.Router) {
	type QueryModelRequiredListStr struct {
		P []string `json:"p"`
	}
	type QueryModelRequiredListAlias struct {
		P []string `json:"p_alias"`
	}
	type QueryModelRequiredListValidationAlias struct {
		P []string `json:"p_val_alias"`
	}
	type QueryModelRequiredListAliasAndValidationAlias struct {
		P []string `json:"p_val_alias"`
	}
	tenon.Get(r, "/required-list-str", func(_ context.Context, in *struct {
		P []string `query:"p"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-str", func(_ context.Context, in *struct {
		P QueryModelRequiredListStr `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-list-alias", func(_ context.Context, in *struct {
		P []string `query:"p_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-alias", func(_ context.Context, in *struct {
		P QueryModelRequiredListAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-list-validation-alias", func(_ context.Context, in *struct {
		P []string `query:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-validation-alias", func(_ context.Context, in *struct {
		P QueryModelRequiredListValidationAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		P []string `query:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		P QueryModelRequiredListAliasAndValidationAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestQueryTestOptionalList(r *tenon.Router) {
	type QueryModelOptionalListStr struct {
		P *[]string `json:"p"`
	}
	type QueryModelOptionalListAlias struct {
		P *[]string `json:"p_alias"`
	}
	type QueryModelOptionalListValidationAlias struct {
		P *[]string `json:"p_val_alias"`
	}
	type QueryModelOptionalListAliasAndValidationAlias struct {
		P *[]string `json:"p_val_alias"`
	}
	tenon.Get(r, "/optional-list-str", func(_ context.Context, in *struct {
		P *[]string `query:"p"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-list-str", func(_ context.Context, in *struct {
		P QueryModelOptionalListStr `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-list-alias", func(_ context.Context, in *struct {
		P *[]string `query:"p_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-list-alias", func(_ context.Context, in *struct {
		P QueryModelOptionalListAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-list-validation-alias", func(_ context.Context, in *struct {
		P *[]string `query:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-list-validation-alias", func(_ context.Context, in *struct {
		P QueryModelOptionalListValidationAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/optional-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		P *[]string `query:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-optional-list-alias-and-validation-alias", func(_ context.Context, in *struct {
		P QueryModelOptionalListAliasAndValidationAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}

func requestParamsTestQueryTestRequiredStr(r *tenon.Router) {
	type QueryModelRequiredStr struct {
		P string `json:"p"`
	}
	type QueryModelRequiredAlias struct {
		P string `json:"p_alias"`
	}
	type QueryModelRequiredValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	type QueryModelRequiredAliasAndValidationAlias struct {
		P string `json:"p_val_alias"`
	}
	tenon.Get(r, "/required-str", func(_ context.Context, in *struct {
		P string `query:"p"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-str", func(_ context.Context, in *struct {
		P QueryModelRequiredStr `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-alias", func(_ context.Context, in *struct {
		P string `query:"p_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-alias", func(_ context.Context, in *struct {
		P QueryModelRequiredAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-validation-alias", func(_ context.Context, in *struct {
		P string `query:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-validation-alias", func(_ context.Context, in *struct {
		P QueryModelRequiredValidationAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
	tenon.Get(r, "/required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P string `query:"p_val_alias"`
	}) (object, error) {
		return object{"p": in.P}, nil
	})
	tenon.Get(r, "/model-required-alias-and-validation-alias", func(_ context.Context, in *struct {
		P QueryModelRequiredAliasAndValidationAlias `query:"*"`
	}) (object, error) {
		return object{"p": in.P.P}, nil
	})
}
