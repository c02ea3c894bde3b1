package e2e_test

import (
	"io"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/upload"
)

type received struct {
	Name string `json:"name" check:"minLength=1"`
}

// inputs has every source of input and every kind of body.
func inputs(r *tenon.Router) {
	type filter struct {
		_     struct{} `check:"additionalProperties=false"`
		Tags  []string `json:"tag" default:"[]" check:"uniqueItems"`
		Limit int      `json:"limit" default:"20" doc:"At most"`
	}
	tenon.Get(r, "/files/{path...}", nothing[struct {
		Path   string `path:"path"`
		Filter filter `query:"*"`
		Agent  struct {
			SaveData tenon.Opt[bool] `json:"save_data"`
		} `header:"*"`
	}, string])
	tenon.Post(r, "/reader", nothing[struct {
		Body io.Reader `content:"image/*,application/pdf" doc:"As it is"`
	}, string])
	tenon.Post(r, "/bytes", nothing[struct {
		Body []byte `content:"*/*"`
	}, string])
	tenon.Post(r, "/text", nothing[struct {
		Body string `content:"text/plain,text/markdown" check:"maxLength=9"`
	}, string])
	tenon.Post(r, "/lines", nothing[struct{ Body tenon.Lines[received] }, string])
	tenon.Patch(r, "/patch", nothing[struct {
		Body received `content:"application/merge-patch+json"`
	}, string])
	tenon.Post(r, "/form", nothing[struct {
		Form filter `form:"*"`
	}, string])
	tenon.Post(r, "/upload", nothing[struct {
		Title  string        `form:"title" doc:"Above"`
		Cover  upload.File   `form:"cover" content:"image/png" doc:"Picture" deprecated:"true"`
		Avatar *upload.File  `form:"avatar" content:"image/png,image/*"`
		Pages  []upload.File `form:"page"`
	}, string])
	tenon.Post(r, "/uploads", nothing[struct {
		Files upload.Stream `form:"file"`
	}, string])
}
