package apps

import (
	"context"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/upload"
)

func forms() []App {
	return []App{
		{Name: "request_forms_tutorial001", Routes: requestFormsTutorial001},
		{Name: "request_form_models_tutorial002", Routes: requestFormModelsTutorial002},
		{Name: "request_files_tutorial001_02", Routes: requestFilesTutorial00102},
		{Name: "request_files_tutorial001_03", Routes: requestFilesTutorial00103},
		{Name: "request_files_tutorial003", Routes: requestFilesTutorial003},
		{Name: "request_forms_and_files_tutorial001", Routes: requestFormsAndFilesTutorial001},
		{Name: "t_form_default", Routes: formDefault},
		{Name: "t_forms_from_non_typing_sequences", Routes: formsFromNonTypingSequences},
		{Name: "t_forms_single_param", Routes: formsSingleParam},
	}
}

func requestFormsTutorial001(r *tenon.Router) {
	tenon.Post(r, "/login/", func(_ context.Context, in *struct {
		Username string `form:"username"`
		Password string `form:"password"`
	}) (object, error) {
		return object{"username": in.Username}, nil
	})
}

func requestFormModelsTutorial002(r *tenon.Router) {
	type FormData struct {
		_        struct{} `check:"additionalProperties=false"`
		Username string   `json:"username"`
		Password string   `json:"password"`
	}
	tenon.Post(r, "/login/", func(_ context.Context, in *struct {
		Data FormData `form:"*"`
	}) (FormData, error) {
		return in.Data, nil
	})
}

func requestFilesTutorial00102(r *tenon.Router) {
	tenon.Post(r, "/files/", func(_ context.Context, in *struct {
		File *schema.Text `form:"file"`
	}) (object, error) {
		if in.File == nil {
			return object{"message": "No file sent"}, nil
		}
		return object{"file_size": len(*in.File)}, nil
	})
	tenon.Post(r, "/uploadfile/", func(_ context.Context, in *struct {
		File *upload.File `form:"file"`
	}) (object, error) {
		if in.File == nil {
			return object{"message": "No upload file sent"}, nil
		}
		return object{"filename": in.File.Name}, nil
	})
}

func requestFilesTutorial00103(r *tenon.Router) {
	tenon.Post(r, "/files/", func(_ context.Context, in *struct {
		File schema.Text `form:"file" doc:"A file read as bytes"`
	}) (object, error) {
		return object{"file_size": len(in.File)}, nil
	})
	tenon.Post(r, "/uploadfile/", func(_ context.Context, in *struct {
		File upload.File `form:"file" doc:"A file read as UploadFile"`
	}) (object, error) {
		return object{"filename": in.File.Name}, nil
	})
}

func requestFilesTutorial003(r *tenon.Router) {
	tenon.Post(r, "/files/", func(_ context.Context, in *struct {
		Files []schema.Text `form:"files" doc:"Multiple files as bytes"`
	}) (object, error) {
		return object{"file_sizes": lengths(in.Files)}, nil
	})
	tenon.Post(r, "/uploadfiles/", func(_ context.Context, in *struct {
		Files []upload.File `form:"files" doc:"Multiple files as UploadFile"`
	}) (object, error) {
		return object{"filenames": names(in.Files)}, nil
	})
	tenon.Get(r, "/", func(_ context.Context, _ *struct{}) (page, error) {
		content := "\n<body>\n<form action=\"/files/\" enctype=\"multipart/form-data\" method=\"post\">\n<input name=\"files\" type=\"file\" multiple>\n<input type=\"submit\">\n</form>\n<form action=\"/uploadfiles/\" enctype=\"multipart/form-data\" method=\"post\">\n<input name=\"files\" type=\"file\" multiple>\n<input type=\"submit\">\n</form>\n</body>\n    "
		return page{content}, nil
	})
}

func requestFormsAndFilesTutorial001(r *tenon.Router) {
	tenon.Post(r, "/files/", func(_ context.Context, in *struct {
		File  schema.Text `form:"file"`
		Fileb upload.File `form:"fileb"`
		Token string      `form:"token"`
	}) (object, error) {
		return object{"file_size": len(in.File), "token": in.Token, "fileb_content_type": in.Fileb.Type}, nil
	})
}

func formDefault(r *tenon.Router) {
	tenon.Post(r, "/urlencoded", func(_ context.Context, in *struct {
		Age *int64 `form:"age"`
	}) (*int64, error) {
		return in.Age, nil
	})
	tenon.Post(r, "/multipart", func(_ context.Context, in *struct {
		Age  *int64       `form:"age"`
		File *schema.Text `form:"file"`
	}) (object, error) {
		return object{"file": asString(in.File), "age": in.Age}, nil
	})
}

func formsFromNonTypingSequences(r *tenon.Router) {
	tenon.Post(r, "/form/python-list", func(_ context.Context, in *struct {
		Items []string `form:"items"`
	}) ([]string, error) {
		return in.Items, nil
	})
	tenon.Post(r, "/form/python-set", func(_ context.Context, in *struct {
		Items []string `form:"items"`
	}) ([]string, error) {
		return in.Items, nil
	})
	tenon.Post(r, "/form/python-tuple", func(_ context.Context, in *struct {
		Items []string `form:"items"`
	}) ([]string, error) {
		return in.Items, nil
	})
}

func formsSingleParam(r *tenon.Router) {
	tenon.Post(r, "/form/", func(_ context.Context, in *struct {
		Username string `form:"username"`
	}) (string, error) {
		return in.Username, nil
	})
}
