package fastapi_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// A document is what counts in an OpenAPI document: which operations there are, with which
// parameters and bodies.
type document struct {
	Paths map[string]map[string]json.RawMessage
}

// An operation is one of a document.
type operation struct {
	Parameters []struct {
		Name     string
		In       string
		Required bool
	}
	RequestBody *struct{ Required bool }
	Responses   map[string]json.RawMessage
}

var methods = []string{"get", "put", "post", "delete", "patch", "options", "head", "trace"}

// compare compares the essentials of the document that was recorded with those of app. What is in the
// recorded one must be in the other, which also lists errors that FastAPI does not.
func (d *document) compare(t *testing.T, app *tenon.App) {
	t.Helper()
	text, err := app.Document().JSON()
	assert.NoError(t, err)
	var own document
	assert.NoError(t, json.Unmarshal(text, &own))
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range methods {
			if d.Paths[path][method] == nil {
				continue
			}
			var want, got operation
			assert.NoError(t, json.Unmarshal(d.Paths[path][method], &want))
			if own.Paths[path][method] == nil {
				t.Errorf("the document lacks %s %s", method, path)
				continue
			}
			assert.NoError(t, json.Unmarshal(own.Paths[path][method], &got))
			compareOperations(t, method+" "+path, &got, &want)
		}
	}
}

func compareOperations(t *testing.T, name string, got, want *operation) {
	t.Helper()
	for _, p := range want.Parameters {
		found := false
		for _, q := range got.Parameters {
			if q.In == p.In && strings.EqualFold(q.Name, p.Name) {
				found = q.Required == p.Required
			}
		}
		if !found {
			t.Errorf("the document of %s lacks the %s parameter %s, required: %t", name, p.In, p.Name, p.Required)
		}
	}
	if want.RequestBody != nil && (got.RequestBody == nil || want.RequestBody.Required != got.RequestBody.Required) {
		t.Errorf("the document of %s has no request body, or one that is not required: %t", name, want.RequestBody.Required)
	}
	good := func(r map[string]json.RawMessage) bool {
		for code := range r {
			if code < "400" {
				return true
			}
		}
		return false
	}
	if good(want.Responses) && !good(got.Responses) {
		t.Errorf("the document of %s has errors only", name)
	}
}
