package tenon_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

func TestSeveralInvalidFieldsAreAllListed(t *testing.T) {
	type input struct {
		A int    `query:"a" default:"1"`
		B string `query:"b" default:"x"`
	}
	c := tenontest.New(t, mustNew(func(r *tenon.Router) {
		tenon.Get(r, "/", func(_ context.Context, in *input) (tenon.NoContent, error) {
			return tenon.NoContent{}, fmt.Errorf("both: %w", errors.Join(
				tenon.Invalid(in, &in.B, "b", "B is bad"), tenon.Invalid(in, &in.A, "a", "A is bad")))
		})
	}))
	p := c.Problem(c.Do(http.MethodGet, "/", ""))
	assert.Equal(t, []string{p.Issues[0].String(), p.Issues[1].String()}, []string{"query.b: B is bad", "query.a: A is bad"})
}

func TestInvalidIsWordedLikeTheRules(t *testing.T) {
	type input struct {
		A int `query:"a" check:"ge=1"`
		B int `query:"b"`
	}
	german := func(i problem.Issue) string {
		return map[string]string{"greater_than_equal": "A ist zu klein", "taken": "A ist vergeben"}[i.Type]
	}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Schema: schema.Config{Message: german}}, func(r *tenon.Router) {
		tenon.Get(r, "/", func(_ context.Context, in *input) (tenon.NoContent, error) {
			return tenon.NoContent{}, errors.Join(tenon.Invalid(in, &in.A, "taken", "A is taken"), tenon.Invalid(in, &in.B, "b", "B is bad"))
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	p := c.Problem(c.Do(http.MethodGet, "/?a=1&b=1", ""))
	assert.Equal(t, []string{p.Issues[0].String(), p.Issues[1].String()}, []string{"query.a: A ist vergeben", "query.b: B is bad"})
	p = c.Problem(c.Do(http.MethodGet, "/?a=0&b=1", ""))
	assert.Equal(t, p.Issues[0].String(), "query.a: A ist zu klein")
}

// TestStatusesOfParametersAreThoseOfAllThatIsWrongWithThem lets 422 out of a document in which
// nothing can be answered with it.
func TestStatusesOfParametersAreThoseOfAllThatIsWrongWithThem(t *testing.T) {
	type Params struct {
		ID   int `path:"id" status:"404"`
		Page int `query:"page" status:"400" default:"1"`
	}
	type withBody struct {
		Params
		Body struct{ Name string }
	}
	wrong := func(in any, p *Params) error {
		return tenon.Invalid(in, map[int]any{1: &p.ID, 2: &p.Page, 3: in}[p.ID], "bad", "is bad")
	}
	app := mustNew(func(r *tenon.Router) {
		tenon.Get(r, "/a/{id}", func(_ context.Context, in *Params) (tenon.NoContent, error) { return tenon.NoContent{}, wrong(in, in) })
		tenon.Post(r, "/a/{id}", func(_ context.Context, in *withBody) (tenon.NoContent, error) {
			return tenon.NoContent{}, wrong(in, &in.Params)
		})
	})
	c := tenontest.New(t, app)
	for target, want := range map[string][2]int{"/a/x": {404, 404}, "/a/1": {404, 404}, "/a/2": {400, 400}, "/a/2?page=x": {400, 400}, "/a/3": {404, 422}} {
		assert.Equal(t, c.Do("GET", target, "").Status, want[0], target)
		assert.Equal(t, c.Do("POST", target, `{"Name":""}`).Status, want[1], target)
	}
	item := app.Document().Paths["/a/{id}"]
	assert.Equal(t, item.Get.Responses["422"] == nil, true)
	assert.Equal(t, item.Post.Responses["422"] != nil, true)
}

func TestClientThatLeavesIsNoServerError(t *testing.T) {
	var log bytes.Buffer
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Logger: slog.New(slog.NewTextHandler(&log, nil))}, func(r *tenon.Router) {
		tenon.Get(r, "/", func(ctx context.Context, _ *struct{}) (tenon.NoContent, error) { return tenon.NoContent{}, ctx.Err() })
	})
	assert.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
	assert.Equal(t, w.Code, 499)
	assert.Equal(t, log.String(), "")
}

func TestUndeclaredErrorSaysHowToDeclareIt(t *testing.T) {
	errKnown := errors.New("known")
	var log bytes.Buffer
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Logger: slog.New(slog.NewTextHandler(&log, nil))}, func(r *tenon.Router) {
		r.Use(tenon.MapError(errKnown, http.StatusNotFound, "known_code", "Known"))
		tenon.Get(r, "/", func(context.Context, *struct{}) (tenon.NoContent, error) { return tenon.NoContent{}, errKnown })
	})
	assert.NoError(t, err)
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, w.Code, http.StatusInternalServerError)
	assert.Contains(t, log.String(), "known to MapError as known_code, but the operation does not declare it with Errors")
}
