package tenon_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

type signUp struct {
	Name  string          `form:"name" check:"minLength=2" doc:"Who"`
	Age   int             `form:"age" default:"18" check:"ge=1"`
	Tags  []string        `form:"tag" default:"[]"`
	Maybe tenon.Opt[bool] `form:"maybe"`
	Page  int             `query:"page" default:"1"`
}

func signUps(r *tenon.Router) {
	tenon.Post(r, "/form", func(_ context.Context, in *signUp) (string, error) {
		if in.Name == "root" {
			return "", tenon.Invalid(in, &in.Name, "taken", "Name is taken")
		}
		maybe, ok := in.Maybe.Get()
		return fmt.Sprint(in.Name, in.Age, in.Tags, maybe, ok, in.Page), nil
	}, tenon.Limits{BodyBytes: 64})
}

func TestFormsAreReadLikeParameters(t *testing.T) {
	c := newClient(t, signUps)
	const form = "Content-Type: application/x-www-form-urlencoded"
	tests := []struct {
		name, body, header string
		want               string
	}{
		{"all", "name=ada+l%C3%A4&age=36&tag=a&tag=b&maybe=true&other=1", form, `200 "ada lä36 [a b] true true 2"`},
		{"defaults", "name=ada", form + "; charset=utf-8", `200 "ada18 [] false false 2"`},
		{"everything wrong", "name=a&age=x", form, `422 [[body name] [body age]]`},
		{"missing", "", form, `422 [[body name]]`},
		{"scalar twice", "name=ada&name=bob", form, `422 [[body name]]`},
		{"of the handler", "name=root", form, `422 [[body name]]`},
		{"broken encoding", "name=%zz", form, `400 malformed_form`},
		{"no form", `{"name":"ada"}`, "Content-Type: application/json", `415 unsupported_media_type`},
		{"too large", "name=" + fmt.Sprintf("%060d", 0), form, `413 body_too_large`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("POST", "/form?page=2", tt.body, tt.header)
			got := fmt.Sprint(r.Status, " ", string(r.Body))
			if r.Status >= 400 {
				p := c.Problem(r)
				got = fmt.Sprint(r.Status, " ", p.Code)
				if len(p.Issues) > 0 {
					var locs [][]any
					for _, i := range p.Issues {
						locs = append(locs, i.Loc)
					}
					got = fmt.Sprint(r.Status, " ", locs)
				}
			}
			assert.Equal(t, got, tt.want)
		})
	}
}

func TestFormsAreDocumentedAndSentByTypedCalls(t *testing.T) {
	var e *tenon.Endpoint[signUp, string]
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Post(r, "/form", func(_ context.Context, in *signUp) (string, error) { return fmt.Sprint(in.Name, in.Tags), nil })
	})
	body := app.Document().Paths["/form"].Post.RequestBody
	s := body.Content["application/x-www-form-urlencoded"].Schema
	assert.Equal(t, s.Required, []string{"name"})
	assert.Equal(t, s.Properties.Get("name").Description, "Who")
	assert.Equal(t, body.Required, true)
	r, err := tenontest.Call(tenontest.New(t, app), e, &signUp{Name: "a&b", Age: 1, Tags: []string{"x y", "z"}})
	assert.NoError(t, err)
	assert.Equal(t, r.Out, "a&b[x y z]")
}

func TestAFormAndABodyExcludeEachOther(t *testing.T) {
	errs := mistakes(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", ok[struct {
			Name string `form:"name"`
			Body item
		}, item])
	})
	assert.Equal(t, len(errs), 1, errs)
	assert.Contains(t, errs[0], "reads both a Body and a form")
}
