package tenontest_test

import (
	"context"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestAnswersAreJudgedByTheDocumentOfTheirVersion(t *testing.T) {
	type out struct {
		Name string `json:"name" check:"minLength=2"`
	}
	answer := out{Name: "ab"}
	handler := func(context.Context, *struct{}) (out, error) { return answer, nil }
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/a", handler, tenon.Version("v1"), tenon.Doc{ID: "a"})
		tenon.Put(r, "/a", handler, tenon.Version("v2"), tenon.Doc{ID: "a"})
		tenon.Delete(r, "/a", handler)
		tenon.Patch(r, "/a", handler, tenon.Version("v3"), tenon.Doc{Hidden: true})
	})
	assert.NoError(t, err)
	// What is taken out of one document is missed where, and only where, that one counts.
	delete(app.DocumentOf("v1").Paths["/a"].Get.Responses, "200")
	w := &watched{TB: t}
	c := tenontest.New(w, app)
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH"} {
		c.Do(method, "/a", "")
	}
	assert.Equal(t, w.failures, []string{
		"tenontest: GET /a: the status 200 is not documented",
		"tenontest: HEAD /a: the status 200 is not documented",
	})
	w.failures, answer = nil, out{}
	c.Do("PUT", "/a", "")
	assert.Equal(t, len(w.failures), 1)
}
